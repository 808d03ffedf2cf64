//! Keys, scopes, budgets, and what is seen of requests.

mod common;

use common::Cloud;
use keyholder_emulator::Settings;
use keyholder_emulator::settings::{ApiKey, Drift, GameLoad};
use serde_json::json;

const E: &str = "/cloud/v2/universes/1/data-stores/Coins/entries";

#[tokio::test]
async fn a_key_is_needed_and_the_gateway_says_so() {
    let cloud = Cloud::default();
    for headers in [&[][..], &[("x-api-key", "wrong")]] {
        for path in [E, "/datastores/v1/universes/1/standard-datastores"] {
            let answer = cloud.send("GET", path, headers, "").await;
            assert_eq!(answer.status, 401);
            assert_eq!(answer.json(), json!({"errors": [{"code": 0, "message": "Invalid API Key"}]}));
        }
    }
}

#[tokio::test]
async fn a_scope_is_needed_for_each_kind_of_request() {
    let read = ApiKey::with("reads", &["universe-datastores.objects:read"]);
    let creates = ApiKey::with("creates", &["universe-datastores.objects:create"]);
    let keys = vec![ApiKey::with_all("local"), read, creates];
    let mut cloud = Cloud::with(Settings { keys, ..Settings::default() });
    cloud.key = "creates";
    let new = cloud.call("POST", &format!("{E}?id=k"), json!({"value": 1})).await;
    assert_eq!((new.status, new.json()["code"].as_str()), (403, Some("INSUFFICIENT_SCOPE")), "the store would be new");
    cloud.key = "local";
    cloud.call("POST", &format!("{E}?id=k"), json!({"value": 1})).await.ok();
    cloud.key = "creates";
    cloud.call("POST", &format!("{E}?id=l"), json!({"value": 1})).await.ok();
    assert_eq!(cloud.get(&format!("{E}/k")).await.status, 403);
    cloud.key = "reads";
    assert_eq!(cloud.get(&format!("{E}/k")).await.status, 200);
    assert_eq!(cloud.call("PATCH", &format!("{E}/k"), json!({"value": 2})).await.status, 403);
    let v1 = "/datastores/v1/universes/1/standard-datastores";
    let answer = cloud.get(v1).await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.json()["errorDetails"][0]["datastoreErrorCode"], "InsufficientScope");
}

#[tokio::test]
async fn other_universes_and_paths_are_not_there() {
    let cloud = Cloud::default();
    for path in
        ["/cloud/v2/universes/2/data-stores", "/cloud/v2/universes/x/data-stores", "/cloud/v2/nothing", "/nothing"]
    {
        assert_eq!(cloud.get(path).await.status, 404, "{path}");
    }
    assert_eq!(cloud.call("PUT", &format!("{E}/k"), "").await.status, 404);
}

#[tokio::test]
async fn a_budget_is_used_up_and_fills_again() {
    let cloud = Cloud::with(Settings { ccu: 1, ..Settings::default() });
    cloud.call("POST", &format!("{E}?id=k"), json!({"value": 1})).await.ok();
    for n in 0..340 {
        let answer = cloud.get(&format!("{E}/k")).await;
        assert_eq!(answer.status, 200, "{n}");
        assert_eq!(answer.header("x-ratelimit-remaining"), (339 - n).to_string());
    }
    let refused = cloud.get(&format!("{E}/k")).await;
    assert_eq!((refused.status, refused.json()["code"].as_str()), (429, Some("RESOURCE_EXHAUSTED")));
    assert_eq!(refused.header("x-ratelimit-limit"), "340, 340;w=60");
    assert_eq!((refused.header("x-ratelimit-remaining"), refused.header("retry-after")), ("0", "1"));
    assert_eq!(cloud.get(E).await.status, 200, "lists have a budget of their own");
    let expected = [("standard-list", 301, 302), ("standard-read", 0, 340), ("standard-write", 319, 320)];
    assert_eq!(cloud.emulator.budgets(1), expected);
    cloud.later(3);
    for _ in 0..17 {
        assert_eq!(cloud.get(&format!("{E}/k")).await.status, 200);
    }
    assert_eq!(cloud.get(&format!("{E}/k")).await.status, 429);
}

