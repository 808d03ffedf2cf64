//! Time as effects: the core says what it wants to be woken for, the host owns the clock.
//!
//! Any armed timer may fire at any moment, late or twice, without harm to the data: a fire that nothing waits for is
//! without effect. Jitter is the width of the window, and the host picks a moment inside it.

use alloc::collections::BTreeMap;

/// Milliseconds, a duration.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Millis(pub u64);

/// What a session wants to be woken for. Arming a timer again replaces the earlier moment.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "a host that ignores a timer is a broken host")]
pub enum Timer {
    /// To repeat a request whose outcome was unknown or that could not be made.
    Retry,
    /// To stop waiting for an answer of the server that holds the record.
    Answer,
    /// To have observed the record's owner unchanged for the steal window (rule R-20).
    Observe,
    /// To give up opening.
    Patience,
    /// To write unsaved changes into the journal.
    Journal,
    /// To save: the bound on how long a change may stay un-durable.
    Save,
}

/// A span of time in which a timer may fire; the host picks a moment in it.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Window {
    /// Not before.
    pub min: Millis,
    /// Not after, as far as the host can help it.
    pub max: Millis,
}

impl Window {
    /// Exactly this long.
    pub fn exactly(millis: u64) -> Self {
        Self { min: Millis(millis), max: Millis(millis) }
    }

    /// Between half of it and all of it: the jitter of a retry.
    pub fn up_to(millis: u64) -> Self {
        Self { min: Millis(millis / 2), max: Millis(millis) }
    }
}

/// A table of armed timers for hosts that own a clock. It is not part of a session's state.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Timers(BTreeMap<Timer, Millis>);

impl Timers {
    /// No timer armed.
    pub fn new() -> Self {
        Self::default()
    }

    /// Arms `timer` for the moment `at`, measured on the host's own monotonic clock.
    pub fn arm(&mut self, timer: Timer, at: Millis) {
        self.0.insert(timer, at);
    }

    /// Disarms `timer`; nothing happens if it was not armed.
    pub fn disarm(&mut self, timer: Timer) {
        self.0.remove(&timer);
    }

    /// The earliest armed moment.
    pub fn next(&self) -> Option<Millis> {
        self.0.values().min().copied()
    }

    /// Takes out one timer whose moment has come, the earliest first.
    pub fn pop_due(&mut self, now: Millis) -> Option<Timer> {
        let (timer, at) = self.0.iter().min_by_key(|(timer, at)| (**at, **timer)).map(|(timer, at)| (*timer, *at))?;
        if at > now {
            return None;
        }
        self.0.remove(&timer);
        Some(timer)
    }
}
