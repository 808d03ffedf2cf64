//! The cache of reads without a session: least recently used, with an age limit, and with entries that are not saved yet.
//!
//! It is a part for hosts and stands alone: no session uses it, and it has no clock, no store and no thread. `now`
//! arrives with the input; what is written to a store, and when, is the host's.
//!
//! **Clean and dirty.** An entry is *clean* if it is what a store holds, as far as is known here, and *dirty* from the
//! moment at which it is put with a change that is not saved yet. There is no flag to be cleared: a dirty entry carries
//! the number of its newest unsaved change, and only the news that changes up to that number are saved makes it clean.
//! So neither a write that is merely queued nor the answer to an older write does (race R28). A dirty entry is never
//! evicted, never expires and is never replaced by a clean one (race R27); it goes by [`Cache::remove`] and
//! [`Cache::clear`] alone, and both say so.
//!
//! **A hard cap.** Where nothing may be evicted, an insert is refused, with an answer.
//!
//! **Snapshots.** [`Cache::get`] hands out a clone of the value: a value that is shared by an `Arc` is read as it was,
//! whatever happens to the entry, and copied by nobody.
//!
//! **What it takes.** The least recently used clean entry is found, and every entry found, put, marked, saved, removed
//! and evicted, in a number of steps that does not depend on how many entries there are or how many of them are dirty,
//! in whatever order they are saved. That is amortised: an input now and then passes over all entries to number their
//! places anew, at most one in twice as many touches as there are entries, and tables that grow are copied. Bookkeeping
//! takes at most 60 bytes an entry, beside key and value.
//!
//! ```
//! use keyholder_core::cache::{Cache, Refused, Saved};
//! use keyholder_core::config::Settings;
//! use keyholder_core::{ids::Seq, timer::Millis};
//! use std::sync::Arc;
//!
//! let mut cache: Cache<&str, Arc<str>> = Cache::new(&Settings::DEFAULT.cache);
//! cache.put_clean("ann", Arc::from("read"), Millis(0))?;
//! cache.put_dirty("bob", Arc::from("changed"), Seq(7), Millis(0))?;
//!
//! // A minute and a bit later what was read is too old, and what is not saved stays.
//! assert_eq!(cache.get("ann", Millis(60_001)), None);
//! assert_eq!(cache.get("bob", Millis(60_001)).as_deref(), Some("changed"));
//! assert_eq!(cache.put_clean("bob", Arc::from("older"), Millis(60_001)), Err(Refused::Dirty(Seq(7))));
//! assert_eq!(cache.saved("bob", Seq(6)), Saved::Dirty(Seq(7)));
//! assert_eq!(cache.saved("bob", Seq(7)), Saved::Clean);
//! assert_eq!(cache.stats().hit_rate(), Some(0.5));
//! # Ok::<(), Refused>(())
//! ```

mod answer;
mod bits;
mod dirty;
mod entry;
mod index;
mod recency;
#[cfg(test)]
mod tests;
mod value;

pub use answer::{Held, Put, Refused, Saved, Stats};
pub use foldhash::fast::FixedState;

use crate::config;
use crate::ids::Seq;
use crate::timer::Millis;
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::hash::{BuildHasher, Hash};
use dirty::DirtyList;
use entry::{Entry, Slot};
use index::Index;
use recency::Recency;

/// At most `max_entries` values by key, for at most `ttl_ms`. Sources: KIT-8, decision K29.
///
/// The hasher is the same in every run unless the host gives one of its own, as it should where strangers choose keys.
#[derive(Clone)]
pub struct Cache<K, V, S = FixedState> {
    /// The age up to which a clean entry is read; the greatest number is for ever.
    ttl: Millis,
    max_entries: usize,
    /// Without gaps: an entry that goes leaves its slot to the last one.
    entries: Vec<Entry<K, V>>,
    index: Index,
    recency: Recency,
    dirty: DirtyList,
    hits: u64,
    misses: u64,
    hasher: S,
}

impl<K: Hash + Eq, V, S: BuildHasher + Default> Cache<K, V, S> {
    /// An empty cache. More than [`MAX_COUNT`](config::MAX_COUNT) entries, which a `Config` refuses, are that many.
    pub fn new(settings: &config::Cache) -> Self {
        Self::with_hasher(settings, S::default())
    }
}

impl<K: Hash + Eq, V, S: BuildHasher> Cache<K, V, S> {
    /// An empty cache with the host's own hasher.
    pub fn with_hasher(settings: &config::Cache, hasher: S) -> Self {
        Self {
            ttl: Millis(settings.ttl_ms.unwrap_or(u64::MAX)),
            max_entries: entry::index(settings.max_entries.min(config::MAX_COUNT)),
            entries: Vec::new(),
            index: Index::default(),
            recency: Recency::default(),
            dirty: DirtyList::default(),
            hits: 0,
            misses: 0,
            hasher,
        }
    }

