//! The time of day that stores write down.

use std::time::{SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// A clock that never goes back. It runs on tokio's time, so it stands still where a test pauses that.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
    start_ms: u64,
}

impl Clock {
    /// A clock that shows the system's time now, and does not follow when that is corrected.
    pub fn system() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::starting_at(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    /// A clock that shows this time now, in ms since 1970.
    pub fn starting_at(start_ms: u64) -> Self {
        Self { start: Instant::now(), start_ms }
    }

    /// The time in ms since 1970.
    pub fn now_ms(&self) -> u64 {
        let passed = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.start_ms.saturating_add(passed)
    }
}
