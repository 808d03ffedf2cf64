//! Why an envelope was not opened.

use core::fmt;
use core::num::NonZeroU32;

/// An envelope was refused. Nothing of its content is repeated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum BadPacked {
    /// It ends before its content begins.
    Ended,
    /// Another version.
    Version {
        /// Its number.
        found: u8,
    },
    /// A form that this build does not know: another one, or zstd without the feature.
    UnknownForm {
        /// Its number.
        found: u8,
    },
    /// Its content is larger than the caller takes, or does not say how large it is.
    TooBig {
        /// The caller's maximum in bytes.
        limit: usize,
    },
    /// It was packed with a dictionary, and this packer has none or another.
    WrongDictionary {
        /// The id of the one that it needs.
        needed: NonZeroU32,
        /// The id of the packer's.
        held: Option<NonZeroU32>,
    },
    /// Something follows its content.
    TrailingBytes,
    /// Its content cannot be decompressed.
    Corrupt,
    /// The text is no base64, or base64 in another form than the one without padding.
    NotBase64,
}

impl fmt::Display for BadPacked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended => f.write_str("the envelope ends, expected its content"),
            Self::Version { found } => write!(f, "version {found} of the envelope, expected 1"),
            Self::UnknownForm { found } => write!(f, "form {found} of the content, expected one that is built in"),
            Self::TooBig { limit } => write!(f, "the content is larger than the limit, expected at most {limit} bytes"),
            Self::WrongDictionary { needed, held: Some(held) } => {
                write!(f, "packed with the dictionary {needed}, and the packer has {held}")
            }
            Self::WrongDictionary { needed, held: None } => {
                write!(f, "packed with the dictionary {needed}, and the packer has none")
            }
            Self::TrailingBytes => f.write_str("bytes after the content, expected the end"),
            Self::Corrupt => f.write_str("the content cannot be decompressed"),
            Self::NotBase64 => f.write_str("other text, expected base64 without padding"),
        }
    }
}

impl core::error::Error for BadPacked {}
