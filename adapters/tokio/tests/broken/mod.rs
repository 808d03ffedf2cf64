//! Stores that break one promise each.

pub(crate) mod bans;
pub(crate) mod bus;

use keyholder_tokio::backend::{
    DurableCapabilities, DurableStore, Entry, Expected, Key, MemoryCapabilities, MemoryEntry, MemoryKey, MemoryStore,
    Meta, Page, StoreError, Tag, Version, VersionId,
};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The promise that is broken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Lie {
    TakesStaleTags,
    TakesAbsent,
    ChecksThenWrites,
    TagIsTheText,
    RefusesWhatItApplied,
    ForgetsWhatItAcknowledged,
    AppliesHalfWhenDropped,
    KnowsNoLimits,
    LosesMeta,
    FoldsCase,
    ListsTheFirstPageOnly,
    ReadsOldVersions,
    ServesAfterRemoval,
    SaysItIsNotConditional,
    ForgetsTtl,
    LapsesEarly,
    PutsOnlyOnce,
}

/// A store with one lie in front of it.
pub(crate) struct Broken<S> {
    store: S,
    lie: Lie,
    calls: AtomicUsize,
    removed: Mutex<BTreeMap<Key, Entry>>,
}

impl<S> Broken<S> {
    pub(crate) fn new(store: S, lie: Lie) -> Self {
        Self { store, lie, calls: AtomicUsize::new(0), removed: Mutex::default() }
    }

    /// True at every fourth call.
    fn now_and_then(&self) -> bool {
        self.calls.fetch_add(1, Ordering::SeqCst) % 4 == 3
    }

    fn key(&self, key: &Key) -> Key {
        if self.lie == Lie::FoldsCase {
            Key::new(key.location().to_lowercase(), key.player().to_lowercase()).unwrap()
        } else {
            key.clone()
        }
    }

    fn memory_key(&self, key: &MemoryKey) -> MemoryKey {
        match key {
            MemoryKey::Journal(key) => MemoryKey::Journal(self.key(key)),
            MemoryKey::Heartbeat(host) => MemoryKey::Heartbeat(*host),
        }
    }
}

/// What the store is asked for instead of what was expected.
fn bend(lie: Lie, expected: Expected, current: Option<Tag>) -> Expected {
    match (lie, &expected, current) {
        (Lie::TakesStaleTags, Expected::Tag(_), Some(tag)) => Expected::Tag(tag),
        (Lie::TakesStaleTags, Expected::Tag(_), None) => Expected::Absent,
        (Lie::TakesAbsent, Expected::Absent, Some(tag)) => Expected::Tag(tag),
        _ => expected,
    }
}

struct HalfWhenDropped<'a, S: DurableStore>(Option<(&'a S, Key, Expected, Arc<str>)>);

impl<S: DurableStore> Drop for HalfWhenDropped<'_, S> {
    fn drop(&mut self) {
        if let Some((store, key, expected, text)) = self.0.take() {
            let half = text[..text.len() / 2].into();
            let meta = Meta::default();
            let write = std::pin::pin!(store.write(&key, expected, half, &meta));
            let _ = write.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
        }
    }
}

impl<S: DurableStore> DurableStore for Broken<S> {
    fn capabilities(&self) -> DurableCapabilities {
        let mut capabilities = self.store.capabilities();
        match self.lie {
            Lie::KnowsNoLimits => capabilities.max_text_bytes /= 2,
            Lie::SaysItIsNotConditional => capabilities.conditional = false,
            _ => {}
        }
        capabilities
    }

    async fn read(&self, key: &Key) -> Result<Option<Entry>, StoreError> {
        let entry = self.store.read(&self.key(key)).await?;
        if self.lie == Lie::TagIsTheText {
            return Ok(entry.map(|entry| Entry { tag: Tag::new(entry.text.clone()), ..entry }));
        }
        if self.lie == Lie::ServesAfterRemoval && entry.is_none() {
            return Ok(self.removed.lock().unwrap().get(key).cloned());
        }
        Ok(entry)
    }

