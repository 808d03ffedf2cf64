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

/// A value of 4 194 304 characters, four bytes each, and what stands around it.
const LARGEST_BODY: usize = 17 << 20;

/// What is read of who has no key, in bytes: enough that a small request is answered on a connection that goes on.
const LARGEST_OF_STRANGERS: usize = 64 << 10;

/// The longest address with its query, and the most that all headers have, in bytes. The platform's own are not established; these
/// are more than any of these requests needs, and what gateways commonly take.
const LONGEST_URL: usize = 16 << 10;
const LARGEST_HEADERS: usize = 32 << 10;

/// Answers a request.
pub(crate) async fn answer(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = match gateway(&parts) {
        Ok(()) => read(&shared, &parts, body).await,
        Err(e) => Err(e),
    };
    let begun = Instant::now();
    let Answer { name, budget, mut response } = match body {
        Ok(body) => dispatch(&shared, &parts, &body),
        Err(e) => unknown(e.render(shape_of(parts.uri.path()))),
    };
    // Reads wait as well: what they saw must not be lost later.
    if let Some(journal) = &shared.journal
        && !journal.settled().await
    {
        response = ApiError::internal().render(shape_of(parts.uri.path()));
    }
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

/// What is too large before anybody looks at what is asked.
fn gateway(parts: &Parts) -> Result<(), ApiError> {
    if parts.uri.path_and_query().is_some_and(|url| url.as_str().len() > LONGEST_URL) {
        return Err(too_large(StatusCode::URI_TOO_LONG, "The address is longer than 16384 bytes."));
    }
    let headers: usize = parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if headers > LARGEST_HEADERS {
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return Err(too_large(status, "The headers are larger than 32768 bytes."));
    }
    Ok(())
}

/// The whole body, within the bounds of size and of time.
async fn read(shared: &Shared, parts: &Parts, body: Body) -> Result<Bytes, ApiError> {
    let size = body.size_hint();
    if size.exact().is_none() && parts.method != Method::GET {
        return Err(ApiError::invalid_argument("A request with a body needs `content-length`."));
    }
    let large = || too_large(StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 17825792 bytes.");
    if size.lower() > LARGEST_BODY as u64 {
        return Err(large());
    }
    let most = match auth::key(&shared.settings.keys, &parts.headers) {
        Ok(_) => LARGEST_BODY,
        Err(e) if size.lower() > LARGEST_OF_STRANGERS as u64 => return Err(e),
        Err(_) => LARGEST_OF_STRANGERS,
    };
    match tokio::time::timeout(shared.settings.patience, to_bytes(body, most)).await {
        Ok(Ok(body)) => Ok(body),
        // Of a length that is known and not too large, the rest did not come.
        Ok(Err(_)) if size.upper().is_some_and(|length| length <= LARGEST_BODY as u64) => {
            Err(ApiError::invalid_argument("The body ended before its `content-length`."))
        }
        Ok(Err(_)) => Err(large()),
        Err(_) => Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, "CANCELLED", "The body did not arrive in time.")),
    }
}

/// The gateway says it, whatever was asked.
fn too_large(status: StatusCode, message: &'static str) -> ApiError {
    ApiError::new(status, "INVALID_ARGUMENT", message).in_shape(Shape::Gateway)
}

/// A response, and what the log says of it.
struct Answer {
    name: &'static str,
    budget: Option<&'static str>,
    response: Response<Body>,
}

/// The answer to what has no kind.
fn unknown(response: Response<Body>) -> Answer {
    Answer { name: "-", budget: None, response }
}

fn dispatch(shared: &Shared, parts: &Parts, body: &Bytes) -> Answer {
    let path = match Path::parse(parts.uri.path()) {
        Ok(path) => path,
        Err(e) => return unknown(ApiError::invalid_argument(e.to_string()).render(shape_of(parts.uri.path()))),
    };
    let Some(route) = SERVICES.iter().find_map(|route| route(&parts.method, &path)) else {
        return unknown(ApiError::not_found("There is no such method and path.").render(Shape::Gateway));
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
    let universe = path.number(3).and_then(|id| shared.universes.get(&id));
    let universe = universe
        .ok_or_else(|| ApiError::not_found("There is no such universe.").with_store_code("InvalidUniverseId"))?;
    let query = Query::parse(parts.uri.query().unwrap_or(""));
    let query = query.map_err(|e| ApiError::invalid_argument(e.to_string()))?;
    let call = Call {
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
