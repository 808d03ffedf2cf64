//! The deserialiser that reads a value.

use super::key::FromKey;
use crate::codec::content;
use crate::value::{Map, Number, Reason, Refused, Segment, Text, Value};
use ::serde::de::value::{BorrowedStrDeserializer, StringDeserializer};
use ::serde::de::{
    DeserializeSeed, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use ::serde::{Deserializer, forward_to_deserialize_any};
use alloc::borrow::Cow;

/// Reads a value.
#[derive(Clone, Copy)]
pub(super) struct FromValue<'de>(pub(super) &'de Value);

/// Reads the tagged string of a value.
pub(super) fn tagged(value: &Value) -> StringDeserializer<Refused> {
    content::string(value).map(Cow::into_owned).unwrap_or_default().into_deserializer()
}

/// Half a step beyond the largest `f32`: from here on, rounding gives infinity.
const BEYOND_F32: f64 = 340_282_356_779_733_661_637_539_395_458_142_568_448.0;

static EMPTY: &[Value] = &[];

impl<'de> FromValue<'de> {
    fn number<V: Visitor<'de>>(number: Number, visitor: V) -> Result<V::Value, Refused> {
        match number.integer().map(u64::try_from) {
            Some(Ok(integer)) => visitor.visit_u64(integer),
            Some(Err(_)) => visitor.visit_i64(number.integer().unwrap_or_default()),
            None => visitor.visit_f64(number.0),
        }
    }

    fn seq<V: Visitor<'de>>(values: &'de [Value], visitor: V) -> Result<V::Value, Refused> {
        let mut left = Elements { values: values.iter(), next: 0 };
        let read = visitor.visit_seq(&mut left)?;
        if left.values.len() == 0 { Ok(read) } else { Err(Error::invalid_length(values.len(), &"fewer")) }
    }

    fn map<V: Visitor<'de>>(map: &'de Map, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_map(Entries { keys: map.keys().as_slice().iter(), values: map.values().iter(), key: None })
    }

    fn is_empty_map(self) -> bool {
        matches!(self.0, Value::Map(it) if it.is_empty())
    }

    /// What is an array, or an empty table: a host without types has no empty arrays (D31).
    fn elements(self) -> Option<&'de [Value]> {
        if let Value::Array(it) = self.0 { Some(it) } else { self.is_empty_map().then_some(EMPTY) }
    }
}

/// Integers: -0 is 0 to them.
macro_rules! integers {
    ($($name:ident),*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
            if *self.0 == Value::from(-0.0) { visitor.visit_u64(0) } else { self.deserialize_any(visitor) }
        }
    )*};
}

macro_rules! sequences {
    ($($name:ident($($type:ty),*)),*) => {$(
        fn $name<V: Visitor<'de>>(self $(, _: $type)*, visitor: V) -> Result<V::Value, Refused> {
            match self.elements() {
                Some(elements) => Self::seq(elements, visitor),
                None => self.deserialize_any(visitor),
            }
        }
    )*};
}

macro_rules! maps {
    ($($name:ident($($type:ty),*)),*) => {$(
        fn $name<V: Visitor<'de>>(self $(, _: $type)*, visitor: V) -> Result<V::Value, Refused> {
            if matches!(self.0, Value::Array(it) if it.is_empty()) {
                visitor.visit_map(Entries { keys: [].iter(), values: EMPTY.iter(), key: None })
            } else {
                self.deserialize_any(visitor)
            }
        }
    )*};
}

