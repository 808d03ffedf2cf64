//! Every operation of the document, asked at least once in each way that matters, with every answer
//! held against the document.

use std::collections::BTreeSet;
use std::sync::Arc;

use keyholder_contract::Contract;

use crate::cloud::{Cloud, Step, answered, step};

const STANDARD: &[Step] = &[
    answered(404, "GET", "/cloud/v2/universes/1/data-stores/Coins/entries/a", ""),
    step(
        "POST",
        "/cloud/v2/universes/1/data-stores/Coins/entries?id=a",
        r#"{"value":{"coins":1},"users":["users/1"],"attributes":{"k":"v"}}"#,
    ),
    answered(400, "POST", "/cloud/v2/universes/1/data-stores/Coins/entries?id=a", r#"{"value":1}"#),
    step("GET", "/cloud/v2/universes/1/data-stores/Coins/entries/a", ""),
    step("PATCH", "/cloud/v2/universes/1/data-stores/Coins/entries/a", r#"{"etag":"$etag","value":{"coins":2}}"#),
    answered(409, "PATCH", "/cloud/v2/universes/1/data-stores/Coins/entries/a", r#"{"etag":"stale","value":3}"#),
    answered(404, "PATCH", "/cloud/v2/universes/1/data-stores/Coins/entries/b", r#"{"value":3}"#),
    step(
        "PATCH",
        "/cloud/v2/universes/1/data-stores/Coins/entries/a%2Fb%20c?allowMissing=true",
        r#"{"value":[1,null,{}]}"#,
    ),
    step("POST", "/cloud/v2/universes/1/data-stores/Coins/entries/n:increment", r#"{"amount":5,"users":["users/2"]}"#),
    answered(400, "POST", "/cloud/v2/universes/1/data-stores/Coins/entries/a:increment", r#"{"amount":5}"#),
    step("GET", "/cloud/v2/universes/1/data-stores/Coins/entries/n:listRevisions?maxPageSize=5", ""),
    step("GET", "/cloud/v2/universes/1/data-stores/Coins/entries/n@latest", ""),
    step("GET", "/cloud/v2/universes/1/data-stores/Coins/entries?maxPageSize=2", ""),
    step("DELETE", "/cloud/v2/universes/1/data-stores/Coins/entries/n", ""),
    answered(404, "DELETE", "/cloud/v2/universes/1/data-stores/Coins/entries/none", ""),
    step("GET", "/cloud/v2/universes/1/data-stores/Coins/entries?showDeleted=true", ""),
    step("POST", "/cloud/v2/universes/1/data-stores/Coins/scopes/s/entries?id=a", r#"{"value":"text"}"#),
    step("GET", "/cloud/v2/universes/1/data-stores/Coins/scopes/s/entries/a", ""),
    step("PATCH", "/cloud/v2/universes/1/data-stores/Coins/scopes/s/entries/a", r#"{"value":1}"#),
    step("POST", "/cloud/v2/universes/1/data-stores/Coins/scopes/s/entries/a:increment", r#"{"amount":1}"#),
    step("GET", "/cloud/v2/universes/1/data-stores/Coins/scopes/s/entries/a:listRevisions", ""),
    step("GET", "/cloud/v2/universes/1/data-stores/Coins/scopes/-/entries", ""),
    step("DELETE", "/cloud/v2/universes/1/data-stores/Coins/scopes/s/entries/a", ""),
    step("GET", "/cloud/v2/universes/1/data-stores", ""),
    step("POST", "/cloud/v2/universes/1/data-stores:snapshot", "{}"),
    step("POST", "/cloud/v2/universes/1/data-stores:snapshot", "{}"),
    step("DELETE", "/cloud/v2/universes/1/data-stores/Coins", ""),
    step("GET", "/cloud/v2/universes/1/data-stores?showDeleted=true", ""),
    step("POST", "/cloud/v2/universes/1/data-stores/Coins:undelete", "{}"),
];

const FIRST_API: &[Step] = &[
    answered(
        404,
        "GET",
        "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=One&entryKey=a",
        "",
    ),
    step(
        "POST",
        "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=One&entryKey=a&exclusiveCreate=true",
        "1",
    ),
    answered(
        412,
        "POST",
        "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=One&entryKey=a&exclusiveCreate=true",
        "2",
    ),
    step(
        "POST",
        "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=One&entryKey=a&matchVersion=$version",
        "2",
    ),
    step(
        "GET",
        "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=One&entryKey=a",
        "",
    ),
    step(
        "POST",
        "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry/increment?datastoreName=One&entryKey=a&incrementBy=3",
        "",
    ),
    step(
        "GET",
        "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry/versions?datastoreName=One&entryKey=a&sortOrder=Descending&limit=10",
        "",
    ),
    step(
        "POST",
        "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=One&entryKey=b",
        r#"{"a":[]}"#,
    ),
    step(
        "GET",
        "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry/versions/version?datastoreName=One&entryKey=b&versionId=$version",
        "",
    ),
    step(
        "GET",
        "/datastores/v1/universes/1/standard-datastores/datastore/entries?datastoreName=One&allScopes=true",
        "",
    ),
    step("GET", "/datastores/v1/universes/1/standard-datastores?limit=10", ""),
    answered(
        204,
        "DELETE",
        "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=One&entryKey=a",
        "",
    ),
];

const ORDERED: &[Step] = &[
    step("POST", "/cloud/v2/universes/1/ordered-data-stores/Points/scopes/global/entries?id=a", r#"{"value":1.4}"#),
    answered(
        400,
        "POST",
        "/cloud/v2/universes/1/ordered-data-stores/Points/scopes/global/entries?id=a",
        r#"{"value":1}"#,
    ),
    step("GET", "/cloud/v2/universes/1/ordered-data-stores/Points/scopes/global/entries/a", ""),
    step(
        "PATCH",
        "/cloud/v2/universes/1/ordered-data-stores/Points/scopes/global/entries/b?allowMissing=true",
        r#"{"value":2}"#,
    ),
    answered(
        404,
        "PATCH",
        "/cloud/v2/universes/1/ordered-data-stores/Points/scopes/global/entries/c",
        r#"{"value":2}"#,
    ),
    step(
        "POST",
        "/cloud/v2/universes/1/ordered-data-stores/Points/scopes/global/entries/b:increment",
        r#"{"amount":3}"#,
    ),
    step(
        "GET",
        "/cloud/v2/universes/1/ordered-data-stores/Points/scopes/global/entries?maxPageSize=1&orderBy=value%20desc",
        "",
    ),
    step("DELETE", "/cloud/v2/universes/1/ordered-data-stores/Points/scopes/global/entries/a", ""),
    step(
        "POST",
        "/ordered-data-stores/v1/universes/1/orderedDataStores/Old/scopes/global/entries?id=a",
        r#"{"value":1}"#,
    ),
    step("GET", "/ordered-data-stores/v1/universes/1/orderedDataStores/Old/scopes/global/entries/a", ""),
    step(
        "PATCH",
        "/ordered-data-stores/v1/universes/1/orderedDataStores/Old/scopes/global/entries/b?allow_missing=true",
        r#"{"value":2}"#,
    ),
    step(
        "POST",
        "/ordered-data-stores/v1/universes/1/orderedDataStores/Old/scopes/global/entries/b:increment",
        r#"{"amount":3}"#,
    ),
    step(
        "GET",
        "/ordered-data-stores/v1/universes/1/orderedDataStores/Old/scopes/global/entries?max_page_size=1&order_by=desc",
        "",
    ),
    step("DELETE", "/ordered-data-stores/v1/universes/1/orderedDataStores/Old/scopes/global/entries/a", ""),
];

const MEMORY: &[Step] = &[
    step(
        "POST",
        "/cloud/v2/universes/1/memory-store/sorted-maps/m/items?id=a",
        r#"{"value":{"a":1},"ttl":"60s","numericSortKey":1}"#,
    ),
    answered(409, "POST", "/cloud/v2/universes/1/memory-store/sorted-maps/m/items?id=a", r#"{"value":1,"ttl":"60s"}"#),
    step("GET", "/cloud/v2/universes/1/memory-store/sorted-maps/m/items/a", ""),
    step(
        "PATCH",
        "/cloud/v2/universes/1/memory-store/sorted-maps/m/items/b?allowMissing=true",
        r#"{"value":2,"ttl":"60s","stringSortKey":"x"}"#,
    ),
    answered(404, "PATCH", "/cloud/v2/universes/1/memory-store/sorted-maps/m/items/c", r#"{"value":2,"ttl":"60s"}"#),
    step("GET", "/cloud/v2/universes/1/memory-store/sorted-maps/m/items?maxPageSize=1", ""),
    step("GET", "/cloud/v2/universes/1/memory-store/sorted-maps/m/items?maxPageSize=10&orderBy=desc", ""),
    step("DELETE", "/cloud/v2/universes/1/memory-store/sorted-maps/m/items/a", ""),
    answered(404, "GET", "/cloud/v2/universes/1/memory-store/sorted-maps/m/items/a", ""),
    step("POST", "/cloud/v2/universes/1/memory-store/queues/q/items", r#"{"data":{"a":1},"priority":1.5,"ttl":"60s"}"#),
    answered(400, "POST", "/cloud/v2/universes/1/memory-store/queues/q/items", r#"{"data":null}"#),
    step("GET", "/cloud/v2/universes/1/memory-store/queues/q/items:read?count=10&invisibilityWindow=3s", ""),
    step("POST", "/cloud/v2/universes/1/memory-store/queues/q/items:discard", r#"{"readId":"$id"}"#),
    answered(404, "GET", "/cloud/v2/universes/1/memory-store/queues/q/items:read?count=10&allOrNothing=true", ""),
    step("POST", "/cloud/v2/universes/1/memory-store:flush", ""),
    step("GET", "/$path", ""),
];

const OTHERS: &[Step] = &[
    step("POST", "/cloud/v2/universes/1:publishMessage", r#"{"topic":"t","message":"m"}"#),
    step("POST", "/messaging-service/v1/universes/1/topics/t%20t", r#"{"message":"m"}"#),
    step(
        "PATCH",
        "/cloud/v2/universes/1/user-restrictions/156?updateMask=game_join_restriction&idempotencyKey.key=k&idempotencyKey.firstSent=2026-01-01T00%3A00%3A00Z",
        r#"{"gameJoinRestriction":{"active":true,"duration":"3s","privateReason":"p","displayReason":"d"}}"#,
    ),
    step("GET", "/cloud/v2/universes/1/user-restrictions/156", ""),
    step("GET", "/cloud/v2/universes/1/user-restrictions?maxPageSize=10", ""),
    step("PATCH", "/cloud/v2/universes/1/places/2/user-restrictions/157", r#"{"gameJoinRestriction":{"active":true}}"#),
    step("GET", "/cloud/v2/universes/1/places/2/user-restrictions/157", ""),
    step("GET", "/cloud/v2/universes/1/places/2/user-restrictions", ""),
    step("GET", "/cloud/v2/universes/1/user-restrictions:listLogs?filter=user%20%3D%3D%20%27users%2F156%27", ""),
    step(
        "PATCH",
        "/cloud/v2/universes/1?updateMask=voiceChatEnabled,twitchSocialLink,privateServerPriceRobux",
        r#"{"voiceChatEnabled":true,"twitchSocialLink":{"title":"t","uri":"u"},"privateServerPriceRobux":100,"templateRootPlace":"universes/1/places/2"}"#,
    ),
    answered(400, "PATCH", "/cloud/v2/universes/1?updateMask=rootPlace", r#"{"rootPlace":"universes/1/places/2"}"#),
    step("GET", "/cloud/v2/universes/1", ""),
    step("POST", "/cloud/v2/universes/1:restartServers", "{}"),
];

#[tokio::test]
async fn every_answer_is_one_of_the_document() {
    let Some(contract) = Contract::beside_the_project("the emulator's answers").expect("a contract") else { return };
    let all: BTreeSet<String> = contract.operations().into_iter().map(str::to_owned).collect();
    let mut cloud = Cloud::new(Arc::new(contract), "");
    let mut failed = Vec::new();
    for step in [STANDARD, FIRST_API, ORDERED, MEMORY, OTHERS].into_iter().flatten() {
        failed.extend(cloud.send(step).await.err());
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    let unseen: Vec<&String> = all.difference(&cloud.seen).collect();
    assert!(unseen.is_empty(), "never asked: {unseen:?}");
}
