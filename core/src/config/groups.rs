//! Settings of the host, grouped by what they are about. The core checks them and does not read them.

/// Idle-aware autosave: how the journal entry in the memory store is kept current. `journal_every_ms` is its pace while
/// the player is active.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand; a profile gives the rest")]
pub struct Autosave {
    /// How long nothing has to happen until a player counts as idle, in ms. Default 30 s. Diary: `IDLE_THRESHOLD`.
    pub idle_after_ms: u64,
    /// By how much `journal_every_ms` is stretched for an idle player. Default 3. Diary: `IDLE_INTERVAL_MULTIPLIER`.
    pub idle_factor: u32,
    /// How long an entry lives in the memory store, in ms: longer than `journal_every_ms` and `max_unflushed_ms`, else
    /// it lapses while the record still lacks what it holds. Default 12 h. Diary: `ACTIVE_TTL`.
    pub active_ttl_ms: u64,
    /// How long that of an idle player lives, in ms: at least `active_ttl_ms`, since it is refreshed less often (D37).
    /// Default 15 h. Diary: `IDLE_TTL`.
    pub idle_ttl_ms: u64,
}

/// The cache of reads without a session; what a session holds is never refreshed by age (K11).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand; a profile gives the rest")]
pub struct Cache {
    /// How old an entry may become, in ms; `None` is for ever. Default 60 s. Kit: `cacheTTL`, `ttl`, where 0 is for
    /// ever.
    pub ttl_ms: Option<u64>,
    /// The largest number of entries. Default 500. Kit: `maxEntries`.
    pub max_entries: u32,
}

/// The queue of writes that could not be made at once: at most one running and one pending per key (D8).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand; a profile gives the rest")]
pub struct Queue {
    /// Places beside the two of each open key, for what has no player here: external changes, erasures. Default 64 (D9).
    pub reserve: u32,
    /// How long after a write of a key its next one waits, in ms, unless it closes or is asked for; 0 never waits.
    /// Default 6 s (D10).
    pub cooldown_ms: u64,
}

/// Locks by key: calls on one key run one after the other.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand; a profile gives the rest")]
pub struct Lock {
    /// How many calls may wait for one key, the one that holds it not counted; 0 lets none wait. Default 64.
    pub max_waiting: u32,
}

/// The end of the server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand; a profile gives the rest")]
pub struct Shutdown {
    /// How many sessions are saved at the same time. Default 50. Diary: `MAX_CONCURRENT_SAVES`.
    pub max_concurrent_saves: u32,
    /// How long the platform lets the server live, in ms; what is not known to be saved then gets its verdict. Default
    /// 30 s, as both systems describe it.
    pub close_window_ms: u64,
}

/// The platform's request budgets, as this server may use them. A rate is what the platform grants one server; where
/// it grants an experience less for each player, that counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand; a profile gives the rest")]
pub struct Budget {
    /// How much of each rate is used here, in percent; the rest is for other code. Default 80.
    pub share_percent: u32,
    /// How much of what a minute brings is kept for a shutdown, in percent, at most 90. Default 20.
    pub reserve_percent: u32,
    /// Durable reads. Default 60 a minute and 40 for each player.
    pub read: Rate,
    /// Durable writes. Default 60 and 20.
    pub write: Rate,
    /// Durable listings. Default 5 and 2.
    pub list: Rate,
    /// Durable removals. Default 60 and 40.
    pub remove: Rate,
    /// Request units of the memory store, of whose base the experience's servers have one for all. Default 100 and 120.
    pub memory: Rate,
    /// Messages sent. Default 600 and 240.
    pub message: Rate,
}

impl Budget {
    /// As many requests as anybody makes, for a store that counts none.
    pub const AMPLE: Self = {
        let much = Rate { base: super::MAX_COUNT, per_player: 0 };
        let [read, write, list, remove, memory, message] = [much; 6];
        Self { read, write, list, remove, memory, message, ..super::Settings::DEFAULT.budget }
    };
}

/// Requests in a minute.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand; a profile gives the rest")]
pub struct Rate {
    /// Without any player.
    pub base: u32,
    /// More for each player.
    pub per_player: u32,
}

/// Players who come in: questions to other servers are sent in batches. The join itself does not wait for one (D39).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand; a profile gives the rest")]
pub struct Join {
    /// How long a question waits for others, in ms; 0 sends each at once. Default 1 s, `kit` 0. Diary:
    /// `NORMAL_JOIN_OPERATION`.
    pub batch_ms: u64,
    /// How much longer it waits in a surge, in ms. Default 4 s, `kit` 0. Diary: `BULK_JOIN_OPERATION`.
    pub surge_extra_ms: u64,
    /// How many joins at the same time are a surge. Default 10. Diary: `BULK_JOIN_THRESHOLD`.
    pub surge_from: u32,
    /// How many keys may be open here, and how many may wait during start-up. Default 1 024.
    pub max_open: u32,
}

/// What can be switched on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand; a profile gives the rest")]
pub struct Features {
    /// Logs in detail. Default no. Diary: `DEBUG_MODE`, whose default is whether it runs in Studio; only the host knows.
    pub debug: bool,
    /// Online status and appearance snapshots. Default no. Diary: `FEATURES_ENABLED`.
    pub presence: bool,
}
