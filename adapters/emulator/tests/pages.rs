//! Pages that are short or empty and have a token all the same: every list is read to its end, and nothing is missing.

mod common;

use common::Cloud;
use keyholder_emulator::Settings;
use keyholder_emulator::settings::Drift;
use serde_json::{Value, json};

/// A list: how its requests begin, how they name a token, and what its answers call the items and the next token.
struct List {
    request: &'static str,
    token: &'static str,
    items: &'static str,
    next: &'static str,
}

const LISTS: [List; 8] = [
    List {
        request: "/cloud/v2/universes/1/data-stores?maxPageSize=4",
        token: "pageToken",
        items: "dataStores",
        next: "nextPageToken",
    },
    List {
        request: "/cloud/v2/universes/1/data-stores/S0/entries?maxPageSize=4",
        token: "pageToken",
        items: "dataStoreEntries",
        next: "nextPageToken",
    },
    List {
        request: "/cloud/v2/universes/1/data-stores/S0/scopes/-/entries?maxPageSize=1",
        token: "pageToken",
        items: "dataStoreEntries",
        next: "nextPageToken",
    },
    List {
        request: "/datastores/v1/universes/1/standard-datastores?limit=4",
        token: "cursor",
        items: "datastores",
        next: "nextPageCursor",
    },
    List {
        request: "/datastores/v1/universes/1/standard-datastores/datastore/entries?datastoreName=S0&limit=4",
        token: "cursor",
        items: "keys",
        next: "nextPageCursor",
    },
    List {
        request: "/cloud/v2/universes/1/ordered-data-stores/P/scopes/global/entries?maxPageSize=4",
        token: "pageToken",
        items: "orderedDataStoreEntries",
        next: "nextPageToken",
    },
    List {
        request: "/cloud/v2/universes/1/memory-store/sorted-maps/m/items?maxPageSize=4",
        token: "pageToken",
        items: "items",
        next: "nextPageToken",
    },
    List {
        request: "/cloud/v2/universes/1/user-restrictions?maxPageSize=4",
        token: "pageToken",
        items: "userRestrictions",
        next: "nextPageToken",
    },
];

/// Seven of everything.
async fn filled(drift: &str) -> Cloud {
    let drift = Drift::parse(drift).unwrap();
    let cloud = Cloud::with(Settings { drift, limits: false, ..Settings::default() });
    for n in 0..7 {
        let one = json!({"value": 1});
        cloud.call("POST", &format!("/cloud/v2/universes/1/data-stores/S{n}/entries?id=k"), &one).await.ok();
        if n > 0 {
            cloud.call("POST", &format!("/cloud/v2/universes/1/data-stores/S0/entries?id=k{n}"), &one).await.ok();
        }
        let ordered = "/cloud/v2/universes/1/ordered-data-stores/P/scopes/global/entries";
        cloud.call("POST", &format!("{ordered}?id=k{n}"), &one).await.ok();
        cloud.call("POST", &format!("/cloud/v2/universes/1/memory-store/sorted-maps/m/items?id=k{n}"), &one).await.ok();
        let ban = json!({"gameJoinRestriction": {"active": true}});
        cloud.call("PATCH", &format!("/cloud/v2/universes/1/user-restrictions/{}", n + 1), ban).await.ok();
    }
    cloud
}

/// The pages of a list, each with its items as text.
async fn pages(cloud: &Cloud, list: &List) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut token = String::new();
    loop {
        let page = cloud.get(&format!("{}{token}", list.request)).await.ok();
        let items = page[list.items].as_array().unwrap();
        pages.push(items.iter().map(Value::to_string).collect());
        assert!(pages.len() < 50, "no end: {}", list.request);
        match page[list.next].as_str().filter(|next| !next.is_empty()) {
            Some(next) => token = format!("&{}={next}", list.token),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn short_and_empty_pages_have_all_there_is() {
    for last in ["omitted", "empty", "one-more"] {
        let full = filled("pages=full").await;
        let short = filled(&format!("pages=short,last-page={last}")).await;
        for list in &LISTS {
            let wanted = pages(&full, list).await.concat();
            let given = pages(&short, list).await;
            assert_eq!(wanted.len(), 7, "{}", list.request);
            assert_eq!(given.concat(), wanted, "{}", list.request);
            let (empty, most) = (given.iter().filter(|page| page.is_empty()).count(), given.iter().map(Vec::len).max());
            assert!(empty >= 3 && most <= Some(2), "{}: {given:?}", list.request);
        }
    }
}
