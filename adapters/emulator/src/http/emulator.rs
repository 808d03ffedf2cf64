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
}

impl Emulator {
    /// An emulator with nothing stored.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let universes = settings.universes.iter().map(|id| (*id, Universe::new(*id, &settings))).collect();
        let dice = Dice::new(settings.faults.clone());
        Self { shared: Arc::new(Shared { universes, settings, log: Mutex::default(), dice }) }
    }

    /// What answers requests, without a socket.
    pub fn router(&self) -> Router {
        Router::new()
            .route(feed::PATH, get(feed::follow))
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
