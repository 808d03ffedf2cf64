//! What is stored outlives the emulator.

mod common;

use common::Cloud;
use jiff::SignedDuration;
use keyholder_emulator::{Clock, DataError, Emulator, Settings};
use serde_json::json;

const STORES: &str = "/cloud/v2/universes/1/data-stores";
const E: &str = "/cloud/v2/universes/1/data-stores/Coins/entries";

/// Opens the file, waiting for the one before to let go of it.
async fn open(file: &std::path::Path, clock: &Clock) -> Cloud {
    for _ in 0..200 {
        let settings = Settings { data: Some(file.to_owned()), clock: clock.clone(), ..Settings::default() };
        match Emulator::open(settings) {
            Ok(emulator) => return Cloud { emulator, clock: clock.clone(), key: "local" },
            Err(DataError::Database(_)) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            Err(e) => panic!("{e}"),
        }
    }
    panic!("the file is still in use");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloud.redb");
    let clock = Cloud::default().clock;
    let cloud = open(&file, &clock).await;
    let body = json!({"value": {"n": 0}, "users": ["users/7"], "attributes": {"a": "b"}});
    cloud.call("POST", &format!("{E}?id=k"), &body).await.ok();
    clock.advance(SignedDuration::from_hours(1));
    for n in 1..4 {
        clock.advance(SignedDuration::from_secs(1));
        cloud.call("PATCH", &format!("{E}/k"), json!({"value": {"n": n}})).await.ok();
    }
    cloud.call("POST", &format!("{E}/gone:increment"), json!({"amount": 1})).await.ok();
    cloud.call("DELETE", &format!("{E}/gone"), "").await.ok();
    cloud.call("POST", &format!("{STORES}/Other/scopes/s/entries?id=x"), json!({"value": []})).await.ok();
    cloud.call("DELETE", &format!("{STORES}/Other"), "").await.ok();
    cloud.call("POST", &format!("{STORES}:snapshot"), "{}").await.ok();
    let seen = async |cloud: &Cloud| {
        let mut seen = Vec::new();
        for path in ["Coins/entries/k", "Coins/entries/k:listRevisions", "Coins/entries/gone:listRevisions"] {
            seen.push(cloud.get(&format!("{STORES}/{path}")).await.ok());
        }
        seen.push(cloud.get(&format!("{STORES}?showDeleted=true")).await.ok());
        seen.push(cloud.get(&format!("{E}?showDeleted=true")).await.ok());
        seen.push(cloud.get(&format!("{E}/k@latest:2026-03-01T12:00:00Z")).await.ok());
        seen.push(cloud.call("POST", &format!("{STORES}:snapshot"), "{}").await.ok()["latestSnapshotTime"].clone());
        seen
    };
    let before = seen(&cloud).await;
    drop(cloud);
    let cloud = open(&file, &clock).await;
    assert_eq!(seen(&cloud).await, before);
    let etag = &before[0]["etag"];
    let next = cloud.call("PATCH", &format!("{E}/k"), json!({"value": 9, "etag": etag})).await.ok();
    assert_eq!(next["value"], 9);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_took_a_name_again_is_alone_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloud.redb");
    let clock = Cloud::default().clock;
    let cloud = open(&file, &clock).await;
    cloud.call("POST", &format!("{E}?id=old"), json!({"value": 1})).await.ok();
    cloud.call("DELETE", &format!("{STORES}/Coins"), "").await.ok();
    clock.advance(SignedDuration::from_hours(30 * 24));
    cloud.call("POST", &format!("{E}?id=new"), json!({"value": 1})).await.ok();
    drop(cloud);
    let cloud = open(&file, &clock).await;
    assert_eq!(cloud.get(&format!("{E}/old")).await.status, 404);
    assert_eq!(cloud.get(&format!("{E}/new")).await.status, 200);
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloud.redb");
    std::fs::write(&file, b"something else").unwrap();
    let opened = Emulator::open(Settings { data: Some(file), ..Settings::default() });
    assert!(matches!(opened, Err(DataError::Database(_))));
}
