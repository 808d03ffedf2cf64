//! How far a run has come, for whoever watches it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// A running exploration, told after every level and a few times a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Steps from an initial state to the states being found.
    pub depth: usize,
    /// Distinct states found so far.
    pub states: u64,
    /// Initial states and transitions so far.
    pub generated: u64,
    /// States in the level being expanded.
    pub frontier: u64,
    /// Seconds since the start.
    pub seconds: f64,
}

/// Counts what the workers have done, and tells.
pub(super) struct Meter<'a> {
    tell: Option<&'a (dyn Fn(Progress) + Sync)>,
    started: Instant,
    told: Mutex<Instant>,
    states: AtomicU64,
    generated: AtomicU64,
    depth: usize,
    frontier: u64,
}

impl<'a> Meter<'a> {
    pub(super) fn new(tell: Option<&'a (dyn Fn(Progress) + Sync)>) -> Self {
        let now = Instant::now();
        Self {
            tell,
            started: now,
            told: Mutex::new(now),
            states: AtomicU64::new(0),
            generated: AtomicU64::new(0),
            depth: 0,
            frontier: 0,
        }
    }

    pub(super) fn states(&self) -> u64 {
        self.states.load(Relaxed)
    }

    pub(super) fn generated(&self) -> u64 {
        self.generated.load(Relaxed)
    }

    pub(super) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    pub(super) fn begin_level(&mut self, depth: usize, frontier: u64) {
        (self.depth, self.frontier) = (depth, frontier);
    }

    /// Adds a worker's counts; called once a chunk, so that the counters stay off the hot path.
    pub(super) fn add(&self, states: u64, generated: u64) {
        self.states.fetch_add(states, Relaxed);
        self.generated.fetch_add(generated, Relaxed);
        // Whoever finds the clock busy leaves it: another worker is telling.
        if self.tell.is_some()
            && let Ok(mut told) = self.told.try_lock()
            && told.elapsed() > TELL_EVERY
        {
            self.tell();
            *told = Instant::now();
        }
    }

    pub(super) fn tell(&self) {
        if let Some(tell) = self.tell {
            tell(Progress {
                depth: self.depth,
                states: self.states(),
                generated: self.generated(),
                frontier: self.frontier,
                seconds: self.seconds(),
            });
        }
    }
}

const TELL_EVERY: Duration = Duration::from_millis(200);
