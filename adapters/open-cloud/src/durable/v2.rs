//! Data stores through Open Cloud v2. Documentation: Cloud v2 reference, Data Store Entry.
//!
//! A condition is the `etag` in the body of an update. Users are names of resources, `users/1`.

use super::wire::{Attribute, Outside, attributes, ended, json, newest_first, revision, with_mark};
use super::{Condition, Found, Revision, Write, Wrote};
use crate::answer::Answer;
use crate::client::{Call, Client, json_body};
use crate::limits::Kind;
use crate::names::{Place, encoded, inside, outside, query};
use crate::values::{decode, raw};
use keyholder_tokio::backend::{Entry, Key, Meta, NotApplied, Refused, StoreError, Tag};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The most revisions of a page. An entry has some 750: one for each hour of thirty days, and snapshots.
const REVISIONS: &str = "100";

/// The most pages of revisions.
const PAGES: usize = 100;

/// The most keys of a page.
const KEYS: &str = "256";

const REMOVED: &str = "DELETED";

/// Where an entry is. A verb or a revision goes behind.
fn target(client: &Client, key: &Key) -> Result<(String, Place), Refused> {
    let place = Place::of(key)?;
    Ok((format!("{}/{}", entries(client, &place.store), place.entry), place))
}

fn entries(client: &Client, store: &str) -> String {
    format!("/cloud/v2/universes/{}/data-stores/{store}/entries", client.universe())
}

/// The list of an experience's data stores, no more than one of them.
pub(super) fn first_store(client: &Client) -> String {
    format!("/cloud/v2/universes/{}/data-stores?maxPageSize=1", client.universe())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answered<'a> {
    #[serde(borrow)]
    value: Option<&'a RawValue>,
    etag: Option<String>,
    revision_id: Option<String>,
    state: Option<String>,
    users: Option<Vec<Value>>,
    attributes: Option<Outside>,
}

impl Answered<'_> {
    /// An answer without an etag has the same text as the id of the revision: it was seen to be the same.
    fn tag(&mut self) -> Option<Tag> {
        let tag = self.etag.take().or_else(|| self.revision_id.take()).filter(|tag| !tag.is_empty());
        tag.map(Tag::new)
    }
}

/// Reads the newest revision, or another one.
pub(super) async fn read(client: &Client, key: &Key, version: Option<&str>) -> Result<Option<Found>, StoreError> {
    let (mut target, place) = target(client, key)?;
    match version {
        Some(version) => target.extend(["@", version]),
        // Else what stands behind the last `@` of the key would be taken for one.
        None if place.has_at => target.push_str("@latest"),
        None => {}
    }
    let Some(reply) = client.read(Call::get(Kind::Read, target)).await? else { return Ok(None) };
    let mut answered: Answered<'_> = serde_json::from_slice(&reply.body).map_err(|_| NotApplied::Unavailable)?;
    if answered.state.as_deref() == Some(REMOVED) {
        return Ok(None);
    }
    let tag = answered.tag().ok_or(NotApplied::Unavailable)?;
    let users = answered.users.unwrap_or_default().iter().filter_map(user).collect();
    let (mark, attributes) = attributes(answered.attributes.unwrap_or_default());
    let text = match decode(answered.value.map_or("null", RawValue::get))? {
        Cow::Borrowed(text) => text.into(),
        Cow::Owned(text) => {
            // Else there would be a third of its size for a moment.
            drop(reply);
            text.into()
        }
    };
    Ok(Some(Found { entry: Entry { tag, text, meta: Meta { users, attributes } }, mark }))
}

