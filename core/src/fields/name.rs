//! Names of fields.

use alloc::string::String;
use core::borrow::Borrow;
use core::fmt;

/// The longest name of a field, in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 64;

/// The name of a field: UTF-8, not empty, at most [`MAX_NAME_BYTES`] bytes, compared byte by byte.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct FieldName(String);

impl FieldName {
    /// A name.
    ///
    /// # Errors
    /// [`BadName`] if it is empty or longer than [`MAX_NAME_BYTES`].
    pub fn new(name: impl Into<String>) -> Result<Self, BadName> {
        let name = name.into();
        if name.is_empty() {
            Err(BadName::Empty)
        } else if name.len() > MAX_NAME_BYTES {
            Err(BadName::TooLong)
        } else {
            Ok(Self(name))
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for FieldName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name that was refused.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum BadName {
    /// There is nothing in it.
    Empty,
    /// It exceeds [`MAX_NAME_BYTES`].
    TooLong,
}

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the name of a field is empty"),
            Self::TooLong => write!(f, "the name of a field exceeds {MAX_NAME_BYTES} bytes"),
        }
    }
}

impl core::error::Error for BadName {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn names_have_from_1_to_64_bytes() {
        assert_eq!(FieldName::new(""), Err(BadName::Empty));
        assert_eq!(FieldName::new("a").unwrap().as_str(), "a");
        assert_eq!(FieldName::new("a".repeat(64)).unwrap().to_string().len(), 64);
        assert_eq!(FieldName::new("a".repeat(65)), Err(BadName::TooLong));
        // 33 letters of two bytes each.
        assert_eq!(FieldName::new("ä".repeat(33)), Err(BadName::TooLong));
        assert!(BadName::Empty.to_string().contains("empty"));
        assert!(BadName::TooLong.to_string().contains("64"));
    }
}
