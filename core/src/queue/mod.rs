//! The queue of writes that could not be made at once.
//!
//! It is a part for hosts and stands alone: it has no clock, no store and no thread. `now` arrives with the input; what
//! a write is, and how it is made, is the host's.
//!
//! **One and one.** Of each key at most one write runs and one is pending. A newer one takes the place of the pending
//! one, which is given back as superseded (D8). At most `shutdown.max_concurrent_saves` run in all.
//!
//! **Places.** Each tracked key has its two places; keys that nobody tracks share `queue.reserve` (D9). So there are
//! never more than twice the tracked keys and the reserve, no player's write is refused for another's, and where there
//! is no place the write is given back: nothing is ever dropped (race R36).
//!
//! **Order.** The more urgent first, and the one that waits for longest among equals. But a start that passes over one
//! that waits for longer is followed by at most three more of its kind: at the latest every [`FAIR`]th start is of the
//! write that waits for longest of all. So a write that may start, and before which `n` others were pushed, is one of
//! the next `(n + 1) * FAIR` starts, whatever is pushed behind it. One that takes the place of an older one takes its
//! place in this order as well, so that a key that saves often is not put off for ever.
//!
//! **Cooldown.** An autosave waits until `queue.cooldown_ms` after the key's last write ended; what is asked for, a
//! leave and a flush do not (D10). A key that nobody tracks is forgotten with its last write, and its cooldown with it.
//!
//! **Flush.** From [`Queue::flush`] on nothing waits for a cooldown, and every key that has anything in the queue gets
//! one verdict: as soon as nothing of it is left, or at the deadline (KIT-3, race R26).
//!
//! ```
//! use keyholder_core::config::Settings;
//! use keyholder_core::queue::{Ended, Priority, Pushed, Queue, Verdict};
//! use keyholder_core::timer::Millis;
//!
//! let mut queue = Queue::new(&Settings::DEFAULT.queue, &Settings::DEFAULT.shutdown);
//! queue.track("ann");
//! assert_eq!(queue.push("ann", 1, Priority::Autosave)?, Pushed::Queued);
//! assert_eq!(queue.push("ann", 2, Priority::Autosave)?, Pushed::Superseded(1));
//! assert_eq!(queue.next(Millis(0)).map(|it| it.item), Some(2));
//!
//! // Its next one waits until it is done, and 6 s more, unless it is asked for.
//! queue.push("ann", 3, Priority::Autosave)?;
//! assert_eq!(queue.done(&"ann", Ended::Done, Millis(100)), Ok(None));
//! assert_eq!((queue.next(Millis(100)), queue.wake_at()), (None, Some(Millis(6_100))));
//! assert_eq!(queue.flush(Millis(30_000)), 1);
//! assert_eq!(queue.next(Millis(200)).map(|it| it.item), Some(3));
//! assert_eq!(queue.done(&"ann", Ended::Done, Millis(300)), Ok(Some(Verdict::Done)));
//! # Ok::<(), keyholder_core::queue::Full<i32>>(())
//! ```

mod answer;
mod line;
#[cfg(test)]
mod tests;
mod value;

pub use answer::{Ended, Full, NotRunning, Priority, Pushed, Start, Verdict};
pub use line::FAIR;

use crate::config;
use crate::timer::Millis;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use line::{Line, Rank};

/// Writes that wait, by key. Sources: DIA-6, DIA-7, KIT-3, decisions D8 to D10 and K18, race R36.
#[derive(Clone, Debug)]
pub struct Queue<K, T> {
    cooldown: u64,
    reserve: usize,
    max_running: usize,
    slots: BTreeMap<K, Slot<T>>,
    line: Line<K>,
    running: usize,
    /// Slots of tracked keys, those included that were untracked and are not empty yet.
    tracked: usize,
    /// Writes of keys that are not among those.
    reserved: usize,
    /// The deadline of the flush, while there is one.
    flush: Option<Millis>,
}

/// What there is of a key: it is tracked, or has something in the queue.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Slot<T> {
    places: Places,
    pending: Option<Pending<T>>,
    running: bool,
    /// Until when its autosaves wait.
    rests: Millis,
}

/// Where a key's writes have their places.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Places {
    /// It has two of its own.
    Tracked,
    /// It has them as long as there is something in them.
    Leaving,
    /// In the reserve.
    Reserve,
}

#[derive(Clone, Debug)]
struct Pending<T> {
    item: T,
    priority: Priority,
    /// Its place in the order in which writes were pushed.
    order: u64,
}

