//! The binary form: short and quick, for journals, recordings and messages. SPEC.md has its table of bytes.
//!
//! Canonical: a value has one form, and no other value has it; whatever is read is written as the same bytes. Bounded: no
//! bytes, whatever they claim, take more than a fixed multiple of their own length in memory.
//!
//! ```
//! use keyholder_core::codec::binary::{Limits, read, write};
//! use keyholder_core::value::{Map, Value};
//!
//! let value = Value::from(Map::from_iter([("coins", Value::from(5))]));
//! let mut bytes = Vec::new();
//! write(&value, &mut bytes);
//! assert_eq!(bytes, *b"\x01\xc9\x01\x05coins\x05");
//! assert_eq!(read(&bytes, Limits::default()), Ok(value));
//!
//! let bad = read(b"\x01\xc9\x01\x05coins\xc0", Limits::default()).unwrap_err();
//! assert_eq!(bad.to_string(), "bytes refused at 9, $.coins: nil in a map, expected the key to be left out");
//! ```

// What is made of several values, a delta say, puts them with `put::put` and takes them from a `Source`: values without a
// version of their own, and from one to the next the lists of keys that were written. What it has beside values, it puts
// with `cursor::put_varint`, `cursor::put_length` and `put::put_text`, and takes from `Source::cursor` and `Source::text`.
pub(crate) mod cursor;
mod error;
pub(crate) mod put;
mod roblox;
mod shapes;
mod source;
mod tag;
#[cfg(test)]
mod tests;

pub use crate::json::Limits;
pub use error::{BadBinary, BinaryProblem};

pub(crate) use error::Refused;
pub(crate) use shapes::Shapes;
pub(crate) use source::Source;

use crate::value::Value;
use alloc::vec::Vec;
use put::put;

/// The first byte.
pub const VERSION: u8 = 1;

/// Bytes that are there from the start, so that a small value does not make its place grow again and again.
const ROOM: usize = 256;

/// Puts a value behind `out`, with the version in front. There is a form for every value.
pub fn write(value: &Value, out: &mut Vec<u8>) {
    out.reserve(ROOM);
    out.push(VERSION);
    put(value, &mut Shapes::default(), out);
}

/// Reads bytes that hold exactly one value.
///
/// # Errors
/// They are not the form of a value, or go beyond the limits.
pub fn read(bytes: &[u8], limits: Limits) -> Result<Value, BadBinary> {
    let mut source = Source::new(bytes, limits)?;
    versioned(&mut source).map_err(|refused| source.bad(refused))
}

fn versioned(source: &mut Source<'_>) -> Result<Value, Refused> {
    let at = source.cursor.at();
    let found = source.cursor.byte()?;
    if found != VERSION {
        return Err(Refused { at, what: BinaryProblem::Version { found } });
    }
    let value = source.value()?;
    source.cursor.end()?;
    Ok(value)
}
