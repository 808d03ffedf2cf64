//! Bans in one process.

use crate::backend::{Ban, Moderation, ModerationCapabilities, Refused, StoreError};
use crate::sync::{Mutex, lock};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::time::Instant;

/// Bans in one process, with the platform's limits. Clones are the same bans.
#[derive(Clone, Debug, Default)]
pub struct Bans {
    bans: Arc<Mutex<BTreeMap<u64, (Instant, Ban)>>>,
}

impl Bans {
    /// Nobody is banned.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Moderation for Bans {
    fn capabilities(&self) -> ModerationCapabilities {
        ModerationCapabilities { max_display_chars: 400, max_private_chars: 1_000 }
    }

    async fn ban(&self, user: u64, ban: &Ban) -> Result<(), StoreError> {
        let ModerationCapabilities { max_display_chars, max_private_chars } = self.capabilities();
        for (what, text, limit) in [
            ("characters that the user reads", &ban.display_reason, max_display_chars),
            ("characters that moderators read", &ban.private_reason, max_private_chars),
        ] {
            if text.chars().nth(limit).is_some() {
                return Err(Refused::TooMany { what, limit }.into());
            }
        }
        lock(&self.bans).insert(user, (Instant::now(), ban.clone()));
        Ok(())
    }

    async fn unban(&self, user: u64) -> Result<(), StoreError> {
        lock(&self.bans).remove(&user);
        Ok(())
    }

    async fn banned(&self, user: u64) -> Result<Option<Ban>, StoreError> {
        let bans = lock(&self.bans);
        let ban = bans.get(&user).filter(|(since, ban)| ban.lasts.is_none_or(|lasts| since.elapsed() < lasts));
        Ok(ban.map(|(_, ban)| ban.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::Bans;
    use crate::backend::{Ban, Moderation};
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn a_ban_ends_when_it_says() {
        let bans = Bans::new();
        let ban = Ban { lasts: Some(Duration::from_secs(60)), ..Ban::default() };
        bans.ban(7, &ban).await.unwrap();
        tokio::time::sleep(Duration::from_secs(59)).await;
        assert_eq!(bans.banned(7).await, Ok(Some(ban)));
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(bans.banned(7).await, Ok(None));
        let long = Ban { display_reason: "x".repeat(401), ..Ban::default() };
        assert!(bans.ban(7, &long).await.is_err());
        bans.ban(7, &Ban::default()).await.unwrap();
        bans.unban(7).await.unwrap();
        assert_eq!(bans.banned(7).await, Ok(None));
    }
}
