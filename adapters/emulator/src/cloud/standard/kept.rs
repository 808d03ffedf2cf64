//! Data stores as rows that outlive the process. A change hands its rows over in such an order that what stands before any of
//! them is a state that was: a version first, then the object that names it, then what is let go.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::object::Version;
use super::{At, Content, Object, Standard, Store};
use crate::data::nanos::{moment, of as nanos};
use crate::data::{Keeper, ObjectRow, Of, Place, StoreRow, VersionRow};
use crate::time::Timestamp;

fn place(at: At<'_>) -> Place {
    Place { store: at.store.to_owned(), scope: at.scope.to_owned(), key: at.key.to_owned() }
}

impl Standard {
    /// From here on changes are handed over.
    pub(crate) fn keep_with(&mut self, keeper: Keeper) {
        self.keeper = keeper;
    }

    pub(super) fn keep_store(&self, name: &str) {
        let Some(store) = self.stores.get(name) else { return };
        let row = StoreRow { created: nanos(store.created), deleted: store.deleted.map(nanos) };
        self.keeper.put(|| Of::Store { store: name.to_owned() }, &row);
    }

    pub(super) fn keep_snapshot(&self) {
        let Some(taken) = self.snapshot else { return };
        self.keeper.put(|| Of::Snapshot, &nanos(taken));
    }

    /// The newest version of an object; `dropped` are the numbers of those it does not have any longer.
    pub(super) fn keep_object(&self, at: At<'_>, dropped: &[u64]) {
        if !self.keeper.keeps() {
            return;
        }
        let object = self.stores.get(at.store).and_then(|store| store.scopes.get(at.scope)?.get(at.key));
        let Some(object) = object else { return };
        let version = |number| Of::Version(place(at), number);
        let Version { number, at: written, content } = &object.current;
        let content = content.as_deref();
        let row = VersionRow {
            at: nanos(*written),
            value: content.map(|content| content.value.clone()),
            users: content.map(|content| content.users.clone()).unwrap_or_default(),
            attributes: content.and_then(|content| content.attributes.clone()),
            null: content.is_some_and(|content| content.value.get() == RawValue::NULL.get()),
        };
        self.keeper.put(|| version(*number), &row);
        let older = object.older.iter().map(|(version, until)| (version.number, nanos(*until))).collect();
        let row = ObjectRow { created: nanos(object.created), current: *number, older };
        self.keeper.put(|| Of::Object(place(at)), &row);
        for number in dropped {
            self.keeper.take(|| version(*number));
        }
    }

    /// A store that is gone for good, before another takes its name.
    pub(super) fn let_go(&self, name: &str, store: &Store) {
        if !self.keeper.keeps() {
            return;
        }
        for (scope, objects) in &store.scopes {
            for (key, object) in objects {
                let at = At { store: name, scope, key };
                self.keeper.take(|| Of::Object(place(at)));
                let older = object.older.iter().map(|(version, _)| version);
                for version in older.chain([&object.current]) {
                    self.keeper.take(|| Of::Version(place(at), version.number));
                }
            }
        }
    }

    /// Takes a row back in. They come in the order of their keys: stores, objects, versions. `None` if it cannot be read, or is
    /// of another service.
    pub(crate) fn restore(&mut self, of: Of, row: &[u8]) -> Option<()> {
        match of {
            Of::Snapshot => self.snapshot = Some(moment(serde_json::from_slice(row).ok()?)?),
            Of::Store { store } => {
                let row: StoreRow = serde_json::from_slice(row).ok()?;
                let deleted = row.deleted.map(moment).map_or(Some(None), |at| at.map(Some))?;
                self.stores.insert(store, Store { deleted, ..Store::new(moment(row.created)?) });
            }
            Of::Object(Place { store, scope, key }) => {
                let row: ObjectRow = serde_json::from_slice(row).ok()?;
                let empty = |number| Version { number, at: Timestamp::UNIX_EPOCH, content: None };
                let older = row.older.iter().map(|(number, until)| Some((empty(*number), moment(*until)?)));
                let object = Object {
                    created: moment(row.created)?,
                    current: empty(row.current),
                    older: older.collect::<Option<_>>()?,
                };
                self.stores.get_mut(&store)?.scopes.entry(scope).or_default().insert(key, object);
            }
            Of::Version(Place { store, scope, key }, number) => {
                let row: VersionRow = serde_json::from_slice(row).ok()?;
                let object = self.stores.get_mut(&store).and_then(|store| store.scopes.get_mut(&scope)?.get_mut(&key));
                // The process ended between a version and the object that names it: it was not acknowledged.
                let version = object.and_then(|object| object.numbered(number));
                let Some(version) = version else { return Some(()) };
                version.at = moment(row.at)?;
                let VersionRow { value, users, attributes, null, .. } = row;
                let value = value.or_else(|| null.then(|| RawValue::NULL.to_owned()));
                version.content = value.map(|value| Arc::new(Content { value, users, attributes }));
            }
            _ => return None,
        }
        Some(())
    }
}
