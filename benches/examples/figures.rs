//! Measures the figures of the README and prints them as a table in Markdown:
//! `cargo run --release -p keyholder-benches --example figures`.

use keyholder_benches::checker::{self, Rate, WORLD};
use keyholder_benches::player::{Bench, Player};
use keyholder_benches::trip::Trip;
use keyholder_core::effect::Effects;
use keyholder_core::stored::Item;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How often each figure is taken; the median counts.
const SAMPLES: usize = 61;

fn main() {
    println!("| What | Figure | Target |");
    println!("|---|---:|---:|");
    let trip = Trip::new();
    let (session, answer, mut out) = (trip.session(), trip.answer(), Effects::new());
    let save = median(|| session.clone(), |session| trip.save(session, answer.clone(), &mut out));
    row("session: change, save, answer", &time(save), "< 1 us");
    let mut trip = Trip::new();
    row("session: open and close, the store's rules included", &time(median(|| (), |()| trip.open_and_close())), "");
    for fields in [10, 100] {
        let bench = Bench::new(fields);
        let text = bench.record.to_text().expect("the record is sound");
        let merge = median(|| (), |()| drop(black_box(bench.merge())));
        let claim = median(|| (), |()| drop(black_box(bench.claim())));
        let save = median(|| (), |()| drop(black_box(bench.save())));
        let write = median(|| (), |()| drop(black_box(bench.record.to_text())));
        let read = median(|| (), |()| drop(black_box(Player::from_text(&text))));
        row(&format!("rule: claim, {fields} fields"), &time(claim), "");
        row(&format!("rule: merge of 10 changes, {fields} fields"), &time(merge), "");
        row(&format!("rule: save of 10 changes, {fields} fields"), &time(save), "");
        row(&format!("record to text, {fields} fields, {} bytes", text.len()), &time(write), "");
        row(&format!("record from text, {fields} fields, {} bytes", text.len()), &time(read), "");
    }
    for (threads, target) in [(1, ""), (2, ">= 500 000/s, floor 150 000/s")] {
        let (ours, theirs) = (checker::ours(checker::large(), threads), checker::stateright(checker::large(), threads));
        row(&format!("driver: `{WORLD}`, {} states, {threads} threads", ours.states), &rate(ours), target);
        let ratio = ours.per_second / theirs.per_second;
        row(&format!("stateright: the same; ours is {ratio:.2} times as fast"), &rate(theirs), "");
    }
}

fn row(what: &str, figure: &str, target: &str) {
    println!("| {what} | {figure} | {target} |");
}

/// The median time of `run`, each time on what `prepare` gives; the preparation is not measured.
fn median<T>(mut prepare: impl FnMut() -> T, mut run: impl FnMut(&mut T)) -> Duration {
    let mut batch = |times: usize| {
        let mut items: Vec<T> = (0..times).map(|_| prepare()).collect();
        let began = Instant::now();
        items.iter_mut().for_each(&mut run);
        began.elapsed()
    };
    // As many at a time as take about a millisecond, so that reading the clock costs nothing.
    let once = batch(100) / 100;
    let times = (1_000_000 / once.as_nanos().max(1)).clamp(10, 10_000) as usize;
    let mut samples: Vec<_> = (0..SAMPLES).map(|_| batch(times)).collect();
    samples.sort_unstable();
    samples[SAMPLES / 2] / u32::try_from(times).unwrap_or(1)
}

fn time(time: Duration) -> String {
    let nanos = time.as_nanos();
    if nanos < 10_000 { format!("{nanos} ns") } else { format!("{:.1} us", nanos as f64 / 1e3) }
}

fn rate(rate: Rate) -> String {
    format!("{:.0} 000/s", rate.per_second / 1e3)
}
