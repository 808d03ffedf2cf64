//! Ordered data stores of the first API: the same entries, with values of 64 bits and names in snake case (documentation:
//! Ordered data stores API v1).

use axum::http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::limits::Budget;
use super::ordered_v2::{READ, WRITE, id, new_id, page_of, shelf};
use super::{Call, Page, Reply, Route};
use crate::cloud::lock;
use crate::cloud::ordered::{Shelf, missing};
use crate::error::{ApiError, Shape};
use crate::text::order::Order;
use crate::text::path::{Path, encode};

pub(crate) fn route(method: &Method, path: &Path) -> Option<Route> {
    let parts = path.parts();
    let ["ordered-data-stores", "v1", "universes", _, "orderedDataStores", _, "scopes", _, "entries", id @ ..] =
        parts.as_slice()
    else {
        return None;
    };
    // Its errors have the shape of the second API.
    let new = |name, scopes, budget, run| Some(Route::new(name, Shape::V2, scopes, run).charged(budget));
    match (method.as_str(), id, path.verb) {
        ("GET", [], None) => new("OrderedDataStoresV1.ListEntries", READ, Budget::V1OrderedRead, list),
        ("POST", [], None) => new("OrderedDataStoresV1.CreateEntry", WRITE, Budget::V1OrderedWrite, create),
        ("GET", [_], None) => new("OrderedDataStoresV1.GetEntry", READ, Budget::V1OrderedRead, get),
        ("PATCH", [_], None) => new("OrderedDataStoresV1.UpdateEntry", WRITE, Budget::V1OrderedWrite, update),
        ("DELETE", [_], None) => new("OrderedDataStoresV1.DeleteEntry", WRITE, Budget::V1OrderedWrite, delete),
        ("POST", [_], Some("increment")) => {
            new("OrderedDataStoresV1.IncrementEntry", WRITE, Budget::V1OrderedWrite, increment)
        }
        _ => None,
    }
}

/// Serde refuses what is no integer of 64 bits.
#[derive(Deserialize)]
struct Body {
    value: i64,
}

#[derive(Deserialize)]
struct Increment {
    amount: i64,
}

fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let page = Page::of(call, "max_page_size", "page_token", 10, 100)?;
    let (entries, next) = page_of(call, &page, Order::VALUE_V1, call.query.get("order_by"))?;
    let entries = entries.iter().map(|entry| shown(call, &entry.id, entry.value)).collect();
    let mut answer = Map::from_iter([("entries".to_owned(), Value::Array(entries))]);
    page.mark(&mut answer, "nextPageToken", next.as_deref());
    Reply::json(&answer)
}

fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let Body { value } = call.json()?;
    let id = new_id(call)?;
    lock(&call.universe.ordered).create(&shelf(call), id, value)?;
    Reply::json(&shown(call, id, value))
}

fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let value = lock(&call.universe.ordered).get(&shelf(call), id(call)).ok_or_else(missing)?;
    Reply::json(&shown(call, id(call), value))
}

fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let Body { value } = call.json()?;
    let allow_missing = call.flag("allow_missing")?;
    lock(&call.universe.ordered).update(&shelf(call), id(call), value, allow_missing)?;
    Reply::json(&shown(call, id(call), value))
}

fn increment(call: &Call<'_>) -> Result<Reply, ApiError> {
    let Increment { amount } = call.json()?;
    let value = lock(&call.universe.ordered).increment(&shelf(call), id(call), amount)?;
    Reply::json(&shown(call, id(call), value))
}

/// Deleting what is not there is no error here.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    lock(&call.universe.ordered).delete(&shelf(call), id(call));
    Ok(Reply::empty(StatusCode::OK))
}

fn shown(call: &Call<'_>, id: &str, value: i64) -> Value {
    let Shelf { store, scope } = shelf(call);
    let path = format!(
        "universes/{}/orderedDataStores/{}/scopes/{}/entries/{}",
        call.universe.id,
        encode(&store),
        encode(&scope),
        encode(id)
    );
    json!({"path": path, "id": id, "value": value})
}
