//! What others put beside a record, what a list breaks off at, and what nothing is to be made of.

mod scripted;

use keyholder_open_cloud::{ApiKey, Client, Engine, Records, Settings};
use keyholder_tokio::backend::{DurableStore, Expected, Key, Meta, Refused, StoreError, Tag};
use scripted::{Server, Step, answer, with};
use serde_json::json;

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

async fn write(records: &Records, expected: Expected) -> Result<Tag, StoreError> {
    records.write(&key("a"), expected, r#"{"coins":1}"#.into(), &Meta::default()).await
}

const NOT_FOUND: &str = r#"{"code":"NOT_FOUND","message":"x"}"#;

#[tokio::test]
async fn what_other_programs_put_beside_a_record_keeps_its_kind() {
    let there = r#"{"etag":"2","value":{},"attributes":{"kh":"0","level":3,"text":"3","vip":true}}"#;
    let (server, records) = store(Engine::V2, [answer(200, there), answer(200, r#"{"etag":"3"}"#)]).await;
    let entry = records.read(&key("a")).await.unwrap().unwrap();
    records.write(&key("a"), Expected::Tag(entry.tag), "{}".into(), &entry.meta).await.unwrap();
    let written = &server.seen()[1].json()["attributes"];
    assert_eq!((&written["level"], &written["text"], &written["vip"]), (&json!(3), &json!("3"), &json!(true)));
}

#[tokio::test]
async fn a_record_whose_attributes_leave_no_room_is_written_without_a_mark() {
    let full = Meta { attributes: [("n".repeat(50), "t".repeat(250))].into(), ..Meta::default() };
    for engine in [Engine::V2, Engine::V1] {
        let limit = if engine == Engine::V2 { 250 } else { 240 };
        let meta = Meta { attributes: [("n".repeat(50), "t".repeat(limit))].into(), ..Meta::default() };
        let done = || answer(200, r#"{"etag":"2","version":"2"}"#);
        let there = r#"{"etag":"2","value":{},"attributes":{}}"#;
        let (server, records) =
            store(engine, [done(), Step::Drop, answer(200, there), answer(409, "{}"), answer(200, there)]).await;
        let write = async || records.write(&key("a"), tag("1"), "{}".into(), &meta).await;
        assert_eq!(write().await, Ok(Tag::new("2")));
        let seen = &server.seen()[0];
        assert!(
            !seen.body.contains("\"kh\"")
                && !seen.header("roblox-entry-attributes").is_some_and(|it| it.contains("kh"))
        );
        assert_eq!(write().await, Err(StoreError::Unknown), "nothing tells");
        if engine == Engine::V2 {
            assert_eq!(write().await, Err(StoreError::Conflict));
        }
    }
    let (_, records) = store(Engine::V1, []).await;
    let done = records.write(&key("a"), tag("1"), "{}".into(), &full).await;
    assert_eq!(done, Err(Refused::TooMany { what: "bytes of attributes as JSON", limit: 299 }.into()));
}

#[tokio::test]
async fn a_list_that_breaks_off_is_none() {
    let page = r#"{"dataStoreEntries":[{"id":"a","path":"x"}],"nextPageToken":"more"}"#;
    let (_, records) = store(Engine::V2, [answer(200, page), answer(404, NOT_FOUND)]).await;
    assert_eq!(records.list("players", None, 10).await, Err(StoreError::UNAVAILABLE));
    let page = r#"{"keys":[{"key":"a"}],"nextPageCursor":"more"}"#;
    let (_, records) = store(Engine::V1, [answer(200, page), answer(404, NOT_FOUND)]).await;
    assert_eq!(records.list("players", None, 10).await, Err(StoreError::UNAVAILABLE));
    let page = r#"{"dataStoreEntries":[{"revisionId":"1","revisionCreateTime":"2026-01-01T00:00:00Z"}],"nextPageToken":"more"}"#;
    let (_, records) = store(Engine::V2, [answer(200, page), answer(404, NOT_FOUND)]).await;
    assert_eq!(records.versions(&key("a")).await, Err(StoreError::UNAVAILABLE));
    let (_, records) = store(Engine::V2, [answer(404, NOT_FOUND)]).await;
    assert_eq!(records.list("players", None, 10).await.map(|page| page.players), Ok(Vec::new()), "no such data store");
}

#[tokio::test]
async fn an_empty_table_of_attributes_is_none() {
    for attributes in ["[]", "{}", "null"] {
        let there = format!(r#"{{"etag":"2","value":{{}},"attributes":{attributes}}}"#);
        let (_, records) = store(Engine::V2, [answer(200, &there)]).await;
        let entry = records.read(&key("a")).await.unwrap().unwrap();
        assert_eq!(entry.meta, Meta::default());
        let headers = [("roblox-entry-version", "5"), ("roblox-entry-attributes", attributes)];
        let (_, records) = store(Engine::V1, [with(200, &headers, "{}")]).await;
        assert_eq!(records.read(&key("a")).await.unwrap().unwrap().meta, Meta::default());
    }
}

#[tokio::test]
async fn an_empty_tag_is_no_condition() {
    for engine in [Engine::V2, Engine::V1] {
        let (server, records) = store(engine, []).await;
        assert_eq!(write(&records, tag("")).await, Err(StoreError::Conflict));
        assert!(server.seen().is_empty());
    }
    let (_, records) = store(Engine::V1, [with(200, &[("roblox-entry-version", "")], "{}")]).await;
    assert_eq!(records.read(&key("a")).await, Err(StoreError::UNAVAILABLE));
    let (_, records) = store(Engine::V2, [answer(200, r#"{"etag":"","value":{}}"#)]).await;
    assert_eq!(records.read(&key("a")).await, Err(StoreError::UNAVAILABLE));
    // The tag of a tombstone in a list, which has another name there.
    let newest = r#"{"dataStoreEntries":[{"revisionId":"3","etag":"","state":"DELETED",
        "revisionCreateTime":"2026-01-01T00:00:00Z"}]}"#;
    let steps = [answer(409, "{}"), answer(404, NOT_FOUND), answer(200, newest), answer(200, r#"{"etag":"4"}"#)];
    let (server, records) = store(Engine::V2, steps).await;
    assert_eq!(write(&records, Expected::Absent).await, Ok(Tag::new("4")));
    assert_eq!(server.seen()[3].json()["etag"], "3");
}

#[tokio::test]
async fn the_page_of_somebody_on_the_way_is_no_removal() {
    for engine in [Engine::V2, Engine::V1] {
        let (_, records) = store(engine, [answer(200, " <html>log in</html>")]).await;
        assert_eq!(records.remove(&key("a")).await, Err(StoreError::Unknown));
    }
}
