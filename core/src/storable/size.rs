//! How long the text form of a value is, without writing it: only numbers with a fraction and Roblox values are written,
//! one at a time.

use crate::codec::SIGN;
use crate::json::Writer;
use crate::stored::Stored;
use crate::value::{Number, Text, Value};
use alloc::string::String;
use alloc::vec;

/// What a text takes.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "bytes and characters")]
pub struct Size {
    /// Bytes of UTF-8.
    pub bytes: usize,
    /// Unicode characters.
    pub chars: usize,
}

impl Size {
    pub(super) fn plus(self, other: Self) -> Self {
        Self { bytes: self.bytes.saturating_add(other.bytes), chars: self.chars.saturating_add(other.chars) }
    }

    /// So many characters of one byte.
    fn ascii(chars: usize) -> Self {
        Self { bytes: chars, chars }
    }

    /// Text that is written as it is.
    fn plain(text: &str) -> Self {
        Self { bytes: text.len(), chars: text.chars().count() }
    }
}

/// Exactly what the text form of `value` takes.
///
/// What is shared counts wherever it stands, as it is written there.
pub fn text_len(value: &Value) -> Size {
    let mut meter = Meter::default();
    let mut size = Size::default();
    // No recursion: how deep the value is, nobody has checked.
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        size = size.plus(meter.frame(value));
        match value {
            Value::Nil | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Buffer(_) | Value::Roblox(_) => {}
            Value::Array(it) => left.extend(it.iter()),
            Value::Map(it) => {
                size = it.keys().as_slice().iter().fold(size, |size, it| size.plus(key(it)));
                left.extend(it.values());
            }
        }
    }
    size
}

/// Measures values one by one.
#[derive(Default)]
pub(super) struct Meter {
    scratch: String,
}

impl Meter {
    /// What the value itself takes: a leaf all of it, a table its brackets and commas, without keys and values.
    pub(super) fn frame(&mut self, value: &Value) -> Size {
        match value {
            Value::Nil | Value::Bool(true) => Size::ascii(4),
            Value::Bool(false) => Size::ascii(5),
            Value::Number(it) => digits(*it).map_or_else(|| self.written(value), Size::ascii),
            Value::Text(it) => string(it),
            Value::Array(it) => Size::ascii(it.len().saturating_sub(1).saturating_add(2)),
            Value::Map(it) => Size::ascii(it.len().saturating_sub(1).saturating_add(2)),
            Value::Buffer(it) => tagged(it.len()),
            Value::Roblox(_) => self.written(value),
        }
    }

    fn written(&mut self, leaf: &Value) -> Size {
        self.scratch.clear();
        leaf.write(Writer::new(&mut self.scratch));
        Size::plain(&self.scratch)
    }
}

/// A key with its colon.
pub(super) fn key(key: &Text) -> Size {
    string(key).plus(Size::ascii(1))
}

/// The characters of an integer.
fn digits(number: Number) -> Option<usize> {
    let integer = number.integer()?;
    let digits = integer.unsigned_abs().checked_ilog10().unwrap_or_default().saturating_add(1);
    usize::try_from(digits).ok()?.checked_add(usize::from(integer < 0))
}

/// A string with its quotes, its escapes and the second sign, or tagged if it is no UTF-8.
fn string(text: &Text) -> Size {
    let Some(text) = text.as_str() else {
        return tagged(text.len());
    };
    let more =
        text.bytes().filter(|byte| matches!(byte, b'"' | b'\\' | ..=0x1f)).fold(2_usize, |more, byte| match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' => more.saturating_add(1),
            _ => more.saturating_add(5),
        });
    let more = more.saturating_add(usize::from(text.starts_with(SIGN)));
    Size::plain(text).plus(Size::ascii(more))
}

/// Quotes, sign, tag, and the bytes in base64 without padding.
fn tagged(bytes: usize) -> Size {
    Size::ascii(bytes.saturating_mul(4).div_ceil(3).saturating_add(5))
}
