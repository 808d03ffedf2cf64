//! What must hold of a queue, what must be seen, and what has to be remembered for that.

use super::{Act, Queueing, State};
use crate::driver::Always;
use keyholder_core::queue::{Ended, FAIR, Full, NotRunning, Priority, Pushed, Start, Verdict};
use keyholder_core::timer::Millis;

/// Of each key at most one write runs, no more run in all than may, and what starts is the newest of its key (D8).
pub const ONE_AND_ONE: &str = "one-and-one";

/// What was taken in is in the queue until it starts or is given back, and what is superseded or removed is given back (R36).
pub const NOTHING_LOST: &str = "nothing-lost";

/// A write is refused where there is no place for it, with the write, and nowhere else (D9).
pub const BOUND: &str = "queue-bound";

/// What starts is the most urgent that may, and among equals the one that waits for longest, but for fair turns.
pub const ORDER: &str = "urgent-first";

/// No more than three starts in a row pass over a write that waits for longer (R36).
pub const FAIR_TURNS: &str = "fair-turns";

/// No autosave starts before the cooldown of its key is over, but in a flush; and none after the deadline (D10).
pub const RESTS: &str = "cooldown-kept";

/// Where a write may start, one does; and a host that sleeps until it is told to looks again in time.
pub const PROMPT: &str = "prompt";

/// In a flush each key that has anything in the queue has one verdict: when nothing is left of it, or at the deadline (R26).
pub const VERDICTS: &str = "flush-verdicts";

/// The invariants hold.
pub const SOUND: &str = "queue-sound";

pub(super) const ALWAYS: &[Always<Queueing>] = &[
    Always { name: ONE_AND_ONE, holds: |_, it| !it.ghost.wrongly_run },
    Always { name: NOTHING_LOST, holds: |_, it| !it.ghost.lost && it.queue.len() == it.ghost.len() },
    Always { name: BOUND, holds: |_, it| !it.ghost.wrongly_refused && it.queue.len() <= it.queue.capacity() },
    Always { name: ORDER, holds: |_, it| !it.ghost.out_of_order },
    Always { name: FAIR_TURNS, holds: |_, it| it.ghost.passed < FAIR },
    Always { name: RESTS, holds: |_, it| !it.ghost.too_early },
    Always { name: PROMPT, holds: |world, it| !it.ghost.idle && world.wakes(it) },
    Always { name: VERDICTS, holds: |_, it| !it.ghost.wrong_verdict },
    Always { name: SOUND, holds: |_, it| it.queue.check().is_ok() },
];

/// What must be seen.
pub const SHOWN: &[&str] = &[
    "a write is superseded",
    "a write is refused for want of a place",
    "an urgent write passes over one that waits for longer",
    "a write starts in its fair turn, although others are more urgent",
    "an autosave rests while another key's starts",
    "a key has its verdict before the deadline",
    "a key that runs and one that does not have their verdicts at the deadline",
    "a key that is not tracked any more keeps its places",
];

/// What the properties must remember.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Ghost {
    /// Pending writes, in the order in which they wait.
    pub lines: Vec<Write>,
    /// Keys of which a write runs, in order.
    pub running: Vec<u8>,
    /// Of each key.
    pub keys: Vec<Key>,
    /// The deadline of the flush.
    pub flush: Option<u8>,
    /// How many starts in a row passed over a write that waits for longer.
    pub passed: u8,
    wrongly_run: bool,
    lost: bool,
    wrongly_refused: bool,
    out_of_order: bool,
    too_early: bool,
    idle: bool,
    wrong_verdict: bool,
}

/// A pending write.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Write {
    /// Its key.
    pub key: u8,
    /// What it is.
    pub item: u8,
    /// How urgent it is.
    pub priority: Priority,
}

/// What is known of a key.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Key {
    /// It is tracked.
    pub tracked: bool,
    /// It has places of its own.
    pub own: bool,
    /// Until when its autosaves wait.
    pub rests: u8,
}

impl Ghost {
    pub(super) fn new(tracked: u8, keys: u8) -> Self {
        let key = |at| Key { tracked: at < tracked, own: at < tracked, rests: 0 };
        let keys = (0..keys).map(key).collect();
        Self {
            lines: Vec::new(),
            running: Vec::new(),
            keys,
            flush: None,
            passed: 0,
            wrongly_run: false,
            lost: false,
            wrongly_refused: false,
            out_of_order: false,
            too_early: false,
            idle: false,
            wrong_verdict: false,
        }
    }

