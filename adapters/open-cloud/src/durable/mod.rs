//! The store of records, on data stores.
//!
//! # How a write that was not answered ends
//!
//! Each write puts a fresh mark among the attributes, and reads take it out. If nobody knows whether a write was
//! applied (no answer, or one of a server that failed), the entry is read once: if it has the mark and the text of this
//! write, the write was applied. Otherwise it stays [`StoreError::Unknown`], also if the entry is as it was before: the
//! platform says that a write that failed may have been applied, and nothing says that it cannot be applied later. A conflict
//! is looked at in the same way: a write that somebody on the way sends twice is refused because of itself. Where the attributes
//! of others leave no room for a mark, a write has none, and cannot be told from others.
//!
//! # Removed entries
//!
//! A removed entry leaves a tombstone, and whether the platform creates an entry over one is not established. So a creation
//! that is refused looks at what is there: an entry is a conflict; where there is none but a tombstone, it is written over
//! under the condition that it still is the newest revision. Two who do so at once are told apart by that condition.
//!
//! # Lists
//!
//! The platform lists a location's keys in no order, and has no way to begin behind one. Each page is made of all keys of the
//! location, 256 in a request: ask for large ones.

mod check;
mod list;
mod marks;
mod v1;
mod v2;
mod wire;

pub use check::StartError;

use crate::answer::{Answer, Asked};
use crate::client::{Client, Lost};
use crate::values::encode;
use crate::{Engine, VALUE_MAX_BYTES};
use keyholder_tokio::backend::{
    DurableCapabilities, DurableStore, Entry, Expected, Kept, Key, Meta, Page, Refused, StoreError, Tag, Version,
    VersionId,
};
use marks::MARK_CHARS;
use std::sync::Arc;

/// Users beside an entry. Documentation: Data stores, Error codes and limits; four since v1.
const MAX_USERS: usize = 4;

/// All attributes of an entry together.
const MAX_ATTRIBUTE_CHARS: usize = 300;

/// The name of an attribute.
const ATTRIBUTE_NAME_MAX_CHARS: usize = 50;

/// The text of an attribute.
const ATTRIBUTE_TEXT_MAX_CHARS: usize = 250;

/// Records in the data stores of an experience: a location is a data store (scope `global`), a player's key an entry in it.
/// Clones are the same store.
#[derive(Clone, Debug)]
pub struct Records {
    client: Client,
}

/// An entry as it was read, and the mark of whoever wrote it.
struct Found {
    entry: Entry,
    mark: Option<String>,
}

impl Found {
    /// Whether a write made it, or what it was made of.
    fn has(&self, mark: Option<&str>) -> bool {
        mark.is_some() && self.mark.as_deref() == mark
    }
}

/// A revision of an entry.
struct Revision {
    version: Version,
    /// What a condition on it names.
    tag: Tag,
}

/// What a write expects to be there.
enum Condition<'a> {
    Absent,
    Tag(&'a str),
    /// A removal, which has this tag.
    Removal(&'a str),
}

impl Condition<'_> {
    fn asked(&self) -> Asked {
        match self {
            Self::Absent => Asked::Create,
            Self::Tag(_) | Self::Removal(_) => Asked::Update,
        }
    }
}

/// A write.
struct Write<'a> {
    condition: Condition<'a>,
    /// JSON.
    value: &'a str,
    meta: &'a Meta,
    /// `None` if there is no room for it.
    mark: Option<&'a str>,
}

/// What became of a write.
struct Wrote {
    answer: Answer,
    /// The status of the answer, if there was one.
    status: u16,
    /// If it was done and the answer says so.
    tag: Option<Tag>,
}

impl From<Lost> for Wrote {
    fn from(lost: Lost) -> Self {
        let answer = match lost {
            Lost::Before(why) => Answer::NotApplied(why),
            Lost::After => Answer::Unknown,
        };
        Self { answer, status: 0, tag: None }
    }
}

