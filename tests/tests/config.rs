//! Settings: the profiles carry the numbers of the systems that Keyholder replaces (DIA-23, KIT-1, KIT-5, KIT-8), and
//! no setting that cannot work gets through.

use keyholder_core::config::{BlindPolicy, Config, ConfigError, MAX_COUNT, MAX_MS, Rate, Settings, StealPolicy};
use keyholder_core::fields::{Declared, FieldName, Shape};
use keyholder_core::ids::SchemaVersion;
use keyholder_core::stored::RECORD_MAX_BYTES;
use keyholder_core::timer::{Millis, Window};
use keyholder_core::tree::Schema;
use keyholder_core::value::Map;

const DEFAULT: Settings = Settings::DEFAULT;
const DAY: u64 = 86_400_000;

#[test]
fn every_profile_constructs() {
    for settings in [Settings::DEFAULT, Settings::DIARY, Settings::KIT, Settings::default()] {
        let config = Config::new(settings, ()).expect("a profile is valid");
        assert_eq!(*config.settings(), settings);
    }
}

#[test]
fn every_profile_can_do_without_a_journal() {
    for settings in [Settings::DEFAULT, Settings::DIARY, Settings::KIT] {
        let config = Config::new(settings, ()).expect("a profile is valid").without_journal();
        assert_eq!(*config.settings(), Settings { journal: false, ..settings });
        assert_eq!(config.settings().check(), Ok(()));
    }
}

#[test]
fn the_short_waits_of_both_systems_must_be_allowed() {
    let strict = |settings| Settings { allow_short_wait: false, ..settings }.check().map_err(|error| error.setting);
    assert_eq!(strict(Settings::DEFAULT), Ok(()));
    assert_eq!(strict(Settings::KIT), Err("acquire_ms"));
    assert_eq!(strict(Settings::DIARY), Err("heartbeat_every_ms"));
}

#[test]
fn diary_has_the_numbers_of_its_table() {
    let s = Settings::DIARY;
    assert!(!s.features.debug && !s.features.presence, "DEBUG_MODE, FEATURES_ENABLED");
    assert_eq!(s.journal_every_ms, 15_000, "BASE_CACHE_INTERVAL");
    assert_eq!(s.autosave.active_ttl_ms, 43_200_000, "ACTIVE_TTL");
    assert_eq!(s.autosave.idle_ttl_ms, 54_000_000, "IDLE_TTL");
    assert_eq!(s.autosave.idle_after_ms, 30_000, "IDLE_THRESHOLD");
    assert_eq!(s.autosave.idle_factor, 3, "IDLE_INTERVAL_MULTIPLIER");
    assert_eq!(s.heartbeat_ttl_ms, 90_000, "LEASE_TTL");
    assert_eq!(s.heartbeat_every_ms, 60_000, "LEASE_RENEW_INTERVAL");
    assert_eq!(s.shutdown.max_concurrent_saves, 50, "MAX_CONCURRENT_SAVES");
    assert_eq!(s.janitor_every_ms, 30_000, "JANITOR_INTERVAL");
    assert_eq!(s.join.batch_ms, 1_000, "NORMAL_JOIN_OPERATION");
    assert_eq!(s.join.surge_extra_ms, 4_000, "BULK_JOIN_OPERATION");
    assert_eq!(s.join.surge_from, 10, "BULK_JOIN_THRESHOLD");
}

#[test]
fn the_kit_has_the_numbers_of_its_tables() {
    let s = Settings::KIT;
    assert_eq!(s.retry_attempts, 5, "retryAttempts");
    assert_eq!(s.retry_ms, 1_000, "retryDelay");
    assert_eq!(s.cache.ttl_ms, Some(60_000), "cacheTTL");
    assert_eq!(s.cache.max_entries, 500, "maxEntries");
    assert_eq!(s.schema, SchemaVersion(1), "schemaVersion");
    assert_eq!(s.heartbeat_ttl_ms, 30_000, "lockTTL");
    assert_eq!(s.heartbeat_every_ms, 10_000, "heartbeatInterval");
    assert_eq!(s.acquire_ms, 15_000, "acquireTimeout");
    assert_eq!(s.acquire_retry_ms, 1_000, "acquireRetryDelay");
    assert_eq!(s.shutdown.close_window_ms, 30_000, "BindToClose");
    assert_eq!((s.blind, s.refuse_when_busy), (BlindPolicy::Claim, false));
}

#[test]
fn the_default_profile_recognises_a_dead_holder() {
    let s = DEFAULT;
    assert_eq!((s.heartbeat_ttl_ms, s.heartbeat_every_ms, s.acquire_ms), (90_000, 30_000, 100_000));
    assert!(s.heartbeat_ttl_ms + s.answer_ms + s.acquire_retry_ms <= s.acquire_ms);
}

