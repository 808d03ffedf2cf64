//! Keys of maps: strings, and what has one way to be written as a string.

use super::TAGGED;
use super::de::tagged;
use crate::codec::content;
use crate::json::Writer;
use crate::stored::Stored;
use crate::value::{Reason, Refused, Text, Value};
use ::serde::de::value::BorrowedStrDeserializer;
use ::serde::de::{Unexpected, Visitor};
use ::serde::ser::Impossible;
use ::serde::{Deserializer, Serialize, Serializer, forward_to_deserialize_any};
use alloc::string::{String, ToString};

/// Makes keys.
pub(super) struct ToKey;

type No = Impossible<Text, Refused>;

fn no<T>(name: &'static str) -> Result<T, Refused> {
    Err(Reason::KeyType { name }.into())
}

macro_rules! written {
    ($($name:ident: $type:ty),*) => {$(
        fn $name(self, it: $type) -> Result<Text, Refused> {
            Ok(it.to_string().as_str().into())
        }
    )*};
}

impl Serializer for ToKey {
    type Ok = Text;
    type Error = Refused;
    type SerializeSeq = No;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;
    type SerializeMap = No;
    type SerializeStruct = No;
    type SerializeStructVariant = No;

    written!(
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_u128: u128, serialize_char: char
    );

    fn serialize_f32(self, it: f32) -> Result<Text, Refused> {
        self.serialize_f64(it.into())
    }

    fn serialize_f64(self, it: f64) -> Result<Text, Refused> {
        if !it.is_finite() {
            return no("f64 (NaN or an infinity)");
        }
        let mut text = String::new();
        Value::from(it).write(Writer::new(&mut text));
        self.serialize_str(&text)
    }

    fn serialize_str(self, it: &str) -> Result<Text, Refused> {
        Ok(it.into())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Text, Refused> {
        no("bytes")
    }

    fn serialize_none(self) -> Result<Text, Refused> {
        no("Option")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<Text, Refused> {
        no("Option")
    }

    fn serialize_unit(self) -> Result<Text, Refused> {
        no("()")
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<Text, Refused> {
        no(name)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Text, Refused> {
        Ok(variant.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, it: &T) -> Result<Text, Refused> {
        let text = it.serialize(self)?;
        if name != TAGGED {
            return Ok(text);
        }
        let Some(Value::Text(text)) = text.as_str().and_then(content::read) else {
            return no("tagged string");
        };
        Ok(text)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Text, Refused> {
        no(name)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<No, Refused> {
        no("sequence")
    }

    fn serialize_tuple(self, _: usize) -> Result<No, Refused> {
        no("tuple")
    }

    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<No, Refused> {
        no(name)
    }

    fn serialize_tuple_variant(self, name: &'static str, _: u32, _: &'static str, _: usize) -> Result<No, Refused> {
        no(name)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<No, Refused> {
        no("map")
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<No, Refused> {
        no(name)
    }

    fn serialize_struct_variant(self, name: &'static str, _: u32, _: &'static str, _: usize) -> Result<No, Refused> {
        no(name)
    }
}

/// Reads a key.
#[derive(Clone, Copy)]
pub(super) struct FromKey<'de>(pub(super) &'de Text);

/// Only the one way in which `ToKey` writes it: of two keys in a map, none is read as the other.
macro_rules! read {
    ($($name:ident: $type:ty => $visit:ident),*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
            let read = self.0.as_str().and_then(|text| Some((text, text.parse::<$type>().ok()?)));
            match read.filter(|(text, it)| it.to_string() == **text) {
                Some((_, it)) => visitor.$visit(it),
                None => Err(::serde::de::Error::invalid_type(Unexpected::Str(""), &visitor)),
            }
        }
    )*};
}

/// The same for floats, whose text is not that of `to_string`.
macro_rules! read_float {
    ($($name:ident),*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
            let read = self.0.as_str().and_then(|text| text.parse::<f64>().ok());
            match read.filter(|it| ToKey.serialize_f64(*it).as_ref() == Ok(self.0)) {
                Some(it) => visitor.visit_f64(it),
                None => Err(::serde::de::Error::invalid_type(Unexpected::Str(""), &visitor)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for FromKey<'de> {
    type Error = Refused;

    read!(
        deserialize_bool: bool => visit_bool, deserialize_i8: i8 => visit_i8, deserialize_i16: i16 => visit_i16,
        deserialize_i32: i32 => visit_i32, deserialize_i64: i64 => visit_i64, deserialize_i128: i128 => visit_i128,
        deserialize_u8: u8 => visit_u8, deserialize_u16: u16 => visit_u16, deserialize_u32: u32 => visit_u32,
        deserialize_u64: u64 => visit_u64, deserialize_u128: u128 => visit_u128
    );

    read_float!(deserialize_f32, deserialize_f64);

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.0.as_str() {
            Some(text) => visitor.visit_borrowed_str(text),
            None => visitor.visit_newtype_struct(tagged(&Value::Text(self.0.clone()))),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        let text = self.0.as_str().ok_or(Reason::KeyNotUtf8)?;
        BorrowedStrDeserializer::new(text).deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
