//! What the emulator refuses, and the shapes that the platform says it in (documentation: Errors).

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use serde_json::{Value, json};

use crate::http::Reply;

/// The shape of an error's body. It belongs to the API that was asked, except for what the gateway before all of them says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `{"errors":[{"code":0,"message":".."}]}`
    Gateway,
    /// `{"code":"INVALID_ARGUMENT","message":".."}`: the second API, and ordered data stores of the first.
    V2,
    /// `{"error":"..","message":"..","errorDetails":[{"datastoreErrorCode":".."}]}`: data stores of the first API.
    V1Store,
    /// `{"error":"ALREADY_EXISTS"}`: how clients saw a memory store refuse to create what is there.
    ErrorAlone,
    /// What a web framework says about a request that does not have the form of its parameters: `errors` is an object.
    Validation,
}

/// A request that was refused.
#[derive(Debug, thiserror::Error)]
#[error("{code}: {message}")]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: Cow<'static, str>,
    /// The `datastoreErrorCode` of the first API.
    store_code: Option<&'static str>,
    /// Another shape than the API's own.
    shape: Option<Shape>,
    /// A whole answer instead of a body that is made here: the first API answers a conflict with the current value.
    reply: Option<Box<Reply>>,
}

impl ApiError {
    /// Any refusal, by its status and its code in text.
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, message: message.into(), store_code: None, shape: None, reply: None }
    }

    pub(crate) fn invalid_argument(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", message)
    }

    pub(crate) fn failed_precondition(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "FAILED_PRECONDITION", message)
    }

    /// No key, or one that is not known: the gateway says it, whatever was asked.
    pub(crate) fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", "Invalid API Key").in_shape(Shape::Gateway)
    }

    pub(crate) fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)
    }

    pub(crate) fn already_exists(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, "ALREADY_EXISTS", message)
    }

    pub(crate) fn aborted(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, "ABORTED", message)
    }

    /// More than a limit allows. The request was not carried out.
    pub(crate) fn exhausted(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "RESOURCE_EXHAUSTED", message).with_store_code("TooManyRequests")
    }

    pub(crate) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "The server had an error.").with_store_code("Unknown")
    }

    /// Says it with this `datastoreErrorCode` in the first API.
    pub(crate) fn with_store_code(self, code: &'static str) -> Self {
        Self { store_code: Some(code), ..self }
    }

    /// Says it in this shape, whatever was asked.
    pub(crate) fn in_shape(self, shape: Shape) -> Self {
        Self { shape: Some(shape), ..self }
    }

    /// Answers with `reply` instead of a body in the API's shape.
    pub(crate) fn with_reply(self, reply: Reply) -> Self {
        Self { reply: Some(Box::new(reply)), ..self }
    }

    /// The answer of an API whose errors have `shape`.
    pub(crate) fn render(self, shape: Shape) -> Response<Body> {
        let status = self.status;
        if let Some(reply) = self.reply {
            return reply.render();
        }
        let body = body(self.shape.unwrap_or(shape), status, self.code, &self.message, self.store_code);
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}

fn body(shape: Shape, status: StatusCode, code: &str, message: &str, store_code: Option<&str>) -> Value {
    match shape {
        Shape::Gateway => json!({"errors": [{"code": 0, "message": message}]}),
        Shape::V2 => json!({"code": code, "message": message}),
        Shape::V1Store => json!({
            "error": code,
            "message": message,
            "errorDetails": [{
                "errorDetailType": "DatastoreErrorInfo",
                "datastoreErrorCode": store_code.unwrap_or("Unknown"),
            }],
        }),
        Shape::ErrorAlone => json!({"error": code}),
        Shape::Validation => json!({
            "errors": {"request": [message]},
            "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
            "title": "One or more validation errors occurred.",
            "status": status.as_u16(),
            "extensions": {"traceId": "00-0-0-00"},
        }),
    }
}
