//! The stored forms beside other codecs: `cargo bench -p keyholder-benches --features peers --bench codec`. The report has
//! ratios of figures that were taken in turns.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use keyholder_benches::codecs;
use keyholder_benches::documents::{LARGE, MEDIUM, SMALL};
use keyholder_benches::trees::Document;
use std::rc::Rc;
use std::time::Duration;

fn codec(c: &mut Criterion) {
    for size in [SMALL, MEDIUM, LARGE] {
        let document = Rc::new(Document::new(size));
        for what in ["encode", "decode"] {
            let mut group = c.benchmark_group(format!("{what} {}", size.name));
            group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1)).sample_size(20);
            group.throughput(Throughput::Bytes(document.text.len() as u64));
            for codec in codecs::all(&document) {
                let mut run = if what == "encode" { codec.encode } else { codec.decode };
                group.bench_function(codec.name, |b| b.iter(&mut run));
            }
        }
    }
}

criterion_group!(benches, codec);
criterion_main!(benches);
