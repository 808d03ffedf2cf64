//! Bans.

use super::{Cloud, exhausted, invalid};
use keyholder_emulator::Settings;
use serde_json::{Value, json};

const ALL: &str = "/cloud/v2/universes/1/user-restrictions";
const PLACE: &str = "/cloud/v2/universes/1/places/5/user-restrictions";

fn ban() -> Value {
    json!({"gameJoinRestriction": {"active": true, "duration": "3600s", "privateReason": "p", "displayReason": "d"}})
}

#[tokio::test]
async fn a_ban_is_seen_at_the_places_of_its_experience() {
    let cloud = Cloud::new(Settings::default());
    let path = format!("{ALL}/156?updateMask=game_join_restriction");
    let wanted = json!({
        "path": "universes/1/user-restrictions/156",
        "updateTime": "2026-01-01T00:00:00Z",
        "user": "users/156",
        "gameJoinRestriction": {
            "active": true,
            "startTime": "2026-01-01T00:00:00Z",
            "duration": "3600s",
            "privateReason": "p",
            "displayReason": "d",
            "excludeAltAccounts": false,
            "inherited": false,
        },
    });
    assert_eq!(cloud.done("PATCH", &path, ban()).await, wanted);
    assert_eq!(cloud.done("GET", &format!("{ALL}/156"), Value::Null).await, wanted);
    let there = cloud.done("GET", &format!("{PLACE}/156"), Value::Null).await;
    assert_eq!(there["path"], "universes/1/places/5/user-restrictions/156");
    assert_eq!(there["gameJoinRestriction"]["inherited"], true);
    cloud.pass(3_600);
    let over = cloud.done("GET", &format!("{PLACE}/156"), Value::Null).await;
    assert_eq!(over["gameJoinRestriction"]["active"], false);
    let never = cloud.done("GET", &format!("{ALL}/9"), Value::Null).await;
    assert_eq!(never["gameJoinRestriction"], json!({"active": false, "inherited": false}));
    assert_eq!(cloud.ask_as("none", "PATCH", &path, ban()).await.0, 403);
}

#[tokio::test]
async fn an_update_is_of_the_whole_and_repeated_once() {
    let cloud = Cloud::new(Settings::default());
    for wrong in ["updateMask=game_join_restriction.active", "updateMask=user", "updateMask=,"] {
        assert_eq!(cloud.refused("PATCH", &format!("{ALL}/1?{wrong}"), ban()).await, invalid(), "{wrong}");
    }
    for duration in ["0s", "1.5s", "PT1S", "-1s", "315576000001s"] {
        let body = json!({"gameJoinRestriction": {"active": true, "duration": duration}});
        assert_eq!(cloud.refused("PATCH", &format!("{ALL}/1"), body).await, invalid(), "{duration}");
    }
    for user in ["0", "x", "-1"] {
        assert_eq!(cloud.refused("PATCH", &format!("{ALL}/{user}"), ban()).await, invalid(), "{user}");
    }
    let repeated = format!(
        "{ALL}/1?updateMask=gameJoinRestriction&idempotencyKey.key=k&idempotencyKey.firstSent=2026-01-01T00:00:00Z"
    );
    let first = cloud.done("PATCH", &repeated, ban()).await;
    cloud.pass(5);
    for _ in 0..3 {
        assert_eq!(cloud.done("PATCH", &repeated, ban()).await, first);
    }
    let logs = cloud.done("GET", &format!("{ALL}:listLogs"), Value::Null).await;
    assert_eq!(logs["logs"].as_array().unwrap().len(), 1);
    assert_eq!(cloud.refused("PATCH", &repeated.replace("2026-01", "2025-12"), ban()).await, invalid());
    let cleared = cloud.done("PATCH", &format!("{ALL}/1?updateMask=gameJoinRestriction"), json!({})).await;
    assert_eq!(cleared["gameJoinRestriction"]["active"], false);
    assert_eq!(cloud.refused("PATCH", &format!("{ALL}/1"), ban()).await, exhausted(), "the third in a minute");
}

#[tokio::test]
async fn users_and_logs_are_listed_in_pages() {
    let cloud = Cloud::new(Settings::default());
    for user in [3, 1, 2] {
        cloud.done("PATCH", &format!("{ALL}/{user}"), ban()).await;
    }
    cloud.done("PATCH", &format!("{PLACE}/1"), ban()).await;
    let users = |page: &Value, list: &str| {
        let users = page[list].as_array().unwrap().iter();
        users.map(|user| user["user"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let first = cloud.done("GET", &format!("{ALL}?maxPageSize=2"), Value::Null).await;
    assert_eq!(users(&first, "userRestrictions"), ["users/1", "users/2"]);
    let next = format!("{ALL}?maxPageSize=2&pageToken={}", first["nextPageToken"].as_str().unwrap());
    assert_eq!(users(&cloud.done("GET", &next, Value::Null).await, "userRestrictions"), ["users/3"]);
    let logs = format!("{ALL}:listLogs");
    let all = cloud.done("GET", &logs, Value::Null).await;
    assert_eq!(users(&all, "logs"), ["users/1", "users/2", "users/1", "users/3"]);
    assert_eq!((&all["logs"][0]["place"], &all["logs"][1]["place"]), (&json!("places/5"), &json!("")));
    let some = format!("{logs}?filter=user+%3D%3D+%27users/1%27+%26%26+place+%3D%3D+%27places/5%27");
    assert_eq!(users(&cloud.done("GET", &some, Value::Null).await, "logs"), ["users/1"]);
    assert_eq!(cloud.refused("GET", &format!("{logs}?filter=user+!%3D+1"), Value::Null).await, invalid());
    assert_eq!(cloud.ask("GET", &format!("{PLACE}:listLogs"), Value::Null).await.0, 404);
}

#[tokio::test]
async fn an_experience_has_ten_updates_a_second() {
    let cloud = Cloud::new(Settings::default());
    for user in 1..=10 {
        cloud.done("PATCH", &format!("{ALL}/{user}"), ban()).await;
    }
    assert_eq!(cloud.refused("PATCH", &format!("{ALL}/11"), ban()).await, exhausted());
    cloud.pass(1);
    cloud.done("PATCH", &format!("{ALL}/11"), ban()).await;
}
