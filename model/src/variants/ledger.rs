//! Without the ledger: rules.

use super::prelude::*;
use crate::tally::CoinBounds;
use keyholder_core::document::Applied;
use keyholder_core::rules::{Merged, Position, Standing};

pub(super) const VARIANTS: &[Variant] = &[
    variant(
        "no-session-ledger",
        "segments of sessions are applied whether or not they are in the record",
        &["R05", "R12", "R13"],
        found("P4", 7),
        Bounds { opens: 1, deeds: 1, lost: 1, ..S },
        &NoSessionLedger,
    ),
    variant(
        "one-stamp",
        "the record remembers only the session that wrote last",
        &["R38"],
        found("P4", 13),
        Bounds { opens: 2, deeds: 2, lost: 1, ..S },
        &OneStamp,
    ),
    variant(
        "no-cut",
        "a retry sends one delta that has grown since the first attempt",
        &["R05", "R12"],
        found("P12", 8),
        Bounds { opens: 1, deeds: 2, lost: 1, ..S },
        &NoCut,
    ),
    variant(
        "no-external-ledger",
        "external changes are applied whether or not they are in the record",
        &["R13"],
        found("P4", 3),
        Bounds { hosts: 1, opens: 0, deeds: 1, lost: 1, senders: 1, sends: &[Kind::Count], exists: true, ..S },
        &NoExternalLedger,
    ),
    variant(
        "ledger-truncated",
        "the record remembers only the last external source",
        &["R17"],
        found("P4", 6),
        Bounds { hosts: 1, opens: 0, deeds: 2, lost: 1, senders: 2, sends: &[Kind::Count], exists: true, ..S },
        &LedgerTruncated,
    ),
    variant(
        "refused-segments-skipped",
        "the ledger steps over a segment that was refused",
        &["R16"],
        found("P3", 8),
        Bounds { opens: 2, deeds: 1, coins: 1, kinds: &[Kind::Spend], ..S },
        &RefusedSkipped,
    ),
    variant(
        "outcome-forgotten",
        "the ledger does not keep that a change was refused by its bounds",
        &["R18"],
        found("P3", 6),
        Bounds {
            opens: 1,
            deeds: 3,
            coins: 1,
            coin_bounds: Some(CoinBounds { max: 9, clamps: false }),
            kinds: &[Kind::Spend],
            senders: 1,
            sends: &[Kind::Spend],
            exists: true,
            ..S
        },
        &OutcomeForgotten,
    ),
];

struct NoSessionLedger;
impl Rules<Tally, Deed> for NoSessionLedger {
    fn position(&self, record: &Record<Tally>, segment: &Segment<Deed>) -> Position {
        match segment.source {
            Source::Session(..) => Position::Next,
            Source::Numbered(_) | Source::Receipt(_) => standard(record, segment),
        }
    }
}

struct NoExternalLedger;
impl Rules<Tally, Deed> for NoExternalLedger {
    fn position(&self, record: &Record<Tally>, segment: &Segment<Deed>) -> Position {
        match segment.source {
            Source::Session(..) => standard(record, segment),
            Source::Numbered(_) | Source::Receipt(_) => Position::Next,
        }
    }
}

fn standard(record: &Record<Tally>, segment: &Segment<Deed>) -> Position {
    Rules::<Tally, Deed>::position(&Standard, record, segment)
}

struct OneStamp;
impl Rules<Tally, Deed> for OneStamp {
    fn note(&self, ledger: &mut Ledger, source: Source, to: Seq, at: Epoch) {
        ledger.retain(|other, _| other.epoch().is_none() || other == source);
        Rules::<Tally, Deed>::note(&Standard, ledger, source, to, at);
    }
}

struct LedgerTruncated;
impl Rules<Tally, Deed> for LedgerTruncated {
    fn note(&self, ledger: &mut Ledger, source: Source, to: Seq, at: Epoch) {
        ledger.retain(|other, _| other.epoch().is_some() || other == source);
        Rules::<Tally, Deed>::note(&Standard, ledger, source, to, at);
    }
}

struct NoCut;
impl Rules<Tally, Deed> for NoCut {
    fn cuts(&self) -> bool {
        false
    }
}

struct RefusedSkipped;
impl Rules<Tally, Deed> for RefusedSkipped {
    fn merge(
        &self,
        config: &Config<TallyShape>,
        record: &mut Record<Tally>,
        log: &Log<Deed>,
        standing: Standing,
    ) -> Merged {
        let mut all = Merged::default();
        for segment in log.iter() {
            let alone: Log<Deed> = std::iter::once(segment.clone()).collect();
            let merged = Standard.merge(config, record, &alone, standing);
            all.applied |= merged.applied;
            if !merged.refused.is_empty() {
                Rules::<Tally, Deed>::note(&Standard, &mut record.ledger, segment.source, segment.to, record.epoch);
                all.refused.extend(merged.refused);
            }
        }
        all
    }
}

struct OutcomeForgotten;
impl Rules<Tally, Deed> for OutcomeForgotten {
    fn keeps_outcome(&self, _applied: Applied) -> bool {
        false
    }
}
