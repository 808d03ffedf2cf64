//! Why a value was refused, where in it, and what to do about it.

use super::{Path, Segment};
use alloc::string::String;
use core::fmt;

/// A value was refused: it may not be stored, or could not become a value or something else.
///
/// Holds a path and names of types; of the data, keys alone.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "where and why: callers build it for their own refusals")]
pub struct Refused {
    /// Where, from the root of what was looked at.
    pub path: Path,
    /// Why.
    pub why: Reason,
}

/// Why a value was refused.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// NaN or an infinity, which JSON has not.
    NotFinite,
    /// A string that is no UTF-8.
    NotUtf8,
    /// A key that is no UTF-8; the path ends with it.
    KeyNotUtf8,
    /// [`Nil`](super::Value::Nil) in an array.
    Hole,
    /// More tables inside each other than are allowed.
    TooDeep {
        /// The limit in levels.
        limit: u8,
    },
    /// The text form is too long; found as soon as it is, so how long it would be is not known.
    TooBig {
        /// The limit in bytes.
        limit: usize,
    },
    /// An integer that a Luau number does not hold.
    Inexact,
    /// A key of a table twice, or two keys with the same text.
    DuplicateKey,
    /// A table with the keys 1 to n in which one is missing.
    MissingPlace {
        /// The first that is missing.
        key: u64,
    },
    /// A table with string keys and number keys; the path ends with a string key.
    MixedKeys,
    /// A number as key that is no place of an array.
    NumberKey,
    /// A key of another type.
    KeyType {
        /// The host's name of the type.
        name: &'static str,
    },
    /// A table inside itself; the path ends where it comes again.
    Cycle {
        /// Where the table is first.
        of: Path,
    },
    /// A type that no value stands for, or not on the other side.
    Unknown {
        /// Its name.
        name: &'static str,
    },
    /// A value of a known type that has no counterpart on the other side.
    NoCounterpart {
        /// What has none.
        what: &'static str,
    },
    /// Nothing (`null`, `()`) as the value of a key.
    Nothing,
    /// A string with the sign of a tag, and behind it not what its type has there.
    BadTag,
    /// A value of another type than the one that is read.
    WrongType {
        /// What was found.
        found: &'static str,
        /// What the type being read expects, in its words.
        expected: String,
    },
    /// A field that the type being read needs.
    MissingField {
        /// Its name.
        name: &'static str,
    },
    /// What the type being written or read said itself.
    Said(String),
}

impl Refused {
    /// At the root.
    pub(crate) fn new(why: Reason) -> Self {
        Self { path: Path::root(), why }
    }

    /// Seen from one level further out.
    pub(crate) fn within(mut self, segment: impl Into<Segment>) -> Self {
        self.path.put_first(segment.into());
        self
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "value refused at {}: {}", self.path, self.why)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite => f.write_str("NaN or an infinity; store a finite number, or allow them in the policy"),
            Self::NotUtf8 => f.write_str("a string that is no UTF-8; store a buffer, or allow it in the policy"),
            Self::KeyNotUtf8 => f.write_str("a key that is no UTF-8; choose another, or allow it in the policy"),
            Self::Hole => f.write_str("nil in an array; close the gap, or use a table with string keys"),
            Self::TooDeep { limit } => {
                write!(f, "more than {limit} tables inside each other; store what is deeper under a key of its own")
            }
            Self::TooBig { limit } => {
                write!(f, "the text form takes more than {limit} bytes; `storable::largest` says which parts take most")
            }
            Self::Inexact => f.write_str("an integer beyond 2^53, which a number does not hold; store it as a string"),
            Self::DuplicateKey => f.write_str("a key that comes twice; keep one of the two"),
            Self::MissingPlace { key } => {
                write!(f, "an array without {key}; close the gap, or declare number keys as strings")
            }
            Self::MixedKeys => {
                f.write_str("a string key beside number keys; use two tables, or declare number keys as strings")
            }
            Self::NumberKey => f.write_str("a number key that is no place of an array; declare number keys as strings"),
            Self::KeyType { name } => write!(f, "a key of type {name}; use a string"),
            Self::Cycle { of } => write!(f, "the table at {of} again, inside itself; store its name instead"),
            Self::Unknown { name } => write!(f, "the type {name} has no counterpart; store what it is made from"),
            Self::NoCounterpart { what } => write!(f, "{what} has no counterpart; store something else"),
            Self::Nothing => f.write_str("nothing as the value of a key; leave the key out (`skip`, `Option`)"),
            Self::BadTag => f.write_str("a tagged string with a payload that its type has not; double its first sign"),
            Self::WrongType { found, expected } => write!(f, "found {found}, expected {expected}"),
            Self::MissingField { name } => write!(f, "the field `{name}` is missing; give it a default"),
            Self::Said(text) => f.write_str(text),
        }
    }
}

impl core::error::Error for Refused {}

impl From<Reason> for Refused {
    /// At the root.
    fn from(why: Reason) -> Self {
        Self::new(why)
    }
}