    async fn write(&self, key: &Key, expected: Expected, text: Arc<str>, meta: &Meta) -> Result<Tag, StoreError> {
        let key = &self.key(key);
        let current = self.store.read(key).await?;
        let expected = bend(self.lie, expected, current.as_ref().map(|entry| entry.tag.clone()));
        match self.lie {
            Lie::ChecksThenWrites => {
                let tag = current.map(|entry| entry.tag);
                if tag != as_tag(expected) {
                    return Err(StoreError::Conflict);
                }
                tokio::task::yield_now().await;
                loop {
                    let now = self.store.read(key).await?.map_or(Expected::Absent, |entry| Expected::Tag(entry.tag));
                    match self.store.write(key, now, text.clone(), meta).await {
                        Err(StoreError::Conflict) => {}
                        done => return done,
                    }
                }
            }
            Lie::TagIsTheText => {
                let told = current.as_ref().map(|entry| Tag::new(entry.text.clone()));
                if told != as_tag(expected) {
                    return Err(StoreError::Conflict);
                }
                let real = current.map_or(Expected::Absent, |entry| Expected::Tag(entry.tag));
                self.store.write(key, real, text.clone(), meta).await?;
                Ok(Tag::new(text))
            }
            Lie::RefusesWhatItApplied => {
                let done = self.store.write(key, expected, text, meta).await;
                if self.now_and_then() { Err(StoreError::Conflict) } else { done }
            }
            Lie::ForgetsWhatItAcknowledged => Ok(Tag::new(self.calls.fetch_add(1, Ordering::SeqCst).to_string())),
            Lie::AppliesHalfWhenDropped => {
                let mut half = HalfWhenDropped(Some((&self.store, key.clone(), expected.clone(), text.clone())));
                tokio::task::yield_now().await;
                half.0 = None;
                self.store.write(key, expected, text, meta).await
            }
            Lie::LosesMeta => self.store.write(key, expected, text, &Meta::default()).await,
            _ => self.store.write(key, expected, text, meta).await,
        }
    }

    async fn versions(&self, key: &Key) -> Result<Vec<Version>, StoreError> {
        self.store.versions(&self.key(key)).await
    }

    async fn read_version(&self, key: &Key, version: &VersionId) -> Result<Option<Entry>, StoreError> {
        if self.lie == Lie::ReadsOldVersions {
            return self.store.read(key).await;
        }
        self.store.read_version(&self.key(key), version).await
    }

    async fn list(&self, location: &str, after: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        let page = self.store.list(location, after, limit).await?;
        if self.lie == Lie::ListsTheFirstPageOnly { Ok(Page { next: None, ..page }) } else { Ok(page) }
    }

    async fn remove(&self, key: &Key) -> Result<(), StoreError> {
        if let Some(entry) = self.store.read(key).await? {
            self.removed.lock().unwrap().insert(key.clone(), entry);
        }
        self.store.remove(&self.key(key)).await
    }
}

fn as_tag(expected: Expected) -> Option<Tag> {
    match expected {
        Expected::Absent => None,
        Expected::Tag(tag) => Some(tag),
    }
}

impl<S: MemoryStore> MemoryStore for Broken<S> {
    fn capabilities(&self) -> MemoryCapabilities {
        let mut capabilities = self.store.capabilities();
        if self.lie == Lie::KnowsNoLimits {
            capabilities.max_text_bytes /= 2;
            capabilities.max_ttl /= 2;
        }
        capabilities
    }

    async fn read(&self, key: &MemoryKey) -> Result<Option<MemoryEntry>, StoreError> {
        self.store.read(&self.memory_key(key)).await
    }

    async fn write(
        &self,
        key: &MemoryKey,
        expected: Expected,
        text: Arc<str>,
        ttl: Duration,
    ) -> Result<Tag, StoreError> {
        let key = &self.memory_key(key);
        let current = self.store.read(key).await?.map(|entry| entry.tag);
        self.store.write(key, bend(self.lie, expected, current), text, self.life(ttl)).await
    }

    async fn put(&self, key: &MemoryKey, text: Arc<str>, ttl: Duration) -> Result<Tag, StoreError> {
        let key = &self.memory_key(key);
        match self.store.read(key).await? {
            Some(entry) if self.lie == Lie::PutsOnlyOnce => Ok(entry.tag),
            _ => self.store.put(key, text, self.life(ttl)).await,
        }
    }

    async fn delete(&self, key: &MemoryKey, expected: &Tag) -> Result<(), StoreError> {
        let key = &self.memory_key(key);
        match self.store.read(key).await? {
            Some(entry) if self.lie == Lie::TakesStaleTags => self.store.delete(key, &entry.tag).await,
            _ => self.store.delete(key, expected).await,
        }
    }
}

impl<S> Broken<S> {
    fn life(&self, ttl: Duration) -> Duration {
        match self.lie {
            Lie::ForgetsTtl => Duration::from_secs(24 * 60 * 60),
            Lie::LapsesEarly => ttl / 3,
            _ => ttl,
        }
    }
}
