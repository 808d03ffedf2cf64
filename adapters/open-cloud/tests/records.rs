//! What the store of records sends, and what it makes of answers that leave something open.

mod scripted;

use keyholder_open_cloud::{ApiKey, Client, Engine, Records, Settings, StartError};
use keyholder_tokio::backend::{DurableStore, Expected, Key, Meta, NotApplied, Refused, StoreError, Tag, VersionId};
use scripted::{Seen, Server, Step, answer, with};
use serde_json::{Value, json};

async fn store(engine: Engine, steps: impl IntoIterator<Item = Step>) -> (Server, Records) {
    let server = Server::start(steps).await;
    let settings = Settings { base_url: server.url.clone(), engine, ..Settings::new(7) };
    let client = Client::new(&settings, &ApiKey::new("secret").unwrap()).unwrap();
    (server, Records::new(client))
}

fn key(player: &str) -> Key {
    Key::new("players", player).unwrap()
}

fn tag(tag: &str) -> Expected {
    Expected::Tag(Tag::new(tag))
}

fn meta() -> Meta {
    let attributes = [("note".to_owned(), "\u{e9}".to_owned())].into();
    Meta { users: vec![1, 23], attributes }
}

async fn write(records: &Records, expected: Expected) -> Result<Tag, StoreError> {
    records.write(&key("a"), expected, r#"{"coins":1}"#.into(), &Meta::default()).await
}

/// The entry as the last write in the log would have made it, under this tag.
fn as_written(etag: &str) -> Step {
    let etag = etag.to_owned();
    Step::Answer(Box::new(move |seen: &[Seen]| {
        let mut body = seen.iter().rfind(|seen| seen.method != "GET").unwrap().json();
        body["etag"] = etag.clone().into();
        (200, Vec::new(), body.to_string())
    }))
}

const ENTRY: &str = r#"{"etag":"2","value":{"coins":2},"users":[],"attributes":{"kh":"0"}}"#;

const NOT_FOUND: &str = r#"{"code":"NOT_FOUND","message":"x"}"#;

const INVALID: &str = r#"{"code":"INVALID_ARGUMENT","message":"x"}"#;

#[tokio::test]
async fn v2_creates_and_updates_under_an_etag() {
    let done = r#"{"etag":"1","revisionId":"r"}"#;
    let (server, records) = store(Engine::V2, [answer(200, done), answer(200, done)]).await;
    let key = Key::new("my players", "a/b@c:d").unwrap();
    let text = r#"{"coins":1}"#;
    assert_eq!(records.write(&key, Expected::Absent, text.into(), &meta()).await, Ok(Tag::new("1")));
    assert_eq!(records.write(&key, tag("0"), text.into(), &meta()).await, Ok(Tag::new("1")));
    let entries = "/cloud/v2/universes/7/data-stores/my%20players/entries";
    assert_eq!(server.lines(), [format!("POST {entries}?id=a%2Fb%40c%3Ad"), format!("PATCH {entries}/a%2Fb%40c%3Ad")]);
    let seen = server.seen();
    for seen in &seen {
        assert_eq!(seen.header("x-api-key"), Some("secret"));
        assert_eq!(seen.header("content-type"), Some("application/json"));
        assert_eq!(seen.header("content-length"), Some(seen.body.len().to_string().as_str()));
    }
    let marks: Vec<_> = seen.iter().map(|seen| seen.json()["attributes"]["kh"].clone()).collect();
    assert!(marks.iter().all(|mark| mark.as_str().unwrap().len() == 16) && marks[0] != marks[1]);
    let wanted = |etag: Option<&str>, mark: &Value| {
        let mut body = json!({"value": {"coins": 1}, "users": ["users/1", "users/23"],
            "attributes": {"note": "\u{e9}", "kh": mark}});
        if let Some(etag) = etag {
            body["etag"] = etag.into();
        }
        body
    };
    assert_eq!(seen[0].json(), wanted(None, &marks[0]));
    assert_eq!(seen[1].json(), wanted(Some("0"), &marks[1]));
}

#[tokio::test]
async fn v1_creates_and_updates_under_a_version() {
    let done = r#"{"version":"1","deleted":false}"#;
    let (server, records) = store(Engine::V1, [answer(200, done), answer(200, done)]).await;
    let key = Key::new("my players", "a/b@c").unwrap();
    for expected in [Expected::Absent, tag("0.1")] {
        let text = r#"{"coins":1}"#;
        assert_eq!(records.write(&key, expected, text.into(), &meta()).await, Ok(Tag::new("1")));
    }
    let entry = "/datastores/v1/universes/7/standard-datastores/datastore/entries/entry";
    let names = "datastoreName=my%20players&entryKey=a%2Fb%40c";
    assert_eq!(
        server.lines(),
        [format!("POST {entry}?{names}&exclusiveCreate=true"), format!("POST {entry}?{names}&matchVersion=0.1")]
    );
    for seen in server.seen() {
        assert_eq!(seen.body, r#"{"coins":1}"#);
        assert_eq!(seen.header("roblox-entry-userids"), Some("[1,23]"));
        let attributes = seen.header("roblox-entry-attributes").unwrap();
        assert!(attributes.is_ascii());
        let attributes: Value = serde_json::from_str(attributes).unwrap();
        assert_eq!(attributes["note"], "\u{e9}");
        assert_eq!(attributes["kh"].as_str().unwrap().len(), 16);
    }
}

#[tokio::test]
async fn a_key_with_an_at_is_read_as_the_latest() {
    let steps = [answer(200, ENTRY), answer(200, ENTRY), answer(200, ENTRY)];
    let (server, records) = store(Engine::V2, steps).await;
    let entry = records.read(&key("a@latest")).await.unwrap().unwrap();
    assert_eq!((entry.tag, &*entry.text, entry.meta), (Tag::new("2"), r#"{"coins":2}"#, Meta::default()));
    records.read(&key("..")).await.unwrap();
    records.read_version(&key("a@b"), &VersionId::new("08D9.01")).await.unwrap();
    let entries = "GET /cloud/v2/universes/7/data-stores/players/entries";
    assert_eq!(
        server.lines(),
        [format!("{entries}/a%40latest@latest"), format!("{entries}/..~"), format!("{entries}/a%40b@08D9.01")]
    );
    // What is no id of a version is not asked for.
    for version in ["latest", "latest:2026-01-01T00:00:00Z", "a/b", "a@b", ""] {
        assert_eq!(records.read_version(&key("a"), &VersionId::new(version)).await, Ok(None));
    }
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn v1_reads_what_stands_in_headers() {
    let headers = [
        ("roblox-entry-version", "5"),
        ("roblox-entry-userids", "[1,23]"),
        ("roblox-entry-attributes", r#"{"note":"\u00e9","kh":"0","level":3}"#),
    ];
    let steps = [with(200, &headers, " \"\\u006fne\""), answer(204, ""), answer(404, ""), answer(200, "1")];
    let (_, records) = store(Engine::V1, steps).await;
    let entry = records.read(&key("a")).await.unwrap().unwrap();
    assert_eq!((entry.tag, &*entry.text), (Tag::new("5"), "one"));
    let mut wanted = meta();
    wanted.attributes.insert("level".to_owned(), "=3".to_owned());
    assert_eq!(entry.meta, wanted);
    assert_eq!(records.read(&key("a")).await, Ok(None));
    assert_eq!(records.read(&key("a")).await, Ok(None));
    assert_eq!(records.read(&key("a")).await, Err(StoreError::UNAVAILABLE), "without a version");
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_looked_for() {
    for lost in [|| Step::Drop, || answer(500, ""), || answer(200, ""), || Step::Half(200, "{"), || answer(504, "<p>")]
    {
        let (server, records) = store(Engine::V2, [lost(), as_written("9")]).await;
        assert_eq!(write(&records, tag("1")).await, Ok(Tag::new("9")));
        assert_eq!(server.seen().len(), 2, "the write is not made again");
    }
}

#[tokio::test]
async fn what_a_look_does_not_tell_stays_unknown() {
    let same = r#"{"etag":"1","value":{"coins":0},"attributes":{}}"#;
    // It is as it was: the write may still come. It is another: who knows. It is gone, or cannot be read.
    for there in [|| answer(200, ENTRY), || answer(404, ""), || answer(500, ""), || Step::Drop] {
        for lost in [|| Step::Drop, || answer(500, "")] {
            let (_, records) = store(Engine::V2, [lost(), there()]).await;
            assert_eq!(write(&records, tag("1")).await, Err(StoreError::Unknown));
        }
    }
    let (_, records) = store(Engine::V2, [Step::Drop, answer(200, same)]).await;
    assert_eq!(write(&records, tag("1")).await, Err(StoreError::Unknown));
    // Somebody else wrote over it and carried the mark along: the tag is of theirs.
    let carried = Step::Answer(Box::new(|seen: &[Seen]| {
        let mut body = seen[0].json();
        body["etag"] = "9".into();
        body["value"] = json!({"coins": 5});
        (200, Vec::new(), body.to_string())
    }));
    let (_, records) = store(Engine::V2, [Step::Drop, carried]).await;
    assert_eq!(write(&records, tag("1")).await, Err(StoreError::Unknown));
}

#[tokio::test]
async fn a_400_is_a_conflict_if_what_is_there_says_so() {
    let (server, records) = store(Engine::V2, [answer(400, INVALID), answer(200, ENTRY)]).await;
    assert_eq!(write(&records, Expected::Absent).await, Err(StoreError::Conflict));
    assert_eq!(server.seen().len(), 2);
    let (_, records) = store(Engine::V2, [answer(400, INVALID), answer(200, ENTRY)]).await;
    assert_eq!(write(&records, tag("1")).await, Err(StoreError::Conflict));
    // The condition holds, so it was something else.
    let (_, records) = store(Engine::V2, [answer(400, INVALID), answer(200, ENTRY)]).await;
    assert_eq!(write(&records, tag("2")).await, Err(Refused::Invalid { status: 400 }.into()));
    let none = r#"{"dataStoreEntries":[]}"#;
    let steps = [answer(400, INVALID), answer(404, NOT_FOUND), answer(200, none)];
    let (_, records) = store(Engine::V2, steps).await;
    assert_eq!(write(&records, Expected::Absent).await, Err(Refused::Invalid { status: 400 }.into()));
    // Somebody on the way sent it twice: the second was refused because of the first.
    let (_, records) = store(Engine::V2, [answer(400, INVALID), as_written("9")]).await;
    assert_eq!(write(&records, Expected::Absent).await, Ok(Tag::new("9")));
}

#[tokio::test]
async fn a_conflict_with_itself_is_none() {
    let (_, records) = store(Engine::V2, [answer(409, "{}"), answer(200, ENTRY)]).await;
    assert_eq!(write(&records, tag("1")).await, Err(StoreError::Conflict));
    let (server, records) = store(Engine::V2, [answer(409, "{}"), as_written("9")]).await;
    assert_eq!(write(&records, tag("1")).await, Ok(Tag::new("9")), "somebody on the way sent it twice");
    assert_eq!(server.seen().len(), 2);
    let (_, records) = store(Engine::V2, [answer(409, "{}"), Step::Drop]).await;
    assert_eq!(write(&records, tag("1")).await, Err(StoreError::Unknown), "nobody looked");
}

#[tokio::test]
async fn a_data_store_that_is_read_and_cannot_be_written_is_no_conflict() {
    let (_, records) = store(Engine::V2, [answer(404, NOT_FOUND), answer(200, ENTRY)]).await;
    assert_eq!(write(&records, tag("2")).await, Err(Refused::Invalid { status: 404 }.into()));
}

#[tokio::test]
async fn an_update_of_what_is_not_there_is_a_conflict() {
    for engine in [Engine::V2, Engine::V1] {
        for status in [404, 409, 412] {
            let (server, records) = store(engine, [answer(status, "{}"), answer(404, NOT_FOUND)]).await;
            assert_eq!(write(&records, tag("1")).await, Err(StoreError::Conflict), "{engine:?} {status}");
            assert_eq!(server.seen().len(), 2);
        }
    }
}

#[tokio::test]
async fn a_removed_entry_is_written_over_as_long_as_it_is_the_newest() {
    let newest = r#"{"dataStoreEntries":[{"id":"a@3","revisionId":"3","etag":"e3","state":"DELETED",
        "revisionCreateTime":"2026-01-01T00:00:00Z"}],"nextPageToken":"more"}"#;
    let steps = [answer(400, INVALID), answer(404, NOT_FOUND), answer(200, newest), answer(200, r#"{"etag":"4"}"#)];
    let (server, records) = store(Engine::V2, steps).await;
    assert_eq!(write(&records, Expected::Absent).await, Ok(Tag::new("4")));
    let entry = "/cloud/v2/universes/7/data-stores/players/entries/a";
    let lines = server.lines();
    assert_eq!(
        lines[2..],
        [format!("GET {entry}:listRevisions?maxPageSize=1"), format!("PATCH {entry}?allowMissing=true")]
    );
    assert_eq!(server.seen()[3].json()["etag"], "e3");

    let newest = r#"{"versions":[{"version":"3","deleted":true,"createdTime":"2026-01-01T00:00:00.1234567Z"}]}"#;
    let steps = [answer(412, ""), answer(404, ""), answer(200, newest), answer(412, "")];
    let (server, records) = store(Engine::V1, steps).await;
    assert_eq!(write(&records, Expected::Absent).await, Err(StoreError::Conflict), "somebody else was faster");
    assert!(server.lines()[3].ends_with("&matchVersion=3"));
}

#[tokio::test]
async fn what_the_platform_would_refuse_is_not_sent() {
    let (server, records) = store(Engine::V2, []).await;
    let attributes = |name: usize, text: usize| Meta {
        users: Vec::new(),
        attributes: [("n".repeat(name), "t".repeat(text))].into(),
    };
    let users = Meta { users: vec![1, 2, 3, 4, 5], ..Meta::default() };
    for meta in [users, attributes(51, 1), attributes(1, 251), attributes(50, 251)] {
        let done = records.write(&key("a"), Expected::Absent, "{}".into(), &meta).await;
        assert!(matches!(done, Err(StoreError::NotApplied(NotApplied::Refused(Refused::TooMany { .. })))));
    }
    let largest = "x".repeat(records.capabilities().max_text_bytes + 1);
    let done = records.write(&key("a"), Expected::Absent, largest.into(), &Meta::default()).await;
    assert_eq!(done, Err(Refused::TooLarge { limit: records.capabilities().max_text_bytes }.into()));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_number_that_would_be_clamped_is_sent_as_a_text() {
    let (server, records) = store(Engine::V2, [answer(200, r#"{"etag":"1"}"#)]).await;
    let text = r#"{"coins":1000000000000000000}"#;
    records.write(&key("a"), Expected::Absent, text.into(), &Meta::default()).await.unwrap();
    assert_eq!(server.seen()[0].json()["value"], text);
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_none() {
    for body in ["", "<html>", "[]", "{}", r#"{"etag":"1","value":"half"#, "\u{0}"] {
        let (_, records) = store(Engine::V2, [answer(200, body)]).await;
        assert_eq!(records.read(&key("a")).await, Err(StoreError::UNAVAILABLE), "{body}");
    }
    let (_, records) = store(Engine::V1, [Step::Half(200, "12")]).await;
    assert_eq!(records.read(&key("a")).await, Err(StoreError::UNAVAILABLE), "12 of 123");
}

#[tokio::test]
async fn lists_are_put_in_order_and_end() {
    let page = |ids: &[&str], token: &str| {
        let entries: Vec<_> = ids.iter().map(|id| json!({"id": id, "path": "x"})).collect();
        answer(200, &json!({"dataStoreEntries": entries, "nextPageToken": token}).to_string())
    };
    let steps = [page(&["d", "b"], "1"), page(&[], "2"), page(&["..~", "a", "c"], "3"), answer(200, "{}")];
    let (server, records) = store(Engine::V2, steps).await;
    let list = records.list("players", Some("a"), 2).await.unwrap();
    assert_eq!((list.players, list.next), (vec!["b".to_owned(), "c".to_owned()], Some("c".to_owned())));
    assert!(server.lines()[3].ends_with("/data-stores/players/entries?maxPageSize=256&pageToken=3"));
    let (_, records) = store(Engine::V2, [page(&["b"], "1"), page(&["..~"], "1")]).await;
    let list = records.list("players", None, 2).await.unwrap();
    assert_eq!(
        (list.players, list.next),
        (vec!["..".to_owned(), "b".to_owned()], None),
        "a token that repeats ends it"
    );
}

#[tokio::test]
async fn versions_are_the_newest_first() {
    let listed = |id: &str, second: u32, state: &str| json!({"revisionId": id, "state": state, "revisionCreateTime": format!("2026-01-01T00:00:0{second}Z")});
    let page = |list: &[Value], token: Value| {
        answer(200, &json!({"dataStoreEntries": list, "nextPageToken": token}).to_string())
    };
    let steps = [page(&[listed("1", 1, "ACTIVE")], "t".into()), page(&[listed("2", 2, "DELETED")], Value::Null)];
    let (_, records) = store(Engine::V2, steps).await;
    let versions = records.versions(&key("a")).await.unwrap();
    let versions: Vec<_> = versions.iter().map(|it| (it.id.as_str(), it.written_ms, it.removed)).collect();
    assert_eq!(versions, [("2", 1_767_225_602_000, true), ("1", 1_767_225_601_000, false)]);
}

#[tokio::test]
async fn the_check_says_how_a_stale_write_was_answered() {
    let check = async |steps: Vec<Step>| {
        let (_, records) = store(Engine::V2, steps).await;
        records.check(&key("check")).await
    };
    let done = |etag: &str| answer(200, &json!({ "etag": etag }).to_string());
    let begin = || vec![answer(404, ""), done("1"), done("2")];
    let there = |number: u32| answer(200, &json!({"etag": "2", "value": {"check": number}}).to_string());
    let steps = |rest: Vec<Step>| begin().into_iter().chain(rest).collect::<Vec<_>>();
    for (stale, absent) in [(409, 409), (412, 400), (400, 400)] {
        let rest = vec![answer(stale, "{}"), answer(stale, "{}"), answer(absent, "{}"), there(2)];
        assert_eq!(check(steps(rest)).await, Ok(()));
    }
    let taken = check(steps(vec![done("3")])).await;
    assert_eq!(taken, Err(StartError::Taken { what: "with a stale tag", status: 200 }));
    let taken = check(steps(vec![answer(409, "{}"), done("3")])).await;
    let what = "with a stale tag, and allowed to be missing,";
    assert_eq!(taken, Err(StartError::Taken { what, status: 200 }));
    let taken = check(steps(vec![answer(409, "{}"), answer(409, "{}"), done("3")])).await;
    assert_eq!(taken, Err(StartError::Taken { what: "that expected nothing to be there", status: 200 }));
    let applied = check(steps(vec![answer(400, "{}"), answer(400, "{}"), answer(400, "{}"), there(0)])).await;
    assert_eq!(applied, Err(StartError::AppliedAnyway { status: 400 }));
    let forgets = check(steps(vec![answer(409, "{}"), answer(409, "{}"), answer(409, "{}"), there(1)])).await;
    assert_eq!(forgets, Err(StartError::Forgets));
    let denied = check(vec![answer(403, "{}")]).await;
    assert_eq!(denied, Err(StartError::Store(Refused::Denied.into())));
}
