//! Data stores of the first API: parameters in the query, metadata in headers, the value alone in the body (documentation: Data
//! stores v1). Same entries as the second API's.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use md5::{Digest, Md5};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::limits::Budget;
use super::standard_v2_entries::may_create_store;
use super::{Call, Page, Reply, Route, pair};
use crate::cloud::lock;
use crate::cloud::standard::content::{self, LONGEST_NAME};
use crate::cloud::standard::{At, Condition, Content, Entry, Keys, Refusal, Which};
use crate::error::{ApiError, Shape};
use crate::settings::Tombstone;
use crate::text::path::Path;
use crate::time::{parse_rfc3339, rfc3339, rfc3339_v1};

/// Users of an entry.
const MOST_USERS: usize = 4;

pub(crate) fn route(method: &Method, path: &Path) -> Option<Route> {
    let parts = path.parts();
    let ["datastores", "v1", "universes", _, "standard-datastores", rest @ ..] = parts.as_slice() else { return None };
    let read = |name, scopes, run| Route::new(name, Shape::V1Store, scopes, run).charged(Budget::V1Read);
    let write = |name, scopes, run| Route::new(name, Shape::V1Store, scopes, run).charged(Budget::V1Write);
    let found = match (method.as_str(), rest, path.verb) {
        ("GET", [], None) => read("DataStoresV1.List", &["universe-datastores.control:list"], stores),
        ("GET", ["datastore", "entries"], None) => {
            read("DataStoresV1.ListEntries", &["universe-datastores.objects:list"], list)
        }
        (method, ["datastore", "entries", "entry"], None) => match method {
            "GET" => read("DataStoresV1.GetEntry", &["universe-datastores.objects:read"], get),
            "POST" => write("DataStoresV1.SetEntry", WRITE, set),
            "DELETE" => write("DataStoresV1.DeleteEntry", &["universe-datastores.objects:delete"], delete),
            _ => return None,
        },
        ("POST", ["datastore", "entries", "entry", "increment"], None) => {
            write("DataStoresV1.IncrementEntry", WRITE, increment)
        }
        ("GET", ["datastore", "entries", "entry", "versions"], None) => {
            read("DataStoresV1.ListVersions", &["universe-datastores.versions:list"], versions)
        }
        ("GET", ["datastore", "entries", "entry", "versions", "version"], None) => {
            read("DataStoresV1.GetVersion", &["universe-datastores.versions:read"], version)
        }
        _ => return None,
    };
    Some(found)
}

/// Of these, `control:create` is asked for when the store is new, as in the second API.
const WRITE: &[&str] = &["universe-datastores.objects:create", "universe-datastores.objects:update"];

fn bad(message: &'static str, code: &'static str) -> ApiError {
    ApiError::invalid_argument(message).with_store_code(code)
}

/// What the first API says to a refusal.
fn refused(refusal: Refusal) -> ApiError {
    let message = refusal.to_string();
    match refusal {
        Refusal::NoStore | Refusal::StoreDeleted => ApiError::not_found(message).with_store_code("DatastoreNotFound"),
        Refusal::NoEntry => ApiError::not_found(message).with_store_code("EntryNotFound"),
        Refusal::NoVersion => ApiError::invalid_argument(message).with_store_code("InvalidVersionId"),
        Refusal::NotWhole => ApiError::invalid_argument(message).with_store_code("ExistingValueNotNumeric"),
        Refusal::Content(content::BadContent::TooLong) => {
            ApiError::invalid_argument(message).with_store_code("ContentTooBig")
        }
        Refusal::Content(content::BadContent::NotJson) => {
            ApiError::invalid_argument(message).with_store_code("ContentNotJson")
        }
        Refusal::Content(_) => ApiError::invalid_argument(message).with_store_code("InvalidAttributes"),
        // A conflict tells what is there: it costs no read more.
        Refusal::Exists(entry) | Refusal::Conflict(entry) => {
            let reply = Reply { status: StatusCode::PRECONDITION_FAILED, ..of_entry(&entry) };
            ApiError::new(StatusCode::PRECONDITION_FAILED, "FAILED_PRECONDITION", message).with_reply(reply)
        }
    }
}

fn at<'a>(call: &'a Call<'_>) -> Result<At<'a>, ApiError> {
    let name = |name: &str, default: &'static str, code: &'static str| {
        let text = call.query.get(name).unwrap_or(default);
        if text.is_empty() || text.len() > LONGEST_NAME {
            return Err(ApiError::invalid_argument(format!("The parameter `{name}` has 1 to {LONGEST_NAME} bytes."))
                .with_store_code(code));
        }
        Ok(text)
    };
    Ok(At {
        store: name("datastoreName", "", "InvalidDataStoreName")?,
        scope: name("scope", "global", "InvalidDataStoreScope")?,
        key: name("entryKey", "", "InvalidEntryKey")?,
    })
}