impl Records {
    /// A store on this connection, unchecked: [`open`](Self::open) checks it.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    async fn find(&self, key: &Key) -> Result<Option<Found>, StoreError> {
        match self.client.engine() {
            Engine::V2 => v2::read(&self.client, key, None).await,
            Engine::V1 => v1::read(&self.client, key, None).await,
        }
    }

    async fn put(&self, key: &Key, write: &Write<'_>) -> Result<Wrote, StoreError> {
        self.client.limits().take_write(key, write.value.len())?;
        let wrote = match self.client.engine() {
            Engine::V2 => v2::write(&self.client, key, write).await,
            Engine::V1 => v1::write(&self.client, key, write).await,
        };
        let was_sent = wrote.as_ref().is_ok_and(|it| it.status != 0 || it.answer == Answer::Unknown);
        if !was_sent {
            self.client.limits().give_back(key);
        }
        wrote
    }

    /// The newest revision, if it is a removal.
    async fn removal(&self, key: &Key) -> Result<Option<Tag>, StoreError> {
        let newest = match self.client.engine() {
            Engine::V2 => v2::revisions(&self.client, key, true).await,
            Engine::V1 => v1::revisions(&self.client, key, true).await,
        }?;
        Ok(newest.into_iter().next().filter(|it| it.version.removed).map(|it| it.tag))
    }

    /// A write that may have been applied.
    async fn look_back(&self, key: &Key, text: &str, mark: Option<&str>) -> Result<Tag, StoreError> {
        match self.find(key).await {
            Ok(Some(found)) if found.has(mark) && *found.entry.text == *text => Ok(found.entry.tag),
            _ => Err(StoreError::Unknown),
        }
    }

    /// A write whose condition did not hold. If what is there has its mark, it came in all the same, and was refused when somebody on
    /// the way sent it again.
    async fn look_for_own(&self, key: &Key, text: &str, mark: Option<&str>) -> Result<Tag, StoreError> {
        match self.find(key).await {
            Ok(Some(found)) if !found.has(mark) => Err(StoreError::Conflict),
            Ok(Some(found)) if *found.entry.text == *text => Ok(found.entry.tag),
            Ok(None) => Err(StoreError::Conflict),
            _ => Err(StoreError::Unknown),
        }
    }

    /// A write that was refused, which is a conflict only if what is there says so.
    async fn look(&self, key: &Key, text: &str, write: Write<'_>, status: u16) -> Result<Tag, StoreError> {
        let found = self.find(key).await.map_err(|_| StoreError::UNAVAILABLE)?;
        match (&write.condition, found) {
            // It came in after all, ahead of what was refused: somebody on the way sent it twice.
            (_, Some(found)) if found.has(write.mark) => {
                if *found.entry.text == *text {
                    Ok(found.entry.tag)
                } else {
                    Err(StoreError::Unknown)
                }
            }
            (Condition::Tag(tag) | Condition::Removal(tag), Some(found)) if found.entry.tag.as_str() == *tag => {
                Err(Refused::Invalid { status }.into())
            }
            (Condition::Absent, None) => {
                let Some(removal) = self.removal(key).await.map_err(|_| StoreError::UNAVAILABLE)? else {
                    return Err(Refused::Invalid { status }.into());
                };
                let write = Write { condition: Condition::Removal(removal.as_str()), ..write };
                let wrote = self.put(key, &write).await?;
                self.end(key, text, write.mark, wrote).await
            }
            _ => Err(StoreError::Conflict),
        }
    }

    /// How a write ends about which there is nothing left to look at, but for its tag.
    async fn end(&self, key: &Key, text: &str, mark: Option<&str>, wrote: Wrote) -> Result<Tag, StoreError> {
        let Wrote { answer, status, tag } = wrote;
        match (answer, tag) {
            (Answer::Done, Some(tag)) => Ok(tag),
            (Answer::Done | Answer::Unknown, _) => self.look_back(key, text, mark).await,
            (answer, _) => Err(answer.error(status)),
        }
    }

    /// Checks what the platform would refuse, or take in part.
    fn fits(meta: &Meta) -> Result<(), StoreError> {
        let too_many = |what, limit| Err(Refused::TooMany { what, limit }.into());
        if meta.users.len() > MAX_USERS {
            return too_many("users", MAX_USERS);
        }
        for (name, text) in &meta.attributes {
            if name.chars().nth(ATTRIBUTE_NAME_MAX_CHARS).is_some() {
                return too_many("characters in the name of an attribute", ATTRIBUTE_NAME_MAX_CHARS);
            }
            if wire::chars(text) > ATTRIBUTE_TEXT_MAX_CHARS {
                return too_many("characters of one attribute", ATTRIBUTE_TEXT_MAX_CHARS);
            }
        }
        if attribute_chars(meta) > MAX_ATTRIBUTE_CHARS {
            return too_many("characters of attributes", MAX_ATTRIBUTE_CHARS);
        }
        Ok(())
    }

    /// A fresh mark, if there is room for it: what others put beside a record is no reason not to write it.
    fn mark(&self, meta: &Meta) -> Result<Option<String>, StoreError> {
        let mark = marks::fresh()?;
        let has_room = match self.client.engine() {
            Engine::V2 => attribute_chars(meta).saturating_add(MARK_CHARS) <= MAX_ATTRIBUTE_CHARS,
            Engine::V1 => v1::has_room(meta, &mark),
        };
        Ok(Some(mark).filter(|_| has_room))
    }
}

