//! The checker: our driver with one thread and with two, and stateright's search in the same run, with the ratio.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use keyholder_benches::checker::{self, Rate};
use keyholder_model::bounds::Bounds;
use std::time::Duration;

type Run = fn(Bounds, usize) -> Rate;

fn model(c: &mut Criterion) {
    let bounds = checker::small();
    let states = checker::ours(bounds, 2).states;
    for threads in [1, 2] {
        let ratio = checker::ours(bounds, threads).per_second / checker::stateright(bounds, threads).per_second;
        println!("{states} states, {threads} threads: {ratio:.2} times stateright's rate");
    }
    let mut group = c.benchmark_group("model");
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3));
    group.throughput(Throughput::Elements(states));
    for (name, run) in [("ours", checker::ours as Run), ("stateright", checker::stateright)] {
        for threads in [1, 2] {
            let id = BenchmarkId::new(name, threads);
            group.bench_with_input(id, &threads, |b, threads| b.iter(|| run(bounds, *threads)));
        }
    }
    group.finish();
}

criterion_group!(benches, model);
criterion_main!(benches);
