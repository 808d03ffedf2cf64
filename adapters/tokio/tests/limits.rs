//! The platform's limits, as the stores in memory have them.

use keyholder_tokio::Clock;
use keyholder_tokio::backend::*;
use keyholder_tokio::memory::{Durable, DurableQuota, DurableSettings, Entries, EntriesSettings};
use std::time::Duration;

const TTL: Duration = Duration::from_secs(60);

fn key() -> Key {
    Key::new("players", "Player_1").unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_last_text_of_an_hour_becomes_a_version() {
    // Half past ten.
    let store = Durable::with_clock(DurableSettings::PLATFORM, Clock::starting_at(10 * 3_600_000 + 1_800_000));
    let mut expected = Expected::Absent;
    for (text, minutes) in [("10:30", 29), ("10:59", 1), ("11:00", 30), ("11:30", 31), ("12:01", 0)] {
        let tag = store.write(&key(), expected, text.into(), &Meta::default()).await.unwrap();
        expected = Expected::Tag(tag);
        tokio::time::sleep(Duration::from_secs(minutes * 60)).await;
    }
    let mut texts = Vec::new();
    for version in store.versions(&key()).await.unwrap() {
        texts.push(store.read_version(&key(), &version.id).await.unwrap().unwrap().text.to_string());
    }
    assert_eq!(texts, ["12:01", "11:30", "10:59"]);
}

#[tokio::test(start_paused = true)]
async fn a_quota_says_how_long_to_wait() {
    let quota = Some(DurableQuota { reads: 2, writes: 1, lists: 1, removals: 1 });
    let store = Durable::new(DurableSettings { quota, ..DurableSettings::PLATFORM });
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert!(store.read(&key()).await.is_ok() && store.read(&key()).await.is_ok());
    let wait = Some(Duration::from_secs(40));
    assert_eq!(store.read(&key()).await, Err(NotApplied::Throttled { wait }.into()));
    assert!(store.remove(&key()).await.is_ok(), "each kind has its own");
    tokio::time::sleep(Duration::from_secs(40)).await;
    assert!(store.read(&key()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_full_memory_store_refuses_what_makes_it_larger() {
    let store = Entries::new(EntriesSettings { max_bytes: Some(10), ..EntriesSettings::PLATFORM });
    let (one, two) = (MemoryKey::Journal(key()), MemoryKey::Heartbeat(keyholder_core::ids::HostId(1)));
    let tag = store.write(&one, Expected::Absent, "12345678".into(), TTL).await.unwrap();
    assert_eq!(store.put(&two, "123".into(), TTL).await, Err(Refused::Full.into()));
    assert!(store.write(&one, Expected::Tag(tag), "1234567".into(), TTL).await.is_ok(), "smaller");
    assert!(store.put(&two, "123".into(), TTL).await.is_ok());
    tokio::time::sleep(TTL).await;
    assert!(store.put(&two, "1234567890".into(), TTL).await.is_ok(), "what has lapsed takes no room");
}
