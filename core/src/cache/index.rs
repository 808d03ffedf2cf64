//! From a key to its slot.
#![expect(clippy::disallowed_types, reason = "a table of slots that is never iterated has no order that could show")]

use super::entry::Slot;
use hashbrown::HashTable;

/// The slots by the hashes of their keys.
#[derive(Clone, Default)]
pub(super) struct Index(HashTable<Slot>);

impl Index {
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(Slot) -> bool) -> Option<Slot> {
        self.0.find(hash, |slot| is_it(*slot)).copied()
    }

    /// Adds a slot whose key is not there. `hash_of` is asked for the others when the table grows.
    pub(super) fn insert(&mut self, hash: u64, slot: Slot, hash_of: impl Fn(Slot) -> u64) {
        self.0.insert_unique(hash, slot, |slot| hash_of(*slot));
    }

    pub(super) fn remove(&mut self, hash: u64, slot: Slot) {
        if let Ok(found) = self.0.find_entry(hash, |it| *it == slot) {
            found.remove();
        }
    }

    pub(super) fn renumber(&mut self, hash: u64, from: Slot, to: Slot) {
        if let Some(slot) = self.0.find_mut(hash, |it| *it == from) {
            *slot = to;
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The bytes that the table takes.
    pub(super) fn bytes(&self) -> usize {
        self.0.allocation_size()
    }
}
