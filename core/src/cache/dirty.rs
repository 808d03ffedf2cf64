//! The dirty entries, in the order in which they became dirty.
#![expect(clippy::arithmetic_side_effects, reason = "counts what is linked")]

use super::entry::{self, Entry, NOWHERE, Slot};
use crate::ids::Seq;
use core::iter;

/// A list that runs through the entries.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct DirtyList {
    first: Slot,
    last: Slot,
    len: usize,
}

impl Default for DirtyList {
    fn default() -> Self {
        Self { first: NOWHERE, last: NOWHERE, len: 0 }
    }
}

impl DirtyList {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The entry that became dirty last.
    pub(super) fn last(&self) -> Slot {
        self.last
    }

    /// A clean entry becomes dirty.
    pub(super) fn append<K, V>(&mut self, slot: Slot, seq: Seq, entries: &mut [Entry<K, V>]) {
        if let Some(entry) = entries.get_mut(entry::index(slot)) {
            (entry.seq, entry.before, entry.after) = (seq, self.last, NOWHERE);
            self.set_after(self.last, slot, entries);
            self.last = slot;
            self.len += 1;
        }
    }

    /// A dirty entry becomes clean; nothing happens to a clean one.
    pub(super) fn unlink<K, V>(&mut self, slot: Slot, entries: &mut [Entry<K, V>]) {
        if let Some(entry) = entries.get_mut(entry::index(slot)).filter(|entry| entry.is_dirty()) {
            let (before, after) = (entry.before, entry.after);
            entry.set_clean();
            self.set_after(before, after, entries);
            self.set_before(after, before, entries);
            self.len -= 1;
        }
    }

    /// The neighbours of an entry learn that it gets another slot.
    pub(super) fn renumber<K, V>(&mut self, from: Slot, to: Slot, entries: &mut [Entry<K, V>]) {
        if let Some(entry) = entries.get(entry::index(from)).filter(|entry| entry.is_dirty()) {
            let (before, after) = (entry.before, entry.after);
            self.set_after(before, to, entries);
            self.set_before(after, to, entries);
        }
    }

    /// The slots, the entry first that has been dirty for longest.
    pub(super) fn slots<K, V>(&self, entries: &[Entry<K, V>]) -> impl Iterator<Item = Slot> {
        let first = Some(self.first).filter(|slot| *slot != NOWHERE);
        iter::successors(first, |slot| {
            let after = entries.get(entry::index(*slot))?.after;
            (after != NOWHERE).then_some(after)
        })
    }

    fn set_after<K, V>(&mut self, slot: Slot, after: Slot, entries: &mut [Entry<K, V>]) {
        match entries.get_mut(entry::index(slot)) {
            Some(entry) => entry.after = after,
            None => self.first = after,
        }
    }

    fn set_before<K, V>(&mut self, slot: Slot, before: Slot, entries: &mut [Entry<K, V>]) {
        match entries.get_mut(entry::index(slot)) {
            Some(entry) => entry.before = before,
            None => self.last = before,
        }
    }
}
