//! Messages between servers.

use super::key::check;
use super::{BadKey, StoreError};
use std::future::Future;
use std::sync::Arc;
use tokio::sync::mpsc;

/// The most characters of a topic: what Roblox's messaging takes.
pub const TOPIC_MAX_CHARS: usize = 80;

/// Carries messages to whoever listens, as well as it can: each may be lost, repeated, late or out of order. It wakes and
/// informs, it never permits.
pub trait Bus: Send + Sync + 'static {
    /// What this bus can do and how much it takes.
    fn capabilities(&self) -> BusCapabilities;

    /// Sends a message. Success does not say that anybody got it.
    ///
    /// # Errors
    /// [`StoreError::NotApplied`] or [`StoreError::Unknown`].
    fn publish(&self, topic: &Topic, message: Arc<str>) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Listens to a topic until the subscription is dropped.
    ///
    /// # Errors
    /// [`StoreError::NotApplied`]; [`Refused::Unsupported`](super::Refused::Unsupported) if it can only publish.
    fn subscribe(&self, topic: &Topic) -> impl Future<Output = Result<Subscription, StoreError>> + Send;
}

/// A name of 1 to [`TOPIC_MAX_CHARS`] characters without control characters.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Topic(Arc<str>);

impl Topic {
    /// A topic.
    ///
    /// # Errors
    /// [`BadKey`] says what is wrong.
    pub fn new(name: impl Into<Arc<str>>) -> Result<Self, BadKey> {
        let name = name.into();
        check("topic", &name, TOPIC_MAX_CHARS)?;
        Ok(Self(name))
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The receiving end of a topic.
#[derive(Debug)]
pub struct Subscription(mpsc::Receiver<Arc<str>>);

impl Subscription {
    /// What a bus makes of the receiving end of a channel. When it is full, the bus drops messages: it never waits for a
    /// listener.
    pub fn new(messages: mpsc::Receiver<Arc<str>>) -> Self {
        Self(messages)
    }

    /// The next message; `None` once the bus is gone. Dropping the future loses no message.
    pub async fn next(&mut self) -> Option<Arc<str>> {
        self.0.recv().await
    }
}

/// What a bus can do and how much it takes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "a bus declares all of it")]
pub struct BusCapabilities {
    /// It can listen; else it can only publish.
    pub subscribe: bool,
    /// The longest message in bytes.
    pub max_message_bytes: usize,
}