    fn len(&self) -> usize {
        self.lines.len() + self.running.len()
    }

    pub(super) fn pending(&self, key: u8) -> Option<&Write> {
        self.lines.iter().find(|it| it.key == key)
    }

    fn has(&self, key: u8) -> bool {
        self.pending(key).is_some() || self.running.contains(&key)
    }

    fn key(&mut self, key: u8) -> &mut Key {
        &mut self.keys[usize::from(key)]
    }

    /// Forgets what a queue forgets.
    fn tidy(&mut self, key: u8) {
        if !self.has(key) && !self.keys[usize::from(key)].tracked {
            *self.key(key) = Key::default();
        }
        if self.len() == 0 {
            self.flush = None;
        }
    }

    pub(super) fn track(&mut self, key: u8) {
        let rests = self.key(key).rests;
        *self.key(key) = Key { tracked: true, own: true, rests };
    }

    pub(super) fn untrack(&mut self, key: u8) {
        self.key(key).tracked = false;
        self.tidy(key);
    }

    /// The writes that may start, those first that wait for longest.
    pub(super) fn startable(&self, world: &Queueing, now: u8) -> impl Iterator<Item = &Write> {
        let closed = self.flush.is_some_and(|deadline| deadline <= now);
        let free = self.running.len() < usize::from(world.setup.at_once) && !closed;
        self.lines.iter().filter(move |it| free && !self.running.contains(&it.key) && self.rested(it, now))
    }

    pub(super) fn most_urgent(&self, world: &Queueing, now: u8) -> Option<&Write> {
        let most = self.startable(world, now).map(|it| it.priority).max();
        self.startable(world, now).find(|it| Some(it.priority) == most)
    }

    fn rested(&self, it: &Write, now: u8) -> bool {
        it.priority != Priority::Autosave || self.flush.is_some() || self.keys[usize::from(it.key)].rests <= now
    }

    pub(super) fn judge_removal(&mut self, key: u8, removed: Option<u8>) {
        self.lost |= removed != self.pending(key).map(|it| it.item);
        self.lines.retain(|it| it.key != key);
        self.untrack(key);
    }

    pub(super) fn judge_flush(&mut self, deadline: u8, keys: usize) {
        let wanted = (0..=u8::MAX).take(self.keys.len()).filter(|key| self.has(*key)).count();
        self.wrong_verdict |= keys != wanted;
        self.flush = Some(deadline).filter(|_| wanted > 0);
    }

    pub(super) fn judge_expiry(&mut self, now: u8, told: Vec<(u8, Verdict<u8>)>) {
        if self.flush.is_none_or(|deadline| now < deadline) {
            self.wrong_verdict |= !told.is_empty();
            return;
        }
        let keys = (0..=u8::MAX).take(self.keys.len()).filter(|key| self.has(*key));
        let verdict = |key| {
            let pending = self.pending(key).map(|it| it.item);
            (key, Verdict::Deadline { pending, running: self.running.contains(&key) })
        };
        let wanted: Vec<_> = keys.map(verdict).collect();
        self.wrong_verdict |= told != wanted;
        self.lines.clear();
        self.flush = None;
        wanted.iter().for_each(|(key, _)| self.tidy(*key));
    }
}

impl Queueing {
    pub(super) fn judge_push(
        &self,
        state: &mut State,
        key: u8,
        item: u8,
        priority: Priority,
        pushed: Result<Pushed<u8>, Full<u8>>,
    ) {
        let ghost = &mut state.ghost;
        if let Some(at) = ghost.lines.iter().position(|it| it.key == key) {
            let older = &mut ghost.lines[at];
            ghost.lost |= pushed != Ok(Pushed::Superseded(older.item));
            *older = Write { key, item, priority: older.priority.max(priority) };
            return;
        }
        let own = |key: u8, ghost: &Ghost| ghost.keys[usize::from(key)].own;
        let reserved = |it: &&u8| !own(**it, ghost);
        let used = ghost.lines.iter().map(|it| &it.key).chain(&ghost.running).filter(reserved).count();
        let full = !own(key, ghost) && used >= usize::from(self.setup.reserve);
        ghost.wrongly_refused |= pushed != if full { Err(Full(item)) } else { Ok(Pushed::Queued) };
        if pushed.is_ok() {
            ghost.lines.push(Write { key, item, priority });
        }
    }

