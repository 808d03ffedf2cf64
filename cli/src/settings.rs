//! The settings of servers that are run to be looked at.

use keyholder_core::config::{Autosave, Budget, Join, Queue, Settings, Shutdown};

/// Quick heartbeats, so that who looks does not wait a minute for a server that was killed; else as the default.
pub(crate) fn quick() -> Settings {
    Settings {
        budget: Budget::AMPLE,
        heartbeat_ttl_ms: 1_500,
        heartbeat_every_ms: 500,
        acquire_ms: 4_000,
        acquire_retry_ms: 100,
        answer_ms: 300,
        retry_ms: 50,
        retry_cap_ms: 500,
        refuse_when_busy: false,
        journal_every_ms: 200,
        max_unflushed_ms: Some(2_000),
        autosave: Autosave { idle_after_ms: 5_000, ..Settings::DEFAULT.autosave },
        queue: Queue { cooldown_ms: 50, ..Settings::DEFAULT.queue },
        shutdown: Shutdown { close_window_ms: 20_000, ..Settings::DEFAULT.shutdown },
        join: Join { batch_ms: 20, surge_extra_ms: 50, max_open: 100_000, ..Settings::DEFAULT.join },
        ..Settings::DEFAULT
    }
}
