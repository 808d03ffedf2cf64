//! Measures the figures of the README and prints them as a table in Markdown: `cargo run --release -p keyholder-benches
//! --example figures`.

use keyholder_benches::checker::{self, WORLD};
use keyholder_benches::player::{Bench, Player};
use keyholder_benches::trip::Trip;
use keyholder_core::effect::Effects;
use keyholder_core::stored::Item;
use std::hint::black_box;
use std::time::{Duration, Instant};

fn main() {
    println!("| What | Figure | Target |");
    println!("|---|---:|---:|");
    let trip = Trip::new();
    let (session, answer, mut out) = (trip.session(), trip.answer(), Effects::new());
    let mut sessions = Vec::new();
    let save = batches(
        |times| {
            sessions.clear();
            sessions.resize_with(times, || session.clone());
            sessions.len()
        },
        |sessions_at, sessions: &mut Vec<_>| trip.save(&mut sessions[sessions_at], answer.clone(), &mut out),
    );
    drop(sessions);
    row("session, save round trip (change, save, answer)", save, "< 1 \u{b5}s");
    let mut trip = Trip::new();
    row("session, open and close, with the store's rules", median(|| trip.open_and_close()), "");
    for fields in [10, 100] {
        let bench = Bench::new(fields);
        row(&format!("rule, merge of 10 changes, {fields} fields"), median(|| drop(black_box(bench.merge()))), "");
        row(&format!("rule, claim, {fields} fields"), median(|| drop(black_box(bench.claim()))), "");
        row(&format!("rule, save of 10 changes, {fields} fields"), median(|| drop(black_box(bench.save()))), "");
        let text = bench.record.to_text().expect("the record is sound");
        let size = format!("{fields} fields, {} bytes", text.len());
        row(&format!("record to text, {size}"), median(|| drop(black_box(bench.record.to_text()))), "");
        row(&format!("record from text, {size}"), median(|| drop(black_box(Player::from_text(&text)))), "");
    }
}
