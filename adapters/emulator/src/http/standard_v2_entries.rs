//! Entries of the second API (documentation: Cloud API v2, Data store entries).

use std::sync::Arc;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value, json};

use super::standard_v2::{prefix, refused};
use super::{Call, Reply, pair};
use crate::cloud::lock;
use crate::cloud::standard::content::{self, LONGEST_NAME};
use crate::cloud::standard::{At, Condition, Content, Entry, Keys, Refusal, Which};
use crate::cloud::throughput::Direction;
use crate::error::ApiError;
use crate::settings::ConflictStatus;
use crate::text::filter::Moments;
use crate::text::path::{Revision, split_revision};
use crate::time::{Timestamp, parse_rfc3339, rfc3339};

/// A moment of a read may be so far ahead: clocks differ.
const AHEAD: SignedDuration = SignedDuration::from_mins(10);

/// The scope of entries that are named without one.
const GLOBAL: &str = "global";

/// What a path names behind `data-stores`.
#[derive(Clone, Copy)]
struct Target<'a> {
    store: &'a str,
    /// `None` when the path has no scope.
    scope: Option<&'a str>,
    id: &'a str,
}

impl<'a> Target<'a> {
    fn of(call: &Call<'a>) -> Self {
        let path = call.path;
        if path.segment(6) == "scopes" {
            return Self { store: path.segment(5), scope: Some(path.segment(7)), id: path.segment(9) };
        }
        Self { store: path.segment(5), scope: None, id: path.segment(7) }
    }

    fn at(self, key: &'a str) -> Result<At<'a>, ApiError> {
        let scope = self.scope.unwrap_or(GLOBAL);
        for (what, name) in [("data store", self.store), ("scope", scope), ("entry", key)] {
            if name.is_empty() || name.chars().nth(LONGEST_NAME).is_some() {
                return Err(ApiError::invalid_argument(format!(
                    "The id of the {what} has 1 to {LONGEST_NAME} characters."
                )));
            }
        }
        if scope == "-" {
            return Err(ApiError::invalid_argument("The scope `-` stands for all scopes in lists only."));
        }
        Ok(At { store: self.store, scope, key })
    }

    /// The path of an entry, in the form that the request has.
    fn path(self, universe: u64, id: &str) -> String {
        let store = self.store;
        match self.scope {
            None => format!("universes/{universe}/data-stores/{store}/entries/{id}"),
            Some(scope) => format!("universes/{universe}/data-stores/{store}/scopes/{scope}/entries/{id}"),
        }
    }
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    value: Option<&'a RawValue>,
    etag: Option<String>,
    users: Option<Vec<String>>,
    #[serde(borrow)]
    attributes: Option<&'a RawValue>,
}

impl Body<'_> {
    fn content(&self) -> Result<Arc<Content>, ApiError> {
        let refused = |e: content::BadContent| ApiError::invalid_argument(e.to_string());
        // A value of `null` counts as none, as it does for the fields of a protobuf message; not established.
        let value = self.value.ok_or_else(|| ApiError::invalid_argument("The entry has no `value`."))?;
        Ok(Arc::new(Content {
            value: content::value(value).map_err(refused)?,
            users: users(self.users.as_deref())?,
            attributes: content::attributes(self.attributes).map_err(refused)?,
        }))
    }
}

/// `users/1` and so on, as numbers.
fn users(names: Option<&[String]>) -> Result<Box<[u64]>, ApiError> {
    let read = |name: &String| name.strip_prefix("users/").and_then(|id| id.parse().ok());
    let users: Option<_> = names.unwrap_or_default().iter().map(read).collect();
    users.ok_or_else(|| ApiError::invalid_argument("A user is named as `users/{id}`."))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    path: String,
    create_time: String,
    revision_id: String,
    revision_create_time: String,
    state: &'static str,
    etag: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a RawValue>,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    users: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes: Option<&'a RawValue>,
}

