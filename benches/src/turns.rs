//! Candidates beside each other: in one process, one after the other and again, so that a slower moment of the machine
//! hits all of them. What counts is the ratio to the base within a round, and its median over the rounds.

use crate::spread::Spread;
use cpu_time::ThreadTime;
use serde::Serialize;

/// How often, and how long at a time.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Measurements of each candidate.
    pub rounds: usize,
    /// The least time of one, but for one run, in nanoseconds.
    pub batch_ns: f64,
}

/// A run of this length, in nanoseconds, is measured without another one ahead of it.
const LONG_NS: f64 = 50_000_000.0;

/// How often a shorter one runs ahead.
const WARM_UPS: u32 = 4;

/// What is measured.
pub struct Candidate {
    name: String,
    bytes: Option<f64>,
    /// Takes one measurement: nanoseconds of an operation.
    cost: Box<dyn FnMut() -> f64>,
}

impl Candidate {
    /// Measures `run`, which does `operations` of what is counted, by the time that this thread has the processor.
    pub fn new(name: impl Into<String>, pace: Pace, operations: usize, mut run: impl FnMut() + 'static) -> Self {
        let mut batch = move |times: u32| {
            let began = ThreadTime::now();
            (0..times).for_each(|_| run());
            began.elapsed().as_nanos() as f64
        };
        let mut times = None;
        let cost = move || {
            let times = *times.get_or_insert_with(|| {
                let mut times = 1;
                while times < 1 << 24 && batch(times) < pace.batch_ns {
                    times *= 2;
                }
                times
            });
            // The first runs bring back what the others have displaced from the processor's memory; a document of 1 MB is not
            // back after one. A run that takes long displaces it itself.
            let first = batch(1);
            let one = if times == 1 && first > LONG_NS {
                first
            } else {
                batch(WARM_UPS - 1);
                batch(times) / f64::from(times)
            };
            one / operations as f64
        };
        Self::timed(name, cost)
    }

    /// Measured by its own clock: `cost` gives the nanoseconds of an operation.
    pub fn timed(name: impl Into<String>, cost: impl FnMut() -> f64 + 'static) -> Self {
        Self { name: name.into(), bytes: None, cost: Box::new(cost) }
    }

    /// With the bytes that it takes or makes.
    pub fn bytes(self, bytes: f64) -> Self {
        Self { bytes: Some(bytes), ..self }
    }
}

/// What was measured of a candidate.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// The bytes that it takes or makes, where that is of interest.
    pub bytes: Option<f64>,
    /// Nanoseconds of an operation, round by round.
    pub costs: Vec<f64>,
}

/// Candidates that were measured beside each other.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The first is the base.
    pub rows: Vec<Row>,
}

/// Measures the candidates in turns; `after_round` is for a progress bar.
pub fn in_turns(mut candidates: Vec<Candidate>, pace: Pace, mut after_round: impl FnMut()) -> Table {
    let mut costs = vec![Vec::with_capacity(pace.rounds); candidates.len()];
    for _ in 0..pace.rounds {
        for (candidate, costs) in candidates.iter_mut().zip(&mut costs) {
            costs.push((candidate.cost)());
        }
        after_round();
    }
    let rows = candidates.into_iter().zip(costs);
    Table { rows: rows.map(|(it, costs)| Row { name: it.name, bytes: it.bytes, costs }).collect() }
}

impl Table {
    /// A row by its name.
    pub fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// Nanoseconds of an operation.
    pub fn nanos(&self, name: &str) -> Option<Spread> {
        Spread::of(self.row(name)?.costs.iter().copied())
    }

    /// How many times as long as the base it took, each round by itself.
    pub fn ratio(&self, name: &str, base: &str) -> Option<Spread> {
        let (costs, base) = (&self.row(name)?.costs, &self.row(base)?.costs);
        Spread::of(costs.iter().zip(base).map(|(cost, base)| cost / base))
    }

    /// How many times as many bytes as the base.
    pub fn bytes_ratio(&self, name: &str, base: &str) -> Option<f64> {
        Some(self.row(name)?.bytes? / self.row(base)?.bytes?)
    }

    /// The name of the base.
    pub fn base(&self) -> &str {
        self.rows.first().map_or("", |row| &row.name)
    }
}

/// For `--json`: each row with its ratio to the base.
#[derive(Serialize)]
struct Shown<'a> {
    name: &'a str,
    ratio: Option<Spread>,
    ns: Option<Spread>,
    bytes: Option<f64>,
}

impl Serialize for Table {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows.iter().map(|row| Shown {
            name: &row.name,
            ratio: self.ratio(&row.name, self.base()),
            ns: self.nanos(&row.name),
            bytes: row.bytes,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::{Candidate, Pace, in_turns};

    #[test]
    fn ratios_are_taken_round_by_round() {
        let pace = Pace { rounds: 3, batch_ns: 1.0 };
        let mut slow = [1.0, 100.0, 2.0].into_iter().cycle();
        let mut twice = [2.0, 200.0, 6.0].into_iter().cycle();
        let candidates = vec![
            Candidate::timed("base", move || slow.next().unwrap()),
            Candidate::timed("other", move || twice.next().unwrap()).bytes(5.0),
        ];
        let mut rounds = 0;
        let table = in_turns(candidates, pace, || rounds += 1);
        let ratio = table.ratio("other", table.base()).unwrap();
        assert_eq!((rounds, ratio.median, ratio.high), (3, 2.0, 2.0));
        assert_eq!(table.nanos("other").unwrap().median, 6.0);
        assert_eq!((table.row("other").unwrap().bytes, table.bytes_ratio("other", "base")), (Some(5.0), None));
        assert!(table.ratio("nobody", "base").is_none());
    }

    #[test]
    fn a_candidate_is_run_until_its_time_is_full() {
        let mut count = 0_u64;
        let run = move || {
            count += 1;
            std::hint::black_box((0..1_000).fold(count, |sum, it| std::hint::black_box(sum ^ it)));
        };
        let pace = Pace { rounds: 1, batch_ns: 200_000.0 };
        let table = in_turns(vec![Candidate::new("it", pace, 1_000, run)], pace, || ());
        let nanos = table.nanos("it").unwrap().median;
        assert!((0.01..100.0).contains(&nanos), "one step of a loop takes {nanos} ns");
    }
}
