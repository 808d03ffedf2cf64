//! What comes out of a host: requests, timers, messages, and what the application learns.

use super::input::{CallId, RequestId, VisitId};
use crate::effect::{Event, Verdict};
use crate::ids::HostId;
use crate::input::{Notice, Outcome};
use crate::journal::{Journal, JournalUpdate};
use crate::record::{Life, Record};
use crate::timer::{Millis, Timer, Window};
use crate::update::Update;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// One effect; they are carried out in order.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(bound(
        serialize = "K: serde::Serialize, D: crate::stored::Stored, C: crate::stored::Stored",
        deserialize = "K: serde::Deserialize<'de>, D: crate::stored::Stored, C: crate::stored::Stored"
    ))
)]
#[allow(clippy::exhaustive_enums, reason = "a new effect must be a compile error in every adapter")]
pub enum HostEffect<K, D, C> {
    /// Run this on the record of `key` under a conditional write.
    Durable {
        /// To be given back with the answer.
        request: RequestId,
        /// Whose record.
        key: K,
        /// What to run.
        update: Update<D, C>,
    },
    /// Run this on the journal entry of `key` under a conditional write; what is written lives this long.
    Journal {
        /// To be given back with the answer.
        request: RequestId,
        /// Whose journal.
        key: K,
        /// What to run.
        update: JournalUpdate<D, C>,
        /// The life of what is written (D37).
        ttl: Millis,
    },
    /// Read the heartbeat entry of a server.
    Probe {
        /// To be given back with the answer.
        request: RequestId,
        /// The server.
        host: HostId,
    },
    /// Write this server's own heartbeat entry, so that it lives this long, or delete it (`None`).
    Heartbeat {
        /// To be given back with the answer.
        request: RequestId,
        /// Its life.
        ttl: Option<Millis>,
    },
    /// Send messages to a server in one: they may get lost.
    Tell {
        /// The server.
        to: HostId,
        /// Each with the key that it is about.
        notices: Vec<(K, Notice)>,
    },
    /// Wake the host at a moment in this window; replaces an earlier moment of the same timer.
    Arm {
        /// The timer.
        timer: HostTimer<K>,
        /// When, counted from the moment of the effect.
        within: Window,
    },
    /// Forget this timer.
    Disarm(HostTimer<K>),
    /// What the session of a key says to the application.
    Event(K, Event),
    /// The result of a call.
    Returned(CallId, Returned<D, C>),
    /// What the host says of itself.
    Told(Told<K>),
}

/// What a host wants to be woken for.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "an adapter that ignores a timer is a broken adapter")]
pub enum HostTimer<K> {
    /// A timer of a session.
    Session(K, Timer),
    /// To repeat the request of a call.
    Call(CallId),
    /// To renew the heartbeat.
    Heartbeat,
    /// To make requests that had to wait.
    Requests,
    /// To send the messages that were collected.
    Batch,
    /// To look for what should have ended (D38).
    Janitor,
    /// The end of the close window.
    Deadline,
}

/// The result of a call.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "D: crate::stored::Stored, C: crate::stored::Stored"))]
#[allow(clippy::exhaustive_enums, reason = "a caller has to know each of them")]
pub enum Returned<D, C> {
    /// The record that was read.
    #[cfg_attr(feature = "serde", serde(with = "crate::stored::saved::arcs"))]
    Record(Option<Arc<Record<D>>>),
    /// What became of the change that was to be delivered.
    Verdict(Verdict),
    /// What became of an erasure.
    Wiped(Wiped<D>),
    /// Everything that is stored.
    Exported(Exported<D, C>),
    /// How the request ended; `Conflict`, `Unknown` and `Unavailable` after all attempts.
    Outcome(Outcome<Record<D>>),
    /// The server closed before it was begun: not applied.
    Closed,
}

/// What became of an erasure.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "D: crate::stored::Stored"))]
#[non_exhaustive]
pub struct Wiped<D> {
    /// What was erased by this call, as it was when the tombstone took its place; `None` if nothing was there, or it had
    /// been erased already.
    #[cfg_attr(feature = "serde", serde(with = "crate::stored::saved::arcs"))]
    pub copy: Option<Arc<Record<D>>>,
    /// How the tombstone was written: `Read` or `Wrote` with the tombstone, `Read(None)` if there was no record, and else
    /// how the last attempt failed: after `Unknown`, it may have been written, and `copy` is what was erased then; but if the
    /// server closed while it was under way, `copy` is what had been read for it a moment before.
    pub outcome: Outcome<Record<D>>,
    /// The journal entry is known to be deleted, or not to have been there. Else it lapses at the end of its life, and nothing
    /// of it comes back (rule R-15).
    pub journal: bool,
}

impl<D> Wiped<D> {
    /// True if nothing is left in the record. One that was re-created since by somebody else is not: look before it is
    /// erased again.
    pub fn is_erased(&self) -> bool {
        match &self.outcome {
            Outcome::Read(record) | Outcome::Wrote(record) => {
                record.as_ref().is_none_or(|it| it.life == Life::Tombstone)
            }
            Outcome::Conflict | Outcome::Unknown | Outcome::Unavailable => false,
        }
    }
}

/// Everything that is stored under a key, for its owner (DIA-14). Not one moment: the record was read first.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "D: crate::stored::Stored, C: crate::stored::Stored"))]
#[non_exhaustive]
pub struct Exported<D, C> {
    /// The record, with its epoch.
    #[cfg_attr(feature = "serde", serde(with = "crate::stored::saved::arcs"))]
    pub record: Option<Arc<Record<D>>>,
    /// The journal entry, or why it could not be read.
    pub journal: Outcome<Journal<C>>,
    /// What the player sees, if they are here: with changes that are not saved.
    #[cfg_attr(feature = "serde", serde(with = "crate::stored::saved::maybe"))]
    pub view: Option<D>,
}

/// What a host says of itself.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Told<K> {
    /// The open that was kept during start-up is dropped: its player left before it was begun.
    Dropped(K),
    /// The durable store has not answered as asked this many times in a row: data is safe and cannot be saved at present.
    Outage(u32),
    /// It answers again.
    Recovered,
    /// A request of the session of this key has been outstanding for so long.
    Late(K, Millis),
    /// Every record of this visit is open.
    Joined(VisitId),
    /// The record of this key could not be opened, or was lost: what else the visit has open is saved and released.
    Parted(VisitId, K),
    /// Nothing of this visit is here any more. Follows exactly once.
    Left(VisitId),
    /// Every session has ended: the process may end.
    Closed,
}
