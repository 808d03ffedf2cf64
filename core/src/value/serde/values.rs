//! Values and their parts in serde's formats: in a [`Value`] themselves, elsewhere as the text form has them.

use super::TAGGED;
use super::error::is_ours;
use crate::codec::content;
use crate::value::{Float, Map, Number, Reason, Text, Value};
use ::serde::de::{Error, MapAccess, SeqAccess, Visitor};
use ::serde::{Deserialize, Deserializer, Serialize, Serializer};
use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            // Not a unit: in a struct it is no entry.
            Self::Nil => to.serialize_none(),
            Self::Bool(it) => to.serialize_bool(*it),
            Self::Number(it) => it.serialize(to),
            Self::Text(it) => it.serialize(to),
            Self::Array(it) => to.collect_seq(it.iter()),
            Self::Map(it) => it.serialize(to),
            Self::Buffer(_) | Self::Roblox(_) => string(self, to),
        }
    }
}

/// The tagged string, in the newtype that `to_value` looks for.
pub(super) fn string<S: Serializer>(value: &Value, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_newtype_struct(TAGGED, &*content::string(value).unwrap_or_default())
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.integer() {
            Some(integer) => to.serialize_i64(integer),
            None if self.0.is_finite() => to.serialize_f64(self.0),
            None => string(&Value::Number(*self), to),
        }
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match content::text(self) {
            Cow::Borrowed(text) => to.serialize_str(text),
            Cow::Owned(tagged) => to.serialize_newtype_struct(TAGGED, &*tagged),
        }
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.iter())
    }
}

impl Serialize for Float {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f32(self.0)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // An option, so that a field that is absent is Nil.
        from.deserialize_option(AnyValue)
    }
}

/// Any value; none where the format has none.
pub(super) fn any<'de, D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
    from.deserialize_any(AnyValue)
}

/// The refusal of a value of another type.
pub(super) fn wrong<E: Error>(expected: &str) -> E {
    E::custom(format_args!("another value, expected {expected}"))
}

macro_rules! part {
    ($($type:ident, $expected:literal;)*) => {$(
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                if let Value::$type(it) = any(from)? { Ok(it) } else { Err(wrong($expected)) }
            }
        }
    )*};
}

part! {
    Number, "a number";
    Text, "a string";
}

impl<'de> Deserialize<'de> for Map {
    /// By way of `deserialize_map`, which is all that serde has for `flatten`.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Value::Map(it) = from.deserialize_map(AnyValue)? else {
            return Err(wrong("a map"));
        };
        Ok(Arc::unwrap_or_clone(it))
    }
}

impl<'de> Deserialize<'de> for Float {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        f32::deserialize(from).map(Self)
    }
}

struct AnyValue;

impl AnyValue {
    fn integer<E: Error>(integer: i128) -> Result<Value, E> {
        content::integer(integer).map(Value::Number).ok_or_else(|| E::custom(Reason::Inexact))
    }
}

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, it: bool) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_i64<E: Error>(self, it: i64) -> Result<Value, E> {
        Self::integer(it.into())
    }

    fn visit_u64<E: Error>(self, it: u64) -> Result<Value, E> {
        Self::integer(it.into())
    }

    fn visit_i128<E: Error>(self, it: i128) -> Result<Value, E> {
        Self::integer(it)
    }

    fn visit_u128<E: Error>(self, it: u128) -> Result<Value, E> {
        // What is too large here is too large for a number as well.
        Self::integer(i128::try_from(it).unwrap_or(i128::MAX))
    }

    fn visit_f64<E>(self, it: f64) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_str<E: Error>(self, it: &str) -> Result<Value, E> {
        if it.starts_with(crate::codec::SIGN) && !is_ours::<E>() { Tagged.visit_str(it) } else { Ok(it.into()) }
    }

    fn visit_bytes<E>(self, it: &[u8]) -> Result<Value, E> {
        Ok(Value::Buffer(it.into()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_str(Tagged)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = from.next_element()? {
            values.push(value);
        }
        Ok(Value::from(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut entries = BTreeMap::new();
        while let Some((key, value)) = from.next_entry::<Text, Value>()? {
            if value == Value::Nil {
                return Err(A::Error::custom(Reason::Nothing));
            }
            if entries.insert(key, value).is_some() {
                return Err(A::Error::custom(Reason::DuplicateKey));
            }
        }
        Ok(Map::from_iter(entries).into())
    }
}

/// A string of the text form.
pub(super) struct Tagged;

impl<'de> Visitor<'de> for Tagged {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string of the text form")
    }

    fn visit_str<E: Error>(self, it: &str) -> Result<Value, E> {
        content::read(it).ok_or_else(|| E::custom(Reason::BadTag))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_str(self)
    }
}
