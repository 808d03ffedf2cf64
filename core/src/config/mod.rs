//! Configuration: plain settings with named profiles, checked once at construction.
//!
//! A profile is a constant ([`Settings::DEFAULT`], [`Settings::DIARY`], [`Settings::KIT`]); what differs is written over
//! it: `Settings { steal: StealPolicy::Now, ..Settings::DEFAULT }`. Each field says its unit, its value per profile and
//! how the two systems that Keyholder replaces call it: *Kit* is DataStore Pro Kit, *Diary* is Diary. Whatever the core
//! itself does not read is marked *read by the host*: it is checked here all the same, so that nothing is configured
//! that cannot work.

mod groups;
mod limits;
mod profiles;
mod room;

pub use groups::{Autosave, Budget, Cache, Features, Join, Lock, Queue, Rate, Shutdown};
pub use limits::{MAX_COUNT, MAX_MS, MIN_WINDOW_EPOCHS};

use crate::ids::SchemaVersion;
use crate::timer::{Millis, Window};
use core::fmt;

/// When a record that another session holds may be taken without that session's consent (rule R-20). Safe in every
/// case: the fence protects the data; what is at stake is the other session's unsaved work and its player's patience.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "each policy is a promise of its own")]
pub enum StealPolicy {
    /// Only when the holder says that it is gone, or is silent and has no heartbeat.
    Never,
    /// Also when the contender has itself observed the record's (epoch, nonce) unchanged for this long; less than
    /// `acquire_ms`, else the open is given up before.
    After(Millis),
    /// At once.
    Now,
}

/// What to conclude when the memory store does not answer whether a server lives.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "both answers are safe; there is no third")]
pub enum BlindPolicy {
    /// Treat the server as alive: wait.
    Wait,
    /// Treat it as dead: claim. Players are not locked out while the memory store is down (KIT-6).
    Claim,
}

/// Everything that can be set. Units are milliseconds, bytes or counts, as the name says; "default" is the profile of
/// that name, and a profile that is not named has its value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand; a profile gives the rest")]
pub struct Settings {
    /// The schema version that this code writes, at least 1. Default 1. Kit: `schemaVersion`, `currentVersion`.
    pub schema: SchemaVersion,
    /// The oldest code that may open what this code writes (the compatible floor); at most `schema`. Default 1.
    pub compat: SchemaVersion,
    /// When to take a record from another session. Default never.
    pub steal: StealPolicy,
    /// What to conclude when a heartbeat cannot be read. Default wait, `kit` claim ("allowing access").
    pub blind: BlindPolicy,
    /// Refuse an open at once when the holder answers that it is busy, instead of waiting for `acquire_ms`. Default
    /// yes, `kit` no.
    pub refuse_when_busy: bool,
    /// How long a heartbeat entry lives without being renewed, in ms. Default 90 s, `kit` 30 s. Kit: `lockTTL`; Diary:
    /// `LEASE_TTL`.
    pub heartbeat_ttl_ms: u64,
    /// How often it is renewed, in ms: at most a third of its life, unless `allow_short_wait` is set, and always less
    /// than its life. Default 30 s, `diary` 60 s, `kit` 10 s. Kit: `heartbeatInterval`; Diary: `LEASE_RENEW_INTERVAL`.
    pub heartbeat_every_ms: u64,
    /// How long an open may take before it is refused as held, in ms: long enough to see a dead holder's heartbeat
    /// lapse (`heartbeat_ttl_ms` + `answer_ms` + `acquire_retry_ms`), unless `allow_short_wait` is set. Default 100 s,
    /// `kit` 15 s. Kit: `acquireTimeout`.
    pub acquire_ms: u64,
    /// How long to wait between attempts to open, in ms: between half of this and all of it. Default 2 s, `kit` 1 s.
    /// Kit: `acquireRetryDelay`.
    pub acquire_retry_ms: u64,
    /// How long to wait for the holder's answer over the message bus before its heartbeat is asked, in ms: longer than
    /// the question may lie in a batch (`join`), shorter than `acquire_ms`. Default 8 s, `kit` 2 s.
    pub answer_ms: u64,
    /// Allows `acquire_ms` below the time in which a dead holder is recognised, and slow renewal. Default no; `diary` and
    /// `kit` yes, for that is how both systems have it: a Diary server then bears one failed renewal only if the memory store
    /// answers within 14.5 s, and a Kit player who comes back right after a crash is refused until the heartbeat lapses.
    pub allow_short_wait: bool,
    /// How long to wait before a request is repeated for the first time, in ms: between half of this and all of it.
    /// Default 1 s. Kit: `retryDelay`.
    pub retry_ms: u64,
    /// What the wait doubles up to when a request is repeated again, in ms; see [`Config::backoff`]. Default 16 s (K15).
    /// Read by the host.
    pub retry_cap_ms: u64,
    /// Attempts in total, the first included, of a single call that belongs to no session (K14); a session itself goes
    /// on until it knows. Default 5. Kit: `retryAttempts`. Read by the host.
    pub retry_attempts: u32,
    /// Whether the memory store can write conditionally; without that there is no journal. Default yes.
    pub journal: bool,
    /// How long after a change it is written into the journal, in ms: between half of this and all of it. Default 15 s.
    /// Diary: `BASE_CACHE_INTERVAL`.
    pub journal_every_ms: u64,
    /// The largest journal, in bytes of its stored form; a larger one is saved into the record instead. Default 32 768,
    /// which is also the most.
    pub journal_max_bytes: usize,
    /// How long a change may stay un-durable, in ms; `None` saves only on events, which is lossy (D7). With a journal at
    /// least `journal_every_ms`. Default 5 min.
    pub max_unflushed_ms: Option<u64>,
    /// The largest number of changes that are not yet durable; further ones are answered `Full`. Default 4 096, which
    /// is also the most.
    pub log_max_changes: u32,
    /// The ledger's size from which claims prune it (rule R-14); less than `ledger_max_entries`. Default 64.
    pub ledger_prune_entries: usize,
    /// The largest ledger; new external sources beyond it are refused, none is forgotten early (race R17). Default
    /// 1 024. What a stored ledger holds at the most leaves room beside it for the sessions of `window_epochs`.
    pub ledger_max_entries: usize,
    /// How many epochs back a session or an external delta may still deliver; at least [`MIN_WINDOW_EPOCHS`], unless
    /// `allow_small_window` is set. Default 32.
    pub window_epochs: u32,
    /// Allows `window_epochs` from 1. Default no: a claim whose reply was lost burns an epoch, and in a tight window a
    /// server that is merely slow would be refused. For models and tests.
    pub allow_small_window: bool,
    /// Creates a record where none exists; otherwise such an open is refused. Default yes.
    pub create: bool,
    /// How often the host looks for what should have ended, in ms: it reports and never ends anything that is under way
    /// (D38). Default 30 s. Diary: `JANITOR_INTERVAL`. Read by the host.
    pub janitor_every_ms: u64,
    /// Writing unsaved changes into the memory store. Read by the host, as everything below.
    pub autosave: Autosave,
    /// The cache of reads without a session.
    pub cache: Cache,
    /// Locks by key.
    pub lock: Lock,
    /// The queue of writes that could not be made at once.
    pub queue: Queue,
    /// The end of the server.
    pub shutdown: Shutdown,
    /// The platform's request budgets.
    pub budget: Budget,
    /// Players who come in.
    pub join: Join,
    /// What can be switched on.
    pub features: Features,
}

