//! The connection: what it sends, what it never shows, and how it ends.

mod scripted;

use keyholder_open_cloud::{ApiKey, BadApiKey, BadSettings, Bans, Client, Entries, Messages, Records, Settings};
use keyholder_tokio::backend::{
    Ban, Bus, DurableStore, Expected, Key, MemoryKey, MemoryStore, Meta, Moderation, NotApplied, Refused, StoreError,
    Tag, Topic,
};
use scripted::{Seen, Server, Step, answer, with};
use serde_json::json;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

const SECRET: &str = "s3cret-API-key";

fn key() -> Key {
    Key::new("players", "Player_1").unwrap()
}

fn client(settings: &Settings) -> Client {
    Client::new(settings, &ApiKey::new(SECRET).unwrap()).unwrap()
}

async fn server(steps: impl IntoIterator<Item = Step>) -> (Server, Settings) {
    let server = Server::start(steps).await;
    let settings = Settings { base_url: server.url.clone(), timeout: Duration::from_millis(300), ..Settings::new(7) };
    (server, settings)
}

async fn write(records: &Records) -> Result<Tag, StoreError> {
    records.write(&key(), Expected::Absent, "{}".into(), &Meta::default()).await
}

#[tokio::test]
async fn what_nobody_answers_in_time_is_unknown() {
    let (_server, settings) = server([Step::Hang, Step::Hang, Step::Hang]).await;
    let records = Records::new(client(&settings));
    assert_eq!(records.read(&key()).await, Err(StoreError::UNAVAILABLE));
    assert_eq!(records.remove(&key()).await, Err(StoreError::Unknown));
    let bus = Messages::new(client(&settings));
    assert_eq!(bus.publish(&Topic::new("t").unwrap(), "m".into()).await, Err(StoreError::Unknown));
}

#[tokio::test]
async fn what_was_never_sent_was_not_applied() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let records = Records::new(client(&Settings { base_url, ..Settings::new(7) }));
    assert_eq!(write(&records).await, Err(StoreError::UNAVAILABLE));
    // Nobody there speaks TLS, so nothing is said, least of all the key.
    let (server, settings) = server([]).await;
    let base_url = settings.base_url.replace("http:", "https:");
    let records = Records::new(client(&Settings { base_url, ..settings }));
    assert_eq!(write(&records).await, Err(StoreError::UNAVAILABLE));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn no_more_requests_are_under_way_than_allowed() {
    let (server, settings) = server([Step::Hang, answer(404, "")]).await;
    let settings = Settings { in_flight: NonZeroUsize::MIN, timeout: Duration::from_millis(400), ..settings };
    let records = Arc::new(Records::new(client(&settings)));
    let first = tokio::spawn({
        let records = Arc::clone(&records);
        async move { records.remove(&key()).await }
    });
    while server.seen().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let second = tokio::time::timeout(Duration::from_millis(150), records.read(&key())).await;
    assert!(second.is_err(), "it waits for the first");
    assert_eq!(server.seen().len(), 1);
    assert_eq!(first.await.unwrap(), Err(StoreError::Unknown));
    assert_eq!(records.read(&key()).await, Ok(None), "the place is free again");
}

