//! What goes over the socket: requests with a number, and answers with the same.

use keyholder_core::ids::HostId;
use keyholder_tokio::backend::{BadKey, Key, MemoryKey, NotApplied, Refused, StoreError, Tag, Topic};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The length of a token, which is what a connection begins with, followed by the end of the line.
pub(super) const TOKEN_BYTES: usize = 32;

/// A request.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Request {
    pub(super) id: u64,
    pub(super) call: Call,
}

/// What is asked for. `expected` is a tag, or nothing where nothing may be there.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Call {
    Read { key: RecordName },
    Write { key: RecordName, expected: Option<Arc<str>>, stored: Stored },
    Remove { key: RecordName },
    ReadEntry { key: EntryName },
    WriteEntry { key: EntryName, expected: Option<Arc<str>>, text: Arc<str>, ttl: Duration },
    PutEntry { key: EntryName, text: Arc<str>, ttl: Duration },
    DeleteEntry { key: EntryName, tag: Arc<str> },
    Publish { topic: TopicName, message: Arc<str> },
    Subscribe { topic: TopicName },
}

/// A record, or an entry, which has neither users nor attributes.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Stored {
    pub(super) text: Arc<str>,
    pub(super) users: Vec<u64>,
    pub(super) attributes: BTreeMap<String, String>,
}

/// What the service sends.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reply {
    Answer {
        id: u64,
        result: Result<Answer, Failed>,
    },
    /// To whoever subscribed with this number.
    Message {
        id: u64,
        message: Arc<str>,
    },
}

/// What comes of a call.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    Done,
    Tag(Arc<str>),
    Found(Option<(Arc<str>, Stored)>),
}

/// Why nothing came of it. Limits are checked where the call is made.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Failed {
    Conflict,
    Unknown,
    Unavailable,
    Throttled { wait: Option<Duration> },
    Full,
    Denied,
    Corrupt,
    Stopped,
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::Conflict,
            StoreError::Unknown => Self::Unknown,
            StoreError::NotApplied(NotApplied::Unavailable) => Self::Unavailable,
            StoreError::NotApplied(NotApplied::Throttled { wait }) => Self::Throttled { wait },
            StoreError::NotApplied(NotApplied::Refused(Refused::Full)) => Self::Full,
            StoreError::NotApplied(NotApplied::Refused(Refused::Denied)) => Self::Denied,
            StoreError::NotApplied(NotApplied::Refused(Refused::Corrupt)) => Self::Corrupt,
            StoreError::NotApplied(NotApplied::Refused(_)) => Self::Stopped,
        }
    }
}

impl From<Failed> for StoreError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Conflict => Self::Conflict,
            Failed::Unknown => Self::Unknown,
            Failed::Unavailable => Self::UNAVAILABLE,
            Failed::Throttled { wait } => Self::NotApplied(NotApplied::Throttled { wait }),
            Failed::Full => Refused::Full.into(),
            Failed::Denied => Refused::Denied.into(),
            Failed::Corrupt => Refused::Corrupt.into(),
            Failed::Stopped => Refused::Stopped.into(),
        }
    }
}

/// A record's key.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "(String, String)", into = "(String, String)")]
pub(super) struct RecordName(pub(super) Key);

impl TryFrom<(String, String)> for RecordName {
    type Error = BadKey;

    fn try_from((location, player): (String, String)) -> Result<Self, BadKey> {
        Key::new(location, player).map(Self)
    }
}

impl From<RecordName> for (String, String) {
    fn from(RecordName(key): RecordName) -> Self {
        (key.location().to_owned(), key.player().to_owned())
    }
}

/// An entry's key.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum EntryName {
    Journal(RecordName),
    Heartbeat(u64),
}

impl From<&MemoryKey> for EntryName {
    fn from(key: &MemoryKey) -> Self {
        match key {
            MemoryKey::Journal(key) => Self::Journal(RecordName(key.clone())),
            MemoryKey::Heartbeat(host) => Self::Heartbeat(host.0),
        }
    }
}

impl From<EntryName> for MemoryKey {
    fn from(name: EntryName) -> Self {
        match name {
            EntryName::Journal(RecordName(key)) => Self::Journal(key),
            EntryName::Heartbeat(host) => Self::Heartbeat(HostId(host)),
        }
    }
}

/// A topic.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct TopicName(pub(super) Topic);

impl TryFrom<String> for TopicName {
    type Error = BadKey;

    fn try_from(name: String) -> Result<Self, BadKey> {
        Topic::new(name).map(Self)
    }
}

impl From<TopicName> for String {
    fn from(TopicName(topic): TopicName) -> Self {
        topic.as_str().to_owned()
    }
}

/// A tag as it is sent.
pub(super) fn text_of(tag: &Tag) -> Arc<str> {
    tag.as_str().into()
}
