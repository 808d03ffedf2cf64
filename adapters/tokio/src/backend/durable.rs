//! The store of records.

use super::{Key, StoreError};
use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

/// A store that keeps what it acknowledged.
///
/// Values are texts: [`Item::to_text`](keyholder_core::stored::Item::to_text) writes them. A handle is cheap to clone or
/// stands behind an `Arc`; calls on it run side by side.
pub trait DurableStore: Send + Sync + 'static {
    /// What this store can do and how much it takes. Does not change while it is open.
    fn capabilities(&self) -> DurableCapabilities;

    /// Reads the newest text, past every cache; `None` if there is none or it was removed.
    ///
    /// # Errors
    /// [`StoreError::NotApplied`]. A read has nothing to apply, so it never ends in the other ways.
    fn read(&self, key: &Key) -> impl Future<Output = Result<Option<Entry>, StoreError>> + Send;

    /// Writes if the key still holds what is expected, as one step: of any number of writers that expect the same, at
    /// most one is applied. Users and attributes are replaced as well.
    ///
    /// # Errors
    /// [`StoreError`]: each of its cases.
    fn write(
        &self,
        key: &Key,
        expected: Expected,
        text: Arc<str>,
        meta: &Meta,
    ) -> impl Future<Output = Result<Tag, StoreError>> + Send;

    /// The versions that are kept, the newest first; the current one is the first of them.
    ///
    /// # Errors
    /// [`StoreError::NotApplied`]; [`Refused::Unsupported`](super::Refused::Unsupported) without versions.
    fn versions(&self, key: &Key) -> impl Future<Output = Result<Vec<Version>, StoreError>> + Send;

    /// Reads a version; `None` if it is not kept any more, or is a removal.
    ///
    /// # Errors
    /// As [`versions`](Self::versions).
    fn read_version(
        &self,
        key: &Key,
        version: &VersionId,
    ) -> impl Future<Output = Result<Option<Entry>, StoreError>> + Send;

    /// The player keys of a location in ascending order, without removed ones: those after `after`, at most `limit`. What
    /// is written meanwhile may be missing.
    ///
    /// # Errors
    /// [`StoreError::NotApplied`]; [`Refused::Unsupported`](super::Refused::Unsupported) without lists.
    fn list(
        &self,
        location: &str,
        after: Option<&str>,
        limit: usize,
    ) -> impl Future<Output = Result<Page, StoreError>> + Send;

    /// Removes the text whatever it is, outside of the protocol: an erasure is a tombstone that is written. Every tag from
    /// before is stale afterwards. Removing nothing is no error.
    ///
    /// # Errors
    /// [`StoreError::NotApplied`] or [`StoreError::Unknown`].
    fn remove(&self, key: &Key) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// Names one state of an item; opaque. No two writes of a key give the same tag, also not across a removal: else a text
/// that is written again would hide what came in between.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Tag(Arc<str>);

impl Tag {
    /// The tag that a store gave.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// As the store gave it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an item has to be for a write to be applied.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "there is no third: an unconditional write loses data")]
pub enum Expected {
    /// It is not there.
    Absent,
    /// It is there with this tag.
    Tag(Tag),
}

/// What stands beside a text for the platform's sake.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "what the platform keeps beside a value; callers write it out")]
pub struct Meta {
    /// Whose data it is (race R37).
    pub users: Vec<u64>,
    /// Texts by name.
    pub attributes: BTreeMap<String, String>,
}

/// A text as it was read. `Debug` leaves the text and the attributes out.
#[derive(Clone, Eq, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "a store makes it, and has to fill in each field")]
pub struct Entry {
    /// Its tag.
    pub tag: Tag,
    /// The text.
    pub text: Arc<str>,
    /// What stands beside it.
    pub meta: Meta,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("tag", &self.tag).field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

/// Names a version; opaque.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct VersionId(Arc<str>);

impl VersionId {
    /// The id that a store gave.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// As the store gave it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A version that is kept.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "a store makes it, and has to fill in each field")]
pub struct Version {
    /// Its name.
    pub id: VersionId,
    /// When it was written, in ms since 1970, by the store's clock.
    pub written_ms: u64,
    /// The text was removed then.
    pub removed: bool,
}

/// A part of a list of player keys.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "a store makes it, and has to fill in each field")]
pub struct Page {
    /// The keys, ascending. May be fewer than the limit though more follow.
    pub players: Vec<String>,
    /// What to go on after; `None` at the end.
    pub next: Option<String>,
}

/// Which versions a store keeps beside the current one.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "the suite has an expectation for each")]
pub enum Kept {
    /// None.
    Nothing,
    /// The last one of each hour (UTC), as the platform does: what is written over in the same hour is gone.
    Hourly,
    /// Every one.
    Every,
}

/// What a durable store can do and how much it takes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "a store declares all of it")]
pub struct DurableCapabilities {
    /// Writes are conditional. A store without is refused: nothing else gives permission.
    pub conditional: bool,
    /// Which versions it keeps.
    pub versions: Kept,
    /// It can list its keys.
    pub list: bool,
    /// The largest text in bytes.
    pub max_text_bytes: usize,
    /// The most users beside a text. [`update`](super::update) leaves out the rest; the record names all of them.
    pub max_users: usize,
    /// The most characters of all attributes together, names included; 0 if it has none.
    pub max_attribute_chars: usize,
}

impl DurableCapabilities {
    /// Checks what is to be written against the limits.
    ///
    /// # Errors
    /// [`Refused`](super::Refused) names the first limit that is exceeded.
    pub fn check(&self, text: &str, meta: &Meta) -> Result<(), StoreError> {
        use super::Refused::{TooLarge, TooMany};
        if text.len() > self.max_text_bytes {
            return Err(TooLarge { limit: self.max_text_bytes }.into());
        }
        if meta.users.len() > self.max_users {
            return Err(TooMany { what: "users", limit: self.max_users }.into());
        }
        let chars = meta.attributes.iter().map(|(name, value)| name.chars().count() + value.chars().count());
        if chars.sum::<usize>() > self.max_attribute_chars {
            return Err(TooMany { what: "characters of attributes", limit: self.max_attribute_chars }.into());
        }
        Ok(())
    }
}
