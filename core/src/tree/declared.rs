//! What a schema says of one path, or of all paths of one form.

use crate::ops::{Bounds, FieldKind};
use crate::value::{Path, Segment, Text};
use alloc::vec::Vec;
use core::fmt;

/// The form of a path: keys, and places where any key or index stands.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Pattern(Vec<Wild>);

/// One step of a [`Pattern`].
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a step is named or it is not")]
pub enum Wild {
    /// This key.
    Key(Text),
    /// Any key of a map and any place of an array.
    Any,
}

impl Pattern {
    /// Reads `stats.coins` or `inventory.*.count`: keys with points between them, `*` for any. A key that has a point in it,
    /// or is a star, takes [`Pattern::from`].
    pub fn new(text: &str) -> Self {
        let step = |part| if part == "*" { Wild::Any } else { Wild::Key(Text::from(part)) };
        Self(text.split('.').map(step).collect())
    }

    /// The steps.
    pub fn steps(&self) -> &[Wild] {
        &self.0
    }

    /// The one path that has this form, if there is only one.
    pub(super) fn path(&self) -> Option<Path> {
        let key = |step: &Wild| match step {
            Wild::Key(key) => Some(Segment::Key(key.clone())),
            Wild::Any => None,
        };
        self.0.iter().map(key).collect::<Option<Vec<_>>>().map(Path::from)
    }
}

impl From<Vec<Wild>> for Pattern {
    fn from(steps: Vec<Wild>) -> Self {
        Self(steps)
    }
}

impl From<&str> for Pattern {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        self.0.iter().try_for_each(|step| match step {
            Wild::Key(key) => Segment::Key(key.clone()).fmt(f),
            Wild::Any => f.write_str(".*"),
        })
    }
}

/// A field that the code knows.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    pattern: Pattern,
    kind: FieldKind,
    retired: bool,
}

impl Declared {
    /// A value that is replaced as a whole, whatever is in it.
    pub fn register(pattern: impl Into<Pattern>) -> Self {
        Self { pattern: pattern.into(), kind: FieldKind::Register, retired: false }
    }

    /// A whole number that operations add to. Where it is absent it counts from what the template has there, else from 0.
    pub fn counter(pattern: impl Into<Pattern>, bounds: Bounds) -> Self {
        Self { pattern: pattern.into(), kind: FieldKind::Counter(bounds), retired: false }
    }

    /// An array of at most so many different values, in their order. Where it is absent it is what the template has there,
    /// else empty.
    pub fn set(pattern: impl Into<Pattern>, max_len: u32) -> Self {
        Self { pattern: pattern.into(), kind: FieldKind::Set { max_len }, retired: false }
    }

    /// A field of an older version that a migration renames or drops: operations of that version, recovered from a journal,
    /// work where the data still have it, and nothing ever creates it (rule R-6).
    pub fn retired(mut self) -> Self {
        self.retired = true;
        self
    }

    /// Where it is.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// Its kind.
    pub fn kind(&self) -> &FieldKind {
        &self.kind
    }

    /// True if it belongs to an older version.
    pub fn is_retired(&self) -> bool {
        self.retired
    }
}
