//! Ordered data stores, of both APIs.

use super::{Cloud, invalid, not_found};
use keyholder_emulator::Settings;
use serde_json::{Value, json};

const V2: &str = "/cloud/v2/universes/1/ordered-data-stores/points/scopes/global/entries";
const V1: &str = "/ordered-data-stores/v1/universes/1/orderedDataStores/points/scopes/global/entries";

#[tokio::test]
async fn entries_are_created_once_and_deleted_for_good() {
    let cloud = Cloud::new(Settings::default());
    let entry = cloud.done("POST", &format!("{V2}?id=a%2Fb"), json!({"value": 36.6})).await;
    let path = "universes/1/ordered-data-stores/points/scopes/global/entries/a%2Fb";
    assert_eq!(entry, json!({"path": path, "value": 37, "id": "a/b"}));
    assert_eq!(cloud.done("GET", &format!("{V2}/a%2Fb"), Value::Null).await, entry);
    let (status, exists) = cloud.ask("POST", &format!("{V2}?id=a%2Fb"), json!({"value": 1})).await;
    assert_eq!((status, &exists["message"]), (400, &json!("Entry already exists.")));
    assert_eq!(cloud.done("DELETE", &format!("{V2}/a%2Fb"), Value::Null).await, Value::Null);
    for (method, body) in [("GET", Value::Null), ("DELETE", Value::Null), ("PATCH", json!({"value": 1}))] {
        assert_eq!(cloud.refused(method, &format!("{V2}/a%2Fb"), body).await, not_found(), "{method}");
    }
    cloud.done("PATCH", &format!("{V2}/a%2Fb?allowMissing=true"), json!({"value": -1.5})).await;
    assert_eq!(cloud.done("GET", &format!("{V1}/a%2Fb"), Value::Null).await["value"], -2);
    assert_eq!(cloud.ask_as("none", "GET", &format!("{V2}/a%2Fb"), Value::Null).await.0, 403);
}

#[tokio::test]
async fn sums_are_of_whole_numbers_and_stay_in_range() {
    let cloud = Cloud::new(Settings::default());
    let add = format!("{V2}/n:increment");
    assert_eq!(cloud.done("POST", &add, json!({"amount": 5})).await["value"], 5);
    for wrong in [json!({"amount": 1.5}), json!({}), json!({"amount": "1"}), json!({"amount": 1e30})] {
        assert_eq!(cloud.refused("POST", &add, wrong).await, invalid());
    }
    let most = json!({"amount": i64::MAX});
    assert_eq!(cloud.done("POST", &format!("{V1}/n:increment"), most).await["value"], i64::MAX);
    let beyond: Value = serde_json::from_str("9223372036854775808").unwrap();
    for path in [format!("{V1}?id=m"), format!("{V2}?id=m")] {
        assert_eq!(cloud.refused("POST", &path, json!({"value": beyond})).await, invalid());
    }
    assert_eq!(cloud.refused("POST", &format!("{V1}?id=m"), json!({"value": 1.5})).await, invalid());
    for id in ["", &"x".repeat(64)] {
        assert_eq!(cloud.refused("POST", &format!("{V2}?id={id}"), json!({"value": 1})).await, invalid());
    }
}

#[tokio::test]
async fn entries_are_listed_by_value_in_pages() {
    let cloud = Cloud::new(Settings::default());
    for (id, value) in [("a", 10), ("b", 30), ("c", 20), ("d", 40)] {
        cloud.done("POST", &format!("{V2}?id={id}"), json!({"value": value})).await;
    }
    let ids = |page: &Value, list: &str| {
        let entries = page[list].as_array().unwrap().iter();
        entries.map(|entry| entry["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let path = format!("{V2}?maxPageSize=2&orderBy=value%20desc&filter=entry+%3E%3D+10+%26%26+entry+%3C%3D+30");
    let first = cloud.done("GET", &path, Value::Null).await;
    assert_eq!(ids(&first, "orderedDataStoreEntries"), ["b", "c"]);
    let token = first["nextPageToken"].as_str().unwrap();
    let second = cloud.done("GET", &format!("{path}&pageToken={token}"), Value::Null).await;
    assert_eq!(ids(&second, "orderedDataStoreEntries"), ["a"]);
    assert_eq!(second.get("nextPageToken"), None);
    let other = format!("{V2}?maxPageSize=3&pageToken={token}");
    assert_eq!(cloud.refused("GET", &other, Value::Null).await, invalid());

    let page = cloud.done("GET", &format!("{V1}?max_page_size=3&order_by=desc"), Value::Null).await;
    assert_eq!(ids(&page, "entries"), ["d", "b", "c"]);
    let next = format!("{V1}?max_page_size=3&order_by=desc&page_token={}", page["nextPageToken"].as_str().unwrap());
    assert_eq!(ids(&cloud.done("GET", &next, Value::Null).await, "entries"), ["a"]);
    for wrong in ["orderBy=id", "orderBy=desc", "filter=entry%3C%3D10", "filter=entry+%3C+10", "maxPageSize=-1"] {
        assert_eq!(cloud.refused("GET", &format!("{V2}?{wrong}"), Value::Null).await, invalid(), "{wrong}");
    }
}

#[tokio::test]
async fn the_first_api_deletes_what_is_not_there() {
    let cloud = Cloud::new(Settings::default());
    assert_eq!(cloud.done("DELETE", &format!("{V1}/a"), Value::Null).await, Value::Null);
    assert_eq!(cloud.refused("PATCH", &format!("{V1}/a"), json!({"value": 1})).await, not_found());
    cloud.done("PATCH", &format!("{V1}/a?allow_missing=true"), json!({"value": 1})).await;
    assert_eq!(cloud.refused("PATCH", &format!("{V1}/b?allowMissing=true"), json!({"value": 1})).await, not_found());
}
