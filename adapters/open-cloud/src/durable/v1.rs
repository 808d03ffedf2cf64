//! Data stores through the older interface. Documentation: Data stores v1 reference.
//!
//! Names are parameters of the query, the value is the body, what stands beside it are headers. A condition is `matchVersion`
//! or `exclusiveCreate`; one that does not hold was seen to be answered with 412.

use super::wire::{attributes, ended, json, newest_first, revision, with_mark};
use super::{Condition, Found, Revision, Write, Wrote};
use crate::answer::Answer;
use crate::client::{Call, Client, Reply};
use crate::limits::Kind;
use crate::names::{inside, outside, query};
use crate::values::decode;
use keyholder_tokio::backend::{Entry, Key, Meta, NotApplied, Refused, StoreError, Tag};
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use std::fmt::Write as _;

const VERSION: HeaderName = HeaderName::from_static("roblox-entry-version");
const ATTRIBUTES: HeaderName = HeaderName::from_static("roblox-entry-attributes");
const USERS: HeaderName = HeaderName::from_static("roblox-entry-userids");

const PAGE: &str = "100";

/// The most pages of versions.
const PAGES: usize = 100;

/// All attributes of an entry, as the header has them.
const ATTRIBUTES_MAX_BYTES: usize = 299;

/// The most bytes of each name: here they count, not characters.
const NAME_MAX_BYTES: usize = 50;

/// Where something of an entry is.
fn target(client: &Client, key: &Key, path: &str, more: &[(&str, &str)]) -> Result<String, Refused> {
    let (store, entry) = (named(key.location())?, named(key.player())?);
    let names: [(&str, &str); 2] = [("datastoreName", &store), ("entryKey", &entry)];
    Ok(format!("{}/{path}{}", entries(client), query(&[&names, more].concat())))
}

/// A location or a player's key as it stands outside.
fn named(name: &str) -> Result<Cow<'_, str>, Refused> {
    let outside = outside(name)?;
    if outside.len() > NAME_MAX_BYTES {
        return Err(Refused::TooMany { what: "bytes in a name through the older interface", limit: NAME_MAX_BYTES });
    }
    Ok(outside)
}

fn entries(client: &Client) -> String {
    format!("/datastores/v1/universes/{}/standard-datastores/datastore/entries", client.universe())
}

/// The list of an experience's data stores, no more than one of them.
pub(super) fn first_store(client: &Client) -> String {
    format!("/datastores/v1/universes/{}/standard-datastores?limit=1", client.universe())
}

/// Reads the newest version, or another one.
pub(super) async fn read(client: &Client, key: &Key, version: Option<&str>) -> Result<Option<Found>, StoreError> {
    let target = match version {
        Some(version) => target(client, key, "entry/versions/version", &[("versionId", version)])?,
        None => target(client, key, "entry", &[])?,
    };
    let Some(reply) = client.read(Call::get(Kind::Read, target)).await? else { return Ok(None) };
    let Reply { headers, body, .. } = reply;
    let tag = headers.get(VERSION).and_then(|tag| tag.to_str().ok()).filter(|tag| !tag.is_empty());
    let tag = tag.ok_or(NotApplied::Unavailable)?;
    let users = header::<Vec<u64>>(&headers, &USERS)?;
    let (mark, attributes) = attributes(header(&headers, &ATTRIBUTES)?);
    let value = str::from_utf8(&body).ok().filter(|it| !it.is_empty()).ok_or(NotApplied::Unavailable)?;
    let text = match decode(value)? {
        Cow::Borrowed(text) => text.into(),
        Cow::Owned(text) => {
            drop(body);
            text.into()
        }
    };
    Ok(Some(Found { entry: Entry { tag: Tag::new(tag), text, meta: Meta { users, attributes } }, mark }))
}

/// A header that is JSON. One that is not there, or empty, is nothing.
fn header<T: for<'de> Deserialize<'de> + Default>(headers: &HeaderMap, name: &HeaderName) -> Result<T, StoreError> {
    match headers.get(name).map(HeaderValue::as_bytes) {
        None | Some(b"") => Ok(T::default()),
        // Null stands for nothing as well.
        Some(text) => Ok(json::<Option<T>>(text)?.unwrap_or_default()),
    }
}

