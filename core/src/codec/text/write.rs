//! Values to text. What is written is collected as bytes, which a look at all of them at the end makes a string again: that
//! is cheaper than a look at each piece.

use super::super::{number, roblox};
use super::SIGN;
use crate::json;
use crate::value::{Map, Text, Value};
use alloc::string::String;
use alloc::vec::Vec;

/// A buffer begins with as many bytes.
const LEAST: usize = 128;

/// Puts the text of `value` behind `out`, whose buffer is used again.
pub(super) fn write(value: &Value, out: &mut String) {
    if !out.is_empty() {
        // Not all of `out` is to be looked at again for each value of a long text.
        let mut text = String::new();
        write(value, &mut text);
        return out.push_str(&text);
    }
    let mut text = core::mem::take(out).into_bytes();
    text.reserve(LEAST);
    put(value, &mut text);
    // Whole strings, whole escapes, ASCII: it is UTF-8.
    *out = String::from_utf8(text).unwrap_or_default();
}

pub(super) fn put(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Nil => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(it) if it.0.is_finite() => number::write(it.0, out),
        Value::Number(it) => tagged(out, |out| roblox::write_number(*it, out)),
        Value::Text(it) => string(it, out),
        Value::Array(it) => array(it, out),
        Value::Map(it) => object(it, out),
        Value::Buffer(it) => tagged(out, |out| roblox::write_buffer(it, out)),
        Value::Roblox(it) => tagged(out, |out| roblox::write(it, out)),
    }
}

fn array(values: &[Value], out: &mut Vec<u8>) {
    let mut before = b'[';
    for value in values {
        out.push(before);
        put(value, out);
        before = b',';
    }
    if values.is_empty() {
        out.push(before);
    }
    out.push(b']');
}

fn object(map: &Map, out: &mut Vec<u8>) {
    let mut before = b'{';
    let is_plain = map.keys().is_plain();
    for (key, value) in map.iter() {
        out.push(before);
        if is_plain {
            plain(key, out)
        } else {
            string(key, out)
        }
        out.push(b':');
        put(value, out);
        before = b',';
    }
    if map.is_empty() {
        out.push(before);
    }
    out.push(b'}');
}

/// A string that is plain.
#[inline]
fn plain(text: &Text, out: &mut Vec<u8>) {
    out.push(b'"');
    if let Some((bytes, len)) = text.inline() {
        // All places are copied, which is faster than as many as there are bytes.
        let end = out.len().saturating_add(len);
        out.extend_from_slice(bytes);
        out.truncate(end);
    }
    out.push(b'"');
}

/// A string: as it is, with the sign doubled, or tagged where it is no UTF-8.
pub(super) fn string(text: &Text, out: &mut Vec<u8>) {
    if text.is_plain() {
        return plain(text, out);
    }
    let Some(text) = text.as_str() else {
        return tagged(out, |out| roblox::write_bytes(text.as_bytes(), out));
    };
    out.push(b'"');
    if text.starts_with(SIGN) {
        out.push(SIGN as u8);
    }
    json::escape(text, |part| out.extend_from_slice(part.as_bytes()));
    out.push(b'"');
}

/// What `write` writes, as a tagged string.
fn tagged(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(b"\"$");
    write(out);
    out.push(b'"');
}
