//! Erasure that comes back, and a ledger that forgets too much: rules.

use super::prelude::*;
use keyholder_core::record::Life;

/// One server, an operator who erases and re-creates.
const WIPE: Bounds = Bounds { opens: 2, deeds: 1, errands: 2, recreates: true, ..S };

pub(super) const VARIANTS: &[Variant] = &[
    variant(
        "prune-without-floor",
        "old entries of the ledger are forgotten, and old changes are still accepted",
        &["R17"],
        found("P4", 11),
        Bounds { opens: 3, deeds: 2, lost: 1, window: Some(1), ..S },
        &PruneWithoutFloor,
    ),
    variant("wipe-without-epoch", "a wipe leaves the epoch", &["R20"], found("P7", 8), WIPE, &WipeWithoutEpoch),
    variant(
        "wipe-deletes-record",
        "a wipe leaves nothing: the next record begins at the first epoch",
        &["R20"],
        found("P7", 7),
        Bounds { opens: 3, ..WIPE },
        &WipeDeletes,
    ),
    variant("wipe-without-floor", "a wipe leaves the floor", &["R20", "R21"], found("P7", 9), WIPE, &ResetWithoutFloor),
    variant(
        "wipe-without-expectation",
        "a wipe that is repeated erases again",
        &["R20"],
        found("P16", 3),
        WIPE,
        &WipeWithoutExpectation,
    ),
    variant(
        "wipe-ignores-tombstone",
        "a wipe of a tombstone does nothing, and its repetition erases what was re-created",
        &["R20"],
        found("P16", 4),
        Bounds { hosts: 1, opens: 0, deeds: 0, errands: 4, exists: true, ..WIPE },
        &WipeIgnoresTombstone,
    ),
    variant(
        "recreate-without-expectation",
        "a re-creation that is repeated opens a later tombstone",
        &["R20"],
        found("P16", 4),
        Bounds { hosts: 1, opens: 0, deeds: 0, errands: 5, exists: true, ..WIPE },
        &RecreateWithoutExpectation,
    ),
    variant(
        "no-tombstone-check",
        "a tombstone is opened and changed like any record",
        &["R20", "R21"],
        found("P7", 7),
        Bounds { errands: 1, ..WIPE },
        &NoTombstoneCheck,
    ),
    variant(
        "restore-of-erased",
        "an operator restores a version that was erased since",
        &["R20"],
        found("P7", 9),
        Bounds { hosts: 1, opens: 1, errands: 3, restores: true, ..WIPE },
        &RestoreOfErased,
    ),
    variant(
        "restore-forgets-receipts",
        "a restore forgets which purchases were granted",
        &["R17"],
        found("P4", 6),
        Bounds {
            hosts: 1,
            opens: 0,
            deeds: 2,
            errands: 1,
            wipes: false,
            restores: true,
            senders: 2,
            sends: &[Kind::Count],
            receipts: true,
            exists: true,
            ..S
        },
        &RestoreForgetsReceipts,
    ),
    variant(
        "restore-forgets-later-changes",
        "what is delivered to a restored record is noted in the ledger, and its data are thrown away",
        &["R17"],
        found("P3", 5),
        Bounds {
            hosts: 1,
            opens: 0,
            errands: 1,
            wipes: false,
            restores: true,
            senders: 1,
            sends: &[Kind::Count],
            exists: true,
            ..S
        },
        &RestoreForgetsLaterChanges,
    ),
    variant(
        "restore-without-expectation",
        "a restore that is repeated takes out what came in since",
        &["R17"],
        found("P16", 3),
        Bounds { hosts: 1, opens: 0, deeds: 0, errands: 2, wipes: false, restores: true, exists: true, ..S },
        &RestoreWithoutExpectation,
    ),
    variant(
        "restore-without-floor",
        "a restore leaves the floor",
        &["R17"],
        found("P6", 8),
        Bounds { hosts: 1, opens: 1, errands: 1, wipes: false, restores: true, ..S },
        &ResetWithoutFloor,
    ),
];

struct RestoreOfErased;
impl Rules<Tally, Deed> for RestoreOfErased {
    fn is_erased(&self, _record: &Record<Tally>, _version: &Record<Tally>) -> bool {
        false
    }
}

struct RestoreForgetsReceipts;
impl Rules<Tally, Deed> for RestoreForgetsReceipts {
    fn restore(
        &self,
        config: &Config<TallyShape>,
        record: &Record<Tally>,
        expected: Epoch,
        version: &Record<Tally>,
    ) -> Option<Record<Tally>> {
        let restored = Standard.restore(config, record, expected, version)?;
        Some(Record { ledger: Ledger::default(), ..restored })
    }
}

struct RestoreForgetsLaterChanges;
impl Rules<Tally, Deed> for RestoreForgetsLaterChanges {
    fn external(
        &self,
        config: &Config<TallyShape>,
        record: Option<&Record<Tally>>,
        external: &External<Deed>,
    ) -> Option<Record<Tally>> {
        let new = Standard.external(config, record, external)?;
        let restored = record.filter(|record| record.restored > Epoch(0));
        let data = restored.map_or(new.data, |record| record.data);
        Some(Record { data, ..new })
    }
}

struct RestoreWithoutExpectation;
impl Rules<Tally, Deed> for RestoreWithoutExpectation {
    fn restore(
        &self,
        config: &Config<TallyShape>,
        record: &Record<Tally>,
        _expected: Epoch,
        version: &Record<Tally>,
    ) -> Option<Record<Tally>> {
        Standard.restore(config, record, record.epoch, version)
    }
}

struct PruneWithoutFloor;
impl Rules<Tally, Deed> for PruneWithoutFloor {
    fn pruned_floor(&self, record: &Record<Tally>, _epoch: Epoch) -> Epoch {
        record.floor
    }
}

struct WipeWithoutEpoch;
impl Rules<Tally, Deed> for WipeWithoutEpoch {
    fn reset_epoch(&self, before: Epoch) -> Option<Epoch> {
        Some(before)
    }
}

struct WipeDeletes;
impl Rules<Tally, Deed> for WipeDeletes {
    fn wipe(&self, config: &Config<TallyShape>, record: &Record<Tally>, _expected: Epoch) -> Option<Record<Tally>> {
        let version = record.schema;
        Some(Record::new(version, record.compat, Tally::fresh(config.shape(), version)))
    }
}

struct ResetWithoutFloor;
impl Rules<Tally, Deed> for ResetWithoutFloor {
    fn reset_floor(&self, record: &Record<Tally>, _epoch: Epoch) -> Epoch {
        record.floor
    }
}

struct WipeWithoutExpectation;
impl Rules<Tally, Deed> for WipeWithoutExpectation {
    fn is_wiped(&self, _record: &Record<Tally>, _expected: Epoch) -> bool {
        false
    }
}

struct WipeIgnoresTombstone;
impl Rules<Tally, Deed> for WipeIgnoresTombstone {
    fn is_wiped(&self, record: &Record<Tally>, expected: Epoch) -> bool {
        record.life == Life::Tombstone || record.wiped > expected
    }
}

struct RecreateWithoutExpectation;
impl Rules<Tally, Deed> for RecreateWithoutExpectation {
    fn may_recreate(&self, _record: &Record<Tally>, _expected: Epoch) -> bool {
        true
    }
}

struct NoTombstoneCheck;
impl Rules<Tally, Deed> for NoTombstoneCheck {
    fn refuses_tombstone(&self, _record: &Record<Tally>) -> bool {
        false
    }
}
