//! What the owner sets of an experience itself. Documentation: Cloud API v2, Universes, Update Universe.

use serde_json::{Map, Value};

use crate::data::{Keeper, Of};
use crate::error::ApiError;

/// Which platforms it runs on, and whether its users may talk.
const SWITCHES: [&str; 6] =
    ["voiceChatEnabled", "desktopEnabled", "mobileEnabled", "tabletEnabled", "consoleEnabled", "vrEnabled"];

/// Each a title and an address.
const LINKS: [&str; 7] = [
    "facebookSocialLink",
    "twitterSocialLink",
    "youtubeSocialLink",
    "twitchSocialLink",
    "discordSocialLink",
    "robloxGroupSocialLink",
    "guildedSocialLink",
];

/// In Robux, a whole number of 32 bits. Without one there are no private servers.
const PRICE: &str = "privateServerPriceRobux";

/// The longest title or address of a link, in characters. Not established; something has to bound it.
const MAX_LINK_CHARS: usize = 2_048;

/// What was set, by the names of the wire.
#[derive(Debug, Default)]
pub(crate) struct About {
    fields: Map<String, Value>,
    keeper: Keeper,
}

impl About {
    /// What was set so far.
    pub(crate) fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }

    /// Sets what `sent` has of the fields named; what is named and was not sent, or is `null`, is cleared. Without names all that
    /// was sent is set, and nothing is cleared. Nothing is set if anything is refused.
    pub(crate) fn update(&mut self, mut sent: Map<String, Value>, named: Option<&[&str]>) -> Result<(), ApiError> {
        let mut fields = self.fields.clone();
        let all: Vec<String> = match named {
            Some(names) => names.iter().map(ToString::to_string).collect(),
            // What cannot be set is passed over, as it is in a resource that was read before; and what can be cleared, can by
            // its name alone.
            None => {
                let set = sent.iter().filter(|(name, value)| !value.is_null() && takes(name, value).is_some());
                set.map(|(name, _)| name.clone()).collect()
            }
        };
        for name in all {
            let value = sent.remove(&name).unwrap_or(Value::Null);
            match takes(&name, &value) {
                Some(true) if value.is_null() => drop(fields.remove(&name)),
                Some(true) => drop(fields.insert(name, value)),
                Some(false) => return Err(ApiError::invalid_argument(format!("`{name}` has another type."))),
                None => return Err(ApiError::invalid_argument("`updateMask` names a field that cannot be set.")),
            }
        }
        self.fields = fields;
        self.keeper.put(|| Of::About, &self.fields);
        Ok(())
    }

    pub(crate) fn keep_with(&mut self, keeper: Keeper) {
        self.keeper = keeper;
    }

    /// Takes the row back in.
    pub(crate) fn restore(&mut self, row: &[u8]) -> Option<()> {
        self.fields = serde_json::from_slice(row).ok()?;
        Some(())
    }
}

/// Whether a field can have this value; `None` if there is no such field that can be set.
fn takes(name: &str, value: &Value) -> Option<bool> {
    let fits = if SWITCHES.contains(&name) {
        value.is_boolean()
    } else if name == PRICE {
        value.as_i64().is_some_and(|price| i32::try_from(price).is_ok_and(|price| price >= 0))
    } else if LINKS.contains(&name) {
        let text = |text: &Value| text.as_str().is_some_and(|text| text.chars().nth(MAX_LINK_CHARS).is_none());
        let part = |(name, value): (&String, &Value)| ["title", "uri"].contains(&name.as_str()) && text(value);
        value.as_object().is_some_and(|link| link.iter().all(part))
    } else {
        return None;
    };
    Some(fits || value.is_null())
}