impl Default for Settings {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A shape of documents that goes with settings.
pub trait Shaped {
    /// Checks what must hold between the shape and the settings; by default nothing.
    ///
    /// # Errors
    /// [`ConfigError`] names what is wrong and what it must be.
    fn check(&self, settings: &Settings) -> Result<(), ConfigError> {
        let _ = settings;
        Ok(())
    }
}

/// Documents that need no shape.
impl Shaped for () {}

/// Settings that cannot be wrong, and the shape of the documents. An argument of every step, never part of a state.
#[derive(Clone, Debug)]
pub struct Config<S> {
    settings: Settings,
    shape: S,
}

impl<S> Config<S> {
    /// Checks every inequality between the settings, and between them and the shape.
    ///
    /// # Errors
    /// [`ConfigError`] names the first setting that is wrong and what it must be.
    pub fn new(settings: Settings, shape: S) -> Result<Self, ConfigError>
    where
        S: Shaped,
    {
        settings.check()?;
        shape.check(&settings)?;
        Ok(Self { settings, shape })
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The same without a journal, which a memory store without conditional writes cannot have.
    pub fn without_journal(mut self) -> Self {
        // What must hold between settings asks less where there is none.
        self.settings.journal = false;
        self
    }

    /// Kinds and bounds of the document's fields.
    pub fn shape(&self) -> &S {
        &self.shape
    }

    /// How long to wait before a request is made again that was repeated `repeated` times already: `retry_ms`, doubled
    /// each time up to `retry_cap_ms`, and the host picks a moment between half of it and all of it (K15).
    pub fn backoff(&self, repeated: u32) -> Window {
        let doubled = 1_u64.checked_shl(repeated).and_then(|factor| self.settings.retry_ms.checked_mul(factor));
        Window::up_to(doubled.unwrap_or(u64::MAX).min(self.settings.retry_cap_ms))
    }

    /// The window of a retry.
    pub(crate) fn retry(&self) -> Window {
        Window::up_to(self.settings.retry_ms)
    }
}

/// A setting is wrong; nothing was constructed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ConfigError {
    /// The setting, by its path: `compat`, `cache.ttl_ms`.
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
