//! The emulator as a whole.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

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
}

impl Emulator {
    /// An emulator with nothing stored.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let universes = settings.universes.iter().map(|id| (*id, Universe::new(*id))).collect();
        Self { shared: Arc::new(Shared { universes, settings, log: Mutex::default() }) }
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