/// The value alone, and its metadata in headers.
fn of_entry(entry: &Entry) -> Reply {
    let Some(content) = &entry.version.content else { return Reply::empty(StatusCode::NO_CONTENT) };
    let body = content.value.get().to_owned();
    let users = json!(content.users).to_string();
    let checksum = BASE64_STANDARD.encode(Md5::digest(&body));
    let reply = Reply { status: StatusCode::OK, headers: Vec::new(), body: body.into() }
        .with_header("content-md5", &checksum)
        .with_header("roblox-entry-version", &entry.revision())
        .with_header("roblox-entry-created-time", &rfc3339_v1(entry.created))
        .with_header("roblox-entry-version-created-time", &rfc3339_v1(entry.version.at))
        .with_header("roblox-entry-userids", &users);
    match &content.attributes {
        Some(attributes) => reply.with_header("roblox-entry-attributes", &ascii(attributes.get())),
        None => reply,
    }
}

/// JSON with all but ASCII escaped: a header holds nothing else.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    text
}

fn of_version(entry: &Entry) -> Value {
    json!({
        "version": entry.revision(),
        "deleted": entry.version.content.is_none(),
        "contentLength": entry.version.content.as_ref().map_or(0, |content| content.value.get().len()),
        "createdTime": rfc3339(entry.version.at),
        "objectCreatedTime": rfc3339(entry.created),
    })
}

fn users(call: &Call<'_>) -> Result<Box<[u64]>, ApiError> {
    let refused = || bad("`roblox-entry-userids` is a JSON array of up to four numbers.", "InvalidUserIds");
    let Some(header) = call.headers.get("roblox-entry-userids") else { return Ok(Box::default()) };
    let users: Vec<u64> = serde_json::from_slice(header.as_bytes()).map_err(|_| refused())?;
    if users.len() > MOST_USERS { Err(refused()) } else { Ok(users.into()) }
}

fn attributes(call: &Call<'_>) -> Result<Option<Box<RawValue>>, ApiError> {
    let Some(header) = call.headers.get("roblox-entry-attributes") else { return Ok(None) };
    let read = serde_json::from_slice::<&RawValue>(header.as_bytes());
    let raw = read.map_err(|_| bad("`roblox-entry-attributes` is a JSON object.", "InvalidAttributes"))?;
    content::attributes(Some(raw)).map_err(|e| refused(e.into()))
}

fn set(call: &Call<'_>) -> Result<Reply, ApiError> {
    let at = at(call)?;
    let exclusive = call.flag("exclusiveCreate")?;
    let condition = match (call.query.get("matchVersion"), exclusive) {
        (Some(_), true) => {
            return Err(bad(
                "Only one of `exclusiveCreate` and `matchVersion` can be set.",
                "ExclusiveCreateAndMatchVersionCannotBeSet",
            ));
        }
        (Some(version), false) => Condition::Revision(version),
        (None, true) => Condition::Absent,
        (None, false) => Condition::Any,
    };
    if let Some(checksum) = call.headers.get("content-md5")
        && checksum.as_bytes() != BASE64_STANDARD.encode(Md5::digest(call.body)).as_bytes()
    {
        return Err(bad("The body does not have the checksum of `content-md5`.", "ChecksumMismatch"));
    }
    if call.body.len() > content::LONGEST_VALUE {
        return Err(refused(content::BadContent::TooLong.into()));
    }
    let raw: &RawValue = call.json()?;
    let value = content::value(raw).map_err(|e| refused(e.into()))?;
    let content = Arc::new(Content { value, users: users(call)?, attributes: attributes(call)? });
    may_create_store(call, at.store)?;
    call.charge_bytes(Budget::V1WriteKb, content.size())?;
    let entry = lock(&call.universe.standard).write(at, content, condition, call.now).map_err(refused)?;
    Reply::json(&of_version(&entry))
}

fn increment(call: &Call<'_>) -> Result<Reply, ApiError> {
    let at = at(call)?;
    let amount: i64 = call
        .query
        .get("incrementBy")
        .unwrap_or("1")
        .parse()
        .map_err(|_| bad("The parameter `incrementBy` is a whole number of 64 bits.", "IncrementValueTooLarge"))?;
    let (users, attributes) = (users(call)?, attributes(call)?);
    may_create_store(call, at.store)?;
    call.charge_bytes(Budget::V1WriteKb, 1)?;
    let entry = lock(&call.universe.standard).increment(at, &amount.into(), users, attributes, call.now);
    Ok(of_entry(&entry.map_err(refused)?))
}

fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let entry = lock(&call.universe.standard).get(at(call)?, Which::Latest, call.now).map_err(refused)?;
    answer(call, &entry)
}

