//! What to do after a request has failed.
//!
//! It is a part for hosts and stands alone: it sends nothing and has no clock. One machine belongs to one call that
//! belongs to no session; a session itself goes on until it knows.
//!
//! ```text
//!             Failed: throttled, transient                    Failed: throttled, transient, unknown
//!               Again{within}                                    ReadBack{within}
//!              ┌───────┐          Failed: unknown                ┌───────┐
//!    ────────▶ │  sent ├───────────────────────────────────────▶ │  read │
//!              └───┬───┘ ◀───────────────────────────────────────┴───┬───┘
//!                  │        Absent: Again{at once}                   │
//!                  └──────────▶ GiveUp(why) ◀────────────────────────┘
//!                     permanent, or as many attempts as may be
//! ```
//!
//! **Nothing is sent again while nobody knows whether it was applied.** After [`Failure::Unknown`] the store is read,
//! past every cache, and only [`Heard::Absent`] leads to another attempt (KIT-10, race R05). If the write is there, the
//! call has succeeded: whoever sees that drops the machine, as after any success.
//!
//! **Bounds.** At most `retry_attempts` attempts are made, the first included (K14), and at most as many reads. The
//! wait doubles with each up to `retry_cap_ms`, and is a window in which the host picks (K15); one that the platform
//! asks for is the least.
//!
//! ```
//! use keyholder_core::config::{Config, Settings};
//! use keyholder_core::retry::{Failure, GaveUp, Heard, Next, Retry};
//! use keyholder_core::timer::Window;
//!
//! let config = Config::new(Settings { retry_attempts: 2, ..Settings::DEFAULT }, ())?;
//! let mut retry = Retry::new(); // the first attempt was sent
//! let next = retry.heard(&config, Heard::Failed(Failure::Unknown));
//! assert_eq!(next, Ok(Next::ReadBack { within: Window::up_to(1_000) }));
//! assert_eq!(retry.heard(&config, Heard::Absent), Ok(Next::Again { within: Window::exactly(0) }));
//! let next = retry.heard(&config, Heard::Failed(Failure::Transient));
//! assert_eq!(next, Ok(Next::GiveUp(GaveUp::Attempts)));
//! # Ok::<(), keyholder_core::config::ConfigError>(())
//! ```

#[cfg(test)]
mod tests;

use crate::config::{Config, MAX_MS};
use crate::timer::{Millis, Window};
use core::fmt;

/// Why a request failed, as an adapter tells it (K16).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "an adapter puts every error into one of these classes")]
pub enum Failure {
    /// The platform wants fewer requests, and has not applied it. It may say for how long.
    Throttled(Option<Millis>),
    /// It was not applied, and another attempt may succeed.
    Transient,
    /// Nobody knows whether it was applied. Of a read it is the same as transient.
    Unknown,
    /// It was not applied, and no attempt will succeed.
    Permanent,
}

/// What was heard of the request that was sent last.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a request that neither failed nor found nothing has succeeded")]
pub enum Heard {
    /// It failed.
    Failed(Failure),
    /// It was a read, and the write is not there and can no longer come.
    Absent,
}

/// What to do next.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a host carries out what it is told")]
pub enum Next {
    /// Send it again.
    Again {
        /// After so long.
        within: Window,
    },
    /// Read whether it was applied, past every cache.
    ReadBack {
        /// After so long.
        within: Window,
    },
    /// Tell the caller.
    GiveUp(GaveUp),
}

/// Why nothing more is done.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a caller must know whether it may have been applied")]
pub enum GaveUp {
    /// It was not applied, and cannot be.
    Permanent,
    /// It was not applied, and there were as many attempts as may be.
    Attempts,
    /// Nobody knows whether it was applied, and reading failed for good, or as often as may be.
    InDoubt,
}

impl fmt::Display for GaveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Permanent => "it was not applied, and cannot be",
            Self::Attempts => "it was not applied in as many attempts as may be (retry_attempts)",
            Self::InDoubt => "nobody knows whether it was applied, and it could not be read",
        })
    }
}