#[tokio::test]
async fn a_throttle_is_kept_without_asking_again() {
    let headers = [("x-ratelimit-reset", "22, 0"), ("x-ratelimit-remaining", "86"), ("retry-after", "5")];
    let (server, settings) = server([with(429, &headers, "")]).await;
    let records = Records::new(client(&settings));
    let throttled = |wait| StoreError::NotApplied(NotApplied::Throttled { wait: Some(Duration::from_secs(wait)) });
    assert_eq!(records.read(&key()).await, Err(throttled(22)));
    let again = records.read(&key()).await;
    assert!(
        matches!(again, Err(StoreError::NotApplied(NotApplied::Throttled { wait: Some(wait) })) if wait.as_secs() >= 20)
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_throttle_of_one_key_is_not_of_all() {
    let headers = [("x-ratelimit-reset", "60"), ("x-ratelimit-remaining", "0"), ("retry-after", "60")];
    let body = r#"{"code":"RESOURCE_EXHAUSTED","message":"KeyThrottled: too many bytes in a minute for this key."}"#;
    let (server, settings) = server([with(429, &headers, body), answer(200, r#"{"etag":"1"}"#)]).await;
    let records = Records::new(client(&settings));
    let throttled = NotApplied::Throttled { wait: Some(Duration::from_secs(60)) };
    assert_eq!(write(&records).await, Err(throttled.into()));
    let other = Key::new("players", "Player_2").unwrap();
    assert!(records.write(&other, Expected::Absent, "{}".into(), &Meta::default()).await.is_ok());
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (elsewhere, _) = server([]).await;
    let (_server, settings) = server([with(307, &[("location", &elsewhere.url)], "")]).await;
    let records = Records::new(client(&settings));
    assert_eq!(records.read(&key()).await, Err(Refused::Invalid { status: 307 }.into()));
    assert!(elsewhere.seen().is_empty(), "the key goes nowhere else");
}

#[test]
fn a_key_is_read_and_never_shown() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!(" {SECRET}\n")).unwrap();
    let key = ApiKey::from_file(file.path()).unwrap();
    assert_eq!(format!("{key:?}"), "ApiKey(..)");
    assert!(!format!("{:?}", client(&Settings::new(7))).contains(SECRET));
    assert!(matches!(ApiKey::new(" \n"), Err(BadApiKey::Empty)));
    assert!(matches!(ApiKey::from_env("KEYHOLDER_NO_SUCH_VARIABLE"), Err(BadApiKey::NotSet { .. })));
    assert!(matches!(ApiKey::from_file(file.path().join("none")), Err(BadApiKey::Unreadable(_))));
    for bad in ["a b", "a\nb", "\u{e9}"] {
        let error = ApiKey::new(bad).unwrap_err();
        assert!(matches!(error, BadApiKey::NotAHeader) && !format!("{error} {error:?}").contains(bad));
    }
    std::fs::write(file.path(), "x".repeat(20_000)).unwrap();
    assert!(matches!(ApiKey::from_file(file.path()), Err(BadApiKey::TooLong)));
}

#[test]
fn plain_http_is_refused_before_anything_is_sent() {
    let settings = Settings { base_url: "http://apis.roblox.com".to_owned(), ..Settings::new(7) };
    let refused = Client::new(&settings, &ApiKey::new(SECRET).unwrap());
    assert!(matches!(refused, Err(BadSettings::PlainHttp)));
}

#[tokio::test]
async fn entries_messages_and_bans_are_what_is_documented() {
    let item = r#"{"etag":"3","value":{"layout":1},"expireTime":"2026-05-13T02:48:08Z","numericSortKey":null}"#;
    let ban = r#"{"gameJoinRestriction":{"active":true,"duration":"3600s","privateReason":"p","displayReason":"d",
        "startTime":"2126-06-25T22:56:58.873Z","excludeAltAccounts":false,"inherited":false}}"#;
    let steps = [answer(200, item), answer(200, item), answer(409, r#"{"error":"ALREADY_EXISTS"}"#)];
    let more = [answer(200, item), answer(200, "{}"), answer(200, ""), answer(200, "{}"), answer(200, ban)];
    let (server, settings) = server(steps.into_iter().chain(more)).await;
    let client = client(&settings);
    let entries = Entries::new(client.clone(), "keyholder").unwrap();
    let (key, text, ttl) = (MemoryKey::Journal(key()), r#"{"layout":1}"#, Duration::from_millis(1_500));
    assert_eq!(entries.put(&key, text.into(), ttl).await, Ok(Tag::new("3")));
    assert_eq!(entries.write(&key, Expected::Absent, text.into(), ttl).await, Ok(Tag::new("3")));
    assert_eq!(entries.write(&key, Expected::Absent, text.into(), ttl).await, Err(StoreError::Conflict));
    assert_eq!(entries.delete(&key, &Tag::new("3")).await, Ok(()));
    let bus = Messages::new(client.clone());
    assert_eq!(bus.publish(&Topic::new("t/1").unwrap(), "m".into()).await, Ok(()));
    assert!(bus.subscribe(&Topic::new("t").unwrap()).await.is_err());
    let bans = Bans::new(client);
    let lasts = Some(Duration::from_secs(3_600));
    let given = Ban { lasts, display_reason: "d".to_owned(), private_reason: "p".to_owned() };
    assert_eq!(bans.ban(5, &given).await, Ok(()));
    assert_eq!(bans.banned(5).await, Ok(Some(given)));

    let seen = server.seen();
    let items = "/cloud/v2/universes/7/memory-store/sorted-maps/keyholder/items";
    let id = "7%3Aplayers%3APlayer_1";
    let lines: Vec<_> = seen.iter().map(Seen::line).collect();
    assert_eq!(
        lines[..6],
        [
            format!("PATCH {items}/{id}?allowMissing=true"),
            format!("POST {items}?id={id}"),
            format!("POST {items}?id={id}"),
            format!("GET {items}/{id}"),
            format!("DELETE {items}/{id}"),
            "POST /cloud/v2/universes/7:publishMessage".to_owned(),
        ]
    );
    assert_eq!(seen[0].json(), json!({"value": {"layout": 1}, "ttl": "2s"}));
    assert_eq!(seen[5].json(), json!({"topic": "t/1", "message": "m"}));
    let restriction = json!({"active": true, "duration": "3600s", "privateReason": "p", "displayReason": "d",
        "excludeAltAccounts": false});
    assert_eq!(seen[6].json(), json!({ "gameJoinRestriction": restriction }));
    let line = &lines[6];
    assert!(
        line.starts_with("PATCH /cloud/v2/universes/7/user-restrictions/5?updateMask=gameJoinRestriction&"),
        "{line}"
    );
    assert!(line.contains("&idempotencyKey.key=") && line.contains("&idempotencyKey.firstSent=2"), "{line}");
    assert_eq!(lines[7], "GET /cloud/v2/universes/7/user-restrictions/5");
}
