//! The experience itself.

use super::{Cloud, invalid};
use keyholder_emulator::Settings;
use serde_json::{Value, json};

const UNIVERSE: &str = "/cloud/v2/universes/1";

#[tokio::test]
async fn what_is_set_is_shown_and_can_be_cleared() {
    let cloud = Cloud::new(Settings::default());
    let first = cloud.done("GET", UNIVERSE, Value::Null).await;
    assert_eq!(first, json!({"path": "universes/1", "displayName": "A local experience"}));
    // A resource that was read is sent back: what cannot be set is passed over.
    let link = json!({"title": "t", "uri": "u"});
    let sent = json!({"path": "x", "displayName": "x", "voiceChatEnabled": true, "discordSocialLink": link});
    let set = cloud.done("PATCH", UNIVERSE, sent).await;
    assert_eq!((&set["displayName"], &set["voiceChatEnabled"]), (&first["displayName"], &json!(true)));
    let masked = format!("{UNIVERSE}?updateMask=privateServerPriceRobux,discord_social_link");
    cloud.done("PATCH", UNIVERSE, json!({"discordSocialLink": null})).await;
    let kept = cloud.done("GET", UNIVERSE, Value::Null).await;
    assert_eq!(kept["discordSocialLink"], json!({"title": "t", "uri": "u"}), "a name is needed to clear it");
    cloud.done("PATCH", &masked, json!({"privateServerPriceRobux": 0, "voiceChatEnabled": false})).await;
    let shown = cloud.done("GET", UNIVERSE, Value::Null).await;
    assert_eq!((&shown["privateServerPriceRobux"], &shown["voiceChatEnabled"]), (&json!(0), &json!(true)));
    assert_eq!(shown.get("discordSocialLink"), None, "named and not sent");
    assert_eq!(cloud.ask_as("none", "PATCH", UNIVERSE, json!({})).await.0, 403);
}

#[tokio::test]
async fn what_a_field_does_not_take_is_refused_as_a_whole() {
    let cloud = Cloud::new(Settings::default());
    for wrong in [
        json!({"vrEnabled": true, "desktopEnabled": "yes"}),
        json!({"vrEnabled": true, "privateServerPriceRobux": -1}),
        json!({"vrEnabled": true, "privateServerPriceRobux": 1.5}),
        json!({"vrEnabled": true, "privateServerPriceRobux": 1_u64 << 31}),
        json!({"vrEnabled": true, "twitterSocialLink": {"title": 1}}),
        json!({"vrEnabled": true, "twitterSocialLink": {"other": "x"}}),
        json!({"vrEnabled": true, "twitterSocialLink": {"uri": "x".repeat(2_049)}}),
    ] {
        assert_eq!(cloud.refused("PATCH", UNIVERSE, wrong).await, invalid());
    }
    for mask in ["rootPlace", "path", "voiceChatEnabled,", "twitchSocialLink.uri"] {
        let path = format!("{UNIVERSE}?updateMask={mask}");
        assert_eq!(cloud.refused("PATCH", &path, json!({})).await, invalid(), "{mask}");
    }
    assert_eq!(cloud.done("GET", UNIVERSE, Value::Null).await.get("vrEnabled"), None);
}
