//! What a route's function gets and gives.

use std::cell::Cell;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header::CONTENT_TYPE};
use serde::{Deserialize, Serialize};

use super::limits::Budget;
use crate::cloud::Universe;
use crate::cloud::budget::Level;
use crate::error::{ApiError, Shape};
use crate::http::Page;
use crate::settings::{ApiKey, Settings};
use crate::text::{path::Path, query::Query};
use crate::time::Timestamp;

/// One kind of request of a service.
#[derive(Clone, Copy)]
pub(crate) struct Route {
    /// Names the kind in the log and in counts: `DataStores.GetEntry`.
    pub(crate) name: &'static str,
    /// How its errors look.
    pub(crate) shape: Shape,
    /// What the key must be allowed, all of it.
    pub(crate) scopes: &'static [&'static str],
    /// What one unit of is taken before anything else.
    pub(crate) charge: Option<Budget>,
    /// Answers it.
    pub(crate) run: fn(&Call<'_>) -> Result<Reply, ApiError>,
}

impl Route {
    pub(crate) fn new(
        name: &'static str,
        shape: Shape,
        scopes: &'static [&'static str],
        run: fn(&Call<'_>) -> Result<Reply, ApiError>,
    ) -> Self {
        Self { name, shape, scopes, charge: None, run }
    }

    /// The same, charged to a budget: one unit for each request.
    pub(crate) fn charged(self, budget: Budget) -> Self {
        Self { charge: Some(budget), ..self }
    }
}

/// One request on its way.
pub(crate) struct Call<'a> {
    pub(crate) method: &'a Method,
    pub(crate) path: &'a Path,
    pub(crate) query: &'a Query,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    pub(crate) key: &'a ApiKey,
    pub(crate) now: Timestamp,
    pub(crate) settings: &'a Settings,
    pub(crate) universe: &'a Universe,
    /// How the budget stands that was charged last.
    pub(crate) level: &'a Cell<Option<Level>>,
}

impl Call<'_> {
    /// The body as JSON. Serde's own bound on nesting holds, 128 levels.
    pub(crate) fn json<'b, T: Deserialize<'b>>(&'b self) -> Result<T, ApiError> {
        let json = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| {
            let essence = value.split(';').next().unwrap_or("").trim();
            essence.eq_ignore_ascii_case("application/json")
        });
        if !json {
            return Err(ApiError::invalid_argument("A request with a body needs `content-type: application/json`."));
        }
        // What stands at the place of the error is the client's data: only the place is said.
        serde_json::from_slice(self.body).map_err(|e| {
            let what = if e.is_data() { "does not have the fields that are documented" } else { "is not JSON" };
            ApiError::invalid_argument(format!("The body {what} (line {}, column {}).", e.line(), e.column()))
                .with_store_code("ContentNotJson")
        })
    }

    /// A parameter that is `true` or `false`, and false when it is not there.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        match self.query.get(name) {
            None => Ok(false),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(_) => Err(ApiError::invalid_argument(format!("The parameter `{name}` is true or false."))),
        }
    }

    /// Which page of a list is asked for by `maxPageSize` and `pageToken`.
    pub(crate) fn page(&self, default: usize, most: usize) -> Result<Page, ApiError> {
        Page::of(self, "maxPageSize", "pageToken", default, most)
    }

    /// Refuses what the key may not do.
    pub(crate) fn require(&self, scope: &str) -> Result<(), ApiError> {
        if self.key.scopes.hold(scope) {
            return Ok(());
        }
        Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "INSUFFICIENT_SCOPE",
            "The api key does not have sufficient scope to perform this operation.",
        )
        .with_store_code("InsufficientScope"))
    }
}

/// An answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Bytes,
}

impl Reply {
    /// 200 with `value` in JSON.
    pub(crate) fn json(value: &impl Serialize) -> Result<Self, ApiError> {
        let body = serde_json::to_vec(value).map_err(|_| ApiError::internal())?;
        Ok(Self { status: StatusCode::OK, headers: Vec::new(), body: body.into() })
    }

    /// `status` without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, ..Self::default() }
    }

    /// The same with another header.
    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((HeaderName::from_static(name), value));
        }
        self
    }

    pub(crate) fn render(self) -> Response<Body> {
        let json = !self.body.is_empty();
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        if json {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        response.headers_mut().extend(self.headers);
        response
    }
}
