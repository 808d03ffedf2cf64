//! A small strict JSON reader and a canonical writer: the storable text of the record and of its documents.
//!
//! What is written here is read by other people's programs as well, and what is read here may have been written by
//! anyone. So the reader refuses whatever two readers could understand differently (duplicate keys, lone surrogates,
//! `1.0` for an integer, text after the end), and the writer gives the same bytes for the same calls.
//!
//! * Every failure is a [`JsonError`] with a byte offset. It never repeats a value of the text: players' data must
//!   not leak into logs.
//! * `Err` leaves the [`Reader`] where it was, so a caller may try another way of reading the same value.
//! * Nesting and size are bounded by [`Limits`] before anything is allocated for them.
//! * A field that this version does not know is kept with [`Reader::raw`] and given back with [`Writer::raw`], byte
//!   for byte.
//! * JavaScript and Luau read numbers as doubles: identifiers of 64 and 128 bits travel as strings of hex digits
//!   ([`Reader::hex64`], [`Writer::hex64`]), never as numbers.
//!
//! Floating point numbers have no opinion here: [`Reader::number`] gives their exact text, [`Writer::raw`] takes it.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "positions and lengths are bounded by the text, whose length is a usize"
)]

mod cursor;
mod error;
mod hex;
mod keys;
mod limits;
mod plain;
mod reader;
mod scan;
mod skip;
#[cfg(test)]
mod tests;
mod writer;

pub use error::{JsonError, JsonProblem, Kind};
pub use hex::{hex64, hex128, parse_hex64, parse_hex128};
pub use limits::Limits;
pub(crate) use plain::{first, plain, special};
pub use reader::Reader;
pub(crate) use scan::{string, unescape};
pub(crate) use writer::escape;
pub use writer::{Elements, Fields, Writer};

/// Reads a text that holds exactly one value: `value` reads it, then the text must end.
///
/// # Errors
/// The text is longer than `limits` allow, `value` failed, or something follows the value.
pub fn read<'a, T>(
    text: &'a str,
    limits: Limits,
    value: impl FnOnce(&mut Reader<'a>) -> Result<T, JsonError>,
) -> Result<T, JsonError> {
    let mut reader = Reader::new(text, limits)?;
    let read = value(&mut reader)?;
    reader.end()?;
    Ok(read)
}
