//! Why a stored form was refused.

use crate::json::{JsonError, JsonProblem};
use core::fmt;

/// An item was refused, on its way in or out. Whoever asked has nothing to write, so the stored item stays as it is.
///
/// Holds places, limits and names that this code chose; nothing of the item itself but the number of its layout.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum StoredError {
    /// Not the text of such an item.
    Json(JsonError),
    /// The bytes are no UTF-8.
    NotUtf8,
    /// Longer than an item of its kind may be. For a journal: save into the record instead.
    TooBig {
        /// The limit in bytes.
        limit: usize,
    },
    /// More of something than an item may hold.
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there may be.
        limit: usize,
    },
    /// Written by newer code in a layout that this code does not know.
    NewerLayout(u32),
    /// Well-formed, but no run of the protocol leads there.
    Invariant {
        /// What is wrong.
        what: &'static str,
    },
}

impl From<JsonError> for StoredError {
    fn from(error: JsonError) -> Self {
        match error.what {
            JsonProblem::TooBig { limit } => Self::TooBig { limit },
            JsonProblem::TooDeep { .. }
            | JsonProblem::Ended { .. }
            | JsonProblem::Malformed { .. }
            | JsonProblem::WrongKind { .. }
            | JsonProblem::NotAnInteger { .. }
            | JsonProblem::OutOfRange { .. }
            | JsonProblem::ControlCharacter
            | JsonProblem::BadEscape
            | JsonProblem::LoneSurrogate
            | JsonProblem::NotHex { .. }
            | JsonProblem::DuplicateKey
            | JsonProblem::MissingField(_)
            | JsonProblem::Refused { .. }
            | JsonProblem::TrailingText
            | JsonProblem::Unread => Self::Json(error),
        }
    }
}

impl fmt::Display for StoredError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => {
                write!(f, "{error}; the item is left as it is: correct its writer, or restore an older version")
            }
            Self::NotUtf8 => {
                f.write_str("not UTF-8; the item is left as it is: read it with the encoding that it was written with")
            }
            Self::TooBig { limit } => {
                write!(f, "longer than {limit} bytes; nothing is written: make it smaller, or divide it")
            }
            Self::TooMany { what, limit } => {
                write!(f, "too many {what}, at most {limit}; nothing is written: lower the setting that lets them grow")
            }
            Self::NewerLayout(layout) => {
                write!(f, "layout {layout} is newer than this code; the item is left as it is: update the code")
            }
            Self::Invariant { what } => {
                write!(f, "the item contradicts itself ({what}); it is left as it is: restore an older version")
            }
        }
    }
}

impl core::error::Error for StoredError {}
