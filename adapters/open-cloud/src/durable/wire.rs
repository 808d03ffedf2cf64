//! Data stores' JSON, as far as both interfaces have it.

use super::Revision;
use super::marks::MARK;
use jiff::Timestamp;
use keyholder_tokio::backend::{Meta, NotApplied, StoreError, Tag, Version, VersionId};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

/// An answer that cannot be read is none: the page of a gateway, or half of an answer.
pub(super) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(body).map_err(|_| StoreError::UNAVAILABLE)
}

/// Takes the mark out of the attributes. Texts stay what they are; what other programs put there of other kinds becomes its
/// JSON.
pub(super) fn attributes(all: BTreeMap<String, Value>) -> (Option<String>, BTreeMap<String, String>) {
    let text = |value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let mut attributes: BTreeMap<String, String> = all.into_iter().map(|(name, value)| (name, text(value))).collect();
    (attributes.remove(MARK), attributes)
}

/// The attributes as they stand outside, with the mark.
pub(super) fn with_mark<'a>(meta: &'a Meta, mark: &'a str) -> BTreeMap<&'a str, &'a str> {
    let attributes = meta.attributes.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    attributes.chain([(MARK, mark)]).collect()
}

/// A revision of this id, time and state.
pub(super) fn revision(id: String, tag: String, written: &str, removed: bool) -> Result<Revision, StoreError> {
    let written: Timestamp = written.parse().map_err(|_| NotApplied::Unavailable)?;
    let written_ms = u64::try_from(written.as_millisecond()).unwrap_or(0);
    Ok(Revision { version: Version { id: VersionId::new(id), written_ms, removed }, tag: Tag::new(tag) })
}

/// The newest first. The platform was seen to list them so; times say it where it does not.
pub(super) fn newest_first(mut revisions: Vec<Revision>) -> Vec<Revision> {
    revisions.sort_by_key(|it| std::cmp::Reverse(it.version.written_ms));
    revisions
}
