//! Whole data stores: their entries by scope and key, their deletion, and the snapshot of them all.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::object::KEPT;
use super::{At, Content, Entry, Object, Refusal, Standard};
use crate::time::Timestamp;

/// One data store.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) created: Timestamp,
    /// When it was deleted. It is gone 30 days later.
    pub(crate) deleted: Option<Timestamp>,
    pub(super) scopes: BTreeMap<String, BTreeMap<String, Object>>,
}

impl Store {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { created: now, deleted: None, scopes: BTreeMap::new() }
    }

    /// When a deleted store is gone for good.
    pub(crate) fn expires(&self) -> Option<Timestamp> {
        self.deleted.map(|at| at.checked_add(KEPT).unwrap_or(Timestamp::MAX))
    }

    pub(super) fn is_gone(&self, now: Timestamp) -> bool {
        self.expires().is_some_and(|at| at <= now)
    }

    /// How many keys it holds, deleted ones too.
    pub(crate) fn len(&self) -> usize {
        self.scopes.values().map(BTreeMap::len).sum()
    }

    pub(super) fn object(&self, at: At<'_>, now: Timestamp) -> Option<&Object> {
        self.scopes.get(at.scope)?.get(at.key).filter(|object| !object.is_gone(now))
    }

    pub(super) fn object_mut(&mut self, at: At<'_>, now: Timestamp) -> Option<&mut Object> {
        self.scopes.get_mut(at.scope)?.get_mut(at.key).filter(|object| !object.is_gone(now))
    }

    pub(super) fn put(
        &mut self,
        at: At<'_>,
        content: Arc<Content>,
        now: Timestamp,
        snapshot: Option<Timestamp>,
    ) -> Entry {
        if let Some(object) = self.object_mut(at, now) {
            object.write(Some(content), now, snapshot);
            return object.latest();
        }
        let object = Object::new(content, now);
        let entry = object.latest();
        self.scopes.entry(at.scope.to_owned()).or_default().insert(at.key.to_owned(), object);
        entry
    }
}

impl Standard {
    /// Whether there is a store of this name, or one that is deleted and not yet gone.
    pub(crate) fn has(&self, name: &str, now: Timestamp) -> bool {
        self.stores.get(name).is_some_and(|store| !store.is_gone(now))
    }

    /// All stores by name, those gone left out.
    pub(crate) fn stores(&self, now: Timestamp) -> impl Iterator<Item = (&str, &Store)> {
        self.stores.iter().filter(move |(_, store)| !store.is_gone(now)).map(|(name, store)| (name.as_str(), store))
    }

    /// A store that is served: one that is deleted is so for `lag`.
    pub(super) fn store(&self, name: &str, now: Timestamp, lag: SignedDuration) -> Result<&Store, Refusal> {
        let store = self.stores.get(name).filter(|store| !store.is_gone(now)).ok_or(Refusal::NoStore)?;
        match store.deleted {
            Some(at) if now >= at.checked_add(lag).unwrap_or(Timestamp::MAX) => Err(Refusal::StoreDeleted),
            _ => Ok(store),
        }
    }

    /// Deletes a store, for good in 30 days. One that is deleted already is left as it is.
    pub(crate) fn delete_store(&mut self, name: &str, now: Timestamp) -> Result<&Store, Refusal> {
        let store = self.stores.get_mut(name).filter(|store| !store.is_gone(now)).ok_or(Refusal::NoStore)?;
        store.deleted.get_or_insert(now);
        Ok(store)
    }

    /// Brings a deleted store back.
    pub(crate) fn undelete_store(&mut self, name: &str, now: Timestamp) -> Result<&Store, Refusal> {
        let store = self.stores.get_mut(name).filter(|store| !store.is_gone(now)).ok_or(Refusal::NoStore)?;
        store.deleted = None;
        Ok(store)
    }

    /// Marks every key for a backup at its next write, once in a day of UTC. Says whether it did, and when it was done last.
    pub(crate) fn take_snapshot(&mut self, now: Timestamp) -> (bool, Timestamp) {
        let day = |moment: Timestamp| moment.to_zoned(TimeZone::UTC).date();
        match self.snapshot {
            Some(taken) if day(taken) == day(now) => (false, taken),
            _ => {
                self.snapshot = Some(now);
                (true, now)
            }
        }
    }
}
