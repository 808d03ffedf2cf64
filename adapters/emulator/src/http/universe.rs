//! The experience itself: what its owner sets of it, and the restart of its servers (documentation: Cloud API v2, Universes).

use axum::http::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::limits::Budget;
use super::{Call, Reply, Route};
use crate::cloud::lock;
use crate::error::{ApiError, Shape};
use crate::text::mask::Mask;
use crate::text::path::Path;

/// What the gateway lets through in a minute.
const BUDGET: Budget = Budget::Fixed("universe", 100);
const RESTARTS: Budget = Budget::Fixed("restart-servers", 30);

const WRITE: &[&str] = &["universe:write"];

pub(crate) fn route(method: &Method, path: &Path) -> Option<Route> {
    let route = |name, scopes, budget, run| Some(Route::new(name, Shape::V2, scopes, run).charged(budget));
    match (method.as_str(), path.parts().as_slice(), path.verb) {
        ("GET", ["cloud", "v2", "universes", _], None) => route("Universes.Get", &[], BUDGET, get),
        ("PATCH", ["cloud", "v2", "universes", _], None) => route("Universes.Update", WRITE, BUDGET, update),
        ("POST", ["cloud", "v2", "universes", _], Some("restartServers")) => {
            route("Universes.RestartServers", WRITE, RESTARTS, restart_servers)
        }
        _ => None,
    }
}

fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    Reply::json(&shown(call, lock(&call.universe.about).fields()))
}

fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let sent: Map<String, Value> = call.json()?;
    let mask = call.query.get("updateMask").map(Mask::parse).transpose();
    let mask =
        mask.map_err(|e| ApiError::invalid_argument(format!("The parameter `updateMask` is not right: {e}.")))?;
    let named: Option<Vec<_>> = mask.as_ref().map(|mask| mask.paths().collect());
    let mut about = lock(&call.universe.about);
    about.update(sent, named.as_deref())?;
    Reply::json(&shown(call, about.fields()))
}

fn shown(call: &Call<'_>, fields: &Map<String, Value>) -> Value {
    let path = format!("universes/{}", call.universe.id);
    let mut shown = json!({"path": path, "displayName": "A local experience"});
    for (name, value) in fields {
        shown[name] = value.clone();
    }
    shown
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
