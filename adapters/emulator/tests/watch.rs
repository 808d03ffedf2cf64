//! Whoever looks on is told of each version, also of those that nobody is answered about.

mod common;

use common::Cloud;
use keyholder_emulator::settings::Faults;
use keyholder_emulator::{Emulator, Settings};
use serde_json::json;
use std::sync::{Arc, Mutex};

const E: &str = "/cloud/v2/universes/1/data-stores/Coins/entries";

type Told = Arc<Mutex<Vec<(String, u64, Option<String>)>>>;

fn watch(emulator: &Emulator) -> Told {
    let told = Told::default();
    let all = Arc::clone(&told);
    emulator.watch(move |it| {
        assert_eq!((it.universe, it.store, it.scope), (1, "Coins", "global"));
        all.lock().unwrap().push((it.key.to_owned(), it.number, it.value.map(str::to_owned)));
    });
    told
}

#[tokio::test]
async fn each_version_is_told_in_order_and_a_refused_one_is_not() {
    let cloud = Cloud::default();
    let told = watch(&cloud.emulator);
    cloud.call("POST", &format!("{E}?id=a"), json!({"value": 1})).await.ok();
    cloud.call("PATCH", &format!("{E}/a"), json!({"value": 2})).await.ok();
    let stale = cloud.call("PATCH", &format!("{E}/a"), json!({"value": 3, "etag": "stale"})).await;
    assert_eq!(stale.status, 409);
    cloud.call("POST", &format!("{E}/b:increment"), json!({"amount": 7})).await.ok();
    cloud.call("DELETE", &format!("{E}/a"), "").await.ok();
    let told = told.lock().unwrap().clone();
    let all: Vec<_> = told.iter().map(|(key, number, value)| (key.as_str(), *number, value.as_deref())).collect();
    // The second took the place of the first: revisions that are kept would not show it.
    assert_eq!(all, [("a", 1, Some("1")), ("a", 2, Some("2")), ("b", 1, Some("7")), ("a", 3, None)]);
}

#[tokio::test]
async fn what_was_done_is_told_whatever_is_answered() {
    for (faults, count) in [("after=1", 1), ("drop=1", 1), ("empty=1", 1), ("before=1", 0), ("unavailable=1", 0)] {
        let cloud = Cloud::with(Settings { faults: Faults::parse(faults).unwrap(), ..Settings::default() });
        let told = watch(&cloud.emulator);
        cloud.call("POST", &format!("{E}?id=a"), json!({"value": 1})).await;
        assert_eq!(told.lock().unwrap().len(), count, "{faults}");
    }
}
