//! Locks by key, and calls that ask for them, let go and are cancelled at any time.

mod judge;
pub mod variants;

pub use judge::{BOUND, EXCLUSIVE, FIRST_COME, NO_LOST_WAKE_UP, SHOWN, SOUND};

use super::World;
use crate::driver::{Always, Checked};
use keyholder_core::config;
use keyholder_core::lock::{Acquired, Locks};
use stateright::{Model, Property};

/// The bounds of a few locks.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// Keys.
    pub keys: u8,
    /// Calls on each key.
    pub calls: u8,
    /// How many may wait for a key.
    pub max_waiting: u8,
}

/// All of them.
pub const WORLDS: &[World<Setup>] = &[
    World {
        name: "one-lock",
        about: "one key, five calls, of which three may wait",
        setup: ONE,
        states: 206,
        shows: &[0, 1, 2, 3],
    },
    World {
        name: "two-locks",
        about: "two keys, four calls on each, of which two may wait",
        setup: Setup { keys: 2, calls: 4, max_waiting: 2 },
        states: 1_681,
        shows: &[0, 1, 2, 3, 4],
    },
];

/// One key.
pub const ONE: Setup = Setup { keys: 1, calls: 5, max_waiting: 3 };

/// A few locks, and what they do wrong, if anything.
pub struct Locking {
    setup: Setup,
    breach: Option<Breach>,
}

/// What locks, or their host, do against the specification.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Breach {
    /// Nobody is told that the lock of a cancelled holder is theirs.
    LosesWakeUp,
    /// A holder that is cancelled keeps the lock.
    KeepsCancelled,
    /// The first who waits is told that it holds the lock.
    GrantedTwice,
    /// Anybody may release.
    ReleasedByAnybody,
    /// Who came last is next.
    LastFirst,
    /// One more may wait.
    LineGrows,
}

/// One state.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct State {
    /// The locks.
    pub locks: Locks<u8, u8>,
    /// The calls on each key that hold its lock or wait for it, in the order in which they came.
    pub lines: Vec<Vec<u8>>,
    /// The calls that were told that they hold the lock, by key.
    pub told: Vec<Vec<u8>>,
    /// Somebody was told something wrong about the line, or its bound.
    pub wrongly_told: bool,
}

/// What happens: a call on a key does this.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Act {
    /// It asks for the lock.
    Acquire(u8, u8),
    /// It lets go.
    Release(u8, u8),
    /// It is cancelled.
    Cancel(u8, u8),
}

impl Locking {
    /// The locks as they are built.
    pub fn new(setup: Setup) -> Self {
        Self { setup, breach: None }
    }

    fn does(&self, breach: Breach) -> bool {
        self.breach == Some(breach)
    }

    fn act(&self, state: &mut State, act: Act) {
        match act {
            Act::Acquire(key, call) => {
                let mut answer = state.locks.acquire(key, call);
                if self.does(Breach::GrantedTwice) && answer == (Acquired::Waiting { ahead: 1 }) {
                    answer = Acquired::Granted;
                }
                self.judge_acquired(state, key, call, answer);
            }
            Act::Release(key, call) => {
                let by = if self.does(Breach::ReleasedByAnybody) { state.locks.holder(&key).copied() } else { None };
                let last = state.locks.waiting(&key).last().copied().filter(|_| self.does(Breach::LastFirst));
                let overtaken: Vec<u8> = state.locks.waiting(&key).copied().filter(|it| last != Some(*it)).collect();
                let mut next = state.locks.release(&key, &by.unwrap_or(call));
                if let (Some(last), Ok(_)) = (last, next) {
                    for it in overtaken.iter().rev() {
                        state.locks.cancel(&key, it);
                    }
                    for it in overtaken {
                        state.locks.acquire(key, it);
                    }
                    next = Ok(Some(last));
                }
                Self::judge_released(state, key, call, next);
            }
            Act::Cancel(key, call) => {
                let holds = state.locks.holder(&key) == Some(&call);
                let kept = self.does(Breach::KeepsCancelled) && holds;
                let next = if kept { None } else { state.locks.cancel(&key, &call) };
                Self::judge_cancelled(state, key, call, next.filter(|_| !self.does(Breach::LosesWakeUp)));
            }
        }
    }
}

impl Model for Locking {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        let max_waiting = u32::from(self.setup.max_waiting) + u32::from(self.does(Breach::LineGrows));
        let lines = vec![Vec::new(); usize::from(self.setup.keys)];
        let locks = Locks::new(&config::Lock { max_waiting });
        vec![State { locks, told: lines.clone(), lines, wrongly_told: false }]
    }

    fn actions(&self, _: &State, actions: &mut Vec<Act>) {
        for key in 0..self.setup.keys {
            for call in 0..self.setup.calls {
                actions.extend([Act::Acquire(key, call), Act::Release(key, call), Act::Cancel(key, call)]);
            }
        }
    }

    fn next_state(&self, state: &State, act: Act) -> Option<State> {
        let mut next = state.clone();
        self.act(&mut next, act);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        judge::ALWAYS.iter().map(|it| Property::always(it.name, it.holds)).collect()
    }
}

impl Checked for Locking {
    fn always(&self) -> &'static [Always<Self>] {
        judge::ALWAYS
    }

    fn sometimes(&self) -> &'static [&'static str] {
        SHOWN
    }

    fn witness(&self, from: &State, act: &Act, to: &State, _wanted: u64) -> u64 {
        judge::shown(from, *act, to)
    }
}
