//! Any Rust type to a [`Value`] and back, with serde (feature `serde`).
//!
//! ```
//! use keyholder_core::value::{serde::{from_value, to_value}, types::Vector3};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
//! #[serde(default)]
//! struct Player {
//!     coins: u32,
//!     home: Vector3,
//!     pets: Vec<String>,
//! }
//!
//! let player = Player { coins: 7, pets: vec!["$dog".into()], ..Player::default() };
//! let value = to_value(&player)?;
//! assert_eq!(from_value(&value), Ok(player));
//! # Ok::<(), keyholder_core::value::Refused>(())
//! ```
//!
//! The habits are those of `serde_json`, but that nothing is lost or changed in silence:
//!
//! | Rust | value |
//! |---|---|
//! | integers, floats | a number; an integer beyond 2^53 is refused. `f32` is read rounded, and refused beyond its range |
//! | `char`, strings; bytes (`serde_bytes`) | a string; a buffer |
//! | sequences, tuples | an array; an empty map is read as an empty one too, for Luau has no empty arrays |
//! | structs, maps | a map; keys are strings, or booleans, numbers, characters and unit variants as strings |
//! | `None` | `Nil`; as a value in a struct or a map, no entry |
//! | `()` and unit structs | `Nil`; as a value in a struct or a map refused, for nothing would be left to read |
//! | enums | externally tagged; a variant that holds nothing but `Nil` is its name, like one that holds nothing |
//! | NaN, infinities | themselves; whether they may be stored, [`storable`](crate::storable) says |
//! | types of [`types`](super::types), [`Roblox`](super::Roblox) | themselves |
//! | [`Value`], [`Map`](super::Map), [`Text`](super::Text) and the like | themselves |
//!
//! Types that Rust has already as something else are named where they are used, as in
//! `#[serde(with = "keyholder_core::value::serde::date_time")] born: i64`: [`date_time`], [`brick_color`], [`axes`],
//! [`faces`], [`content`], [`color_sequence`], [`number_sequence`].
//!
//! Neither way has a limit of depth of its own: what nests without end, such as a list whose nodes hold the next, takes
//! as much stack as it is deep. [`storable`](crate::storable) refuses what is too deep to be stored.
//!
//! # In other formats
//!
//! [`Value`] and the types of this crate are in JSON what they are in the text form: the tagged string,
//! and a plain string with its sign doubled. So any JSON library reads and writes the text form, by way of `Value`; a
//! Rust `String` has no tags and no doubled signs, and is left alone. A derived type is therefore stored as
//! `to_value(&player)?` and never serialised into the text form itself. A library that does not round numbers correctly
//! (`serde_json` without its feature `float_roundtrip`) changes them.
//!
//! Numbers in JSON beyond 2^53 are taken if they have the digits that the text form writes, and refused otherwise.

mod de;
mod error;
mod key;
mod roblox;
mod ser;
mod values;

pub use roblox::{axes, brick_color, color_sequence, content, date_time, faces, number_sequence};

use super::{Refused, Value};
use ::serde::{Deserialize, Serialize};

/// The newtype that stands around the tagged string of a value, so that [`to_value`] finds it.
const TAGGED: &str = "$keyholder::Tagged";

/// The value of anything that can be serialised.
///
/// # Errors
/// Where and why: [`Reason::Inexact`](super::Reason::Inexact), [`Reason::KeyType`](super::Reason::KeyType),
/// [`Reason::DuplicateKey`](super::Reason::DuplicateKey), [`Reason::Nothing`](super::Reason::Nothing), or what the type
/// says itself.
pub fn to_value(from: &(impl Serialize + ?Sized)) -> Result<Value, Refused> {
    from.serialize(ser::ToValue { keyed: false })
}

/// What a value holds, as a type that can be deserialised. Strings and bytes may borrow from the value.
///
/// # Errors
/// Where and why: [`Reason::WrongType`](super::Reason::WrongType),
/// [`Reason::MissingField`](super::Reason::MissingField), or what the type says itself.
pub fn from_value<'de, T: Deserialize<'de>>(value: &'de Value) -> Result<T, Refused> {
    T::deserialize(de::FromValue(value))
}
