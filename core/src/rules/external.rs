//! R-13 External changes.

use super::{Position, Rules, Standing};
use crate::config::Config;
use crate::document::{Applied, Document};
use crate::ids::Epoch;
use crate::ledger::Source;
use crate::record::Record;
use crate::segment::Log;
use crate::update::External;
use core::fmt;

/// What the record says of an external change.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "three answers, there is no fourth")]
pub enum ExternalVerdict {
    /// It is in the record, with this outcome.
    Done(Applied),
    /// It may be applied.
    Admit,
    /// Not now, or never.
    Refused(NotNow),
}

/// Why an external change was refused. The record is untouched.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum NotNow {
    /// There is no record (race R21): create it first.
    Absent,
    /// The data were erased (races R20, R21).
    Tombstone,
    /// The record remembers nothing that old: if the change was ever sent before, its outcome is unknown.
    Expired,
    /// An earlier change of this source is missing: send that one first (race R16).
    OutOfTurn,
    /// A session holds the record and the change is no credit: ask that session, or try later.
    Owned,
    /// The change is written in a vocabulary that the record does not have: re-issue it in the record's.
    Schema,
    /// The ledger is full; nothing is forgotten early to make room (race R17).
    LedgerFull,
    /// The segment does not hold exactly one change of an external source.
    Malformed,
    /// The source's numbers are used up: deliver the change from another source.
    Exhausted,
}

impl fmt::Display for NotNow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "there is no record; create it before changes are sent",
            Self::Tombstone => "the data were erased; nothing is applied",
            Self::Expired => {
                "the change is older than the record remembers; if it was sent before, its outcome is unknown"
            }
            Self::OutOfTurn => "an earlier change of this source is missing; send that one first",
            Self::Owned => "a session holds the record and the change is not a credit; ask that session, or try later",
            Self::Schema => "the record is in another vocabulary; issue the change again in the record's schema",
            Self::LedgerFull => "the record's ledger of external sources is full; try later",
            Self::Malformed => "an external segment holds exactly one change",
            Self::Exhausted => "the numbers of this source are used up; send the change from another source",
        })
    }
}

/// A sender that cannot keep what it has seen is refused once the record has forgotten anything of its kind: numbered
/// sources are pruned and reset, receipts are only erased.
pub(super) fn is_expired<D, C>(record: &Record<D>, external: &External<C>) -> bool {
    match (external.seen, external.segment.source) {
        (Some(seen), _) => seen < record.floor,
        (None, Source::Receipt(_)) => record.wiped > Epoch(0),
        (None, Source::Numbered(_) | Source::Session(..)) => record.floor > Epoch(0),
    }
}

/// Has the ledger a place for what comes of this external source, or has the source one already?
pub(super) fn has_room<D, S>(config: &Config<S>, record: &Record<D>, source: Source) -> bool {
    record.ledger.get(source).is_some() || record.ledger.len() < config.settings().ledger_max_entries
}

pub(super) fn verdict<D, C, R>(
    rules: &R,
    config: &Config<D::Shape>,
    record: Option<&Record<D>>,
    external: &External<C>,
) -> ExternalVerdict
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    let Some(record) = record else {
        return ExternalVerdict::Refused(NotNow::Absent);
    };
    if rules.refuses_tombstone(record) {
        return ExternalVerdict::Refused(NotNow::Tombstone);
    }
    let segment = &external.segment;
    if segment.source.epoch().is_some() {
        return ExternalVerdict::Refused(NotNow::Malformed);
    }
    let Some(change) = segment.changes.get(0).filter(|_| segment.is_well_formed()) else {
        return ExternalVerdict::Refused(NotNow::Malformed);
    };
    // The ledger first: what is in the record is done, whatever has happened since.
    match rules.position(record, segment) {
        Position::Already => {
            let odd = record
                .ledger
                .get(segment.source)
                .and_then(|entry| entry.odd.iter().find(|(seq, _)| *seq == segment.to).map(|(_, applied)| *applied));
            return ExternalVerdict::Done(odd.unwrap_or(Applied::Whole));
        }
        Position::Expired | Position::Sealed => return ExternalVerdict::Refused(NotNow::Expired),
        Position::Next | Position::Gap if rules.is_expired(record, external) => {
            return ExternalVerdict::Refused(NotNow::Expired);
        }
        Position::Gap => return ExternalVerdict::Refused(NotNow::OutOfTurn),
        Position::Next => {}
    }
    if rules.translate(config, change, segment.schema, record.schema).is_none() {
        return ExternalVerdict::Refused(NotNow::Schema);
    }
    if !rules.may_be_late(config, change) && rules.must_wait_for_owner(record) {
        return ExternalVerdict::Refused(NotNow::Owned);
    }
    if !has_room(config, record, segment.source) {
        return ExternalVerdict::Refused(NotNow::LedgerFull);
    }
    ExternalVerdict::Admit
}

pub(super) fn apply<D, C, R>(
    rules: &R,
    config: &Config<D::Shape>,
    record: Option<&Record<D>>,
    external: &External<C>,
) -> Option<Record<D>>
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    match rules.external_verdict(config, record, external) {
        ExternalVerdict::Admit => {}
        ExternalVerdict::Done(_) | ExternalVerdict::Refused(_) => return None,
    }
    let mut new = record?.clone();
    let source = external.segment.source;
    let credit = external.segment.changes.iter().all(|change| rules.may_be_late(config, change));
    // One delta of a source is outstanding at a time, so only the outcome of its latest position is ever asked for.
    new.ledger.update(source, |entry| entry.odd.clear());
    let alone: Log<C> = core::iter::once(external.segment.clone()).collect();
    // A debit is admitted only where nobody lives, so it is in order by itself.
    let merged = rules.merge(config, &mut new, &alone, Standing::Owner(source));
    if !merged.applied {
        return None;
    }
    if !credit {
        new.wrote = rules.wrote_after_debit(&new);
    }
    Some(new)
}