    pub(super) fn judge_start(&self, state: &mut State, start: Option<Start<u8, u8>>) {
        let State { ghost, now, .. } = state;
        let oldest = ghost.startable(self, *now).next().copied();
        let first = ghost.most_urgent(self, *now).copied();
        let Some(Start { key, item, priority: _ }) = start else {
            ghost.idle |= first.is_some();
            return;
        };
        let known = ghost.pending(key).copied();
        ghost.wrongly_run |= known.is_none_or(|it| it.item != item) || ghost.running.contains(&key);
        ghost.too_early |= known.is_some_and(|it| !ghost.rested(&it, *now));
        ghost.too_early |= ghost.flush.is_some_and(|deadline| deadline <= *now);
        let passes = known != oldest;
        ghost.out_of_order |= known != first && (passes || ghost.passed + 1 < FAIR);
        ghost.passed = if passes { ghost.passed + 1 } else { 0 };
        ghost.lines.retain(|it| it.key != key);
        ghost.running.push(key);
        ghost.running.sort_unstable();
        ghost.wrongly_run |= ghost.running.len() > usize::from(self.setup.at_once);
    }

    pub(super) fn judge_done(
        &self,
        state: &mut State,
        key: u8,
        ended: Ended,
        told: Result<Option<Verdict<u8>>, NotRunning>,
    ) {
        let (ghost, now) = (&mut state.ghost, state.now);
        let Some(at) = ghost.running.iter().position(|it| *it == key) else {
            ghost.wrongly_run |= told != Err(NotRunning);
            return;
        };
        ghost.running.remove(at);
        ghost.key(key).rests = now + self.setup.cooldown;
        let over = ghost.flush.is_some() && !ghost.has(key);
        let verdict = if ended == Ended::Done { Verdict::Done } else { Verdict::Failed };
        ghost.wrong_verdict |= told != Ok(over.then_some(verdict));
        ghost.tidy(key);
    }

    /// At no moment is there something to do before the queue says so, nor nothing when it does.
    fn wakes(&self, state: &State) -> bool {
        let told = if self.does(super::Breach::NoWakeUp) { None } else { state.queue.wake_at() };
        let ghost = &state.ghost;
        let to_do = |now: u8| {
            let over = ghost.flush.is_some_and(|deadline| deadline <= now);
            over || ghost.startable(self, now).next().is_some()
        };
        let late = state.now.saturating_add(1 + self.setup.cooldown);
        (state.now..=late).all(|now| to_do(now) == told.is_some_and(|at| at <= Millis(u64::from(now))))
    }
}

/// Which entries of [`SHOWN`] a step shows, as bits.
pub(super) fn shown(world: &Queueing, from: &State, act: Act, to: &State) -> u64 {
    let (before, after) = (&from.ghost, &to.ghost);
    let started = after.running.len() > before.running.len();
    let first = before.most_urgent(world, from.now);
    let fair = started && before.passed > 0 && after.passed == 0 && first.is_some_and(|it| after.lines.contains(it));
    let rests = before.lines.iter().any(|it| !before.rested(it, from.now) && !before.running.contains(&it.key));
    let over = |ghost: &Ghost| matches!(act, Act::Expire) && before.flush.is_some() && ghost.flush.is_none();
    let one_runs = before.lines.iter().any(|it| !before.running.contains(&it.key)) && !before.running.is_empty();
    let pushed = |own: bool| matches!(act, Act::Push(key, _) if before.keys[usize::from(key)].own == own);
    let leaving = before.keys.iter().any(|key| key.own && !key.tracked);
    let seen = [
        matches!(act, Act::Push(..)) && before.lines.len() == after.lines.len() && before.lines != after.lines,
        pushed(false) && before == after,
        after.passed > before.passed,
        fair,
        started && rests,
        matches!(act, Act::Done(..)) && before.flush.is_some() && after.len() < before.len() && after.len() > 0,
        over(after) && one_runs,
        leaving,
    ];
    seen.iter().enumerate().map(|(bit, seen)| u64::from(*seen) << bit).sum()
}
