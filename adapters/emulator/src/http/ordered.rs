//! Ordered data stores, in both APIs: the same entries. They differ by names, by budgets, by what a number may be, and by the
//! deletion of what is not there (documentation: Cloud API v2, Ordered data stores; Ordered data stores API v1).

use axum::http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Number, Value, json};

use super::limits::Budget;
use super::{Call, Page, Reply, Route};
use crate::cloud::lock;
use crate::cloud::ordered::{Listing, Shelf, missing, rounded};
use crate::error::{ApiError, Shape};
use crate::text::filter::Values;
use crate::text::order::Order;
use crate::text::path::{Path, encode};

const READ: &[&str] = &["universe.ordered-data-store.scope.entry:read"];
const WRITE: &[&str] = &["universe.ordered-data-store.scope.entry:write"];

/// What the APIs name differently.
struct Names {
    stores: &'static str,
    entries: &'static str,
    allow_missing: &'static str,
    page_size: &'static str,
    page_token: &'static str,
    order_by: &'static str,
    order: Order,
}

const SECOND: Names = Names {
    stores: "ordered-data-stores",
    entries: "orderedDataStoreEntries",
    allow_missing: "allowMissing",
    page_size: "maxPageSize",
    page_token: "pageToken",
    order_by: "orderBy",
    order: Order::VALUE,
};

const FIRST: Names = Names {
    stores: "orderedDataStores",
    entries: "entries",
    allow_missing: "allow_missing",
    page_size: "max_page_size",
    page_token: "page_token",
    order_by: "order_by",
    order: Order::VALUE_V1,
};

pub(crate) fn route(method: &Method, path: &Path) -> Option<Route> {
    let parts = path.parts();
    let (first, id) = match parts.as_slice() {
        ["cloud", "v2", "universes", _, "ordered-data-stores", _, "scopes", _, "entries", id @ ..] => (false, id),
        ["ordered-data-stores", "v1", "universes", _, "orderedDataStores", _, "scopes", _, "entries", id @ ..] => {
            (true, id)
        }
        _ => return None,
    };
    // Errors have the shape of the second API in both.
    let new = |names: [&'static str; 2], scopes, budgets: [Budget; 2], run| {
        let [second_name, first_name] = names;
        let [second_budget, first_budget] = budgets;
        let (name, budget) = if first { (first_name, first_budget) } else { (second_name, second_budget) };
        Some(Route::new(name, Shape::V2, scopes, run).charged(budget))
    };
    let write = [Budget::OrderedWrite, Budget::V1OrderedWrite];
    match (method.as_str(), id, path.verb) {
        ("GET", [], None) => new(
            ["OrderedDataStores.ListEntries", "OrderedDataStoresV1.ListEntries"],
            READ,
            [Budget::OrderedList, Budget::V1OrderedRead],
            list,
        ),
        ("POST", [], None) => {
            new(["OrderedDataStores.CreateEntry", "OrderedDataStoresV1.CreateEntry"], WRITE, write, create)
        }
        ("GET", [_], None) => new(
            ["OrderedDataStores.GetEntry", "OrderedDataStoresV1.GetEntry"],
            READ,
            [Budget::OrderedRead, Budget::V1OrderedRead],
            get,
        ),
        ("PATCH", [_], None) => {
            new(["OrderedDataStores.UpdateEntry", "OrderedDataStoresV1.UpdateEntry"], WRITE, write, update)
        }
        ("DELETE", [_], None) => new(
            ["OrderedDataStores.DeleteEntry", "OrderedDataStoresV1.DeleteEntry"],
            WRITE,
            [Budget::OrderedRemove, Budget::V1OrderedWrite],
            delete,
        ),
        ("POST", [_], Some("increment")) => {
            new(["OrderedDataStores.IncrementEntry", "OrderedDataStoresV1.IncrementEntry"], WRITE, write, increment)
        }
        _ => None,
    }
}

#[derive(Deserialize)]
struct Body {
    value: Number,
}

#[derive(Deserialize)]
struct Increment {
    amount: Number,
}

fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let names = names(call);
    let page = Page::of(call, names.page_size, names.page_token, 10, 100)?;
    let bad = |what, e| ApiError::invalid_argument(format!("The parameter `{what}` is not right: {e}."));
    let values = Values::parse(call.query.get("filter").unwrap_or("")).map_err(|e| bad("filter", e))?;
    let order_by = call.query.get(names.order_by).unwrap_or("");
    let direction = names.order.parse(order_by).map_err(|e| bad(names.order_by, e))?;
    let (entries, more) = if page.at_end() {
        (Vec::new(), false)
    } else {
        let after = page.after.as_deref().map(serde_json::from_str).transpose();
        let after = after.map_err(|_| ApiError::invalid_argument("Invalid page token."))?;
        let listing = Listing { values, direction, after, limit: page.size };
        lock(&call.universe.ordered).list(&shelf(call), &listing)
    };
    let next = entries.last().filter(|_| more).map(serde_json::to_string).transpose();
    let next = next.map_err(|_| ApiError::internal())?;
    let entries = entries.iter().map(|entry| shown(call, &entry.id, entry.value)).collect();
    let mut answer = Map::from_iter([(names.entries.to_owned(), Value::Array(entries))]);
    page.mark(&mut answer, "nextPageToken", next.as_deref());
    Reply::json(&answer)
}

fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let value = whole(call, &call.json::<Body>()?.value)?;
    let id = call.query.get("id").ok_or_else(|| ApiError::invalid_argument("The parameter `id` is missing."))?;
    lock(&call.universe.ordered).create(&shelf(call), id, value)?;
    Reply::json(&shown(call, id, value))
}

fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let value = lock(&call.universe.ordered).get(&shelf(call), id(call)).ok_or_else(missing)?;
    Reply::json(&shown(call, id(call), value))
}

fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let value = whole(call, &call.json::<Body>()?.value)?;
    let allow_missing = call.flag(names(call).allow_missing)?;
    lock(&call.universe.ordered).update(&shelf(call), id(call), value, allow_missing)?;
    Reply::json(&shown(call, id(call), value))
}

fn increment(call: &Call<'_>) -> Result<Reply, ApiError> {
    let amount = call.json::<Increment>()?.amount;
    if amount.as_f64().is_none_or(|amount| amount.fract() != 0.0) {
        return Err(ApiError::invalid_argument("`amount` is a whole number."));
    }
    let value = lock(&call.universe.ordered).increment(&shelf(call), id(call), whole(call, &amount)?)?;
    Reply::json(&shown(call, id(call), value))
}

/// Deleting what is not there is an error in the second API alone.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let deleted = lock(&call.universe.ordered).delete(&shelf(call), id(call));
    if deleted || is_first(call) { Ok(Reply::empty(StatusCode::OK)) } else { Err(missing()) }
}

/// The second API rounds any number; the first takes integers of 64 bits.
fn whole(call: &Call<'_>, number: &Number) -> Result<i64, ApiError> {
    if is_first(call) {
        return number.as_i64().ok_or_else(|| ApiError::invalid_argument("A number here is an integer of 64 bits."));
    }
    rounded(number.as_f64().unwrap_or(f64::NAN))
}

fn shown(call: &Call<'_>, id: &str, value: i64) -> Value {
    let Shelf { store, scope } = shelf(call);
    let path = format!(
        "universes/{}/{}/{}/scopes/{}/entries/{}",
        call.universe.id,
        names(call).stores,
        encode(&store),
        encode(&scope),
        encode(id)
    );
    json!({"path": path, "id": id, "value": value})
}

fn is_first(call: &Call<'_>) -> bool {
    call.path.segment(0) == "ordered-data-stores"
}

fn names(call: &Call<'_>) -> &'static Names {
    if is_first(call) { &FIRST } else { &SECOND }
}

/// Where the entries of a request are.
fn shelf(call: &Call<'_>) -> Shelf {
    Shelf { store: call.path.segment(5).to_owned(), scope: call.path.segment(7).to_owned() }
}

/// The entry that a request names in its path.
fn id<'a>(call: &'a Call<'_>) -> &'a str {
    call.path.segment(9)
}
