//! What can be wrong with a text, and where.

use core::fmt;

/// A text was refused. The reader is where it was before the call; the mistake is that of whoever wrote the text,
/// unless the problem says otherwise.
///
/// Holds offsets, kinds and names that the *reading program* chose; nothing of the text itself.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "where and what: callers build it for their own refusals")]
pub struct JsonError {
    /// Offset in bytes from the start of the text.
    pub at: usize,
    /// What was refused there.
    pub what: JsonProblem,
}

/// Why a text was refused.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum JsonProblem {
    /// The text is longer than [`Limits::max_bytes`](super::Limits::max_bytes); nothing of it was read.
    TooBig {
        /// The limit in bytes.
        limit: usize,
    },
    /// More objects and arrays are open than [`Limits::max_depth`](super::Limits::max_depth) allows.
    TooDeep {
        /// The limit in levels.
        limit: u8,
    },
    /// The text ends too early.
    Ended {
        /// What had to follow.
        expected: &'static str,
    },
    /// Not JSON.
    Malformed {
        /// What had to stand here.
        expected: &'static str,
    },
    /// A value of another kind.
    WrongKind {
        /// The kind that the reading program asked for.
        expected: Kind,
        /// The kind that stands here.
        found: Kind,
    },
    /// A number with a fraction, an exponent or a negative zero, where a plain integer has to stand.
    NotAnInteger {
        /// The type that the reading program asked for.
        expected: &'static str,
    },
    /// An integer that the type cannot hold.
    OutOfRange {
        /// The type that the reading program asked for.
        expected: &'static str,
    },
    /// A string with a control character that is not escaped.
    ControlCharacter,
    /// A string with an escape that JSON does not have.
    BadEscape,
    /// A string with half of a UTF-16 pair: it stands for no character.
    LoneSurrogate,
    /// A string that has to be exactly so many lowercase hex digits, without escapes.
    NotHex {
        /// The number of digits.
        digits: u8,
    },
    /// An object with the same key twice: two readers could disagree on which one counts.
    DuplicateKey,
    /// An object without a field that it has to have; the offset is that of its end.
    MissingField(&'static str),
    /// Well-formed, but not what the reading program can take.
    Refused {
        /// What had to stand here.
        expected: &'static str,
    },
    /// Something follows the value that the text had to consist of.
    TrailingText,
    /// The reading program's own mistake: it was shown this value and did not read it.
    Unread,
}

/// The kinds of JSON values.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "JSON has these kinds and no others")]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl JsonError {
    /// `what` was refused at byte `at`.
    pub(super) fn new(at: usize, what: JsonProblem) -> Self {
        Self { at, what }
    }

    /// Something else than `expected` stands at byte `at`, or nothing.
    pub(super) fn unexpected(text: &str, at: usize, expected: &'static str) -> Self {
        if at < text.len() {
            Self::new(at, JsonProblem::Malformed { expected })
        } else {
            Self::new(text.len(), JsonProblem::Ended { expected })
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JSON refused at byte {}: {}", self.at, self.what)
    }
}

impl fmt::Display for JsonProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooBig { limit } => write!(f, "the text is longer than the limit, expected at most {limit} bytes"),
            Self::TooDeep { limit } => write!(f, "nested too deeply, expected at most {limit} levels"),
            Self::Ended { expected } => write!(f, "the text ends, expected {expected}"),
            Self::Malformed { expected } => write!(f, "not JSON, expected {expected}"),
            Self::WrongKind { expected, found } => write!(f, "found {found}, expected {expected}"),
            Self::NotAnInteger { expected } => {
                write!(f, "a fraction, an exponent or a negative zero, expected {expected}")
            }
            Self::OutOfRange { expected } => write!(f, "the number is out of range, expected {expected}"),
            Self::ControlCharacter => f.write_str("a control character in a string, expected its escape"),
            Self::BadEscape => f.write_str("an unknown escape in a string, expected one that JSON has"),
            Self::LoneSurrogate => f.write_str("half of a surrogate pair in a string, expected both halves"),
            Self::NotHex { digits } => {
                write!(f, "another string, expected exactly {digits} lowercase hex digits without escapes")
            }
            Self::DuplicateKey => f.write_str("a duplicate key, expected every key once"),
            Self::MissingField(name) => write!(f, "the object ends, expected the field {name:?}"),
            Self::Refused { expected } => write!(f, "another value, expected {expected}"),
            Self::TrailingText => f.write_str("text after the value, expected the end"),
            Self::Unread => f.write_str("the program left this value unread, expected it to be read or skipped"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

impl core::error::Error for JsonError {}
