//! Faults on purpose. They befall requests of any service that were found right so far: key, scopes and limits come first.

use std::sync::Mutex;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};

use super::Hangup;
use crate::cloud::lock;
use crate::error::ApiError;
use crate::settings::{Fault, Faults};

/// What decides which requests go wrong.
#[derive(Debug)]
pub(crate) struct Dice {
    faults: Faults,
    generator: Mutex<fastrand::Rng>,
}

impl Dice {
    pub(crate) fn new(faults: Faults) -> Self {
        Self { generator: Mutex::new(fastrand::Rng::with_seed(faults.seed)), faults }
    }

    /// The fault of the next request.
    pub(crate) fn throw(&self) -> Option<Fault> {
        if self.faults.is_empty() {
            return None;
        }
        let thrown = lock(&self.generator).f64();
        self.faults.pick(thrown)
    }
}

/// The error of a fault that keeps the request from being carried out.
pub(crate) fn before(fault: Option<Fault>) -> Result<(), ApiError> {
    match fault {
        Some(Fault::Before) => Err(ApiError::internal()),
        Some(Fault::Unavailable) => {
            Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "The service is unavailable."))
        }
        Some(Fault::Throttled) => Err(ApiError::exhausted("Too many requests.")),
        Some(Fault::Html) => Err(ApiError::new(StatusCode::BAD_GATEWAY, "UNAVAILABLE", "Bad gateway")),
        Some(Fault::After | Fault::Drop | Fault::Empty) | None => Ok(()),
    }
}

/// What becomes of an answer.
pub(crate) fn after(fault: Option<Fault>, response: Response<Body>) -> Response<Body> {
    let mut changed = Response::new(Body::empty());
    match fault {
        // Only of what was done: a refusal is told as it is, and so is one of before.
        Some(Fault::After | Fault::Drop | Fault::Empty) if !response.status().is_success() => return response,
        Some(Fault::Drop) => drop(changed.extensions_mut().insert(Hangup)),
        Some(Fault::Empty) => {}
        Some(Fault::After) => *changed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
        Some(Fault::Html) if response.status() == StatusCode::BAD_GATEWAY => {
            *changed.body_mut() = Body::from("<html><body><h1>502 Bad Gateway</h1></body></html>");
            *changed.status_mut() = StatusCode::BAD_GATEWAY;
            changed.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
        }
        Some(Fault::Before | Fault::Unavailable | Fault::Throttled | Fault::Html) | None => return response,
    }
    changed
}
