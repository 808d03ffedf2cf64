//! Data stores of the second API: stores, snapshots, and which request is which (documentation: Cloud API v2, Data stores).

use axum::http::{Method, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::limits::Budget;
use super::{Call, Reply, Route, standard_v2_entries as entries};
use crate::cloud::lock;
use crate::cloud::standard::{Refusal, Store};
use crate::error::{ApiError, Shape};
use crate::settings::ConflictStatus;
use crate::text::filter::Prefix;
use crate::text::path::Path;
use crate::time::rfc3339;

pub(crate) fn route(method: &Method, path: &Path) -> Option<Route> {
    let parts = path.parts();
    let ["cloud", "v2", "universes", _, "data-stores", rest @ ..] = parts.as_slice() else { return None };
    let route = |name, scopes, run| Route::new(name, Shape::V2, scopes, run);
    let (list, write, remove) = (Budget::StandardList, Budget::StandardWrite, Budget::StandardRemove);
    let found = match (method.as_str(), rest, path.verb) {
        ("GET", [], None) => route("DataStores.List", &["universe-datastores.control:list"], stores).charged(list),
        ("POST", [], Some("snapshot")) => {
            route("DataStores.Snapshot", &["universe-datastores.control:snapshot"], snapshot)
                .charged(Budget::Fixed("snapshot", 60))
        }
        ("DELETE", [_], None) => {
            route("DataStores.Delete", &["universe-datastores.control:delete"], delete).charged(remove)
        }
        ("POST", [_], Some("undelete")) => {
            route("DataStores.Undelete", &["universe-datastores.control:delete"], undelete).charged(remove)
        }
        (method, [_, "entries"] | [_, "scopes", _, "entries"], None) => match method {
            "GET" => {
                route("DataStores.ListEntries", &["universe-datastores.objects:list"], entries::list).charged(list)
            }
            "POST" => {
                route("DataStores.CreateEntry", &["universe-datastores.objects:create"], entries::create).charged(write)
            }
            _ => return None,
        },
        (method, [_, "entries", _] | [_, "scopes", _, "entries", _], verb) => match (method, verb) {
            ("GET", None) => route("DataStores.GetEntry", &["universe-datastores.objects:read"], entries::get)
                .charged(Budget::StandardRead),
            ("PATCH", None) => {
                route("DataStores.UpdateEntry", &["universe-datastores.objects:update"], entries::update).charged(write)
            }
            ("DELETE", None) => {
                route("DataStores.DeleteEntry", &["universe-datastores.objects:delete"], entries::delete)
                    .charged(remove)
            }
            ("POST", Some("increment")) => route(
                "DataStores.IncrementEntry",
                &["universe-datastores.objects:create", "universe-datastores.objects:update"],
                entries::increment,
            )
            .charged(write),
            ("GET", Some("listRevisions")) => {
                route("DataStores.ListRevisions", &["universe-datastores.versions:list"], entries::revisions)
                    .charged(list)
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(found)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StoreView<'a> {
    path: String,
    create_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expire_time: Option<String>,
    state: &'static str,
    id: &'a str,
}

impl<'a> StoreView<'a> {
    fn new(universe: u64, id: &'a str, store: &Store) -> Self {
        Self {
            path: format!("universes/{universe}/data-stores/{id}"),
            create_time: rfc3339(store.created),
            expire_time: store.expires().map(rfc3339),
            state: if store.deleted.is_some() { "DELETED" } else { "ACTIVE" },
            id,
        }
    }
}

fn stores(call: &Call<'_>) -> Result<Reply, ApiError> {
    let page = call.page(10, 100)?;
    let prefix = prefix(call)?;
    let deleted = call.flag("showDeleted")?;
    let mut answer = Map::new();
    let standard = lock(&call.universe.standard);
    let listed = standard.names(&prefix, deleted, page.after.as_deref(), page.size, call.now);
    let views = listed.items.iter().filter_map(|name| {
        let store = standard.named(name)?;
        serde_json::to_value(StoreView::new(call.universe.id, name, store)).ok()
    });
    answer.insert("dataStores".to_owned(), Value::Array(views.collect()));
    page.mark(&mut answer, "nextPageToken", listed.next.as_deref());
    Reply::json(&answer)
}

fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let name = call.path.segment(5);
    let mut standard = lock(&call.universe.standard);
    let store = standard.delete_store(name, call.now).map_err(|r| refused(call, r))?;
    Reply::json(&StoreView::new(call.universe.id, name, store))
}

fn undelete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let name = call.path.segment(5);
    let mut standard = lock(&call.universe.standard);
    let store = standard.undelete_store(name, call.now).map_err(|r| refused(call, r))?;
    Reply::json(&StoreView::new(call.universe.id, name, store))
}

fn snapshot(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (taken, at) = lock(&call.universe.standard).take_snapshot(call.now);
    Reply::json(&json!({"newSnapshotTaken": taken, "latestSnapshotTime": rfc3339(at)}))
}

/// What ids begin with that a list is of. Clients send the bare prefix as well.
pub(crate) fn prefix(call: &Call<'_>) -> Result<String, ApiError> {
    let Some(text) = call.query.get("filter") else { return Ok(String::new()) };
    if !text.contains(['(', '"']) {
        return Ok(text.to_owned());
    }
    let parsed =
        Prefix::parse(text).map_err(|e| ApiError::invalid_argument(format!("The filter is not valid: {e}")))?;
    Ok(parsed.0)
}

/// What the second API says to a refusal.
pub(crate) fn refused(call: &Call<'_>, refusal: Refusal) -> ApiError {
    let message = refusal.to_string();
    match refusal {
        Refusal::NoStore | Refusal::StoreDeleted | Refusal::NoEntry => ApiError::not_found(message),
        // That it is 400 is documented, its text is not.
        Refusal::Exists(_) | Refusal::NoVersion | Refusal::NotWhole | Refusal::Content(_) => {
            ApiError::invalid_argument(message)
        }
        Refusal::Conflict(_) => match call.settings.drift.conflict {
            ConflictStatus::Aborted | ConflictStatus::Ignored => ApiError::aborted(message),
            ConflictStatus::FailedPrecondition => ApiError::failed_precondition(message),
            ConflictStatus::PreconditionFailed => {
                ApiError::new(StatusCode::PRECONDITION_FAILED, "FAILED_PRECONDITION", message)
            }
        },
    }
}
