//! R-2 Claim, R-20 take-over request, R-22 release of a cancelled open.

use super::Rules;
use crate::config::Config;
use crate::document::Document;
use crate::ids::{Epoch, Nonce, SchemaVersion};
use crate::record::{Owner, Record};
use crate::update::{Claim, Permit, Ticket};
use core::fmt;

/// Whether a claim may be, or already is, in the record.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "three answers, there is no fourth")]
pub enum ClaimVerdict {
    /// The record names this very attempt: an earlier write of it was applied (race R05).
    Mine,
    /// It may be written.
    Free,
    /// It may not.
    Refused(Refusal),
}

/// Why an open was refused. The record is untouched.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Refusal {
    /// Another session holds the record: try again later, or take it over by policy.
    Held(Owner, Ticket),
    /// The data were erased; re-create the record first (race R20).
    Tombstone,
    /// The data are too new: code of at least this version may open them exclusively; reading remains possible (R23).
    TooOld(SchemaVersion),
    /// A transaction has marked the record and must be decided first.
    Transaction,
    /// There is no record and the settings do not create one.
    Absent,
    /// The record's epochs are used up.
    Exhausted,
    /// The data do not migrate to the code's schema; the record is released again.
    Migration(crate::document::MigrationFailed),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held(owner, ticket) => write!(
                f,
                "server {} holds the record in epoch {}; try again later, or take it over by policy",
                owner.host, ticket.epoch
            ),
            Self::Tombstone => f.write_str("the data were erased; re-create the record before it is opened"),
            Self::TooOld(least) => {
                write!(f, "the data need code of schema {least} or newer; open them read-only, or update the code")
            }
            Self::Transaction => f.write_str("a transaction has marked the record; it must be decided first"),
            Self::Absent => f.write_str("there is no record, and the settings do not create one"),
            Self::Exhausted => f.write_str("the record's epochs are used up; it can only be read"),
            Self::Migration(why) => write!(f, "the data could not be migrated: {why}"),
        }
    }
}

pub(super) fn verdict<D, C, R>(
    rules: &R,
    config: &Config<D::Shape>,
    record: Option<&Record<D>>,
    claim: &Claim,
) -> ClaimVerdict
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    let Some(record) = record else {
        return if config.settings().create { ClaimVerdict::Free } else { ClaimVerdict::Refused(Refusal::Absent) };
    };
    if rules.refuses_tombstone(record) {
        return ClaimVerdict::Refused(Refusal::Tombstone);
    }
    if record.owner.is_some_and(|owner| rules.is_mine(owner, claim.by)) {
        return ClaimVerdict::Mine;
    }
    if rules.is_too_old(record, config.settings().schema) {
        return ClaimVerdict::Refused(Refusal::TooOld(record.compat));
    }
    if record.transaction().is_some() {
        return ClaimVerdict::Refused(Refusal::Transaction);
    }
    if let Some(owner) = record.owner {
        let held = Ticket { epoch: record.epoch, nonce: owner.nonce };
        let permitted = match claim.permit {
            Permit::Any => true,
            Permit::Gone(ticket) => ticket == held,
            Permit::Vacant => false,
        };
        // One server has one session per record: what its own label still holds belongs to a session that is over.
        if !permitted && owner.host != claim.by.host {
            return ClaimVerdict::Refused(Refusal::Held(owner, held));
        }
    }
    if rules.claim_epoch(record.epoch).is_none() {
        return ClaimVerdict::Refused(Refusal::Exhausted);
    }
    ClaimVerdict::Free
}

pub(super) fn claim<D, C, R>(
    rules: &R,
    config: &Config<D::Shape>,
    record: Option<&Record<D>>,
    claim: &Claim,
) -> Option<Record<D>>
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    match rules.claim_verdict(config, record, claim) {
        ClaimVerdict::Mine | ClaimVerdict::Refused(_) => return None,
        ClaimVerdict::Free => {}
    }
    let mut new = match record {
        Some(record) => record.clone(),
        None => first(config),
    };
    new.epoch = rules.claim_epoch(new.epoch)?;
    new.owner = Some(claim.by);
    new.want = None;
    let floor = rules.claim_floor(config, &new, new.epoch);
    if floor > new.floor {
        new.floor = rules.pruned_floor(&new, floor);
        new.ledger.retain(|source, entry| !rules.is_forgotten(source, entry, floor));
    }
    Some(new)
}

/// The record of a player who has none yet.
fn first<D: Document<C>, C>(config: &Config<D::Shape>) -> Record<D> {
    let settings = config.settings();
    Record::new(settings.schema, settings.compat, D::fresh(config.shape(), settings.schema))
}

pub(super) fn release<D, C>(
    config: &Config<D::Shape>,
    record: Option<&Record<D>>,
    nonce: Nonce,
    touch: bool,
) -> Option<Record<D>>
where
    D: Document<C>,
    C: Clone,
{
    let Some(record) = record else {
        // The claim that may still land would create the record: it is created here, released.
        return (touch && config.settings().create).then(|| Record { epoch: Epoch(1), ..first(config) });
    };
    if record.owner.is_some_and(|owner| owner.nonce == nonce) {
        let mut new = record.clone();
        new.owner = None;
        new.want = None;
        return Some(new);
    }
    touch.then(|| record.clone())
}

pub(super) fn want<D: Clone>(record: &Record<D>, held: Ticket, by: Owner) -> Option<Record<D>> {
    if !record.is_held_by(held.epoch, held.nonce) || record.want == Some(by) {
        return None;
    }
    let mut new = record.clone();
    new.want = Some(by);
    Some(new)
}
