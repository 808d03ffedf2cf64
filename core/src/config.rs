//! Configuration: plain settings with named profiles, checked once at construction.

use crate::ids::SchemaVersion;
use crate::timer::{Millis, Window};
use core::fmt;

/// When a record that another session holds may be taken without that session's consent (rule R-20). Safe in every
/// case: the fence protects the data; what is at stake is the other session's unsaved work and its player's patience.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "each policy is a promise of its own")]
pub enum StealPolicy {
    /// Only when the holder says that it is gone, or is silent and has no heartbeat.
    Never,
    /// Also when the contender has itself observed the record's (epoch, nonce) unchanged for this long.
    After(Millis),
    /// At once.
    Now,
}

/// What to conclude when the memory store does not answer whether a server lives.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "both answers are safe; there is no third")]
pub enum BlindPolicy {
    /// Treat the server as alive: wait.
    Wait,
    /// Treat it as dead: claim. Players are not locked out while the memory store is down (KIT-6).
    Claim,
}

/// Everything that can be set. Units are milliseconds, bytes or counts, as the name says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand; a profile gives the rest")]
pub struct Settings {
    /// The schema version that this code writes.
    pub schema: SchemaVersion,
    /// The oldest code that may open what this code writes (the compatible floor); at most `schema`.
    pub compat: SchemaVersion,
    /// When to take a record from another session.
    pub steal: StealPolicy,
    /// What to conclude when a heartbeat cannot be read.
    pub blind: BlindPolicy,
    /// Refuse an open at once when the holder answers that it is busy, instead of waiting for `acquire_ms`.
    pub refuse_when_busy: bool,
    /// How long a heartbeat entry lives without being renewed.
    pub heartbeat_ttl_ms: u64,
    /// How often it is renewed; at most a third of its life, unless `allow_short_wait` is set.
    pub heartbeat_every_ms: u64,
    /// How long an open may take before it is refused as held.
    pub acquire_ms: u64,
    /// How long to wait between attempts to open.
    pub acquire_retry_ms: u64,
    /// How long to wait for the holder's answer over the message bus before its heartbeat is asked.
    pub answer_ms: u64,
    /// Allows `acquire_ms` below the time in which a dead holder is recognised, and slow renewal, as both seeds have it.
    pub allow_short_wait: bool,
    /// How long to wait before a request is repeated: between half of this and all of it.
    pub retry_ms: u64,
    /// Whether the memory store can write conditionally; without that there is no journal.
    pub journal: bool,
    /// How long after a change it is written into the journal.
    pub journal_every_ms: u64,
    /// The largest journal, in bytes of its stored form; a larger one is saved into the record instead.
    pub journal_max_bytes: usize,
    /// How long a change may stay un-durable; `None` saves only on events, which is lossy.
    pub max_unflushed_ms: Option<u64>,
    /// The largest number of changes that are not yet durable; further ones are answered `Full`.
    pub log_max_changes: u32,
    /// The ledger's size from which claims prune it (rule R-14).
    pub ledger_prune_entries: usize,
    /// The largest ledger; new external sources beyond it are refused, none is forgotten early (race R17).
    pub ledger_max_entries: usize,
    /// How many epochs back a session or an external delta may still deliver; at least 16 outside of tests.
    pub window_epochs: u32,
    /// Creates a record where none exists; otherwise such an open is refused.
    pub create: bool,
}

impl Settings {
    /// The default profile: heartbeat 90 s renewed each 30 s, a take-over by silence or answer only.
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
        answer_ms: 5_000,
        allow_short_wait: false,
        retry_ms: 1_000,
        journal: true,
        journal_every_ms: 15_000,
        journal_max_bytes: 32_768,
        max_unflushed_ms: Some(300_000),
        log_max_changes: 4_096,
        ledger_prune_entries: 64,
        ledger_max_entries: 1_024,
        window_epochs: 32,
        create: true,
    };
}

impl Default for Settings {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Settings that cannot be wrong, and the shape of the documents. An argument of every step, never part of a state.
#[derive(Clone, Debug)]
pub struct Config<S> {
    settings: Settings,
    shape: S,
}

impl<S> Config<S> {
    /// Checks every inequality between the settings.
    ///
    /// # Errors
    /// [`ConfigError`] names the first setting that is wrong and what it must be.
    pub fn new(settings: Settings, shape: S) -> Result<Self, ConfigError> {
        let s = &settings;
        let wrong = |setting, must| Err(ConfigError { setting, must });
        if s.schema.0 == 0 {
            return wrong("schema", "be at least 1; 0 is the version of unversioned data");
        }
        if s.compat > s.schema {
            return wrong("compat", "not exceed schema");
        }
        if s.window_epochs == 0 {
            return wrong("window_epochs", "be at least 1");
        }
        Ok(Self { settings, shape })
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Kinds and bounds of the document's fields.
    pub fn shape(&self) -> &S {
        &self.shape
    }

    /// The window of a retry.
    pub(crate) fn retry(&self) -> Window {
        Window::up_to(self.settings.retry_ms)
    }
}

/// A setting is wrong; nothing was constructed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ConfigError {
    /// The setting.
    pub setting: &'static str,
    /// What it must do: "be at least 1", "not exceed schema".
    pub must: &'static str,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the setting `{}` must {}", self.setting, self.must)
    }
}

impl core::error::Error for ConfigError {}
