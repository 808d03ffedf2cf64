//! Locks by key: calls on one key run one after the other, in the order in which they came, and other keys beside them.
//!
//! It is a part for hosts and stands alone. Nothing waits in here: who may not go on yet is told so, and whoever lets
//! go is told who holds the lock next; waking that one is the host's. A waiter is any value that names a call, and each
//! call has its own.
//!
//! **Cancelling** is possible at any time, for one who waits and for one who holds, also for one to whom the lock was
//! passed while it was being cancelled: the answer names the next holder then, so no wake-up is lost.
//!
//! **What it takes.** A key that nobody holds takes no memory. A key is found in a number of steps that grows with the
//! logarithm of the keys that are held; who asks or is cancelled is looked for among those that wait for the key.
//!
//! ```
//! use keyholder_core::config::Settings;
//! use keyholder_core::lock::{Acquired, Locks};
//!
//! let mut locks: Locks<&str, u32> = Locks::new(&Settings::DEFAULT.lock);
//! assert_eq!(locks.acquire("ann", 1), Acquired::Granted);
//! assert_eq!(locks.acquire("ann", 2), Acquired::Waiting { ahead: 1 });
//! assert_eq!(locks.acquire("ann", 3), Acquired::Waiting { ahead: 2 });
//! assert_eq!(locks.acquire("bob", 4), Acquired::Granted);
//!
//! assert_eq!(locks.cancel(&"ann", &2), None); // nobody is woken: 1 holds it still
//! assert_eq!(locks.release(&"ann", &1), Ok(Some(3)));
//! assert_eq!(locks.cancel(&"ann", &3), None); // and nobody waits for it
//! assert_eq!(locks.len(), 1);
//! ```

#[cfg(test)]
mod tests;

use crate::check::{Violation, holds};
use crate::config;
use alloc::collections::{BTreeMap, VecDeque};
use core::fmt;

/// Who holds which key, and who waits for it. Sources: KIT-9, decision K31, race R12.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Locks<K, W> {
    max_waiting: usize,
    /// The holder of each held key, and those who wait behind it. No line is empty.
    lines: BTreeMap<K, VecDeque<W>>,
}

/// The answer to one who asks for a lock.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a host that goes on without the lock is a broken host")]
pub enum Acquired {
    /// It has the lock.
    Granted,
    /// It has a place in the line, and will be named when the lock is passed to it.
    Waiting {
        /// How many go before it, the holder included.
        ahead: usize,
    },
    /// As many wait as may: it has no place, and nothing has happened.
    Full,
}

/// A lock was to be released by one who does not hold it; nothing has happened.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "there is nothing more to say")]
pub struct NotHolder;

impl fmt::Display for NotHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the lock was not released: somebody else holds it, or nobody")
    }
}

impl core::error::Error for NotHolder {}

impl<K: Clone + Ord, W: Clone + Eq> Locks<K, W> {
    /// No key is held.
    pub fn new(settings: &config::Lock) -> Self {
        Self { max_waiting: usize::try_from(settings.max_waiting).unwrap_or(usize::MAX), lines: BTreeMap::new() }
    }

    /// Asks for a key's lock. Who asks again gets the same answer again, and no second place.
    pub fn acquire(&mut self, key: K, waiter: W) -> Acquired {
        let Some(line) = self.lines.get_mut(&key) else {
            self.lines.insert(key, VecDeque::from([waiter]));
            return Acquired::Granted;
        };
        match line.iter().position(|it| *it == waiter) {
            Some(0) => return Acquired::Granted,
            Some(ahead) => return Acquired::Waiting { ahead },
            None => {}
        }
        let ahead = line.len();
        if ahead > self.max_waiting {
            return Acquired::Full;
        }
        line.push_back(waiter);
        Acquired::Waiting { ahead }
    }

    /// The holder lets go. The answer is who holds the lock from now on, if somebody waited: the host wakes that one.
    ///
    /// # Errors
    /// [`NotHolder`] if `waiter` does not hold the lock: one who waits for it cannot release it, nor one who held it.
    pub fn release(&mut self, key: &K, waiter: &W) -> Result<Option<W>, NotHolder> {
        if self.holder(key) != Some(waiter) {
            return Err(NotHolder);
        }
        Ok(self.pass_on(key))
    }

    /// One who waits gives up, or one who holds the lock goes away without having released it. The answer is who holds
    /// the lock because of this, for the host to wake. One that has no place is without effect.
    pub fn cancel(&mut self, key: &K, waiter: &W) -> Option<W> {
        let line = self.lines.get_mut(key)?;
        match line.iter().position(|it| it == waiter)? {
            0 => self.pass_on(key),
            at => {
                line.remove(at);
                None
            }
        }
    }

    /// Who holds a key's lock.
    pub fn holder(&self, key: &K) -> Option<&W> {
        self.lines.get(key)?.front()
    }

    /// Who waits for a key's lock, the next holder first.
    pub fn waiting(&self, key: &K) -> impl Iterator<Item = &W> {
        self.lines.get(key).into_iter().flat_map(|line| line.iter().skip(1))
    }

    /// How many keys are held.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// True if no key is held.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Checks what holds between two inputs.
    ///
    /// # Errors
    /// The first [`Violation`] found.
    pub fn check(&self) -> Result<(), Violation> {
        for line in self.lines.values() {
            holds(!line.is_empty(), SOUND, "a key that nobody holds takes no memory")?;
            holds(line.len().saturating_sub(1) <= self.max_waiting, SOUND, "no more wait than may")?;
            let once = line.iter().enumerate().all(|(at, it)| !line.iter().skip(at.saturating_add(1)).any(|x| x == it));
            holds(once, SOUND, "nobody stands in line twice")?;
        }
        Ok(())
    }

    /// The holder goes; whoever is next holds the lock.
    fn pass_on(&mut self, key: &K) -> Option<W> {
        let line = self.lines.get_mut(key)?;
        line.pop_front();
        let next = line.front().cloned();
        if next.is_none() {
            self.lines.remove(key);
        }
        next
    }
}

/// The property that rests on the invariants.
const SOUND: &str = "line-sound";
