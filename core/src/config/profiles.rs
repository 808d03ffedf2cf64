//! The named profiles.

use super::{Autosave, BlindPolicy, Budget, Cache, Features, Join, Lock, Queue, Rate, Settings, Shutdown, StealPolicy};
use crate::ids::SchemaVersion;
use crate::stored::JOURNAL_MAX_BYTES;

impl Settings {
    /// The default profile: a heartbeat of 90 s renewed each 30 s, an open that outlasts a dead holder's heartbeat, a
    /// take-over by silence or answer only.
    pub const DEFAULT: Self = Self {
        schema: SchemaVersion(1),
        compat: SchemaVersion(1),
        steal: StealPolicy::Never,
        blind: BlindPolicy::Wait,
        refuse_when_busy: true,
        heartbeat_ttl_ms: 90_000,
        heartbeat_every_ms: 30_000,
        acquire_ms: 100_000,
        acquire_retry_ms: 2_000,
        answer_ms: 8_000,
        allow_short_wait: false,
        retry_ms: 1_000,
        retry_cap_ms: 16_000,
        retry_attempts: 5,
        journal: true,
        journal_every_ms: 15_000,
        journal_max_bytes: JOURNAL_MAX_BYTES,
        max_unflushed_ms: Some(300_000),
        log_max_changes: 4_096,
        ledger_prune_entries: 64,
        ledger_max_entries: 1_024,
        window_epochs: 32,
        allow_small_window: false,
        create: true,
        janitor_every_ms: 30_000,
        autosave: Autosave {
            idle_after_ms: 30_000,
            idle_factor: 3,
            active_ttl_ms: 43_200_000,
            idle_ttl_ms: 54_000_000,
        },
        cache: Cache { ttl_ms: Some(60_000), max_entries: 500 },
        lock: Lock { max_waiting: 64 },
        queue: Queue { reserve: 64, cooldown_ms: 6_000 },
        shutdown: Shutdown { max_concurrent_saves: 50, close_window_ms: 30_000 },
        budget: Budget {
            share_percent: 80,
            reserve_percent: 20,
            read: Rate { base: 60, per_player: 40 },
            write: Rate { base: 60, per_player: 20 },
            list: Rate { base: 5, per_player: 2 },
            remove: Rate { base: 60, per_player: 40 },
            memory: Rate { base: 100, per_player: 120 },
            message: Rate { base: 600, per_player: 240 },
        },
        join: Join { batch_ms: 1_000, surge_extra_ms: 4_000, surge_from: 10, max_open: 1_024 },
        features: Features { debug: false, presence: false },
    };

    /// Diary's numbers: the default profile, but for a heartbeat that is renewed each 60 s.
    pub const DIARY: Self = Self { heartbeat_every_ms: 60_000, allow_short_wait: true, ..Self::DEFAULT };

    /// DataStore Pro Kit's numbers: a heartbeat of 30 s renewed each 10 s, an open that gives up after 15 s, and a
    /// memory store that locks nobody out while it is down.
    pub const KIT: Self = Self {
        blind: BlindPolicy::Claim,
        refuse_when_busy: false,
        heartbeat_ttl_ms: 30_000,
        heartbeat_every_ms: 10_000,
        acquire_ms: 15_000,
        acquire_retry_ms: 1_000,
        answer_ms: 2_000,
        allow_short_wait: true,
        // The kit has no message bus whose questions could be batched.
        join: Join { batch_ms: 0, surge_extra_ms: 0, surge_from: 10, max_open: 1_024 },
        ..Self::DEFAULT
    };
}
