//! Requests to an emulator without a socket.
#![allow(dead_code, reason = "each test takes what it needs")]

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use jiff::SignedDuration;
use keyholder_emulator::time::parse_rfc3339;
use keyholder_emulator::{Clock, Emulator, Settings};
use serde_json::Value;
use tower::ServiceExt;

/// An answer, its body read.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// The body as JSON, `null` if it is not that.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The JSON of an answer that must be 200.
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()
    }
}

/// An emulator with a clock that stands at 12:00.
pub struct Cloud {
    pub emulator: Emulator,
    pub clock: Clock,
    pub key: &'static str,
}

impl Default for Cloud {
    fn default() -> Self {
        Self::with(Settings::default())
    }
}

impl Cloud {
    pub fn with(settings: Settings) -> Self {
        let clock = Clock::manual(parse_rfc3339("2026-03-01T12:00:00Z").unwrap());
        let emulator = Emulator::new(Settings { clock: clock.clone(), ..settings });
        Self { emulator, clock, key: "local" }
    }

    pub fn later(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    pub async fn send(&self, method: &str, uri: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.emulator.router().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    /// With the key and, when there is a body, its content type.
    pub async fn call(&self, method: &str, uri: &str, body: impl ToString) -> Answer {
        let key = [("x-api-key", self.key), ("content-type", "application/json")];
        self.send(method, uri, &key, body.to_string()).await
    }

    pub async fn get(&self, uri: &str) -> Answer {
        self.call("GET", uri, "").await
    }
}
