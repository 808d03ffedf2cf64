//! A durable store in memory.

use super::quota::{Budget, DurableQuota};
use crate::backend::{
    DurableCapabilities, DurableStore, Entry, Expected, Kept, Key, Meta, Page, Refused, StoreError, Tag, Version,
    VersionId,
};
use crate::clock::Clock;
use crate::history::{expired, keeps};
use crate::sync::{Mutex, lock};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// A durable store in memory: conditional writes, versions and limits as the platform has them. Clones are the same store.
#[derive(Clone, Debug)]
pub struct Durable {
    settings: DurableSettings,
    clock: Clock,
    state: Arc<Mutex<State>>,
}

/// What a durable store in memory takes and keeps.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand")]
pub struct DurableSettings {
    /// Which versions are kept.
    pub versions: Kept,
    /// The largest text in bytes.
    pub max_text_bytes: usize,
    /// The most users beside a text.
    pub max_users: usize,
    /// The most characters of all attributes together.
    pub max_attribute_chars: usize,
    /// Requests per minute; `None` does not count them.
    pub quota: Option<DurableQuota>,
}

impl DurableSettings {
    /// The platform's limits, without its quota, which depends on the number of players.
    pub const PLATFORM: Self = Self {
        versions: Kept::Hourly,
        max_text_bytes: keyholder_core::stored::RECORD_MAX_BYTES,
        max_users: 4,
        max_attribute_chars: 300,
        quota: None,
    };
}

#[derive(Debug)]
struct State {
    items: BTreeMap<Key, Item>,
    /// Grows with every write of any key: no tag is given twice.
    revision: u64,
    reads: Budget,
    writes: Budget,
    lists: Budget,
    removals: Budget,
}

#[derive(Debug)]
struct Item {
    current: Stored,
    /// Ascending.
    old: Vec<Replaced>,
}

#[derive(Debug)]
struct Stored {
    revision: u64,
    written_ms: u64,
    /// `None` is a removal.
    value: Option<(Arc<str>, Meta)>,
}

#[derive(Debug)]
struct Replaced {
    it: Stored,
    at_ms: u64,
}

impl Stored {
    fn entry(&self) -> Option<Entry> {
        let (text, meta) = self.value.clone()?;
        Some(Entry { tag: Tag::new(self.revision.to_string()), text, meta })
    }

    fn version(&self) -> Version {
        let id = VersionId::new(self.revision.to_string());
        Version { id, written_ms: self.written_ms, removed: self.value.is_none() }
    }
}

impl Durable {
    /// An empty store. Its clock shows the system's time.
    pub fn new(settings: DurableSettings) -> Self {
        Self::with_clock(settings, Clock::system())
    }

    /// An empty store with this clock.
    pub fn with_clock(settings: DurableSettings, clock: Clock) -> Self {
        let budget = |limit: fn(DurableQuota) -> u32| Budget::new(settings.quota.map(limit));
        let state = State {
            items: BTreeMap::new(),
            revision: 0,
            reads: budget(|quota| quota.reads),
            writes: budget(|quota| quota.writes),
            lists: budget(|quota| quota.lists),
            removals: budget(|quota| quota.removals),
        };
        Self { settings, clock, state: Arc::new(Mutex::new(state)) }
    }

    /// Puts a value, or a removal, in the place of the current one.
    fn replace(&self, state: &mut State, key: &Key, value: Option<(Arc<str>, Meta)>) -> Tag {
        let now = self.clock.now_ms();
        state.revision += 1;
        let new = Stored { revision: state.revision, written_ms: now, value };
        let tag = Tag::new(new.revision.to_string());
        match state.items.get_mut(key) {
            None => drop(state.items.insert(key.clone(), Item { current: new, old: Vec::new() })),
            Some(item) => {
                let removal = new.value.is_none();
                let it = std::mem::replace(&mut item.current, new);
                if keeps(self.settings.versions, it.written_ms, now, removal) {
                    item.old.push(Replaced { it, at_ms: now });
                }
                item.old.retain(|old| !expired(old.at_ms, now));
            }
        }
        tag
    }

    fn has_versions(&self) -> Result<(), StoreError> {
        match self.settings.versions {
            Kept::Nothing => Err(Refused::Unsupported("versions").into()),
            Kept::Hourly | Kept::Every => Ok(()),
        }
    }
}

impl DurableStore for Durable {
    fn capabilities(&self) -> DurableCapabilities {
        DurableCapabilities {
            conditional: true,
            versions: self.settings.versions,
            list: true,
            max_text_bytes: self.settings.max_text_bytes,
            max_users: self.settings.max_users,
            max_attribute_chars: self.settings.max_attribute_chars,
        }
    }

    async fn read(&self, key: &Key) -> Result<Option<Entry>, StoreError> {
        let mut state = lock(&self.state);
        state.reads.take()?;
        Ok(state.items.get(key).and_then(|item| item.current.entry()))
    }

    async fn write(&self, key: &Key, expected: Expected, text: Arc<str>, meta: &Meta) -> Result<Tag, StoreError> {
        self.capabilities().check(&text, meta)?;
        let mut state = lock(&self.state);
        state.writes.take()?;
        let current = state.items.get(key).and_then(|item| item.current.entry()).map(|entry| entry.tag);
        let is_expected = match expected {
            Expected::Absent => current.is_none(),
            Expected::Tag(tag) => current == Some(tag),
        };
        if !is_expected {
            return Err(StoreError::Conflict);
        }
        Ok(self.replace(&mut state, key, Some((text, meta.clone()))))
    }

    async fn versions(&self, key: &Key) -> Result<Vec<Version>, StoreError> {
        self.has_versions()?;
        let mut state = lock(&self.state);
        state.lists.take()?;
        let Some(item) = state.items.get(key) else { return Ok(Vec::new()) };
        let now = self.clock.now_ms();
        let old = item.old.iter().rev().filter(|old| !expired(old.at_ms, now)).map(|old| &old.it);
        Ok(std::iter::once(&item.current).chain(old).map(Stored::version).collect())
    }

    async fn read_version(&self, key: &Key, version: &VersionId) -> Result<Option<Entry>, StoreError> {
        self.has_versions()?;
        let mut state = lock(&self.state);
        state.reads.take()?;
        let Some(item) = state.items.get(key) else { return Ok(None) };
        let now = self.clock.now_ms();
        let old = item.old.iter().filter(|old| !expired(old.at_ms, now)).map(|old| &old.it);
        let found = std::iter::once(&item.current).chain(old).find(|it| it.version().id == *version);
        Ok(found.and_then(Stored::entry))
    }

    async fn list(&self, location: &str, after: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        let mut state = lock(&self.state);
        state.lists.take()?;
        let range = state.items.range((Bound::Excluded(Key::place(location, after)), Bound::Unbounded));
        let range = range.take_while(|(key, _)| key.location() == location);
        let live = range.filter(|(_, item)| item.current.value.is_some());
        let mut players: Vec<_> = live.take(limit.saturating_add(1)).map(|(key, _)| key.player().to_owned()).collect();
        let more = players.len() > limit;
        players.truncate(limit);
        let next = players.last().filter(|_| more).cloned();
        Ok(Page { players, next })
    }

    async fn remove(&self, key: &Key) -> Result<(), StoreError> {
        let mut state = lock(&self.state);
        state.removals.take()?;
        if state.items.get(key).is_some_and(|item| item.current.value.is_some()) {
            self.replace(&mut state, key, None);
        }
        Ok(())
    }
}
