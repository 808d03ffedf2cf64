//! Standard data stores: what both of their APIs ask and change.

pub(crate) mod content;
mod kept;
mod list;
mod object;
mod stores;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use content::{BadContent, Content};
pub(crate) use list::Keys;
pub(crate) use object::{Entry, Object};
use serde_json::Number;
use serde_json::value::RawValue;
pub(crate) use stores::Store;

use crate::data::Keeper;
use crate::settings::Deleted;
use crate::time::Timestamp;

/// The data stores of an experience.
#[derive(Debug, Default)]
pub(crate) struct Standard {
    stores: BTreeMap<String, Store>,
    /// When all keys were marked for a backup for the last time.
    snapshot: Option<Timestamp>,
    /// How long a deleted store is still served.
    lag: Lag,
    /// What a deleted entry is to a write.
    deleted: Deleted,
    /// Where changes go that outlive the process.
    keeper: Keeper,
}

/// How long caches go on to serve a store that was deleted (documentation: Cloud API v2, Delete Data Store).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lag {
    pub(crate) reads: jiff::SignedDuration,
    pub(crate) others: jiff::SignedDuration,
}

/// Where an entry is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'a> {
    pub(crate) store: &'a str,
    pub(crate) scope: &'a str,
    pub(crate) key: &'a str,
}

/// What must be true for a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition<'a> {
    Any,
    /// There is no entry.
    Absent,
    /// There is one.
    Present,
    /// There is one, of this revision.
    Revision(&'a str),
}

/// Which version is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which<'a> {
    Latest,
    LatestAt(Timestamp),
    Revision(&'a str),
}

/// Why nothing was read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("Datastore not found.")]
    NoStore,
    #[error("The data store is deleted.")]
    StoreDeleted,
    #[error("Entry not found in the datastore.")]
    NoEntry,
    #[error("Invalid version id.")]
    NoVersion,
    #[error("The entry exists already.")]
    Exists(Box<Entry>),
    #[error("The entry was changed since the revision that the request names.")]
    Conflict(Box<Entry>),
    #[error("The entry's value or the amount is not a whole number.")]
    NotWhole,
    #[error(transparent)]
    Content(#[from] BadContent),
}

impl Standard {
    pub(crate) fn new(lag: Lag, deleted: Deleted) -> Self {
        Self { lag, deleted, ..Self::default() }
    }

    /// Reads a version of an entry, a deleted one too: the caller tells by its content.
    pub(crate) fn get(&self, at: At<'_>, which: Which<'_>, now: Timestamp) -> Result<Entry, Refusal> {
        let object = self.store(at.store, now, self.lag.reads)?.object(at, now).ok_or(Refusal::NoEntry)?;
        match which {
            Which::Latest => Ok(object.latest()),
            Which::LatestAt(moment) => object.versions(now).find(|e| e.version.at <= moment).ok_or(Refusal::NoEntry),
            Which::Revision(id) => object.versions(now).find(|e| e.revision() == id).ok_or(Refusal::NoVersion),
        }
    }

    /// All versions of an entry, the newest first.
    pub(crate) fn versions(&self, at: At<'_>, now: Timestamp) -> Result<Vec<Entry>, Refusal> {
        let object = self.store(at.store, now, self.lag.others)?.object(at, now).ok_or(Refusal::NoEntry)?;
        Ok(object.versions(now).collect())
    }

    /// Writes an entry if `condition` holds; its store is created with the first one.
    pub(crate) fn write(
        &mut self,
        at: At<'_>,
        content: Arc<Content>,
        condition: Condition<'_>,
        now: Timestamp,
    ) -> Result<Entry, Refusal> {
        let current = self.current(at, now)?;
        match (condition, current) {
            (Condition::Any | Condition::Absent, None) | (Condition::Any | Condition::Present, Some(_)) => {}
            (Condition::Absent, Some(entry)) => return Err(Refusal::Exists(Box::new(entry))),
            // What a revision of nothing is answered with is not established. It must not create anything.
            (Condition::Present | Condition::Revision(_), None) => return Err(Refusal::NoEntry),
            (Condition::Revision(id), Some(entry)) if entry.revision() != id => {
                return Err(Refusal::Conflict(Box::new(entry)));
            }
            (Condition::Revision(_), Some(_)) => {}
        }
        Ok(self.put(at, content, now))
    }

    /// Adds `amount` to an entry that holds a whole number, or begins one with it. Users and attributes are replaced.
    pub(crate) fn increment(
        &mut self,
        at: At<'_>,
        amount: &Number,
        users: Box<[u64]>,
        attributes: Option<Box<RawValue>>,
        now: Timestamp,
    ) -> Result<Entry, Refusal> {
        let amount = content::whole_number(amount).ok_or(Refusal::NotWhole)?;
        let before = match self.current(at, now)?.and_then(|entry| entry.version.content) {
            None => 0,
            Some(content) => content::whole(&content.value).ok_or(Refusal::NotWhole)?,
        };
        let sum = (before + amount).clamp(-content::LARGEST_NUMBER, content::LARGEST_NUMBER);
        let content = Content { value: content::of_whole(sum)?, users, attributes };
        Ok(self.put(at, Arc::new(content), now))
    }

    /// Marks an entry as deleted.
    pub(crate) fn delete(&mut self, at: At<'_>, now: Timestamp) -> Result<Entry, Refusal> {
        self.store(at.store, now, self.lag.others)?;
        let snapshot = self.snapshot;
        let object = self.stores.get_mut(at.store).and_then(|store| store.object_mut(at, now));
        let object = object.filter(|object| !object.is_deleted()).ok_or(Refusal::NoEntry)?;
        let dropped = object.write(None, now, snapshot);
        let entry = object.latest();
        self.keep_object(at, &dropped);
        Ok(entry)
    }

    /// The entry as it stands, for a write: `None` if there is none, or if it is deleted and that counts as none.
    fn current(&self, at: At<'_>, now: Timestamp) -> Result<Option<Entry>, Refusal> {
        match self.store(at.store, now, self.lag.others) {
            Ok(store) => {
                let there = |object: &&Object| self.deleted == Deleted::Present || !object.is_deleted();
                Ok(store.object(at, now).filter(there).map(Object::latest))
            }
            Err(Refusal::NoStore) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    fn put(&mut self, at: At<'_>, content: Arc<Content>, now: Timestamp) -> Entry {
        if !self.has(at.store, now) {
            if let Some(gone) = self.stores.insert(at.store.to_owned(), Store::new(now)) {
                self.let_go(at.store, &gone);
            }
            self.keep_store(at.store);
        }
        let snapshot = self.snapshot;
        let store = self.stores.entry(at.store.to_owned()).or_insert_with(|| Store::new(now));
        let (entry, dropped) = store.put(at, content, now, snapshot);
        self.keep_object(at, &dropped);
        entry
    }
}
