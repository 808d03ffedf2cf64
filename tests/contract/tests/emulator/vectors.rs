//! What each example needs to be replayed, by its id, or why it is not.

use serde_json::Value;

use crate::cloud::{Answer, Step, answered, step};

/// What becomes of an example.
pub(crate) enum Plan {
    /// Sent: the last of these requests is answered as the example says.
    Replay {
        /// Switches of the emulator.
        switches: &'static str,
        steps: &'static [Step],
        /// What the example says besides the form of the last answer.
        check: fn(&Value, &[Answer]) -> Result<(), String>,
    },
    /// Not sent, for this reason.
    Explained(&'static str),
}

const fn replay(steps: &'static [Step]) -> Plan {
    switched("", steps)
}

const fn switched(switches: &'static str, steps: &'static [Step]) -> Plan {
    Plan::Replay { switches, steps, check: |_, _| Ok(()) }
}

const fn checked(steps: &'static [Step], check: fn(&Value, &[Answer]) -> Result<(), String>) -> Plan {
    Plan::Replay { switches: "", steps, check }
}

const fn set(target: &'static str) -> Step {
    step("POST", target, r#"{"coins":1}"#)
}

/// All examples.
pub(crate) const VECTORS: &[(&str, Plan)] = &[
    ("v1.ds.list_stores", replay(&[
        set("/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry?datastoreName=PlayerA&entryKey=k"),
        set("/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry?datastoreName=PlayerB&entryKey=k"),
        set("/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry?datastoreName=PlayerC&entryKey=k"),
        set("/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry?datastoreName=PlayerD&entryKey=k"),
        set("/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry?datastoreName=PlayerE&entryKey=k"),
        set("/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry?datastoreName=PlayerF&entryKey=k"),
        step("GET", "/datastores/v1/universes/3310576216/standard-datastores?prefix=Player&limit=5", ""),
    ])),
    ("v1.ds.list_keys", replay(&[
        set("/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry?datastoreName=Coins&entryKey=1"),
        set("/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry?datastoreName=Coins&entryKey=2"),
        set("/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry?datastoreName=Coins&entryKey=3"),
        set("/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry?datastoreName=Coins&entryKey=4"),
        set("/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry?datastoreName=Coins&entryKey=5"),
        set("/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry?datastoreName=Coins&entryKey=6"),
        step("GET", "/datastores/v1/universes/3310576216/standard-datastores/datastore/entries?datastoreName=Coins&prefix=&limit=5", ""),
    ])),
    // The body of the sample is no JSON. Its checksum is right: it is refused for what it is.
    ("v1.ds.set_entry", checked(BARE_WORD, not_json)),
    ("v1.ds.delete_entry", replay(&[
        set("/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry?datastoreName=Coins&entryKey=269323"),
        answered(204, "DELETE", "/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry?datastoreName=Coins&entryKey=269323", ""),
    ])),
    ("v1.ds.list_versions", replay(&[
        set("/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry?datastoreName=Coins&entryKey=269323"),
        step("GET", "/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry/versions?datastoreName=Coins&entryKey=269323&limit=5", ""),
    ])),
    ("v1.ds.get_version", replay(&[
        set("/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry?datastoreName=Coins&entryKey=269323")
            .with(&[("roblox-entry-userids", "[1, 2, 3]"), ("roblox-entry-attributes", r#"{"myAttribute":"myValue"}"#)]),
        step("GET", "/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry/versions/version?datastoreName=Coins&entryKey=269323&versionId=$version", ""),
    ])),
    ("v1.content_md5.750", checked(&[
        answered(400, "POST", "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=S&entryKey=k", "751")
            .with(&[("content-md5", "sTf90fedVsft8zZf6nUg8g==")]),
        step("POST", "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=S&entryKey=k", "750")
            .with(&[("content-md5", "sTf90fedVsft8zZf6nUg8g==")]),
        step("GET", "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=S&entryKey=k", ""),
    ], |example, answers| same("checksum", example["vector"]["content-md5"].as_str(), header(answers, "content-md5")))),
    ("v1.content_md5.value", checked(BARE_WORD, not_json)),
    ("v1.ods.create", replay(&[
        step("POST", "/ordered-data-stores/v1/universes/1/orderedDataStores/S/scopes/global/entries?id=k", r#"{"value":1}"#),
    ])),
    ("v1.ods.get", replay(&[
        step("POST", "/ordered-data-stores/v1/universes/1/orderedDataStores/S/scopes/global/entries?id=k", r#"{"value":1}"#),
        step("GET", "/ordered-data-stores/v1/universes/1/orderedDataStores/S/scopes/global/entries/k", ""),
    ])),
    ("v1.ods.update", replay(&[
        step("POST", "/ordered-data-stores/v1/universes/1/orderedDataStores/S/scopes/global/entries?id=k", r#"{"value":1}"#),
        step("PATCH", "/ordered-data-stores/v1/universes/1/orderedDataStores/S/scopes/global/entries/k", r#"{"value":2}"#),
    ])),
    ("v1.ods.increment", replay(&[
        step("POST", "/ordered-data-stores/v1/universes/1/orderedDataStores/S/scopes/global/entries/k:increment", r#"{"amount":2}"#),
    ])),
    ("v2.ods.create_and_list", checked(&[
        step("POST", "/cloud/v2/universes/1/ordered-data-stores/PlayerScores/scopes/global/entries?id=Fabric", r#"{"value":5}"#),
        step("POST", "/cloud/v2/universes/1/ordered-data-stores/PlayerScores/scopes/global/entries?id=Ragdoll", r#"{"value":37}"#),
        step("GET", "/cloud/v2/universes/1/ordered-data-stores/PlayerScores/scopes/global/entries?orderBy=value%20desc", ""),
    ], |_, answers| same("order", Some(vec!["Ragdoll", "Fabric"]), Some(ids(answers, "orderedDataStoreEntries", "id"))))),
    ("v2.ds.list_filter_global_prefix", checked(&[
        step("POST", "/cloud/v2/universes/1/data-stores/S/entries?id=player-1", r#"{"value":1}"#),
        step("POST", "/cloud/v2/universes/1/data-stores/S/entries?id=other", r#"{"value":1}"#),
        step("GET", "/cloud/v2/universes/1/data-stores/S/entries?filter=id.startsWith(%22player%22)", ""),
        step("GET", "/cloud/v2/universes/1/data-stores/S/entries?filter=id.startsWith(%22global%2Fplayer%22)", ""),
    ], |_, answers| {
        same("keys", Some(vec!["player-1"]), Some(ids(&answers[..3], "dataStoreEntries", "id")))?;
        same("keys", Some(vec!["player-1"]), Some(ids(answers, "dataStoreEntries", "id")))
    })),
    ("v2.ds.listRevisions.filter", checked(&[
        step("POST", "/cloud/v2/universes/1/data-stores/S/entries?id=k", r#"{"value":1}"#),
        step("GET", "/cloud/v2/universes/1/data-stores/S/entries/k:listRevisions?filter=revision_create_time%20%3E%3D%202000-01-01T00:00:00Z%20%26%26%20revision_create_time%20%3C%3D%202001-01-01T00:00:00Z", ""),
    ], |_, answers| same("revisions", Some(vec![]), Some(ids(answers, "dataStoreEntries", "id"))))),
    ("v2.ods.filter", checked(&[
        step("POST", "/cloud/v2/universes/1/ordered-data-stores/S/scopes/global/entries?id=k", r#"{"value":10}"#),
        step("GET", "/cloud/v2/universes/1/ordered-data-stores/S/scopes/global/entries?filter=entry%20%3C%3D%2010", ""),
        answered(400, "GET", "/cloud/v2/universes/1/ordered-data-stores/S/scopes/global/entries?filter=entry%3C%3D10", ""),
        answered(400, "GET", "/cloud/v2/universes/1/ordered-data-stores/S/scopes/global/entries?filter=10%20%3C%3D%20entry", ""),
        answered(400, "GET", "/cloud/v2/universes/1/ordered-data-stores/S/scopes/global/entries?filter=entry%20%3C%3D%2010%20%26%26%20entry%20%3C%3D%2050", ""),
        step("GET", "/cloud/v2/universes/1/ordered-data-stores/S/scopes/global/entries?filter=entry%20%3E%3D%2010%20%26%26%20entry%20%3C%3D%2030", ""),
    ], |_, answers| same("entries", Some(vec!["k"]), Some(ids(answers, "orderedDataStoreEntries", "id"))))),
    ("v2.ur.listLogs.filter", checked(&[
        step("PATCH", "/cloud/v2/universes/1/places/456/user-restrictions/123", r#"{"gameJoinRestriction":{"active":true}}"#),
        step("PATCH", "/cloud/v2/universes/1/places/456/user-restrictions/124", r#"{"gameJoinRestriction":{"active":true}}"#),
        step("GET", "/cloud/v2/universes/1/user-restrictions:listLogs?filter=user%20%3D%3D%20'users/123'%20%26%26%20place%20%3D%3D%20'places/456'", ""),
    ], |_, answers| same("users", Some(vec!["users/123"]), Some(ids(answers, "logs", "user"))))),
    ("v2.pagination.data_stores", checked(&[
        step("POST", "/cloud/v2/universes/1/data-stores/a/entries?id=k", r#"{"value":1}"#),
        step("POST", "/cloud/v2/universes/1/data-stores/b/entries?id=k", r#"{"value":1}"#),
        step("GET", "/cloud/v2/universes/1/data-stores?maxPageSize=1", ""),
        answered(400, "GET", "/cloud/v2/universes/1/data-stores?maxPageSize=1&pageToken=$nextPageToken&showDeleted=true", ""),
        step("GET", "/cloud/v2/universes/1/data-stores?maxPageSize=1&pageToken=$nextPageToken", ""),
    ], |_, answers| {
        same("first page", Some(vec!["a"]), Some(ids(&answers[..3], "dataStores", "id")))?;
        same("second page", Some(vec!["b"]), Some(ids(answers, "dataStores", "id")))?;
        same("token", None, answers[4].body["nextPageToken"].as_str().filter(|token| !token.is_empty()))
    })),
    ("v2.types", checked(&[
        answered(400, "POST", "/cloud/v2/universes/1/memory-store/sorted-maps/M/items?id=k", r#"{"value":1,"ttl":"PT5S"}"#),
        step("POST", "/cloud/v2/universes/1/memory-store/sorted-maps/M/items?id=k", r#"{"value":1,"ttl":"1.000340012s"}"#),
        step("PATCH", "/cloud/v2/universes/1/memory-store/sorted-maps/M/items/k", r#"{"value":1,"ttl":"1s"}"#),
    ], |_, answers| same("zone", Some(true), answers[2].body["expireTime"].as_str().map(|time| time.ends_with('Z'))))),
    ("v2.msg.publish", replay(&[
        step("POST", "/cloud/v2/universes/1:publishMessage", r#"{"topic":"your-topic","message":"Hello, everyone!"}"#),
    ])),
    ("err.gateway", replay(&[
        answered(401, "GET", "/cloud/v2/universes/1/data-stores/S/entries/k", "").with(&[("x-api-key", "another")]),
    ])),
    ("err.v2", replay(&[answered(400, "GET", "/cloud/v2/universes/1/user-restrictions/nobody", "")])),
    ("err.v1.ds", checked(&[
        answered(400, "GET", "/datastores/v1/universes/1/standard-datastores?cursor=none", ""),
    ], |example, answers| {
        same("message", example["response"]["body"]["message"].as_str(), answers[0].body["message"].as_str())
    })),
    ("err.v1.ods", replay(&[
        answered(400, "GET", "/ordered-data-stores/v1/universes/1/orderedDataStores/S/scopes/global/entries?page_token=none", ""),
    ])),
    ("hdr.ratelimit", replay(&[step("GET", "/cloud/v2/universes/1/data-stores", "")])),
    ("engine.sorted_map.order", checked(&[
        step("POST", "/cloud/v2/universes/1/memory-store/sorted-maps/M/items?id=player0", r#"{"value":1,"ttl":"60s"}"#),
        step("POST", "/cloud/v2/universes/1/memory-store/sorted-maps/M/items?id=player1", r#"{"value":1,"ttl":"60s","numericSortKey":-1}"#),
        step("POST", "/cloud/v2/universes/1/memory-store/sorted-maps/M/items?id=player2", r#"{"value":1,"ttl":"60s","numericSortKey":0}"#),
        step("POST", "/cloud/v2/universes/1/memory-store/sorted-maps/M/items?id=player3", r#"{"value":1,"ttl":"60s","numericSortKey":3.14}"#),
        step("POST", "/cloud/v2/universes/1/memory-store/sorted-maps/M/items?id=player5", r#"{"value":1,"ttl":"60s","numericSortKey":1}"#),
        step("POST", "/cloud/v2/universes/1/memory-store/sorted-maps/M/items?id=player4", r#"{"value":1,"ttl":"60s","numericSortKey":1}"#),
        step("POST", "/cloud/v2/universes/1/memory-store/sorted-maps/M/items?id=player6", r#"{"value":1,"ttl":"60s","stringSortKey":"someString"}"#),
        step("POST", "/cloud/v2/universes/1/memory-store/sorted-maps/M/items?id=player7", r#"{"value":1,"ttl":"60s"}"#),
        step("GET", "/cloud/v2/universes/1/memory-store/sorted-maps/M/items?maxPageSize=100", ""),
    ], |example, answers| {
        let expected = example["vector"]["ascending"].as_array().map(|items| items.iter().filter_map(|item| item["key"].as_str()).collect());
        same("order", expected, Some(ids(answers, "items", "id")))
    })),
    ("engine.batch_get", Plan::Explained("a call of the engine: Open Cloud has no request for it")),
    ("engine.rtbf.templates", Plan::Explained("a service that configures experiences, which the emulator does not stand in for")),
    ("obs.v2.ds.list_stores", replay(&[
        step("POST", "/cloud/v2/universes/5097539509/data-stores/Bans/entries?id=k", r#"{"value":1}"#),
        step("GET", "/cloud/v2/universes/5097539509/data-stores", ""),
    ])),
    ("obs.v2.ds.snapshot", checked(&[
        step("POST", "/cloud/v2/universes/1/data-stores:snapshot", "{}"),
        step("POST", "/cloud/v2/universes/1/data-stores:snapshot", "{}"),
    ], |example, answers| {
        same("second", example["response"]["body"]["newSnapshotTaken"].as_bool(), answers[1].body["newSnapshotTaken"].as_bool())
    })),
    ("obs.v2.ds.create", checked(&[
        step("POST", "/cloud/v2/universes/5097539509/data-stores/InventoryStore/entries?id=users%3A45348281", r#"{"value":{"Iron":50},"users":["users/45348281"],"attributes":{}}"#),
    ], path_as_written)),
    ("obs.v2.ds.delete", replay(&[
        step("POST", "/cloud/v2/universes/1/data-stores/S/entries?id=k", r#"{"value":1}"#),
        step("DELETE", "/cloud/v2/universes/1/data-stores/S/entries/k", ""),
    ])),
    ("obs.v2.ds.increment", checked(&[
        step("POST", "/cloud/v2/universes/5097539509/data-stores/Deaths/entries/users%3A45348281:increment", r#"{"amount":4}"#),
        step("POST", "/cloud/v2/universes/5097539509/data-stores/Deaths/entries/users%3A45348281:increment", r#"{"amount":5,"users":["users/45348281"],"attributes":{}}"#),
    ], |example, answers| {
        path_as_written(example, answers)?;
        same("value", example["response"]["body"]["value"].as_f64(), answers[1].body["value"].as_f64())
    })),
    ("obs.v2.ds.listRevisions", Plan::Replay { switches: "last-page=one-more", steps: &[
        step("POST", "/cloud/v2/universes/5097539509/data-stores/Deaths/entries/users%3A45348281:increment", r#"{"amount":4}"#),
        step("GET", "/cloud/v2/universes/5097539509/data-stores/Deaths/entries/users%3A45348281:listRevisions", ""),
    ], check: |_, answers| {
        let (id, revision) = (&answers[1].body["dataStoreEntries"][0]["id"], answers[0].body["revisionId"].as_str());
        same("id", revision.map(|revision| format!("users:45348281@{revision}")).as_deref(), id.as_str())
    } }),
    ("obs.v2.ods.create", checked(&[
        step("POST", "/cloud/v2/universes/5097539509/ordered-data-stores/PointsStore/scopes/global/entries?id=45348281", r#"{"value":15}"#),
    ], path_as_written)),
    ("obs.v2.ods.get", checked(&[
        step("POST", "/cloud/v2/universes/5097539509/ordered-data-stores/PointsStore/scopes/global/entries?id=45348281", r#"{"value":78}"#),
        step("GET", "/cloud/v2/universes/5097539509/ordered-data-stores/PointsStore/scopes/global/entries/45348281", ""),
    ], path_as_written)),
    ("obs.v2.ods.update", checked(&[
        step("PATCH", "/cloud/v2/universes/5097539509/ordered-data-stores/PointsStore/scopes/global/entries/45348281?allowMissing=true", r#"{"value":45}"#),
    ], path_as_written)),
    ("obs.v2.ods.increment", checked(&[
        step("POST", "/cloud/v2/universes/5097539509/ordered-data-stores/PointsStore/scopes/global/entries/45348281:increment", r#"{"amount":42}"#),
    ], path_as_written)),
    ("obs.v2.ms.sorted_map.list", replay(&[
        step("POST", "/cloud/v2/universes/5243626809/memory-store/sorted-maps/MySortedMap/items?id=Testing123", r#"{"value":{"isReal":true},"ttl":"60s","numericSortKey":1}"#),
        step("POST", "/cloud/v2/universes/5243626809/memory-store/sorted-maps/MySortedMap/items?id=Testing124", r#"{"value":{"isReal":true},"ttl":"60s","numericSortKey":2}"#),
        step("GET", "/cloud/v2/universes/5243626809/memory-store/sorted-maps/MySortedMap/items?maxPageSize=1", ""),
    ])),
    ("obs.v2.ms.sorted_map.create", replay(&[
        step("POST", "/cloud/v2/universes/5243626809/memory-store/sorted-maps/MySortedMap/items?id=Testing123", r#"{"value":{"isReal":true},"ttl":"60s","numericSortKey":1}"#),
    ])),
    ("obs.v2.ms.queue.add", replay(&[
        step("POST", "/cloud/v2/universes/5243626809/memory-store/queues/MyQueue/items", r#"{"data":{"name":"MyItem","value":"fooBar"},"priority":0,"ttl":"60s"}"#),
    ])),
    ("obs.v2.ms.queue.read.2024", switched("queue=2024", &[
        step("POST", "/cloud/v2/universes/1/memory-store/queues/MyQueue/items", r#"{"data":{"name":"Testing123","value":{"isReal":true}},"ttl":"60s"}"#),
        step("GET", "/cloud/v2/universes/1/memory-store/queues/MyQueue/items:read?count=2", ""),
    ])),
    ("obs.v2.ur.get", checked(&[BANNED, step("GET", "/cloud/v2/universes/5795192361/places/18210254887/user-restrictions/6193495014", "")], path_as_written)),
    ("obs.v2.ur.update", checked(&[BANNED], path_as_written)),
    ("obs.v1.ds.set_entry", replay(&[
        set("/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=S&entryKey=k"),
    ])),
    ("obs.v1.ds.list_versions", replay(&[
        set("/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=S&entryKey=k"),
        step("GET", "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry/versions?datastoreName=S&entryKey=k", ""),
    ])),
    ("obs.v2.ms.sorted_map.create.2026", checked(&[
        step("POST", "/cloud/v2/universes/123/memory-store/sorted-maps/test-map/items?id=name%3A%3Aid", r#"{"value":{"hello":"world"},"ttl":"60s"}"#),
    ], path_as_written)),
    ("obs.v2.ms.sorted_map.get.2026", checked(&[
        step("POST", "/cloud/v2/universes/123/memory-store/sorted-maps/test-map/items?id=name%3A%3Aid", r#"{"value":{"hello":"world"},"ttl":"60s"}"#),
        step("GET", "/cloud/v2/universes/123/memory-store/sorted-maps/test-map/items/name%3A%3Aid", ""),
    ], path_as_written)),
    ("obs.v2.ms.queue.read.2026", replay(&[
        step("POST", "/cloud/v2/universes/1/memory-store/queues/q/items", r#"{"data":1,"ttl":"60s"}"#),
        step("GET", "/cloud/v2/universes/1/memory-store/queues/q/items:read?count=10&invisibilityWindow=3s", ""),
        step("POST", "/cloud/v2/universes/1/memory-store/queues/q/items:discard", r#"{"readId":"$id"}"#),
        step("POST", "/cloud/v2/universes/1/memory-store/queues/q/items", r#"{"data":2,"ttl":"60s"}"#),
        step("GET", "/cloud/v2/universes/1/memory-store/queues/q/items:read?count=10&invisibilityWindow=3s", ""),
    ])),
    ("obs.v1.ds.precondition_failed", checked(&[
        set("/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=S&entryKey=K&scope=global"),
        answered(412, "POST", "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=S&scope=global&entryKey=K&matchVersion=08DBB6A47FDE6132.000000000E.08DBB780C616DF0C.01", "2"),
    ], |_, answers| {
        same("value", Some(1), answers[1].body["coins"].as_u64())?;
        same("version", answers[0].body["version"].as_str(), header(answers, "roblox-entry-version"))
    })),
    ("obs.v1.ods.create_exists", checked(&[
        step("POST", "/ordered-data-stores/v1/universes/1/orderedDataStores/S/scopes/global/entries?id=k", r#"{"value":1}"#),
        answered(400, "POST", "/ordered-data-stores/v1/universes/1/orderedDataStores/S/scopes/global/entries?id=k", r#"{"value":1}"#),
    ], message_as_written)),
    ("obs.v2.ms.create_exists", replay(&[
        step("POST", "/cloud/v2/universes/1/memory-store/sorted-maps/M/items?id=k", r#"{"value":1,"ttl":"60s"}"#),
        answered(409, "POST", "/cloud/v2/universes/1/memory-store/sorted-maps/M/items?id=k", r#"{"value":1,"ttl":"60s"}"#),
    ])),
    ("obs.v1.err.store_not_found", checked(&[
        answered(404, "GET", "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=None&entryKey=k", ""),
    ], message_as_written)),
    ("obs.v1.err.entry_not_found", checked(&[
        set("/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=S&entryKey=k"),
        answered(404, "GET", "/datastores/v1/universes/1/standard-datastores/datastore/entries/entry?datastoreName=S&entryKey=none", ""),
    ], message_as_written)),
    ("obs.hdr.429.multi_window", Plan::Replay { switches: "rate-headers=lists faults:throttled=1", steps: &[
        answered(429, "GET", "/cloud/v2/universes/1/data-stores/S/entries/k", ""),
    ], check: |_, answers| same("list", Some(true), header(answers, "x-ratelimit-reset").map(|reset| reset.contains(','))) }),
];

const BANNED: Step = step(
    "PATCH",
    "/cloud/v2/universes/5795192361/places/18210254887/user-restrictions/6193495014",
    r#"{"gameJoinRestriction":{"active":true,"duration":"31540000s","privateReason":"p","displayReason":"d","excludeAltAccounts":false}}"#,
);

const BARE_WORD: &[Step] = &[answered(
    400,
    "POST",
    "/datastores/v1/universes/3310576216/standard-datastores/datastore/entries/entry?datastoreName=Coins&entryKey=269323",
    "value",
)
.with(&[("content-md5", "IGPBYI1uC6+AJJxC4r5YBA==")])];

fn not_json(_: &Value, answers: &[Answer]) -> Result<(), String> {
    let code = answers[0].body["errorDetails"][0]["datastoreErrorCode"].as_str();
    same("code", Some("ContentNotJson"), code)
}

/// The paths of two answers, seen and given, are the same: they name the same thing.
fn path_as_written(example: &Value, answers: &[Answer]) -> Result<(), String> {
    same(
        "path",
        example["response"]["body"]["path"].as_str(),
        answers.last().and_then(|answer| answer.body["path"].as_str()),
    )
}

fn message_as_written(example: &Value, answers: &[Answer]) -> Result<(), String> {
    let message = answers.last().and_then(|answer| answer.body["message"].as_str());
    same("message", example["response"]["body"]["message"].as_str(), message)
}

/// One field of each item of the last answer's list.
fn ids<'a>(answers: &'a [Answer], list: &str, field: &str) -> Vec<&'a str> {
    let items = answers.last().and_then(|answer| answer.body[list].as_array());
    items.into_iter().flatten().filter_map(|item| item[field].as_str()).collect()
}

fn header<'a>(answers: &'a [Answer], name: &str) -> Option<&'a str> {
    answers.last()?.headers.get(name).map(String::as_str)
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, expected: Option<T>, got: Option<T>) -> Result<(), String> {
    if expected == got { Ok(()) } else { Err(format!("{what}: {expected:?} was expected, and it is {got:?}")) }
}
