//! The serialiser whose output is a value.

use super::{TAGGED, key};
use crate::codec::content;
use crate::value::{Map, Number, Reason, Refused, Segment, Text, Value};
use ::serde::{Serialize, Serializer, ser};
use alloc::vec::Vec;

/// Makes values.
#[derive(Clone, Copy)]
pub(super) struct ToValue {
    /// The value belongs to a key: where it would be `Nil`, the key would be lost.
    pub(super) keyed: bool,
}

const INSIDE: ToValue = ToValue { keyed: false };

impl ToValue {
    fn nothing(self) -> Result<Value, Refused> {
        if self.keyed { Err(Reason::Nothing.into()) } else { Ok(Value::Nil) }
    }
}

macro_rules! integers {
    ($($name:ident: $type:ty),*) => {$(
        fn $name(self, integer: $type) -> Result<Value, Refused> {
            Number::exact(integer).map(Value::Number).ok_or(Reason::Inexact.into())
        }
    )*};
}

impl Serializer for ToValue {
    type Ok = Value;
    type Error = Refused;
    type SerializeSeq = Elements;
    type SerializeTuple = Elements;
    type SerializeTupleStruct = Elements;
    type SerializeTupleVariant = Elements;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = Entries;

    integers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128
    );

    fn serialize_bool(self, it: bool) -> Result<Value, Refused> {
        Ok(it.into())
    }

    fn serialize_f32(self, it: f32) -> Result<Value, Refused> {
        Ok(f64::from(it).into())
    }

    fn serialize_f64(self, it: f64) -> Result<Value, Refused> {
        Ok(it.into())
    }

    fn serialize_char(self, it: char) -> Result<Value, Refused> {
        self.serialize_str(it.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, it: &str) -> Result<Value, Refused> {
        Ok(it.into())
    }

    fn serialize_bytes(self, it: &[u8]) -> Result<Value, Refused> {
        Ok(Value::Buffer(it.into()))
    }

    fn serialize_none(self) -> Result<Value, Refused> {
        Ok(Value::Nil)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, it: &T) -> Result<Value, Refused> {
        it.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Refused> {
        self.nothing()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Refused> {
        self.nothing()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value, Refused> {
        Ok(variant.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, it: &T) -> Result<Value, Refused> {
        if name != TAGGED {
            return it.serialize(self);
        }
        let content = it.serialize(key::ToKey)?;
        content.as_str().and_then(content::read).ok_or(Reason::BadTag.into())
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        it: &T,
    ) -> Result<Value, Refused> {
        let value = it.serialize(INSIDE).map_err(|refused| refused.within(variant))?;
        Ok(if value == Value::Nil { variant.into() } else { tagged(variant, value) })
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Elements, Refused> {
        Ok(Elements::new(None, len.unwrap_or_default()))
    }

    fn serialize_tuple(self, len: usize) -> Result<Elements, Refused> {
        Ok(Elements::new(None, len))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Elements, Refused> {
        Ok(Elements::new(None, len))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Elements, Refused> {
        Ok(Elements::new(Some(variant), len))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries, Refused> {
        Ok(Entries::new(None))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Entries, Refused> {
        Ok(Entries::new(None))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Entries, Refused> {
        Ok(Entries::new(Some(variant)))
    }
}

/// An enum's content under the name of its variant.
fn tagged(variant: &'static str, content: Value) -> Value {
    Map::from_iter([(variant, content)]).into()
}

/// An array in the making, of a variant or not.
pub(super) struct Elements {
    variant: Option<&'static str>,
    values: Vec<Value>,
}

impl Elements {
    fn new(variant: Option<&'static str>, len: usize) -> Self {
        // What a type says of its length is not believed beyond this.
        Self { variant, values: Vec::with_capacity(len.min(1_024)) }
    }

    fn push<T: Serialize + ?Sized>(&mut self, it: &T) -> Result<(), Refused> {
        let value = it.serialize(INSIDE).map_err(|refused| {
            let refused = refused.within(u32::try_from(self.values.len()).unwrap_or(u32::MAX));
            within(self.variant, refused)
        })?;
        self.values.push(value);
        Ok(())
    }

    fn finish(self) -> Result<Value, Refused> {
        let array = Value::from(self.values);
        Ok(match self.variant {
            None => array,
            Some(variant) => tagged(variant, array),
        })
    }
}

/// A map in the making, of a variant or not.
pub(super) struct Entries {
    variant: Option<&'static str>,
    entries: Vec<(Text, Value)>,
    key: Text,
}

impl Entries {
    fn new(variant: Option<&'static str>) -> Self {
        Self { variant, entries: Vec::new(), key: Text::default() }
    }

    fn put<T: Serialize + ?Sized>(&mut self, key: Text, it: &T) -> Result<(), Refused> {
        match it.serialize(ToValue { keyed: true }) {
            Ok(Value::Nil) => {}
            Ok(value) => self.entries.push((key, value)),
            Err(refused) => return Err(within(self.variant, refused.within(key))),
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Value, Refused> {
        self.entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        let twice = self.entries.array_windows().find(|[(a, _), (b, _)]| a == b);
        if let Some([(key, _), _]) = twice {
            return Err(within(self.variant, Refused::from(Reason::DuplicateKey).within(key.clone())));
        }
        let map = Map::from_iter(self.entries);
        Ok(match self.variant {
            None => map.into(),
            Some(variant) => tagged(variant, map.into()),
        })
    }
}

fn within(variant: Option<&'static str>, refused: Refused) -> Refused {
    match variant {
        None => refused,
        Some(variant) => refused.within(Segment::from(variant)),
    }
}

macro_rules! elements {
    ($($trait:ident: $push:ident),*) => {$(
        impl ser::$trait for Elements {
            type Ok = Value;
            type Error = Refused;

            fn $push<T: Serialize + ?Sized>(&mut self, it: &T) -> Result<(), Refused> {
                self.push(it)
            }

            fn end(self) -> Result<Value, Refused> {
                self.finish()
            }
        }
    )*};
}

elements!(
    SerializeSeq: serialize_element, SerializeTuple: serialize_element, SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
);

macro_rules! fields {
    ($($trait:ident),*) => {$(
        impl ser::$trait for Entries {
            type Ok = Value;
            type Error = Refused;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, it: &T) -> Result<(), Refused> {
                self.put(name.into(), it)
            }

            fn end(self) -> Result<Value, Refused> {
                self.finish()
            }
        }
    )*};
}

fields!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Entries {
    type Ok = Value;
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refused> {
        self.key = key.serialize(key::ToKey)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, it: &T) -> Result<(), Refused> {
        let key = core::mem::take(&mut self.key);
        self.put(key, it)
    }

    fn end(self) -> Result<Value, Refused> {
        self.finish()
    }
}
