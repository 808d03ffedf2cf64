//! Publishing (documentation: Cloud API v2, Publish Universe Message; Messaging Service API v1).

use axum::http::{Method, StatusCode};
use serde::Deserialize;

use super::{Call, Reply, Route};
use crate::cloud::lock;
use crate::cloud::messages::Message;
use crate::error::{ApiError, Shape};
use crate::text::path::Path;

const PUBLISH: &[&str] = &["universe-messaging-service:publish"];

pub(crate) fn route(method: &Method, path: &Path) -> Option<Route> {
    match (method.as_str(), path.parts().as_slice(), path.verb) {
        ("POST", ["cloud", "v2", "universes", _], Some("publishMessage")) => {
            Some(Route::new("Messaging.Publish", Shape::V2, PUBLISH, publish))
        }
        ("POST", ["messaging-service", "v1", "universes", _, "topics", _], None) => {
            Some(Route::new("MessagingV1.Publish", Shape::V2, PUBLISH, publish_v1))
        }
        _ => None,
    }
}

#[derive(Deserialize)]
struct Body {
    topic: String,
    message: String,
}

#[derive(Deserialize)]
struct BodyV1 {
    message: String,
}

fn publish(call: &Call<'_>) -> Result<Reply, ApiError> {
    let Body { topic, message } = call.json()?;
    send(call, topic, message)
}

fn publish_v1(call: &Call<'_>) -> Result<Reply, ApiError> {
    let BodyV1 { message } = call.json()?;
    send(call, call.path.segment(5).to_owned(), message)
}

/// 200 with nothing in it, whether anybody listens or not.
fn send(call: &Call<'_>, topic: String, text: String) -> Result<Reply, ApiError> {
    let message = Message { topic, text, sent: call.now };
    lock(&call.universe.messages).publish(message, &call.settings.delivery, call.settings.limits)?;
    Ok(Reply::empty(StatusCode::OK))
}
