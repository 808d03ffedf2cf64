//! The order of use.
//!
//! Every use of an entry gives it the next place, and leaves its old one empty; so places only grow, and who stands
//! before whom is a comparison of two numbers. That is what lists lack: an entry that becomes clean long after its last
//! use has a bit set at its place, and stands at once where it belongs among the clean ones, however many dirty ones
//! are around it. When the places are used up, all entries move to the front, in their order.
#![expect(clippy::arithmetic_side_effects, reason = "places are at most a few times the largest number of entries")]

use super::bits::Bits;
use super::entry::{self, Entry, NOWHERE, Slot};
use alloc::vec::Vec;

/// Places for each entry: the more, the less often the entries move.
const PLACES: usize = 3;

/// Places beside these, so that there are some for the first entries.
const SPARE: usize = 2;

/// Which slot has which place, least recently used first.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct Recency {
    /// By place, the slot, or [`NOWHERE`] once it was used again.
    places: Vec<Slot>,
    /// The places of clean entries.
    clean: Bits,
    /// How many places there may be until the entries move.
    limit: usize,
}

impl Recency {
    /// Sees to it that there is a next place.
    #[inline]
    pub(super) fn make_room<K, V>(&mut self, entries: &mut [Entry<K, V>]) {
        if self.places.len() >= self.limit {
            self.close_gaps(entries);
        }
    }

    /// An entry that has no place gets the next one.
    #[inline]
    pub(super) fn append<K, V>(&mut self, slot: Slot, entry: &mut Entry<K, V>) {
        entry.place = entry::slot(self.places.len());
        if !entry.is_dirty() {
            self.clean.insert(self.places.len());
        }
        self.places.push(slot);
    }

    /// An entry was used: it moves to the next place, unless it has the last one.
    #[inline]
    pub(super) fn touch<K, V>(&mut self, slot: Slot, entry: &mut Entry<K, V>) {
        if entry::index(entry.place) + 1 != self.places.len() {
            self.forget(entry.place);
            self.append(slot, entry);
        }
    }

    /// The entry of this place goes.
    #[inline]
    pub(super) fn forget(&mut self, place: u32) {
        if let Some(slot) = self.places.get_mut(entry::index(place)) {
            *slot = NOWHERE;
        }
        self.clean.remove(entry::index(place));
    }

    /// The entry of this place has another slot.
    pub(super) fn renumber(&mut self, place: u32, slot: Slot) {
        if let Some(known) = self.places.get_mut(entry::index(place)) {
            *known = slot;
        }
    }

    pub(super) fn mark_clean(&mut self, place: u32) {
        self.clean.insert(entry::index(place));
    }

    pub(super) fn mark_dirty(&mut self, place: u32) {
        self.clean.remove(entry::index(place));
    }

    /// The least recently used clean entry.
    pub(super) fn oldest_clean(&self) -> Option<Slot> {
        self.at(self.clean.first()?)
    }

    /// Who has this place.
    pub(super) fn at(&self, place: usize) -> Option<Slot> {
        self.places.get(place).copied().filter(|slot| *slot != NOWHERE)
    }

    /// The slots, the least recently used first.
    pub(super) fn slots(&self) -> impl Iterator<Item = Slot> {
        self.places.iter().copied().filter(|slot| *slot != NOWHERE)
    }

    /// Every place that there may be, and who has it.
    pub(super) fn places(&self) -> impl Iterator<Item = (usize, Option<Slot>)> {
        (0..self.limit).map(|place| (place, self.at(place)))
    }

    /// Whether the entry of this place may be evicted.
    pub(super) fn is_clean(&self, place: usize) -> bool {
        self.clean.contains(place)
    }

    /// The bytes that places and bits take.
    pub(super) fn bytes(&self) -> usize {
        self.places.capacity() * size_of::<Slot>() + self.clean.bytes()
    }

    /// Moves all entries to the front, in their order. At least [`SPARE`] places, and two for each entry, are free then.
    #[cold]
    fn close_gaps<K, V>(&mut self, entries: &mut [Entry<K, V>]) {
        self.limit = entries.len() * PLACES + SPARE;
        // Which places are empty follows no pattern, so asking each of them would be guessed wrong half of the time.
        let mut kept = 0;
        for at in 0..self.places.len() {
            let slot = self.places.get(at).copied().unwrap_or(NOWHERE);
            if let Some(to) = self.places.get_mut(kept) {
                *to = slot;
            }
            kept += usize::from(slot != NOWHERE);
        }
        self.places.truncate(kept);
        self.clean.reset(self.limit);
        for (place, slot) in self.places.iter().enumerate() {
            if let Some(entry) = entries.get_mut(entry::index(*slot)) {
                entry.place = entry::slot(place);
                if !entry.is_dirty() {
                    self.clean.insert(place);
                }
            }
        }
        self.places.shrink_to(self.limit);
        self.places.reserve_exact(self.limit - kept);
    }
}
