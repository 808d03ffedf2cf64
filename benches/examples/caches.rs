//! The cache beside others, as a table in Markdown: `cargo run --release -p keyholder-benches --features peers --example caches`.
//!
//! Figures are taken in turns, one cache after the other and again, so that a slower moment of the machine hits all; a ratio is the median over the turns.

use cap::Cap;
use keyholder_benches::peers::{Foyer, Hashlink, Lru, MiniMoka, Moka, Ours, Peer, Pins, QuickCache, Schnellru, Value};
use keyholder_benches::zipf::{player, zipf};
use std::alloc::System;
use std::hint::black_box;
use std::time::Instant;

#[global_allocator]
static ALLOCATED: Cap<System> = Cap::new(System, usize::MAX);

const TURNS: usize = 41;
const ASKED: usize = 1 << 16;

/// The row that the ratios are against.
const BASE: usize = 1;

/// What is known of one cache.
struct Row {
    name: String,
    hit_rate: f64,
    bytes: f64,
    hit: Box<dyn FnMut() -> f64>,
    insert: Box<dyn FnMut() -> f64>,
}

fn main() {
    for max in [500, 10_000] {
        let rows = vec![
            row::<Ours>(max),
            row::<Lru>(max),
            row::<Hashlink>(max),
            row::<Schnellru>(max),
            row::<QuickCache>(max),
            row::<MiniMoka>(max),
            row::<Moka>(max),
            row::<Foyer>(max),
            beside::<Ours>(max, 50),
            beside::<Ours>(max, 90),
            beside::<Ours>(max, 99),
            beside::<QuickCache>(max, 90),
        ];
        print(max, rows);
    }
}

fn print(max: usize, mut rows: Vec<Row>) {
    let mut turns = vec![Vec::new(); rows.len()];
    for _ in 0..TURNS {
        for (row, turns) in rows.iter_mut().zip(&mut turns) {
            // The first time brings what the others have displaced back into the processor's memory.
            let _ = (row.hit)();
            turns.push(((row.hit)(), (row.insert)()));
        }
    }
    println!(
        "| cache of {max} | hit | to lru | insert, evict | to lru | hit rate | bytes an entry, beside key and value |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for (row, of) in rows.iter().zip(&turns) {
        let of_base = || of.iter().zip(&turns[BASE]);
        let hit = median(of.iter().map(|it| it.0));
        let insert = median(of.iter().map(|it| it.1));
        let to_hit = median(of_base().map(|(it, base)| it.0 / base.0));
        let to_insert = median(of_base().map(|(it, base)| it.1 / base.1));
        let (name, rate, bytes) = (&row.name, row.hit_rate, row.bytes);
        let known = if rate.is_nan() { " | ".to_owned() } else { format!("{rate:.4} | {bytes:.0}") };
        println!("| {name} | {hit:.1} ns | {to_hit:.2} | {insert:.1} ns | {to_insert:.2} | {known} |");
    }
}

fn row<P: Peer + 'static>(max: usize) -> Row {
    Row {
        name: P::NAME.to_owned(),
        hit_rate: hit_rate::<P>(max),
        bytes: bytes::<P>(max),
        hit: hit::<P>(P::new(max), max),
        insert: insert::<P>(P::new(max), max),
    }
}

/// So many of a hundred entries must stay: the first in order, so that they are in the way.
fn beside<P: Pins + 'static>(max: usize, share: usize) -> Row {
    let cache = || {
        let mut cache = P::new(max);
        (0..max * share / 100).for_each(|at| cache.pin(player(at)));
        cache
    };
    let name = format!("{}, {share} % stay", P::NAME);
    Row { name, hit_rate: f64::NAN, bytes: f64::NAN, hit: hit(cache(), max), insert: insert(cache(), max) }
}

/// Ten times as many keys as places; what is not there is put.
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

/// After many entries came and went.
fn bytes<P: Peer>(max: usize) -> f64 {
    let value = Value::new(0);
    let before = ALLOCATED.allocated();
    let mut cache = P::new(max);
    for at in 0..20 * max {
        cache.put(player(at), value.clone());
        black_box(cache.get(player(at / 2)));
    }
    let bytes = ALLOCATED.allocated() - before;
    black_box(&cache);
    bytes as f64 / max as f64 - (size_of::<u64>() + size_of::<Value>()) as f64
}

fn hit<P: Peer + 'static>(mut cache: P, max: usize) -> Box<dyn FnMut() -> f64> {
    for at in 0..max {
        if cache.get(player(at)).is_none() {
            cache.put(player(at), Value::new(0));
        }
    }
    let keys = zipf(max, ASKED);
    Box::new(move || nanos(keys.len(), || keys.iter().for_each(|key| drop(black_box(cache.get(*key))))))
}

fn insert<P: Peer + 'static>(mut cache: P, max: usize) -> Box<dyn FnMut() -> f64> {
    let (mut at, value) = (max, Value::new(0));
    Box::new(move || {
        nanos(ASKED, || {
            for _ in 0..ASKED {
                at += 1;
                cache.put(player(at), value.clone());
            }
        })
    })
}

fn nanos(count: usize, run: impl FnOnce()) -> f64 {
    let began = Instant::now();
    run();
    began.elapsed().as_nanos() as f64 / count as f64
}

fn median(of: impl Iterator<Item = f64>) -> f64 {
    let mut all: Vec<_> = of.collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
