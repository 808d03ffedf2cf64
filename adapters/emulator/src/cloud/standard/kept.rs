//! Data stores as rows that outlive the process. A change hands its rows over in such an order that what stands before any of
//! them is a state that was: a version first, then the object that names it, then what is let go.

use std::sync::Arc;

use super::object::Version;
use super::{At, Content, Object, Standard, Store};
use crate::data::{Journal, Key, ObjectRow, Place, StoreRow, VersionRow};
use crate::time::Timestamp;

/// Where an experience's rows go.
#[derive(Clone, Debug)]
pub(crate) struct Keeper {
    pub(crate) universe: u64,
    pub(crate) journal: Journal,
}

impl Keeper {
    fn put(&self, key: &Key, row: &impl serde::Serialize) {
        // These rows are numbers and JSON that was read before: writing them does not fail.
        if let Ok(bytes) = serde_json::to_vec(row) {
            self.journal.put(key.write(), Some(bytes));
        }
    }
}

fn place(at: At<'_>) -> Place {
    Place { store: at.store.to_owned(), scope: at.scope.to_owned(), key: at.key.to_owned() }
}

fn nanos(moment: Timestamp) -> i64 {
    i64::try_from(moment.as_nanosecond()).unwrap_or(i64::MAX)
}

fn moment(nanos: i64) -> Option<Timestamp> {
    Timestamp::from_nanosecond(i128::from(nanos)).ok()
}

impl Standard {
    /// From here on changes are handed over.
    pub(crate) fn keep_with(&mut self, keeper: Keeper) {
        self.keeper = Some(keeper);
    }

    pub(super) fn keep_store(&self, name: &str) {
        let (Some(keeper), Some(store)) = (&self.keeper, self.stores.get(name)) else { return };
        let row = StoreRow { created: nanos(store.created), deleted: store.deleted.map(nanos) };
        keeper.put(&Key::Store { universe: keeper.universe, store: name.to_owned() }, &row);
    }

    pub(super) fn keep_snapshot(&self) {
        let (Some(keeper), Some(taken)) = (&self.keeper, self.snapshot) else { return };
        keeper.put(&Key::Snapshot { universe: keeper.universe }, &nanos(taken));
    }

    /// The newest version of an object; `dropped` are the numbers of those it does not have any longer.
    pub(super) fn keep_object(&self, at: At<'_>, dropped: &[u64]) {
        let Some(keeper) = &self.keeper else { return };
        let object = self.stores.get(at.store).and_then(|store| store.scopes.get(at.scope)?.get(at.key));
        let (Some(object), universe) = (object, keeper.universe) else { return };
        let version = |number| Key::Version { universe, place: place(at), number };
        let Version { number, at: written, content } = &object.current;
        let content = content.as_deref();
        let row = VersionRow {
            at: nanos(*written),
            value: content.map(|content| content.value.clone()),
            users: content.map(|content| content.users.clone()).unwrap_or_default(),
            attributes: content.and_then(|content| content.attributes.clone()),
        };
        keeper.put(&version(*number), &row);
        let older = object.older.iter().map(|(version, until)| (version.number, nanos(*until))).collect();
        let row = ObjectRow { created: nanos(object.created), current: *number, older };
        keeper.put(&Key::Object { universe, place: place(at) }, &row);
        for number in dropped {
            keeper.journal.put(version(*number).write(), None);
        }
    }

    /// A store that is gone for good, before another takes its name.
    pub(super) fn let_go(&self, name: &str, store: &Store) {
        let Some(keeper) = &self.keeper else { return };
        let universe = keeper.universe;
        for (scope, objects) in &store.scopes {
            for (key, object) in objects {
                let place = place(At { store: name, scope, key });
                let take = |key: Key| keeper.journal.put(key.write(), None);
                take(Key::Object { universe, place: place.clone() });
                let older = object.older.iter().map(|(version, _)| version);
                for version in older.chain([&object.current]) {
                    take(Key::Version { universe, place: place.clone(), number: version.number });
                }
            }
        }
    }

    /// Takes a row back in. They come in the order of their keys: stores, objects, versions. `None` if it cannot be read.
    pub(crate) fn restore(&mut self, key: Key, row: &[u8]) -> Option<()> {
        match key {
            Key::Snapshot { .. } => self.snapshot = Some(moment(serde_json::from_slice(row).ok()?)?),
            Key::Store { store, .. } => {
                let row: StoreRow = serde_json::from_slice(row).ok()?;
                let deleted = row.deleted.map(moment).map_or(Some(None), |at| at.map(Some))?;
                self.stores.insert(store, Store { deleted, ..Store::new(moment(row.created)?) });
            }
            Key::Object { place: Place { store, scope, key }, .. } => {
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
            Key::Version { place: Place { store, scope, key }, number, .. } => {
                let row: VersionRow = serde_json::from_slice(row).ok()?;
                let object = self.stores.get_mut(&store).and_then(|store| store.scopes.get_mut(&scope)?.get_mut(&key));
                // The process ended between a version and the object that names it: it was not acknowledged.
                let version = object.and_then(|object| object.numbered(number));
                let Some(version) = version else { return Some(()) };
                version.at = moment(row.at)?;
                let VersionRow { value, users, attributes, .. } = row;
                version.content = value.map(|value| Arc::new(Content { value, users, attributes }));
            }
        }
        Some(())
    }
}