impl<K: Clone + Ord, T> Queue<K, T> {
    /// An empty queue that tracks no key.
    pub fn new(queue: &config::Queue, shutdown: &config::Shutdown) -> Self {
        let count = |it| usize::try_from(it).unwrap_or(usize::MAX);
        Self {
            cooldown: queue.cooldown_ms,
            reserve: count(queue.reserve),
            max_running: count(shutdown.max_concurrent_saves),
            slots: BTreeMap::new(),
            line: Line::default(),
            running: 0,
            tracked: 0,
            reserved: 0,
            flush: None,
        }
    }

    /// A key is open here: it has two places of its own from now on.
    pub fn track(&mut self, key: K) {
        let slot = self.slots.entry(key).or_insert_with(Slot::new);
        if slot.places == Places::Reserve {
            self.reserved = self.reserved.saturating_sub(slot.len());
            self.tracked = self.tracked.saturating_add(1);
        }
        slot.places = Places::Tracked;
    }

    /// A key is not open any more. What it has in the queue stays there, in its own places, until it is written.
    pub fn untrack(&mut self, key: &K) {
        if let Some(slot) = self.slots.get_mut(key).filter(|slot| slot.places == Places::Tracked) {
            slot.places = Places::Leaving;
            self.tidy(key);
        }
    }

    /// Takes a key's pending write out of the queue, and untracks it: the write is the answer, and gets no other. What
    /// runs cannot be called back, and is told to be done as always.
    pub fn remove(&mut self, key: &K) -> Option<T> {
        let pending = self.take(key);
        self.untrack(key);
        self.tidy(key);
        self.end_flush();
        pending.map(|it| it.item)
    }

    /// Puts a write into the queue. It holds what the key's older pending one does, if there is one: that is superseded,
    /// and what was urgent about it stays so.
    ///
    /// # Errors
    /// [`Full`] with the write if the key is not tracked and there is no place in the reserve. Nothing has happened then.
    pub fn push(&mut self, key: K, item: T, priority: Priority) -> Result<Pushed<T>, Full<T>> {
        let places = self.slots.get(&key).map_or(Places::Reserve, |slot| slot.places);
        let older = self.take(&key);
        if places == Places::Reserve {
            if self.reserved >= self.reserve {
                return Err(Full(item));
            }
            self.reserved = self.reserved.saturating_add(1);
        }
        let order = older.as_ref().map_or_else(|| self.line.last(), |it| it.order);
        let priority = older.as_ref().map_or(priority, |it| it.priority.max(priority));
        let slot = self.slots.entry(key.clone()).or_insert_with(Slot::new);
        slot.pending = Some(Pending { item, priority, order });
        self.enter(&key);
        Ok(older.map_or(Pushed::Queued, |it| Pushed::Superseded(it.item)))
    }

    /// The write to be made now, if one may start; ask again until there is none.
    pub fn next(&mut self, now: Millis) -> Option<Start<K, T>> {
        if self.running >= self.max_running || self.flush.is_some_and(|deadline| deadline <= now) {
            return None;
        }
        self.line.wake(now, |key| self.slots.get(key)?.pending.as_ref().map(Pending::rank));
        let key = self.line.pick()?;
        let slot = self.slots.get_mut(&key)?;
        let Pending { item, priority, order: _ } = slot.pending.take()?;
        slot.running = true;
        self.running = self.running.saturating_add(1);
        Some(Start { key, item, priority })
    }

    /// A key's write has ended. The answer is the key's verdict if it has one now: in a flush, once nothing is left.
    ///
    /// # Errors
    /// [`NotRunning`] if no write of the key runs. Nothing has happened then.
    pub fn done(&mut self, key: &K, ended: Ended, now: Millis) -> Result<Option<Verdict<T>>, NotRunning> {
        let slot = self.slots.get_mut(key).filter(|slot| slot.running).ok_or(NotRunning)?;
        slot.running = false;
        slot.rests = Millis(now.0.saturating_add(self.cooldown));
        self.running = self.running.saturating_sub(1);
        if slot.places == Places::Reserve {
            self.reserved = self.reserved.saturating_sub(1);
        }
        if slot.pending.is_some() {
            self.line.behind = self.line.behind.saturating_sub(1);
            self.enter(key);
            return Ok(None);
        }
        self.tidy(key);
        let flushed = self.flush.is_some();
        self.end_flush();
        Ok(flushed.then_some(match ended {
            Ended::Done => Verdict::Done,
            Ended::Failed => Verdict::Failed,
        }))
    }

