//! The search: one level after the other, each by all workers.

use std::panic::resume_unwind;
use std::sync::Mutex;
use std::thread;

use super::frontier::Frontier;
use super::meter::{Meter, Progress};
use super::report::{Report, Violation};
use super::table::Table;
use super::worker::{Mark, Parent, Task, Worker};
use super::{Always, Checked, low_bits, trace};

/// How to explore.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Worker threads, at least one. No result depends on their number.
    pub threads: usize,
    /// Count states up to [`Checked::canonical`]. Traces are real runs all the same.
    pub symmetry: bool,
    /// Check only this property, by its position, and ignore the others.
    pub only: Option<usize>,
    /// Stop after the first level with a violation. Otherwise go on, to the first violation of every property.
    pub stop_at_violation: bool,
    /// Look only for these [`Checked::sometimes`] entries, as bits: what is never seen is looked for at every step.
    pub wanted: u64,
    /// Begin no further level once there are this many states. Such a run is not complete and does not pass.
    pub max_states: Option<u64>,
    /// Called after every level and a few times a second, by any worker.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
}

/// One thread, no symmetry, all properties, everything that may be seen, stop at the first violation, no limit.
impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            threads: 1,
            symmetry: false,
            only: None,
            stop_at_violation: true,
            wanted: u64::MAX,
            max_states: None,
            progress: None,
        }
    }
}

/// Explores a model breadth-first and checks its properties in every distinct state.
///
/// Every reported trace is a shortest one. A property that fails first at depth `d` is reported at the state with the least
/// fingerprint among those of depth `d` that violate it, whatever the number of threads.
///
/// # Panics
///
/// If the model panics; if [`Options::only`] names no property; or if the model contradicts itself: a [`Checked::violated`] that differs from the list, a
/// [`Checked::canonical`] that is no symmetry, a transition that does not repeat.
pub fn explore<M: Checked>(model: &M, options: &Options<'_>) -> Report<M::State, M::Action> {
    let mut search = Search::<M, ()>::start(model, options, wanted_properties(model, options.only));
    let mut first: Vec<(usize, usize, u128)> = Vec::new();
    loop {
        for (property, fingerprint) in search.take_violations() {
            if first.iter().all(|(known, ..)| *known != property) {
                first.push((property, search.depth, fingerprint));
            }
        }
        let stopped = options.stop_at_violation && !first.is_empty();
        let full = options.max_states.is_some_and(|max| search.meter.states() >= max);
        if search.frontier.len() == 0 || stopped || full {
            break;
        }
        search.advance();
    }

    let mut report = search.into_report();
    first.sort_unstable();
    report.violations = violations(model, options.symmetry, &first);
    report
}

fn wanted_properties<M: Checked>(model: &M, only: Option<usize>) -> u64 {
    let count = model.always().len();
    match only {
        None => low_bits(count),
        Some(index) => {
            assert!(index < count, "there is no property {index}, only {count}");
            low_bits(count) & 1 << index
        }
    }
}

/// Finds the traces in a second pass: parents are kept only here, and only as deep as the deepest violation.
fn violations<M: Checked>(
    model: &M,
    symmetry: bool,
    first: &[(usize, usize, u128)],
) -> Vec<Violation<M::State, M::Action>> {
    let Some(deepest) = first.iter().map(|(_, depth, _)| *depth).max() else {
        return Vec::new();
    };
    // One worker, and no more: which of several parents comes first must not depend on threads.
    let options = Options { symmetry, wanted: 0, ..Options::default() };
    let mut search = Search::<M, Parent>::start(model, &options, 0);
    while search.depth < deepest {
        search.advance();
    }
    let violation = |&(property, depth, fingerprint): &(usize, usize, u128)| {
        let Always { name, holds } = model.always()[property];
        let trace = trace::to_state(model, symmetry, &search.table, fingerprint);
        assert_eq!(trace.depth(), depth, "{name}: the second pass found another depth");
        assert!(!holds(model, trace.last()), "{name}: `violated`, the list or `canonical` contradict each other");
        Violation { property, name, depth, trace }
    };
    first.iter().map(violation).collect()
}

