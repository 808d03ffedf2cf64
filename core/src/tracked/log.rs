//! Leaves that were replaced by leaves, one after the other: what hosts do most, and where nothing comes, goes or moves.
//!
//! A leaf is known by its way, the places that lead to it from the root; each has one entry, however often it is written.
//! All of it lies in three lists, so forgetting it is free, and writing it again takes no allocation.

use crate::tree::{MAX_DEPTH, place};
use crate::value::Value;
use alloc::vec::Vec;

/// The places that lead to a leaf, and how many they are.
pub(super) type Way = [u32; MAX_DEPTH];

/// One leaf.
#[derive(Clone, Debug)]
struct Entry {
    /// Where its way is among all.
    begin: usize,
    len: usize,
    /// What was there before.
    old: Value,
}

/// Where an entry may be found by its hash: valid if it was written since the log was last forgotten.
#[derive(Clone, Copy, Debug, Default)]
struct Hint {
    round: u32,
    entry: u32,
}

/// The leaves that were replaced.
#[derive(Clone, Debug)]
pub(super) struct Log {
    ways: Vec<u32>,
    entries: Vec<Entry>,
    /// As many as a power of two, at least twice as many as entries, or none.
    index: Vec<Hint>,
    round: u32,
}

impl Log {
    pub(super) fn new() -> Self {
        Self { ways: Vec::new(), entries: Vec::new(), index: Vec::new(), round: 1 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.ways.clear();
        self.entries.clear();
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            // After 2^32 rounds, a hint of the first could be taken for one of this.
            self.index.clear();
            self.round = 1;
        }
    }

    /// The ways, each with what was there before, in the order in which they were first replaced.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u32], &Value)> {
        self.entries.iter().map(|entry| (self.way(entry), &entry.old))
    }

    /// The leaf at the end of a way was replaced; this is what was there.
    pub(super) fn replaced(&mut self, way: &[u32], old: &Value) {
        if self.entries.len().saturating_mul(2) >= self.index.len() {
            self.grow();
        }
        let Some(mask) = self.index.len().checked_sub(1) else {
            return;
        };
        let mut at = hash(way) & mask;
        while let Some(hint) = self.index.get(at).filter(|hint| hint.round == self.round) {
            let entry = usize::try_from(hint.entry).ok().and_then(|entry| self.entries.get(entry));
            if entry.is_some_and(|entry| self.way(entry) == way) {
                return;
            }
            at = at.wrapping_add(1) & mask;
        }
        let entry = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        if let Some(hint) = self.index.get_mut(at) {
            *hint = Hint { round: self.round, entry };
        }
        self.entries.push(Entry { begin: self.ways.len(), len: way.len(), old: old.clone() });
        self.ways.extend_from_slice(way);
    }

    /// The value with every leaf as it was before.
    pub(super) fn restored(&self, mut now: Value) -> Value {
        for (way, old) in self.iter() {
            let leaf = way.iter().try_fold(&mut now, |value, slot| place::at_mut(value, usize::try_from(*slot).ok()?));
            if let Some(leaf) = leaf {
                *leaf = old.clone();
            }
        }
        now
    }

    fn way(&self, entry: &Entry) -> &[u32] {
        self.ways.get(entry.begin..entry.begin.wrapping_add(entry.len)).unwrap_or_default()
    }

    #[cold]
    fn grow(&mut self) {
        let size = self.index.len().saturating_mul(4).max(64);
        self.index.clear();
        self.index.resize(size, Hint::default());
        let entries = core::mem::take(&mut self.entries);
        let mask = size.saturating_sub(1);
        for (number, entry) in (0_u32..).zip(&entries) {
            let mut at = hash(self.way(entry)) & mask;
            while self.index.get(at).is_some_and(|hint| hint.round == self.round) {
                at = at.wrapping_add(1) & mask;
            }
            if let Some(hint) = self.index.get_mut(at) {
                *hint = Hint { round: self.round, entry: number };
            }
        }
        self.entries = entries;
    }
}

/// Few multiplications: ways are short, and nobody gains by making them meet but the host that edits.
fn hash(way: &[u32]) -> usize {
    let mixed = way
        .iter()
        .fold(0_u64, |hash, slot| (hash.rotate_left(23) ^ u64::from(*slot)).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    usize::try_from(mixed >> 32).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Log;
    use crate::value::Value;
    use alloc::vec::Vec;

    #[test]
    fn each_leaf_has_one_entry_and_what_was_there_first() {
        let mut log = Log::new();
        for round in 0..3 {
            for leaf in 0..1_000_u32 {
                log.replaced(&[leaf % 7, leaf], &Value::from(leaf));
                log.replaced(&[leaf % 7, leaf], &Value::from(true));
            }
            for leaf in (0..1_000_u32).rev() {
                log.replaced(&[leaf % 7, leaf], &Value::from(false));
            }
            let entries: Vec<_> = log.iter().map(|(way, old)| (way.to_vec(), old.clone())).collect();
            let expected: Vec<_> = (0..1_000).map(|leaf| (Vec::from([leaf % 7, leaf]), Value::from(leaf))).collect();
            assert_eq!(entries, expected, "round {round}");
            log.clear();
            assert!(log.is_empty());
        }
        log.round = u32::MAX;
        log.replaced(&[1], &Value::from(1));
        log.clear();
        log.replaced(&[1], &Value::from(2));
        assert_eq!(log.iter().map(|(_, old)| old.clone()).collect::<Vec<_>>(), [Value::from(2)]);
    }
}
