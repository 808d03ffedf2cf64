//! The HTTP side. Every request takes one way: path and query are read, a service's route is found, the key and its scopes
//! are looked at, limits and faults have their say, and the route's function makes a [`Reply`] or an error.
//!
//! # Adding a service
//!
//! 1. Its state is a struct in `cloud/`, a field `Mutex<..>` of [`Universe`](crate::cloud::Universe).
//! 2. Its requests are a file here with one function `pub(crate) fn route(method: &Method, path: &Path) -> Option<Route>`, which
//!    matches on the path's decoded segments and its verb:
//!    `match (method.as_str(), path.parts().as_slice(), path.verb) { ("GET", ["cloud", "v2", "universes", _, "things", _], None) =>
//!    Some(Route::new("Things.Get", Shape::V2, &["thing:read"], get)), .. _ => None }`. The id of the experience is always
//!    the segment at place 3.
//! 3. [`SERVICES`] names that function. That is all.
//!
//! A route's function is `fn(&Call<'_>) -> Result<Reply, ApiError>`. It does not wait for anything. A [`Call`] has the segments
//! (`call.path.segment(5)`), the query (`call.query.get("filter")`), the body (`call.json::<T>()?`), the time (`call.now`), the
//! settings, the experience's state (`lock(&call.universe.things)`), and `call.page(default, most)` for lists.
//! What is charged against a limit is named by the route (`.charged(Budget::..)`, see [`limits`]) or, where it depends on the
//! answer, by the function (`call.charge(..)?`; `call.charge_quota(..)?` for limits of a user or a topic).

mod auth;
mod call;
mod dispatch;
mod emulator;
mod fault;
mod feed;
pub(crate) mod limits;
mod log;
mod memory_maps;
mod memory_queues;
mod messaging;
mod ordered;
mod page;
mod patient;
mod restrictions;
mod serve;
mod standard_v1;
mod standard_v2;
mod standard_v2_entries;
mod universe;

use axum::http::Method;

pub(crate) use call::{Call, Reply, Route};
pub use emulator::Emulator;
pub(crate) use emulator::Shared;
pub use log::Seen;
pub(crate) use page::{Page, pair};
pub use serve::{Hangup, ServeError};

use crate::text::path::Path;

/// All services. The first that has a route for a path answers it.
const SERVICES: &[fn(&Method, &Path) -> Option<Route>] = &[
    universe::route,
    standard_v2::route,
    standard_v1::route,
    ordered::route,
    memory_maps::route,
    memory_queues::route,
    messaging::route,
    restrictions::route,
];
