//! A fenced session that gives back too much, too little, or speaks too soon: rules.

use super::prelude::*;
use keyholder_core::rules::{Loss, Standing};

pub(super) const VARIANTS: &[Variant] = &[
    variant(
        "no-hand-back",
        "a fenced session drops what it had not saved",
        &["R25"],
        found("P14", 7),
        Bounds { opens: 2, deeds: 1, ..S },
        &NoHandBack,
    ),
    variant(
        "hand-back-without-id",
        "a fenced session gives back its changes without their positions",
        &["R05", "R38"],
        found("P4", 9),
        Bounds { opens: 2, deeds: 1, lost: 1, ..S },
        &WithoutId,
    ),
    variant(
        "debits-late",
        "a debit may come in late",
        &["R18", "R38"],
        found("P11", 11),
        Bounds { opens: 2, deeds: 2, coins: 1, kinds: &[Kind::Spend], ..S },
        &DebitsLate,
    ),
    variant(
        "recovered-order-ignored",
        "what is recovered counts as in order whoever lived on the data since",
        &["R38"],
        found("P11", 14),
        Bounds { opens: 3, deeds: 2, crashes: 2, coins: 1, blind: 1, kinds: &[Kind::Spend], ..S },
        &OrderIgnored,
    ),
    nightly(variant(
        "order-by-ledger",
        "who lived on the data last is read from the ledger",
        &["R38"],
        found("P11", 18),
        Bounds { opens: 4, deeds: 3, crashes: 2, blind: 1, coins: 1, kinds: &[Kind::Trade, Kind::SpendGem], ..S },
        &OrderByLedger,
    )),
    variant(
        "no-seal",
        "a refused hand-back leaves no mark",
        &["R38"],
        found("L1", 6),
        Bounds { opens: 2, deeds: 1, coins: 1, kinds: &[Kind::Spend], ..S },
        &NoSeal,
    ),
    variant(
        "lost-before-seal",
        "a fenced session tells Lost before the refusal is committed",
        &["R38"],
        found("P13", 10),
        Bounds { opens: 2, deeds: 1, ..S },
        &LostBeforeSeal,
    ),
    variant(
        "below-floor-told-lost",
        "a session older than the record remembers tells Lost",
        &["R17"],
        found("P13", 14),
        Bounds { opens: 3, deeds: 2, lost: 1, window: Some(1), ..S },
        &BelowFloorLost,
    ),
];

struct NoHandBack;
impl Rules<Tally, Deed> for NoHandBack {
    fn hands_back(&self) -> bool {
        false
    }
}

struct WithoutId;
impl Rules<Tally, Deed> for WithoutId {
    fn hand_back(
        &self,
        config: &Config<TallyShape>,
        record: &Record<Tally>,
        me: Ticket,
        log: &Log<Deed>,
    ) -> Option<Record<Tally>> {
        let mut new = record.clone();
        let last = log.iter().last()?;
        if new.ledger.seq(me.source()) >= last.to && record.epoch == me.epoch {
            return None;
        }
        for deed in log.iter().flat_map(|segment| segment.changes.iter()) {
            new.data.apply(config.shape(), deed);
        }
        new.ledger.update(me.source(), |entry| entry.seq = last.to);
        Some(new)
    }
}

struct DebitsLate;
impl Rules<Tally, Deed> for DebitsLate {
    fn may_be_late(&self, _config: &Config<TallyShape>, _change: &Deed) -> bool {
        true
    }
}

struct OrderIgnored;
impl Rules<Tally, Deed> for OrderIgnored {
    fn is_in_order(&self, _record: &Record<Tally>, segment: &Segment<Deed>, standing: Standing) -> bool {
        match standing {
            Standing::Owner(own) => segment.source == own,
            Standing::Recovering => true,
            Standing::Late => false,
        }
    }
}

struct OrderByLedger;
impl Rules<Tally, Deed> for OrderByLedger {
    fn last_lived(&self, record: &Record<Tally>) -> Epoch {
        let sessions = record.ledger.iter().filter(|(_, entry)| entry.seq > Seq(0));
        sessions.filter_map(|(source, _)| source.epoch()).max().unwrap_or_default()
    }
}

struct NoSeal;
impl Rules<Tally, Deed> for NoSeal {
    fn seals(&self) -> bool {
        false
    }
}

struct LostBeforeSeal;
impl Rules<Tally, Deed> for LostBeforeSeal {
    fn loss(&self, _record: Option<&Record<Tally>>, _me: Ticket, _sent: bool) -> Option<Loss> {
        Some(Loss::Refused)
    }
}

struct BelowFloorLost;
impl Rules<Tally, Deed> for BelowFloorLost {
    fn loss(&self, record: Option<&Record<Tally>>, me: Ticket, _sent: bool) -> Option<Loss> {
        let record = record?;
        let refused = me.epoch < record.floor || record.ledger.is_sealed(me.source());
        refused.then_some(Loss::Refused)
    }
}
