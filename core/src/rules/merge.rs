//! R-3 Merge, R-4 Admissibility.

use super::Rules;
use crate::config::Config;
use crate::document::Document;
use crate::few::Few;
use crate::ids::Seq;
use crate::ledger::Source;
use crate::record::Record;
use crate::segment::{Log, Segment};
use crate::stored::ENTRY_MAX_ODD;

/// From where the segments of a merge come; decides which of them are in order (rule R-4).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "each standing is a clause of rule R-4")]
pub enum Standing {
    /// The session of this source saves: its own segments are in order, those that it took over are late.
    Owner(Source),
    /// A session that is not Active yet commits what it found in the journal.
    Recovering,
    /// A fenced session, or anybody else.
    Late,
}

/// Where a record stands with a segment.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "each position has its own consequence")]
pub enum Position {
    /// The source was born before the record's floor: refused for ever.
    Expired,
    /// A refusal of this source was committed and the segment lies beyond it: refused for ever.
    Sealed,
    /// It is in the record.
    Already,
    /// It is the next one.
    Next,
    /// Something before it is missing: refused. Unreachable without a restore from outside (P12).
    Gap,
}

/// What a merge did.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Merged {
    /// At least one segment was applied.
    pub applied: bool,
    /// Sources of which a segment was refused that is neither expired nor sealed.
    pub refused: Few<Source, 2>,
}

pub(super) fn position<D, C>(record: &Record<D>, segment: &Segment<C>) -> Position {
    if segment.source.epoch().is_some_and(|epoch| epoch < record.floor) {
        return Position::Expired;
    }
    let entry = record.ledger.get(segment.source);
    let seq = entry.map_or(Seq(0), |entry| entry.seq);
    if seq >= segment.to {
        Position::Already
    } else if entry.is_some_and(|entry| entry.sealed) {
        Position::Sealed
    } else if seq == segment.from {
        Position::Next
    } else {
        Position::Gap
    }
}

pub(super) fn is_in_order<D, C, R>(rules: &R, record: &Record<D>, segment: &Segment<C>, standing: Standing) -> bool
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    match standing {
        Standing::Owner(own) => segment.source == own,
        Standing::Recovering => segment.source.epoch().is_some_and(|epoch| rules.last_lived(record) <= epoch),
        Standing::Late => false,
    }
}

pub(super) fn merge<D, C, R>(
    rules: &R,
    config: &Config<D::Shape>,
    record: &mut Record<D>,
    log: &Log<C>,
    standing: Standing,
) -> Merged
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    let mut merged = Merged::default();
    for segment in log.iter() {
        match rules.position(record, segment) {
            Position::Expired | Position::Sealed | Position::Already => {}
            // What follows a refused segment has a gap before it: the ledger never jumps over a segment.
            Position::Gap => merged.refused.push(segment.source),
            Position::Next => {
                if apply(rules, config, record, segment, standing) {
                    merged.applied = true;
                } else {
                    merged.refused.push(segment.source);
                }
            }
        }
    }
    merged
}

/// Applies one segment that is next; false if it is inadmissible or has no meaning in the record's vocabulary.
fn apply<D, C, R>(
    rules: &R,
    config: &Config<D::Shape>,
    record: &mut Record<D>,
    segment: &Segment<C>,
    standing: Standing,
) -> bool
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    if !segment.is_well_formed() {
        return false;
    }
    let in_order = rules.is_in_order(record, segment, standing);
    if !in_order && !segment.changes.iter().all(|change| rules.may_be_late(config, change)) {
        return false;
    }
    let mut changes: Few<(Seq, C), 2> = Few::new();
    for (seq, change) in segment.positions() {
        match rules.translate(config, change, segment.schema, record.schema) {
            Some(change) => changes.push((seq, change)),
            None => return false,
        }
    }
    let mut odd = alloc::vec::Vec::new();
    for (seq, change) in changes {
        let applied = record.data.apply(config.shape(), &change);
        if rules.keeps_outcome(applied) {
            odd.push((seq, applied));
        }
    }
    rules.note(&mut record.ledger, segment.source, segment.to, record.epoch);
    if !odd.is_empty() {
        record.ledger.update(segment.source, |entry| {
            entry.odd.append(&mut odd);
            // A session has no more changes than this without a verdict, and they are its last: what goes here was told.
            let excess = entry.odd.len().saturating_sub(ENTRY_MAX_ODD);
            entry.odd.drain(..excess);
        });
    }
    true
}
