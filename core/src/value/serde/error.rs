//! What serde has to say, without the data that it likes to repeat.

use crate::value::{Reason, Refused};
use ::serde::de::{Expected, Unexpected};
use ::serde::{de, ser};
use alloc::format;
use alloc::string::ToString;
use core::fmt::Display;

impl ser::Error for Refused {
    fn custom<T: Display>(message: T) -> Self {
        Self::new(Reason::Said(message.to_string()))
    }
}

impl de::Error for Refused {
    fn custom<T: Display>(message: T) -> Self {
        Self::new(Reason::Said(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Reason::WrongType { found: kind(&found), expected: expected.to_string() })
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn invalid_length(found: usize, expected: &dyn Expected) -> Self {
        Self::new(Reason::Said(format!("{found} elements, expected {expected}")))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Reason::Said(format!("no variant of the enum, expected one of {expected:?}")))
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Reason::Said(format!("no field of the struct, expected one of {expected:?}")))
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new(Reason::MissingField { name })
    }
}

fn kind(found: &Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an integer",
        Unexpected::Float(_) => "a number that is no integer up to 2^53",
        Unexpected::Char(_) | Unexpected::Str(_) => "a string",
        Unexpected::Bytes(_) => "a buffer",
        Unexpected::Unit | Unexpected::Option => "nothing",
        Unexpected::NewtypeStruct => "a Roblox value, or a string that is no UTF-8",
        Unexpected::Seq => "an array",
        Unexpected::Map => "a map",
        Unexpected::Enum
        | Unexpected::UnitVariant
        | Unexpected::NewtypeVariant
        | Unexpected::TupleVariant
        | Unexpected::StructVariant => "another kind of variant",
        Unexpected::Other(_) => "another value",
    }
}

/// True if `E` is the error of [`from_value`](super::from_value). So a visitor can tell whose string it is shown: one
/// of a [`Value`](crate::value::Value), which is what it is, or one of JSON, which may have a tag. Asking the
/// deserialiser would not do: serde puts its own between (`flatten`, `untagged`), and keeps only the type of the error.
pub(super) fn is_ours<E: de::Error>() -> bool {
    let probe = "$keyholder";
    E::missing_field(probe).to_string() == <Refused as de::Error>::missing_field(probe).to_string()
}
