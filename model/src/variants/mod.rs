//! Broken variants: the protocol without one of its mechanisms. Each overrides exactly one rule, and the checker must
//! find what breaks, or the mechanism is harmless and SPEC.md says why it is kept.

mod fence;
mod handback;
mod handshake;
mod journal;
mod ledger;
mod lifetime;
mod outside;
mod schema;
mod session;

use crate::bounds::Bounds;
use crate::world::AnyRules;

/// One broken variant.
#[derive(Clone, Copy)]
pub struct Variant {
    /// Its name on the command line: what it removes.
    pub name: &'static str,
    /// What it does instead, in a sentence.
    pub about: &'static str,
    /// The races that it tells.
    pub races: &'static [&'static str],
    /// What the checker must say.
    pub expected: Expected,
    /// The smallest world in which it is told.
    pub bounds: Bounds,
    /// Its rules.
    pub rules: &'static AnyRules,
    /// Too deep for every run of CI.
    pub nightly: bool,
}

/// What the checker must say of a variant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Expected {
    /// This property breaks, by a shortest trace of this many steps.
    Found {
        /// The property; `L1` is liveness.
        property: &'static str,
        /// The steps of its shortest trace.
        steps: usize,
    },
    /// No property breaks in its world.
    Harmless,
}

const fn found(property: &'static str, steps: usize) -> Expected {
    Expected::Found { property, steps }
}

/// A variant by its name.
pub fn find(name: &str) -> Option<Variant> {
    all().into_iter().find(|variant| variant.name == name)
}

/// All variants, in the order of the table.
pub fn all() -> Vec<Variant> {
    [
        fence::VARIANTS,
        ledger::VARIANTS,
        session::VARIANTS,
        journal::VARIANTS,
        handback::VARIANTS,
        outside::VARIANTS,
        lifetime::VARIANTS,
        schema::VARIANTS,
        handshake::VARIANTS,
    ]
    .concat()
}

/// What most variants name.
mod prelude {
    pub(super) use super::{Expected, Variant, found};
    pub(super) use crate::bounds::Bounds;
    pub(super) use crate::tally::{Deed, Kind, Tally, TallyShape};
    pub(super) use keyholder_core::config::Config;
    pub(super) use keyholder_core::document::Document;
    pub(super) use keyholder_core::ids::{Epoch, SchemaVersion, Seq};
    pub(super) use keyholder_core::journal::{Journal, JournalUpdate};
    pub(super) use keyholder_core::ledger::{Ledger, Source};
    pub(super) use keyholder_core::record::{Owner, Record};
    pub(super) use keyholder_core::rules::{Rules, Standard};
    pub(super) use keyholder_core::segment::{Log, Segment};
    pub(super) use keyholder_core::update::{External, Ticket};

    /// Two servers, and what a variant's world adds.
    pub(super) const S: Bounds = Bounds::SMALL;

    /// A variant whose world is in every run of CI.
    pub(super) const fn variant(
        name: &'static str,
        about: &'static str,
        races: &'static [&'static str],
        expected: Expected,
        bounds: Bounds,
        rules: &'static crate::world::AnyRules,
    ) -> Variant {
        Variant { name, about, races, expected, bounds, rules, nightly: false }
    }

    /// A variant that is told at night.
    pub(super) const fn nightly(variant: Variant) -> Variant {
        Variant { nightly: true, ..variant }
    }
}
