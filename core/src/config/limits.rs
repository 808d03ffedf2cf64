//! What must hold between settings. Each check names the setting to change and what it must be.
//!
//! The order is: bounds of single settings first, so that nothing in the relations behind them can overflow.
#![expect(clippy::arithmetic_side_effects, reason = "both sides are bounded by named limits that were checked before")]

use super::{ConfigError, Settings, StealPolicy};
use crate::stored::{ENTRY_MAX_ODD, JOURNAL_MAX_BYTES, LEDGER_MAX_ENTRIES, SEGMENT_MAX_CHANGES};

/// The longest duration, in ms: 30 days.
pub const MAX_MS: u64 = 30 * 24 * 60 * 60 * 1_000;

/// The largest count.
pub const MAX_COUNT: u32 = 1_000_000;

/// The least `window_epochs`, unless `allow_small_window` is set.
pub const MIN_WINDOW_EPOCHS: u32 = 16;

impl Settings {
    /// Checks every inequality between the settings.
    ///
    /// # Errors
    /// [`ConfigError`] names the first setting that is wrong and what it must be.
    pub fn check(&self) -> Result<(), ConfigError> {
        durations(self)?;
        counts(self)?;
        budget(self)?;
        schema(self)?;
        heartbeat(self)?;
        opening(self)?;
        saving(self)?;
        ledger(self)
    }
}

/// `Err` unless the condition holds.
pub(super) fn must(holds: bool, setting: &'static str, must: &'static str) -> Result<(), ConfigError> {
    if holds { Ok(()) } else { Err(ConfigError { setting, must }) }
}

fn durations(s: &Settings) -> Result<(), ConfigError> {
    let mut steal = None;
    if let StealPolicy::After(window) = s.steal {
        steal = Some(window.0);
    }
    // A timer that fires between half of its time and all of it: 1 ms would begin at 0.
    let windows = [
        ("acquire_retry_ms", Some(s.acquire_retry_ms)),
        ("retry_ms", Some(s.retry_ms)),
        ("journal_every_ms", Some(s.journal_every_ms)),
        ("max_unflushed_ms", s.max_unflushed_ms),
    ];
    for (setting, ms) in windows {
        must(ms.is_none_or(|ms| (2..=MAX_MS).contains(&ms)), setting, "be 2 ms to 30 days")?;
    }
    let moments = [
        ("steal", steal),
        ("heartbeat_ttl_ms", Some(s.heartbeat_ttl_ms)),
        ("heartbeat_every_ms", Some(s.heartbeat_every_ms)),
        ("acquire_ms", Some(s.acquire_ms)),
        ("answer_ms", Some(s.answer_ms)),
        ("retry_cap_ms", Some(s.retry_cap_ms)),
        ("janitor_every_ms", Some(s.janitor_every_ms)),
        ("autosave.idle_after_ms", Some(s.autosave.idle_after_ms)),
        ("autosave.active_ttl_ms", Some(s.autosave.active_ttl_ms)),
        ("autosave.idle_ttl_ms", Some(s.autosave.idle_ttl_ms)),
        ("cache.ttl_ms", s.cache.ttl_ms),
        ("shutdown.close_window_ms", Some(s.shutdown.close_window_ms)),
    ];
    for (setting, ms) in moments {
        must(ms.is_none_or(|ms| (1..=MAX_MS).contains(&ms)), setting, "be 1 ms to 30 days")?;
    }
    let waits = [
        ("queue.cooldown_ms", s.queue.cooldown_ms),
        ("join.batch_ms", s.join.batch_ms),
        ("join.surge_extra_ms", s.join.surge_extra_ms),
    ];
    for (setting, ms) in waits {
        must(ms <= MAX_MS, setting, "be at most 30 days")?;
    }
    Ok(())
}

fn counts(s: &Settings) -> Result<(), ConfigError> {
    let counts = [
        ("retry_attempts", s.retry_attempts),
        ("autosave.idle_factor", s.autosave.idle_factor),
        ("cache.max_entries", s.cache.max_entries),
        ("queue.reserve", s.queue.reserve),
        ("shutdown.max_concurrent_saves", s.shutdown.max_concurrent_saves),
        ("join.surge_from", s.join.surge_from),
        ("join.max_open", s.join.max_open),
    ];
    for (setting, count) in counts {
        must((1..=MAX_COUNT).contains(&count), setting, "be 1 to 1 000 000")?;
    }
    must(s.lock.max_waiting <= MAX_COUNT, "lock.max_waiting", "be at most 1 000 000")?;
    let bytes = (1..=JOURNAL_MAX_BYTES).contains(&s.journal_max_bytes);
    must(bytes, "journal_max_bytes", "be 1 to 32 768, the largest item of a memory store")?;
    // The open tail becomes one segment, and all of it may have an outcome to be remembered.
    let most = SEGMENT_MAX_CHANGES.min(ENTRY_MAX_ODD);
    let log = usize::try_from(s.log_max_changes).is_ok_and(|changes| (1..=most).contains(&changes));
    must(log, "log_max_changes", "be 1 to 4 096, the most changes of a stored segment")
}

