//! Steps of a session with the model's document.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use keyholder_benches::trip::Trip;
use keyholder_core::effect::Effects;
use std::hint::black_box;
use std::time::Duration;

fn step(c: &mut Criterion) {
    let mut group = c.benchmark_group("step");
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    let trip = Trip::new();
    let (session, answer) = (trip.session(), trip.answer());
    let mut out = Effects::new();
    group.bench_function("save", |b| {
        let start = || (session.clone(), answer.clone());
        b.iter_batched_ref(
            start,
            |(session, answer)| trip.save(session, answer.clone(), black_box(&mut out)),
            BatchSize::SmallInput,
        );
    });
    let mut trip = Trip::new();
    group.bench_function("open_close", |b| b.iter(|| trip.open_and_close()));
    group.finish();
}

criterion_group!(benches, step);
criterion_main!(benches);