fn attribute_chars(meta: &Meta) -> usize {
    meta.attributes.iter().map(|(name, text)| name.chars().count().saturating_add(wire::chars(text))).sum()
}

impl DurableStore for Records {
    fn capabilities(&self) -> DurableCapabilities {
        DurableCapabilities {
            conditional: true,
            versions: Kept::Hourly,
            list: true,
            // Of a text that is a string outside; one that is an object may have two bytes more.
            max_text_bytes: VALUE_MAX_BYTES - "\"\"".len(),
            max_users: MAX_USERS,
            max_attribute_chars: MAX_ATTRIBUTE_CHARS,
        }
    }

    async fn read(&self, key: &Key) -> Result<Option<Entry>, StoreError> {
        Ok(self.find(key).await?.map(|found| found.entry))
    }

    async fn write(&self, key: &Key, expected: Expected, text: Arc<str>, meta: &Meta) -> Result<Tag, StoreError> {
        Self::fits(meta)?;
        // Sent, it would be no condition at all.
        if matches!(&expected, Expected::Tag(tag) if tag.as_str().is_empty()) {
            return Err(StoreError::Conflict);
        }
        let value = encode(&text, VALUE_MAX_BYTES)?;
        let mark = self.mark(meta)?;
        let mark = mark.as_deref();
        let condition = match &expected {
            Expected::Absent => Condition::Absent,
            Expected::Tag(tag) => Condition::Tag(tag.as_str()),
        };
        let write = Write { condition, value: &value, meta, mark };
        let wrote = self.put(key, &write).await?;
        match (&wrote.answer, &expected) {
            (Answer::Doubtful, _) | (Answer::Conflict, Expected::Absent) => {
                self.look(key, &text, write, wrote.status).await
            }
            // What is there as expected and cannot be written is in a data store that was deleted: reads of it go on for a while.
            (Answer::Absent, Expected::Tag(tag)) => match self.find(key).await {
                Ok(Some(found)) if found.entry.tag == *tag => Err(Refused::Invalid { status: wrote.status }.into()),
                _ => Err(StoreError::Conflict),
            },
            (Answer::Conflict, Expected::Tag(_)) => self.look_for_own(key, &text, mark).await,
            _ => self.end(key, &text, mark, wrote).await,
        }
    }

    async fn versions(&self, key: &Key) -> Result<Vec<Version>, StoreError> {
        let revisions = match self.client.engine() {
            Engine::V2 => v2::revisions(&self.client, key, false).await,
            Engine::V1 => v1::revisions(&self.client, key, false).await,
        }?;
        Ok(revisions.into_iter().map(|it| it.version).collect())
    }

    async fn read_version(&self, key: &Key, version: &VersionId) -> Result<Option<Entry>, StoreError> {
        let id = version.as_str();
        // No id of the platform's, and one that a path would read as something else.
        if id == "latest"
            || id.is_empty()
            || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
        {
            return Ok(None);
        }
        let found = match self.client.engine() {
            Engine::V2 => v2::read(&self.client, key, Some(id)).await,
            Engine::V1 => v1::read(&self.client, key, Some(id)).await,
        }?;
        Ok(found.map(|found| found.entry))
    }

    async fn list(&self, location: &str, after: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        list::page(self, location, after, limit).await
    }

    async fn remove(&self, key: &Key) -> Result<(), StoreError> {
        let call = match self.client.engine() {
            Engine::V2 => v2::removal(&self.client, key),
            Engine::V1 => v1::removal(&self.client, key),
        }?;
        // A look would not help where nobody knows: the removal may come in behind whatever is written next.
        match self.client.change(Asked::Remove, call).await {
            // Nothing was there.
            Ok(_) | Err(StoreError::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
