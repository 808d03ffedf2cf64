//! What is known of a cache: how often it has what is asked for, what an entry takes beside key and value, and what a read
//! and a put cost.

use crate::peers::{Foyer, Hashlink, Lru, MiniMoka, Moka, Ours, Peer, Pins, QuickCache, Schnellru, Value};
use crate::zipf::{player, zipf};
use std::hint::black_box;

/// Places of the caches that are measured.
pub const SIZES: [usize; 2] = [500, 10_000];

/// Keys that are asked for at a time.
pub const ASKED: usize = 1 << 16;

/// A cache of so many places, as a row of a table.
pub struct Row {
    /// Its name, with the share of entries that must stay.
    pub name: String,
    /// The share of reads that find something, ten times as many keys as places; not of one with entries that must stay.
    pub hit_rate: fn(usize) -> f64,
    /// Reads [`ASKED`] keys that are there.
    pub hit: Box<dyn FnMut()>,
    /// Puts [`ASKED`] keys that are new, and evicts as many.
    pub insert: Box<dyn FnMut()>,
}

/// All caches, the base first.
pub fn alone(max: usize) -> Vec<Row> {
    vec![
        row::<Lru>(max),
        row::<Ours>(max),
        row::<Hashlink>(max),
        row::<Schnellru>(max),
        row::<QuickCache>(max),
        row::<MiniMoka>(max),
        row::<Moka>(max),
        row::<Foyer>(max),
    ]
}

/// Those with entries that must stay: so many of a hundred.
pub fn pinned(max: usize) -> Vec<Row> {
    vec![beside::<Ours>(max, 50), beside::<Ours>(max, 90), beside::<Ours>(max, 99), beside::<QuickCache>(max, 90)]
}

/// Ours, where so many of a hundred entries must stay.
pub fn ours_beside(share: usize) -> String {
    format!("{}, {share} % stay", Ours::NAME)
}

/// What entries of each take, beside key and value; `allocated` tells how many bytes the program has.
pub fn bytes(max: usize, allocated: fn() -> usize) -> Vec<(&'static str, f64)> {
    fn of<P: Peer>(max: usize, allocated: fn() -> usize) -> (&'static str, f64) {
        let value = Value::new(0);
        let before = allocated();
        let mut cache = P::new(max);
        // After many entries came and went.
        for at in 0..20 * max {
            cache.put(player(at), value.clone());
            black_box(cache.get(player(at / 2)));
        }
        let bytes = allocated() - before;
        black_box(&cache);
        (P::NAME, bytes as f64 / max as f64 - (size_of::<u64>() + size_of::<Value>()) as f64)
    }
    let all = [of::<Lru>, of::<Ours>, of::<Hashlink>, of::<Schnellru>, of::<QuickCache>, of::<MiniMoka>, of::<Moka>];
    all.into_iter().chain([of::<Foyer> as fn(_, _) -> _]).map(|of| of(max, allocated)).collect()
}

fn row<P: Peer + 'static>(max: usize) -> Row {
    Row {
        name: P::NAME.to_owned(),
        hit_rate: hit_rate::<P>,
        hit: hit(P::new(max), max),
        insert: insert(P::new(max), max),
    }
}

/// The first in order stay, so that they are in the way.
fn beside<P: Pins + 'static>(max: usize, share: usize) -> Row {
    let cache = || {
        let mut cache = P::new(max);
        (0..max * share / 100).for_each(|at| cache.pin(player(at)));
        cache
    };
    let name = format!("{}, {share} % stay", P::NAME);
    Row { name, hit_rate: |_| f64::NAN, hit: hit(cache(), max), insert: insert(cache(), max) }
}

/// What is not there is put.
fn hit_rate<P: Peer>(max: usize) -> f64 {
    let (mut cache, value, keys) = (P::new(max), Value::new(0), zipf(10 * max, 100 * max));
    let mut hits = 0;
    for key in &keys {
        match cache.get(*key) {
            Some(_) => hits += 1,
            None => cache.put(*key, value.clone()),
        }
    }
    f64::from(hits) / keys.len() as f64
}

fn hit<P: Peer + 'static>(mut cache: P, max: usize) -> Box<dyn FnMut()> {
    for at in 0..max {
        if cache.get(player(at)).is_none() {
            cache.put(player(at), Value::new(0));
        }
    }
    let keys = zipf(max, ASKED);
    Box::new(move || keys.iter().for_each(|key| drop(black_box(cache.get(*key)))))
}

fn insert<P: Peer + 'static>(mut cache: P, max: usize) -> Box<dyn FnMut()> {
    let (mut at, value) = (max, Value::new(0));
    Box::new(move || {
        for _ in 0..ASKED {
            at += 1;
            cache.put(player(at), value.clone());
        }
    })
}

/// Threads that read the same cache at once.
pub mod threads {
    use super::{ASKED, Lru, Moka, Ours, Peer, Value, black_box, player, zipf};
    use std::sync::{Arc, Barrier, Mutex};
    use std::thread;
    use std::time::Instant;

    /// A cache with its name, and what takes one measurement: wall-clock nanoseconds of a read, all threads together.
    pub type Reads = (&'static str, Box<dyn FnMut() -> f64>);

    /// `moka` with an age limit, which needs no lock, is the base.
    pub const MOKA: &str = "moka, age limit";

    /// Ours behind one lock.
    pub const OURS: &str = "keyholder, one mutex";

    /// Caches of so many places, read by so many threads.
    pub fn all(max: usize, threads: usize) -> Vec<Reads> {
        let moka = filled::<Moka>(max);
        let (ours, lru) = (Mutex::new(filled::<Ours>(max)), Mutex::new(filled::<Lru>(max)));
        vec![
            (MOKA, reads(max, threads, moka.shared(), |cache, key| cache.get(&key))),
            (OURS, reads(max, threads, ours, |cache, key| cache.lock().ok()?.get(key))),
            ("lru, one mutex", reads(max, threads, lru, |cache, key| cache.lock().ok()?.get(key))),
        ]
    }

    fn filled<P: Peer>(max: usize) -> P {
        let mut cache = P::new(max);
        (0..max).for_each(|at| cache.put(player(at), Value::new(0)));
        cache
    }

    fn reads<C: Send + Sync + 'static>(
        max: usize,
        threads: usize,
        cache: C,
        get: fn(&C, u64) -> Option<Value>,
    ) -> Box<dyn FnMut() -> f64> {
        let keys = Arc::new(zipf(max, ASKED));
        Box::new(move || {
            let start = Barrier::new(threads);
            // Each thread by its own clock, from when all were there: starting them is not measured.
            let nanos = thread::scope(|scope| {
                let read = |at: usize| {
                    let (keys, cache, start) = (&keys, &cache, &start);
                    move || {
                        start.wait();
                        let began = Instant::now();
                        let (ahead, behind) = keys.split_at(at * keys.len() / threads);
                        behind.iter().chain(ahead).for_each(|key| drop(black_box(get(cache, *key))));
                        began.elapsed().as_nanos() as f64
                    }
                };
                let running: Vec<_> = (0..threads).map(|at| scope.spawn(read(at))).collect();
                running.into_iter().filter_map(|it| it.join().ok()).fold(0.0, f64::max)
            });
            nanos / (keys.len() * threads) as f64
        })
    }
}
