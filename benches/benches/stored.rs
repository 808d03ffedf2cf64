//! The stored form of a record: to text and from text.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use keyholder_benches::player::{Bench, Player};
use keyholder_core::stored::Item;
use std::time::Duration;

fn stored(c: &mut Criterion) {
    let mut group = c.benchmark_group("stored");
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(1));
    for fields in [10, 100] {
        let record = Bench::new(fields).record;
        let text = record.to_text().expect("the record is sound");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("to_text", fields), &record, |b, it| b.iter(|| it.to_text()));
        group.bench_with_input(BenchmarkId::new("from_text", fields), &text, |b, it| {
            b.iter(|| Player::from_text(it));
        });
    }
    group.finish();
}

criterion_group!(benches, stored);
criterion_main!(benches);
