//! Ordered data stores of the second API (documentation: Cloud API v2, Ordered data stores).

use axum::http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::limits::Budget;
use super::{Call, Page, Reply, Route};
use crate::cloud::lock;
use crate::cloud::ordered::{Entry, Listing, Shelf, missing, rounded};
use crate::error::{ApiError, Shape};
use crate::text::filter::Values;
use crate::text::order::Order;
use crate::text::path::{Path, encode};

// The first API asks for the same.
pub(super) const READ: &[&str] = &["universe.ordered-data-store.scope.entry:read"];
pub(super) const WRITE: &[&str] = &["universe.ordered-data-store.scope.entry:write"];

pub(crate) fn route(method: &Method, path: &Path) -> Option<Route> {
    let parts = path.parts();
    let ["cloud", "v2", "universes", _, "ordered-data-stores", _, "scopes", _, "entries", id @ ..] = parts.as_slice()
    else {
        return None;
    };
    let new = |name, scopes, budget, run| Some(Route::new(name, Shape::V2, scopes, run).charged(budget));
    match (method.as_str(), id, path.verb) {
        ("GET", [], None) => new("OrderedDataStores.ListEntries", READ, Budget::OrderedList, list),
        ("POST", [], None) => new("OrderedDataStores.CreateEntry", WRITE, Budget::OrderedWrite, create),
        ("GET", [_], None) => new("OrderedDataStores.GetEntry", READ, Budget::OrderedRead, get),
        ("PATCH", [_], None) => new("OrderedDataStores.UpdateEntry", WRITE, Budget::OrderedWrite, update),
        ("DELETE", [_], None) => new("OrderedDataStores.DeleteEntry", WRITE, Budget::OrderedRemove, delete),
        ("POST", [_], Some("increment")) => {
            new("OrderedDataStores.IncrementEntry", WRITE, Budget::OrderedWrite, increment)
        }
        _ => None,
    }
}

#[derive(Deserialize)]
struct Body {
    value: f64,
}

#[derive(Deserialize)]
struct Increment {
    amount: f64,
}

fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let page = call.page(10, 100)?;
    let (entries, next) = page_of(call, &page, Order::VALUE, call.query.get("orderBy"))?;
    let entries = entries.iter().map(|entry| shown(call, &entry.id, entry.value)).collect();
    let mut answer = Map::from_iter([("orderedDataStoreEntries".to_owned(), Value::Array(entries))]);
    page.mark(&mut answer, "nextPageToken", next.as_deref());
    Reply::json(&answer)
}

fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let value = rounded(call.json::<Body>()?.value)?;
    let id = new_id(call)?;
    lock(&call.universe.ordered).create(&shelf(call), id, value)?;
    Reply::json(&shown(call, id, value))
}

fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let value = lock(&call.universe.ordered).get(&shelf(call), id(call)).ok_or_else(missing)?;
    Reply::json(&shown(call, id(call), value))
}

fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let value = rounded(call.json::<Body>()?.value)?;
    let allow_missing = call.flag("allowMissing")?;
    lock(&call.universe.ordered).update(&shelf(call), id(call), value, allow_missing)?;
    Reply::json(&shown(call, id(call), value))
}

fn increment(call: &Call<'_>) -> Result<Reply, ApiError> {
    let amount = call.json::<Increment>()?.amount;
    if amount.fract() != 0.0 {
        return Err(ApiError::invalid_argument("`amount` is a whole number."));
    }
    let value = lock(&call.universe.ordered).increment(&shelf(call), id(call), rounded(amount)?)?;
    Reply::json(&shown(call, id(call), value))
}

fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    if lock(&call.universe.ordered).delete(&shelf(call), id(call)) {
        Ok(Reply::empty(StatusCode::OK))
    } else {
        Err(missing())
    }
}

fn shown(call: &Call<'_>, id: &str, value: i64) -> Value {
    let Shelf { store, scope } = shelf(call);
    let path = format!(
        "universes/{}/ordered-data-stores/{}/scopes/{}/entries/{}",
        call.universe.id,
        encode(&store),
        encode(&scope),
        encode(id)
    );
    json!({"path": path, "value": value, "id": id})
}

/// Where the entries of a request are. Both APIs have the names at the same places.
pub(super) fn shelf(call: &Call<'_>) -> Shelf {
    Shelf { store: call.path.segment(5).to_owned(), scope: call.path.segment(7).to_owned() }
}

/// The entry that a request names in its path.
pub(super) fn id<'a>(call: &'a Call<'_>) -> &'a str {
    call.path.segment(9)
}

/// The entry that a request is to create.
pub(super) fn new_id<'a>(call: &'a Call<'_>) -> Result<&'a str, ApiError> {
    call.query.get("id").ok_or_else(|| ApiError::invalid_argument("The parameter `id` is missing."))
}

/// The entries of a page, and what the next page begins behind.
pub(super) fn page_of(
    call: &Call<'_>,
    page: &Page,
    order: Order,
    order_by: Option<&str>,
) -> Result<(Vec<Entry>, Option<String>), ApiError> {
    let bad = |what, e| ApiError::invalid_argument(format!("The parameter `{what}` is not right: {e}."));
    let values = Values::parse(call.query.get("filter").unwrap_or("")).map_err(|e| bad("filter", e))?;
    let direction =
        order.parse(order_by.unwrap_or("")).map_err(|e| bad(if order.bare { "order_by" } else { "orderBy" }, e))?;
    if page.at_end() {
        return Ok((Vec::new(), None));
    }
    let after = page.after.as_deref().map(serde_json::from_str).transpose();
    let after = after.map_err(|_| ApiError::invalid_argument("Invalid page token."))?;
    let listing = Listing { values, direction, after, limit: page.size };
    let (entries, more) = lock(&call.universe.ordered).list(&shelf(call), &listing);
    let next = entries.last().filter(|_| more).map(serde_json::to_string).transpose();
    Ok((entries, next.map_err(|_| ApiError::internal())?))
}