    /// Reads an entry, which is thereby the most recently used. A clean entry that is older than the age limit is
    /// evicted, and counts as a miss; a dirty one has no age limit. A clock that went back makes nothing older.
    pub fn get<Q>(&mut self, key: &Q, now: Millis) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
        V: Clone,
    {
        self.recency.make_room(&mut self.entries);
        let found = self.find(key);
        let Some((slot, entry)) = found.and_then(|slot| Some((slot, self.entries.get_mut(entry::index(slot))?))) else {
            self.misses = self.misses.saturating_add(1);
            return None;
        };
        if entry.age(now) > self.ttl && !entry.is_dirty() {
            self.take(slot);
            self.misses = self.misses.saturating_add(1);
            return None;
        }
        // Before the entry moves: an `Arc` is cloned by an operation that waits for all writes before it.
        let value = entry.value.clone();
        self.hits = self.hits.saturating_add(1);
        self.recency.touch(slot, entry);
        Some(value)
    }

    /// Looks at an entry as it stands: however old it is, and without any effect on order and counters.
    pub fn peek<Q>(&self, key: &Q) -> Option<Held<&V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let slot = self.find(key)?;
        self.entries.get(entry::index(slot)).map(Entry::held)
    }

    /// Puts what a store holds: a new entry, or a newer value of a clean one, as the most recently used.
    ///
    /// # Errors
    /// [`Refused::Dirty`] if the entry has a change that is not saved yet, [`Refused::Full`] if it is a new one, there is
    /// no place and every entry is dirty. Nothing has happened then.
    pub fn put_clean(&mut self, key: K, value: V, now: Millis) -> Result<Put<K>, Refused> {
        let hash = self.hasher.hash_one(&key);
        let Some(slot) = self.find_hashed(hash, &key) else {
            return self.insert(hash, Entry::new(key, value, now)).map(|(_, put)| put);
        };
        if let Some(seq) = self.entries.get(entry::index(slot)).and_then(Entry::dirty) {
            return Err(Refused::Dirty(seq));
        }
        self.replace(slot, value, now);
        Ok(Put::Replaced)
    }

    /// Puts a value with a change that is not saved yet, as the most recently used entry. `seq` numbers the newest such
    /// change among those of its key; the numbers of a key come from one source, and of another only after
    /// [`remove`](Self::remove).
    ///
    /// # Errors
    /// [`Refused::Older`] if the entry has a newer unsaved change, [`Refused::Full`] if it is a new one, there is no place
    /// and every entry is dirty. Nothing has happened then, and the host has to save before it goes on.
    pub fn put_dirty(&mut self, key: K, value: V, seq: Seq, now: Millis) -> Result<Put<K>, Refused> {
        let hash = self.hasher.hash_one(&key);
        let Some(slot) = self.find_hashed(hash, &key) else {
            let (slot, put) = self.insert(hash, Entry::new(key, value, now))?;
            self.mark(slot, seq);
            return Ok(put);
        };
        let newest = self.entries.get(entry::index(slot)).and_then(Entry::dirty);
        if let Some(newer) = newest.filter(|newest| *newest > seq) {
            return Err(Refused::Older(newer));
        }
        self.replace(slot, value, now);
        self.mark(slot, seq);
        Ok(Put::Replaced)
    }

    /// The changes of a key up to `upto` are saved, as an answer of the store said. The entry becomes clean if that is
    /// all of them; its place in the order of use and its age stay what they were.
    pub fn saved<Q>(&mut self, key: &Q, upto: Seq) -> Saved
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let Some(slot) = self.find(key) else {
            return Saved::Absent;
        };
        let Some(entry) = self.entries.get(entry::index(slot)) else {
            return Saved::Absent;
        };
        match entry.dirty() {
            Some(seq) if seq > upto => return Saved::Dirty(seq),
            Some(_) => self.recency.mark_clean(entry.place),
            None => return Saved::Clean,
        }
        self.dirty.unlink(slot, &mut self.entries);
        Saved::Clean
    }

    /// Takes an entry out, dirty or not; the answer tells which.
    pub fn remove<Q>(&mut self, key: &Q) -> Option<Held<V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let slot = self.find(key)?;
        let dirty = self.entries.get(entry::index(slot)).and_then(Entry::dirty);
        let entry = self.take(slot)?;
        Some(Held { value: entry.value, put_at: entry.put_at, dirty })
    }

    /// Takes everything out and begins to count anew. The answer is how many of the entries were dirty.
    pub fn clear(&mut self) -> usize {
        let dirty = self.dirty.len();
        self.entries.clear();
        self.index.clear();
        self.recency = Recency::default();
        self.dirty = DirtyList::default();
        self.reset_stats();
        dirty
    }

    /// How many entries there are, and how the reads went.
    pub fn stats(&self) -> Stats {
        Stats { entries: self.entries.len(), dirty: self.dirty.len(), hits: self.hits, misses: self.misses }
    }

    /// Begins to count reads anew.
    pub fn reset_stats(&mut self) {
        (self.hits, self.misses) = (0, 0);
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True if there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The most entries that there can be.
    pub fn max_entries(&self) -> usize {
        self.max_entries
    }

    /// The dirty entries with the number of the newest unsaved change, in the order in which they became dirty: who saves
    /// in this order lets no change wait longer than it must.
    pub fn dirty(&self) -> impl Iterator<Item = (&K, &V, Seq)> {
        let entries = self.dirty.slots(&self.entries).filter_map(|slot| self.entries.get(entry::index(slot)));
        entries.filter_map(|entry| Some((&entry.key, &entry.value, entry.dirty()?)))
    }

    /// All entries, the least recently used first.
    pub fn iter(&self) -> impl Iterator<Item = (&K, Held<&V>)> {
        let entries = self.recency.slots().filter_map(|slot| self.entries.get(entry::index(slot)));
        entries.map(|entry| (&entry.key, entry.held()))
    }

    fn find<Q>(&self, key: &Q) -> Option<Slot>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.find_hashed(self.hasher.hash_one(key), key)
    }

    fn find_hashed<Q>(&self, hash: u64, key: &Q) -> Option<Slot>
    where
        K: Borrow<Q>,
        Q: Eq + ?Sized,
    {
        self.index
            .find(hash, |slot| self.entries.get(entry::index(slot)).is_some_and(|entry| entry.key.borrow() == key))
    }

    /// Puts a clean entry that is not there yet: at the end, or where the least recently used clean entry was.
    fn insert(&mut self, hash: u64, mut entry: Entry<K, V>) -> Result<(Slot, Put<K>), Refused> {
        if self.entries.len() < self.max_entries {
            self.recency.make_room(&mut self.entries);
            let slot = entry::slot(self.entries.len());
            self.enter(hash, slot);
            entry::grow(&mut self.entries, self.max_entries);
            self.recency.append(slot, &mut entry);
            self.entries.push(entry);
            return Ok((slot, Put::Added));
        }
        let slot = self.recency.oldest_clean().ok_or(Refused::Full)?;
        self.recency.make_room(&mut self.entries);
        let evicted = self.entries.get_mut(entry::index(slot)).ok_or(Refused::Full)?;
        self.index.remove(self.hasher.hash_one(&evicted.key), slot);
        entry.place = evicted.place;
        self.recency.touch(slot, &mut entry);
        let evicted = core::mem::replace(evicted, entry);
        self.enter(hash, slot);
        Ok((slot, Put::Evicted(evicted.key)))
    }

    /// An entry gets another value, and becomes the most recently used.
    fn replace(&mut self, slot: Slot, value: V, now: Millis) {
        self.recency.make_room(&mut self.entries);
        if let Some(entry) = self.entries.get_mut(entry::index(slot)) {
            (entry.value, entry.put_at) = (value, now);
            self.recency.touch(slot, entry);
        }
    }

    /// Lets a slot be found by the hash of its key.
    fn enter(&mut self, hash: u64, slot: Slot) {
        let (entries, hasher) = (&self.entries, &self.hasher);
        let hash_of = |slot| entries.get(entry::index(slot)).map_or(0, |it| hasher.hash_one(&it.key));
        self.index.insert(hash, slot, hash_of);
    }

    /// The newest unsaved change of an entry is `seq`.
    fn mark(&mut self, slot: Slot, seq: Seq) {
        let Some(entry) = self.entries.get_mut(entry::index(slot)) else {
            return;
        };
        if entry.is_dirty() {
            entry.seq = seq;
            return;
        }
        self.recency.mark_dirty(entry.place);
        self.dirty.append(slot, seq, &mut self.entries);
    }

    /// Takes out the entry of a slot, and lets the last entry have the slot.
    fn take(&mut self, slot: Slot) -> Option<Entry<K, V>> {
        let entry = self.entries.get(entry::index(slot))?;
        self.index.remove(self.hasher.hash_one(&entry.key), slot);
        self.recency.forget(entry.place);
        self.dirty.unlink(slot, &mut self.entries);
        let last = entry::slot(self.entries.len().saturating_sub(1));
        if last != slot {
            self.dirty.renumber(last, slot, &mut self.entries);
            if let Some(moved) = self.entries.get(entry::index(last)) {
                self.index.renumber(self.hasher.hash_one(&moved.key), last, slot);
                self.recency.renumber(moved.place, slot);
            }
        }
        Some(self.entries.swap_remove(entry::index(slot)))
    }
}
