//! Queues, and the flush of all memory stores (documentation: Cloud API v2, Memory stores).

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::memory_maps::{charge, duration, limit, memory};
use super::{Call, Reply, Route};
use crate::cloud::memory::Scope;
use crate::cloud::queues::{MAX_READ, Message, Position, Read};
use crate::error::{ApiError, Shape};
use crate::settings::QueueWire;
use crate::text::path::{Path, encode};
use crate::time::rfc3339;

/// How long messages are hidden after a read that does not say.
const WINDOW: SignedDuration = SignedDuration::from_secs(30);

pub(crate) fn route(method: &Method, path: &Path) -> Option<Route> {
    let parts = path.parts();
    let ["cloud", "v2", "universes", _, "memory-store", rest @ ..] = parts.as_slice() else { return None };
    let new = |name, scopes, run| Some(Route::new(name, Shape::V2, scopes, run));
    match (method.as_str(), rest, path.verb) {
        ("POST", ["queues", _, "items"], None) => new("Queues.AddItem", &["memory-store.queue:add"], add),
        ("GET", ["queues", _, "items"], Some("read")) => new("Queues.ReadItems", &["memory-store.queue:dequeue"], read),
        ("POST", ["queues", _, "items"], Some("discard")) => {
            new("Queues.DiscardItems", &["memory-store.queue:discard"], discard)
        }
        ("POST", [], Some("flush")) => new("MemoryStores.Flush", &["memory-store:flush"], flush),
        ("GET", ["operations", _], None) => new("MemoryStores.GetFlush", &["memory-store:flush"], operation),
        _ => None,
    }
}

/// What a client sends of an item; a path or an id in it is passed over.
#[derive(Deserialize)]
struct Body {
    data: Option<Value>,
    priority: Option<f64>,
    ttl: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Discard {
    read_id: String,
}

fn add(call: &Call<'_>) -> Result<Reply, ApiError> {
    let Body { data, priority, ttl } = call.json()?;
    let ttl = ttl.as_deref().map(|text| duration("ttl", text)).transpose()?;
    let mut memory = memory(call);
    charge(call, &mut memory, 1)?;
    let (data, priority) = (data.unwrap_or_default(), priority.unwrap_or_default());
    let (at, message) = memory.add_message(queue(call), data, priority, ttl, call.now, limit(call))?;
    Reply::json(&shown(call, at, message))
}

fn read(call: &Call<'_>) -> Result<Reply, ApiError> {
    let count = match call.query.get("count").map(str::parse::<i64>) {
        None | Some(Ok(0)) => 1,
        Some(Ok(count)) if count > 0 => usize::try_from(count).unwrap_or(MAX_READ).min(MAX_READ),
        Some(_) => return Err(ApiError::invalid_argument("The parameter `count` is not a positive number.")),
    };
    let window = call.query.get("invisibilityWindow").map(|text| duration("invisibilityWindow", text)).transpose()?;
    let read = Read { count, all_or_nothing: call.flag("allOrNothing")?, window: window.unwrap_or(WINDOW) };
    let mut memory = memory(call);
    // What it costs depends on what it gives, and what it gives it hides: it is charged first.
    let cost = memory.readable(queue(call), count, call.now).max(1);
    charge(call, &mut memory, cost)?;
    let (id, messages) = memory.read_messages(queue(call), read, call.now)?;
    let items: Vec<_> = messages.into_iter().map(|(at, message)| shown(call, at, message)).collect();
    let id = format!("{id:032x}");
    match call.settings.drift.queue {
        // What an empty read looks like differs as well.
        QueueWire::Observed if items.is_empty() => Reply::json(&json!({"id": id})),
        QueueWire::Observed => Reply::json(&json!({"queueItems": items, "id": id})),
        QueueWire::Schema => Reply::json(&json!({"items": items, "readId": id})),
        QueueWire::Y2024 if items.is_empty() => Ok(Reply::empty(StatusCode::NO_CONTENT)),
        QueueWire::Y2024 => Reply::json(&json!({"data": items, "id": id})),
    }
}

/// An id that no read has, or none any more, discards nothing, and is not refused.
fn discard(call: &Call<'_>) -> Result<Reply, ApiError> {
    let Discard { read_id } = call.json()?;
    let mut memory = memory(call);
    charge(call, &mut memory, 1)?;
    if let Ok(id) = u64::from_str_radix(&read_id, 16) {
        memory.discard(queue(call), id, call.now);
    }
    Ok(Reply::empty(StatusCode::OK))
}

fn flush(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = memory(call).flush(scope(call)?);
    Reply::json(&json!({"path": operation_path(call, id), "done": false}))
}

fn operation(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = u64::from_str_radix(call.path.segment(6), 16).ok();
    let scope = scope(call)?;
    let Some(id) = id.filter(|id| memory(call).flushed(*id, scope)) else {
        return Err(ApiError::not_found("There is no such operation in this scope."));
    };
    Reply::json(&json!({"path": operation_path(call, id), "metadata": {}, "done": true, "response": {}}))
}

fn queue<'a>(call: &'a Call<'_>) -> &'a str {
    call.path.segment(6)
}

fn scope(call: &Call<'_>) -> Result<Scope, ApiError> {
    match call.query.get("scope") {
        None | Some("LIVE") => Ok(Scope::Live),
        Some("TEST") => Ok(Scope::Test),
        Some(_) => Err(ApiError::invalid_argument("The parameter `scope` is LIVE or TEST.")),
    }
}

fn operation_path(call: &Call<'_>, id: u64) -> String {
    format!("cloud/v2/universes/{}/memory-store/operations/{id:016x}", call.universe.id)
}

fn shown(call: &Call<'_>, at: Position, message: &Message) -> Value {
    let path =
        format!("cloud/v2/universes/{}/memory-store/queues/{}/items/{at}", call.universe.id, encode(queue(call)));
    json!({
        "path": path,
        "data": message.data,
        "priority": message.priority,
        "expireTime": rfc3339(message.expires),
        "id": at.to_string(),
    })
}
