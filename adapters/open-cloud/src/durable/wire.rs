//! Data stores' JSON, as far as both interfaces have it.

use super::Revision;
use super::marks::MARK;
use jiff::Timestamp;
use keyholder_tokio::backend::{Meta, NotApplied, StoreError, Tag, Version, VersionId};
use serde::de::{DeserializeOwned, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;

/// An answer that cannot be read is none: the page of a gateway, or half of an answer.
pub(super) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(body).map_err(|_| StoreError::UNAVAILABLE)
}

/// Before the JSON of an attribute that is no text. So is one that begins like that, and so no text is taken for JSON.
const JSON: char = '=';

/// Attributes as they stand outside: any JSON by name.
#[derive(Default)]
pub(super) struct Outside(BTreeMap<String, Box<RawValue>>);

impl<'de> Deserialize<'de> for Outside {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OutsideVisitor)
    }
}

struct OutsideVisitor;

impl<'de> Visitor<'de> for OutsideVisitor {
    type Value = Outside;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Outside, A::Error> {
        let mut all = BTreeMap::new();
        while let Some((name, raw)) = from.next_entry()? {
            all.insert(name, raw);
        }
        Ok(Outside(all))
    }

    /// Scripts have one empty table for objects and for lists.
    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Outside, A::Error> {
        match from.next_element::<IgnoredAny>()? {
            None => Ok(Outside::default()),
            Some(_) => Err(A::Error::invalid_type(Unexpected::Seq, &self)),
        }
    }
}

/// Takes the mark out of the attributes. Texts stay what they are; what other programs put there of other kinds becomes `=` and
/// its JSON, which is written back as it is.
pub(super) fn attributes(all: Outside) -> (Option<String>, BTreeMap<String, String>) {
    let text = |raw: &RawValue| match serde_json::from_str::<String>(raw.get()) {
        Ok(text) if as_json(&text).is_none() => text,
        _ => format!("{JSON}{}", raw.get()),
    };
    let mut attributes: BTreeMap<String, String> = all.0.into_iter().map(|(name, raw)| (name, text(&raw))).collect();
    (attributes.remove(MARK), attributes)
}

/// An attribute as it is written.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Attribute<'a> {
    Text(&'a str),
    Json(&'a RawValue),
}

impl<'a> Attribute<'a> {
    fn of(text: &'a str) -> Self {
        as_json(text).map_or(Self::Text(text), Self::Json)
    }
}

/// The attributes as they stand outside, with the mark.
pub(super) fn with_mark<'a>(meta: &'a Meta, mark: Option<&'a str>) -> BTreeMap<&'a str, Attribute<'a>> {
    let attributes = meta.attributes.iter().map(|(name, text)| (name.as_str(), Attribute::of(text)));
    attributes.chain(mark.map(|mark| (MARK, Attribute::Text(mark)))).collect()
}

/// The characters of an attribute as it stands outside.
pub(super) fn chars(text: &str) -> usize {
    match Attribute::of(text) {
        Attribute::Text(text) => text.chars().count(),
        Attribute::Json(raw) => raw.get().chars().count(),
    }
}

/// A part of a list that is not there is the end of it if it is the first: nothing is listed. Else the rest is missing.
pub(super) fn ended(token: &str) -> Result<(), StoreError> {
    if token.is_empty() { Ok(()) } else { Err(StoreError::UNAVAILABLE) }
}

/// The JSON that an attribute stands for, if it is not a text. Of texts, only those stand for another one that are read so.
fn as_json(text: &str) -> Option<&RawValue> {
    let json = text.strip_prefix(JSON)?;
    let raw = serde_json::from_str::<&RawValue>(json).ok().filter(|raw| raw.get() == json)?;
    match serde_json::from_str::<String>(json) {
        Ok(inner) => as_json(&inner).map(|_| raw),
        Err(_) => Some(raw),
    }
}

/// A revision of this id, time and state. One without a name cannot be meant by a condition.
pub(super) fn revision(id: String, tag: String, written: &str, removed: bool) -> Result<Revision, StoreError> {
    if id.is_empty() || tag.is_empty() {
        return Err(StoreError::UNAVAILABLE);
    }
    let written: Timestamp = written.parse().map_err(|_| NotApplied::Unavailable)?;
    let written_ms = u64::try_from(written.as_millisecond()).unwrap_or(0);
    Ok(Revision { version: Version { id: VersionId::new(id), written_ms, removed }, tag: Tag::new(tag) })
}

/// The newest first. The platform was seen to list them so; times say it where it does not.
pub(super) fn newest_first(mut revisions: Vec<Revision>) -> Vec<Revision> {
    revisions.sort_by_key(|it| std::cmp::Reverse(it.version.written_ms));
    revisions
}

#[cfg(test)]
mod tests {
    use super::{Outside, attributes, with_mark};
    use keyholder_tokio::backend::Meta;

    /// What other programs put there is as it was after it was read and written, whatever it is.
    #[test]
    fn attributes_keep_their_kinds() {
        let outside =
            r#"{"equal":"=","flag":true,"json":"=3","kh":"1","level":3,"nested":{"a":[1.50]},"none":null,"text":"3"}"#;
        let (mark, read) = attributes(serde_json::from_str::<Outside>(outside).unwrap());
        assert_eq!(mark.as_deref(), Some("1"));
        let texts: Vec<_> = read.values().map(String::as_str).collect();
        assert_eq!(texts, ["=", "=true", r#"="=3""#, "=3", r#"={"a":[1.50]}"#, "=null", "3"]);
        let meta = Meta { attributes: read, ..Meta::default() };
        assert_eq!(serde_json::to_string(&with_mark(&meta, Some("1"))).unwrap(), outside);
    }

    #[test]
    fn every_text_comes_back() {
        for text in ["", "=", "= 3", "=3", "=x", "==3", "=\"a\"", "=\"=3\"", "=\"=a\"", "\u{0}=\u{e9}"] {
            let meta = Meta { attributes: [("a".to_owned(), text.to_owned())].into(), ..Meta::default() };
            let outside = serde_json::to_string(&with_mark(&meta, Some("1"))).unwrap();
            let (_, read) = attributes(serde_json::from_str(&outside).unwrap());
            assert_eq!(read, meta.attributes);
        }
    }
}
