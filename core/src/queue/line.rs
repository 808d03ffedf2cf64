//! Whose turn it is.

use super::Priority;
use crate::timer::Millis;
use alloc::collections::{BTreeMap, BTreeSet};

/// At the latest every so many starts one is of the write that waits for longest.
pub const FAIR: u8 = 4;

/// How urgent a write is, and its place in the order in which writes were pushed.
pub(super) type Rank = (Priority, u64);

/// The pending writes. Each is in one of three places: behind the one of its key that runs, which is counted only;
/// resting until a moment; or ready.
#[derive(Clone, Debug)]
pub(super) struct Line<K> {
    pub(super) behind: usize,
    pub(super) resting: BTreeSet<(Millis, K)>,
    pub(super) ready: BTreeMap<Rank, K>,
    /// How many starts in a row have passed over a write that waits for longer.
    pub(super) passed: u8,
    orders: u64,
}

impl<K> Default for Line<K> {
    fn default() -> Self {
        Self { behind: 0, resting: BTreeSet::new(), ready: BTreeMap::new(), passed: 0, orders: 0 }
    }
}

impl<K: Clone + Ord> Line<K> {
    /// The last place in the order. There are more numbers than writes are pushed in 500 years, a thousand million a second.
    pub(super) fn last(&mut self) -> u64 {
        self.orders = self.orders.wrapping_add(1);
        self.orders
    }

    /// Takes a write in; one that does not run may start `until` a moment, or at once.
    pub(super) fn enter(&mut self, key: &K, running: bool, until: Option<Millis>, rank: Rank) {
        if running {
            self.behind = self.behind.saturating_add(1);
        } else if let Some(until) = until {
            self.resting.insert((until, key.clone()));
        } else {
            self.ready.insert(rank, key.clone());
        }
    }

    /// Takes a write out, wherever it is.
    pub(super) fn leave(&mut self, key: &K, running: bool, rests: Millis, rank: Rank) {
        if running {
            self.behind = self.behind.saturating_sub(1);
        } else if self.ready.remove(&rank).is_none() {
            self.resting.remove(&(rests, key.clone()));
        }
    }

    /// Those that rested until now are ready.
    pub(super) fn wake(&mut self, now: Millis, rank: impl Fn(&K) -> Option<Rank>) {
        while let Some((until, _)) = self.resting.first()
            && *until <= now
            && let Some((_, key)) = self.resting.pop_first()
        {
            if let Some(rank) = rank(&key) {
                self.ready.insert(rank, key);
            }
        }
    }

    /// Takes out the write whose turn it is.
    pub(super) fn pick(&mut self) -> Option<K> {
        let first = self.firsts().next()?;
        let oldest = self.firsts().min_by_key(|(_, order)| *order)?;
        let passes = first != oldest && self.passed < FAIR.saturating_sub(1);
        self.passed = if passes { self.passed.saturating_add(1) } else { 0 };
        self.ready.remove(if passes { &first } else { &oldest })
    }

    /// Of each priority the ready write that waits for longest, the most urgent first.
    fn firsts(&self) -> impl Iterator<Item = Rank> {
        let of = |it| self.ready.range((it, 0)..=(it, u64::MAX)).next().map(|(rank, _)| *rank);
        Priority::ALL.into_iter().filter_map(of)
    }

    /// When a write may start: 0 if one may already.
    pub(super) fn due(&self) -> Option<Millis> {
        if self.ready.is_empty() { self.resting.first().map(|(until, _)| *until) } else { Some(Millis(0)) }
    }

    /// Writes that rest or are ready.
    pub(super) fn len(&self) -> usize {
        self.resting.len().saturating_add(self.ready.len())
    }
}
