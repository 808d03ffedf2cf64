//! The suite on the stores of this crate, and on stores that break one promise each.

mod broken;

use broken::bans::{BanLie, BrokenBans};
use broken::bus::{BrokenBus, BusLie};
use broken::{Broken, Lie};
use keyholder_tokio::backend::{Kept, Key};
use keyholder_tokio::conformance::{self, BUS, DURABLE, MEMORY, MODERATION, Report, SelfTestFailed, self_test};
use keyholder_tokio::local::{Local, LocalSettings};
use keyholder_tokio::memory::{
    Bans, Durable, DurableQuota, DurableSettings, Entries, EntriesSettings, Faults, Faulty, Topics,
};
use std::sync::Arc;
use std::time::Duration;

fn passed(report: &Report, names: &[&str]) {
    assert!(report.is_ok(), "{report}");
    assert_eq!(report.checks.iter().map(|check| check.name).collect::<Vec<_>>(), names);
}

fn records() -> Durable {
    Durable::new(DurableSettings::PLATFORM)
}

fn entries() -> Entries {
    Entries::new(EntriesSettings::PLATFORM)
}

#[tokio::test(start_paused = true)]
async fn records_in_memory_pass() {
    for versions in [Kept::Nothing, Kept::Hourly, Kept::Every] {
        let settings = DurableSettings { versions, ..DurableSettings::PLATFORM };
        passed(&conformance::durable("scratch", async || Durable::new(settings)).await, &DURABLE);
    }
}

#[tokio::test(start_paused = true)]
async fn one_store_for_all_checks_passes_also_under_its_quota() {
    let quota = Some(DurableQuota::platform(0));
    let store = Durable::new(DurableSettings { quota, ..DurableSettings::PLATFORM });
    passed(&conformance::durable("scratch", async || store.clone()).await, &DURABLE);
}

#[tokio::test(start_paused = true)]
async fn entries_in_memory_pass() {
    passed(&conformance::memory("scratch", async || entries()).await, &MEMORY);
}

#[tokio::test(start_paused = true)]
async fn messages_and_bans_in_memory_pass_also_behind_a_layer_without_faults() {
    passed(&conformance::bus("scratch", async || Topics::new()).await, &BUS);
    passed(&conformance::moderation(1, async || Bans::new()).await, &MODERATION);
    let none = Faults::default();
    let (bus, bans) = (Faulty::new(Topics::new(), none, 7), Faulty::new(Bans::new(), none, 7));
    passed(&conformance::bus("scratch", async || bus.clone()).await, &BUS);
    passed(&conformance::moderation(1, async || bans.clone()).await, &MODERATION);
}

