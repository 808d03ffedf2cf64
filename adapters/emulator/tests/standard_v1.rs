//! Data stores of the first API, on the entries of the second.

mod common;

use common::{Answer, Cloud};
use keyholder_emulator::Settings;
use keyholder_emulator::settings::Drift;
use serde_json::json;

const V1: &str = "/datastores/v1/universes/1/standard-datastores";
const ENTRY: &str =
    "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=Coins&entryKey=k";
const V2: &str = "/cloud/v2/universes/1/data-stores/Coins/entries/k";

fn code(answer: &Answer) -> (u16, String) {
    let code = &answer.json()["errorDetails"][0]["datastoreErrorCode"];
    (answer.status, code.as_str().unwrap_or("none").to_owned())
}

async fn set(cloud: &Cloud, more: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut all = vec![("x-api-key", "local"), ("content-type", "application/json")];
    all.extend(headers);
    cloud.send("POST", &format!("{ENTRY}{more}"), &all, body.to_owned()).await
}

#[tokio::test]
async fn an_entry_is_written_by_headers_and_read_by_headers() {
    let cloud = Cloud::default();
    let headers = [
        ("roblox-entry-userids", "[1, 2]"),
        ("roblox-entry-attributes", "{\"a\":\"b\"}"),
        ("content-md5", "sTf90fedVsft8zZf6nUg8g=="),
    ];
    let written = set(&cloud, "", &headers, "750").await.ok();
    assert_eq!((&written["deleted"], &written["contentLength"]), (&json!(false), &json!(3)));
    let read = cloud.get(ENTRY).await;
    assert_eq!((read.status, read.text.as_str()), (200, "750"));
    assert_eq!(read.header("content-md5"), "sTf90fedVsft8zZf6nUg8g==");
    assert_eq!(json!(read.header("roblox-entry-version")), written["version"]);
    assert_eq!(read.header("roblox-entry-created-time"), "2026-03-01T12:00:00.0000000+00:00");
    assert_eq!(read.header("roblox-entry-attributes"), "{\"a\":\"b\"}");
    assert_eq!(read.header("roblox-entry-userids"), "[1,2]");
    let other = cloud.get(V2).await.ok();
    assert_eq!((&other["etag"], &other["users"]), (&written["version"], &json!(["users/1", "users/2"])));
    set(&cloud, "", &[], "751").await.ok();
    assert_eq!(cloud.get(ENTRY).await.header("roblox-entry-userids"), "[]", "what is left out is cleared");
}

#[tokio::test]
async fn a_conflict_tells_what_is_there() {
    let cloud = Cloud::default();
    let first = set(&cloud, "&exclusiveCreate=true", &[], "1").await.ok();
    let version = first["version"].as_str().unwrap();
    let second = set(&cloud, &format!("&matchVersion={version}"), &[], "2").await.ok();
    for more in ["&exclusiveCreate=true".to_owned(), format!("&matchVersion={version}")] {
        let refused = set(&cloud, &more, &[], "3").await;
        assert_eq!((refused.status, refused.text.as_str()), (412, "2"));
        assert_eq!(json!(refused.header("roblox-entry-version")), second["version"]);
    }
    let both = set(&cloud, "&exclusiveCreate=true&matchVersion=x", &[], "3").await;
    assert_eq!(code(&both), (400, "ExclusiveCreateAndMatchVersionCannotBeSet".into()));
}

