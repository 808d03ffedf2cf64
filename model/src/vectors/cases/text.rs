//! The text form.

use super::values::{self, Named};
use crate::vectors::described::Described;
use crate::vectors::file::File;
use crate::vectors::kinds::{Text, TextRefused, stored_text};
use crate::vectors::sheet::{Sheet, meant};

const ABOUT: &str = "A value and its text. Writing the value gives the text, reading the text gives the value; \
                     the texts under `also` are read as the same value and never written.";

pub(super) fn numbers() -> Result<File, String> {
    both("text-numbers.json", values::numbers())
}

pub(super) fn strings() -> Result<File, String> {
    both("text-strings.json", values::strings())
}

pub(super) fn tables() -> Result<File, String> {
    both("text-tables.json", values::tables())
}

pub(super) fn roblox() -> Result<File, String> {
    both("text-roblox.json", values::roblox())
}

/// Texts that are read and never written, by the name of the value.
fn also(name: &str) -> Vec<String> {
    let texts: &[&str] = match name {
        "nil" => &[" null", "null\n\t\r "],
        "number-zero" => &["0.0", "0e0", "0E+5", "0e-999", "0e999999999999999999999"],
        "number-minus-zero" => &["-0.0", "-0e1", "-1e-999"],
        "number-one" => &["1.0", "1e0", "10e-1", "0.1E+1", "1.000000000000000000000000000000000000000001"],
        "number-million" => &["1e6", "1E6", "1000000.0"],
        "number-tenth" => &["1e-1", "0.10", "0.1000000000000000055511151231257827021181583404541015625"],
        "number-smallest-subnormal" => &["4.9406564584124654e-324", "3e-324"],
        "number-largest" => &["1.7976931348623158e308", "1.7976931348623157e308", "179769313486231580793e288"],
        "number-2-to-53" => &["9007199254740993", "9.007199254740992e15"],
        "number-2-to-63" => &["9.223372036854775808e18", "9223372036854775808"],
        "string-one-letter" => &["\"\\u0061\""],
        "string-slash" => &["\"\\/\"", "\"\\u002f\"", "\"\\u002F\""],
        "string-quote" => &["\"\\u0022\""],
        "string-line-feed" => &["\"\\u000a\"", "\"\\u000A\""],
        "string-backspace" => &["\"\\b\""],
        "string-form-feed" => &["\"\\f\""],
        "string-latin" => &["\"\\u00e9\"", "\"\\u00E9\""],
        "string-astral" => &["\"\\ud83d\\udd11\"", "\"\\uD83D\\uDD11\""],
        "string-delete" => &["\"\\u007f\""],
        "string-price" => &["\"\\u0024$5\"", "\"$\\u00245\""],
        "buffer-of-1" => &["\"\\u0024buAA\"", "\"$b\\u0075AA\""],
        "array-empty" => &["[ ]", "\n[\n]\n"],
        "map-empty" => &["{ }", " {\t} "],
        "array-of-one" => &["[ 1 ]", "[1.0]"],
        "map-of-three" => &["{\"c\":3,\"b\":2,\"a\":1}", "{\"b\": 2, \"\\u0061\": 1, \"c\": 3}"],
        "map-key-with-the-sign" => &["{\"a\":1,\"$$b\":2}", "{\"\\u0024$b\":2,\"a\":1}"],
        "roblox-vector3" => &["\"\\u0024v3AACAPwAAIMDNzMw9\"", " \"$v3\\u0041ACAPwAAIMDNzMw9\""],
        "roblox-content-empty" => &["\"\\u0024co\""],
        _ => &[],
    };
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn both(name: &'static str, values: Vec<Named>) -> Result<File, String> {
    let mut sheet = Sheet::new(name, "text", ABOUT, []);
    for it in values {
        let described = Described::of(&it.value)?;
        let case = Text { value: described.clone(), text: stored_text::write(&it.value), also: also(&it.name) };
        let same = case.also.len();
        sheet.add(&format!("text-{}", it.name), it.tells, case, |case| {
            meant(&case.value, &described)?;
            meant(case.also.len(), same)
        });
    }
    sheet.file()
}

/// Name, what it tells of, text, and where it is refused.
const REFUSED: &[(&str, &str, &str, usize)] = &[
    ("empty", "R39", "", 0),
    ("white-space-alone", "R39", "  ", 2),
    ("two-values", "R39", "1 2", 2),
    ("comma-behind", "R39", "1,", 1),
    ("word-cut", "DIA-11", "tru", 3),
    ("word-capital", "DIA-11", "True", 0),
    ("word-nan", "D31", "NaN", 0),
    ("word-infinity", "D31", "Infinity", 0),
    ("word-minus-infinity", "D31", "-Infinity", 1),
    ("word-nil", "DIA-11", "nil", 1),
    ("number-too-large", "D31", "1e999", 0),
    ("number-too-small", "D31", "-1e999", 0),
    ("number-just-too-large", "D31", "1.7976931348623159e308", 0),
    ("number-digits-too-many", "D31", "179769313486231580794e288", 0),
    ("number-leading-zero", "R39", "01", 1),
    ("number-leading-plus", "R39", "+1", 0),
    ("number-leading-point", "R39", ".5", 0),
    ("number-trailing-point", "R39", "1.", 2),
    ("number-without-exponent", "R39", "1e", 2),
    ("number-sign-alone", "R39", "-", 1),
    ("number-hex", "R39", "0x10", 1),
    ("string-open", "R39", "\"abc", 4),
    ("string-single-quotes", "R39", "'a'", 0),
    ("string-raw-line-feed", "R39", "\"a\nb\"", 2),
    ("string-raw-nul", "R39", "\"\0\"", 1),
    ("string-unknown-escape", "R39", "\"\\x41\"", 1),
    ("string-escape-cut", "R39", "\"\\u00\"", 1),
    ("string-escape-no-hex", "R39", "\"\\u00g0\"", 1),
    ("string-lone-surrogate", "R39", "\"\\ud83d\"", 1),
    ("string-low-surrogate-first", "R39", "\"\\udd11\"", 1),
    ("string-high-surrogate-twice", "R39", "\"\\ud83d\\ud83d\"", 1),
    ("string-surrogate-and-escaped-letter", "R39", "\"\\ud83d\\u0041\"", 1),
    ("form-feed", "R39", "\u{c}1", 0),
    ("string-surrogate-and-letter", "R39", "\"\\ud83dx\"", 1),
    ("array-open", "R39", "[1", 2),
    ("array-comma-at-the-end", "R39", "[1,]", 3),
    ("array-comma-at-the-start", "R39", "[,1]", 1),
    ("array-without-comma", "R39", "[1 2]", 3),
    ("array-closed-as-map", "R39", "[1}", 2),
    ("array-33-deep", "R39", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", 32),
    ("array-empty-33-deep", "R39", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", 32),
    ("map-empty-33-deep", "R39", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[{}]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", 32),
    (
        "map-33-deep",
        "R39",
        "{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}",
        160,
    ),
    ("array-comment", "R39", "[1/*2*/]", 2),
    ("map-key-without-quotes", "R39", "{a:1}", 1),
    ("map-key-number", "R39", "{1:1}", 1),
    ("map-without-colon", "R39", "{\"a\" 1}", 5),
    ("map-comma-at-the-end", "R39", "{\"a\":1,}", 7),
    ("map-key-twice", "R39", "{\"a\":1,\"a\":1}", 7),
    ("map-key-twice-in-escapes", "R39", "{\"a\":1,\"\\u0061\":1}", 7),
    ("map-key-twice-deep", "R39", "[{\"k\":{\"a\":1,\"b\":2,\"a\":3}}]", 19),
    ("map-null", "DIA-11 D31", "{\"a\":null}", 5),
    ("map-key-tagged", "D29 R39", "{\"$v3AACAPwAAIMDNzMw9\":1}", 23),
    ("map-key-of-an-unknown-tag", "D29 R39", "{\"$zz\":1}", 7),
    ("map-key-buffer", "D29 R39", "{\"$buYQ\":1}", 9),
    ("vector3-cut", "D28", "\"$v3AAAA\"", 0),
    ("vector3-too-long", "D28", "\"$v3AACAPwAAIMDNzMw9A\"", 0),
    ("vector3-padded", "D28 R39", "\"$v3AACAPwAAIMDNzMw=\"", 0),
    ("vector3-other-alphabet", "D28 R39", "\"$v3AACAPwAAIMDNzMw_\"", 0),
    ("brickcolor-unused-bits", "D28 R39", "\"$bcAAB\"", 0),
    ("tweeninfo-neither-true-nor-false", "D28 R39", "\"$twAAAAAAAAAAAAAAACAAAAAA\"", 0),
    ("colorsequence-cut", "D28", "\"$csAAAAAAAAAAAAAAAA\"", 0),
    ("font-cut", "D28", "\"$foZAE\"", 0),
    ("no-content-with-payload", "D28 R39", "\"$cnx\"", 0),
    ("bytes-that-are-utf8", "R39", "\"$sbYQ\"", 0),
    ("bytes-empty", "R39", "\"$sb\"", 0),
    ("bytes-padded", "R39", "\"$sb/w==\"", 0),
    ("number-tag-of-a-finite-number", "R39", "\"$nuAAAAAAAA8D8\"", 0),
    ("number-tag-cut", "R39", "\"$nuAAAAAAAA8\"", 0),
    ("buffer-of-one-digit", "R39", "\"$buA\"", 0),
    ("buffer-with-white-space", "R39", "\"$buAA A\"", 0),
    ("refused-in-an-array", "R39", "[1,\"$bcAAB\"]", 3),
    ("byte-order-mark", "R39", "\u{feff}1", 0),
    ("no-break-space", "R39", "\u{a0}1", 0),
];

pub(super) fn refused() -> Result<File, String> {
    let about = "Texts of no value, and the offset in bytes at which this code refuses them. A port refuses them; where is its own.";
    let mut sheet = Sheet::new("text-refused.json", "text-refused", about, []);
    for (name, tells, text, at) in REFUSED {
        let case = TextRefused { text: (*text).to_owned(), at: *at };
        sheet.add(&format!("text-refused-{name}"), tells, case, |case| meant(case.at, *at));
    }
    sheet.file()
}
