//! A text as the value of an entry, and back.
//!
//! The platform parses what it is given and writes it again; its numbers are doubles, and beyond 2^53 they are clamped
//! (documentation: Data stores, Error codes and limits; numbers of v2 by announcement of the platform's staff). So a text is
//! the value itself only if that cannot change it:
//!
//! * A JSON object in canonical form (no white space, keys once, strings escaped as little as JSON allows, numbers in the
//!   form of ECMAScript and below 2^53, no -0) is the value. That is what records and journals are, so a game's scripts
//!   read tables. What is read is brought into the same form, however it was escaped and spaced on its way.
//! * Any other text is a JSON string. A record with a number from 2^53 on is among these: it keeps the number, and scripts
//!   read it by decoding the string.
//!
//! No text is both, so what is read is what was written. One thing is not established: whether the platform keeps the order
//! of keys. If it does not, a text comes back with its fields in another order; the protocol reads any.

use keyholder_core::json::{JsonError, Kind, Limits, Reader, Writer};
use keyholder_core::stored::Stored;
use keyholder_core::value::{Number, Value};
use keyholder_tokio::backend::{NotApplied, Refused};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::sync::Arc;

/// Deeper values are sent as strings, and not read as objects: no record is that deep.
const MAX_DEPTH: u8 = 128;

/// From here on, two integers may be one double.
const FIRST_INEXACT: f64 = 9_007_199_254_740_992.0;

/// The value that stands for a text, as JSON of at most `limit` bytes.
pub(crate) fn encode(text: &str, limit: usize) -> Result<Cow<'_, str>, Refused> {
    let too_large = || Refused::TooLarge { limit: limit.saturating_sub("\"\"".len()) };
    if text.len() > limit {
        return Err(too_large());
    }
    let is_itself = text.starts_with('{') && canonical(text).is_ok_and(|same| same.is_kept && same.text == text);
    let value = if is_itself {
        Cow::Borrowed(text)
    } else {
        let mut quoted = String::with_capacity(text.len().saturating_add("\"\"".len()));
        Writer::new(&mut quoted).string(text);
        Cow::Owned(quoted)
    };
    if value.len() > limit { Err(too_large()) } else { Ok(value) }
}

/// The text that a value stands for.
pub(crate) fn decode(value: &str) -> Result<Arc<str>, NotApplied> {
    if value.trim_start().starts_with('"') {
        let text: Cow<'_, str> = serde_json::from_str::<Text<'_>>(value).map_err(|_| NotApplied::Unavailable)?.0;
        return Ok(text.into());
    }
    match canonical(value) {
        Ok(canonical) => Ok(canonical.text.into()),
        Err(Changed::Number) => Err(Refused::Unsupported(
            "faithful numbers from 2^53 on: it may have changed one of this value, which was not written by this program",
        )
        .into()),
        // Not what was written here: whoever reads it says why it cannot be read.
        Err(Changed::Form) => Ok(value.into()),
    }
}

/// A string that is borrowed where it has no escapes.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// As JSON that is sent along as it is.
pub(crate) fn raw(value: Cow<'_, str>) -> Result<Box<RawValue>, Refused> {
    RawValue::from_string(value.into_owned()).map_err(|_| Refused::Invalid { status: 0 })
}

/// The canonical form of a value.
#[derive(Default)]
struct Canonical {
    text: String,
    /// Every reader and writer of JSON keeps its numbers: none is -0, whose sign some lose.
    is_kept: bool,
}

/// Why a value has no canonical form.
enum Changed {
    /// It has a number that the platform may have changed.
    Number,
    /// It is not what the protocol's reader takes.
    Form,
}

impl From<JsonError> for Changed {
    fn from(_: JsonError) -> Self {
        Self::Form
    }
}

fn canonical(text: &str) -> Result<Canonical, Changed> {
    let limits = Limits { max_depth: MAX_DEPTH, max_bytes: text.len() };
    let mut reader = Reader::new(text, limits)?;
    let mut out = String::with_capacity(text.len());
    let mut numbers = Numbers::default();
    copy(&mut reader, Writer::new(&mut out), &mut numbers)?;
    reader.end()?;
    if numbers.has_inexact {
        Err(Changed::Number)
    } else {
        Ok(Canonical { text: out, is_kept: !numbers.has_signed_zero })
    }
}

/// What was seen among the numbers of a value.
#[derive(Default)]
struct Numbers {
    has_inexact: bool,
    has_signed_zero: bool,
}

