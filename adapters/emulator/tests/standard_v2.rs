//! Data stores of the second API.

mod common;

use common::Cloud;
use keyholder_emulator::Settings;
use keyholder_emulator::settings::Drift;
use serde_json::{Value, json};

const STORES: &str = "/cloud/v2/universes/1/data-stores";
const E: &str = "/cloud/v2/universes/1/data-stores/Coins/entries";

fn drift(text: &str) -> Cloud {
    Cloud::with(Settings { drift: Drift::parse(text).unwrap(), ..Settings::default() })
}

/// Puts an entry in place, and gives its etag.
async fn put(cloud: &Cloud, path: &str, value: Value) -> String {
    let body = json!({"value": value});
    let answer = cloud.call("PATCH", &format!("{path}?allowMissing=true"), body).await.ok();
    answer["etag"].as_str().unwrap().to_owned()
}

fn ids(list: &Value) -> Vec<&str> {
    list["dataStoreEntries"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_entry_is_created_once_and_read_as_it_was_written() {
    let cloud = Cloud::default();
    let body = json!({"value": {"Iron": 50, "bag": {}, "list": []}, "users": ["users/45"], "attributes": {"a": "b"}});
    let made = cloud.call("POST", &format!("{E}?id=users:45"), &body).await.ok();
    assert_eq!(made["path"], "universes/1/data-stores/Coins/entries/users:45");
    assert_eq!((&made["id"], &made["state"]), (&json!("users:45"), &json!("ACTIVE")));
    assert_eq!(made["revisionId"], "08DE778A108C2000.0000000001.08DE778A108C2000.01");
    assert_eq!(made["etag"], made["revisionId"]);
    assert_eq!(made["createTime"], "2026-03-01T12:00:00Z");
    assert_eq!(cloud.get(&format!("{E}/users:45")).await.ok(), made);
    assert_eq!(cloud.get(&format!("{E}/users%3A45@latest")).await.ok(), made);
    for field in ["value", "users", "attributes"] {
        assert_eq!(made[field], body[field]);
    }
    let again = cloud.call("POST", &format!("{E}?id=users:45"), &body).await;
    assert_eq!((again.status, again.json()["code"].as_str()), (400, Some("INVALID_ARGUMENT")));
}

#[tokio::test]
async fn an_update_needs_the_entry_or_leave_to_create_it() {
    let cloud = Cloud::default();
    let missing = cloud.call("PATCH", &format!("{E}/k"), json!({"value": 1})).await;
    assert_eq!((missing.status, missing.json()["code"].as_str()), (404, Some("NOT_FOUND")));
    let first = put(&cloud, &format!("{E}/k"), json!(1)).await;
    let second = cloud.call("PATCH", &format!("{E}/k"), json!({"value": 2})).await.ok();
    assert_ne!(second["etag"], json!(first));
    assert_eq!(cloud.call("PATCH", &format!("{E}/k"), json!({"users": []})).await.status, 400, "the value is needed");
}

#[tokio::test]
async fn a_write_replaces_users_and_attributes() {
    let cloud = Cloud::default();
    let body = json!({"value": 1, "users": ["users/7"], "attributes": {"a": 1}});
    cloud.call("PATCH", &format!("{E}/k?allowMissing=true"), body).await.ok();
    let after = cloud.call("PATCH", &format!("{E}/k"), json!({"value": 1})).await.ok();
    assert_eq!((&after["users"], &after["attributes"]), (&json!([]), &json!({})));
}

#[tokio::test]
async fn a_stale_etag_is_refused_as_the_switch_says() {
    for (switch, status, code) in [
        ("", 409, "ABORTED"),
        ("conflict=412", 412, "FAILED_PRECONDITION"),
        ("conflict=400", 400, "FAILED_PRECONDITION"),
    ] {
        let cloud = drift(switch);
        let first = put(&cloud, &format!("{E}/k"), json!(1)).await;
        let second = cloud.call("PATCH", &format!("{E}/k"), json!({"value": 2, "etag": first})).await.ok();
        let stale = cloud.call("PATCH", &format!("{E}/k"), json!({"value": 3, "etag": first})).await;
        assert_eq!((stale.status, stale.json()["code"].as_str()), (status, Some(code)));
        assert_eq!(cloud.get(&format!("{E}/k")).await.ok(), second, "nothing was written");
    }
    let cloud = drift("conflict=ignored");
    let first = put(&cloud, &format!("{E}/k"), json!(1)).await;
    put(&cloud, &format!("{E}/k"), json!(2)).await;
    let stale = cloud.call("PATCH", &format!("{E}/k"), json!({"value": 3, "etag": first})).await.ok();
    assert_eq!(stale["value"], 3, "the last writer wins");
}

#[tokio::test]
async fn an_etag_of_nothing_creates_nothing() {
    let cloud = Cloud::default();
    put(&cloud, &format!("{E}/other"), json!(1)).await;
    let body = json!({"value": 1, "etag": "x"});
    assert_eq!(cloud.call("PATCH", &format!("{E}/k?allowMissing=true"), &body).await.status, 404);
    assert_eq!(cloud.get(&format!("{E}/k")).await.status, 404);
}

#[tokio::test]
async fn keys_may_hold_slashes_ats_and_colons_when_they_are_encoded() {
    let cloud = Cloud::default();
    for (path, id) in [("a%2Fb", "a/b"), ("a%40b", "a@b"), ("a%3Aincrement", "a:increment"), ("%C3%A4", "ä")] {
        put(&cloud, &format!("{E}/{path}"), json!(id)).await;
        let read = cloud.get(&format!("{E}/{path}@latest")).await.ok();
        assert_eq!((&read["id"], &read["value"]), (&json!(id), &json!(id)));
    }
    assert_eq!(cloud.get(&format!("{E}/a%40b")).await.status, 404, "an @ needs @latest behind it");
    assert_eq!(cloud.get(&format!("{E}/%FF")).await.status, 400);
}

#[tokio::test]
async fn an_at_in_an_update_is_part_of_the_key() {
    let cloud = Cloud::default();
    let etag = put(&cloud, &format!("{E}/k"), json!(1)).await;
    put(&cloud, &format!("{E}/k@{etag}"), json!(2)).await;
    assert_eq!(cloud.get(&format!("{E}/k")).await.ok()["value"], 1);
    assert_eq!(cloud.get(&format!("{E}/k@{etag}@latest")).await.ok()["value"], 2);
    let more = cloud.call("POST", &format!("{E}/n@x:increment"), json!({"amount": 3})).await.ok();
    assert_eq!(more["id"], "n@x");
}

#[tokio::test]
async fn a_scope_is_a_part_of_the_name_and_global_is_the_default() {
    let cloud = Cloud::default();
    put(&cloud, &format!("{E}/k"), json!(1)).await;
    put(&cloud, &format!("{STORES}/Coins/scopes/special/entries/k"), json!(2)).await;
    let global = cloud.get(&format!("{STORES}/Coins/scopes/global/entries/k")).await.ok();
    assert_eq!(global["value"], 1);
    assert_eq!(global["path"], "universes/1/data-stores/Coins/scopes/global/entries/k");
    let all = cloud.get(&format!("{STORES}/Coins/scopes/-/entries")).await.ok();
    let paths: Vec<_> =
        all["dataStoreEntries"].as_array().unwrap().iter().map(|e| e["path"].as_str().unwrap()).collect();
    assert_eq!(
        paths,
        [
            "universes/1/data-stores/Coins/scopes/global/entries/k",
            "universes/1/data-stores/Coins/scopes/special/entries/k"
        ]
    );
    assert_eq!(cloud.get(&format!("{STORES}/Coins/scopes/-/entries/k")).await.status, 400);
}

#[tokio::test]
async fn a_deleted_entry_is_gone_from_reads_and_lists_but_not_its_versions() {
    let cloud = Cloud::default();
    let etag = put(&cloud, &format!("{E}/k"), json!(1)).await;
    put(&cloud, &format!("{E}/l"), json!(1)).await;
    let deleted = cloud.call("DELETE", &format!("{E}/k"), "").await;
    assert_eq!((deleted.status, deleted.text.as_str()), (200, "{}"));
    assert_eq!(cloud.get(&format!("{E}/k")).await.status, 404);
    assert_eq!(cloud.call("DELETE", &format!("{E}/k"), "").await.status, 404);
    assert_eq!(cloud.call("PATCH", &format!("{E}/k"), json!({"value": 2})).await.status, 404);
    assert_eq!(ids(&cloud.get(E).await.ok()), ["l"]);
    assert_eq!(ids(&cloud.get(&format!("{E}?showDeleted=true")).await.ok()), ["k", "l"]);
    assert_eq!(cloud.get(&format!("{E}/k@{etag}")).await.ok()["value"], 1);
    let versions = cloud.get(&format!("{E}/k:listRevisions")).await.ok();
    assert_eq!(versions["dataStoreEntries"][0]["state"], "DELETED");
    assert_eq!(versions["dataStoreEntries"][1]["etag"], json!(etag));
    let back = cloud.call("PATCH", &format!("{E}/k?allowMissing=true"), json!({"value": 2})).await.ok();
    assert_eq!(back["state"], "ACTIVE");
    cloud.call("DELETE", &format!("{E}/k"), "").await.ok();
    cloud.later(30 * 86_400);
    assert_eq!(cloud.get(&format!("{E}/k:listRevisions")).await.status, 404, "purged");
    assert_eq!(ids(&cloud.get(&format!("{E}?showDeleted=true")).await.ok()), ["l"]);
}

#[tokio::test]
async fn a_deleted_entry_is_written_again_as_the_switch_says() {
    for (switch, updated, created) in [("deleted=absent", 404, 200), ("deleted=present", 200, 400)] {
        let cloud = drift(switch);
        for key in ["a", "b"] {
            put(&cloud, &format!("{E}/{key}"), json!(1)).await;
            cloud.call("DELETE", &format!("{E}/{key}"), "").await.ok();
            assert_eq!(cloud.get(&format!("{E}/{key}")).await.status, 404, "{switch}");
        }
        let value = json!({"value": 2});
        assert_eq!(cloud.call("PATCH", &format!("{E}/a"), &value).await.status, updated, "{switch}");
        assert_eq!(cloud.call("POST", &format!("{E}?id=b"), &value).await.status, created, "{switch}");
        assert_eq!(cloud.call("PATCH", &format!("{E}/b?allowMissing=true"), &value).await.status, 200, "{switch}");
        assert_eq!(cloud.get(&format!("{E}/b")).await.ok()["value"], 2);
    }
}

#[tokio::test]
async fn the_first_write_of_an_hour_keeps_the_version_before_it() {
    let cloud = Cloud::default();
    let path = format!("{E}/k");
    put(&cloud, &path, json!("12:00")).await;
    cloud.later(60);
    put(&cloud, &path, json!("12:01")).await;
    let values = async |expected: &[&str]| {
        let list = cloud.get(&format!("{path}:listRevisions")).await.ok();
        let mut values = Vec::new();
        for id in ids(&list) {
            values.push(cloud.get(&format!("{E}/{id}")).await.ok()["value"].as_str().unwrap().to_owned());
        }
        assert_eq!(values, expected);
    };
    values(&["12:01"]).await;
    cloud.later(3540);
    put(&cloud, &path, json!("13:00")).await;
    cloud.later(1);
    put(&cloud, &path, json!("13:00:01")).await;
    values(&["13:00:01", "12:01"]).await;
    let taken = cloud.call("POST", &format!("{STORES}:snapshot"), "{}").await.ok();
    assert_eq!(taken, json!({"newSnapshotTaken": true, "latestSnapshotTime": "2026-03-01T13:00:01Z"}));
    cloud.later(1);
    put(&cloud, &path, json!("after")).await;
    cloud.later(1);
    put(&cloud, &path, json!("after that")).await;
    values(&["after that", "13:00:01", "12:01"]).await;
    assert_eq!(cloud.call("POST", &format!("{STORES}:snapshot"), "{}").await.ok()["newSnapshotTaken"], false);
    let old = cloud.get(&format!("{path}@latest:2026-03-01T12:30:00Z")).await.ok();
    assert_eq!(old["value"], "12:01");
    cloud.later(30 * 86_400);
    values(&["after that"]).await;
}

#[tokio::test]
async fn a_revision_that_is_not_there_is_told_from_an_entry_that_is_not() {
    let cloud = Cloud::default();
    put(&cloud, &format!("{E}/k"), json!(1)).await;
    let wrong = cloud.get(&format!("{E}/k@nothing")).await;
    assert_eq!((wrong.status, wrong.json()["message"].as_str()), (400, Some("Invalid version id.")));
    assert_eq!(cloud.get(&format!("{E}/other@nothing")).await.status, 404);
    for moment in ["2026-03-01T12:10:01Z", "1969-01-01T00:00:00Z", "yesterday"] {
        assert_eq!(cloud.get(&format!("{E}/k@latest:{moment}")).await.status, 400, "{moment}");
    }
    assert_eq!(cloud.get(&format!("{E}/k@latest:2026-03-01T12:10:00Z")).await.status, 200);
    assert_eq!(cloud.get(&format!("{E}/k@latest:2026-03-01T11:59:59Z")).await.status, 404);
}

#[tokio::test]
async fn revisions_come_newest_first_in_pages_and_between_moments() {
    let cloud = Cloud::default();
    for hour in 0..5 {
        put(&cloud, &format!("{E}/k"), json!(hour)).await;
        cloud.later(3600);
    }
    let first = cloud.get(&format!("{E}/k:listRevisions?maxPageSize=2")).await.ok();
    let token = first["nextPageToken"].as_str().unwrap();
    let second = cloud.get(&format!("{E}/k:listRevisions?maxPageSize=2&pageToken={token}")).await.ok();
    let times = |list: &Value| -> Vec<String> {
        let entries = list["dataStoreEntries"].as_array().unwrap();
        entries.iter().map(|e| e["revisionCreateTime"].as_str().unwrap()[11..16].to_owned()).collect()
    };
    assert_eq!(
        (times(&first), times(&second)),
        (vec!["16:00".into(), "15:00".into()], vec!["14:00".into(), "13:00".into()])
    );
    assert!(first["dataStoreEntries"][0].get("value").is_none());
    let filter = "revision_create_time%20%3E%3D%202026-03-01T13:00:00Z%20%26%26%20revision_create_time%20%3C%3D%202026-03-01T14:00:00Z";
    let between = cloud.get(&format!("{E}/k:listRevisions?filter={filter}")).await.ok();
    assert_eq!(times(&between), ["14:00", "13:00"]);
    assert_eq!(cloud.get(&format!("{E}/k:listRevisions?filter=create_time")).await.status, 400);
}

#[tokio::test]
async fn an_increment_adds_whole_numbers_and_begins_with_the_amount() {
    let cloud = Cloud::default();
    let at = format!("{E}/k:increment");
    assert_eq!(cloud.call("POST", &at, json!({"amount": 9})).await.ok()["value"], 9);
    assert_eq!(cloud.call("POST", &at, json!({"amount": -2.0})).await.ok()["value"], 7);
    assert_eq!(cloud.call("POST", &at, json!({})).await.ok()["value"], 8);
    assert_eq!(cloud.call("POST", &at, json!({"amount": 0.5})).await.status, 400);
    let top = cloud.call("POST", &at, json!({"amount": 9_007_199_254_740_992_i64})).await.ok();
    assert_eq!(top["value"], 9_007_199_254_740_992_i64, "set into the range");
    put(&cloud, &format!("{E}/text"), json!("7")).await;
    assert_eq!(cloud.call("POST", &format!("{E}/text:increment"), json!({"amount": 1})).await.status, 400);
}

#[tokio::test]
async fn keys_are_listed_in_pages_that_are_bound_to_their_request() {
    let cloud = Cloud::default();
    for id in ["a1", "a2", "a3", "b1"] {
        put(&cloud, &format!("{E}/{id}"), json!(0)).await;
    }
    let first = cloud.get(&format!("{E}?maxPageSize=2")).await.ok();
    assert_eq!(ids(&first), ["a1", "a2"]);
    let token = first["nextPageToken"].as_str().unwrap();
    let second = cloud.get(&format!("{E}?maxPageSize=2&pageToken={token}")).await.ok();
    assert_eq!(ids(&second), ["a3", "b1"]);
    assert_eq!(second.get("nextPageToken"), None);
    let changed = cloud.get(&format!("{E}?maxPageSize=2&showDeleted=true&pageToken={token}")).await;
    assert_eq!((changed.status, changed.json()["code"].as_str()), (400, Some("INVALID_ARGUMENT")));
    assert_eq!(cloud.get(&format!("{E}?pageToken=nonsense")).await.status, 400);
    for filter in ["id.startsWith(%22a%22)", "id.startsWith(%22global/a%22)", "a"] {
        let found = cloud.get(&format!("{E}?filter={filter}")).await.ok();
        assert_eq!(ids(&found), ["a1", "a2", "a3"], "{filter}");
    }
    assert_eq!(cloud.get(&format!("{E}?maxPageSize=-1")).await.status, 400);
}

#[tokio::test]
async fn the_end_of_a_list_is_said_as_the_switch_says() {
    for (switch, end) in
        [("last-page=omitted", None), ("last-page=empty", Some(json!(""))), ("last-page=null", Some(Value::Null))]
    {
        let cloud = drift(switch);
        put(&cloud, &format!("{E}/k"), json!(0)).await;
        assert_eq!(cloud.get(E).await.ok().get("nextPageToken"), end.as_ref());
    }
    let cloud = drift("last-page=one-more");
    put(&cloud, &format!("{E}/k"), json!(0)).await;
    for list in [E.to_owned(), format!("{E}/k:listRevisions"), STORES.to_owned()] {
        let first = cloud.get(&list).await.ok();
        let last = cloud.get(&format!("{list}?pageToken={}", first["nextPageToken"].as_str().unwrap())).await.ok();
        assert_eq!(last.as_object().unwrap().len(), 1, "no token");
        assert_eq!(last.as_object().unwrap().values().next().unwrap(), &json!([]));
    }
}

#[tokio::test]
async fn a_page_is_empty_where_too_many_entries_are_deleted() {
    let cloud = Cloud::with(Settings { limits: false, ..Settings::default() });
    for n in 0..520 {
        put(&cloud, &format!("{E}/k{n:03}"), json!(0)).await;
        cloud.call("DELETE", &format!("{E}/k{n:03}"), "").await.ok();
    }
    put(&cloud, &format!("{E}/z"), json!(0)).await;
    let first = cloud.get(E).await.ok();
    assert!(ids(&first).is_empty());
    let second = cloud.get(&format!("{E}?pageToken={}", first["nextPageToken"].as_str().unwrap())).await.ok();
    assert_eq!(ids(&second), ["z"]);
}

#[tokio::test]
async fn a_deleted_store_comes_back_within_thirty_days() {
    let cloud = Cloud::default();
    put(&cloud, &format!("{E}/k"), json!(1)).await;
    put(&cloud, &format!("{STORES}/Other/entries/k"), json!(1)).await;
    let deleted = cloud.call("DELETE", &format!("{STORES}/Coins"), "").await.ok();
    assert_eq!((&deleted["state"], &deleted["expireTime"]), (&json!("DELETED"), &json!("2026-03-31T12:00:00Z")));
    cloud.later(1);
    assert_eq!(cloud.call("DELETE", &format!("{STORES}/Coins"), "").await.ok(), deleted, "nothing more happens");
    assert_eq!(cloud.get(&format!("{E}/k")).await.status, 404);
    let names = |list: Value| list["dataStores"].as_array().unwrap().len();
    assert_eq!(names(cloud.get(STORES).await.ok()), 1);
    assert_eq!(names(cloud.get(&format!("{STORES}?showDeleted=true")).await.ok()), 2);
    let back = cloud.call("POST", &format!("{STORES}/Coins:undelete"), "{}").await.ok();
    assert_eq!((&back["state"], back.get("expireTime")), (&json!("ACTIVE"), None));
    assert_eq!(cloud.get(&format!("{E}/k")).await.ok()["value"], 1);
    cloud.call("DELETE", &format!("{STORES}/Coins"), "").await.ok();
    cloud.later(30 * 86_400);
    assert_eq!(cloud.call("POST", &format!("{STORES}/Coins:undelete"), "{}").await.status, 404);
    put(&cloud, &format!("{E}/new"), json!(1)).await;
    assert_eq!(cloud.get(&format!("{E}/k")).await.status, 404, "a new store of the old name is empty");
}

#[tokio::test]
async fn caches_may_serve_a_deleted_store_for_a_while() {
    let cloud = drift("store-reads=86400s,store-calls=120s");
    put(&cloud, &format!("{E}/k"), json!(1)).await;
    cloud.call("DELETE", &format!("{STORES}/Coins"), "").await.ok();
    cloud.later(119);
    assert_eq!(cloud.get(E).await.status, 200);
    cloud.later(1);
    assert_eq!(cloud.get(E).await.status, 404);
    assert_eq!(cloud.get(&format!("{E}/k")).await.status, 200);
    cloud.later(86_280);
    assert_eq!(cloud.get(&format!("{E}/k")).await.status, 404);
}

#[tokio::test]
async fn sizes_have_their_limits() {
    let cloud = Cloud::with(Settings { limits: false, ..Settings::default() });
    let write = async |path: String, body: String| cloud.call("PATCH", &path, body).await.status;
    let long = "k".repeat(51);
    assert_eq!(write(format!("{E}/{long}?allowMissing=true"), json!({"value": 1}).to_string()).await, 400);
    assert_eq!(write(format!("{E}/{}?allowMissing=true", &long[1..]), json!({"value": 1}).to_string()).await, 200);
    let of = |length: usize| format!("{{\"value\":\"{}\"}}", "x".repeat(length - 2));
    assert_eq!(write(format!("{E}/k?allowMissing=true"), of(4_194_304)).await, 200);
    assert_eq!(write(format!("{E}/k?allowMissing=true"), of(4_194_305)).await, 400);
    assert_eq!(write(format!("{E}/k?allowMissing=true"), of(18 << 20)).await, 413);
    let attributes = json!({"value": 1, "attributes": {"a": "x".repeat(251)}});
    assert_eq!(write(format!("{E}/k?allowMissing=true"), attributes.to_string()).await, 400);
}

#[tokio::test]
async fn what_is_not_json_is_refused_without_repeating_it() {
    let cloud = Cloud::default();
    let deep = format!("{{\"value\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
    for body in ["", "{", "NaN", "{\"value\":NaN}", "{\"value\":\"\\ud800\"}", "{\"value\":\"secret\",}", &deep] {
        let answer = cloud.call("PATCH", &format!("{E}/k?allowMissing=true"), body).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("INVALID_ARGUMENT")));
        assert!(!answer.text.contains("secret"));
    }
    let key = [("x-api-key", "local"), ("content-type", "application/json")];
    let bytes = b"{\"value\":\"\xff\"}".to_vec();
    assert_eq!(cloud.send("PATCH", &format!("{E}/k?allowMissing=true"), &key, bytes).await.status, 400);
    let untyped = cloud.send("PATCH", &format!("{E}/k?allowMissing=true"), &key[..1], "{\"value\":1}").await;
    assert_eq!(untyped.status, 400, "the content type is needed");
    let wide = cloud.call("PATCH", &format!("{E}/k?allowMissing=true"), "{\"value\":[1e300,-1e300]}").await.ok();
    assert_eq!(wide["value"], json!([9_007_199_254_740_992_i64, -9_007_199_254_740_992_i64]));
}
