//! The emulator as a whole.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

use super::fault::Dice;
use super::log::{Log, Seen};
use super::{ServeError, dispatch, feed, serve};
use crate::cloud::{Universe, lock};
use crate::data::{DataError, Journal};
use crate::settings::Settings;

/// A local Open Cloud. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Emulator {
    shared: Arc<Shared>,
}

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) universes: BTreeMap<u64, Universe>,
    pub(crate) log: Mutex<Log>,
    pub(crate) dice: Dice,
    /// What is stored outlives the process through this.
    pub(crate) journal: Option<Journal>,
}

impl Emulator {
    /// An emulator with nothing stored, in memory: `settings.data` is not looked at.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self::build(settings, None)
    }

    /// An emulator that keeps what it stores in the file that `settings.data` names, with what is there already; in memory if
    /// it names none. What was answered outlives the process, however it ends; budgets and messages on their way do not.
    ///
    /// # Errors
    ///
    /// The file cannot be opened or read, is of another program, or is of a later version.
    pub fn open(settings: Settings) -> Result<Self, DataError> {
        let Some(path) = settings.data.as_deref() else { return Ok(Self::new(settings)) };
        let (journal, rows) = Journal::open(path)?;
        let emulator = Self::build(settings, Some(journal.clone()));
        for (key, row) in rows {
            // Rows of an experience that this process was not started with stay in the file.
            if let Some(universe) = emulator.shared.universes.get(&key.universe) {
                universe.restore(key.of, &row).ok_or(DataError::Row)?;
            }
        }
        for universe in emulator.shared.universes.values() {
            universe.keep_with(&journal);
        }
        Ok(emulator)
    }

    fn build(settings: Settings, journal: Option<Journal>) -> Self {
        let universes = settings.universes.iter().map(|id| (*id, Universe::new(*id, &settings))).collect();
        let dice = Dice::new(settings.faults.clone());
        Self { shared: Arc::new(Shared { universes, settings, log: Mutex::default(), dice, journal }) }
    }

    /// What answers requests, without a socket.
    pub fn router(&self) -> Router {
        Router::new()
            .route(feed::PATH, get(feed::follow))
            .route("/", get(crate::status::answer))
            .fallback(dispatch::answer)
            .with_state(Arc::clone(&self.shared))
    }

    /// Answers what comes in at `listener` until `shutdown` is done. Requests that are being answered then are finished.
    ///
    /// # Errors
    ///
    /// The listener's address is not a loopback one: what stands in for the cloud here has no encryption, and its keys would be
    /// readable on the way.
    pub async fn serve(&self, listener: TcpListener, shutdown: impl Future<Output = ()>) -> Result<(), ServeError> {
        serve::serve(self.router(), &self.shared.settings, listener, shutdown).await
    }

    /// The data stores of an experience by name, each with how many keys it holds, deleted ones counted as well.
    #[must_use]
    pub fn stores(&self, universe: u64) -> Vec<(String, usize)> {
        let Some(universe) = self.shared.universes.get(&universe) else { return Vec::new() };
        let now = self.shared.settings.clock.now();
        lock(&universe.standard).stores(now).map(|(name, store)| (name.to_owned(), store.len())).collect()
    }

    /// The budgets of an experience that were charged so far, by name: what is left of each now, and its limit in a minute.
    #[must_use]
    pub fn budgets(&self, universe: u64) -> Vec<(&'static str, u32, u32)> {
        let Some(universe) = self.shared.universes.get(&universe) else { return Vec::new() };
        let levels = lock(&universe.budgets).levels(self.shared.settings.clock.now());
        levels.iter().map(|level| (level.name, level.remaining, level.limit)).collect()
    }

    /// How many bytes the memory store of an experience holds, as its quota counts them: ids, sort keys and values.
    #[must_use]
    pub fn memory_bytes(&self, universe: u64) -> u64 {
        self.shared.universes.get(&universe).map_or(0, |universe| lock(&universe.memory).bytes())
    }

    /// What it was started with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// The last requests, the newest first, at most 256.
    #[must_use]
    pub fn recent(&self) -> Vec<Seen> {
        lock(&self.shared.log).recent()
    }

    /// How many requests of each kind were answered since the start. What has no kind is under `-`.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        lock(&self.shared.log).counts()
    }
}
