//! Strings and buffers: escapes, the sign of tags, what is no UTF-8, every edge of lengths.

use super::Named;
use keyholder_core::value::Value;

/// Name and text.
const TEXTS: &[(&str, &str)] = &[
    ("empty", ""),
    ("one-letter", "a"),
    ("words", "two words"),
    ("22-bytes", "abcdefghijklmnopqrstuv"),
    ("23-bytes", "abcdefghijklmnopqrstuvw"),
    ("quote", "\""),
    ("backslash", "\\"),
    ("slash", "/"),
    ("line-feed", "\n"),
    ("carriage-return", "\r"),
    ("tab", "\t"),
    ("backspace", "\u{8}"),
    ("form-feed", "\u{c}"),
    ("nul", "\0"),
    ("escape", "\u{1b}[0m"),
    ("unit-separator", "\u{1f}"),
    ("delete", "\u{7f}"),
    ("latin", "\u{e9}"),
    ("two-bytes-last", "\u{7ff}"),
    ("three-bytes-first", "\u{800}"),
    ("before-surrogates", "\u{d7ff}"),
    ("behind-surrogates", "\u{e000}"),
    ("line-separator", "\u{2028}"),
    ("byte-order-mark", "\u{feff}x"),
    ("replacement", "\u{fffd}"),
    ("no-character", "\u{ffff}"),
    ("astral", "\u{1f511}"),
    ("last-character", "\u{10ffff}"),
    ("decomposed", "e\u{301}"),
    ("word-null", "null"),
    ("word-true", "true"),
    ("digits", "1.0"),
    ("json", "{\"a\":[1]}"),
    ("looks-like-an-escape", "\\u0024"),
];

/// Strings that begin with the sign, or have it elsewhere.
const SIGNS: &[(&str, &str)] = &[
    ("sign", "$"),
    ("sign-twice", "$$"),
    ("sign-three-times", "$$$"),
    ("price", "$5"),
    ("like-a-vector", "$v3AACAPwAAIMDNzMw9"),
    ("like-a-tag", "$v3"),
    ("like-a-number", "$nuAAAAAAAA8H8"),
    ("like-bytes", "$sb/w"),
    ("like-no-content", "$cn"),
    ("like-an-unknown-tag", "$zzAAAA"),
    ("sign-inside", "a$b"),
    ("sign-at-the-end", "a$"),
    ("control-before-the-sign", "\u{1}$v3"),
];

/// Bytes that are no UTF-8.
const RAW: &[(&str, &[u8])] = &[
    ("no-utf8", &[0xff]),
    ("no-utf8-behind-text", b"abc\xfe"),
    ("no-utf8-cut", &[0xe2, 0x82]),
    ("no-utf8-continuation", &[0x80]),
    ("no-utf8-overlong-nul", &[0xc0, 0x80]),
    ("no-utf8-surrogate", &[0xed, 0xa0, 0x80]),
    ("no-utf8-beyond-unicode", &[0xf4, 0x90, 0x80, 0x80]),
    ("no-utf8-behind-the-sign", b"$\xff"),
    ("no-utf8-three-bytes", &[0xff, 0xee, 0xdd]),
    ("no-utf8-with-zeros", &[0, 0xff, 0]),
];

/// Strings and buffers.
pub(in super::super) fn strings() -> Vec<Named> {
    let mut all: Vec<Named> =
        TEXTS.iter().map(|(name, text)| Named::new(format!("string-{name}"), "DIA-11", *text)).collect();
    all.extend(SIGNS.iter().map(|(name, text)| Named::new(format!("string-{name}"), "D29 R39", *text)));
    all.extend(RAW.iter().map(|(name, raw)| Named::new(format!("string-{name}"), "DIA-11", *raw)));
    let every: Vec<u8> = (0..=255).collect();
    let controls: String = (0..32_u8).map(char::from).collect();
    all.push(Named::new("string-every-control", "DIA-11 R39", controls.as_str()));
    all.push(Named::new("string-every-byte", "DIA-11", every.as_slice()));
    for len in [47, 48, 127, 128, 300] {
        all.push(Named::new(format!("string-of-{len}"), "DIA-11", "x".repeat(len).as_str()));
    }
    for len in [0, 1, 2, 3, 4, 127, 128] {
        let bytes: Vec<u8> = (0..len).map(|at: u8| at.wrapping_mul(37)).collect();
        all.push(Named::new(format!("buffer-of-{len}"), "DIA-11", Value::Buffer(bytes.into())));
    }
    all.push(Named::new("buffer-every-byte", "DIA-11", Value::Buffer(every.into())));
    all.push(Named::new("buffer-of-text", "DIA-11", Value::Buffer(b"$abc".as_slice().into())));
    all
}
