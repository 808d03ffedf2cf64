//! Rules on records with flat documents: what a store runs, the copy of the record included.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use keyholder_benches::player::Bench;
use std::time::Duration;

fn rules(c: &mut Criterion) {
    let mut group = c.benchmark_group("rules");
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(1));
    for fields in [10, 100] {
        let bench = Bench::new(fields);
        group.bench_with_input(BenchmarkId::new("merge", fields), &bench, |b, it| b.iter(|| it.merge()));
        group.bench_with_input(BenchmarkId::new("claim", fields), &bench, |b, it| b.iter(|| it.claim()));
        group.bench_with_input(BenchmarkId::new("save", fields), &bench, |b, it| b.iter(|| it.save()));
    }
    group.finish();
}

criterion_group!(benches, rules);
criterion_main!(benches);