#[tokio::test(start_paused = true)]
async fn a_bus_that_only_publishes_is_checked_as_far_as_a_sender_sees() {
    let report = conformance::bus("scratch", async || BrokenBus::new(BusLie::OnlyPublishes)).await;
    let made = report.checks.iter().filter(|check| check.verdict == conformance::Verdict::Passed);
    assert_eq!(made.map(|check| check.name).collect::<Vec<_>>(), ["nobody listens is no error", "too large refused"]);
    assert!(report.is_ok(), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_embedded_store_passes() {
    for versions in [Kept::Nothing, Kept::Hourly, Kept::Every] {
        let folder = tempfile::tempdir().unwrap();
        let mut number = 0;
        let make = async || {
            number += 1;
            let settings = LocalSettings { versions, ..LocalSettings::default() };
            Local::open(folder.path().join(format!("{number}.keyholder")), settings).await.unwrap()
        };
        passed(&conformance::durable("scratch", make).await, &DURABLE);
    }
}

/// What stays true whatever the network does.
const HONEST: [&str; 5] = [
    "acknowledged is kept",
    "refused is not applied",
    "unknown is whole or nothing",
    "cancel is whole or nothing",
    "keys are apart",
];

#[tokio::test(start_paused = true)]
async fn a_slow_network_that_reorders_breaks_no_promise() {
    let faults = Faults {
        reorder: 300,
        reorder_by: Duration::from_millis(40),
        latency_min: Duration::from_millis(1),
        latency_max: Duration::from_millis(9),
        ..Faults::default()
    };
    passed(&conformance::durable("scratch", async || Faulty::new(records(), faults, 7)).await, &DURABLE);
    passed(&conformance::memory("scratch", async || Faulty::new(entries(), faults, 7)).await, &MEMORY);
    passed(&conformance::moderation(1, async || Faulty::new(Bans::new(), faults, 7)).await, &MODERATION);
}

#[tokio::test(start_paused = true)]
async fn a_bus_may_lose_repeat_delay_and_reorder() {
    let faults = Faults {
        reply_lost: 100,
        request_lost: 100,
        late: 100,
        late_by: Duration::from_millis(500),
        vanish: 100,
        repeat: 200,
        reorder: 300,
        reorder_by: Duration::from_millis(40),
        latency_max: Duration::from_millis(9),
        ..Faults::default()
    };
    for seed in 0..8 {
        passed(&conformance::bus("scratch", async || Faulty::new(Topics::new(), faults, seed)).await, &BUS);
    }
}

#[tokio::test(start_paused = true)]
async fn lost_and_late_writes_are_answered_honestly() {
    let faults = Faults {
        reply_lost: 100,
        request_lost: 100,
        late: 100,
        late_by: Duration::from_millis(500),
        stale: 100,
        latency_max: Duration::from_millis(5),
        ..Faults::default()
    };
    for seed in 0..20 {
        let report = conformance::durable("scratch", async || Faulty::new(records(), faults, seed)).await;
        let failed: Vec<_> = report.failed().filter(|name| HONEST[..3].contains(name)).collect();
        assert!(failed.is_empty(), "seed {seed}\n{report}");
        assert!(!report.is_ok(), "seed {seed}: one who calls once notices a network that loses calls");
    }
}

#[tokio::test(start_paused = true)]
async fn a_durable_store_that_lies_is_caught_by_name() {
    let lies = [
        (Lie::TakesStaleTags, &["stale tag refused", "foreign tag refused", "one winner", "acknowledged is kept"][..]),
        (Lie::TakesAbsent, &["absent refused when there"]),
        (Lie::ChecksThenWrites, &["one winner", "acknowledged is kept"]),
        (Lie::TagIsTheText, &["tags never repeat", "removal ends tags"]),
        (Lie::RefusesWhatItApplied, &["refused is not applied"]),
        (Lie::ForgetsWhatItAcknowledged, &["acknowledged is kept", "absent creates"]),
        (Lie::AppliesHalfWhenDropped, &["cancel is whole or nothing"]),
        (Lie::KnowsNoLimits, &["too large refused"]),
        (Lie::LosesMeta, &["meta is replaced"]),
        (Lie::FoldsCase, &["keys are apart"]),
        (Lie::ListsTheFirstPageOnly, &["list is complete"]),
        (Lie::ReadsOldVersions, &["versions are listed"]),
        (Lie::ServesAfterRemoval, &["removed is absent"]),
    ];
    for (lie, names) in lies {
        let report = conformance::durable("scratch", async || Broken::new(records(), lie)).await;
        let failed: Vec<_> = report.failed().collect();
        for name in names {
            assert!(failed.contains(name), "{lie:?} was not caught by {name:?}\n{report}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_memory_store_that_lies_is_caught_by_name() {
    let lies = [
        (Lie::TakesStaleTags, &["stale tag refused", "lapsed is absent", "delete refuses a stale tag"][..]),
        (Lie::TakesAbsent, &["absent refused when there"]),
        (Lie::ForgetsTtl, &["entry lapses", "lapsed is absent", "write renews the life"]),
        (Lie::LapsesEarly, &["entry lives as long as asked"]),
        (Lie::PutsOnlyOnce, &["put overwrites"]),
        (Lie::KnowsNoLimits, &["too large refused", "life out of bounds refused"]),
        (Lie::FoldsCase, &["keys are apart"]),
    ];
    for (lie, names) in lies {
        let report = conformance::memory("scratch", async || Broken::new(entries(), lie)).await;
        let failed: Vec<_> = report.failed().collect();
        for name in names {
            assert!(failed.contains(name), "{lie:?} was not caught by {name:?}\n{report}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_bus_that_lies_is_caught_by_name() {
    for (lie, name) in [
        (BusLie::NeverDelivers, "message arrives"),
        (BusLie::Trims, "message is exact"),
        (BusLie::DeliversToOne, "everybody hears it"),
        (BusLie::HasOneTopic, "topics are apart"),
        (BusLie::NeedsAListener, "nobody listens is no error"),
        (BusLie::WaitsForListeners, "nobody is waited for"),
        (BusLie::FailsAfterADrop, "dropped subscription is forgotten"),
        (BusLie::ClaimsMore, "largest message accepted"),
        (BusLie::KnowsNoLimits, "too large refused"),
    ] {
        let report = conformance::bus("scratch", async || BrokenBus::new(lie)).await;
        assert!(report.failed().any(|failed| failed == name), "{lie:?} was not caught by {name:?}\n{report}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_moderation_service_that_lies_is_caught_by_name() {
    for (lie, name) in [
        (BanLie::BansStrangers, "nobody is banned at first"),
        (BanLie::LosesReasons, "ban holds"),
        (BanLie::KeepsTheFirst, "ban is replaced"),
        (BanLie::CountsBans, "ban twice is one ban"),
        (BanLie::NeverUnbans, "unban lets in"),
        (BanLie::NeedsABan, "unban of nobody is no error"),
        (BanLie::ConfusesUsers, "users are apart"),
        (BanLie::NeverEnds, "ban ends when it says"),
        (BanLie::EndsEarly, "ban ends when it says"),
        (BanLie::KnowsNoLimits, "too long refused"),
    ] {
        let report = conformance::moderation(1, async || BrokenBans::new(lie)).await;
        assert!(report.failed().any(|failed| failed == name), "{lie:?} was not caught by {name:?}\n{report}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_self_test_refuses_a_store_that_would_lose_data() {
    let key = Key::new("scratch", "server-1").unwrap();
    let honest = Arc::new(records());
    assert_eq!(self_test(&honest, &key).await, Ok(()));
    assert_eq!(self_test(&honest, &key).await, Ok(()), "again, with what the first left there");
    for (lie, why) in [
        (Lie::TakesStaleTags, SelfTestFailed::AcceptsStale),
        (Lie::TakesAbsent, SelfTestFailed::AcceptsAbsent),
        (Lie::ForgetsWhatItAcknowledged, SelfTestFailed::Forgets),
        (Lie::SaysItIsNotConditional, SelfTestFailed::NotConditional),
    ] {
        let store = Arc::new(Broken::new(records(), lie));
        assert_eq!(self_test(&store, &key).await, Err(why), "{lie:?}");
    }
}
