//! The tokens of JSON: where a string or a number ends, and what a string means.
//!
//! Functions of a text and an offset into it; they know nothing of objects, arrays or limits.

use alloc::borrow::Cow;
use alloc::string::String;

use super::error::{JsonError, JsonProblem};
use super::plain::plain;

/// A string whose characters and escapes have been checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StringToken<'a> {
    /// The text between the quotes.
    pub(crate) inner: &'a str,
    /// Offset of the first byte after the closing quote.
    pub(crate) end: usize,
    escaped: bool,
}

impl<'a> StringToken<'a> {
    /// The string that is meant: borrowed, unless an escape had to be replaced.
    pub(crate) fn decode(self) -> Result<Cow<'a, str>, JsonError> {
        if !self.escaped {
            return Ok(Cow::Borrowed(self.inner));
        }
        let mut decoded = String::with_capacity(self.inner.len());
        let mut at = 0;
        while let Some(offset) = self.inner.get(at..).and_then(|rest| rest.find('\\')) {
            let start = at + offset;
            decoded.push_str(slice(self.inner, at, start)?);
            // The scan has accepted this escape: it does not fail here.
            let (character, next) = escape(self.inner, start)?;
            decoded.push(character);
            at = next;
        }
        decoded.push_str(slice(self.inner, at, self.inner.len())?);
        Ok(Cow::Owned(decoded))
    }
}

/// What the characters between the quotes of a string stand for; `None` if they are not to be found there.
pub(crate) fn unescape(inner: &str) -> Option<Cow<'_, str>> {
    StringToken { inner, end: 0, escaped: inner.contains('\\') }.decode().ok()
}

/// The string that starts with the quote at `at`.
pub(crate) fn string(text: &str, at: usize) -> Result<StringToken<'_>, JsonError> {
    let start = at + 1;
    let mut end = start;
    let mut escaped = false;
    loop {
        match text.as_bytes().get(end) {
            Some(b'"') => {
                return Ok(StringToken { inner: slice(text, start, end)?, end: end + 1, escaped });
            }
            Some(b'\\') => {
                escaped = true;
                (_, end) = escape(text, end)?;
            }
            Some(..=0x1f) => return Err(JsonError::new(end, JsonProblem::ControlCharacter)),
            Some(_) => end += plain(text.as_bytes().get(end..).unwrap_or_default()),
            None => return Err(JsonError::unexpected(text, end, "a closing quote")),
        }
    }
}

/// The offset after the number that starts at `at`.
pub(super) fn number(text: &str, at: usize) -> Result<usize, JsonError> {
    let byte = |at: usize| text.as_bytes().get(at).copied();
    let first = if byte(at) == Some(b'-') { at + 1 } else { at };
    let mut end = digits(text, first)?;
    if byte(first) == Some(b'0') && end > first + 1 {
        return Err(JsonError::unexpected(text, first + 1, "no digit after a leading zero"));
    }
    if byte(end) == Some(b'.') {
        end = digits(text, end + 1)?;
    }
    if let Some(b'e' | b'E') = byte(end) {
        let sign = matches!(byte(end + 1), Some(b'+' | b'-'));
        end = digits(text, end + 1 + usize::from(sign))?;
    }
    Ok(end)
}

/// The part of `text` between two offsets. Tokens begin and end beside ASCII bytes, so the offsets always stand
/// between characters; the error takes the place of a panic.
pub(super) fn slice(text: &str, from: usize, to: usize) -> Result<&str, JsonError> {
    text.get(from..to).ok_or_else(|| JsonError::unexpected(text, from, "whole characters"))
}

/// The offset after one or more digits.
fn digits(text: &str, at: usize) -> Result<usize, JsonError> {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    match rest.iter().take_while(|byte| byte.is_ascii_digit()).count() {
        0 => Err(JsonError::unexpected(text, at, "a digit")),
        count => Ok(at + count),
    }
}

/// The character that the escape at `at` stands for, and the offset after the escape.
fn escape(text: &str, at: usize) -> Result<(char, usize), JsonError> {
    let character = match text.as_bytes().get(at + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape(text, at),
        Some(_) => return Err(JsonError::new(at, JsonProblem::BadEscape)),
        None => return Err(JsonError::unexpected(text, at + 1, "the rest of an escape")),
    };
    Ok((character, at + 2))
}

/// The same for `\uXXXX`. A character beyond the basic plane takes two of them, a surrogate pair.
fn unicode_escape(text: &str, at: usize) -> Result<(char, usize), JsonError> {
    let first = utf16_unit(text, at)?;
    if let Some(Ok(character)) = char::decode_utf16([first]).next() {
        return Ok((character, at + 6));
    }
    let lone = JsonError::new(at, JsonProblem::LoneSurrogate);
    if text.as_bytes().get(at + 6..at + 8) != Some(b"\\u") {
        return Err(lone);
    }
    let second = utf16_unit(text, at + 6)?;
    match char::decode_utf16([first, second]).next() {
        Some(Ok(character)) => Ok((character, at + 12)),
        Some(Err(_)) | None => Err(lone),
    }
}

/// The four digits of the `\uXXXX` at `at`; upper and lower case are the same to JSON.
fn utf16_unit(text: &str, at: usize) -> Result<u16, JsonError> {
    let mut unit = 0;
    for offset in at + 2..at + 6 {
        let Some(&byte) = text.as_bytes().get(offset) else {
            return Err(JsonError::unexpected(text, offset, "the rest of an escape"));
        };
        let digit = char::from(byte).to_digit(16).and_then(|digit| u16::try_from(digit).ok());
        let Some(digit) = digit else {
            return Err(JsonError::new(at, JsonProblem::BadEscape));
        };
        unit = (unit << 4) | digit;
    }
    Ok(unit)
}
