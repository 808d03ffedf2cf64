//! The checker: our driver with one thread and with two, and stateright's search in the same run, with the ratio.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use keyholder_benches::checker::{self, Rate, WORLD};
use std::time::Duration;

fn model(c: &mut Criterion) {
    for threads in [1, 2] {
        let (ours, theirs) = (checker::ours(threads), checker::stateright(threads));
        println!("{WORLD}, {threads} threads: {:.2} times stateright's rate", ours.per_second / theirs.per_second);
    }
    let states = checker::ours(2).states;
    let mut group = c.benchmark_group("model");
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(5));
    group.throughput(Throughput::Elements(states));
    for (name, run) in [("ours", checker::ours as fn(usize) -> Rate), ("stateright", checker::stateright)] {
        for threads in [1, 2] {
            group.bench_with_input(BenchmarkId::new(name, threads), &threads, |b, threads| b.iter(|| run(*threads)));
        }
    }
    group.finish();
}

criterion_group!(benches, model);
criterion_main!(benches);
