//! What the cloud holds, without HTTP: one struct a service, each a function of its state, the time and the input.
//!
//! A service is a field of [`Universe`] with a lock of its own. A step in memory is short: a lock is held for it, and
//! never across an await.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// One experience.
#[derive(Debug, Default)]
pub(crate) struct Universe {
    pub(crate) id: u64,
}

impl Universe {
    pub(crate) fn new(id: u64) -> Self {
        Self { id, ..Self::default() }
    }
}

/// Locks one service's state. A step that panicked left it as it was: the next one goes on.
pub(crate) fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
