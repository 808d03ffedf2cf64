//! The same documents as other libraries take them.

use crate::documents::{Size, profile};
use crate::ours;
use keyholder_core::value::types::Vector3;
use keyholder_core::value::{Roblox, Value};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// A profile in every shape.
pub struct Document {
    /// How large it is.
    pub size: Size,
    /// As ours.
    pub value: Value,
    /// As JSON, Roblox values as tagged strings.
    pub text: String,
    /// As the document type of `serde_json`, with tagged strings.
    pub json: serde_json::Value,
    /// As an enum of its own over `serde`, with tagged strings.
    pub own: Own,
    /// As an enum for formats that do not describe themselves, with the numbers of Roblox values.
    pub derived: Derived,
}

impl Document {
    /// The profile of a size.
    ///
    /// # Panics
    /// If our text is no JSON.
    pub fn new(size: Size) -> Self {
        let value = profile(size);
        let text = ours::to_text(&value);
        let own = serde_json::from_str(&text).expect("our text is JSON");
        let json = serde_json::from_str(&text).expect("our text is JSON");
        Self { size, derived: derived(&value), value, text, json, own }
    }
}

/// What people write who want a document of their own: an enum with strings as keys, `serde` by hand.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the kinds of JSON")]
pub enum Own {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Array(Vec<Own>),
    Map(BTreeMap<String, Own>),
}

impl Serialize for Own {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(it) => serializer.serialize_bool(*it),
            Self::Int(it) => serializer.serialize_i64(*it),
            Self::Float(it) => serializer.serialize_f64(*it),
            Self::Text(it) => serializer.serialize_str(it),
            Self::Array(it) => serializer.collect_seq(it),
            Self::Map(it) => serializer.collect_map(it),
        }
    }
}

impl<'de> Deserialize<'de> for Own {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OwnVisitor)
    }
}

struct OwnVisitor;

impl<'de> Visitor<'de> for OwnVisitor {
    type Value = Own;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Own, E> {
        Ok(Own::Null)
    }

    fn visit_bool<E>(self, it: bool) -> Result<Own, E> {
        Ok(Own::Bool(it))
    }

    fn visit_i64<E>(self, it: i64) -> Result<Own, E> {
        Ok(Own::Int(it))
    }

    fn visit_u64<E>(self, it: u64) -> Result<Own, E> {
        Ok(i64::try_from(it).map_or(Own::Float(it as f64), Own::Int))
    }

    fn visit_f64<E>(self, it: f64) -> Result<Own, E> {
        Ok(Own::Float(it))
    }

    fn visit_str<E>(self, it: &str) -> Result<Own, E> {
        Ok(Own::Text(it.to_owned()))
    }

    fn visit_string<E>(self, it: String) -> Result<Own, E> {
        Ok(Own::Text(it))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Own, A::Error> {
        let mut array = Vec::new();
        while let Some(element) = from.next_element()? {
            array.push(element);
        }
        Ok(Own::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Own, A::Error> {
        let mut map = BTreeMap::new();
        while let Some((key, value)) = from.next_entry()? {
            map.insert(key, value);
        }
        Ok(Own::Map(map))
    }
}

/// The same for formats that do not describe themselves.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the kinds of values")]
pub enum Derived {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Vector3([f32; 3]),
    Color3([f32; 3]),
    CFrame(Box<[f32; 12]>),
    Array(Vec<Derived>),
    Map(BTreeMap<String, Derived>),
}

fn derived(value: &Value) -> Derived {
    let text = |it: &keyholder_core::value::Text| it.as_str().unwrap_or_default().to_owned();
    match value {
        Value::Bool(it) => Derived::Bool(*it),
        Value::Number(it) if it.0.fract() == 0.0 && it.0.abs() < 9e15 => Derived::Int(it.0 as i64),
        Value::Number(it) => Derived::Float(it.0),
        Value::Text(it) => Derived::Text(text(it)),
        Value::Array(it) => Derived::Array(it.iter().map(derived).collect()),
        Value::Map(it) => Derived::Map(it.iter().map(|(key, value)| (text(key), derived(value))).collect()),
        Value::Roblox(Roblox::Vector3(it)) => Derived::Vector3(floats(it)),
        Value::Roblox(Roblox::Color3(it)) => Derived::Color3([it.r.0, it.g.0, it.b.0]),
        Value::Roblox(Roblox::CFrame(it)) => {
            let mut all = [0.0; 12];
            let parts = [&it.position].into_iter().chain(&it.rotation).flat_map(floats);
            all.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
            Derived::CFrame(Box::new(all))
        }
        Value::Nil | Value::Buffer(_) | Value::Roblox(_) => Derived::Null,
    }
}

fn floats(it: &Vector3) -> [f32; 3] {
    [it.x.0, it.y.0, it.z.0]
}

#[cfg(test)]
mod tests {
    use super::{Derived, Document};
    use crate::documents::{MEDIUM, SMALL};

    #[test]
    fn every_shape_holds_the_same_document() {
        for size in [SMALL, MEDIUM] {
            let it = Document::new(size);
            assert_eq!(serde_json::to_string(&it.own).unwrap(), it.text);
            assert_eq!(serde_json::to_string(&it.json).unwrap(), it.text);
            let bytes = postcard::to_allocvec(&it.derived).unwrap();
            assert_eq!(postcard::from_bytes::<Derived>(&bytes).unwrap(), it.derived);
            let shown = format!("{:?}", it.derived);
            assert!(!shown.contains("Null"), "every kind of value has one here");
            assert_eq!(shown.matches("Vector3").count(), size.items as usize + 1);
        }
    }
}