macro_rules! bytes {
    ($($name:ident),*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
            if let Value::Text(it) = self.0 {
                visitor.visit_borrowed_bytes(it.as_bytes())
            } else {
                self.deserialize_any(visitor)
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for FromValue<'de> {
    type Error = Refused;

    integers!(
        deserialize_i8,
        deserialize_i16,
        deserialize_i32,
        deserialize_i64,
        deserialize_i128,
        deserialize_u8,
        deserialize_u16,
        deserialize_u32,
        deserialize_u64,
        deserialize_u128
    );
    sequences!(deserialize_seq(), deserialize_tuple(usize), deserialize_tuple_struct(&'static str, usize));
    maps!(deserialize_map(), deserialize_struct(&'static str, &'static [&'static str]));
    bytes!(deserialize_bytes, deserialize_byte_buf);

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        if let Value::Number(it) = self.0 { visitor.visit_f64(it.0) } else { self.deserialize_any(visitor) }
    }

    /// Rounded; a finite number that would become infinite is refused.
    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let is_beyond = matches!(self.0, Value::Number(it) if it.0.is_finite() && it.0.abs() >= BEYOND_F32);
        if is_beyond { Err(Reason::Inexact.into()) } else { self.deserialize_f64(visitor) }
    }

    /// What has no kind in serde, Roblox values and strings that are no UTF-8, is a newtype of its tagged string: nothing
    /// that asks for a string takes it for one.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.0 {
            Value::Nil => visitor.visit_unit(),
            Value::Bool(it) => visitor.visit_bool(*it),
            Value::Number(it) => Self::number(*it, visitor),
            Value::Text(it) => match it.as_str() {
                Some(text) => visitor.visit_borrowed_str(text),
                None => visitor.visit_newtype_struct(tagged(self.0)),
            },
            Value::Array(it) => Self::seq(it, visitor),
            Value::Map(it) => Self::map(it, visitor),
            Value::Buffer(it) => visitor.visit_borrowed_bytes(it),
            Value::Roblox(_) => visitor.visit_newtype_struct(tagged(self.0)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        if *self.0 == Value::Nil { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        let variant = if let Value::Text(it) = self.0 {
            Some((it, &Value::Nil))
        } else if let Value::Map(it) = self.0 {
            it.iter().next().filter(|_| it.len() == 1)
        } else {
            None
        };
        match variant {
            Some((variant, content)) => visitor.visit_enum(Variant { variant, content }),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { bool char str string unit unit_struct identifier }
}

struct Elements<'de> {
    values: core::slice::Iter<'de, Value>,
    next: u32,
}

impl<'de> SeqAccess<'de> for &mut Elements<'de> {
    type Error = Refused;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refused> {
        let Some(value) = self.values.next() else {
            return Ok(None);
        };
        let at = self.next;
        self.next = at.saturating_add(1);
        seed.deserialize(FromValue(value)).map(Some).map_err(|refused| refused.within(at))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.values.len())
    }
}

struct Entries<'de> {
    keys: core::slice::Iter<'de, Text>,
    values: core::slice::Iter<'de, Value>,
    key: Option<&'de Text>,
}

impl Entries<'_> {
    fn here(&self, refused: Refused) -> Refused {
        match self.key {
            Some(key) => refused.within(Segment::Key(key.clone())),
            None => refused,
        }
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        self.key = self.keys.next();
        let read = self.key.map(|key| seed.deserialize(FromKey(key)));
        read.transpose().map_err(|refused| self.here(refused))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Refused> {
        let value = self.values.next().unwrap_or(&Value::Nil);
        seed.deserialize(FromValue(value)).map_err(|refused| self.here(refused))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.values.len())
    }
}

struct Variant<'de> {
    variant: &'de Text,
    content: &'de Value,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Refused;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Refused> {
        let name = self.variant.as_str().ok_or(Reason::NotUtf8)?;
        let name = BorrowedStrDeserializer::<Refused>::new(name);
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> Variant<'de> {
    fn read<T>(self, read: impl FnOnce(FromValue<'de>) -> Result<T, Refused>) -> Result<T, Refused> {
        read(FromValue(self.content)).map_err(|refused| refused.within(Segment::Key(self.variant.clone())))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Refused;

    fn unit_variant(self) -> Result<(), Refused> {
        if *self.content == Value::Nil {
            Ok(())
        } else {
            Err(Error::invalid_type(Unexpected::NewtypeVariant, &"a variant without content"))
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Refused> {
        self.read(|content| seed.deserialize(content))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Refused> {
        self.read(|content| content.deserialize_tuple(len, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Refused> {
        self.read(|content| content.deserialize_struct("", fields, visitor))
    }
}
