//! The canonical writer: no white space, one way to write each value, the same calls give the same bytes.
//!
//! A [`Writer`] is a place for exactly one value, and writing uses it up; [`Fields`] and [`Elements`] make such
//! places. So brackets, commas and colons always fit; what the caller has to see to is said at [`Fields::field`] and
//! [`Writer::raw`], and that the text stays within the [`Limits`](super::Limits) of its readers.

use alloc::string::String;
use core::fmt::{self, Write as _};

use super::hex::push_hex;
use super::plain::plain;

/// A place for one value at the end of a text.
#[derive(Debug)]
#[must_use = "a place without a value makes the text invalid"]
pub struct Writer<'o> {
    out: &'o mut String,
}

/// The fields of an object that is being written.
#[derive(Debug)]
pub struct Fields<'o> {
    out: &'o mut String,
    empty: bool,
}

/// The elements of an array that is being written.
#[derive(Debug)]
pub struct Elements<'o> {
    out: &'o mut String,
    empty: bool,
}

impl<'o> Writer<'o> {
    /// The place at the end of `out`; what `out` holds already stays.
    pub fn new(out: &'o mut String) -> Self {
        Self { out }
    }

    /// Writes an object with the fields that `fields` adds, in that order. What `fields` returns is passed on; the
    /// object is closed in any case.
    pub fn object<R>(self, fields: impl FnOnce(&mut Fields<'_>) -> R) -> R {
        self.out.push('{');
        let result = fields(&mut Fields { out: self.out, empty: true });
        self.out.push('}');
        result
    }

    /// Writes an array with the elements that `elements` adds. What `elements` returns is passed on; the array is
    /// closed in any case.
    pub fn array<R>(self, elements: impl FnOnce(&mut Elements<'_>) -> R) -> R {
        self.out.push('[');
        let result = elements(&mut Elements { out: self.out, empty: true });
        self.out.push(']');
        result
    }

    /// Writes `None` as `null`, anything else with `write`.
    pub fn null_or<T>(self, value: Option<T>, write: impl FnOnce(T, Self)) {
        match value {
            Some(value) => write(value, self),
            None => self.null(),
        }
    }

    /// Writes `null`.
    pub fn null(self) {
        self.out.push_str("null");
    }

    /// Writes `true` or `false`.
    pub fn bool(self, value: bool) {
        self.out.push_str(if value { "true" } else { "false" });
    }

    /// Writes an integer.
    pub fn u32(self, value: u32) {
        self.display(format_args!("{value}"));
    }

    /// Writes an integer. Programs that read numbers as doubles keep it exact up to 2^53 only: for identifiers use
    /// [`hex64`](Self::hex64).
    pub fn u64(self, value: u64) {
        self.display(format_args!("{value}"));
    }

    /// Writes an integer; for doubles the same holds as at [`u64`](Self::u64).
    pub fn i64(self, value: i64) {
        self.display(format_args!("{value}"));
    }

    /// Writes a string.
    pub fn string(self, value: &str) {
        push_string(self.out, value);
    }

    /// Writes a 64-bit identifier as a string of 16 hex digits.
    pub fn hex64(self, id: u64) {
        self.hex(&id.to_be_bytes());
    }

    /// Writes a 128-bit identifier as a string of 32 hex digits, in the order of its bytes.
    pub fn hex128(self, id: [u8; 16]) {
        self.hex(&id);
    }

    /// Writes the text of one value as it is. It is not looked at again: it has to come from
    /// [`Reader::raw`](super::Reader::raw), from [`Reader::number`](super::Reader::number) or from another writer.
    pub fn raw(self, value: &str) {
        self.out.push_str(value);
    }

    /// The text itself, for who writes one value to its end.
    pub(crate) fn into_string(self) -> &'o mut String {
        self.out
    }

    fn display(self, value: fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.out.write_fmt(value);
    }

    fn hex(self, bytes: &[u8]) {
        self.out.push('"');
        push_hex(self.out, bytes);
        self.out.push('"');
    }
}

impl Fields<'_> {
    /// Adds a field and gives the place of its value. The caller sees to it that no name comes twice, which readers
    /// refuse, and that the order is always the same.
    pub fn field(&mut self, name: &str) -> Writer<'_> {
        separate(self.out, &mut self.empty);
        push_string(self.out, name);
        self.out.push(':');
        Writer { out: self.out }
    }
}

impl Elements<'_> {
    /// Adds an element and gives its place.
    pub fn element(&mut self) -> Writer<'_> {
        separate(self.out, &mut self.empty);
        Writer { out: self.out }
    }
}

fn separate(out: &mut String, empty: &mut bool) {
    if !*empty {
        out.push(',');
    }
    *empty = false;
}

fn push_string(out: &mut String, value: &str) {
    out.push('"');
    escape(value, |part| out.push_str(part));
    out.push('"');
}

/// Gives `put` the text of a string, part by part: escapes what JSON does not allow in a string, and nothing else.
pub(crate) fn escape(mut value: &str, mut put: impl FnMut(&str)) {
    loop {
        // The end of the plain part stands beside an ASCII byte, so both parts are whole characters.
        let (before, rest) = value.split_at_checked(plain(value.as_bytes())).unwrap_or((value, ""));
        put(before);
        let Some((special, behind)) = rest.split_at_checked(1) else {
            return;
        };
        match special {
            "\"" => put("\\\""),
            "\\" => put("\\\\"),
            "\n" => put("\\n"),
            "\r" => put("\\r"),
            "\t" => put("\\t"),
            control => {
                let mut unicode = String::from("\\u00");
                push_hex(&mut unicode, control.as_bytes());
                put(&unicode);
            }
        }
        value = behind;
    }
}
