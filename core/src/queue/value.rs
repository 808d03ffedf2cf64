//! A queue as a value: equality and hash by what can be told from outside, and its invariants.

use super::{Pending, Places, Queue, Slot};
use crate::check::{Violation, holds};
use crate::timer::Millis;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};

/// The property that rests on the invariants.
const SOUND: &str = "queue-sound";

impl<K: Clone + Ord, T> Queue<K, T> {
    /// Checks what holds between two inputs.
    ///
    /// # Errors
    /// The first [`Violation`] found.
    pub fn check(&self) -> Result<(), Violation> {
        let slots = || self.slots.iter();
        let pending = slots().filter(|(_, slot)| slot.pending.is_some()).count();
        let running = slots().filter(|(_, slot)| slot.running).count();
        let behind = slots().filter(|(_, slot)| slot.running && slot.pending.is_some()).count();
        let of_reserve = |slot: &Slot<T>| slot.places == Places::Reserve;
        let reserved: usize = slots().filter(|(_, slot)| of_reserve(slot)).map(|(_, slot)| slot.len()).sum();
        let tracked = slots().filter(|(_, slot)| !of_reserve(slot)).count();
        holds(running == self.running, SOUND, "what runs is counted")?;
        holds(reserved == self.reserved && tracked == self.tracked, SOUND, "places are counted")?;
        holds(reserved <= self.reserve && self.len() <= self.capacity(), SOUND, "no more is there than has a place")?;
        holds(self.running <= self.max_running, SOUND, "no more runs than may")?;
        let empty = slots().any(|(_, slot)| slot.len() == 0 && slot.places != Places::Tracked);
        holds(!empty, SOUND, "a key of which there is nothing takes no memory")?;
        holds(behind == self.line.behind, SOUND, "what waits for its own key is counted")?;
        holds(pending == behind.saturating_add(self.line.len()), SOUND, "each pending write is in one place")?;
        for (rank, key) in &self.line.ready {
            let pending = self.slots.get(key).filter(|slot| !slot.running).and_then(|slot| slot.pending.as_ref());
            holds(pending.map(Pending::rank) == Some(*rank), SOUND, "what is ready is pending, by its rank")?;
        }
        for (until, key) in &self.line.resting {
            let rests = self.slots.get(key).is_some_and(|slot| slot.rests == *until && slot.pending.is_some());
            holds(rests, SOUND, "what rests is pending, until its moment")?;
        }
        let over = self.flush.is_some() && self.is_empty();
        holds(!over, SOUND, "a flush is over when nothing is left")
    }
}

/// The order itself is compared by its ranks, not by its numbers.
impl<T: PartialEq> PartialEq for Pending<T> {
    fn eq(&self, other: &Self) -> bool {
        (&self.item, self.priority) == (&other.item, other.priority)
    }
}

impl<T: Eq> Eq for Pending<T> {}

impl<T: Hash> Hash for Pending<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.item, self.priority).hash(state);
    }
}

/// What two equal queues have in common: all but the numbers of the order, whose place is taken by the keys in that
/// order; what is counted and what is ready follows.
type Parts<'a, K, T> =
    (&'a BTreeMap<K, Slot<T>>, Vec<&'a K>, &'a BTreeSet<(Millis, K)>, u8, Option<Millis>, [usize; 2], u64);

impl<K: Ord, T> Queue<K, T> {
    fn parts(&self) -> Parts<'_, K, T> {
        let pending = self.slots.iter().filter_map(|(key, slot)| Some((slot.pending.as_ref()?.order, key)));
        let mut order: Vec<_> = pending.collect();
        order.sort_unstable();
        let keys = order.into_iter().map(|(_, key)| key).collect();
        let bounds = [self.reserve, self.max_running];
        (&self.slots, keys, &self.line.resting, self.line.passed, self.flush, bounds, self.cooldown)
    }
}

impl<K: Ord, T: PartialEq> PartialEq for Queue<K, T> {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl<K: Ord, T: Eq> Eq for Queue<K, T> {}

impl<K: Ord + Hash, T: Hash> Hash for Queue<K, T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}
