//! The servers' side of the socket: a store of each kind.

use super::protocol::{Answer, Call, EntryName, Failed, RecordName, Stored, TopicName, text_of};
use super::pump::Pump;
use keyholder_core::stored::{MAX_USERS, RECORD_MAX_BYTES};
use keyholder_tokio::backend::{
    Bus, BusCapabilities, DurableCapabilities, DurableStore, Entry, Expected, Kept, Key, MemoryCapabilities,
    MemoryEntry, MemoryKey, MemoryStore, Meta, Page, Refused, StoreError, Subscription, Tag, Topic, Version, VersionId,
};
use keyholder_tokio::memory::{Entries, EntriesSettings, Topics};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// How many calls wait until they are sent, and how many messages until they are heard.
const WAITING: usize = 256;

/// How to reach the store process.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// Where it is; another place after it was started anew.
    pub(crate) address: watch::Receiver<SocketAddr>,
    pub(crate) token: String,
    /// How many of a thousand calls lose the connection behind them, with all answers that are on their way.
    pub(crate) cut: u16,
    pub(crate) seed: u64,
}

/// Records, entries and messages of a store process. Clones are one connection, which is made anew whenever it ends: a
/// write that was under way is then Unknown, a read Unavailable.
#[derive(Clone, Debug)]
pub(crate) struct Client(mpsc::Sender<Ask>);

/// A call on its way.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) call: Call,
    pub(super) reply: oneshot::Sender<Result<Answer, Failed>>,
    /// Who hears the messages of the topic that the call subscribes to.
    pub(super) listener: Option<mpsc::Sender<Arc<str>>>,
}

impl Client {
    /// Connects sooner or later, and again; until then every call is Unavailable.
    pub(crate) fn connect(link: Link) -> Self {
        let (asks, waiting) = mpsc::channel(WAITING);
        tokio::spawn(Pump::new(link, waiting).run());
        Self(asks)
    }

    /// A call that changes nothing.
    async fn look(&self, call: Call) -> Result<Answer, StoreError> {
        self.ask(call, None).await.unwrap_or(Err(StoreError::UNAVAILABLE))
    }

    /// A call that changes something: without an answer, nobody knows.
    async fn change(&self, call: Call) -> Result<Answer, StoreError> {
        self.ask(call, None).await.unwrap_or(Err(StoreError::Unknown))
    }

    /// The answer; `None` if none came.
    async fn ask(&self, call: Call, listener: Option<mpsc::Sender<Arc<str>>>) -> Option<Result<Answer, StoreError>> {
        let (reply, answer) = oneshot::channel();
        if self.0.send(Ask { call, reply, listener }).await.is_err() {
            return Some(Err(Refused::Stopped.into()));
        }
        answer.await.ok().map(|result| result.map_err(StoreError::from))
    }
}

fn tag(answer: Answer) -> Result<Tag, StoreError> {
    match answer {
        Answer::Tag(tag) => Ok(Tag::new(tag)),
        Answer::Done | Answer::Found(_) => Err(StoreError::Unknown),
    }
}

fn found(answer: Answer) -> Result<Option<(Arc<str>, Stored)>, StoreError> {
    match answer {
        Answer::Found(found) => Ok(found),
        Answer::Done | Answer::Tag(_) => Err(Refused::Corrupt.into()),
    }
}

fn expected_text(expected: &Expected) -> Option<Arc<str>> {
    match expected {
        Expected::Absent => None,
        Expected::Tag(tag) => Some(text_of(tag)),
    }
}

impl DurableStore for Client {
    fn capabilities(&self) -> DurableCapabilities {
        DurableCapabilities {
            conditional: true,
            versions: Kept::Nothing,
            list: false,
            max_text_bytes: RECORD_MAX_BYTES,
            max_users: MAX_USERS,
            max_attribute_chars: 4_096,
        }
    }

    async fn read(&self, key: &Key) -> Result<Option<Entry>, StoreError> {
        let found = found(self.look(Call::Read { key: RecordName(key.clone()) }).await?)?;
        Ok(found.map(|(tag, Stored { text, users, attributes })| Entry {
            tag: Tag::new(tag),
            text,
            meta: Meta { users, attributes },
        }))
    }

    async fn write(&self, key: &Key, expected: Expected, text: Arc<str>, meta: &Meta) -> Result<Tag, StoreError> {
        DurableStore::capabilities(self).check(&text, meta)?;
        let Meta { users, attributes } = meta.clone();
        let stored = Stored { text, users, attributes };
        tag(self
            .change(Call::Write { key: RecordName(key.clone()), expected: expected_text(&expected), stored })
            .await?)
    }

    async fn versions(&self, _key: &Key) -> Result<Vec<Version>, StoreError> {
        Err(Refused::Unsupported("versions").into())
    }

    async fn read_version(&self, _key: &Key, _version: &VersionId) -> Result<Option<Entry>, StoreError> {
        Err(Refused::Unsupported("versions").into())
    }

    async fn list(&self, _location: &str, _after: Option<&str>, _limit: usize) -> Result<Page, StoreError> {
        Err(Refused::Unsupported("lists").into())
    }

    async fn remove(&self, key: &Key) -> Result<(), StoreError> {
        self.change(Call::Remove { key: RecordName(key.clone()) }).await.map(drop)
    }
}

impl MemoryStore for Client {
    fn capabilities(&self) -> MemoryCapabilities {
        Entries::new(EntriesSettings::PLATFORM).capabilities()
    }

    async fn read(&self, key: &MemoryKey) -> Result<Option<MemoryEntry>, StoreError> {
        let found = found(self.look(Call::ReadEntry { key: EntryName::from(key) }).await?)?;
        Ok(found.map(|(tag, stored)| MemoryEntry { tag: Tag::new(tag), text: stored.text }))
    }

    async fn write(
        &self,
        key: &MemoryKey,
        expected: Expected,
        text: Arc<str>,
        ttl: Duration,
    ) -> Result<Tag, StoreError> {
        MemoryStore::capabilities(self).check(&text, ttl)?;
        let expected = expected_text(&expected);
        tag(self.change(Call::WriteEntry { key: EntryName::from(key), expected, text, ttl }).await?)
    }

    async fn put(&self, key: &MemoryKey, text: Arc<str>, ttl: Duration) -> Result<Tag, StoreError> {
        MemoryStore::capabilities(self).check(&text, ttl)?;
        tag(self.change(Call::PutEntry { key: EntryName::from(key), text, ttl }).await?)
    }

    async fn delete(&self, key: &MemoryKey, expected: &Tag) -> Result<(), StoreError> {
        self.change(Call::DeleteEntry { key: EntryName::from(key), tag: text_of(expected) }).await.map(drop)
    }
}

impl Bus for Client {
    fn capabilities(&self) -> BusCapabilities {
        Topics::new().capabilities()
    }

    async fn publish(&self, topic: &Topic, message: Arc<str>) -> Result<(), StoreError> {
        let limit = Bus::capabilities(self).max_message_bytes;
        if message.len() > limit {
            return Err(Refused::TooLarge { limit }.into());
        }
        self.change(Call::Publish { topic: TopicName(topic.clone()), message }).await.map(drop)
    }

    async fn subscribe(&self, topic: &Topic) -> Result<Subscription, StoreError> {
        let (listener, messages) = mpsc::channel(WAITING);
        let call = Call::Subscribe { topic: TopicName(topic.clone()) };
        self.ask(call, Some(listener)).await.unwrap_or(Err(StoreError::UNAVAILABLE))?;
        Ok(Subscription::new(messages))
    }
}
