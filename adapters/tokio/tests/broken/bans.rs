//! Moderation services that break one promise each.

use keyholder_tokio::backend::{Ban, Moderation, ModerationCapabilities, StoreError};
use keyholder_tokio::memory::Bans;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

/// The promise that is broken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum BanLie {
    BansStrangers,
    LosesReasons,
    KeepsTheFirst,
    CountsBans,
    NeverUnbans,
    NeedsABan,
    ConfusesUsers,
    NeverEnds,
    EndsEarly,
    KnowsNoLimits,
}

/// A service with one lie in front of it.
pub(crate) struct BrokenBans {
    bans: Bans,
    lie: BanLie,
    /// How often each user was banned and not let in.
    count: Mutex<BTreeMap<u64, u32>>,
}

impl BrokenBans {
    pub(crate) fn new(lie: BanLie) -> Self {
        Self { bans: Bans::new(), lie, count: Mutex::default() }
    }

    fn user(&self, user: u64) -> u64 {
        if self.lie == BanLie::ConfusesUsers { 0 } else { user }
    }
}

impl Moderation for BrokenBans {
    fn capabilities(&self) -> ModerationCapabilities {
        let mut capabilities = self.bans.capabilities();
        if self.lie == BanLie::KnowsNoLimits {
            capabilities.max_private_chars /= 2;
        }
        capabilities
    }

    async fn ban(&self, user: u64, ban: &Ban) -> Result<(), StoreError> {
        *self.count.lock().unwrap().entry(user).or_default() += 1;
        let user = self.user(user);
        let ban = match self.lie {
            BanLie::LosesReasons => Ban { lasts: ban.lasts, ..Ban::default() },
            BanLie::NeverEnds => Ban { lasts: None, ..ban.clone() },
            BanLie::EndsEarly => Ban { lasts: ban.lasts.and(Some(Duration::from_millis(1))), ..ban.clone() },
            BanLie::KeepsTheFirst if self.bans.banned(user).await?.is_some() => return Ok(()),
            _ => ban.clone(),
        };
        self.bans.ban(user, &ban).await
    }

    async fn unban(&self, user: u64) -> Result<(), StoreError> {
        let left = {
            let mut count = self.count.lock().unwrap();
            let count = count.entry(user).or_default();
            if self.lie == BanLie::NeedsABan && *count == 0 {
                return Err(StoreError::UNAVAILABLE);
            }
            *count = count.saturating_sub(1);
            *count
        };
        match self.lie {
            BanLie::NeverUnbans => Ok(()),
            BanLie::CountsBans if left > 0 => Ok(()),
            _ => self.bans.unban(self.user(user)).await,
        }
    }

    async fn banned(&self, user: u64) -> Result<Option<Ban>, StoreError> {
        let ban = self.bans.banned(self.user(user)).await?;
        if self.lie == BanLie::BansStrangers { Ok(Some(ban.unwrap_or_default())) } else { Ok(ban) }
    }
}