    /// Forces everything out by a moment. The answer is how many keys have something in the queue: each gets a verdict,
    /// from [`done`](Self::done) or from [`expire`](Self::expire), and so does a key that comes in before nothing is left.
    /// While a flush is under way, another one moves its deadline.
    pub fn flush(&mut self, deadline: Millis) -> usize {
        self.flush = Some(deadline);
        self.end_flush();
        self.line.wake(Millis(u64::MAX), |key| self.slots.get(key)?.pending.as_ref().map(Pending::rank));
        self.slots.values().filter(|slot| slot.len() > 0).count()
    }

    /// Ends a flush whose deadline has come: the verdicts of the keys that have none yet, with what was not begun.
    pub fn expire(&mut self, now: Millis) -> Vec<(K, Verdict<T>)> {
        if self.flush.is_none_or(|deadline| now < deadline) {
            return Vec::new();
        }
        self.flush = None;
        let left = self.slots.iter().filter(|(_, slot)| slot.len() > 0);
        let left: Vec<(K, bool)> = left.map(|(key, slot)| (key.clone(), slot.running)).collect();
        let verdict = |(key, running): (K, bool)| {
            let pending = self.take(&key).map(|it| it.item);
            self.tidy(&key);
            (key, Verdict::Deadline { pending, running })
        };
        left.into_iter().map(verdict).collect()
    }

    /// The earliest moment at which there is something to do that no input announces: a write may start, or the flush
    /// is over. A moment that has passed, such as 0, is now. `None`: nothing happens by itself.
    pub fn wake_at(&self) -> Option<Millis> {
        let start = if self.running < self.max_running { self.line.due() } else { None };
        start.into_iter().chain(self.flush).min()
    }

    /// How many writes wait or run; at most [`capacity`](Self::capacity).
    pub fn len(&self) -> usize {
        self.line.behind.saturating_add(self.line.len()).saturating_add(self.running)
    }

    /// True if nothing waits and nothing runs.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many writes run; at most `shutdown.max_concurrent_saves`.
    pub fn running(&self) -> usize {
        self.running
    }

    /// The most writes that there can be: two for each tracked key, and the reserve. A key counts as tracked until what
    /// it had in the queue when it was untracked is gone.
    pub fn capacity(&self) -> usize {
        self.tracked.saturating_mul(2).saturating_add(self.reserve)
    }

    /// True from [`flush`](Self::flush) until nothing is left, or [`expire`](Self::expire).
    pub fn is_flushing(&self) -> bool {
        self.flush.is_some()
    }

    /// Takes a pending write out.
    fn take(&mut self, key: &K) -> Option<Pending<T>> {
        let slot = self.slots.get_mut(key)?;
        let pending = slot.pending.take()?;
        self.line.leave(key, slot.running, slot.rests, pending.rank());
        if slot.places == Places::Reserve {
            self.reserved = self.reserved.saturating_sub(1);
        }
        Some(pending)
    }

    /// Puts a pending write where it waits: for the one that runs, for the cooldown, or for its turn.
    fn enter(&mut self, key: &K) {
        if let Some(slot) = self.slots.get(key)
            && let Some(pending) = &slot.pending
        {
            let rests = pending.priority == Priority::Autosave && self.flush.is_none();
            let until = rests.then_some(slot.rests);
            self.line.enter(key, slot.running, until, pending.rank());
        }
    }

    /// Forgets a key of which there is nothing left.
    fn tidy(&mut self, key: &K) {
        let Some(slot) = self.slots.get(key).filter(|slot| slot.len() == 0) else {
            return;
        };
        match slot.places {
            Places::Tracked => return,
            Places::Leaving => self.tracked = self.tracked.saturating_sub(1),
            Places::Reserve => {}
        }
        self.slots.remove(key);
    }

    /// A flush is over when nothing is left.
    fn end_flush(&mut self) {
        if self.is_empty() {
            self.flush = None;
        }
    }
}

impl<T> Slot<T> {
    fn new() -> Self {
        Self { places: Places::Reserve, pending: None, running: false, rests: Millis(0) }
    }

    /// How many writes there are.
    fn len(&self) -> usize {
        usize::from(self.pending.is_some()).saturating_add(usize::from(self.running))
    }
}

impl<T> Pending<T> {
    fn rank(&self) -> Rank {
        (self.priority, self.order)
    }
}
