//! Keeping somebody out.

use super::StoreError;
use std::future::Future;
use std::time::Duration;

/// Bans users from the game: the last step of an erasure.
pub trait Moderation: Send + Sync + 'static {
    /// What this service takes.
    fn capabilities(&self) -> ModerationCapabilities;

    /// Bans a user, replacing an earlier ban. The same ban twice is one ban.
    ///
    /// # Errors
    /// [`StoreError::NotApplied`] or [`StoreError::Unknown`].
    fn ban(&self, user: u64, ban: &Ban) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Lets a user in again. One who is not banned is no error.
    ///
    /// # Errors
    /// [`StoreError::NotApplied`] or [`StoreError::Unknown`].
    fn unban(&self, user: u64) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The ban that holds now; its `lasts` is as it was given.
    ///
    /// # Errors
    /// [`StoreError::NotApplied`].
    fn banned(&self, user: u64) -> impl Future<Output = Result<Option<Ban>, StoreError>> + Send;
}

/// A ban.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "callers write it out")]
pub struct Ban {
    /// How long; `None` is for ever.
    pub lasts: Option<Duration>,
    /// What the user reads.
    pub display_reason: String,
    /// What moderators read.
    pub private_reason: String,
}

/// What a moderation service takes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "a service declares all of it")]
pub struct ModerationCapabilities {
    /// The most characters that the user reads.
    pub max_display_chars: usize,
    /// The most characters that moderators read.
    pub max_private_chars: usize,
}
