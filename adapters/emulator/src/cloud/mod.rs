//! What the cloud holds, without HTTP: one struct a service, each a function of its state, the time and the input.
//!
//! A service is a field of [`Universe`] with a lock of its own. A step in memory is short: a lock is held for it, and
//! never across an await.

pub(crate) mod about;
pub(crate) mod budget;
mod kept;
pub(crate) mod maps;
pub(crate) mod memory;
#[cfg(test)]
mod memory_tests;
pub(crate) mod messages;
pub(crate) mod ordered;
pub(crate) mod queues;
pub(crate) mod restrictions;
pub(crate) mod standard;
pub(crate) mod throughput;

use std::sync::{Mutex, MutexGuard, PoisonError};

use budget::Budgets;
use standard::{Lag, Standard};
use throughput::Throughput;

use crate::settings::{Drift, Settings};

/// One experience.
#[derive(Debug, Default)]
pub(crate) struct Universe {
    pub(crate) id: u64,
    pub(crate) about: Mutex<about::About>,
    pub(crate) budgets: Mutex<Budgets>,
    pub(crate) throughput: Mutex<Throughput>,
    pub(crate) standard: Mutex<Standard>,
    pub(crate) ordered: Mutex<ordered::Ordered>,
    pub(crate) memory: Mutex<memory::Memory>,
    pub(crate) messages: Mutex<messages::Messages>,
    pub(crate) restrictions: Mutex<restrictions::Restrictions>,
}

impl Universe {
    pub(crate) fn new(id: u64, settings: &Settings) -> Self {
        let Drift { store_reads, store_calls, deleted, .. } = settings.drift;
        let lag = Lag { reads: store_reads, others: store_calls };
        Self { id, standard: Mutex::new(Standard::new(lag, deleted)), ..Self::default() }
    }
}

/// Locks one service's state. A step that panicked left it as it was: the next one goes on.
pub(crate) fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
