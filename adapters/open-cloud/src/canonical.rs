//! The canonical form of JSON, which nothing has a reason to change: no white space, keys once, strings escaped as little as JSON
//! allows, numbers in the form of ECMAScript.
//!
//! Almost every value has it already. So it is looked at first, byte by byte and without a copy; only what looks otherwise is read
//! and written again.

use keyholder_core::json::{JsonError, Kind, Limits, Reader, Writer};
use keyholder_core::stored::Stored;
use keyholder_core::value::{Number, Value};

/// Deeper objects have no canonical form here. Whoever reads JSON on the way has such a limit, and 64 levels are the smallest that
/// is common; no record has more than half of it.
const MAX_DEPTH: u8 = 63;

/// From here on, two integers may be one double.
const FIRST_INEXACT: f64 = 9_007_199_254_740_992.0;

/// Integers of so many digits are below 2^53.
const EXACT_DIGITS: usize = 15;

/// Whether a text is JSON in canonical form, with numbers that every reader and writer keeps: below 2^53, and none -0, whose sign
/// some lose.
pub(crate) fn is_canonical(text: &str) -> bool {
    if looks_canonical(text) {
        is_readable(text)
    } else {
        // Escapes of control characters are not looked at.
        canonical(text).is_ok_and(|same| same.is_kept && same.text == text)
    }
}

/// Whether valid JSON with each key once is in canonical form, with numbers that every reader and writer keeps. Of other texts it
/// tells nothing.
pub(crate) fn looks_canonical(json: &str) -> bool {
    let mut rest = json.as_bytes();
    while let [first, behind @ ..] = rest {
        let behind = match first {
            b'"' => behind_string(behind),
            b'-' | b'0'..=b'9' => behind_number(rest),
            b' ' | b'\t' | b'\n' | b'\r' => None,
            _ => Some(behind),
        };
        let Some(behind) = behind else { return false };
        rest = behind;
    }
    true
}

/// What stands behind a string that begins before `rest`; `None` if it has an escape that could stand otherwise.
fn behind_string(mut rest: &[u8]) -> Option<&[u8]> {
    loop {
        let at = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        rest = match rest.get(at..)? {
            [b'"', behind @ ..] => return Some(behind),
            [b'\\', b'"' | b'\\' | b'n' | b'r' | b't', behind @ ..] => behind,
            _ => return None,
        };
    }
}

/// What stands behind a number that begins `rest`; `None` if it would be written otherwise, or may not be kept.
fn behind_number(rest: &[u8]) -> Option<&[u8]> {
    let unsigned = rest.strip_prefix(b"-").unwrap_or(rest);
    let digits = unsigned.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let behind = unsigned.get(digits..)?;
    let is_whole = !matches!(behind, [b'.' | b'e' | b'E' | b'+' | b'-', ..]);
    if is_whole && digits <= EXACT_DIGITS && !rest.starts_with(b"-0") {
        return Some(behind);
    }
    let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
    let end = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
    let (text, behind) = rest.split_at_checked(end)?;
    let text = str::from_utf8(text).ok()?;
    let number = exact(text).filter(|number| !is_signed_zero(*number))?;
    let mut same = String::new();
    Value::Number(Number(number)).write(Writer::new(&mut same));
    (same == text).then_some(behind)
}

/// Whether the protocol's reader takes a text: it is JSON, not too deep, and has each key once.
fn is_readable(text: &str) -> bool {
    Reader::new(text, limits(text)).is_ok_and(|mut reader| pass(&mut reader).is_ok() && reader.end().is_ok())
}

/// Passes a value over, as deep as the reader's limits.
fn pass(reader: &mut Reader<'_>) -> Result<(), JsonError> {
    match reader.peek()? {
        Kind::Object => reader.object(|_, reader| pass(reader)),
        Kind::Array => reader.array(|_, reader| pass(reader)),
        // A lone surrogate is an escape, and those do not look canonical.
        Kind::String | Kind::Number | Kind::Bool | Kind::Null => reader.raw().map(drop),
    }
}

/// The canonical form of a value.
pub(crate) struct Canonical {
    pub(crate) text: String,
    /// Every reader and writer of JSON keeps its numbers: none is -0.
    is_kept: bool,
}