impl core::error::Error for GaveUp {}

/// That the write is not there was heard, and no read was asked for; nothing has changed.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "there is nothing more to say")]
pub struct NotReading;

impl fmt::Display for NotReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing was to be read: the request that was sent last is no read")
    }
}

impl core::error::Error for NotReading {}

/// One call. Sources: KIT-10, decisions K14 to K16, race R13.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Retry {
    phase: Phase,
    /// Attempts that were made.
    attempts: u32,
    /// Reads that were made.
    reads: u32,
}

#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
enum Phase {
    /// An attempt was sent.
    Sent,
    /// Nobody knows whether it was applied, and a read was sent.
    Reading,
}

impl Default for Retry {
    fn default() -> Self {
        Self::new()
    }
}

impl Retry {
    /// The first attempt is sent.
    pub fn new() -> Self {
        Self { phase: Phase::Sent, attempts: 1, reads: 0 }
    }

    /// What to do after the request that was sent last. A machine that gave up is done with: whatever it hears, it does
    /// so again or is asked to send no more than its bounds.
    ///
    /// # Errors
    /// [`NotReading`] for [`Heard::Absent`] if no read was asked for. Nothing has changed then.
    pub fn heard<S>(&mut self, config: &Config<S>, heard: Heard) -> Result<Next, NotReading> {
        let most = config.settings().retry_attempts;
        Ok(match (self.phase, heard) {
            (Phase::Sent, Heard::Absent) => return Err(NotReading),
            (Phase::Sent, Heard::Failed(Failure::Permanent)) => Next::GiveUp(GaveUp::Permanent),
            (Phase::Sent, Heard::Failed(failure @ (Failure::Throttled(_) | Failure::Transient))) => {
                let within = self.wait(config, failure);
                self.again(most, within)
            }
            (Phase::Sent, Heard::Failed(failure @ Failure::Unknown)) => self.read(most, self.wait(config, failure)),
            // What was spent on waiting was spent before the read.
            (Phase::Reading, Heard::Absent) => self.again(most, Window::exactly(0)),
            (Phase::Reading, Heard::Failed(Failure::Permanent)) => Next::GiveUp(GaveUp::InDoubt),
            (
                Phase::Reading,
                Heard::Failed(failure @ (Failure::Throttled(_) | Failure::Transient | Failure::Unknown)),
            ) => self.read(most, self.wait(config, failure)),
        })
    }

    /// True while nobody knows whether the last attempt was applied.
    pub fn is_in_doubt(&self) -> bool {
        self.phase == Phase::Reading
    }

    /// How many attempts were made, the one included that is being made.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    fn again(&mut self, most: u32, within: Window) -> Next {
        if self.attempts >= most {
            return Next::GiveUp(GaveUp::Attempts);
        }
        *self = Self { phase: Phase::Sent, attempts: self.attempts.saturating_add(1), reads: self.reads };
        Next::Again { within }
    }

    fn read(&mut self, most: u32, within: Window) -> Next {
        self.phase = Phase::Reading;
        if self.reads >= most {
            return Next::GiveUp(GaveUp::InDoubt);
        }
        self.reads = self.reads.saturating_add(1);
        Next::ReadBack { within }
    }

    /// As long as the platform asks for, at least, and as long as it is usual after so many requests.
    fn wait<S>(&self, config: &Config<S>, failure: Failure) -> Window {
        let usual = config.backoff(self.attempts.saturating_add(self.reads).saturating_sub(1));
        let asked = match failure {
            Failure::Throttled(asked) => asked.map_or(0, |it| it.0.min(MAX_MS)),
            Failure::Transient | Failure::Unknown | Failure::Permanent => 0,
        };
        // Whoever was told the same moment does not come back at the same moment.
        let spread = usual.max.0.saturating_sub(usual.min.0);
        let min = usual.min.0.max(asked);
        Window { min: Millis(min), max: Millis(min.saturating_add(spread)) }
    }
}
