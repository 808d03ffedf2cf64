//! Values described without any codec: numbers by their bits, strings and keys by their bytes.

use super::hex::{Bytes, Hex64};
use super::roblox::Plain;
use keyholder_core::value::{Map, Number, Text, Value};
use serde::{Deserialize, Serialize};

/// A value: an object with one key, which says its kind.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Described {
    /// Nil; `true` stands there because something must.
    Nil(True),
    Bool(bool),
    /// The bits of a double.
    Number(Hex64),
    String(Bytes),
    Array(Vec<Described>),
    /// Keys, ascending, with their values.
    Map(Vec<(Bytes, Described)>),
    Buffer(Bytes),
    Roblox(Plain),
}

/// Always `true`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(try_from = "bool", into = "bool")]
pub(super) struct True;

impl From<True> for bool {
    fn from(_: True) -> Self {
        true
    }
}

impl TryFrom<bool> for True {
    type Error = &'static str;

    fn try_from(value: bool) -> Result<Self, Self::Error> {
        if value { Ok(Self) } else { Err("nil is described by true") }
    }
}

impl Described {
    /// Describes a value.
    pub(super) fn of(value: &Value) -> Result<Self, String> {
        Ok(match value {
            Value::Nil => Self::Nil(True),
            Value::Bool(it) => Self::Bool(*it),
            Value::Number(it) => Self::Number(Hex64(it.0.to_bits())),
            Value::Text(it) => Self::String(bytes(it)),
            Value::Array(it) => Self::Array(it.iter().map(Self::of).collect::<Result<_, _>>()?),
            Value::Map(it) => {
                let entries = it.iter().map(|(key, value)| Ok((bytes(key), Self::of(value)?)));
                Self::Map(entries.collect::<Result<_, String>>()?)
            }
            Value::Buffer(it) => Self::Buffer(Bytes(it.to_vec())),
            Value::Roblox(it) => Self::Roblox(Plain::of(it)?),
        })
    }

    /// The value that is described.
    pub(super) fn value(&self) -> Result<Value, String> {
        Ok(match self {
            Self::Nil(True) => Value::Nil,
            Self::Bool(it) => (*it).into(),
            Self::Number(it) => Value::Number(Number(f64::from_bits(it.0))),
            Self::String(it) => Value::Text(text(it)),
            Self::Array(it) => it.iter().map(Self::value).collect::<Result<Vec<_>, _>>()?.into(),
            Self::Map(it) => {
                if !it.is_sorted_by(|(one, _), (other, _)| one < other) {
                    return Err("the keys of a described map ascend, each once".to_owned());
                }
                let entries = it.iter().map(|(key, value)| Ok((text(key), value.value()?)));
                let map = entries.collect::<Result<Vec<_>, String>>()?;
                if map.iter().any(|(_, value)| *value == Value::Nil) {
                    return Err("a described map has no nil".to_owned());
                }
                map.into_iter().collect::<Map>().into()
            }
            Self::Buffer(it) => Value::Buffer(it.0.as_slice().into()),
            Self::Roblox(it) => Value::Roblox(it.value()?),
        })
    }
}

fn bytes(text: &Text) -> Bytes {
    Bytes(text.as_bytes().to_vec())
}

fn text(bytes: &Bytes) -> Text {
    bytes.0.as_slice().into()
}