/// Copies a value, as deep as the reader's limits.
fn copy(from: &mut Reader<'_>, to: Writer<'_>, seen: &mut Numbers) -> Result<(), JsonError> {
    match from.peek()? {
        Kind::Object => to.object(|fields| from.object(|name, reader| copy(reader, fields.field(&name), seen))),
        Kind::Array => to.array(|elements| from.array(|_, reader| copy(reader, elements.element(), seen))),
        Kind::String => from.string().map(|text| to.string(&text)),
        Kind::Number => from.number().map(|digits| number(digits, to, seen)),
        Kind::Bool => from.bool().map(|it| to.bool(it)),
        Kind::Null => from.null().map(|()| to.null()),
    }
}

fn number(digits: &str, to: Writer<'_>, seen: &mut Numbers) {
    match digits.parse::<f64>() {
        Ok(number) if number.abs() < FIRST_INEXACT => {
            seen.has_signed_zero |= number == 0.0 && number.is_sign_negative();
            Value::Number(Number(number)).write(to);
        }
        _ => {
            seen.has_inexact = true;
            to.raw(digits);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};
    use crate::VALUE_MAX_BYTES;
    use keyholder_tokio::backend::{NotApplied, Refused};
    use proptest::prelude::*;

    fn sent(text: &str) -> String {
        encode(text, VALUE_MAX_BYTES).unwrap().into_owned()
    }

    #[test]
    fn an_object_that_nothing_changes_is_the_value_itself() {
        for text in [
            "{}",
            r#"{"layout":1,"data":{"coins":9007199254740991,"rate":-0.5,"tiny":1e-7,"none":null,"list":[true,[]]}}"#,
            "{\"b\":1,\"a\":\"\\\"\\\\ \u{e9}\u{1f511}/\"}",
        ] {
            assert_eq!(sent(text), text);
        }
    }

    #[test]
    fn what_could_be_changed_is_a_string() {
        for text in [
            "one",
            "",
            "null",
            "[1]",
            "\"{}\"",
            r#"{"a":9007199254740992}"#,
            r#"{"a":-1e300}"#,
            r#"{"a":-0}"#,
            r#"{"a":1.0}"#,
            r#"{"a":1e5}"#,
            r#"{"a": 1}"#,
            r#"{"a":1,"a":1}"#,
            r#"{"a":"\u0041"}"#,
            "{\"a\":1}\n",
            "{",
        ] {
            let value = sent(text);
            assert!(value.starts_with('"'), "{text}");
            assert_eq!(decode(&value).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_value_is_read_in_the_same_form_however_it_was_written() {
        let same = " { \"a\" : [ 1.0 , 1e2 , 0.50 ] , \"b\" : \"\\u00e9\\/\" } ";
        assert_eq!(decode(same).as_deref(), Ok("{\"a\":[1,100,0.5],\"b\":\"\u{e9}/\"}"));
        assert_eq!(decode(" \"\\u006fne\" ").as_deref(), Ok("one"));
        assert_eq!(decode("{\"a\":1,\"a\":2}").as_deref(), Ok("{\"a\":1,\"a\":2}"), "left to its reader to refuse");
        assert_eq!(decode("\"one").as_deref(), Err(&NotApplied::Unavailable), "half an answer");
    }

    #[test]
    fn a_number_that_may_be_clamped_is_not_read_as_if_it_were_not() {
        for value in ["9007199254740992", r#"{"a":[-9007199254740992]}"#, r#"{"a":1e400}"#] {
            assert!(matches!(decode(value), Err(NotApplied::Refused(Refused::Unsupported(_)))), "{value}");
        }
    }

    #[test]
    fn the_limit_is_on_what_is_sent() {
        assert!(encode("xxxx", 6).is_ok());
        assert_eq!(encode("xxxxx", 6), Err(Refused::TooLarge { limit: 4 }));
        assert_eq!(encode("\"\"\"", 6), Err(Refused::TooLarge { limit: 4 }));
        assert!(encode(r#"{"a":1}"#, 7).is_ok());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_text_comes_back(text in any::<String>()) {
            prop_assert_eq!(&*decode(&sent(&text)).unwrap(), text);
        }

        #[test]
        fn every_object_comes_back(name in any::<String>(), number in any::<f64>(), spaced in any::<bool>()) {
            let space = if spaced { " " } else { "" };
            let text = format!("{{{}:{space}{number}}}", serde_json::to_string(&name).unwrap());
            prop_assert_eq!(&*decode(&sent(&text)).unwrap(), text);
        }

        #[test]
        fn whatever_is_read_is_no_panic(value in any::<String>()) {
            let _ = decode(&value);
        }
    }
}