impl<'a> View<'a> {
    /// Without value, users and attributes.
    fn bare(path: String, id: String, entry: &Entry) -> Self {
        let revision = entry.revision();
        Self {
            path,
            create_time: rfc3339(entry.created),
            revision_id: revision.clone(),
            revision_create_time: rfc3339(entry.version.at),
            state: if entry.version.content.is_some() { "ACTIVE" } else { "DELETED" },
            etag: revision,
            value: None,
            id,
            users: None,
            attributes: None,
        }
    }

    fn reply(call: &Call<'_>, target: Target<'_>, id: &str, entry: &'a Entry) -> Result<Reply, ApiError> {
        let mut view = Self::bare(target.path(call.universe.id, id), id.to_owned(), entry);
        let none = RawValue::from_string("{}".to_owned()).map_err(|_| ApiError::internal())?;
        let Some(content) = &entry.version.content else { return Reply::json(&view) };
        view.value = Some(&content.value);
        view.users = Some(content.users.iter().map(|user| format!("users/{user}")).collect());
        let view = View { attributes: Some(content.attributes.as_deref().unwrap_or(&none)), ..view };
        Reply::json(&view)
    }
}

pub(crate) fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let page = call.page(10, 256)?;
    let target = Target::of(call);
    let prefix = prefix(call)?;
    let scope = target.scope.unwrap_or(GLOBAL);
    let keys =
        Keys { scope: Some(scope).filter(|scope| *scope != "-"), prefix: &prefix, deleted: call.flag("showDeleted")? };
    let after = page.after_pair()?;
    let listed = lock(&call.universe.standard).keys(target.store, keys, after.as_ref(), page.size, call.now);
    let listed = listed.map_err(|r| refused(call, r))?;
    let items = listed.items.iter().map(|(scope, key)| {
        let target = Target { scope: target.scope.map(|_| scope.as_str()), ..target };
        json!({"path": target.path(call.universe.id, key), "id": key})
    });
    let mut answer = Map::new();
    answer.insert("dataStoreEntries".to_owned(), Value::Array(items.collect()));
    page.mark(&mut answer, "nextPageToken", listed.next.as_ref().map(pair).as_deref());
    Reply::json(&answer)
}

pub(crate) fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let target = Target::of(call);
    let id = call.query.get("id").ok_or_else(|| ApiError::invalid_argument("The parameter `id` is missing."))?;
    let content = call.json::<Body<'_>>()?.content()?;
    write(call, target, target.at(id)?, content, Condition::Absent)
}

pub(crate) fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let target = Target::of(call);
    let (key, revision) = split_revision(target.id);
    let at = target.at(key)?;
    let which = match revision {
        Revision::Latest => Which::Latest,
        Revision::LatestAt(text) => Which::LatestAt(moment(text, call.now)?),
        Revision::Id(id) => Which::Revision(id),
    };
    let entry = lock(&call.universe.standard).get(at, which, call.now).map_err(|r| refused(call, r))?;
    let content = entry.version.content.as_ref().ok_or_else(|| refused(call, Refusal::NoEntry))?;
    call.throughput(Direction::Read, (at.store, at.scope, at.key), content.size())?;
    View::reply(call, target, key, &entry)
}

/// A moment of a read: after 1970, and not far ahead.
fn moment(text: &str, now: Timestamp) -> Result<Timestamp, ApiError> {
    let limit = now.checked_add(AHEAD).unwrap_or(Timestamp::MAX);
    let moment = parse_rfc3339(text).filter(|moment| *moment > Timestamp::UNIX_EPOCH && *moment <= limit);
    moment.ok_or_else(|| ApiError::invalid_argument("The moment of the revision is not valid."))
}

