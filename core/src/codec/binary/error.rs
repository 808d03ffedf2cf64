//! What can be wrong with bytes, and where.

use crate::value::Path;
use core::fmt;

/// Bytes were refused: where, by offset and by path, and why. Nothing of a player's data is repeated, but for the keys of
/// the path.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "where and what")]
pub struct BadBinary {
    /// Offset in bytes from the start.
    pub at: usize,
    /// The value that was being read there.
    pub path: Path,
    /// What was refused.
    pub what: BinaryProblem,
}

/// Why bytes were refused.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum BinaryProblem {
    /// Longer than [`Limits::max_bytes`](super::Limits::max_bytes); nothing was read.
    TooBig {
        /// The limit in bytes.
        limit: usize,
    },
    /// More maps and arrays are open than [`Limits::max_depth`](super::Limits::max_depth) allows.
    TooDeep {
        /// The limit in levels.
        limit: u8,
    },
    /// Another version of the form.
    Version {
        /// Its number.
        found: u8,
    },
    /// The bytes end before what was begun, or hold less than a length or a count promises.
    Ended,
    /// Bytes follow the value that there had to be alone.
    TrailingBytes,
    /// A tag that stands for nothing.
    UnknownTag {
        /// The tag.
        found: u8,
    },
    /// A number of more than 64 bits, or one that its place cannot hold.
    OutOfRange,
    /// A number, a length or a count that takes fewer bytes in another form.
    NotShortest,
    /// The keys of a map that do not ascend, byte by byte.
    KeyOrder,
    /// A list of keys in full that has a number already.
    KnownKeys,
    /// A number that no list of keys has.
    UnknownKeys,
    /// Nil in a map, where the key is left out instead.
    NilInMap,
    /// A text of a Roblox value that is no UTF-8.
    NotUtf8,
    /// A Roblox value whose bytes are not what its type has.
    BadPayload,
    /// An operation that no change has: nil that is put, too deep a place, or one too many.
    BadOperation,
    /// A Roblox value of the open kind, with letters that stand for something else.
    KnownKind,
}

/// A refusal on its way up: the path is added at the end, so that nothing is paid for it where all is well.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Refused {
    pub(crate) at: usize,
    pub(crate) what: BinaryProblem,
}

impl fmt::Display for BadBinary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bytes refused at {}, {}: {}", self.at, self.path, self.what)
    }
}

impl fmt::Display for BinaryProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooBig { limit } => write!(f, "longer than the limit, expected at most {limit} bytes"),
            Self::TooDeep { limit } => write!(f, "nested too deeply, expected at most {limit} levels"),
            Self::Version { found } => write!(f, "version {found}, expected {}", super::VERSION),
            Self::Ended => f.write_str("the bytes end, expected as many as were promised"),
            Self::TrailingBytes => f.write_str("bytes after the value, expected the end"),
            Self::UnknownTag { found } => write!(f, "the tag {found:#04x}, expected one that stands for something"),
            Self::OutOfRange => f.write_str("the number is out of range"),
            Self::NotShortest => f.write_str("a long form, expected the shortest"),
            Self::KeyOrder => f.write_str("keys in another order, expected them to ascend"),
            Self::KnownKeys => f.write_str("a list of keys that has been, expected its number"),
            Self::UnknownKeys => f.write_str("a number that no list of keys has"),
            Self::NilInMap => f.write_str("nil in a map, expected the key to be left out"),
            Self::NotUtf8 => f.write_str("bytes that are no text, expected UTF-8"),
            Self::BadPayload => f.write_str("other bytes, expected a payload of the type"),
            Self::BadOperation => f.write_str("an operation that no change has"),
            Self::KnownKind => f.write_str("a kind with a tag of its own, expected that tag"),
        }
    }
}

impl core::error::Error for BadBinary {}