fn version(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id =
        call.query.get("versionId").ok_or_else(|| bad("The parameter `versionId` is missing.", "InvalidVersionId"))?;
    let entry = lock(&call.universe.standard).get(at(call)?, Which::Revision(id), call.now).map_err(refused)?;
    answer(call, &entry)
}

fn answer(call: &Call<'_>, entry: &Entry) -> Result<Reply, ApiError> {
    let Some(content) = &entry.version.content else {
        return match call.settings.drift.tombstone {
            Tombstone::NotFound => Err(refused(Refusal::NoEntry)),
            Tombstone::NoContent => Ok(Reply::empty(StatusCode::NO_CONTENT)),
        };
    };
    call.charge_bytes(Budget::V1ReadKb, content.size())?;
    Ok(of_entry(entry))
}

fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    lock(&call.universe.standard).delete(at(call)?, call.now).map_err(refused)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn page(call: &Call<'_>, default: usize) -> Result<Page, ApiError> {
    // What the framework below refuses never reaches the data stores, and does not look like them.
    if call.query.get("limit").is_some_and(|limit| limit.parse::<i32>().is_err()) {
        return Err(ApiError::invalid_argument("The value of limit is not valid.").in_shape(Shape::Validation));
    }
    Page::of(call, "limit", "cursor", default, 256)
}

/// A list, and its cursor: an empty one at the end.
fn listed(name: &str, items: Vec<Value>, cursor: Option<String>) -> Result<Reply, ApiError> {
    let mut answer = Map::new();
    answer.insert(name.to_owned(), Value::Array(items));
    answer.insert("nextPageCursor".to_owned(), Value::String(cursor.unwrap_or_default()));
    Reply::json(&answer)
}

fn stores(call: &Call<'_>) -> Result<Reply, ApiError> {
    let page = page(call, 1)?;
    let standard = lock(&call.universe.standard);
    let prefix = call.query.get("prefix").unwrap_or("");
    let names = standard.names(prefix, false, page.after.as_deref(), page.size, call.now);
    let items = names.items.iter().filter_map(|name| {
        let store = standard.named(name)?;
        Some(json!({"name": name, "createdTime": rfc3339(store.created)}))
    });
    listed("datastores", items.collect(), page.next(names.next.as_deref()))
}

fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let page = page(call, 16)?;
    let all = call.flag("allScopes")?;
    if all && call.query.get("scope").is_some() {
        return Err(bad("Only one of `scope` and `allScopes` can be set.", "InvalidDataStoreScope"));
    }
    let store = call.query.get("datastoreName");
    let store = store.ok_or_else(|| bad("The parameter `datastoreName` is missing.", "InvalidDataStoreName"))?;
    let scope = call.query.get("scope").unwrap_or("global");
    // Deleted keys are listed here.
    let keys =
        Keys { scope: Some(scope).filter(|_| !all), prefix: call.query.get("prefix").unwrap_or(""), deleted: true };
    let after = page.after_pair()?;
    let found =
        lock(&call.universe.standard).keys(store, keys, after.as_ref(), page.size, call.now).map_err(refused)?;
    let item =
        |(scope, key): &(String, String)| if all { json!({"scope": scope, "key": key}) } else { json!({"key": key}) };
    let next = found.next.as_ref().map(pair);
    listed("keys", found.items.iter().map(item).collect(), page.next(next.as_deref()))
}

fn versions(call: &Call<'_>) -> Result<Reply, ApiError> {
    let page = page(call, 16)?;
    let moment = |name: &str, code: &'static str| match call.query.get(name) {
        None => Ok(None),
        Some(text) => parse_rfc3339(text).map(Some).ok_or_else(|| bad("The moment is not valid.", code)),
    };
    let (start, end) = (moment("startTime", "InvalidStartTime")?, moment("endTime", "InvalidEndTime")?);
    let descending = match call.query.get("sortOrder") {
        None | Some("Ascending") => false,
        Some("Descending") => true,
        Some(_) => return Err(bad("The parameter `sortOrder` is Ascending or Descending.", "InvalidSortOrder")),
    };
    let after = page.after_number()?;
    let mut all = lock(&call.universe.standard).versions(at(call)?, call.now).map_err(refused)?;
    if !descending {
        all.reverse();
    }
    let mut shown = all.into_iter().filter(|entry| {
        let (at, number) = (entry.version.at, entry.version.number);
        start.is_none_or(|start| start <= at)
            && end.is_none_or(|end| at <= end)
            && after.is_none_or(|after| if descending { number < after } else { number > after })
    });
    let taken: Vec<_> = shown.by_ref().take(page.size).collect();
    let next = shown.next().and(taken.last()).map(|entry| entry.version.number.to_string());
    listed("versions", taken.iter().map(of_version).collect(), page.next(next.as_deref()))
}
