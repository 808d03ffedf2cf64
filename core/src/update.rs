//! Requests on a record: plain data that says which rule to run. The store runs it under one conditional write.
//!
//! With a transforming store (`UpdateAsync`) the rule is the transform, and may be run any number of times; with an etag
//! store it is a loop of read, rule, conditional write. Either way the rule is pure, so nothing happens twice, and the
//! decision is taken on the very record that was read (races R03, R04).
//!
//! After an *unknown* outcome the same request is sent again, or one that writes in any case: a rule that gives the same
//! result on the same record cannot be overtaken by its own earlier attempt (see `Release`).

use crate::config::Config;
use crate::document::Document;
use crate::ids::{Epoch, Nonce, Seq};
use crate::ledger::Source;
use crate::record::{Owner, Record};
use crate::rules::Rules;
use crate::segment::{Log, Segment};
use alloc::sync::Arc;

/// The identity of a session: equality of both parts is the fence (rule R-1).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Ticket {
    /// The epoch that its claim wrote.
    pub epoch: Epoch,
    /// The nonce of its open attempt.
    pub nonce: Nonce,
}

impl Ticket {
    /// The session as a source of changes.
    pub fn source(self) -> Source {
        Source::Session(self.epoch, self.nonce)
    }
}

/// Whose record a claim may take.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "each permit is a reason of its own")]
pub enum Permit {
    /// Only one that nobody holds, or that a former session of the same server left behind.
    Vacant,
    /// Also that of exactly this session, which is believed to be gone.
    Gone(Ticket),
    /// Anybody's.
    Any,
}

/// The claim of an open attempt.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Claim {
    /// Who claims.
    pub by: Owner,
    /// Whose record it may take.
    pub permit: Permit,
}

/// A change from a writer that does not hold the record.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "C: crate::stored::Stored"))]
pub struct External<C> {
    /// The source, its positions and the change: a segment of exactly one change.
    #[cfg_attr(feature = "serde", serde(with = "crate::stored::saved::arc"))]
    pub segment: Arc<Segment<C>>,
    /// The record's epoch when the sender first attempted it, kept with the id: an erasure since then refuses it
    /// (rule R-14). `None` if the sender cannot keep it: refused once the record has forgotten anything of its kind.
    pub seen: Option<Epoch>,
}

/// A request on a record.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "D: crate::stored::Stored, C: crate::stored::Stored"))]
#[allow(clippy::exhaustive_enums, reason = "a host that ignores a request is a broken host")]
pub enum Update<D, C> {
    /// Only read, uncached.
    Look,
    /// Claim the record (rule R-2).
    Claim(Claim),
    /// Commit what was recovered, and the migration, before the session becomes Active (rule R-6).
    Settle {
        /// The session.
        me: Ticket,
        /// Segments found in the journal.
        log: Log<C>,
        /// A change of this session from before it held the record, perhaps already applied.
        pending: Option<External<C>>,
    },
    /// Write the session's unsaved changes (rule R-9), and with `release` give the record back in the same write
    /// (rule R-11).
    Save {
        /// The session.
        me: Ticket,
        /// Its log.
        log: Log<C>,
        /// Verdicts up to here were told; their outcomes may be forgotten.
        told: Seq,
        /// Whether to release the record.
        release: bool,
    },
    /// Bring in what a fenced session had not saved: credits only, and a refusal is committed (rule R-12).
    HandBack {
        /// The session that was fenced.
        me: Ticket,
        /// Its own segments.
        log: Log<C>,
    },
    /// Free the record of a cancelled open (rule R-22).
    Release {
        /// The open attempt.
        nonce: Nonce,
        /// Write in any case: an earlier claim of this attempt may still land, and a conditional write that read the
        /// record before this one then fails.
        touch: bool,
    },
    /// Ask the session that holds the record to save and release it (rule R-20).
    Want {
        /// The session that is asked.
        held: Ticket,
        /// Who asks.
        by: Owner,
    },
    /// Apply a change of a writer that does not hold the record (rule R-13).
    External(External<C>),
    /// Erase the data (rule R-15). Without effect if a wipe newer than `expected` is already there.
    Wipe {
        /// The record's epoch when the erasure was decided.
        expected: Epoch,
    },
    /// Let an erased record be used again (rule R-16).
    Recreate {
        /// The epoch of the tombstone.
        expected: Epoch,
    },
    /// Forget receipts that are too old to be delivered again, by the host's calendar (rule R-14).
    ForgetReceipts {
        /// Receipts that were applied in an earlier epoch than this one.
        before: Epoch,
    },
    /// Bring back the data of an old version under a new epoch (rule R-17).
    Restore {
        /// The record's epoch when the restore was decided.
        expected: Epoch,
        /// The record as it was in that version. Its data come back, its header does not.
        #[cfg_attr(feature = "serde", serde(with = "crate::stored::saved::arc"))]
        version: Arc<Record<D>>,
    },
}

impl<D: Document<C>, C: Clone> Update<D, C> {
    /// The whole effect of the request on a record: the record to be written, or `None` to write nothing.
    pub fn run<R: Rules<D, C> + ?Sized>(
        &self,
        rules: &R,
        config: &Config<D::Shape>,
        record: Option<&Record<D>>,
    ) -> Option<Record<D>> {
        match (self, record) {
            (Self::Look, _) => None,
            (Self::Claim(claim), _) => rules.claim(config, record, claim),
            (Self::Settle { me, log, pending }, Some(record)) => {
                rules.settle(config, record, *me, log, pending.as_ref()).ok().flatten()
            }
            (Self::Save { me, log, told, release }, Some(record)) => {
                rules.save(config, record, *me, log, *told, *release)
            }
            (Self::HandBack { me, log }, Some(record)) => rules.hand_back(config, record, *me, log),
            (Self::Release { nonce, touch }, _) => rules.release(config, record, *nonce, *touch),
            (Self::ForgetReceipts { before }, Some(record)) => rules.forget_receipts(record, *before),
            (Self::Want { held, by }, Some(record)) => rules.want(record, *held, *by),
            (Self::External(external), _) => rules.external(config, record, external),
            (Self::Wipe { expected }, Some(record)) => rules.wipe(config, record, *expected),
            (Self::Recreate { expected }, Some(record)) => rules.recreate(config, record, *expected),
            (Self::Restore { expected, version }, Some(record)) => rules.restore(config, record, *expected, version),
            // A record that is gone has nothing to be saved, erased or restored into: whoever asks is told that it is
            // absent, and decides.
            (
                Self::Settle { .. }
                | Self::Save { .. }
                | Self::HandBack { .. }
                | Self::ForgetReceipts { .. }
                | Self::Want { .. }
                | Self::Wipe { .. }
                | Self::Recreate { .. }
                | Self::Restore { .. },
                None,
            ) => None,
        }
    }
}