pub(crate) fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let target = Target::of(call);
    let allow_missing = call.flag("allowMissing")?;
    let body: Body<'_> = call.json()?;
    let content = body.content()?;
    let etag = body.etag.as_deref().filter(|etag| !etag.is_empty());
    let condition = match etag {
        Some(etag) if call.settings.drift.conflict != ConflictStatus::Ignored => Condition::Revision(etag),
        _ if allow_missing => Condition::Any,
        _ => Condition::Present,
    };
    write(call, target, target.at(target.id)?, content, condition)
}

fn write(
    call: &Call<'_>,
    target: Target<'_>,
    at: At<'_>,
    content: Arc<Content>,
    condition: Condition<'_>,
) -> Result<Reply, ApiError> {
    may_create_store(call, at.store)?;
    call.throughput(Direction::Write, (at.store, at.scope, at.key), content.size())?;
    let entry = lock(&call.universe.standard).write(at, content, condition, call.now).map_err(|r| refused(call, r))?;
    View::reply(call, target, at.key, &entry)
}

/// The first entry of a store creates it, which is a right of its own.
pub(crate) fn may_create_store(call: &Call<'_>, store: &str) -> Result<(), ApiError> {
    if lock(&call.universe.standard).has(store, call.now) {
        return Ok(());
    }
    call.require("universe-datastores.control:create")
}

pub(crate) fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let target = Target::of(call);
    let at = target.at(target.id)?;
    call.throughput(Direction::Write, (at.store, at.scope, at.key), 0)?;
    lock(&call.universe.standard).delete(at, call.now).map_err(|r| refused(call, r))?;
    Reply::json(&json!({}))
}

#[derive(Deserialize)]
struct Increment<'a> {
    amount: Option<Number>,
    users: Option<Vec<String>>,
    #[serde(borrow)]
    attributes: Option<&'a RawValue>,
}

pub(crate) fn increment(call: &Call<'_>) -> Result<Reply, ApiError> {
    let target = Target::of(call);
    let at = target.at(target.id)?;
    let body: Increment<'_> = call.json()?;
    let amount = body.amount.unwrap_or_else(|| Number::from(1));
    let users = users(body.users.as_deref())?;
    let attributes = content::attributes(body.attributes).map_err(|e| ApiError::invalid_argument(e.to_string()))?;
    may_create_store(call, at.store)?;
    call.throughput(Direction::Write, (at.store, at.scope, at.key), 0)?;
    let entry = lock(&call.universe.standard).increment(at, &amount, users, attributes, call.now);
    let entry = entry.map_err(|r| refused(call, r))?;
    View::reply(call, target, at.key, &entry)
}

pub(crate) fn revisions(call: &Call<'_>) -> Result<Reply, ApiError> {
    let page = call.page(10, 100)?;
    let target = Target::of(call);
    let at = target.at(target.id)?;
    let moments = Moments::parse(call.query.get("filter").unwrap_or(""));
    let moments = moments.map_err(|e| ApiError::invalid_argument(format!("The filter is not valid: {e}")))?;
    let below = page.after_number()?;
    let versions = lock(&call.universe.standard).versions(at, call.now).map_err(|r| refused(call, r))?;
    let mut shown = versions.into_iter().filter(|entry| {
        let at = entry.version.at;
        below.is_none_or(|below| entry.version.number < below)
            && moments.from.is_none_or(|from| from <= at)
            && moments.to.is_none_or(|to| at <= to)
    });
    let taken: Vec<_> = shown.by_ref().take(page.size).collect();
    let next = shown.next().and(taken.last()).map(|entry| entry.version.number.to_string());
    let views = taken.iter().filter_map(|entry| {
        let id = format!("{}@{}", at.key, entry.revision());
        serde_json::to_value(View::bare(target.path(call.universe.id, &id), id, entry)).ok()
    });
    let mut answer = Map::new();
    answer.insert("dataStoreEntries".to_owned(), Value::Array(views.collect()));
    page.mark(&mut answer, "nextPageToken", next.as_deref());
    Reply::json(&answer)
}
