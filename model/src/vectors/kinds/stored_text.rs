//! Values, changes, paths and logs as their stored texts.

use keyholder_core::json::{self, JsonError, Limits, Writer};
use keyholder_core::stored::Stored;

/// Reads a text that holds nothing else.
pub(in crate::vectors) fn read<T: Stored>(text: &str) -> Result<T, JsonError> {
    json::read(text, Limits::default(), T::read)
}

/// Writes the text.
pub(in crate::vectors) fn write<T: Stored>(it: &T) -> String {
    let mut text = String::new();
    it.write(Writer::new(&mut text));
    text
}