#[tokio::test]
async fn a_deleted_entry_is_told_as_the_switch_says() {
    for (switch, status) in [("", 404), ("tombstone=204", 204)] {
        let cloud = Cloud::with(Settings { drift: Drift::parse(switch).unwrap(), ..Settings::default() });
        assert_eq!(code(&cloud.get(ENTRY).await), (404, "DatastoreNotFound".into()));
        set(&cloud, "", &[], "1").await.ok();
        let deleted = cloud.call("DELETE", ENTRY, "").await;
        assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
        assert_eq!(cloud.get(ENTRY).await.status, status);
        let keys = cloud.get(&format!("{V1}/datastore/entries?datastoreName=Coins")).await.ok();
        assert_eq!(keys, json!({"keys": [{"key": "k"}], "nextPageCursor": ""}), "deleted keys are listed");
        let versions = cloud.get(&ENTRY.replace("/entry?", "/entry/versions?")).await.ok();
        let deleted: Vec<_> = versions["versions"].as_array().unwrap().iter().map(|v| &v["deleted"]).collect();
        assert_eq!(deleted, [false, true]);
        let first = versions["versions"][0]["version"].as_str().unwrap();
        let old =
            cloud.get(&format!("{}&versionId={first}", ENTRY.replace("/entry?", "/entry/versions/version?"))).await;
        assert_eq!((old.status, old.text.as_str()), (200, "1"));
    }
}

#[tokio::test]
async fn what_is_wrong_has_a_code() {
    let cloud = Cloud::default();
    set(&cloud, "", &[], "\"text\"").await.ok();
    assert_eq!(code(&set(&cloud, "", &[("content-md5", "IGPBYI1uC6+AJJxC4r5YBA==")], "1").await).1, "ChecksumMismatch");
    assert_eq!(code(&set(&cloud, "", &[("roblox-entry-userids", "1,2")], "1").await).1, "InvalidUserIds");
    assert_eq!(code(&set(&cloud, "", &[("roblox-entry-userids", "[1,2,3,4,5]")], "1").await).1, "InvalidUserIds");
    assert_eq!(code(&set(&cloud, "", &[("roblox-entry-attributes", "[]")], "1").await).1, "InvalidAttributes");
    assert_eq!(code(&set(&cloud, "", &[], "value").await).1, "ContentNotJson");
    let increment = ENTRY.replace("/entry?", "/entry/increment?");
    assert_eq!(code(&cloud.call("POST", &increment, "").await), (400, "ExistingValueNotNumeric".into()));
    let long = ENTRY.replace("=k", &format!("={}", "%C3%A4".repeat(26)));
    assert_eq!(code(&cloud.get(&long).await), (400, "InvalidEntryKey".into()), "the limit is in bytes");
    let list = format!("{V1}/datastore/entries?datastoreName=Coins");
    assert_eq!(code(&cloud.get(&format!("{list}&cursor=x")).await), (400, "InvalidCursor".into()));
    assert_eq!(
        code(&cloud.get(&format!("{list}&scope=global&allScopes=true")).await),
        (400, "InvalidDataStoreScope".into())
    );
    assert_eq!(code(&cloud.get(&ENTRY.replace("=k", "=other")).await), (404, "EntryNotFound".into()));
}

#[tokio::test]
async fn an_increment_begins_with_one() {
    let cloud = Cloud::default();
    let increment = ENTRY.replace("/entry?", "/entry/increment?");
    assert_eq!(cloud.call("POST", &increment, "").await.text, "1");
    let more = cloud.call("POST", &format!("{increment}&incrementBy=41"), "").await;
    assert_eq!((more.text.as_str(), cloud.get(ENTRY).await.text.as_str()), ("42", "42"));
}

#[tokio::test]
async fn lists_come_one_by_one_by_default() {
    let cloud = Cloud::default();
    for store in ["A", "B"] {
        cloud.call("POST", &ENTRY.replace("=Coins", &format!("={store}")), "1").await.ok();
    }
    let first = cloud.get(V1).await.ok();
    assert_eq!(first["datastores"], json!([{"name": "A", "createdTime": "2026-03-01T12:00:00Z"}]));
    let second = cloud.get(&format!("{V1}?cursor={}", first["nextPageCursor"].as_str().unwrap())).await.ok();
    assert_eq!((&second["datastores"][0]["name"], &second["nextPageCursor"]), (&json!("B"), &json!("")));
}
