//! One worker: takes chunks of the frontier, expands them, and keeps what is new.

use std::hint::black_box;
use std::sync::Mutex;

use super::frontier::Frontier;
use super::meter::Meter;
use super::table::{SHARDS, Table, shard_of};
use super::{Checked, fingerprint, violated_by_list};

/// What the table keeps with a fingerprint.
pub(super) trait Mark: Copy + Default + Send {
    /// The mark of a state first reached from a parent.
    fn of(parent: impl FnOnce() -> u128) -> Self;
}

impl Mark for () {
    fn of(_: impl FnOnce() -> u128) {}
}

/// The fingerprint of the parent; zero for an initial state.
#[derive(Clone, Copy, Default)]
pub(super) struct Parent(pub(super) u128);

impl Mark for Parent {
    fn of(parent: impl FnOnce() -> u128) -> Self {
        Self(parent())
    }
}

/// A level's work, shared by all workers.
pub(super) struct Task<'t, M: Checked, V> {
    pub(super) model: &'t M,
    pub(super) symmetry: bool,
    pub(super) properties: u64,
    pub(super) wanted: u64,
    pub(super) table: &'t Table<V>,
    pub(super) frontier: &'t Mutex<Frontier<M::State>>,
    pub(super) meter: &'t Meter<'t>,
}

/// A worker's own state, kept from level to level.
pub(super) struct Worker<M: Checked, V> {
    actions: Vec<M::Action>,
    batch: Vec<Candidate<M::State, V>>,
    order: Vec<u16>,
    recent: Vec<u128>,
    found: Frontier<M::State>,
    violations: Vec<(usize, u128)>,
    witnessed: u64,
    terminal: u64,
    compared: u32,
    states: u64,
    generated: u64,
}

/// A successor that is perhaps new.
struct Candidate<S, V> {
    fingerprint: u128,
    mark: V,
    is_new: bool,
    state: S,
}

impl<M: Checked, V: Mark> Worker<M, V> {
    pub(super) fn new() -> Self {
        Self {
            actions: Vec::new(),
            batch: Vec::with_capacity(Self::BATCH),
            order: vec![0; Self::BATCH],
            recent: vec![0; RECENT],
            found: Frontier::new(),
            violations: Vec::new(),
            witnessed: 0,
            terminal: 0,
            compared: 0,
            states: 0,
            generated: 0,
        }
    }

    /// Finds the initial states.
    pub(super) fn begin(&mut self, task: &Task<'_, M, V>) {
        for state in task.model.init_states() {
            if task.model.within_boundary(&state) {
                self.generated += 1;
                self.offer(task, V::default(), state);
            }
        }
        self.flush(task);
        self.count(task);
    }

    /// Expands chunks until none is left.
    pub(super) fn work(&mut self, task: &Task<'_, M, V>) {
        loop {
            let chunk = task.frontier.lock().expect("taking a chunk does not panic").pop_chunk();
            let Some(mut chunk) = chunk else { break };
            for state in chunk.drain(..) {
                self.expand(task, &state);
            }
            self.found.recycle(chunk);
            self.count(task);
        }
        self.flush(task);
        self.count(task);
    }

    /// The new states, for the next level.
    pub(super) fn found(&mut self) -> &mut Frontier<M::State> {
        &mut self.found
    }

    /// The least violating fingerprint for each property, since the last call.
    pub(super) fn take_violations(&mut self) -> Vec<(usize, u128)> {
        std::mem::take(&mut self.violations)
    }

    pub(super) fn witnessed(&self) -> u64 {
        self.witnessed
    }

    pub(super) fn terminal(&self) -> u64 {
        self.terminal
    }

    fn expand(&mut self, task: &Task<'_, M, V>, state: &M::State) {
        let model = task.model;
        let mark = V::of(|| fingerprint(state));
        let unseen = task.wanted & !self.witnessed;
        let before = self.generated;
        let mut actions = std::mem::take(&mut self.actions);
        model.actions(state, &mut actions);
        for action in actions.drain(..) {
            // Only a step that is still to be witnessed pays for a copy of its action.
            let copy = (unseen != 0).then(|| action.clone());
            let Some(next) = model.next_state(state, action) else { continue };
            if !model.within_boundary(&next) {
                continue;
            }
            self.generated += 1;
            if let Some(action) = copy {
                self.witnessed |= model.witness(state, &action, &next, unseen);
            }
            self.offer(task, mark, next);
        }
        self.actions = actions;
        self.terminal += u64::from(self.generated == before);
    }

