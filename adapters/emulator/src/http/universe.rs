//! The experience itself: what it is called, and the restart of its servers (documentation: Cloud API v2, Universes).

use axum::http::Method;
use serde::Deserialize;
use serde_json::json;

use super::{Call, Reply, Route};
use crate::error::{ApiError, Shape};
use crate::text::path::Path;

pub(crate) fn route(method: &Method, path: &Path) -> Option<Route> {
    match (method.as_str(), path.parts().as_slice(), path.verb) {
        ("GET", ["cloud", "v2", "universes", _], None) => Some(Route::new("Universes.Get", Shape::V2, &[], get)),
        ("POST", ["cloud", "v2", "universes", _], Some("restartServers")) => {
            Some(Route::new("Universes.RestartServers", Shape::V2, &["universe:write"], restart_servers))
        }
        _ => None,
    }
}

fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let path = format!("universes/{}", call.universe.id);
    Reply::json(&json!({"path": path, "displayName": "A local experience"}))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Restart {
    bleed_off_duration_minutes: Option<i64>,
}

/// There are no servers here: it is enough that the request is a right one.
fn restart_servers(call: &Call<'_>) -> Result<Reply, ApiError> {
    let restart: Restart = call.json()?;
    if restart.bleed_off_duration_minutes.is_some_and(|minutes| !(1..=60).contains(&minutes)) {
        return Err(ApiError::invalid_argument("`bleedOffDurationMinutes` is from 1 to 60."));
    }
    Reply::json(&json!({}))
}
