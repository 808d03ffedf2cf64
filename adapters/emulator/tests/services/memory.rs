//! Sorted maps and queues.

use super::{Cloud, exhausted, invalid, not_found};
use keyholder_emulator::Settings;
use keyholder_emulator::settings::Drift;
use serde_json::{Value, json};

const MAP: &str = "/cloud/v2/universes/1/memory-store/sorted-maps/m/items";
const QUEUE: &str = "/cloud/v2/universes/1/memory-store/queues/q/items";

fn cloud(drift: &str) -> Cloud {
    Cloud::new(Settings { drift: Drift::parse(drift).unwrap(), ..Settings::default() })
}

#[tokio::test]
async fn an_item_is_created_once_until_it_expires() {
    let cloud = cloud("");
    let create = format!("{MAP}?id=name%3A%3Aid");
    let body = json!({"value": {"hello": "world"}, "ttl": "60s", "etag": "passed over"});
    let item = cloud.done("POST", &create, body.clone()).await;
    let wanted = json!({
        "path": "cloud/v2/universes/1/memory-store/sorted-maps/m/items/name%3A%3Aid",
        "value": {"hello": "world"},
        "etag": "1",
        "expireTime": "2026-01-01T00:01:00Z",
        "id": "name::id",
        "numericSortKey": null,
    });
    assert_eq!(item, wanted);
    let got = cloud.done("GET", &format!("{MAP}/name%3A%3Aid"), Value::Null).await;
    assert_eq!(got["path"], "cloud/v2/universes/1/memory-stores/sorted-maps/m/items/name%3A%3Aid");
    assert_eq!(cloud.ask("POST", &create, body.clone()).await, (409, json!({"error": "ALREADY_EXISTS"})));
    cloud.pass(60);
    assert_eq!(cloud.refused("GET", &format!("{MAP}/name%3A%3Aid"), Value::Null).await, not_found());
    assert_ne!(cloud.done("POST", &create, body).await["etag"], "1");
    for wrong in [
        json!({"value": 1, "ttl": "PT3S"}),
        json!({"value": 1, "ttl": "3888001s"}),
        json!({"value": null}),
        json!({"value": 1, "numericSortKey": 1, "stringSortKey": "a"}),
        json!({"value": "x".repeat(32 * 1_024)}),
        json!({"value": 1, "stringSortKey": "x".repeat(129)}),
    ] {
        assert_eq!(cloud.refused("POST", &format!("{MAP}?id=b"), wrong).await, invalid());
    }
    let long = format!("{MAP}?id={}", "x".repeat(128));
    assert_eq!(cloud.refused("POST", &long, json!({"value": 1})).await, invalid());
}

#[tokio::test]
async fn an_update_replaces_or_merges_as_switched() {
    for (drift, kept) in [("item-patch=replace", false), ("item-patch=merge", true)] {
        let cloud = cloud(drift);
        let patch = format!("{MAP}/a");
        assert_eq!(cloud.refused("PATCH", &patch, json!({"value": 1})).await, not_found());
        let all = json!({"value": 1, "ttl": "60s", "numericSortKey": 7});
        cloud.done("PATCH", &format!("{patch}?allowMissing=true"), all).await;
        let item = cloud.done("PATCH", &patch, json!({"value": 2})).await;
        assert_eq!(item["value"], 2);
        assert_eq!(item["numericSortKey"] == 7.0, kept, "{drift}");
        assert_eq!(item["expireTime"] == "2026-01-01T00:01:00Z", kept, "{drift}");
    }
}

#[tokio::test]
async fn an_etag_is_heeded_only_if_switched() {
    for (drift, status) in [("item-etag=ignored", 200), ("item-etag=enforced", 409)] {
        let cloud = cloud(drift);
        cloud.done("POST", &format!("{MAP}?id=a"), json!({"value": 1})).await;
        assert_eq!(cloud.ask("PATCH", &format!("{MAP}/a"), json!({"value": 1, "etag": "9"})).await.0, status);
        assert_eq!(cloud.ask("DELETE", &format!("{MAP}/a?etag=9"), Value::Null).await.0, status);
    }
}

