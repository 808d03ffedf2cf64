//! Requests per minute.

use crate::backend::NotApplied;
use std::time::Duration;
use tokio::time::Instant;

const MINUTE: Duration = Duration::from_secs(60);

/// How many requests of each kind a durable store answers in a minute.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand")]
pub struct DurableQuota {
    /// Reads, of versions too.
    pub reads: u32,
    /// Writes.
    pub writes: u32,
    /// Lists, of versions too.
    pub lists: u32,
    /// Removals.
    pub removals: u32,
}

impl DurableQuota {
    /// What the platform answers for an experience with so many players, in all of its servers together.
    pub fn platform(players: u32) -> Self {
        let with = |each: u32| players.saturating_mul(each).saturating_add(300);
        Self { reads: with(40), writes: with(20), lists: with(2), removals: with(40) }
    }
}

/// A budget that is full again with each minute.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    limit: Option<u32>,
    used: u32,
    since: Instant,
}

impl Budget {
    /// Without a limit, everything is within it.
    pub(super) fn new(limit: Option<u32>) -> Self {
        Self { limit, used: 0, since: Instant::now() }
    }

    /// Takes one request out of it.
    pub(super) fn take(&mut self) -> Result<(), NotApplied> {
        let Some(limit) = self.limit else { return Ok(()) };
        let now = Instant::now();
        let passed = now.saturating_duration_since(self.since);
        if passed >= MINUTE {
            (self.since, self.used) = (now, 0);
        }
        if self.used >= limit {
            return Err(NotApplied::Throttled { wait: Some(MINUTE.saturating_sub(passed)) });
        }
        self.used += 1;
        Ok(())
    }
}
