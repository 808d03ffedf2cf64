//! A text as the value of an entry, and back.
//!
//! The platform parses what it is given and writes it again; its numbers are doubles, and those of v2 are set to 2^53 or -2^53
//! where they are beyond (an announcement of the platform's staff). So a text is the value itself only if nothing can change it:
//!
//! * A JSON object in canonical form (`canonical.rs`), with numbers below 2^53 and no -0, is the value. That is what records and
//!   journals are, so a game's scripts read tables. What is read is brought into the same form, however it was escaped and spaced
//!   on its way.
//! * Any other text is a JSON string, and scripts read it by decoding that. A record with a number from 2^53 on is among these,
//!   as is one that is nested too deep: it is not refused, for it loses nothing. NaN and the infinities are no JSON; the protocol
//!   writes them as strings of its own, if at all.
//!
//! No text is both, so what is read is what was written. A value with a number from 2^53 on that is no string was written by
//! somebody else, and may not be what they wrote: reading it is refused. So is, by the platform, one with NaN or an infinity, which
//! only scripts can write (documentation: Data stores, Versioning, listing, and caching).
//!
//! One thing is not established: whether the platform keeps the order of keys. If it does not, a text comes back with its fields
//! in another order; the protocol reads any.

use crate::canonical::{Changed, canonical, is_canonical, looks_canonical};
use keyholder_core::json::{self, Limits, Reader, Writer};
use keyholder_tokio::backend::{NotApplied, Refused};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The value that stands for a text, as JSON of at most `limit` bytes.
pub(crate) fn encode(text: &str, limit: usize) -> Result<Cow<'_, str>, Refused> {
    let too_large = || Refused::TooLarge { limit: limit.saturating_sub("\"\"".len()) };
    if text.len() > limit {
        return Err(too_large());
    }
    let value = if text.starts_with('{') && is_canonical(text) {
        Cow::Borrowed(text)
    } else {
        let mut quoted = String::with_capacity(text.len().saturating_add("\"\"".len()));
        Writer::new(&mut quoted).string(text);
        Cow::Owned(quoted)
    };
    if value.len() > limit { Err(too_large()) } else { Ok(value) }
}

/// The text that a value stands for. `value` is JSON.
pub(crate) fn decode(value: &str) -> Result<Cow<'_, str>, NotApplied> {
    if value.trim_start().starts_with('"') {
        let limits = Limits { max_depth: 0, max_bytes: value.len() };
        return json::read(value, limits, Reader::string).map_err(|_| {
            match serde_json::from_str::<IgnoredAny>(value) {
                // Half of a surrogate pair: it is JSON, and stands for no text.
                Ok(_) => Refused::Corrupt.into(),
                Err(_) => NotApplied::Unavailable,
            }
        });
    }
    if looks_canonical(value) {
        return Ok(value.into());
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

/// As JSON that is sent along as it is.
pub(crate) fn raw(value: &str) -> Result<&RawValue, Refused> {
    serde_json::from_str(value).map_err(|_| Refused::Invalid { status: 0 })
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
            r#"{"a":-9007199254740992}"#,
            r#"{"a":9007199254740993}"#,
            r#"{"a":-9007199254740993}"#,
            r#"{"a":-1e300}"#,
            r#"{"a":NaN}"#,
            r#"{"a":Infinity}"#,
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
    fn what_is_too_deep_for_some_reader_is_a_string() {
        let nested = |levels: usize| format!("{}{}", "{\"a\":".repeat(levels) + "1", "}".repeat(levels));
        assert_eq!(sent(&nested(63)), nested(63));
        for levels in [64, 128, 100_000] {
            let value = sent(&nested(levels));
            assert!(value.starts_with('"'));
            assert_eq!(decode(&value).as_deref(), Ok(nested(levels).as_str()));
        }
    }

    #[test]
    fn a_value_is_read_in_the_same_form_however_it_was_written() {
        let same = " { \"a\" : [ 1.0 , 1e2 , 0.50 ] , \"b\" : \"\\u00e9\\/\" } ";
        assert_eq!(decode(same).as_deref(), Ok("{\"a\":[1,100,0.5],\"b\":\"\u{e9}/\"}"));
        assert_eq!(decode(" \"\\u006fne\" ").as_deref(), Ok("one"));
        assert_eq!(decode("{\"a\":1,\"a\":2}").as_deref(), Ok("{\"a\":1,\"a\":2}"), "left to its reader to refuse");
        assert_eq!(decode("\"one").as_deref(), Err(&NotApplied::Unavailable), "half an answer");
        assert_eq!(decode("\"\\ud800\"").as_deref(), Err(&Refused::Corrupt.into()), "it will not be better later");
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
            let value = sent(&text);
            prop_assert_eq!(&*decode(&value).unwrap(), text);
        }

        #[test]
        fn every_object_comes_back(name in any::<String>(), number in any::<f64>(), spaced in any::<bool>()) {
            let space = if spaced { " " } else { "" };
            let text = format!("{{{}:{space}{number}}}", serde_json::to_string(&name).unwrap());
            let value = sent(&text);
            prop_assert_eq!(&*decode(&value).unwrap(), text);
        }

        #[test]
        fn whatever_is_read_is_no_panic(value in any::<String>()) {
            let _ = decode(&value);
        }
    }
}
