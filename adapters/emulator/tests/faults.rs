//! Faults on purpose: what is told, and what was done.

mod common;

use common::Cloud;
use keyholder_emulator::settings::Faults;
use keyholder_emulator::{Emulator, Hangup, Settings};
use serde_json::json;

const E: &str = "/cloud/v2/universes/1/data-stores/Coins/entries";

fn with(faults: &str) -> Cloud {
    Cloud::with(Settings { faults: Faults::parse(faults).unwrap(), ..Settings::default() })
}

#[tokio::test]
async fn a_fault_is_told_and_the_request_done_or_not() {
    for (faults, status, body, done) in [
        ("before=1", 500, "INTERNAL", false),
        ("unavailable=1", 503, "UNAVAILABLE", false),
        ("throttled=1", 429, "RESOURCE_EXHAUSTED", false),
        ("html=1", 502, "<html>", false),
        ("after=1", 500, "", true),
        ("empty=1", 200, "", true),
    ] {
        let cloud = with(faults);
        let answer = cloud.call("POST", &format!("{E}?id=k"), json!({"value": 1})).await;
        assert_eq!(answer.status, status, "{faults}");
        assert!(
            answer.text.contains(body) && (!body.is_empty() || answer.text.is_empty()),
            "{faults}: {}",
            answer.text
        );
        let stores = cloud.emulator.stores(1);
        assert_eq!(stores.len(), usize::from(done), "{faults}");
    }
}

#[tokio::test]
async fn refusals_are_told_as_they_are() {
    let cloud = with("after=1");
    assert_eq!(cloud.get(&format!("{E}/k")).await.status, 404);
    let dropped = with("drop=1");
    assert_eq!(dropped.send("GET", E, &[], "").await.status, 401);
}

#[tokio::test]
async fn the_same_seed_has_the_same_faults() {
    let run = async || {
        let cloud = with("before=0.3,unavailable=0.3,seed=9");
        let mut seen = Vec::new();
        for _ in 0..40 {
            seen.push(cloud.get("/cloud/v2/universes/1/data-stores").await.status);
        }
        seen
    };
    let first = run().await;
    assert_eq!(first, run().await);
    for status in [200, 500, 503] {
        assert!(first.contains(&status));
    }
}

#[tokio::test]
async fn a_dropped_connection_leaves_no_answer_and_the_write_done() {
    use tower::ServiceExt;
    let faults = Faults::parse("drop=1").unwrap();
    let emulator = Emulator::new(Settings { faults, ..Settings::default() });
    let request = axum::http::Request::post(format!("{E}?id=k"))
        .header("x-api-key", "local")
        .header("content-type", "application/json")
        .body(axum::body::Body::from("{\"value\":1}"));
    let response = emulator.router().oneshot(request.unwrap()).await.unwrap();
    assert_eq!(response.extensions().get::<Hangup>(), Some(&Hangup));
    assert_eq!(emulator.recent()[0].status, 0);
    assert_eq!(emulator.stores(1), [("Coins".to_owned(), 1)]);
}
