//! A [`Value`] as a `serde_json::Value`, and back (feature `serde-json`): what the text form has, as a tree.

use super::{Map, Number, Reason, Refused, Segment, Text, Value};
use crate::codec::content;
use ::serde_json::{Number as JsonNumber, Value as Json};
use alloc::string::String;
use alloc::vec::Vec;
use core::iter::zip;

/// The deepest JSON that is taken: no text form that can be read is deeper.
const MAX_DEPTH: u8 = u8::MAX;

/// Total: whatever JSON has not becomes the tagged string of the text form.
impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        match value {
            Value::Nil => Self::Null,
            Value::Bool(it) => Self::Bool(*it),
            Value::Array(it) => Self::Array(it.iter().map(Self::from).collect()),
            Value::Map(it) => {
                let entries = it.iter().map(|(key, value)| (String::from(content::text(key)), Self::from(value)));
                Self::Object(entries.collect())
            }
            Value::Number(_) | Value::Text(_) | Value::Buffer(_) | Value::Roblox(_) => match content::string(value) {
                Some(string) => Self::String(string.into()),
                None => number(value),
            },
        }
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self::from(&value)
    }
}

/// Integers as integers, so that they are written without `.0`.
fn number(value: &Value) -> Json {
    let Value::Number(number) = value else {
        return Json::Null;
    };
    match number.integer() {
        Some(integer) => Json::Number(integer.into()),
        None => JsonNumber::from_f64(number.0).map_or(Json::Null, Json::Number),
    }
}

/// Tagged strings become what they stand for, as when the text form is read.
impl TryFrom<&Json> for Value {
    type Error = Refused;

    /// Refused, with their path: integers that would come back changed ([`Reason::Inexact`]), `null` in an object
    /// ([`Reason::Nothing`]), strings with a tag and another payload ([`Reason::BadTag`]), keys with a tag
    /// ([`Reason::KeyType`]), and more than 255 levels ([`Reason::TooDeep`]).
    fn try_from(json: &Json) -> Result<Self, Refused> {
        read(json, MAX_DEPTH)
    }
}

impl TryFrom<Json> for Value {
    type Error = Refused;

    /// As from a reference.
    fn try_from(json: Json) -> Result<Self, Refused> {
        Self::try_from(&json)
    }
}

fn read(json: &Json, levels: u8) -> Result<Value, Refused> {
    let inside = || levels.checked_sub(1).ok_or(Refused::new(Reason::TooDeep { limit: MAX_DEPTH }));
    match json {
        Json::Null => Ok(Value::Nil),
        Json::Bool(it) => Ok(Value::Bool(*it)),
        Json::Number(it) => read_number(it).map(Value::Number).ok_or(Reason::Inexact.into()),
        Json::String(it) => content::read(it).ok_or(Reason::BadTag.into()),
        Json::Array(it) => {
            let levels = inside()?;
            let parts = zip(0_u32.., it).map(|(at, part)| read(part, levels).map_err(|refused| refused.within(at)));
            Ok(parts.collect::<Result<Vec<_>, _>>()?.into())
        }
        Json::Object(it) => {
            let levels = inside()?;
            let mut map = Map::new();
            for (key, json) in it {
                let entry = read_key(key).and_then(|key| Ok((key, read_part(json, levels)?)));
                let (key, value) = entry.map_err(|refused| refused.within(Segment::from(key.as_str())))?;
                map.insert(key, value);
            }
            Ok(map.into())
        }
    }
}

fn read_key(key: &str) -> Result<Text, Refused> {
    let Value::Text(key) = content::read(key).ok_or(Reason::BadTag)? else {
        return Err(Reason::KeyType { name: "tagged string" }.into());
    };
    Ok(key)
}

fn read_part(json: &Json, levels: u8) -> Result<Value, Refused> {
    if json.is_null() { Err(Reason::Nothing.into()) } else { read(json, levels) }
}

fn read_number(number: &JsonNumber) -> Option<Number> {
    let integer = number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
    integer.map_or_else(|| number.as_f64().map(Number), content::integer)
}
