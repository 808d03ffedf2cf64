//! What is stored outlives the emulator.

mod common;

use common::Cloud;
use jiff::SignedDuration;
use keyholder_emulator::{Clock, DataError, Emulator, Settings};
use serde_json::json;

const STORES: &str = "/cloud/v2/universes/1/data-stores";
const MEMORY: &str = "/cloud/v2/universes/1/memory-store";
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_stores_are_there_again_until_they_expire() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloud.redb");
    let clock = Cloud::default().clock;
    let cloud = open(&file, &clock).await;
    for (id, ttl, value) in [("a", 60, json!(0.1 + 0.2)), ("b", 600, json!({"x": []})), ("c", 600, json!("gone"))] {
        let body = json!({"value": value, "ttl": format!("{ttl}s"), "numericSortKey": ttl, "path": "passed over"});
        cloud.call("POST", &format!("{MEMORY}/sorted-maps/m/items?id={id}"), &body).await.ok();
    }
    cloud
        .call("PATCH", &format!("{MEMORY}/sorted-maps/m/items/b"), json!({"value": 2, "stringSortKey": "s"}))
        .await
        .ok();
    cloud.call("DELETE", &format!("{MEMORY}/sorted-maps/m/items/c"), "").await;
    for (data, priority) in [(1, 0.5), (2, 7.0), (3, 0.5), (4, -1e-9)] {
        cloud.call("POST", &format!("{MEMORY}/queues/q/items"), json!({"data": data, "priority": priority})).await.ok();
    }
    let read = cloud.get(&format!("{MEMORY}/queues/q/items:read?count=1&invisibilityWindow=90s")).await.ok();
    assert_eq!(read["queueItems"][0]["data"], 2);
    let before = cloud.get(&format!("{MEMORY}/sorted-maps/m/items?maxPageSize=9")).await.ok();
    assert_eq!(before["items"].as_array().unwrap().len(), 2);
    drop(cloud);

    let cloud = open(&file, &clock).await;
    assert_eq!(cloud.get(&format!("{MEMORY}/sorted-maps/m/items?maxPageSize=9")).await.ok(), before);
    let data = async |cloud: &Cloud, count: usize| {
        let read = cloud.get(&format!("{MEMORY}/queues/q/items:read?count={count}&invisibilityWindow=1s")).await.ok();
        let items = read["queueItems"].as_array().cloned().unwrap_or_default();
        items.iter().map(|item| item["data"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(data(&cloud, 9).await, [1, 3, 4], "the one that is being read is hidden");
    let etag = cloud.call("PATCH", &format!("{MEMORY}/sorted-maps/m/items/b"), json!({"value": 3})).await.ok();
    let number = |etag: &serde_json::Value| etag.as_str().unwrap().parse::<u64>().unwrap();
    let all = before["items"].as_array().unwrap().iter().map(|item| number(&item["etag"]));
    assert!(all.max().unwrap() < number(&etag["etag"]), "etags rise across a restart");
    drop(cloud);

    clock.advance(SignedDuration::from_secs(90));
    let cloud = open(&file, &clock).await;
    assert_eq!(cloud.get(&format!("{MEMORY}/sorted-maps/m/items/a")).await.status, 404, "it expired meanwhile");
    assert_eq!(data(&cloud, 1).await, [2], "it is seen again");
    cloud.call("POST", &format!("{MEMORY}/queues/q/items:discard"), json!({"readId": read["id"]})).await;
    clock.advance(SignedDuration::from_secs(1));
    let read = cloud.get(&format!("{MEMORY}/queues/q/items:read?count=9")).await.ok();
    cloud.call("POST", &format!("{MEMORY}/queues/q/items:discard"), json!({"readId": read["id"]})).await;
    let flushed = cloud.call("POST", &format!("{MEMORY}:flush"), "").await.ok();
    drop(cloud);

    let cloud = open(&file, &clock).await;
    clock.advance(SignedDuration::from_secs(100));
    assert_eq!(data(&cloud, 9).await, [0; 0], "what was discarded stays so");
    assert_eq!(cloud.get(&format!("{MEMORY}/sorted-maps/m/items/b")).await.status, 404, "what was flushed as well");
    assert_eq!(cloud.get(&format!("/{}", flushed["path"].as_str().unwrap())).await.ok()["done"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ordered_values_restrictions_and_the_experience_are_there_again() {
    const ORDERED: &str = "/cloud/v2/universes/1/ordered-data-stores/Points/scopes/global/entries";
    const BANS: &str = "/cloud/v2/universes/1/user-restrictions";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloud.redb");
    let clock = Cloud::default().clock;
    let cloud = open(&file, &clock).await;
    for (id, value) in [("a", 3), ("b", i64::from(i32::MAX)), ("gone", 1)] {
        cloud.call("POST", &format!("{ORDERED}?id={id}"), json!({"value": value})).await.ok();
    }
    cloud.call("POST", &format!("{ORDERED}/a:increment"), json!({"amount": -5})).await.ok();
    assert_eq!(cloud.call("DELETE", &format!("{ORDERED}/gone"), "").await.status, 200);
    let ban =
        |active: bool| json!({"gameJoinRestriction": {"active": active, "duration": "60s", "displayReason": "r"}});
    let keyed = "idempotencyKey.key=k&idempotencyKey.firstSent=2026-03-01T12:00:00Z";
    cloud.call("PATCH", &format!("{BANS}/7?{keyed}"), ban(true)).await.ok();
    cloud.call("PATCH", &format!("{BANS}/8"), ban(true)).await.ok();
    clock.advance(SignedDuration::from_secs(30));
    cloud.call("PATCH", "/cloud/v2/universes/1/places/5/user-restrictions/7", ban(false)).await.ok();
    let about = json!({"voiceChatEnabled": true, "twitchSocialLink": {"title": "t", "uri": "u"}});
    cloud.call("PATCH", "/cloud/v2/universes/1", &about).await.ok();
    let seen = async |cloud: &Cloud| {
        let mut seen = Vec::new();
        for path in ["", ":listLogs", "/7", "/8", "/9"] {
            seen.push(cloud.get(&format!("{BANS}{path}")).await.ok());
        }
        seen.push(cloud.get("/cloud/v2/universes/1/places/5/user-restrictions/7").await.ok());
        seen.push(cloud.get(&format!("{ORDERED}?orderBy=value%20desc")).await.ok());
        seen.push(cloud.get("/cloud/v2/universes/1").await.ok());
        seen
    };
    let before = seen(&cloud).await;
    drop(cloud);
    let cloud = open(&file, &clock).await;
    assert_eq!(seen(&cloud).await, before);
    cloud.call("PATCH", &format!("{BANS}/7?{keyed}"), ban(true)).await.ok();
    assert_eq!(seen(&cloud).await, before, "an update with its key is the same update after a restart");
    cloud.call("PATCH", &format!("{BANS}/9"), ban(true)).await.ok();
    let logs = cloud.get(&format!("{BANS}:listLogs")).await.ok();
    assert_eq!(logs["logs"].as_array().unwrap().len(), 4, "numbers of logs go on");
}

/// What `open` says of a file, which is left as it was.
fn refusal(file: &std::path::Path) -> DataError {
    Emulator::open(Settings { data: Some(file.to_owned()), ..Settings::default() }).map(drop).unwrap_err()
}

#[test]
fn a_file_that_is_not_the_emulators_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloud.redb");
    std::fs::write(&file, b"something else").unwrap();
    assert!(matches!(refusal(&file), DataError::Database(_)));
    let file = folder.path().join("other.redb");
    let other = redb::TableDefinition::<u64, u64>::new("records");
    write(&file, |writing| drop(writing.open_table(other).unwrap().insert(1_u64, 1_u64)));
    assert!(matches!(refusal(&file), DataError::Foreign));
    let file = folder.path().join("newer.redb");
    write(&file, |writing| {
        writing.open_table(ROWS).unwrap();
        writing.open_table(META).unwrap().insert("format", 3_u64).unwrap();
    });
    let said = refusal(&file);
    assert!(matches!(said, DataError::NewerFormat { found: 3 }) && said.to_string().contains("newer"), "{said}");
    let file = folder.path().join("damaged.redb");
    write(&file, |writing| drop(writing.open_table(ROWS).unwrap().insert(&[99_u8][..], &b"1"[..])));
    assert!(matches!(refusal(&file), DataError::Row));
}

const ROWS: redb::TableDefinition<'_, &[u8], &[u8]> = redb::TableDefinition::new("rows");
const META: redb::TableDefinition<'_, &str, u64> = redb::TableDefinition::new("meta");

fn write(file: &std::path::Path, change: impl FnOnce(&redb::WriteTransaction)) {
    let database = redb::Database::create(file).unwrap();
    let writing = database.begin_write().unwrap();
    change(&writing);
    writing.commit().unwrap();
}

/// The name of a row: what it is of, the experience 1, names, numbers.
fn named(tag: u8, names: &[&str], numbers: &[u64]) -> Vec<u8> {
    let mut bytes = vec![tag];
    bytes.extend(1_u64.to_be_bytes());
    for name in names {
        bytes.extend(u16::try_from(name.len()).unwrap().to_be_bytes());
        bytes.extend(name.as_bytes());
    }
    numbers.iter().for_each(|number| bytes.extend(number.to_be_bytes()));
    bytes
}

/// 2026-03-01, 12:00, in nanoseconds since 1970.
const NOON: u64 = 1_772_366_400_000_000_000;

/// Rows as they were written by the emulator before memory stores were kept: the file did not say its format.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_format_1_is_opened_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloud.redb");
    let entry = ["Coins", "global", "k"];
    let deleted = ["Coins", "global", "gone"];
    write(&file, |writing| {
        let mut rows = writing.open_table(ROWS).unwrap();
        for (key, row) in [
            (named(1, &["Coins"], &[]), format!(r#"{{"created":{NOON},"deleted":null}}"#)),
            (named(2, &entry, &[]), format!(r#"{{"created":{NOON},"current":2,"older":[]}}"#)),
            (
                named(3, &entry, &[2]),
                format!(r#"{{"at":{NOON},"value":{{"n":1}},"users":[7],"attributes":{{"a":"b"}}}}"#),
            ),
            (named(2, &deleted, &[]), format!(r#"{{"created":{NOON},"current":1,"older":[]}}"#)),
            (named(3, &deleted, &[1]), format!(r#"{{"at":{NOON},"value":null,"users":[],"attributes":null}}"#)),
        ] {
            rows.insert(&key[..], row.as_bytes()).unwrap();
        }
    });
    let clock = Cloud::default().clock;
    let cloud = open(&file, &clock).await;
    let entry = cloud.get(&format!("{E}/k")).await.ok();
    assert_eq!((&entry["value"], &entry["users"]), (&json!({"n": 1}), &json!(["users/7"])));
    assert_eq!(entry["revisionCreateTime"], "2026-03-01T12:00:00Z");
    assert_eq!(cloud.get(&format!("{E}/gone")).await.status, 404);
    cloud.call("POST", &format!("{MEMORY}/sorted-maps/m/items?id=a"), json!({"value": 1})).await.ok();
    drop(cloud);
    let cloud = open(&file, &clock).await;
    assert_eq!(cloud.get(&format!("{MEMORY}/sorted-maps/m/items/a")).await.status, 200);
    assert_eq!(cloud.get(&format!("{E}/k")).await.ok(), entry);
}

/// What is in files today, row by row: whoever changes one of these changes the format.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_format_2_are_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloud.redb");
    let later = NOON + 60_000_000_000;
    let ban = r#"{"active":true,"lasts":60,"private_reason":"p","display_reason":"d","exclude_alts":false}"#;
    write(&file, |writing| {
        writing.open_table(META).unwrap().insert("format", 2_u64).unwrap();
        let mut rows = writing.open_table(ROWS).unwrap();
        for (key, row) in [
            (named(0, &[], &[]), NOON.to_string()),
            (named(1, &["Coins"], &[]), format!(r#"{{"created":{NOON},"deleted":null}}"#)),
            (named(2, &["Coins", "global", "k"], &[]), format!(r#"{{"created":{NOON},"current":1,"older":[]}}"#)),
            (
                named(3, &["Coins", "global", "k"], &[1]),
                format!(r#"{{"at":{NOON},"value":null,"users":[],"attributes":null,"null":true}}"#),
            ),
            (named(4, &["Points", "global", "a"], &[]), "-7".to_owned()),
            (named(5, &[], &[]), "9".to_owned()),
            (
                named(6, &["m", "i"], &[]),
                format!(r#"{{"value":[1],"sort":{{"Number":2.5}},"expires":{later},"etag":8}}"#),
            ),
            (named(7, &["q"], &[1 << 63, 9]), format!(r#"{{"data":"x","priority":0.0,"expires":{later}}}"#)),
            (named(8, &["q"], &[1 << 63, 9]), format!(r#"{{"read":10,"until":{later}}}"#)),
            (named(9, &[], &[4]), "\"Live\"".to_owned()),
            (named(10, &[], &[0, 7]), format!(r#"{{"ban":{ban},"since":{NOON}}}"#)),
            (
                named(11, &[], &[1]),
                format!(
                    r#"{{"number":1,"user":7,"place":null,"restriction":{{"ban":{ban},"since":{NOON}}},"key":"k"}}"#
                ),
            ),
            (named(12, &[], &[]), r#"{"vrEnabled":true}"#.to_owned()),
        ] {
            rows.insert(&key[..], row.as_bytes()).unwrap();
        }
    });
    let clock = Cloud::default().clock;
    let cloud = open(&file, &clock).await;
    let snapshot = cloud.call("POST", &format!("{STORES}:snapshot"), "{}").await.ok();
    assert_eq!(snapshot, json!({"newSnapshotTaken": false, "latestSnapshotTime": "2026-03-01T12:00:00Z"}));
    assert_eq!(cloud.get(&format!("{E}/k")).await.ok()["value"], json!(null));
    let points = "/cloud/v2/universes/1/ordered-data-stores/Points/scopes/global/entries/a";
    assert_eq!(cloud.get(points).await.ok()["value"], -7);
    let item = cloud.get(&format!("{MEMORY}/sorted-maps/m/items/i")).await.ok();
    assert_eq!((&item["value"], &item["numericSortKey"], &item["etag"]), (&json!([1]), &json!(2.5), &json!("8")));
    assert_eq!(item["expireTime"], "2026-03-01T12:01:00Z");
    let read = cloud.get(&format!("{MEMORY}/queues/q/items:read")).await.ok();
    assert_eq!(read.get("queueItems"), None, "the only message is being read");
    assert_eq!(cloud.get(&format!("{MEMORY}/operations/0000000000000004")).await.ok()["done"], true);
    let banned = cloud.get("/cloud/v2/universes/1/user-restrictions/7").await.ok();
    assert_eq!(banned["gameJoinRestriction"]["privateReason"], "p");
    let logs = cloud.get("/cloud/v2/universes/1/user-restrictions:listLogs").await.ok();
    assert_eq!(logs["logs"][0]["displayReason"], "d");
    assert_eq!(cloud.get("/cloud/v2/universes/1").await.ok()["vrEnabled"], true);
    clock.advance(SignedDuration::from_secs(59));
    let discard = json!({"readId": "0000000000000000000000000000000a"});
    assert_eq!(cloud.call("POST", &format!("{MEMORY}/queues/q/items:discard"), discard).await.status, 200);
}
