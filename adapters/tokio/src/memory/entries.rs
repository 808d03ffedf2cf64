//! A memory store in memory.

use super::quota::Budget;
use crate::backend::{Expected, MemoryCapabilities, MemoryEntry, MemoryKey, MemoryStore, Refused, StoreError, Tag};
use crate::sync::{Mutex, lock};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// A store of entries that lapse, in memory. Clones are the same store.
#[derive(Clone, Debug)]
pub struct Entries {
    settings: EntriesSettings,
    state: Arc<Mutex<State>>,
}

/// What a memory store in memory takes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand")]
pub struct EntriesSettings {
    /// The largest text in bytes.
    pub max_text_bytes: usize,
    /// The shortest life of an entry.
    pub min_ttl: Duration,
    /// The longest life of an entry.
    pub max_ttl: Duration,
    /// The most bytes of all texts together; `None` is without a limit. When it is reached, whatever makes an entry larger
    /// fails.
    pub max_bytes: Option<usize>,
    /// Requests per minute; `None` does not count them.
    pub quota: Option<u32>,
}

impl EntriesSettings {
    /// The platform's limits, without its quotas, which depend on the number of players.
    pub const PLATFORM: Self = Self {
        max_text_bytes: keyholder_core::stored::JOURNAL_MAX_BYTES,
        min_ttl: Duration::from_millis(1),
        max_ttl: Duration::from_secs(45 * 24 * 60 * 60),
        max_bytes: None,
        quota: None,
    };
}

#[derive(Debug)]
struct State {
    entries: BTreeMap<MemoryKey, Stored>,
    /// The same entries by the moment in which they lapse.
    lapsing: BTreeSet<(Instant, MemoryKey)>,
    bytes: usize,
    revision: u64,
    requests: Budget,
}

#[derive(Debug)]
struct Stored {
    revision: u64,
    text: Arc<str>,
    lapses: Instant,
}

impl Stored {
    fn tag(&self) -> Tag {
        Tag::new(self.revision.to_string())
    }
}

impl State {
    /// Every request begins here: counted, and with nothing that has lapsed.
    fn begin(&mut self) -> Result<(), StoreError> {
        self.requests.take()?;
        let now = Instant::now();
        while let Some((lapses, key)) = self.lapsing.first()
            && *lapses <= now
        {
            let key = key.clone();
            self.remove(&key);
        }
        Ok(())
    }

    fn remove(&mut self, key: &MemoryKey) {
        if let Some(old) = self.entries.remove(key) {
            self.lapsing.remove(&(old.lapses, key.clone()));
            self.bytes -= old.text.len();
        }
    }

    fn put(&mut self, key: &MemoryKey, text: Arc<str>, ttl: Duration, most: Option<usize>) -> Result<Tag, StoreError> {
        let old = self.entries.get(key).map_or(0, |old| old.text.len());
        if text.len() > old && most.is_some_and(|most| self.bytes - old + text.len() > most) {
            return Err(Refused::Full.into());
        }
        self.remove(key);
        self.revision += 1;
        self.bytes += text.len();
        let it = Stored { revision: self.revision, text, lapses: Instant::now() + ttl };
        let tag = it.tag();
        self.lapsing.insert((it.lapses, key.clone()));
        self.entries.insert(key.clone(), it);
        Ok(tag)
    }
}

impl Entries {
    /// An empty store.
    pub fn new(settings: EntriesSettings) -> Self {
        let state = State {
            entries: BTreeMap::new(),
            lapsing: BTreeSet::new(),
            bytes: 0,
            revision: 0,
            requests: Budget::new(settings.quota),
        };
        Self { settings, state: Arc::new(Mutex::new(state)) }
    }
}

impl MemoryStore for Entries {
    fn capabilities(&self) -> MemoryCapabilities {
        let EntriesSettings { max_text_bytes, min_ttl, max_ttl, .. } = self.settings;
        MemoryCapabilities { conditional: true, max_text_bytes, min_ttl, max_ttl }
    }

    async fn read(&self, key: &MemoryKey) -> Result<Option<MemoryEntry>, StoreError> {
        let mut state = lock(&self.state);
        state.begin()?;
        Ok(state.entries.get(key).map(|it| MemoryEntry { tag: it.tag(), text: it.text.clone() }))
    }

    async fn write(
        &self,
        key: &MemoryKey,
        expected: Expected,
        text: Arc<str>,
        ttl: Duration,
    ) -> Result<Tag, StoreError> {
        self.capabilities().check(&text, ttl)?;
        let mut state = lock(&self.state);
        state.begin()?;
        let current = state.entries.get(key).map(Stored::tag);
        let is_expected = match expected {
            Expected::Absent => current.is_none(),
            Expected::Tag(tag) => current == Some(tag),
        };
        if is_expected { state.put(key, text, ttl, self.settings.max_bytes) } else { Err(StoreError::Conflict) }
    }

    async fn put(&self, key: &MemoryKey, text: Arc<str>, ttl: Duration) -> Result<Tag, StoreError> {
        self.capabilities().check(&text, ttl)?;
        let mut state = lock(&self.state);
        state.begin()?;
        state.put(key, text, ttl, self.settings.max_bytes)
    }

    async fn delete(&self, key: &MemoryKey, expected: &Tag) -> Result<(), StoreError> {
        let mut state = lock(&self.state);
        state.begin()?;
        if state.entries.get(key).map(Stored::tag).as_ref() != Some(expected) {
            return Err(StoreError::Conflict);
        }
        state.remove(key);
        Ok(())
    }
}
