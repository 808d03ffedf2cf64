//! Whoever looks on: each version of an entry is told when it is written.

use std::fmt;
use std::sync::Arc;

use super::{At, Entry, Standard};

/// A version of an entry of a standard data store, as [`Emulator::watch`](crate::Emulator::watch) tells of it. The versions
/// that are kept are fewer: within an hour, each takes the place of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written<'a> {
    /// The experience.
    pub universe: u64,
    /// The data store.
    pub store: &'a str,
    /// The scope, `global` where requests name none.
    pub scope: &'a str,
    /// The entry's key.
    pub key: &'a str,
    /// Counts the versions of the key, from 1: it is part of the revision's id.
    pub number: u64,
    /// The value, as JSON. None if the entry was deleted.
    pub value: Option<&'a str>,
}

/// Who is told of an experience's versions.
#[derive(Clone)]
pub(crate) struct Watch {
    pub(crate) universe: u64,
    pub(crate) tell: Arc<dyn Fn(Written<'_>) + Send + Sync>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("universe", &self.universe).finish_non_exhaustive()
    }
}

impl Standard {
    /// From here on versions are told.
    pub(crate) fn watch_with(&mut self, watch: Watch) {
        self.watch = Some(watch);
    }

    /// Tells of the newest version of an entry.
    pub(super) fn tell(&self, at: At<'_>, entry: &Entry) {
        let Some(Watch { universe, tell }) = &self.watch else { return };
        let At { store, scope, key } = at;
        let value = entry.version.content.as_deref().map(|content| content.value.get());
        tell(Written { universe: *universe, store, scope, key, number: entry.version.number, value });
    }
}
