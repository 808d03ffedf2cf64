//! An entry and its bookkeeping.

use super::answer::Held;
use crate::ids::Seq;
use crate::timer::Millis;
use alloc::vec::Vec;

/// Where an entry stands among the entries.
pub(super) type Slot = u32;

/// No slot. There are fewer than `MAX_COUNT`.
pub(super) const NOWHERE: Slot = u32::MAX;

/// In place of the dirty entry before: this one is clean. With an `Option` each entry were eight bytes longer.
const CLEAN: Slot = u32::MAX - 1;

/// An entry.
#[derive(Clone, Eq, Hash, PartialEq)]
pub(super) struct Entry<K, V> {
    pub(super) key: K,
    pub(super) value: V,
    pub(super) put_at: Millis,
    /// Its place in the order of use.
    pub(super) place: u32,
    /// Its newest unsaved change, if it is dirty.
    pub(super) seq: Seq,
    /// The dirty entry before this one, [`NOWHERE`] or [`CLEAN`].
    pub(super) before: Slot,
    /// The dirty entry after this one, or [`NOWHERE`].
    pub(super) after: Slot,
}

impl<K, V> Entry<K, V> {
    /// A clean entry that has no place yet.
    pub(super) fn new(key: K, value: V, now: Millis) -> Self {
        Self { key, value, put_at: now, place: 0, seq: Seq(0), before: CLEAN, after: NOWHERE }
    }

    pub(super) fn is_dirty(&self) -> bool {
        self.before != CLEAN
    }

    /// Its newest unsaved change.
    pub(super) fn dirty(&self) -> Option<Seq> {
        self.is_dirty().then_some(self.seq)
    }

    /// It has no unsaved change.
    pub(super) fn set_clean(&mut self) {
        (self.seq, self.before, self.after) = (Seq(0), CLEAN, NOWHERE);
    }

    pub(super) fn age(&self, now: Millis) -> Millis {
        Millis(now.0.saturating_sub(self.put_at.0))
    }

    pub(super) fn held(&self) -> Held<&V> {
        Held { value: &self.value, put_at: self.put_at, dirty: self.dirty() }
    }
}

/// A slot or a place as an index: both are at most a few million.
pub(super) const fn index(slot: u32) -> usize {
    slot as usize
}

/// An index as a slot or a place.
pub(super) fn slot(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(NOWHERE)
}

/// Makes room for one more, twice the room each time, and never for more than `most`.
pub(super) fn grow<T>(list: &mut Vec<T>, most: usize) {
    if list.len() == list.capacity() {
        let room = list.len().max(4).min(most.saturating_sub(list.len()));
        list.reserve_exact(room);
    }
}
