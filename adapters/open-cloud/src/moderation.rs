//! Bans from an experience. Documentation: Cloud v2 reference, User Restriction.

use crate::answer::Asked;
use crate::client::{Call, Client};
use crate::limits::Kind;
use crate::names::query;
use jiff::{SignedDuration, Timestamp};
use keyholder_tokio::backend::{Ban, Moderation, ModerationCapabilities, NotApplied, Refused, StoreError};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use std::time::Duration;

const DISPLAY_MAX_CHARS: usize = 400;

const PRIVATE_MAX_CHARS: usize = 1_000;

/// The shortest ban; further ones are whole seconds.
const MIN: Duration = Duration::from_secs(1);

/// The longest ban that ends: 10 000 years.
const MAX: Duration = Duration::from_secs(315_576_000_000);

/// Bans from all places of an experience. The platform takes two changes a minute for each user. Clones are the same bans.
#[derive(Clone, Debug)]
pub struct Bans {
    client: Client,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    game_join_restriction: Given<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Given<'a> {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<String>,
    private_reason: &'a str,
    display_reason: &'a str,
    exclude_alt_accounts: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answered {
    game_join_restriction: Option<Restriction>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Restriction {
    active: Option<bool>,
    start_time: Option<String>,
    duration: Option<String>,
    private_reason: Option<String>,
    display_reason: Option<String>,
}

impl Bans {
    /// Bans on this connection.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    fn target(&self, user: u64) -> String {
        format!("/cloud/v2/universes/{}/user-restrictions/{user}", self.client.universe())
    }

    /// The whole restriction is replaced. The key makes the platform carry out once what somebody on the way sends twice.
    async fn set(&self, user: u64, given: Given<'_>) -> Result<(), StoreError> {
        let body = serde_json::to_vec(&Body { game_join_restriction: given });
        let body = body.map_err(|_| Refused::Invalid { status: 0 })?;
        let mut key = [0; 16];
        getrandom::fill(&mut key).map_err(|_| NotApplied::Unavailable)?;
        let key = format!("{:032x}", u128::from_ne_bytes(key));
        let parameters = [
            ("updateMask", "gameJoinRestriction"),
            ("idempotencyKey.key", &key),
            ("idempotencyKey.firstSent", &Timestamp::now().to_string()),
        ];
        let target = format!("{}{}", self.target(user), query(&parameters));
        let call = Call::new(Kind::Restriction, Method::PATCH, target).with(body);
        self.client.change(Asked::Put, call).await.map(drop)
    }
}

impl Moderation for Bans {
    fn capabilities(&self) -> ModerationCapabilities {
        ModerationCapabilities { max_display_chars: DISPLAY_MAX_CHARS, max_private_chars: PRIVATE_MAX_CHARS }
    }

    /// A ban that ends lasts whole seconds, rounded up.
    async fn ban(&self, user: u64, ban: &Ban) -> Result<(), StoreError> {
        for (what, text, limit) in [
            ("characters that the user reads", &ban.display_reason, DISPLAY_MAX_CHARS),
            ("characters that moderators read", &ban.private_reason, PRIVATE_MAX_CHARS),
        ] {
            if text.chars().nth(limit).is_some() {
                return Err(Refused::TooMany { what, limit }.into());
            }
        }
        if ban.lasts.is_some_and(|lasts| lasts.is_zero() || lasts > MAX) {
            return Err(Refused::Ttl { min: MIN, max: MAX }.into());
        }
        let seconds = |lasts: Duration| lasts.as_secs().saturating_add(u64::from(lasts.subsec_nanos() > 0));
        let given = Given {
            active: true,
            duration: ban.lasts.map(|lasts| format!("{}s", seconds(lasts))),
            private_reason: &ban.private_reason,
            display_reason: &ban.display_reason,
            exclude_alt_accounts: false,
        };
        self.set(user, given).await
    }

    async fn unban(&self, user: u64) -> Result<(), StoreError> {
        let none = Given {
            active: false,
            duration: None,
            private_reason: "",
            display_reason: "",
            exclude_alt_accounts: false,
        };
        self.set(user, none).await
    }

    /// Whether a ban that has ended is still shown as active is not established: its time is looked at here.
    async fn banned(&self, user: u64) -> Result<Option<Ban>, StoreError> {
        let call = Call::get(Kind::Restriction, self.target(user));
        let Some(reply) = self.client.read(call).await? else { return Ok(None) };
        let answered: Answered = serde_json::from_slice(&reply.body).map_err(|_| NotApplied::Unavailable)?;
        let restriction = answered.game_join_restriction.unwrap_or_default();
        if restriction.active != Some(true) {
            return Ok(None);
        }
        let lasts = restriction.duration.as_deref().map(seconds).transpose()?;
        let started = restriction.start_time.and_then(|start| start.parse::<Timestamp>().ok());
        if let (Some(lasts), Some(started)) = (lasts, started) {
            let ends = SignedDuration::try_from(lasts).ok().and_then(|lasts| started.checked_add(lasts).ok());
            if ends.is_some_and(|ends| ends <= Timestamp::now()) {
                return Ok(None);
            }
        }
        let (display_reason, private_reason) = (restriction.display_reason, restriction.private_reason);
        Ok(Some(Ban {
            lasts,
            display_reason: display_reason.unwrap_or_default(),
            private_reason: private_reason.unwrap_or_default(),
        }))
    }
}

/// A duration as `3s` or `1.5s`.
fn seconds(text: &str) -> Result<Duration, StoreError> {
    let number = text.strip_suffix('s').and_then(|seconds| seconds.parse().ok());
    number.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).ok_or(StoreError::UNAVAILABLE)
}
