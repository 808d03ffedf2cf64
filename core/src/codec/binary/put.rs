//! A value as bytes, behind others.

use super::cursor::{put_length, put_zigzag};
use super::shapes::Shapes;
use super::{roblox, tag};
use crate::codec::payload::Part;
use crate::value::{Float, Map, Number, Text, Value};
use alloc::vec::Vec;

/// Integers up to here, in magnitude, are whole numbers of a double without a gap.
pub(super) const INTEGERS: u64 = 1 << 53;

/// Puts a value behind `out`, without a version. `shapes` are those of all values that the same reader takes one after
/// the other; whoever reads a value alone begins with none.
pub(crate) fn put<'v>(value: &'v Value, shapes: &mut Shapes<'v>, out: &mut Vec<u8>) {
    match value {
        Value::Nil => out.push(tag::NIL),
        Value::Bool(false) => out.push(tag::FALSE),
        Value::Bool(true) => out.push(tag::TRUE),
        Value::Number(it) => put_number(*it, out),
        Value::Text(it) => {
            folded(tag::TEXT, tag::TEXT_LAST, tag::LONG_TEXT, it.len(), out);
            put_bytes(it, out);
        }
        Value::Array(it) => {
            folded(tag::ARRAY, tag::ARRAY_LAST, tag::LONG_ARRAY, it.len(), out);
            it.iter().for_each(|value| put(value, shapes, out));
        }
        Value::Map(it) => put_map(it, shapes, out),
        Value::Buffer(it) => {
            out.push(tag::BUFFER);
            put_text(it, out);
        }
        Value::Roblox(it) => roblox::put(it, out),
    }
}

/// Puts bytes behind their length, as [`Source::text`](super::Source::text) takes them.
pub(crate) fn put_text(text: &[u8], out: &mut Vec<u8>) {
    put_length(text.len(), out);
    out.extend_from_slice(text);
}

/// Puts a string alone. One that is held in place is copied with the zeros behind it, which are cut off again: a copy of a
/// fixed length is quicker than one of any other.
#[inline]
fn put_bytes(text: &Text, out: &mut Vec<u8>) {
    match text.inline() {
        Some((padded, len)) => {
            let end = out.len().saturating_add(len);
            out.extend_from_slice(padded);
            out.truncate(end);
        }
        None => out.extend_from_slice(text.as_bytes()),
    }
}

fn put_map<'v>(map: &'v Map, shapes: &mut Shapes<'v>, out: &mut Vec<u8>) {
    if map.is_empty() {
        out.push(tag::EMPTY_MAP);
        return;
    }
    match shapes.number(map.keys()) {
        Some(number) => folded(tag::MAP, tag::MAP_LAST, tag::LATER_MAP, number, out),
        None => {
            out.push(tag::NEW_MAP);
            put_length(map.len(), out);
            map.keys().as_slice().iter().for_each(|key| {
                put_length(key.len(), out);
                put_bytes(key, out);
            });
        }
    }
    map.values().iter().for_each(|value| put(value, shapes, out));
}

fn put_number(number: Number, out: &mut Vec<u8>) {
    match form(number) {
        Form::Integer(it @ 0..=63) => {
            let [small, ..] = it.to_le_bytes();
            out.push(small);
        }
        Form::Integer(it) => {
            out.push(tag::INTEGER);
            put_zigzag(it, out);
        }
        Form::Single(it) => {
            out.push(tag::SINGLE);
            it.put(out);
        }
        Form::Double => {
            out.push(tag::DOUBLE);
            number.0.to_bits().put(out);
        }
    }
}

/// The forms of a number, of which each number has one.
pub(super) enum Form {
    Integer(i64),
    Single(Float),
    Double,
}

/// The first form that holds the number bit for bit.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "what was lost is seen by the bits")]
#[inline]
pub(super) fn form(number: Number) -> Form {
    let integer = number.0 as i64;
    if integer.unsigned_abs() <= INTEGERS && Number(integer as f64) == number {
        return Form::Integer(integer);
    }
    let single = number.0 as f32;
    // Which bits a NaN keeps in a cast is not promised.
    if !single.is_nan() && Number(f64::from(single)) == number {
        return Form::Single(Float(single));
    }
    Form::Double
}

/// A tag with a count in it, or one with the count behind it.
#[inline]
fn folded(first: u8, last: u8, long: u8, count: usize, out: &mut Vec<u8>) {
    match u8::try_from(count) {
        Ok(small) if small <= last.saturating_sub(first) => out.push(first.saturating_add(small)),
        Ok(_) | Err(_) => {
            out.push(long);
            put_length(count, out);
        }
    }
}
