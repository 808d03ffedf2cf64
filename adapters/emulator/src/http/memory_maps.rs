//! Sorted maps (documentation: Cloud API v2, Memory stores).

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::MutexGuard;

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::limits::Budget;
use super::{Call, Reply, Route};
use crate::cloud::budget::Quota;
use crate::cloud::lock;
use crate::cloud::maps::{Item, Listing, Unsent, Update, Write};
use crate::cloud::memory::{Memory, MemoryLimit, quota};
use crate::error::{ApiError, Shape};
use crate::settings::{ItemEtag, ItemPatch, PathNames};
use crate::text::filter::Items;
use crate::text::order::Order;
use crate::text::path::{Path, encode};
use crate::text::sort::SortKey;
use crate::time::{parse_duration, rfc3339};

const READ: &[&str] = &["memory-store.sorted-map:read"];
const WRITE: &[&str] = &["memory-store.sorted-map:write"];

/// How many request units a structure takes in a minute, whatever the experience may take (documentation: Memory stores,
/// Observability).
const MAX_STRUCTURE_UNITS: u32 = 100_000;

pub(crate) fn route(method: &Method, path: &Path) -> Option<Route> {
    let parts = path.parts();
    let ["cloud", "v2", "universes", _, "memory-store", "sorted-maps", _, "items", id @ ..] = parts.as_slice() else {
        return None;
    };
    let new = |name, scopes, run| Some(Route::new(name, Shape::V2, scopes, run));
    match (method.as_str(), id, path.verb) {
        ("GET", [], None) => new("SortedMaps.ListItems", READ, list),
        ("POST", [], None) => new("SortedMaps.CreateItem", WRITE, create),
        ("GET", [_], None) => new("SortedMaps.GetItem", READ, get),
        ("PATCH", [_], None) => new("SortedMaps.UpdateItem", WRITE, update),
        ("DELETE", [_], None) => new("SortedMaps.DeleteItem", WRITE, delete),
        _ => None,
    }
}

/// What a client sends of an item; `null` is as good as absent, and what it may not set is passed over.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    value: Option<Value>,
    etag: Option<String>,
    ttl: Option<String>,
    string_sort_key: Option<String>,
    numeric_sort_key: Option<f64>,
}

impl Body {
    fn write(self) -> Result<Write, ApiError> {
        let sort = match (self.numeric_sort_key, self.string_sort_key) {
            (None, None) => None,
            (Some(number), None) => SortKey::number(number),
            (None, Some(text)) => Some(SortKey::Text(text)),
            (Some(_), Some(_)) => return Err(ApiError::invalid_argument("InvalidRequest: an item has one sort key.")),
        };
        Ok(Write { value: self.value, sort, ttl: self.ttl.as_deref().map(|text| duration("ttl", text)).transpose()? })
    }
}

fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let page = call.page(1, 100)?;
    let bad = |what, e| ApiError::invalid_argument(format!("The parameter `{what}` is not right: {e}."));
    let filter = Items::parse(call.query.get("filter").unwrap_or("")).map_err(|e| bad("filter", e))?;
    let direction = Order::ID.parse(call.query.get("orderBy").unwrap_or("")).map_err(|e| bad("orderBy", e))?;
    let memory = memory(call);
    let mut answer = Map::new();
    if page.at_end() {
        charge(call, 1)?;
        answer.insert("items".to_owned(), json!([]));
        return Reply::json(&answer);
    }
    let after = page.after.as_deref().map(serde_json::from_str).transpose();
    let after = after.map_err(|_| ApiError::invalid_argument("Invalid page token."))?;
    let (items, more) = memory.items(map(call), &Listing { filter, direction, after, limit: page.size });
    let next = items.last().filter(|_| more).map(|(id, item)| serde_json::to_string(&(&item.sort, id))).transpose();
    let next = next.map_err(|_| ApiError::internal())?;
    let cost = items.len().max(1);
    let items = items.into_iter().map(|(id, item)| shown(call, id, item, false)).collect();
    // A range costs what it gives, and is refused with nothing told.
    charge(call, cost)?;
    answer.insert("items".to_owned(), Value::Array(items));
    page.mark(&mut answer, "nextPageToken", next.as_deref());
    Reply::json(&answer)
}

fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let write = call.json::<Body>()?.write()?;
    let id = call.query.get("id").ok_or_else(|| ApiError::invalid_argument("The parameter `id` is missing."))?;
    let mut memory = memory(call);
    charge(call, 1)?;
    let item = memory.create_item(map(call), id, write, call.now, limit(call))?;
    Reply::json(&shown(call, id, item, false))
}

fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let memory = memory(call);
    charge(call, 1)?;
    Reply::json(&shown(call, id(call), memory.item(map(call), id(call))?, true))
}

fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut body: Body = call.json()?;
    let etag = body.etag.take();
    let update = Update {
        allow_missing: call.flag("allowMissing")?,
        etag: enforced(call, etag.as_deref()).map(str::to_owned),
        unsent: match call.settings.drift.item_patch {
            ItemPatch::Replace => Unsent::Reset,
            ItemPatch::Merge => Unsent::Kept,
        },
    };
    let write = body.write()?;
    let mut memory = memory(call);
    charge(call, 1)?;
    let item = memory.update_item(map(call), id(call), write, &update, call.now, limit(call))?;
    Reply::json(&shown(call, id(call), item, false))
}

fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut memory = memory(call);
    charge(call, 1)?;
    memory.delete_item(map(call), id(call), enforced(call, None))?;
    Ok(Reply::empty(StatusCode::OK))
}

fn map<'a>(call: &'a Call<'_>) -> &'a str {
    call.path.segment(6)
}

fn id<'a>(call: &'a Call<'_>) -> &'a str {
    call.path.segment(8)
}

/// The etag that has to fit, if any has to.
fn enforced<'a>(call: &'a Call<'_>, body: Option<&'a str>) -> Option<&'a str> {
    let enforced = call.settings.drift.item_etag == ItemEtag::Enforced;
    call.query.get("etag").or(body).filter(|_| enforced)
}

/// An item as clients see it. `got` says that it is asked for by its id: then its path is another one on the wire.
fn shown(call: &Call<'_>, id: &str, item: &Item, got: bool) -> Value {
    let observed = call.settings.drift.paths == PathNames::Observed;
    let room = if got && observed { "memory-stores" } else { "memory-store" };
    let path = format!(
        "cloud/v2/universes/{}/{room}/sorted-maps/{}/items/{}",
        call.universe.id,
        encode(map(call)),
        encode(id)
    );
    let (expires, etag) = (rfc3339(item.expires), item.etag.to_string());
    let mut shown = json!({"path": path, "value": item.value, "etag": etag, "expireTime": expires, "id": id});
    match &item.sort {
        SortKey::Number(number) => shown["numericSortKey"] = json!(number),
        SortKey::Text(text) => shown["stringSortKey"] = json!(text),
        SortKey::Absent if observed => shown["numericSortKey"] = Value::Null,
        SortKey::Absent => {}
    }
    shown
}

/// The memory store of a request, without what has expired.
pub(super) fn memory<'a>(call: &Call<'a>) -> MutexGuard<'a, Memory> {
    let mut memory = lock(&call.universe.memory);
    memory.expire(call.now);
    memory
}

/// Charges a request for what it costs, to the experience and to the structure that it names.
pub(super) fn charge(call: &Call<'_>, units: usize) -> Result<(), ApiError> {
    let units = u32::try_from(units).unwrap_or(u32::MAX);
    call.charge(Budget::MemoryUnits, units)?;
    let structure = [call.path.segment(5), call.path.segment(6)];
    let subject = BuildHasherDefault::<DefaultHasher>::default().hash_one(structure).max(1);
    call.charge_quota(
        Quota { name: "structure-units", subject, limit: MAX_STRUCTURE_UNITS, seconds: 60, servers: 0 },
        units,
    )
}

/// How much memory there is for a write.
pub(super) fn limit(call: &Call<'_>) -> MemoryLimit {
    MemoryLimit { bytes: if call.settings.limits { quota(call.settings.ccu.into()) } else { u64::MAX } }
}

/// Reads a duration of the wire: seconds with an `s` behind.
pub(super) fn duration(what: &str, text: &str) -> Result<SignedDuration, ApiError> {
    parse_duration(text).ok_or_else(|| ApiError::invalid_argument(format!("`{what}` is not a duration such as `3s`.")))
}
