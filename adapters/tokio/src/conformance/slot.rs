//! One item of a store of either kind: what conditional writes are checked on.

use super::report::Stop;
use crate::backend::{DurableStore, Expected, Key, MemoryKey, MemoryStore, Meta, NotApplied, StoreError, Tag};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// How often a call is made again that was throttled or did not reach the store.
const TRIES: usize = 8;

/// How long to wait before that, if the store does not say.
const WAIT: Duration = Duration::from_secs(1);

/// One item of a store.
pub(super) trait Slot: Clone + Send + Sync + 'static {
    fn try_read(&self) -> impl Future<Output = Result<Option<(Tag, Arc<str>)>, StoreError>> + Send;

    fn try_write(&self, expected: Expected, text: Arc<str>) -> impl Future<Output = Result<Tag, StoreError>> + Send;

    /// Reads it, patiently.
    fn read(&self) -> impl Future<Output = Result<Option<(Tag, Arc<str>)>, StoreError>> + Send {
        patiently(|| self.try_read())
    }

    /// Writes it, patiently.
    fn write(&self, expected: Expected, text: &str) -> impl Future<Output = Result<Tag, StoreError>> + Send {
        let text: Arc<str> = text.into();
        patiently(move || self.try_write(expected.clone(), text.clone()))
    }

    /// Its text.
    fn text(&self) -> impl Future<Output = Result<Option<Arc<str>>, StoreError>> + Send {
        async { Ok(self.read().await?.map(|(_, text)| text)) }
    }
}

/// Makes a call again that was certainly not applied and may be next time.
pub(super) async fn patiently<T, W>(mut call: impl FnMut() -> W + Send) -> Result<T, StoreError>
where
    T: Send,
    W: Future<Output = Result<T, StoreError>> + Send,
{
    for _ in 1..TRIES {
        match call().await {
            Err(StoreError::NotApplied(NotApplied::Throttled { wait })) => sleep(wait.unwrap_or(WAIT)).await,
            Err(StoreError::NotApplied(NotApplied::Unavailable)) => sleep(WAIT).await,
            done => return done,
        }
    }
    call().await
}

/// A key of the location.
pub(super) fn key(location: &str, player: &str) -> Result<Key, Stop> {
    Key::new(location, player).map_err(|error| Stop::Failed(error.to_string()))
}

/// A record's key in a durable store.
#[derive(Debug)]
pub(super) struct Record<S> {
    pub(super) store: Arc<S>,
    pub(super) key: Key,
}

impl<S> Clone for Record<S> {
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store), key: self.key.clone() }
    }
}

impl<S: DurableStore> Slot for Record<S> {
    async fn try_read(&self) -> Result<Option<(Tag, Arc<str>)>, StoreError> {
        Ok(self.store.read(&self.key).await?.map(|entry| (entry.tag, entry.text)))
    }

    async fn try_write(&self, expected: Expected, text: Arc<str>) -> Result<Tag, StoreError> {
        self.store.write(&self.key, expected, text, &Meta::default()).await
    }
}

/// An entry's key in a memory store, and how long it lives.
#[derive(Debug)]
pub(super) struct Entry<S> {
    pub(super) store: Arc<S>,
    pub(super) key: MemoryKey,
    pub(super) ttl: Duration,
}

impl<S> Clone for Entry<S> {
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store), key: self.key.clone(), ttl: self.ttl }
    }
}

impl<S: MemoryStore> Slot for Entry<S> {
    async fn try_read(&self) -> Result<Option<(Tag, Arc<str>)>, StoreError> {
        Ok(self.store.read(&self.key).await?.map(|entry| (entry.tag, entry.text)))
    }

    async fn try_write(&self, expected: Expected, text: Arc<str>) -> Result<Tag, StoreError> {
        self.store.write(&self.key, expected, text, self.ttl).await
    }
}
