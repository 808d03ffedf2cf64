//! The storable text form: JSON, with a tagged string for each value that JSON has not (DIA-11, decision D29, race R39).
//!
//! Total and injective: every value has one text, and no other value has it. A string that begins with [`SIGN`] is written
//! with the sign twice, so nothing that a player writes is ever taken for a tag.
//!
//! [`read()`] takes any JSON value: objects become maps, arrays arrays, tagged strings what they stand for. It refuses what
//! [`crate::json`] does, and `null` in an object, a number that 64 bits do not hold, and a payload that its tag has not. The
//! value and what it takes to read it are at most 48 bytes for each byte of the text, and 64 KiB.

mod read;
mod refused;
mod shapes;
#[cfg(test)]
mod tests;
mod write;

use super::{push, roblox};
use crate::json::{self, JsonError, JsonProblem, Writer};
use crate::stored::Stored;
use crate::value::{Path, Text, Value};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// What a tagged string begins with.
pub const SIGN: char = '$';

/// A text is not that of a value. Holds offsets, keys and what was expected, none of the values.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct BadText {
    /// Offset in bytes from the start of the text.
    pub at: usize,
    /// The innermost value around it. Of a key, it is the object.
    pub path: Path,
    /// What was refused there.
    pub what: JsonProblem,
}

impl fmt::Display for BadText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "text refused at byte {}, in {}: {}", self.at, self.path, self.what)
    }
}

impl core::error::Error for BadText {}

/// Puts the text of `value` behind `out`. If `out` is empty, its buffer is written to.
pub fn write(value: &Value, out: &mut String) {
    write::write(value, out);
}

/// Puts the text of `value` behind `out` as bytes, which are UTF-8 and have not been looked at again.
pub(crate) fn put(value: &Value, out: &mut Vec<u8>) {
    write::put(value, out);
}

/// Puts the text of a string behind `out`, as a key has it, in the same way.
pub(crate) fn put_string(text: &Text, out: &mut Vec<u8>) {
    write::string(text, out);
}

/// The value of a text that holds nothing else but white space. Who reads many, one after the other, has a [`Decoder`].
///
/// # Errors
/// It is the text of no value, or beyond `limits` or 4 GiB.
pub fn read(text: &str, limits: json::Limits) -> Result<Value, BadText> {
    Decoder::new(limits).read(text)
}

/// Reads texts one after the other, and keeps the lists of keys from one to the next: records of one game have the same keys,
/// so small ones are read in less time, and their values share the lists. It keeps at most 1 024 lists, whose keys take
/// 256 KiB.
#[derive(Clone, Debug)]
pub struct Decoder {
    limits: json::Limits,
    kept: read::Kept,
}

impl Decoder {
    /// A reader of texts within these limits.
    pub fn new(limits: json::Limits) -> Self {
        Self { limits, kept: read::Kept::default() }
    }

    /// As [`read()`].
    ///
    /// # Errors
    /// As there. The next text is read as if this one had not been there.
    pub fn read(&mut self, text: &str) -> Result<Value, BadText> {
        let read = json::Reader::new(text, self.limits).and_then(|mut reader| {
            let value = next(&mut reader, &mut self.kept)?;
            reader.end()?;
            Ok(value)
        });
        read.map_err(|error| refused::bad_text(text, self.limits, error))
    }
}

impl Stored for Value {
    fn write(&self, to: Writer<'_>) {
        write::write(self, to.into_string());
    }

    fn read(from: &mut json::Reader<'_>) -> Result<Self, JsonError> {
        next(from, &mut read::Kept::default())
    }
}

fn next(from: &mut json::Reader<'_>, kept: &mut read::Kept) -> Result<Value, JsonError> {
    let (text, at, depth) = from.rest();
    let Some((value, end)) = read::Reader::read(text, at, depth, kept) else {
        return Err(refused::first(&mut from.clone()));
    };
    from.move_to(end);
    Ok(value)
}

/// The value that a string of JSON stands for; `None` if its tag has no such payload.
pub(super) fn string(text: &str) -> Option<Value> {
    match text.strip_prefix(SIGN) {
        None => Some(Value::Text(text.into())),
        Some(escaped) if escaped.starts_with(SIGN) => Some(Value::Text(escaped.into())),
        Some(content) => roblox::read(content).ok(),
    }
}
