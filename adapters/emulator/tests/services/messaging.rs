//! Publishing, and the emulator's own feed.

use super::{Cloud, invalid};
use axum::body::Body;
use axum::http::{Request, Response};
use keyholder_emulator::Settings;
use keyholder_emulator::settings::Delivery;
use serde_json::{Value, json};
use tower::ServiceExt;

const V2: &str = "/cloud/v2/universes/1:publishMessage";

async fn follow(cloud: &Cloud, topic: &str, key: &str) -> Response<Body> {
    let path = format!("/emulator/v1/universes/1/topics/{topic}/feed");
    let request = Request::builder().uri(path).header("x-api-key", key).body(Body::empty()).unwrap();
    cloud.router.clone().oneshot(request).await.unwrap()
}

/// The next piece of a feed, which is an event.
async fn next(feed: &mut Response<Body>) -> Value {
    use futures_util::StreamExt;
    let mut pieces = std::mem::take(feed.body_mut()).into_data_stream();
    let piece = pieces.next().await.unwrap().unwrap();
    *feed.body_mut() = Body::from_stream(pieces);
    let text = str::from_utf8(&piece).unwrap();
    serde_json::from_str(text.strip_prefix("data: ").unwrap().trim_end()).unwrap()
}

#[tokio::test]
async fn both_apis_publish_and_answer_with_nothing() {
    let cloud = Cloud::new(Settings::default());
    let mut feed = follow(&cloud, "a%2Fb", "local").await;
    assert_eq!(feed.headers()["content-type"], "text/event-stream");
    assert_eq!(cloud.done("POST", V2, json!({"topic": "a/b", "message": "one\ntwo"})).await, Value::Null);
    let v1 = "/messaging-service/v1/universes/1/topics/a%2Fb";
    assert_eq!(cloud.done("POST", v1, json!({"message": "three"})).await, Value::Null);
    cloud.done("POST", V2, json!({"topic": "other", "message": "four"})).await;
    let sent = "2026-01-01T00:00:00Z";
    assert_eq!(next(&mut feed).await, json!({"topic": "a/b", "message": "one\ntwo", "sent": sent}));
    assert_eq!(next(&mut feed).await["message"], "three");
}

#[tokio::test]
async fn messages_are_dropped_and_doubled_as_switched() {
    let delivery = Delivery::parse("duplicate=1").unwrap();
    let cloud = Cloud::new(Settings { delivery, ..Settings::default() });
    let mut feed = follow(&cloud, "t", "local").await;
    cloud.done("POST", V2, json!({"topic": "t", "message": "x"})).await;
    assert_eq!(next(&mut feed).await, next(&mut feed).await);
}

#[tokio::test]
async fn what_is_not_published() {
    let cloud = Cloud::new(Settings::default());
    for wrong in [
        json!({"topic": "t"}),
        json!({"message": "m"}),
        json!({"topic": "", "message": "m"}),
        json!({"topic": "t".repeat(81), "message": "m"}),
        json!({"topic": "t", "message": "m".repeat(1_025)}),
        json!({"topic": "t", "message": 1}),
    ] {
        assert_eq!(cloud.refused("POST", V2, wrong).await, invalid());
    }
    assert_eq!(cloud.ask_as("none", "POST", V2, json!({"topic": "t", "message": "m"})).await.0, 403);
    assert_eq!(follow(&cloud, "t", "wrong").await.status(), 401);
    assert_eq!(follow(&cloud, &"t".repeat(81), "local").await.status(), 400);
}

#[tokio::test]
async fn listeners_leave_half_of_the_connections() {
    let cloud = Cloud::new(Settings { connections: 4, universes: vec![1, 2], ..Settings::default() });
    let first = follow(&cloud, "t", "local").await;
    let path = "/emulator/v1/universes/2/topics/t/feed";
    let other = Request::builder().uri(path).header("x-api-key", "local").body(Body::empty()).unwrap();
    let second = cloud.router.clone().oneshot(other).await.unwrap();
    assert_eq!((first.status().as_u16(), second.status().as_u16()), (200, 200));
    assert_eq!(follow(&cloud, "t", "local").await.status(), 429, "those of another experience count as well");
    drop(second);
    assert_eq!(follow(&cloud, "t", "local").await.status(), 200);
}
