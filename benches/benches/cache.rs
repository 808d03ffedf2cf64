//! The cache beside others: `cargo bench -p keyholder-benches --features aside --bench cache`. The report has hit rates and bytes, and ratios of
//! figures that were taken in turns.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use keyholder_benches::peers::{Foyer, Hashlink, Lru, MiniMoka, Moka, Ours, Peer, Pins, QuickCache, Schnellru, Value};
use keyholder_benches::zipf::{player, zipf};
use std::hint::black_box;
use std::time::Duration;

const SIZES: [usize; 2] = [500, 10_000];

/// Keys that are asked for, in turns.
const ASKED: usize = 1 << 16;

type Group<'a> = BenchmarkGroup<'a, WallTime>;

/// Every key is there.
fn hit<P: Peer>(group: &mut Group<'_>, max: usize) {
    let mut cache = P::new(max);
    (0..max).for_each(|at| cache.put(player(at), Value::new(0)));
    let mut keys = zipf(max, ASKED).into_iter().cycle();
    group.bench_function(P::NAME, |b| b.iter(|| keys.next().map(|key| black_box(cache.get(key)))));
}

/// Ten times as many keys as places; what is not there is put.
fn read_through<P: Peer>(group: &mut Group<'_>, max: usize) {
    let (mut cache, value) = (P::new(max), Value::new(0));
    let mut keys = zipf(10 * max, ASKED).into_iter().cycle();
    let mut read = || {
        let key = keys.next()?;
        let read = black_box(cache.get(key));
        if read.is_none() {
            cache.put(key, value.clone());
        }
        read
    };
    group.bench_function(P::NAME, |b| b.iter(&mut read));
}

/// Every key is new, and every put evicts.
fn insert<P: Peer>(group: &mut Group<'_>, name: &str, mut cache: P, max: usize) {
    let (mut at, value) = (max, Value::new(0));
    (at..at + max).for_each(|at| cache.put(player(at), value.clone()));
    at += max;
    group.bench_function(name, |b| {
        b.iter(|| {
            at += 1;
            cache.put(player(at), value.clone());
        });
    });
}

/// The same, where so many of a hundred entries must stay. The first in order stay, so that they are in the way.
fn insert_beside<P: Pins>(group: &mut Group<'_>, max: usize) {
    for share in [50, 90, 99] {
        let mut cache = P::new(max);
        (0..max * share / 100).for_each(|at| cache.pin(player(at)));
        insert(group, &format!("{}, {share} % stay", P::NAME), cache, max);
    }
}

fn of_all(group: &mut Group<'_>, max: usize, run: [fn(&mut Group<'_>, usize); 8]) {
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    run.iter().for_each(|run| run(group, max));
}

macro_rules! every {
    ($run:ident) => {
        [
            $run::<Ours>,
            $run::<Lru>,
            $run::<Hashlink>,
            $run::<Schnellru>,
            $run::<QuickCache>,
            $run::<MiniMoka>,
            $run::<Moka>,
            $run::<Foyer>,
        ]
    };
}

fn insert_alone<P: Peer>(group: &mut Group<'_>, max: usize) {
    insert(group, P::NAME, P::new(max), max);
}

fn caches(c: &mut Criterion) {
    for max in SIZES {
        of_all(&mut c.benchmark_group(format!("cache of {max}: hit")), max, every!(hit));
        of_all(&mut c.benchmark_group(format!("cache of {max}: read through")), max, every!(read_through));
        let mut group = c.benchmark_group(format!("cache of {max}: insert, evict"));
        of_all(&mut group, max, every!(insert_alone));
        insert_beside::<Ours>(&mut group, max);
        insert_beside::<QuickCache>(&mut group, max);
    }
}

criterion_group!(benches, caches);
criterion_main!(benches);