    /// Puts a state in the batch unless this worker met it a moment ago.
    #[inline]
    fn offer(&mut self, task: &Task<'_, M, V>, mark: V, state: M::State) {
        let state = if task.symmetry { task.model.canonical(state) } else { state };
        let fingerprint = fingerprint(&state);
        let recent = &mut self.recent[fingerprint as usize % RECENT];
        if *recent == fingerprint {
            return;
        }
        *recent = fingerprint;
        self.batch.push(Candidate { fingerprint, mark, is_new: false, state });
        if self.batch.len() == Self::BATCH {
            self.flush(task);
        }
    }

    /// Looks the batch up shard by shard, so that one lock serves several candidates and their cache misses overlap.
    fn flush(&mut self, task: &Task<'_, M, V>) {
        let ends = self.sort_by_shard();
        let mut begin = 0;
        for (shard, end) in ends.into_iter().enumerate() {
            let run = &self.order[begin..usize::from(end)];
            begin = usize::from(end);
            if run.is_empty() {
                continue;
            }
            let mut table = task.table.lock(shard);
            let touched = run.iter().map(|i| table.touch(self.batch[usize::from(*i)].fingerprint));
            black_box(touched.fold(0, |all, word| all ^ word));
            for i in run {
                let candidate = &mut self.batch[usize::from(*i)];
                candidate.is_new = table.insert(candidate.fingerprint, candidate.mark).is_none();
            }
        }
        let mut batch = std::mem::take(&mut self.batch);
        for candidate in batch.drain(..).filter(|candidate| candidate.is_new) {
            self.keep(task, candidate);
        }
        self.batch = batch;
    }

    /// Counting sort of the batch's positions; returns where each shard's run ends.
    fn sort_by_shard(&mut self) -> [u16; SHARDS] {
        let mut ends = [0_u16; SHARDS];
        for candidate in &self.batch {
            ends[shard_of(candidate.fingerprint)] += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum - *end;
        }
        // Each entry is its run's beginning now, and moves to its end while the run is filled.
        for (i, candidate) in self.batch.iter().enumerate() {
            let end = &mut ends[shard_of(candidate.fingerprint)];
            self.order[usize::from(*end)] = i as u16;
            *end += 1;
        }
        ends
    }

    /// Checks a new state and puts it in the next level.
    fn keep(&mut self, task: &Task<'_, M, V>, candidate: Candidate<M::State, V>) {
        self.states += 1;
        if task.properties != 0 {
            self.check(task, &candidate);
        }
        self.found.push(candidate.state);
    }

    fn check(&mut self, task: &Task<'_, M, V>, candidate: &Candidate<M::State, V>) {
        let violated = task.model.violated(&candidate.state);
        if self.compared < COMPARED || candidate.fingerprint & SAMPLE == 0 {
            self.compared = self.compared.saturating_add(1);
            let listed = violated_by_list(task.model, &candidate.state);
            assert_eq!(violated, listed, "`violated` and the list of properties differ in {:?}", candidate.state);
        }
        let mut bits = violated & task.properties;
        while bits != 0 {
            let property = bits.trailing_zeros() as usize;
            bits &= bits - 1;
            match self.violations.iter_mut().find(|(known, _)| *known == property) {
                Some((_, least)) => *least = candidate.fingerprint.min(*least),
                None => self.violations.push((property, candidate.fingerprint)),
            }
        }
    }

    fn count(&mut self, task: &Task<'_, M, V>) {
        task.meter.add(std::mem::take(&mut self.states), std::mem::take(&mut self.generated));
    }

    /// Candidates in a batch: several a shard for small states, about a megabyte for large ones.
    const BATCH: usize = {
        let states = 1024 * 1024 / size_of::<Candidate<M::State, V>>();
        if states < 256 {
            256
        } else if states > 4096 {
            4096
        } else {
            states
        }
    };
}

/// Fingerprints a worker remembers: many duplicates are siblings or cousins of what was just found, and never reach the table. Measured: more
/// than this costs more in the second-level cache than it saves.
const RECENT: usize = 1 << 13;

/// A worker's first states are judged by the list of properties as well: small models are compared in full.
const COMPARED: u32 = 1_000;

/// Later on, one state in 256.
const SAMPLE: u128 = 0xff;
