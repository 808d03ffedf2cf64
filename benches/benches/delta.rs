//! What changed, told by ours and by others: `cargo bench -p keyholder-benches --features peers --bench delta`. The report
//! has ratios of figures that were taken in turns, and larger shares.

use criterion::{Criterion, criterion_group, criterion_main};
use keyholder_benches::deltas::{self, Share};
use keyholder_benches::documents::{LARGE, MEDIUM};
use keyholder_benches::ours;
use keyholder_benches::trees::Document;
use std::time::Duration;

fn delta(c: &mut Criterion) {
    for size in [MEDIUM, LARGE] {
        let document = Document::new(size);
        for share in [Share::One, Share::Percent(1)] {
            for (what, ways) in [("delta", deltas::changes()), ("whole text", ours::whole_texts())] {
                let mut group = c.benchmark_group(format!("{what} {}, {}", size.name, share.name()));
                group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1)).sample_size(20);
                for mut it in deltas::runs(&ways, &document, share) {
                    group.bench_function(it.name, |b| b.iter(&mut it.run));
                }
            }
        }
    }
}

criterion_group!(benches, delta);
criterion_main!(benches);
