//! The text form inside JSON that somebody else writes and reads: what its strings and its integers stand for.

use super::SIGN;
use crate::json::{self, Limits, Writer};
use crate::stored::Stored;
use crate::value::{Number, Text, Value};
use alloc::borrow::Cow;
use alloc::string::{String, ToString};

/// The string that stands for `value`, before it is quoted; none if another kind of JSON does. Borrowed if it is the
/// value's own text, unchanged.
pub(crate) fn string(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Nil | Value::Bool(_) | Value::Array(_) | Value::Map(_) => None,
        Value::Number(it) if it.0.is_finite() => None,
        Value::Text(it) => Some(text(it)),
        Value::Number(_) | Value::Buffer(_) | Value::Roblox(_) => Some(Cow::Owned(written(value))),
    }
}

/// The same of a string or a key.
pub(crate) fn text(text: &Text) -> Cow<'_, str> {
    match text.as_str() {
        Some(plain) if !plain.starts_with(SIGN) => Cow::Borrowed(plain),
        _ => Cow::Owned(written(&Value::Text(text.clone()))), // wildcard: signed, or no UTF-8
    }
}

/// What a string stands for; none if its payload is not what its tag has.
pub(crate) fn read(text: &str) -> Option<Value> {
    super::text::string(text)
}

/// The number of a JSON integer. Beyond 2^53 the digits have to be the ones that the text form writes, as
/// `9007199254740994`; others, as `9007199254740993`, would come back changed.
pub(crate) fn integer(digits: i128) -> Option<Number> {
    Number::exact(digits).or_else(|| {
        let number = Number(digits as f64);
        let mut text = String::new();
        Value::Number(number).write(Writer::new(&mut text));
        (text == digits.to_string()).then_some(number)
    })
}

/// What the text form has between the quotes, without escapes.
fn written(value: &Value) -> String {
    let mut quoted = String::new();
    value.write(Writer::new(&mut quoted));
    let limits = Limits { max_depth: 0, max_bytes: usize::MAX };
    // A string that was just written is read.
    let read = json::read(&quoted, limits, |reader| reader.string().map(Cow::into_owned));
    read.unwrap_or_default()
}
