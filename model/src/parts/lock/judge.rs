//! What must hold of a few locks, and what must be seen.

use super::{Act, Locking, State};
use crate::driver::Always;
use keyholder_core::lock::{Acquired, NotHolder};

/// At most one call was told that it holds a key's lock, and has not let go since.
pub const EXCLUSIVE: &str = "lock-exclusive";

/// Whoever is told that it holds a lock came first of those who want it.
pub const FIRST_COME: &str = "lock-first-come";

/// Where somebody waits for a lock, somebody was told that it holds it, and has not let go since: no wake-up is lost, whoever is cancelled.
pub const NO_LOST_WAKE_UP: &str = "lock-no-lost-wake-up";

/// A call is refused where as many wait as may, and nowhere else; each is told how many go before it.
pub const BOUND: &str = "lock-bound";

/// The invariants hold, and a key that nobody wants takes no memory.
pub const SOUND: &str = "line-sound";

pub(super) const ALWAYS: &[Always<Locking>] = &[
    Always { name: EXCLUSIVE, holds: |_, it| it.told.iter().all(|told| told.len() <= 1) },
    Always {
        name: FIRST_COME,
        holds: |_, it| it.keys().all(|(line, told)| told.iter().all(|it| line.first() == Some(it))),
    },
    Always { name: NO_LOST_WAKE_UP, holds: |_, it| it.keys().all(|(line, told)| line.is_empty() || !told.is_empty()) },
    Always { name: BOUND, holds: |_, it| !it.wrongly_told },
    Always { name: SOUND, holds: |_, it| it.is_sound() },
];

/// What must be seen.
pub const SHOWN: &[&str] = &[
    "a lock is passed on",
    "a holder is cancelled while others wait",
    "one who waits is cancelled, and others wait behind it",
    "a call is refused by a full line",
    "two keys are held at once",
];

impl State {
    fn keys(&self) -> impl Iterator<Item = (&Vec<u8>, &Vec<u8>)> {
        self.lines.iter().zip(&self.told)
    }

    fn is_sound(&self) -> bool {
        let wanted = self.lines.iter().filter(|line| !line.is_empty()).count();
        self.locks.check().is_ok() && self.locks.len() == wanted
    }

    fn tell(&mut self, key: u8, next: Option<u8>) {
        self.told[usize::from(key)].extend(next);
    }

    fn leaves(&mut self, key: u8, call: u8) {
        self.lines[usize::from(key)].retain(|it| *it != call);
        self.told[usize::from(key)].retain(|it| *it != call);
    }
}

impl Locking {
    pub(super) fn judge_acquired(&self, state: &mut State, key: u8, call: u8, answer: Acquired) {
        let line = &mut state.lines[usize::from(key)];
        let known = line.iter().position(|it| *it == call);
        let full = line.len() > usize::from(self.setup.max_waiting);
        let wanted = match known.unwrap_or(line.len()) {
            0 => Acquired::Granted,
            _ if full && known.is_none() => Acquired::Full,
            ahead => Acquired::Waiting { ahead },
        };
        state.wrongly_told |= answer != wanted;
        if known.is_none() && answer != Acquired::Full {
            line.push(call);
        }
        let told = &mut state.told[usize::from(key)];
        if answer == Acquired::Granted && !told.contains(&call) {
            told.push(call);
        }
    }

    pub(super) fn judge_released(state: &mut State, key: u8, call: u8, next: Result<Option<u8>, NotHolder>) {
        let Ok(next) = next else { return };
        // The lock was let go of on behalf of this call; a host knows nothing of whoever else held it.
        state.leaves(key, call);
        state.tell(key, next);
    }

    pub(super) fn judge_cancelled(state: &mut State, key: u8, call: u8, next: Option<u8>) {
        state.leaves(key, call);
        state.tell(key, next);
    }
}

/// Which entries of [`SHOWN`] a step shows, as bits.
pub(super) fn shown(from: &State, act: Act, to: &State) -> u64 {
    let (Act::Acquire(key, call) | Act::Release(key, call) | Act::Cancel(key, call)) = act;
    let key = usize::from(key);
    let (line, at) = (&from.lines[key], from.lines[key].iter().position(|it| *it == call));
    let passed = from.told[key] != to.told[key] && !to.told[key].is_empty() && !from.told[key].is_empty();
    let cancelled = matches!(act, Act::Cancel(..));
    let refused = matches!(act, Act::Acquire(..)) && at.is_none() && from.lines == to.lines;
    let seen = [
        passed && matches!(act, Act::Release(..)),
        passed && cancelled,
        cancelled && at.is_some_and(|at| at > 0 && at + 1 < line.len()),
        refused,
        to.told.iter().filter(|told| !told.is_empty()).count() > 1,
    ];
    seen.iter().enumerate().map(|(bit, seen)| u64::from(*seen) << bit).sum()
}
