//! Broken variants: the protocol without one of its mechanisms. Each overrides exactly one rule, and the checker must
//! find what breaks, or the mechanism is harmless and SPEC.md says why it is kept.

use crate::bounds::Bounds;
use crate::tally::{Deed, Tally};
use crate::world::AnyRules;
use keyholder_core::rules::Rules;

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
        /// The property.
        property: &'static str,
        /// The steps of its shortest trace.
        steps: usize,
    },
    /// No property breaks in its world.
    Harmless,
}

/// A variant by its name.
pub fn find(name: &str) -> Option<Variant> {
    all().into_iter().find(|variant| variant.name == name)
}

/// A session's write is not fenced: it takes effect whoever holds the record.
struct SaveUnfenced;

impl Rules<Tally, Deed> for SaveUnfenced {
    fn may_save(
        &self,
        _record: &keyholder_core::record::Record<Tally>,
        _me: keyholder_core::update::Ticket,
    ) -> bool {
        true
    }
}

/// All variants, in the order of the table.
pub fn all() -> Vec<Variant> {
    vec![Variant {
        name: "save-without-fence",
        about: "a save takes effect whoever holds the record",
        races: &["R02", "R09"],
        expected: Expected::Found { property: "P1", steps: 0 },
        bounds: Bounds { opens: 2, deeds: 1, ..Bounds::SMALL },
        rules: &SaveUnfenced,
        nightly: false,
    }]
}