fn budget(s: &Settings) -> Result<(), ConfigError> {
    let share = (1..=100).contains(&s.budget.share_percent);
    must(share, "budget.share_percent", "be 1 to 100")?;
    must(s.budget.reserve_percent <= 90, "budget.reserve_percent", "be at most 90, else nothing is left for the day")?;
    let rates = [
        ("budget.read", s.budget.read),
        ("budget.write", s.budget.write),
        ("budget.list", s.budget.list),
        ("budget.remove", s.budget.remove),
        ("budget.memory", s.budget.memory),
        ("budget.message", s.budget.message),
    ];
    for (setting, rate) in rates {
        let bounded = rate.base <= MAX_COUNT && rate.per_player <= MAX_COUNT;
        must(bounded, setting, "be at most 1 000 000 a minute, and as many for each player")?;
        must(rate.base > 0 || rate.per_player > 0, setting, "be more than nothing, else a request waits for ever")?;
    }
    Ok(())
}

fn schema(s: &Settings) -> Result<(), ConfigError> {
    must(s.schema.0 >= 1, "schema", "be at least 1; 0 is the version of unversioned data")?;
    must(s.compat <= s.schema, "compat", "not exceed schema")
}

fn heartbeat(s: &Settings) -> Result<(), ConfigError> {
    let (every, ttl) = (s.heartbeat_every_ms, s.heartbeat_ttl_ms);
    must(every < ttl, "heartbeat_every_ms", "be less than heartbeat_ttl_ms, else the entry lapses between renewals")?;
    let in_time = s.allow_short_wait || every <= ttl / 3;
    must(in_time, "heartbeat_every_ms", "be at most a third of heartbeat_ttl_ms, or allow_short_wait be set")
}

fn opening(s: &Settings) -> Result<(), ConfigError> {
    must(s.answer_ms < s.acquire_ms, "answer_ms", "be less than acquire_ms, else nobody's silence is ever noticed")?;
    let asked = s.join.batch_ms + s.join.surge_extra_ms < s.answer_ms;
    must(
        asked,
        "answer_ms",
        "exceed join.batch_ms + join.surge_extra_ms, else silence is noticed before the question",
    )?;
    let tried = s.acquire_retry_ms < s.acquire_ms;
    must(tried, "acquire_retry_ms", "be less than acquire_ms, else an open is tried once")?;
    // The holder may have renewed its heartbeat just before it died, and just before this open began.
    let seen = s.heartbeat_ttl_ms + s.answer_ms + s.acquire_retry_ms <= s.acquire_ms;
    must(
        s.allow_short_wait || seen,
        "acquire_ms",
        "be at least heartbeat_ttl_ms + answer_ms + acquire_retry_ms, or allow_short_wait be set",
    )?;
    let stolen = match s.steal {
        StealPolicy::After(window) => window.0 < s.acquire_ms,
        StealPolicy::Never | StealPolicy::Now => true,
    };
    must(stolen, "steal", "be after less than acquire_ms, else the open is given up before")
}

fn saving(s: &Settings) -> Result<(), ConfigError> {
    must(s.retry_ms <= s.retry_cap_ms, "retry_cap_ms", "be at least retry_ms")?;
    if let Some(unflushed) = s.max_unflushed_ms {
        let journalled = !s.journal || s.journal_every_ms <= unflushed;
        must(journalled, "max_unflushed_ms", "be at least journal_every_ms, else the journal is never written")?;
        let kept = unflushed < s.autosave.active_ttl_ms;
        must(kept, "autosave.active_ttl_ms", "exceed max_unflushed_ms, else the journal lapses before the save")?;
    }
    let kept = s.journal_every_ms < s.autosave.active_ttl_ms;
    must(kept, "autosave.active_ttl_ms", "exceed journal_every_ms, else the journal lapses between writes")?;
    let ordered = s.autosave.active_ttl_ms <= s.autosave.idle_ttl_ms;
    must(ordered, "autosave.idle_ttl_ms", "be at least autosave.active_ttl_ms")?;
    let idle = s.journal_every_ms.checked_mul(u64::from(s.autosave.idle_factor));
    let kept = idle.is_some_and(|every| every < s.autosave.idle_ttl_ms);
    must(kept, "autosave.idle_factor", "keep journal_every_ms times it below autosave.idle_ttl_ms")
}

fn ledger(s: &Settings) -> Result<(), ConfigError> {
    must(s.window_epochs >= 1, "window_epochs", "be at least 1")?;
    let wide = s.allow_small_window || s.window_epochs >= MIN_WINDOW_EPOCHS;
    must(wide, "window_epochs", "be at least 16, or allow_small_window be set")?;
    must(s.ledger_prune_entries >= 1, "ledger_prune_entries", "be at least 1")?;
    let pruned = s.ledger_prune_entries < s.ledger_max_entries;
    must(
        pruned,
        "ledger_prune_entries",
        "be less than ledger_max_entries, else external changes are refused for ever",
    )?;
    // A session's save is never refused for want of room, so each epoch of the window, and the present one, has a place.
    let sessions = usize::try_from(s.window_epochs).ok().and_then(|window| window.checked_add(1));
    let total = sessions.and_then(|sessions| sessions.checked_add(s.ledger_max_entries));
    let room = total.is_some_and(|total| total <= LEDGER_MAX_ENTRIES);
    must(
        room,
        "ledger_max_entries",
        "be less than 4 096 - window_epochs, so that a stored ledger has room for sessions",
    )
}
