//! Writers that do not hold the record: rule R-13.

use super::prelude::*;

pub(super) const VARIANTS: &[Variant] = &[
    variant(
        "external-debit-on-owned-record",
        "an external debit is admitted while somebody lives on the record",
        &["R14", "R18"],
        found("P11", 7),
        Bounds { opens: 1, deeds: 2, coins: 1, kinds: &[Kind::Spend], senders: 1, sends: &[Kind::Charge], ..S },
        &DebitOnOwned,
    ),
    variant(
        "external-debit-unseen",
        "an external debit does not count as having lived on the record",
        &["R18", "R38"],
        found("P11", 15),
        Bounds {
            opens: 3,
            deeds: 2,
            crashes: 1,
            blind: 1,
            coins: 1,
            kinds: &[Kind::Spend],
            senders: 1,
            sends: &[Kind::Charge],
            ..S
        },
        &DebitUnseen,
    ),
    variant(
        "external-balance-unchecked",
        "an external debit was checked by its sender, not where it is applied",
        &["R18"],
        found("P11", 4),
        Bounds { hosts: 1, opens: 0, deeds: 2, coins: 1, senders: 2, sends: &[Kind::Charge], exists: true, ..S },
        &BalanceUnchecked,
    ),
    variant(
        "external-replaces-data",
        "an external change is a state: what it does not name is deleted",
        &["R14", "R19"],
        found("P3", 6),
        Bounds { opens: 1, deeds: 2, senders: 1, sends: &[Kind::Count], ..S },
        &ReplacesData,
    ),
    variant(
        "external-takes-ownership",
        "an external change clears the owner of the record",
        &["R14"],
        found("P9", 6),
        Bounds { opens: 1, deeds: 2, senders: 1, sends: &[Kind::Count], ..S },
        &TakesOwnership,
    ),
    variant(
        "external-without-seen",
        "an external change may be older than an erasure",
        &["R20", "R21"],
        found("P7", 4),
        Bounds {
            hosts: 1,
            opens: 0,
            deeds: 1,
            lost: 1,
            senders: 1,
            sends: &[Kind::Count],
            errands: 2,
            recreates: true,
            exists: true,
            ..S
        },
        &WithoutSeen,
    ),
];

struct DebitOnOwned;
impl Rules<Tally, Deed> for DebitOnOwned {
    fn must_wait_for_owner(&self, _record: &Record<Tally>) -> bool {
        false
    }
}

struct DebitUnseen;
impl Rules<Tally, Deed> for DebitUnseen {
    fn wrote_after_debit(&self, record: &Record<Tally>) -> Epoch {
        record.wrote
    }
}

struct BalanceUnchecked;
impl Rules<Tally, Deed> for BalanceUnchecked {
    fn translate(
        &self,
        _config: &Config<TallyShape>,
        change: &Deed,
        _from: SchemaVersion,
        _to: SchemaVersion,
    ) -> Option<Deed> {
        let kind = if change.kind == Kind::Charge { Kind::Spend } else { change.kind };
        Some(Deed { kind, ..*change })
    }
}

struct ReplacesData;
impl Rules<Tally, Deed> for ReplacesData {
    fn external(
        &self,
        config: &Config<TallyShape>,
        record: Option<&Record<Tally>>,
        external: &External<Deed>,
    ) -> Option<Record<Tally>> {
        let mut new = Standard.external(config, record, external)?;
        new.data = Tally::fresh(config.shape(), new.schema);
        for deed in &external.segment.changes {
            new.data.apply(config.shape(), deed);
        }
        Some(new)
    }
}

struct TakesOwnership;
impl Rules<Tally, Deed> for TakesOwnership {
    fn external(
        &self,
        config: &Config<TallyShape>,
        record: Option<&Record<Tally>>,
        external: &External<Deed>,
    ) -> Option<Record<Tally>> {
        let new = Standard.external(config, record, external)?;
        Some(Record { owner: None, ..new })
    }
}

struct WithoutSeen;
impl Rules<Tally, Deed> for WithoutSeen {
    fn is_expired(&self, _record: &Record<Tally>, _external: &External<Deed>) -> bool {
        false
    }
}
