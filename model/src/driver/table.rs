//! The visited table: fingerprints in open addressing, in shards that grow one at a time.

use std::sync::{Mutex, MutexGuard};

/// A concurrent map from fingerprints to a small value; `Table<()>` is the visited set and costs 16 bytes a slot.
///
/// Shards begin with different capacities and so reach their limits at different moments: the table as a whole never doubles, and its bytes per
/// state stay nearly constant.
pub(super) struct Table<V> {
    shards: Vec<Padded<V>>,
}

impl<V: Copy + Default> Table<V> {
    pub(super) fn new() -> Self {
        let shard = |i| Padded(Mutex::new(Shard::with_capacity(staggered_capacity(i))));
        Self { shards: (0..SHARDS).map(shard).collect() }
    }

    /// One shard, locked.
    pub(super) fn lock(&self, shard: usize) -> MutexGuard<'_, Shard<V>> {
        self.shards[shard].0.lock().expect("no insertion panics")
    }

    /// The shard of a fingerprint, without a lock.
    pub(super) fn shard_mut(&mut self, fingerprint: u128) -> &mut Shard<V> {
        self.shards[shard_of(fingerprint)].0.get_mut().expect("no insertion panics")
    }

    /// The value stored with a fingerprint.
    pub(super) fn get(&self, fingerprint: u128) -> Option<V> {
        self.lock(shard_of(fingerprint)).get(fingerprint)
    }

    /// Bytes held by all slots, used or not.
    pub(super) fn bytes(&self) -> u64 {
        (0..SHARDS).map(|i| self.lock(i).bytes()).sum()
    }
}

/// The number of shards: many more than threads, so that two threads rarely want the same one.
pub(super) const SHARDS: usize = 256;

/// The shard of a fingerprint: its top bits. The slot comes from the other lane.
#[inline]
pub(super) fn shard_of(fingerprint: u128) -> usize {
    (fingerprint >> 120) as usize
}

/// A shard on cache lines of its own: neighbours are locked by other threads.
#[repr(align(128))]
struct Padded<V>(Mutex<Shard<V>>);

/// One open-addressing table with linear probing. Zero is the empty key.
pub(super) struct Shard<V> {
    keys: Vec<u128>,
    values: Vec<V>,
    len: usize,
}

impl<V: Copy + Default> Shard<V> {
    fn with_capacity(slots: usize) -> Self {
        Self { keys: vec![0; slots], values: vec![V::default(); slots], len: 0 }
    }

    /// Inserts unless present. `None` means that the fingerprint is new, otherwise its value.
    #[inline]
    pub(super) fn insert(&mut self, fingerprint: u128, value: V) -> Option<V> {
        let slot = self.probe(fingerprint);
        if self.keys[slot] == fingerprint {
            return Some(self.values[slot]);
        }
        self.keys[slot] = fingerprint;
        self.values[slot] = value;
        self.len += 1;
        if self.len * 100 > self.keys.len() * MAX_LOAD_PERCENT {
            self.grow();
        }
        None
    }

    /// Reads the slot where the search for a fingerprint begins, so that the cache line is on its way when it is needed.
    #[inline]
    pub(super) fn touch(&self, fingerprint: u128) -> u64 {
        self.keys[self.home(fingerprint)] as u64
    }

    fn get(&self, fingerprint: u128) -> Option<V> {
        let slot = self.probe(fingerprint);
        (self.keys[slot] == fingerprint).then(|| self.values[slot])
    }

    fn bytes(&self) -> u64 {
        (self.keys.capacity() * size_of::<u128>() + self.values.capacity() * size_of::<V>()) as u64
    }

    /// The slot that holds the fingerprint, or the empty one where it belongs.
    #[inline]
    fn probe(&self, fingerprint: u128) -> usize {
        let mut slot = self.home(fingerprint);
        loop {
            let key = self.keys[slot];
            if key == fingerprint || key == 0 {
                return slot;
            }
            slot += 1;
            if slot == self.keys.len() {
                slot = 0;
            }
        }
    }

    /// Scales the low lane to the number of slots: a multiplication instead of a division, and any capacity will do.
    #[inline]
    fn home(&self, fingerprint: u128) -> usize {
        ((u128::from(fingerprint as u64) * self.keys.len() as u128) >> 64) as usize
    }

    #[cold]
    fn grow(&mut self) {
        let slots = self.keys.len() + self.keys.len() / 2;
        let small = std::mem::replace(self, Self::with_capacity(slots));
        for (key, value) in small.keys.into_iter().zip(small.values) {
            if key != 0 {
                let slot = self.probe(key);
                self.keys[slot] = key;
                self.values[slot] = value;
            }
        }
        self.len = small.len;
    }
}

/// Linear probing gets slow above this; a shard's load lies between two thirds of it and all of it.
const MAX_LOAD_PERCENT: usize = 80;

/// Capacities spread evenly, on a logarithmic scale, over one growth step.
fn staggered_capacity(shard: usize) -> usize {
    let growth_steps = shard as f64 / SHARDS as f64;
    (64.0 * 1.5_f64.powf(growth_steps)) as usize
}

#[cfg(test)]
mod tests {
    use super::super::fingerprint;
    use super::Table;

    #[test]
    fn finds_what_was_inserted_and_nothing_else() {
        let mut table = Table::new();
        for i in 0..200_000_u32 {
            let key = fingerprint(&i);
            assert_eq!(table.shard_mut(key).insert(key, i), None);
        }
        for i in 0..200_000_u32 {
            let key = fingerprint(&i);
            assert_eq!(table.shard_mut(key).insert(key, 0), Some(i));
            assert_eq!(table.get(key), Some(i));
            assert_eq!(table.get(fingerprint(&(i + 200_000))), None);
        }
    }

    #[test]
    fn a_state_never_costs_more_than_forty_bytes() {
        let mut table = Table::new();
        for i in 0..3_000_000_u64 {
            let key = fingerprint(&i);
            table.shard_mut(key).insert(key, ());
            if i >= 1_000_000 && i % 20_000 == 0 {
                assert!(table.bytes() <= 40 * i, "{} bytes for {i} states", table.bytes());
            }
        }
    }
}
