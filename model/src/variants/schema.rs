//! Code of two versions on one record: rule R-18.

use super::prelude::*;
use keyholder_core::update::Claim;

/// Server a runs old code, server b new.
const MIXED: Bounds = Bounds { opens: 2, deeds: 2, mixed: true, exists: true, ..S };

pub(super) const VARIANTS: &[Variant] = &[
    variant(
        "migration-after-active",
        "the migration is not durable when the player starts",
        &["R22"],
        found("P15", 3),
        MIXED,
        &AfterActive,
    ),
    variant(
        "migration-in-claim",
        "the claim migrates, before the journal was read",
        &["R22"],
        found("P6", 6),
        Bounds { crashes: 1, ..MIXED },
        &InClaim,
    ),
    variant(
        "segments-without-schema",
        "a change is applied in whatever vocabulary the record has",
        &["R22", "R23"],
        found("P8b", 9),
        MIXED,
        &WithoutSchema,
    ),
    variant(
        "schema-lowered",
        "old code writes its own version on the record",
        &["R22", "R23"],
        found("P8a", 9),
        Bounds { opens: 3, crashes: 1, ..MIXED },
        &Lowered,
    ),
    variant(
        "compatible-floor-ignored",
        "old code opens data that need newer code",
        &["R23"],
        found("P15", 6),
        Bounds { opens: 2, breaking: true, ..MIXED },
        &FloorIgnored,
    ),
];

struct AfterActive;
impl Rules<Tally, Deed> for AfterActive {
    fn must_settle(&self, _base: &Record<Tally>, _code: SchemaVersion, log: &Log<Deed>, pending: bool) -> bool {
        !log.is_empty() || pending
    }
}

struct InClaim;
impl Rules<Tally, Deed> for InClaim {
    fn claim(
        &self,
        config: &Config<TallyShape>,
        record: Option<&Record<Tally>>,
        claim: &Claim,
    ) -> Option<Record<Tally>> {
        let mut new = Standard.claim(config, record, claim)?;
        let code = config.settings().schema;
        if new.schema < code {
            new.data.migrate(config.shape(), new.schema, code).ok()?;
            new.schema = code;
        }
        Some(new)
    }
}

struct WithoutSchema;
impl Rules<Tally, Deed> for WithoutSchema {
    fn translate(
        &self,
        _config: &Config<TallyShape>,
        change: &Deed,
        _from: SchemaVersion,
        _to: SchemaVersion,
    ) -> Option<Deed> {
        Some(*change)
    }
}

struct Lowered;
impl Rules<Tally, Deed> for Lowered {
    fn settled_schema(&self, _record: SchemaVersion, code: SchemaVersion) -> SchemaVersion {
        code
    }
}

struct FloorIgnored;
impl Rules<Tally, Deed> for FloorIgnored {
    fn is_too_old(&self, _record: &Record<Tally>, _code: SchemaVersion) -> bool {
        false
    }
}