/// A search in progress: everything up to `depth` has been found, everything before it expanded.
struct Search<'a, M: Checked, V> {
    model: &'a M,
    symmetry: bool,
    properties: u64,
    wanted: u64,
    table: Table<V>,
    frontier: Frontier<M::State>,
    workers: Vec<Worker<M, V>>,
    meter: Meter<'a>,
    depth: usize,
    peak_frontier: usize,
}

impl<'a, M: Checked, V: Mark> Search<'a, M, V> {
    fn start(model: &'a M, options: &Options<'a>, properties: u64) -> Self {
        let workers = (0..options.threads.max(1)).map(|_| Worker::new()).collect();
        let mut search = Self {
            model,
            symmetry: options.symmetry,
            properties,
            wanted: options.wanted & low_bits(model.sometimes().len()),
            table: Table::new(),
            frontier: Frontier::new(),
            workers,
            meter: Meter::new(options.progress),
            depth: 0,
            peak_frontier: 0,
        };
        let frontier = Mutex::new(Frontier::new());
        let mut workers = std::mem::take(&mut search.workers);
        workers[0].begin(&search.task(&frontier));
        search.workers = workers;
        search.end_level();
        search
    }

    /// Expands the whole frontier; what is new becomes the next one.
    fn advance(&mut self) {
        let alone = self.workers.len() == 1 || self.frontier.is_one_chunk();
        self.meter.begin_level(self.depth + 1, self.frontier.len() as u64);
        let frontier = Mutex::new(std::mem::replace(&mut self.frontier, Frontier::new()));
        let mut workers = std::mem::take(&mut self.workers);
        let task = self.task(&frontier);
        if alone {
            workers[0].work(&task);
        } else {
            thread::scope(|scope| {
                let task = &task;
                let handles: Vec<_> = workers.iter_mut().map(|worker| scope.spawn(|| worker.work(task))).collect();
                for handle in handles {
                    // The model's own panic, not "a scoped thread panicked".
                    handle.join().unwrap_or_else(|panic| resume_unwind(panic));
                }
            });
        }
        self.workers = workers;
        self.end_level();
        if self.frontier.len() > 0 {
            self.depth += 1;
        }
    }

    fn task<'t>(&'t self, frontier: &'t Mutex<Frontier<M::State>>) -> Task<'t, M, V> {
        Task {
            model: self.model,
            symmetry: self.symmetry,
            properties: self.properties,
            wanted: self.wanted,
            table: &self.table,
            frontier,
            meter: &self.meter,
        }
    }

    fn end_level(&mut self) {
        for worker in &mut self.workers {
            self.frontier.append(worker.found());
        }
        self.peak_frontier = self.peak_frontier.max(self.frontier.len());
        self.meter.tell();
    }

    /// For each property violated in the level found last, the least fingerprint that does.
    fn take_violations(&mut self) -> Vec<(usize, u128)> {
        let mut all: Vec<_> = self.workers.iter_mut().flat_map(Worker::take_violations).collect();
        all.sort_unstable();
        all.dedup_by_key(|(property, _)| *property);
        all
    }

    fn into_report(self) -> Report<M::State, M::Action> {
        Report {
            states: self.meter.states(),
            generated: self.meter.generated(),
            depth: self.depth,
            terminal: self.workers.iter().map(Worker::terminal).sum(),
            complete: self.frontier.len() == 0,
            violations: Vec::new(),
            witnessed: self.workers.iter().fold(0, |all, worker| all | worker.witnessed()),
            peak_frontier: self.peak_frontier as u64,
            table_bytes: self.table.bytes(),
            seconds: self.meter.seconds(),
        }
    }
}
