//! The store of entries that live for a while: journals and heartbeats.

use super::{Expected, Key, Refused, StoreError, Tag};
use keyholder_core::ids::HostId;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// A fast store whose entries lapse. It may lose any entry at any time: what it holds is a hint and a journal, never a
/// permission.
pub trait MemoryStore: Send + Sync + 'static {
    /// What this store can do and how much it takes. Does not change while it is open.
    fn capabilities(&self) -> MemoryCapabilities;

    /// Reads an entry; `None` if there is none or it has lapsed.
    ///
    /// # Errors
    /// [`StoreError::NotApplied`].
    fn read(&self, key: &MemoryKey) -> impl Future<Output = Result<Option<MemoryEntry>, StoreError>> + Send;

    /// Writes if the key still holds what is expected, and lets the entry live for `ttl` from now on. One that has lapsed
    /// is absent.
    ///
    /// # Errors
    /// [`StoreError`]: each of its cases.
    fn write(
        &self,
        key: &MemoryKey,
        expected: Expected,
        text: Arc<str>,
        ttl: Duration,
    ) -> impl Future<Output = Result<Tag, StoreError>> + Send;

    /// Writes whatever is there: for the one entry that nobody else writes, a server's own heartbeat.
    ///
    /// # Errors
    /// [`StoreError::NotApplied`] or [`StoreError::Unknown`].
    fn put(
        &self,
        key: &MemoryKey,
        text: Arc<str>,
        ttl: Duration,
    ) -> impl Future<Output = Result<Tag, StoreError>> + Send;

    /// Deletes the entry if it still has this tag. One that is not there is a conflict.
    ///
    /// # Errors
    /// [`StoreError`]: each of its cases.
    fn delete(&self, key: &MemoryKey, expected: &Tag) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// What an entry is about. A backend derives its own names from it, and different keys never share one.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "a backend must have a name for each of them")]
pub enum MemoryKey {
    /// The journal of a record.
    Journal(Key),
    /// The heartbeat of a server.
    Heartbeat(HostId),
}

/// An entry as it was read. `Debug` leaves the text out.
#[derive(Clone, Eq, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "a store makes it, and has to fill in each field")]
pub struct MemoryEntry {
    /// Its tag.
    pub tag: Tag,
    /// The text.
    pub text: Arc<str>,
}

impl fmt::Debug for MemoryEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryEntry").field("tag", &self.tag).field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

/// What a memory store can do and how much it takes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "a store declares all of it")]
pub struct MemoryCapabilities {
    /// Writes and deletions are conditional. Without, a server has no journal there: it might overwrite what it did not
    /// read. Safety does not rest on it.
    pub conditional: bool,
    /// The largest text in bytes.
    pub max_text_bytes: usize,
    /// The shortest life of an entry.
    pub min_ttl: Duration,
    /// The longest life of an entry.
    pub max_ttl: Duration,
}

impl MemoryCapabilities {
    /// Checks what is to be written against the limits.
    ///
    /// # Errors
    /// [`Refused`] names the first limit that is exceeded.
    pub fn check(&self, text: &str, ttl: Duration) -> Result<(), StoreError> {
        if text.len() > self.max_text_bytes {
            return Err(Refused::TooLarge { limit: self.max_text_bytes }.into());
        }
        if !(self.min_ttl..=self.max_ttl).contains(&ttl) {
            return Err(Refused::Ttl { min: self.min_ttl, max: self.max_ttl }.into());
        }
        Ok(())
    }
}
