//! Why a store did not do what it was asked, in three values.

use std::time::Duration;
use thiserror::Error;

/// How a call on a store ended, if not as asked. Never holds what is stored.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "outcomes are three-valued: applied, not applied, unknown")]
pub enum StoreError {
    /// The item is not as the caller expected: not applied. Read it again and decide again.
    #[error("somebody else wrote in between; nothing was applied: read again and decide again")]
    Conflict,
    /// Not applied, and never will be.
    #[error("nothing was applied: {0}")]
    NotApplied(#[from] NotApplied),
    /// May have been applied, may still be applied later, or never. Only a read tells, and only of that moment.
    #[error("nobody knows whether it was applied, or will be: read again and decide again")]
    Unknown,
}

/// Why a call was not applied.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "each asks something else of the caller: wait, try again, stop")]
pub enum NotApplied {
    /// Too many requests.
    #[error("the store is throttled; {}", waiting(*wait))]
    Throttled {
        /// How long to wait, if the store says so. Less than that is refused again.
        wait: Option<Duration>,
    },
    /// The store could not be reached.
    #[error("the store could not be reached; try again later")]
    Unavailable,
    /// The same call will be refused again.
    #[error(transparent)]
    Refused(#[from] Refused),
}

fn waiting(wait: Option<Duration>) -> String {
    wait.map_or_else(|| "wait, longer each time".to_owned(), |wait| format!("wait {:.1} s", wait.as_secs_f64()))
}

/// Why the same call will be refused again.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum Refused {
    /// The text is too large.
    #[error("the text has more than {limit} bytes; make it smaller")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// More users or attributes beside the text than the store takes.
    #[error("more {what} than the {limit} that the store takes")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How much there may be.
        limit: usize,
    },
    /// The life of an entry is out of bounds.
    #[error("an entry may live from {min:?} to {max:?}")]
    Ttl {
        /// The shortest life.
        min: Duration,
        /// The longest life.
        max: Duration,
    },
    /// The store has no such operation: see its capabilities.
    #[error("the store has no {0}")]
    Unsupported(&'static str),
    /// The store is full, and the write would make it larger.
    #[error("the store is full; make room, then try again")]
    Full,
    /// The store does not know who asks: the key is wrong, or not valid any more.
    #[error("the store does not accept the key; look whether it is whole, not expired, and for this store")]
    Unauthenticated,
    /// The store knows who asks, and does not allow this.
    #[error("the store denies access; correct the permissions of the key")]
    Denied,
    /// The store does not understand the request, or takes it to be wrong.
    #[error("the store calls the request invalid (status {status}); look at its address and settings")]
    Invalid {
        /// The status of its answer.
        status: u16,
    },
    /// What is stored cannot be read.
    #[error("the store is damaged; restore it from a backup")]
    Corrupt,
    /// The store has stopped: it was closed, or its medium failed.
    #[error("the store has stopped; open it again")]
    Stopped,
}

impl From<Refused> for StoreError {
    fn from(why: Refused) -> Self {
        Self::NotApplied(NotApplied::Refused(why))
    }
}

impl StoreError {
    /// The store could not be reached.
    pub const UNAVAILABLE: Self = Self::NotApplied(NotApplied::Unavailable);
}
