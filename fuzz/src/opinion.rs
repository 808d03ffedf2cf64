//! What another reader makes of a text: serde_json, with every key of an object kept.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A JSON value as it is written, duplicate keys and all.
#[derive(Debug)]
pub enum Json {
    Null,
    Bool(bool),
    Number(f64),
    String(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The value of a text, if it is JSON to serde_json: at most 128 levels, numbers within 64 bits.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Equal as values: numbers by their bits, objects without their order.
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a.to_bits() == b.to_bits(),
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is(b)),
            (Self::Object(a), Self::Object(b)) => {
                let sorted = |entries: &[(String, Self)]| {
                    let mut order: Vec<_> = (0..entries.len()).collect();
                    order.sort_by(|a, b| entries[*a].0.cmp(&entries[*b].0));
                    order
                };
                let same = |(x, y): (usize, usize)| a[x].0 == b[y].0 && a[x].1.is(&b[y].1);
                a.len() == b.len() && sorted(a).into_iter().zip(sorted(b)).all(same)
            }
            _ => false,
        }
    }

    /// Objects and arrays that are open at once, at most.
    pub fn depth(&self) -> usize {
        match self {
            Self::Array(values) => 1 + values.iter().map(Self::depth).max().unwrap_or(0),
            Self::Object(entries) => 1 + entries.iter().map(|(_, value)| value.depth()).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// Whether an object has a key twice.
    pub fn has_duplicates(&self) -> bool {
        let twice = |entries: &[(String, Self)]| {
            let mut keys: Vec<_> = entries.iter().map(|(key, _)| key).collect();
            keys.sort();
            keys.windows(2).any(|pair| pair[0] == pair[1])
        };
        self.any(&|it| matches!(it, Self::Object(entries) if twice(entries)))
    }

    /// Whether an object has a null.
    pub fn has_null_in_object(&self) -> bool {
        let null = |entries: &[(String, Self)]| entries.iter().any(|(_, value)| matches!(value, Self::Null));
        self.any(&|it| matches!(it, Self::Object(entries) if null(entries)))
    }

    /// Whether there is a string, or a key, with a tag.
    pub fn has_tag(&self) -> bool {
        let tagged = |text: &str| text.starts_with('$') && !text.starts_with("$$");
        self.any(&|it| match it {
            Self::String(text) => tagged(text),
            Self::Object(entries) => entries.iter().any(|(key, _)| tagged(key)),
            _ => false,
        })
    }

    fn any(&self, is: &dyn Fn(&Self) -> bool) -> bool {
        is(self)
            || match self {
                Self::Array(values) => values.iter().any(|value| value.any(is)),
                Self::Object(entries) => entries.iter().any(|(_, value)| value.any(is)),
                _ => false,
            }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reading)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, it: bool) -> Result<Json, E> {
        Ok(Json::Bool(it))
    }

    fn visit_u64<E>(self, it: u64) -> Result<Json, E> {
        Ok(Json::Number(it as f64))
    }

    fn visit_i64<E>(self, it: i64) -> Result<Json, E> {
        Ok(Json::Number(it as f64))
    }

    fn visit_f64<E>(self, it: f64) -> Result<Json, E> {
        Ok(Json::Number(it))
    }

    fn visit_str<E>(self, it: &str) -> Result<Json, E> {
        Ok(Json::String(it.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Json, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = from.next_element()? {
            values.push(value);
        }
        Ok(Json::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Json, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = from.next_entry()? {
            entries.push(entry);
        }
        Ok(Json::Object(entries))
    }
}