/// Of `users/1` or, as in the older interface, 1.
fn user(name: &Value) -> Option<u64> {
    match name.as_str() {
        Some(name) => name.strip_prefix("users/").unwrap_or(name).parse().ok(),
        None => name.as_u64(),
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<&'a str>,
    value: &'a RawValue,
    users: Vec<String>,
    attributes: BTreeMap<&'a str, Attribute<'a>>,
}

pub(super) async fn write(client: &Client, key: &Key, write: &Write<'_>) -> Result<Wrote, StoreError> {
    let value = raw(write.value)?;
    let users = write.meta.users.iter().map(|user| format!("users/{user}")).collect();
    let body = |etag| {
        json_body(&Body { etag, value, users, attributes: with_mark(write.meta, write.mark) }, write.value.len())
    };
    let call = match write.condition {
        Condition::Absent => {
            let store = encoded(&outside(key.location())?);
            let id = outside(key.player())?;
            let target = format!("{}{}", entries(client, &store), query(&[("id", &id)]));
            Call::new(Kind::Write, Method::POST, target).with(body(None)?)
        }
        Condition::Tag(tag) => Call::new(Kind::Write, Method::PATCH, target(client, key)?.0).with(body(Some(tag))?),
        // Whether a tombstone counts as missing is not established. If it does, the first of two who find it missing makes
        // an entry, which has another etag for the second.
        Condition::Removal(tag) => {
            let target = format!("{}?allowMissing=true", target(client, key)?.0);
            Call::new(Kind::Write, Method::PATCH, target).with(body(Some(tag))?)
        }
    };
    let reply = match client.call(call).await {
        Ok(reply) => reply,
        Err(lost) => return Ok(lost.into()),
    };
    let answer = Answer::of(write.condition.asked(), reply.status, &reply.headers, &reply.body);
    let tag = (answer == Answer::Done)
        .then(|| serde_json::from_slice::<Answered<'_>>(&reply.body).ok().and_then(|mut answered| answered.tag()))
        .flatten();
    Ok(Wrote { answer, status: reply.status, tag })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Revisions {
    data_store_entries: Option<Vec<Listed>>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    revision_id: Option<String>,
    revision_create_time: Option<String>,
    etag: Option<String>,
    state: Option<String>,
}

/// The revisions that are kept, the newest first, or that one alone.
pub(super) async fn revisions(client: &Client, key: &Key, newest: bool) -> Result<Vec<Revision>, StoreError> {
    let target = format!("{}:listRevisions", target(client, key)?.0);
    let mut revisions = Vec::new();
    let mut token = String::new();
    for _ in 0..PAGES {
        let size = if newest { "1" } else { REVISIONS };
        let parameters = [("maxPageSize", size), ("pageToken", &token)];
        let used = if token.is_empty() { 1 } else { 2 };
        let call = Call::get(Kind::List, format!("{target}{}", query(parameters.get(..used).unwrap_or_default())));
        let Some(reply) = client.read(call).await? else {
            ended(&token)?;
            break;
        };
        let page: Revisions = json(&reply.body)?;
        for listed in page.data_store_entries.unwrap_or_default() {
            let id = listed.revision_id.ok_or(NotApplied::Unavailable)?;
            let tag = listed.etag.filter(|tag| !tag.is_empty()).unwrap_or_else(|| id.clone());
            let removed = listed.state.as_deref() == Some(REMOVED);
            revisions.push(revision(id, tag, &listed.revision_create_time.unwrap_or_default(), removed)?);
        }
        let next = page.next_page_token.unwrap_or_default();
        if next.is_empty() || next == token || (newest && !revisions.is_empty()) {
            break;
        }
        token = next;
    }
    Ok(newest_first(revisions))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Keys {
    data_store_entries: Option<Vec<Id>>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

/// A part of a location's keys, in no order, and what to go on with. Removed ones are not among them.
pub(super) async fn keys(client: &Client, location: &str, token: &str) -> Result<(Vec<String>, String), StoreError> {
    let store = encoded(&outside(location)?);
    let parameters = [("maxPageSize", KEYS), ("pageToken", token)];
    let used = if token.is_empty() { 1 } else { 2 };
    let target = format!("{}{}", entries(client, &store), query(parameters.get(..used).unwrap_or_default()));
    let Some(reply) = client.read(Call::get(Kind::List, target)).await? else {
        ended(token)?;
        return Ok(Default::default());
    };
    let page: Keys = json(&reply.body)?;
    let ids = page.data_store_entries.unwrap_or_default().into_iter();
    Ok((ids.map(|it| inside(&it.id).to_owned()).collect(), page.next_page_token.unwrap_or_default()))
}

pub(super) fn removal(client: &Client, key: &Key) -> Result<Call, Refused> {
    Ok(Call::new(Kind::Remove, Method::DELETE, target(client, key)?.0))
}
