//! Messages to the servers of an experience. Documentation: Open Cloud, Messaging Service.

use crate::answer::Asked;
use crate::client::{Call, Client};
use crate::limits::Kind;
use keyholder_tokio::backend::{Bus, BusCapabilities, Refused, StoreError, Subscription, Topic};
use reqwest::Method;
use serde::Serialize;
use std::sync::Arc;

/// The longest message. The documentation says 1 KiB and 1 024 characters: the smaller counts.
const MESSAGE_MAX_BYTES: usize = 1_024;

/// Messages to live game servers. Open Cloud publishes only: nobody subscribes through it. Clones are the same bus.
#[derive(Clone, Debug)]
pub struct Messages {
    client: Client,
}

#[derive(Serialize)]
struct Body<'a> {
    topic: &'a str,
    message: &'a str,
}

impl Messages {
    /// A bus on this connection.
    pub fn new(client: Client) -> Self {
        Self { client }
    }
}

impl Bus for Messages {
    fn capabilities(&self) -> BusCapabilities {
        BusCapabilities { subscribe: false, max_message_bytes: MESSAGE_MAX_BYTES }
    }

    async fn publish(&self, topic: &Topic, message: Arc<str>) -> Result<(), StoreError> {
        if message.len() > MESSAGE_MAX_BYTES {
            return Err(Refused::TooLarge { limit: MESSAGE_MAX_BYTES }.into());
        }
        let body = Body { topic: topic.as_str(), message: &message };
        let body = serde_json::to_vec(&body).map_err(|_| Refused::Invalid { status: 0 })?;
        let target = format!("/cloud/v2/universes/{}:publishMessage", self.client.universe());
        let call = Call::new(Kind::Message, Method::POST, target).with(body);
        // The body of a success is empty.
        self.client.change(Asked::Publish, call).await.map(drop)
    }

    async fn subscribe(&self, _topic: &Topic) -> Result<Subscription, StoreError> {
        Err(Refused::Unsupported("subscriptions: Open Cloud only publishes").into())
    }
}