/// A change of valid settings, and the setting that is then named.
type Case = (&'static str, fn(&mut Settings));

fn each_is_refused(cases: &[Case]) {
    for (index, (setting, breaks)) in cases.iter().enumerate() {
        let mut settings = DEFAULT;
        breaks(&mut settings);
        let named = Config::new(settings, ()).map(|_| ()).map_err(|error| error.setting);
        assert_eq!(named, Err(*setting), "case {index}");
    }
}

fn each_is_taken(cases: &[fn(&mut Settings)]) {
    for (index, changes) in cases.iter().enumerate() {
        let mut settings = DEFAULT;
        changes(&mut settings);
        assert_eq!(settings.check(), Ok(()), "case {index}");
    }
}

#[test]
fn no_duration_is_empty_or_endless() {
    each_is_refused(&[
        ("steal", |s| s.steal = StealPolicy::After(Millis(0))),
        ("steal", |s| s.steal = StealPolicy::After(Millis(MAX_MS + 1))),
        ("heartbeat_ttl_ms", |s| s.heartbeat_ttl_ms = 0),
        ("heartbeat_ttl_ms", |s| s.heartbeat_ttl_ms = MAX_MS + 1),
        ("heartbeat_every_ms", |s| s.heartbeat_every_ms = 0),
        ("acquire_ms", |s| s.acquire_ms = 0),
        ("acquire_ms", |s| s.acquire_ms = u64::MAX),
        ("acquire_retry_ms", |s| s.acquire_retry_ms = 1),
        ("acquire_retry_ms", |s| s.acquire_retry_ms = MAX_MS + 1),
        ("answer_ms", |s| s.answer_ms = 0),
        ("answer_ms", |s| s.answer_ms = u64::MAX),
        ("retry_ms", |s| s.retry_ms = 0),
        ("retry_ms", |s| s.retry_ms = 1),
        ("retry_ms", |s| s.retry_ms = MAX_MS + 1),
        ("retry_cap_ms", |s| s.retry_cap_ms = MAX_MS + 1),
        ("journal_every_ms", |s| s.journal_every_ms = 1),
        ("journal_every_ms", |s| s.journal_every_ms = u64::MAX),
        ("max_unflushed_ms", |s| s.max_unflushed_ms = Some(1)),
        ("max_unflushed_ms", |s| s.max_unflushed_ms = Some(MAX_MS + 1)),
        ("janitor_every_ms", |s| s.janitor_every_ms = 0),
        ("autosave.idle_after_ms", |s| s.autosave.idle_after_ms = 0),
        ("autosave.active_ttl_ms", |s| s.autosave.active_ttl_ms = 0),
        ("autosave.idle_ttl_ms", |s| s.autosave.idle_ttl_ms = MAX_MS + 1),
        ("cache.ttl_ms", |s| s.cache.ttl_ms = Some(0)),
        ("cache.ttl_ms", |s| s.cache.ttl_ms = Some(MAX_MS + 1)),
        ("shutdown.close_window_ms", |s| s.shutdown.close_window_ms = 0),
        ("queue.cooldown_ms", |s| s.queue.cooldown_ms = MAX_MS + 1),
        ("join.batch_ms", |s| s.join.batch_ms = u64::MAX),
        ("join.surge_extra_ms", |s| s.join.surge_extra_ms = u64::MAX),
    ]);
    each_is_taken(&[
        |s| s.steal = StealPolicy::After(Millis(1)),
        |s| s.cache.ttl_ms = None,
        |s| s.cache.ttl_ms = Some(MAX_MS),
        |s| s.max_unflushed_ms = None,
        |s| s.queue.cooldown_ms = 0,
        |s| (s.join.batch_ms, s.join.surge_extra_ms) = (0, 0),
    ]);
}

#[test]
fn no_count_is_zero_or_without_a_bound() {
    each_is_refused(&[
        ("retry_attempts", |s| s.retry_attempts = 0),
        ("autosave.idle_factor", |s| s.autosave.idle_factor = 0),
        ("cache.max_entries", |s| s.cache.max_entries = 0),
        ("cache.max_entries", |s| s.cache.max_entries = MAX_COUNT + 1),
        ("queue.reserve", |s| s.queue.reserve = 0),
        ("queue.reserve", |s| s.queue.reserve = MAX_COUNT + 1),
        ("shutdown.max_concurrent_saves", |s| s.shutdown.max_concurrent_saves = 0),
        ("join.surge_from", |s| s.join.surge_from = 0),
        ("lock.max_waiting", |s| s.lock.max_waiting = MAX_COUNT + 1),
        ("journal_max_bytes", |s| s.journal_max_bytes = 0),
        ("journal_max_bytes", |s| s.journal_max_bytes = 32_769),
        ("log_max_changes", |s| s.log_max_changes = 0),
        ("log_max_changes", |s| s.log_max_changes = 4_097),
    ]);
    each_is_taken(&[|s| s.journal_max_bytes = 1, |s| s.log_max_changes = 1, |s| s.cache.max_entries = MAX_COUNT]);
}

#[test]
fn a_budget_leaves_something_to_send_with() {
    each_is_refused(&[
        ("budget.share_percent", |s| s.budget.share_percent = 0),
        ("budget.share_percent", |s| s.budget.share_percent = 101),
        ("budget.reserve_percent", |s| s.budget.reserve_percent = 91),
        ("budget.read", |s| s.budget.read.base = MAX_COUNT + 1),
        ("budget.write", |s| s.budget.write.per_player = MAX_COUNT + 1),
        ("budget.list", |s| s.budget.list = Rate { base: 0, per_player: 0 }),
        ("budget.remove", |s| s.budget.remove.base = u32::MAX),
        ("budget.memory", |s| s.budget.memory = Rate { base: 0, per_player: 0 }),
        ("budget.message", |s| s.budget.message.per_player = u32::MAX),
    ]);
    each_is_taken(&[
        |s| (s.budget.share_percent, s.budget.reserve_percent) = (1, 90),
        |s| (s.budget.share_percent, s.budget.reserve_percent) = (100, 0),
        |s| s.budget.list = Rate { base: 0, per_player: MAX_COUNT },
        |s| s.lock.max_waiting = 0,
    ]);
}

#[test]
fn schemas_and_the_compatible_floor() {
    each_is_refused(&[("schema", |s| s.schema = SchemaVersion(0)), ("compat", |s| s.compat = SchemaVersion(2))]);
    each_is_taken(&[|s| (s.schema, s.compat) = (SchemaVersion(3), SchemaVersion(2))]);
}

#[test]
fn a_heartbeat_survives_missed_renewals() {
    each_is_refused(&[
        ("heartbeat_every_ms", |s| s.heartbeat_every_ms = 30_001),
        ("heartbeat_every_ms", |s| (s.heartbeat_every_ms, s.allow_short_wait) = (90_000, true)),
    ]);
    each_is_taken(&[|s| (s.heartbeat_every_ms, s.allow_short_wait) = (89_999, true)]);
}

#[test]
fn an_open_outlasts_what_it_waits_for() {
    each_is_refused(&[
        ("acquire_ms", |s| s.acquire_ms = 99_999),
        ("acquire_ms", |s| s.heartbeat_ttl_ms = 90_001),
        ("acquire_ms", |s| s.acquire_retry_ms = 2_001),
        ("answer_ms", |s| s.answer_ms = 100_000),
        ("answer_ms", |s| s.answer_ms = 5_000),
        ("answer_ms", |s| s.join.batch_ms = 4_000),
        ("answer_ms", |s| (s.join.batch_ms, s.join.surge_extra_ms) = (MAX_MS, MAX_MS)),
        ("acquire_retry_ms", |s| s.acquire_retry_ms = 100_000),
        ("steal", |s| s.steal = StealPolicy::After(Millis(100_000))),
    ]);
    each_is_taken(&[
        |s| (s.acquire_ms, s.allow_short_wait) = (15_000, true),
        |s| s.answer_ms = 5_001,
        |s| s.steal = StealPolicy::After(Millis(99_999)),
        |s| s.steal = StealPolicy::Now,
    ]);
}

#[test]
fn the_journal_outlives_what_the_record_lacks() {
    each_is_refused(&[
        ("retry_cap_ms", |s| s.retry_cap_ms = 999),
        ("max_unflushed_ms", |s| s.max_unflushed_ms = Some(14_999)),
        ("autosave.active_ttl_ms", |s| s.autosave.active_ttl_ms = 300_000),
        ("autosave.active_ttl_ms", |s| (s.max_unflushed_ms, s.autosave.active_ttl_ms) = (None, 15_000)),
        ("autosave.idle_ttl_ms", |s| s.autosave.idle_ttl_ms = 43_199_999),
        ("autosave.idle_factor", |s| s.autosave.idle_factor = 3_600),
    ]);
    each_is_taken(&[
        // Without a journal the save alone bounds what may be lost, and may be as quick as it likes.
        |s| (s.journal, s.max_unflushed_ms) = (false, Some(5_000)),
        |s| s.max_unflushed_ms = Some(15_000),
        |s| s.autosave.idle_factor = 3_599,
        |s| (s.autosave.active_ttl_ms, s.autosave.idle_ttl_ms) = (30 * DAY, 30 * DAY),
    ]);
}

#[test]
fn the_ledger_keeps_room_and_remembers_long_enough() {
    each_is_refused(&[
        ("window_epochs", |s| s.window_epochs = 0),
        ("window_epochs", |s| (s.window_epochs, s.allow_small_window) = (0, true)),
        ("window_epochs", |s| s.window_epochs = 15),
        ("ledger_prune_entries", |s| s.ledger_prune_entries = 0),
        ("ledger_prune_entries", |s| s.ledger_prune_entries = 1_024),
        ("ledger_max_entries", |s| s.ledger_max_entries = 4_064),
        ("ledger_max_entries", |s| s.ledger_max_entries = usize::MAX),
        ("ledger_max_entries", |s| s.window_epochs = u32::MAX),
    ]);
    each_is_taken(&[
        |s| s.window_epochs = 16,
        |s| (s.window_epochs, s.ledger_prune_entries, s.allow_small_window) = (1, 1, true),
        |s| s.ledger_max_entries = 4_063,
    ]);
}

#[test]
fn a_shape_is_of_the_settings_version_and_fits_a_record() {
    let shape = |version| Shape::<u8>::new(SchemaVersion(version), vec![]).expect("no fields are fine");
    let named = |settings, shape| Config::new(settings, shape).map(|_| ()).map_err(|error| error.setting);
    assert_eq!(named(DEFAULT, shape(1)), Ok(()));
    assert_eq!(named(DEFAULT, shape(2)), Err("schema"));
    let many = Settings { ledger_max_entries: 4_063, ..DEFAULT };
    assert_eq!(named(many, shape(1)), Err("ledger_max_entries"));
    let room = RECORD_MAX_BYTES - many.header_max_bytes();
    assert_eq!(named(many, shape(1).with_max_bytes(room).expect("it is smaller")), Ok(()));
    assert_eq!(named(many, shape(1).with_max_bytes(room + 1).expect("it is smaller")), Err("ledger_max_entries"));
    let title = FieldName::new("title").expect("a name");
    let fresh =
        || Shape::new(SchemaVersion(1), vec![Declared::register(title.clone(), Some(7_u8))]).expect("one field");
    let bytes = r#"{"title":{"register":7},}"#.len();
    assert_eq!(named(DEFAULT, fresh().with_max_bytes(bytes).expect("it is smaller")), Ok(()));
    assert_eq!(named(DEFAULT, fresh().with_max_bytes(bytes - 1).expect("it is smaller")), Err("shape"));
}

#[test]
fn a_schema_is_of_the_settings_version_and_fits_a_record() {
    let schema = |version| Schema::new(SchemaVersion(version), Map::new().into(), vec![]).expect("nothing is declared");
    let named = |settings, schema| Config::new(settings, schema).map(|_| ()).map_err(|error| error.setting);
    assert_eq!(named(DEFAULT, schema(1)), Ok(()));
    assert_eq!(named(DEFAULT, schema(2)), Err("schema"));
    let many = Settings { ledger_max_entries: 4_063, ..DEFAULT };
    let room = RECORD_MAX_BYTES - many.header_max_bytes();
    assert_eq!(named(many, schema(1).with_max_bytes(room).expect("it is smaller")), Ok(()));
    assert_eq!(named(many, schema(1).with_max_bytes(room + 1).expect("it is smaller")), Err("ledger_max_entries"));
}

#[test]
fn an_error_names_the_setting_and_what_it_must_be() {
    let error = Settings { compat: SchemaVersion(2), ..DEFAULT }.check();
    assert_eq!(error, Err(ConfigError { setting: "compat", must: "not exceed schema" }));
    let error = error.expect_err("refused");
    assert_eq!(error.to_string(), "the setting `compat` must not exceed schema");
}

#[test]
fn waits_double_up_to_the_cap() {
    let config = Config::new(Settings::KIT, ()).expect("the profile is valid");
    let most = |repeated| config.backoff(repeated).max.0;
    assert_eq!([0, 1, 2, 3, 4, 5].map(most), [1_000, 2_000, 4_000, 8_000, 16_000, 16_000]);
    assert_eq!([63, 64, u32::MAX].map(most), [16_000; 3], "nothing overflows");
    assert_eq!(config.backoff(2), Window { min: Millis(2_000), max: Millis(4_000) });
}
