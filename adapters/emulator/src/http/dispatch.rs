//! The way of a request through the emulator.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{Method, Request, Response, StatusCode};

use super::log::Seen;
use super::{Call, Hangup, Reply, Route, SERVICES, Shared, auth, fault, limits};
use crate::cloud::budget::Level;
use crate::cloud::lock;
use crate::error::{ApiError, Shape};
use crate::settings::Fault;
use crate::text::{path::Path, query::Query};

/// A value of 4 194 304 characters, each perhaps escaped, and what stands around it.
const LARGEST_BODY: usize = 8 << 20;

/// Answers a request.
pub(crate) async fn answer(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = match read(&shared, &parts.method, body).await {
        Ok(body) => body,
        Err(e) => return e.render(shape_of(parts.uri.path())),
    };
    let begun = Instant::now();
    let Answer { name, budget, response } = dispatch(&shared, &parts, &body);
    let status = match response.extensions().get::<Hangup>() {
        Some(_) => 0,
        None => response.status().as_u16(),
    };
    lock(&shared.log).add(Seen {
        at: shared.settings.clock.now(),
        method: parts.method.as_str().chars().take(16).collect(),
        path: parts.uri.path().to_owned(),
        name,
        status,
        micros: u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
        budget,
    });
    response
}

/// The whole body, within the bounds of size and of time.
async fn read(shared: &Shared, method: &Method, body: Body) -> Result<Bytes, ApiError> {
    let size = body.size_hint();
    if size.exact().is_none() && method != Method::GET {
        return Err(ApiError::invalid_argument("A request with a body needs `content-length`."));
    }
    if size.lower() > LARGEST_BODY as u64 {
        return Err(too_large());
    }
    match tokio::time::timeout(shared.settings.patience, to_bytes(body, LARGEST_BODY)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => Err(too_large()),
        Err(_) => Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, "CANCELLED", "The body did not arrive in time.")),
    }
}

fn too_large() -> ApiError {
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "INVALID_ARGUMENT", "The body is too large.")
        .with_store_code("ContentTooBig")
}

/// A response, and what the log says of it.
struct Answer {
    name: &'static str,
    budget: Option<&'static str>,
    response: Response<Body>,
}

fn dispatch(shared: &Shared, parts: &Parts, body: &Bytes) -> Answer {
    let answer = |response| Answer { name: "-", budget: None, response };
    let path = match Path::parse(parts.uri.path()) {
        Ok(path) => path,
        Err(e) => return answer(ApiError::invalid_argument(e.to_string()).render(shape_of(parts.uri.path()))),
    };
    let Some(route) = SERVICES.iter().find_map(|route| route(&parts.method, &path)) else {
        return answer(ApiError::not_found("There is no such method and path.").render(Shape::Gateway));
    };
    let level = Cell::new(None);
    let fault = shared.dice.throw();
    let replied = run(shared, &route, parts, &path, body, &level, fault);
    let response = match replied {
        Ok(reply) => reply.render(),
        Err(e) => e.render(route.shape),
    };
    let mut response = fault::after(fault, response);
    if let Some(level) = level.get() {
        limits::tell(&mut response, level, shared.settings.drift.rate_headers);
    }
    Answer { name: route.name, budget: level.get().map(|level| level.name), response }
}

fn run(
    shared: &Shared,
    route: &Route,
    parts: &Parts,
    path: &Path,
    body: &Bytes,
    level: &Cell<Option<Level>>,
    fault: Option<Fault>,
) -> Result<Reply, ApiError> {
    let key = auth::key(&shared.settings.keys, &parts.headers)?;
    let universe = path.segment(3).parse().ok().and_then(|id: u64| shared.universes.get(&id));
    let universe = universe
        .ok_or_else(|| ApiError::not_found("There is no such universe.").with_store_code("InvalidUniverseId"))?;
    let query = Query::parse(parts.uri.query().unwrap_or(""));
    let query = query.map_err(|e| ApiError::invalid_argument(e.to_string()))?;
    let call = Call {
        method: &parts.method,
        path,
        query: &query,
        headers: &parts.headers,
        body,
        key,
        now: shared.settings.clock.now(),
        settings: &shared.settings,
        universe,
        level,
    };
    for scope in route.scopes {
        call.require(scope)?;
    }
    if let Some(budget) = route.charge {
        call.charge(budget, 1)?;
    }
    fault::before(fault)?;
    (route.run)(&call)
}

/// The shape of errors under a path that was not taken apart.
fn shape_of(path: &str) -> Shape {
    if path.starts_with("/datastores/v1/") { Shape::V1Store } else { Shape::V2 }
}