#[tokio::test]
async fn game_servers_leave_a_part_of_the_budgets() {
    let game_load = GameLoad::parse("0.5,standard-list=1").unwrap();
    let cloud = Cloud::with(Settings { ccu: 1, game_load, ..Settings::default() });
    cloud.call("POST", &format!("{E}?id=k"), json!({"value": 1})).await.ok();
    for n in 0..170 {
        let answer = cloud.get(&format!("{E}/k")).await;
        assert_eq!((answer.status, answer.header("x-ratelimit-remaining")), (200, (169 - n).to_string().as_str()));
        assert_eq!(answer.header("x-ratelimit-limit"), "340, 340;w=60");
    }
    let refused = cloud.get(&format!("{E}/k")).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "1"));
    cloud.later(6);
    for status in [200; 17].into_iter().chain([429]) {
        assert_eq!(cloud.get(&format!("{E}/k")).await.status, status, "a tenth of the half comes back in 6 s");
    }
    let none = cloud.get(E).await;
    assert_eq!((none.status, none.header("retry-after")), (429, "60"), "game servers take it all");
    let v1 = cloud.get("/datastores/v1/universes/1/standard-datastores").await;
    assert_eq!((v1.status, v1.header("x-ratelimit-remaining")), (200, "299"), "the first API shares nothing");
}

#[tokio::test]
async fn a_refusal_has_the_headers_of_the_switch() {
    for (switch, after, remaining) in [
        ("rate-headers=single", Some("1"), Some("0")),
        ("rate-headers=absent", None, None),
        ("rate-headers=lists", Some("1"), Some("300, 0")),
        ("rate-headers=misleading", Some("0"), Some("0")),
        ("rate-headers=left", None, Some("86")),
    ] {
        let cloud = Cloud::with(Settings { drift: Drift::parse(switch).unwrap(), ..Settings::default() });
        let mut refused = cloud.get(E).await;
        for _ in 0..300 {
            refused = cloud.get(E).await;
        }
        assert_eq!(refused.status, 429);
        let header = |name: &str| refused.headers.get(name).map(|value| value.to_str().unwrap());
        assert_eq!((header("retry-after"), header("x-ratelimit-remaining")), (after, remaining), "{switch}");
    }
}

#[tokio::test]
async fn one_key_takes_four_megabytes_in_a_minute() {
    let cloud = Cloud::default();
    let value = "x".repeat(4_194_302);
    let large = format!("{{\"value\":\"{value}\",\"users\":[\"users/7\"],\"attributes\":{{\"a\":\"b\"}}}}");
    let path = format!("{E}/k?allowMissing=true");
    assert_eq!(cloud.call("PATCH", &path, &large).await.status, 200);
    let refused = cloud.call("PATCH", &path, json!({"value": 1})).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "60"));
    assert_eq!(cloud.call("PATCH", &format!("{E}/l?allowMissing=true"), json!({"value": 1})).await.status, 200);
    for n in 0..6 {
        assert_eq!(cloud.get(&format!("{E}/k")).await.status, 200, "{n}");
    }
    assert_eq!(cloud.get(&format!("{E}/k")).await.status, 429, "25 MB are read in a minute, and no more");
    cloud.later(60);
    assert_eq!(cloud.call("PATCH", &path, json!({"value": 1})).await.status, 200);
}

#[tokio::test]
async fn the_first_api_has_limits_of_its_own() {
    let cloud = Cloud::with(Settings { ccu: 1000, ..Settings::default() });
    let v1 = "/datastores/v1/universes/1/standard-datastores";
    for _ in 0..300 {
        assert_eq!(cloud.get(v1).await.status, 200);
    }
    let refused = cloud.get(v1).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.json()["errorDetails"][0]["datastoreErrorCode"], "TooManyRequests");
    assert_eq!(cloud.get("/cloud/v2/universes/1/data-stores").await.status, 200);
}

#[tokio::test]
async fn requests_are_counted_by_kind_and_the_last_are_kept() {
    let cloud = Cloud::default();
    cloud.call("POST", &format!("{E}?id=k"), json!({"value": 1})).await.ok();
    for _ in 0..2 {
        cloud.get(&format!("{E}/k")).await.ok();
    }
    cloud.get("/nothing").await;
    let counts = cloud.emulator.counts();
    assert_eq!((counts["DataStores.CreateEntry"], counts["DataStores.GetEntry"], counts["-"]), (1, 2, 1));
    let recent = cloud.emulator.recent();
    assert_eq!((recent.len(), recent[0].name, recent[0].status), (4, "-", 404));
    assert_eq!((recent[1].path.as_str(), recent[1].budget), (format!("{E}/k").as_str(), Some("standard-read")));
    for n in 0..300 {
        cloud.get(&format!("/{n}/{}", "x".repeat(1000))).await;
    }
    let recent = cloud.emulator.recent();
    assert_eq!(recent.len(), 256);
    assert!(recent.iter().all(|seen| seen.path.len() <= 512));
}