/// Why a value has no canonical form.
pub(crate) enum Changed {
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

/// A value in canonical form, however it was escaped and spaced.
pub(crate) fn canonical(text: &str) -> Result<Canonical, Changed> {
    let mut reader = Reader::new(text, limits(text))?;
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

fn limits(text: &str) -> Limits {
    Limits { max_depth: MAX_DEPTH, max_bytes: text.len() }
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
    match exact(digits) {
        Some(number) => {
            seen.has_signed_zero |= is_signed_zero(number);
            Value::Number(Number(number)).write(to);
        }
        None => {
            seen.has_inexact = true;
            to.raw(digits);
        }
    }
}

/// A number that the platform does not clamp.
fn exact(digits: &str) -> Option<f64> {
    digits.parse().ok().filter(|number: &f64| number.abs() < FIRST_INEXACT)
}

fn is_signed_zero(number: f64) -> bool {
    number == 0.0 && number.is_sign_negative()
}

#[cfg(test)]
mod tests {
    use super::{canonical, is_canonical, is_readable, looks_canonical};
    use proptest::prelude::*;

    /// Texts that are canonical, and others that are not for one reason each.
    const TEXTS: [(&str, bool); 30] = [
        ("{}", true),
        (r#"{"a":[0,-1,999999999999999,-999999999999999],"b":{"c":null},"d":true}"#, true),
        (r#"{"a":1234567890123456}"#, true),
        (r#"{"a":9007199254740991,"b":-9007199254740991}"#, true),
        (r#"{"a":[0.5,-12.25,1e-7]}"#, true),
        (r#"{"a":"\"\\\n\r\t/"}"#, true),
        (r#"{"\"":"\u0001"}"#, true),
        ("{\"a\":\"\u{e9} \u{1f511}:,{}[]\"}", true),
        ("[\"\"]", true),
        ("null", true),
        (r#"{"a":9007199254740992}"#, false),
        (r#"{"a":-9007199254740993}"#, false),
        (r#"{"a":1e300}"#, false),
        (r#"{"a":1e400}"#, false),
        (r#"{"a":-0}"#, false),
        (r#"{"a":-0.0}"#, false),
        (r#"{"a":1.0}"#, false),
        (r#"{"a":1e5}"#, false),
        (r#"{"a":01}"#, false),
        (r#"{"a": 1}"#, false),
        ("{\"a\":1}\n", false),
        (r#"{"a":1,"a":1}"#, false),
        (r#"{"a":"\u0041"}"#, false),
        (r#"{"a":"\/"}"#, false),
        (r#"{"a":"\ud800"}"#, false),
        ("{\"a\":\"\n\"}", false),
        (r#"{"a":"b}"#, false),
        (r#"{"a":1"#, false),
        ("{}{}", false),
        ("", false),
    ];

    #[test]
    fn a_text_is_canonical_or_not() {
        for (text, is) in TEXTS {
            assert_eq!(is_canonical(text), is, "{text}");
        }
    }

    #[test]
    fn what_is_too_deep_is_not_canonical() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(is_canonical(&nested(63)));
        assert!(!is_canonical(&nested(64)) && !is_canonical(&nested(1_000_000)));
        assert!(!is_canonical(&"[".repeat(1_000_000)));
    }

    /// Not far beyond 2^53.
    const LIMIT: i64 = 20_000_000_000_000_000;

    /// JSON of any value, and with numbers in any of their forms.
    fn json() -> impl Strategy<Value = String> {
        let number =
            prop_oneof![(-LIMIT..LIMIT).prop_map(|it| it.to_string()), any::<f64>().prop_map(|it| it.to_string())];
        let string = any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap());
        let leaf = prop_oneof![
            number,
            string,
            "-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,3})?(e-?[0-9]{1,2})?",
            Just("null".to_owned())
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            let list = prop::collection::vec(inner.clone(), 0..4).prop_map(|all| format!("[{}]", all.join(",")));
            let pairs = prop::collection::btree_map("[a-c ]{0,2}", inner, 0..4);
            let object = pairs.prop_map(|pairs| {
                let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("{{{}}}", pairs.join(","))
            });
            prop_oneof![list, object]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// The look never lets pass what reading and writing again would change.
        #[test]
        fn what_looks_canonical_is(text in json()) {
            if looks_canonical(&text) && is_readable(&text) {
                prop_assert!(canonical(&text).is_ok_and(|same| same.is_kept && same.text == text));
            }
        }

        #[test]
        fn what_was_made_canonical_is(text in json()) {
            if let Ok(same) = canonical(&text) {
                prop_assert_eq!(is_canonical(&same.text), same.is_kept);
                prop_assert_eq!(canonical(&same.text).map_or_else(|_| String::new(), |it| it.text), same.text);
            }
        }
    }
}
