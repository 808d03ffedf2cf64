//! A cache as a value: compared, hashed, shown, measured and checked as a whole, its layout included.

use super::Cache;
use super::dirty::DirtyList;
use super::entry::{self, Entry, NOWHERE};
use super::recency::Recency;
use crate::check::{Violation, holds};
use crate::timer::Millis;
use core::fmt;
use core::hash::{BuildHasher, Hash, Hasher};

/// The invariants that rest on the race of evicted dirty entries, and on the order of use (KIT-8).
const NOTHING_LOST: &str = "R27";
const ORDER: &str = "KIT-8";

impl<K: Hash + Eq, V, S: BuildHasher> Cache<K, V, S> {
    /// The bytes that the cache takes, beside what keys and values have elsewhere.
    pub fn bytes(&self) -> usize {
        let entries = self.entries.capacity().saturating_mul(size_of::<Entry<K, V>>());
        let tables = self.index.bytes().saturating_add(self.recency.bytes());
        size_of::<Self>().saturating_add(entries).saturating_add(tables)
    }

    /// Checks the cache's layout, in as many steps as it has entries and places.
    ///
    /// # Errors
    /// The first [`Violation`] found.
    pub fn check(&self) -> Result<(), Violation> {
        let count = self.entries.len();
        holds(count <= self.max_entries, NOTHING_LOST, "the cap is not exceeded")?;
        holds(self.index.len() == count, ORDER, "the index has one slot for each entry")?;
        holds(self.recency.slots().count() == count, ORDER, "each entry has one place")?;
        for (at, it) in self.entries.iter().enumerate() {
            let found = self.find(&it.key) == Some(entry::slot(at));
            holds(found, ORDER, "an entry is found by its key")?;
            let placed = self.recency.at(entry::index(it.place)) == Some(entry::slot(at));
            holds(placed, ORDER, "an entry stands at its place")?;
        }
        for (place, slot) in self.recency.places() {
            let clean = slot.and_then(|slot| self.entries.get(entry::index(slot))).is_some_and(|it| !it.is_dirty());
            holds(self.recency.is_clean(place) == clean, NOTHING_LOST, "just clean entries may be evicted")?;
        }
        let (mut before, mut linked) = (NOWHERE, 0_usize);
        for slot in self.dirty.slots(&self.entries).take(count.saturating_add(1)) {
            let joined = self.entries.get(entry::index(slot)).is_some_and(|it| it.before == before);
            holds(joined, NOTHING_LOST, "the list of dirty entries reads the same from both ends")?;
            (before, linked) = (slot, linked.saturating_add(1));
        }
        let dirty = self.entries.iter().filter(|it| it.is_dirty()).count();
        let listed = linked == dirty && self.dirty.len() == dirty && self.dirty.last() == before;
        holds(listed, NOTHING_LOST, "every dirty entry is listed")
    }
}

/// What two equal caches have in common: all but the hasher, and the index, which follows from the entries.
type Parts<'a, K, V> = (&'a [Entry<K, V>], &'a Recency, &'a DirtyList, [u64; 2], Millis, usize);

impl<K, V, S> Cache<K, V, S> {
    fn parts(&self) -> Parts<'_, K, V> {
        let Self { ttl, max_entries, entries, index: _, recency, dirty, hits, misses, hasher: _ } = self;
        (entries, recency, dirty, [*hits, *misses], *ttl, *max_entries)
    }
}

impl<K: Eq, V: Eq, S> PartialEq for Cache<K, V, S> {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl<K: Eq, V: Eq, S> Eq for Cache<K, V, S> {}

impl<K: Hash, V: Hash, S> Hash for Cache<K, V, S> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

/// The entries, the least recently used first.
impl<K: fmt::Debug, V: fmt::Debug, S> fmt::Debug for Cache<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.recency.slots().filter_map(|slot| self.entries.get(entry::index(slot)));
        f.debug_map().entries(entries.map(|entry| (&entry.key, entry.held()))).finish()
    }
}
