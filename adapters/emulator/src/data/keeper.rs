//! What a service hands its rows to.

use serde::Serialize;

use super::{Journal, Key, Of};

/// Where the rows of an experience go; without a file, nowhere.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keeper(Option<(u64, Journal)>);

impl Keeper {
    /// Rows go to `journal`, under the name of the experience.
    pub(crate) fn new(universe: u64, journal: Journal) -> Self {
        Self(Some((universe, journal)))
    }

    /// Whether rows go anywhere.
    pub(crate) fn keeps(&self) -> bool {
        self.0.is_some()
    }

    /// Puts a row in place of the one of the same name. Its caller holds the lock of what the row is of.
    pub(crate) fn put(&self, of: impl FnOnce() -> Of, row: &impl Serialize) {
        let Some((universe, journal)) = &self.0 else { return };
        // Rows are numbers, names and JSON that was read before: writing them does not fail.
        if let Ok(bytes) = serde_json::to_vec(row) {
            journal.put(Key { universe: *universe, of: of() }.write(), Some(bytes));
        }
    }

    /// Takes a row out, if there is one.
    pub(crate) fn take(&self, of: impl FnOnce() -> Of) {
        let Some((universe, journal)) = &self.0 else { return };
        journal.put(Key { universe: *universe, of: of() }.write(), None);
    }
}