#[tokio::test]
async fn a_list_has_one_item_unless_told_and_costs_what_it_gives() {
    let cloud = cloud("paths=schema");
    for (id, sort) in [("a", json!({"stringSortKey": "s"})), ("b", json!({"numericSortKey": 2})), ("c", json!({}))] {
        let mut body = sort;
        body["value"] = json!(1);
        cloud.done("POST", &format!("{MAP}?id={id}"), body).await;
    }
    let ids = |page: &Value| {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let first = cloud.done("GET", MAP, Value::Null).await;
    assert_eq!(ids(&first), ["b"], "numbers before strings before none");
    let token = first["nextPageToken"].as_str().unwrap();
    assert_eq!(ids(&cloud.done("GET", &format!("{MAP}?pageToken={token}"), Value::Null).await), ["a"]);
    let all = cloud.done("GET", &format!("{MAP}?maxPageSize=500&orderBy=id%20desc"), Value::Null).await;
    assert_eq!(ids(&all), ["c", "a", "b"]);
    assert_eq!(all["items"][0].get("numericSortKey"), None);
    let some = format!("{MAP}?maxPageSize=9&filter=id+%3E+%22a%22+%26%26+id+%3C+%22c%22");
    assert_eq!(ids(&cloud.done("GET", &some, Value::Null).await), ["b"]);
    assert_eq!(cloud.refused("GET", &format!("{MAP}?filter=id+%3E%3D+%22a%22"), Value::Null).await, invalid());
    // Three items were created, and nine units are charged so far; 1000 are in a minute.
    for _ in 0..330 {
        cloud.done("GET", &format!("{MAP}?maxPageSize=100"), Value::Null).await;
    }
    cloud.done("GET", &format!("{MAP}/a"), Value::Null).await;
    assert_eq!(cloud.refused("GET", &format!("{MAP}?maxPageSize=100"), Value::Null).await, exhausted());
    cloud.pass(60);
    cloud.done("GET", &format!("{MAP}?maxPageSize=100"), Value::Null).await;
}

#[tokio::test]
async fn memory_is_64_kb_without_users() {
    let cloud = cloud("");
    let value = "x".repeat(30_000);
    for id in ["a", "b"] {
        cloud.done("POST", &format!("{MAP}?id={id}"), json!({"value": value})).await;
    }
    assert_eq!(cloud.refused("POST", &format!("{MAP}?id=c"), json!({"value": value})).await, exhausted());
    assert_eq!(cloud.refused("POST", QUEUE, json!({"data": value})).await, exhausted());
    cloud.done("PATCH", &format!("{MAP}/a"), json!({"value": value})).await;
    let more = Cloud::new(Settings { ccu: 20, ..Settings::default() });
    for id in ["a", "b", "c"] {
        more.done("POST", &format!("{MAP}?id={id}"), json!({"value": value})).await;
    }
}

#[tokio::test]
async fn a_queue_gives_in_order_hides_and_discards() {
    for (drift, items, id) in
        [("queue=observed", "queueItems", "id"), ("queue=schema", "items", "readId"), ("queue=2024", "data", "id")]
    {
        let cloud = cloud(drift);
        for (data, priority) in [(1, json!(0)), (2, json!(5)), (3, Value::Null)] {
            let item = cloud.done("POST", QUEUE, json!({"data": data, "priority": priority, "path": "x"})).await;
            assert_eq!(item["data"], data);
        }
        let data = |read: &Value| {
            let items = read[items].as_array().unwrap().iter();
            // The oldest shape has the values alone.
            let value = |item: &Value| item.get("data").unwrap_or(item).as_i64().unwrap();
            items.map(value).collect::<Vec<_>>()
        };
        let all = format!("{QUEUE}:read?count=500&invisibilityWindow=3s");
        let three = format!("{QUEUE}:read?count=4&allOrNothing=true");
        assert_eq!(cloud.refused("GET", &three, Value::Null).await, not_found());
        let read = cloud.done("GET", &all, Value::Null).await;
        assert_eq!(data(&read), [2, 1, 3]);
        let (status, empty) = cloud.ask("GET", &all, Value::Null).await;
        match drift {
            "queue=2024" => assert_eq!((status, empty), (204, Value::Null)),
            "queue=schema" => assert_eq!((status, &empty[items]), (200, &json!([]))),
            _ => assert_eq!((status, empty.get(items)), (200, None)),
        }
        cloud.pass(3);
        let again = cloud.done("GET", &format!("{QUEUE}:read"), Value::Null).await;
        assert_eq!(data(&again), [2]);
        let discard = format!("{QUEUE}:discard");
        let late = json!({"readId": read[id]});
        assert_eq!(cloud.done("POST", &discard, late).await, Value::Null, "too late is no error");
        cloud.done("POST", &discard, json!({"readId": again[id]})).await;
        cloud.pass(30);
        assert_eq!(data(&cloud.done("GET", &all, Value::Null).await), [1, 3]);
    }
}

#[tokio::test]
async fn what_a_queue_does_not_take() {
    let cloud = cloud("");
    for wrong in [json!({}), json!({"data": null}), json!({"data": 1, "ttl": "PT3S"}), json!({"data": 1, "ttl": "-1s"})]
    {
        assert_eq!(cloud.refused("POST", QUEUE, wrong).await, invalid());
    }
    for wrong in ["count=-1", "count=x", "invisibilityWindow=0s", "invisibilityWindow=PT3S", "allOrNothing=1"] {
        assert_eq!(cloud.refused("GET", &format!("{QUEUE}:read?{wrong}"), Value::Null).await, invalid(), "{wrong}");
    }
    assert_eq!(cloud.ask_as("none", "GET", &format!("{QUEUE}:read"), Value::Null).await.0, 403);
    assert_eq!(cloud.refused("POST", &format!("{QUEUE}:discard"), json!({})).await, invalid());
}

#[tokio::test]
async fn a_flush_forgets_live_data_alone() {
    let cloud = cloud("");
    cloud.done("POST", &format!("{MAP}?id=a"), json!({"value": 1})).await;
    let flush = "/cloud/v2/universes/1/memory-store:flush";
    cloud.done("POST", &format!("{flush}?scope=TEST"), Value::Null).await;
    cloud.done("GET", &format!("{MAP}/a"), Value::Null).await;
    let operation = cloud.done("POST", flush, Value::Null).await;
    assert_eq!(cloud.refused("GET", &format!("{MAP}/a"), Value::Null).await, not_found());
    let path = format!("/{}", operation["path"].as_str().unwrap());
    let done = cloud.done("GET", &path, Value::Null).await;
    assert_eq!((&done["done"], &done["response"]), (&json!(true), &json!({})));
    assert_eq!(cloud.refused("GET", &format!("{path}?scope=TEST"), Value::Null).await, not_found());
    assert_eq!(cloud.refused("POST", &format!("{flush}?scope=ALL"), Value::Null).await, invalid());
}
