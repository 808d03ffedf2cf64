//! An extra that the platform does not have: a local program listens to a topic as a game server would. Nothing may need
//! it that is to run on the platform, where Open Cloud can publish alone.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::json;

use super::{Shared, auth};
use crate::cloud::lock;
use crate::cloud::messages::Message;
use crate::error::{ApiError, Shape};
use crate::time::rfc3339;

/// Not under any path of the platform.
pub(crate) const PATH: &str = "/emulator/v1/universes/{universe}/topics/{topic}/feed";

/// Server-sent events, one a message: `{"topic":"..","message":"..","sent":".."}`. It is for the same keys as all else.
pub(crate) async fn follow(
    State(shared): State<Arc<Shared>>,
    Path((universe, topic)): Path<(u64, String)>,
    headers: HeaderMap,
) -> Response {
    let listen = || {
        auth::key(&shared.settings.keys, &headers)?;
        let universe = shared.universes.get(&universe);
        let universe = universe.ok_or_else(|| ApiError::not_found("There is no such universe."))?;
        // Each keeps its connection: some are left for requests.
        let listening: usize = shared.universes.values().map(|universe| lock(&universe.messages).listening()).sum();
        if listening >= shared.settings.connections.div_ceil(2) {
            return Err(ApiError::exhausted("Half of all connections are listeners': end one first."));
        }
        lock(&universe.messages).listen(&topic)
    };
    let receiver = match listen() {
        Ok(receiver) => receiver,
        Err(e) => return e.render(Shape::V2),
    };
    let events = stream::unfold(receiver, |mut receiver| async move {
        let message = receiver.recv().await?;
        Some((Ok::<_, Infallible>(event(&message)), receiver))
    });
    // A comment now and then, so that a listener that is gone is noticed.
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

fn event(message: &Message) -> Event {
    let Message { topic, text, sent } = message;
    // JSON has no line breaks of its own, which would end the event.
    Event::default().data(json!({"topic": topic, "message": text, "sent": rfc3339(*sent)}).to_string())
}
