//! The status page, at `/`: what is stored, what is left of budgets and of lives, and what was asked last. It asks for no
//! key, since the emulator listens at loopback addresses alone. It is HTML, or the same as JSON to who accepts that.

mod gather;
mod html;
mod view;

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use maud::Markup;
use serde::Serialize;

use crate::http::Shared;
use crate::text::query::Query;
use view::Shelf;

/// Nothing is loaded, run or sent: whatever a value holds, it stays text.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Answers `GET /`, and with `universe`, `store`, `scope` and `key` in the query what is within.
pub(crate) async fn answer(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let accepts = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("");
    let json = accepts.contains("application/json") && !accepts.contains("text/html");
    let Ok(query) = Query::parse(query.as_deref().unwrap_or("")) else {
        return refused(StatusCode::BAD_REQUEST, "The query cannot be read.");
    };
    let Some(store) = query.get("store") else {
        let view = gather::overview(&shared);
        return respond(json, &view, || html::overview(&view));
    };
    let Some(universe) = query.get("universe").and_then(|id| shared.universes.get(&id.parse().ok()?)) else {
        return refused(StatusCode::NOT_FOUND, "There is no such universe.");
    };
    let scope = query.get("scope").unwrap_or("global");
    let shelf = Shelf { universe: universe.id, store: store.to_owned(), scope: scope.to_owned() };
    let now = shared.settings.clock.now();
    match query.get("key") {
        Some(key) => {
            let view = gather::revisions(universe, shelf, key, now);
            respond(json, &view, || html::entry(&view))
        }
        None => {
            let view = gather::entries(universe, shelf, query.get("after"), now);
            respond(json, &view, || html::entries(&view))
        }
    }
}

fn respond(json: bool, view: &impl Serialize, html: impl FnOnce() -> Markup) -> Response {
    let mut response = if json { Json(view).into_response() } else { Html(html().into_string()).into_response() };
    let headers = [(CONTENT_SECURITY_POLICY, POLICY), (REFERRER_POLICY, "no-referrer"), (CACHE_CONTROL, "no-store")];
    for (name, value) in headers {
        response.headers_mut().insert(name, axum::http::HeaderValue::from_static(value));
    }
    response
}

fn refused(status: StatusCode, text: &'static str) -> Response {
    (status, Html(html::message(text).into_string())).into_response()
}
