//! What the services answer, over the router and without a socket.

mod memory;
mod messaging;
mod ordered;
mod restrictions;
mod text;
mod universe;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use jiff::SignedDuration;
use keyholder_emulator::settings::ApiKey;
use keyholder_emulator::{Clock, Emulator, Settings};
use serde_json::Value;
use tower::ServiceExt;

/// An emulator whose clock stands still at the beginning of 2026.
struct Cloud {
    router: Router,
    clock: Clock,
}

impl Cloud {
    fn new(settings: Settings) -> Self {
        let clock = Clock::manual("2026-01-01T00:00:00Z".parse().unwrap());
        let keys = vec![ApiKey::with_all("local"), ApiKey::with("none", &[])];
        let router = Emulator::new(Settings { clock: clock.clone(), keys, ..settings }).router();
        Self { router, clock }
    }

    /// The status and the JSON of an answer; `null` for an empty one.
    async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.ask_as("local", method, path, body).await
    }

    async fn ask_as(&self, key: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-api-key", key)
            .header("content-type", "application/json")
            .body(Body::from(body));
        let response = self.router.clone().oneshot(request.unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 1 << 24).await.unwrap();
        (status, if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() })
    }

    /// The JSON of an answer that is a success.
    async fn done(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask(method, path, body).await;
        assert_eq!(status, StatusCode::OK.as_u16(), "{method} {path}: {answer}");
        answer
    }

    /// The status and the code of an answer that is a refusal.
    async fn refused(&self, method: &str, path: &str, body: Value) -> (u16, String) {
        let (status, answer) = self.ask(method, path, body).await;
        let code = answer.get("code").or(answer.get("error")).and_then(Value::as_str);
        (status, code.unwrap_or_default().to_owned())
    }

    fn pass(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }
}

fn invalid() -> (u16, String) {
    (400, "INVALID_ARGUMENT".to_owned())
}

fn not_found() -> (u16, String) {
    (404, "NOT_FOUND".to_owned())
}

fn exhausted() -> (u16, String) {
    (429, "RESOURCE_EXHAUSTED".to_owned())
}