pub(super) async fn write(client: &Client, key: &Key, write: &Write<'_>) -> Result<Wrote, StoreError> {
    let condition = match write.condition {
        Condition::Absent => ("exclusiveCreate", "true"),
        Condition::Tag(tag) | Condition::Removal(tag) => ("matchVersion", tag),
    };
    let target = target(client, key, "entry", &[condition])?;
    let mut call = Call::new(Kind::Write, Method::POST, target).with(write.value.into());
    let users = serde_json::to_string(&write.meta.users).map_err(|_| Refused::Invalid { status: 0 })?;
    let attributes = header_of(write.meta, write.mark)?;
    if attributes.len() > ATTRIBUTES_MAX_BYTES {
        return Err(Refused::TooMany { what: "bytes of attributes as JSON", limit: ATTRIBUTES_MAX_BYTES }.into());
    }
    for (name, text) in [(USERS, users), (ATTRIBUTES, attributes)] {
        call.headers.insert(name, HeaderValue::from_str(&text).map_err(|_| Refused::Invalid { status: 0 })?);
    }
    let reply = match client.call(call).await {
        Ok(reply) => reply,
        Err(lost) => return Ok(lost.into()),
    };
    let answer = Answer::of(write.condition.asked(), reply.status, &reply.headers, &reply.body);
    let written = || serde_json::from_slice::<Written>(&reply.body).ok();
    let tag = (answer == Answer::Done)
        .then(written)
        .flatten()
        .filter(|it| !it.version.is_empty())
        .map(|it| Tag::new(it.version));
    Ok(Wrote { answer, status: reply.status, tag })
}

/// Whether there is room for a mark beside the attributes.
pub(super) fn has_room(meta: &Meta, mark: &str) -> bool {
    header_of(meta, Some(mark)).is_ok_and(|header| header.len() <= ATTRIBUTES_MAX_BYTES)
}

fn header_of(meta: &Meta, mark: Option<&str>) -> Result<String, Refused> {
    serde_json::to_string(&with_mark(meta, mark)).map(|json| ascii(&json)).map_err(|_| Refused::Invalid { status: 0 })
}

/// JSON in the characters of a header.
fn ascii(json: &str) -> String {
    let mut ascii = String::with_capacity(json.len());
    for unit in json.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => ascii.push(char::from(byte)),
            // Writing to a string does not fail.
            _ => drop(write!(ascii, "\\u{unit:04x}")),
        }
    }
    ascii
}

#[derive(Deserialize)]
struct Written {
    version: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Versions {
    versions: Option<Vec<Listed>>,
    next_page_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    version: String,
    #[serde(default)]
    deleted: bool,
    created_time: String,
}

/// The versions that are kept, the newest first, or that one alone.
pub(super) async fn revisions(client: &Client, key: &Key, newest: bool) -> Result<Vec<Revision>, StoreError> {
    let mut revisions = Vec::new();
    let mut cursor = String::new();
    for _ in 0..PAGES {
        let size = if newest { "1" } else { PAGE };
        let parameters = [("sortOrder", "Descending"), ("limit", size), ("cursor", &cursor)];
        let used = if cursor.is_empty() { 2 } else { 3 };
        let target = target(client, key, "entry/versions", parameters.get(..used).unwrap_or_default())?;
        let Some(reply) = client.read(Call::get(Kind::List, target)).await? else {
            ended(&cursor)?;
            break;
        };
        let page: Versions = json(&reply.body)?;
        for listed in page.versions.unwrap_or_default() {
            let tag = listed.version.clone();
            revisions.push(revision(listed.version, tag, &listed.created_time, listed.deleted)?);
        }
        let next = page.next_page_cursor.unwrap_or_default();
        if next.is_empty() || next == cursor || (newest && !revisions.is_empty()) {
            break;
        }
        cursor = next;
    }
    Ok(newest_first(revisions))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Keys {
    keys: Option<Vec<Value>>,
    next_page_cursor: Option<String>,
}

/// A part of a location's keys, in no order, and what to go on with. Removed ones are among them.
pub(super) async fn keys(client: &Client, location: &str, cursor: &str) -> Result<(Vec<String>, String), StoreError> {
    let store = named(location)?;
    let parameters = [("datastoreName", &*store), ("limit", PAGE), ("cursor", cursor)];
    let used = if cursor.is_empty() { 2 } else { 3 };
    let target = format!("{}{}", entries(client), query(parameters.get(..used).unwrap_or_default()));
    let Some(reply) = client.read(Call::get(Kind::List, target)).await? else {
        ended(cursor)?;
        return Ok(Default::default());
    };
    let page: Keys = json(&reply.body)?;
    // Documented as texts, and seen as objects.
    let name = |key: &Value| key.as_str().or_else(|| key.get("key")?.as_str()).map(|key| inside(key).to_owned());
    let keys = page.keys.unwrap_or_default().iter().filter_map(name).collect();
    Ok((keys, page.next_page_cursor.unwrap_or_default()))
}

pub(super) fn removal(client: &Client, key: &Key) -> Result<Call, Refused> {
    Ok(Call::new(Kind::Remove, Method::DELETE, target(client, key, "entry", &[])?))
}
