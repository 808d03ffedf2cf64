//! Open Cloud, as the emulator has it: records in its file, reached over HTTP through the adapter.

#[cfg(test)]
mod tests;

use super::{Begin, Committed, Tell, listen};
use crate::documents::{self, Stored};
use crate::orders;
use keyholder_emulator::settings::{ApiKey as Accepted, ConflictStatus, Drift, Faults, SettingsError};
use keyholder_emulator::{Emulator, Settings as Local, Written};
use keyholder_open_cloud::{ApiKey, Client, Entries, Messages, Records, Settings, StartError};
use keyholder_tokio::backend::Key;
use std::collections::BTreeMap;
use std::error::Error;
use std::future::pending;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::sleep;

/// The experience.
const UNIVERSE: u64 = 1;

/// Where heartbeats are.
const MAP: &str = "torture";

/// Where each process checks the store when it starts.
const CHECKED: &str = "torture-check";

/// How long after a check that could not be made the next is tried.
const RETRY: Duration = Duration::from_millis(20);

/// A commit that is not settled yet.
struct Unsettled {
    key: Key,
    revision: u64,
    text: String,
}

/// Serves until it is ended.
pub(super) async fn run(begin: &Begin, tell: Tell, ended: impl Future<Output = ()>) -> Result<(), Box<dyn Error>> {
    let emulator = Emulator::open(emulated(begin)?)?;
    let (tx, rx) = mpsc::unbounded_channel();
    let end = tx.clone();
    emulator.watch(move |it| {
        if let Some(it) = unsettled(&it) {
            drop(tx.send(Some(it)));
        }
    });
    let telling = tokio::spawn(tell_settled(emulator.clone(), rx, tell));
    let listener = listen(begin).await?;
    emulator.serve(listener, ended).await?;
    drop(end.send(None));
    Ok(telling.await?)
}

/// The settings of the emulator. It counts no request against a limit: a fleet that plays for its life makes in a minute as
/// many as an experience may make in an hour, and what throttles it belongs to other tests.
fn emulated(begin: &Begin) -> Result<Local, SettingsError> {
    let conflict = if begin.is_blind { ConflictStatus::Ignored } else { ConflictStatus::Aborted };
    let mut faults = Faults::parse(begin.faults.emulated())?;
    faults.seed = begin.seed;
    Ok(Local {
        universes: vec![UNIVERSE],
        keys: vec![Accepted::with_all(&begin.token)],
        limits: false,
        drift: Drift { conflict, ..Drift::default() },
        faults,
        data: Some(begin.file.clone()),
        ..Local::default()
    })
}

/// A version, to be looked at later: nobody waits in the middle of a write.
fn unsettled(written: &Written<'_>) -> Option<Unsettled> {
    let key = Key::new(written.store, written.key).ok()?;
    Some(Unsettled { key, revision: written.number, text: written.value.unwrap_or_default().to_owned() })
}

/// Tells of commits once they outlive a kill: one that did not would be told of again, with other contents. `None` is the
/// end.
async fn tell_settled(emulator: Emulator, mut written: mpsc::UnboundedReceiver<Option<Unsettled>>, tell: Tell) {
    let mut batch = Vec::new();
    while written.recv_many(&mut batch, 256).await > 0 {
        if !emulator.settled().await {
            return;
        }
        for it in batch.drain(..) {
            let Some(Unsettled { key, revision, text }) = it else { return };
            // Checks of the store are no records of players.
            let Some(player) = documents::player(&key) else { continue };
            if let Some((epoch, owner)) = documents::owner(&text) {
                tell(Committed { player, revision, epoch, owner });
            }
        }
    }
}

/// The stores of a process that reaches Open Cloud.
#[derive(Clone, Debug)]
pub(crate) struct Cloud {
    pub(crate) records: Records,
    pub(crate) entries: Entries,
    pub(crate) messages: Messages,
}

/// Connects; before anything else, the platform is asked whether it refuses stale writes, until it says so.
///
/// # Errors
/// It does not refuse them. Of a store that is known to break its word it is not asked.
pub(crate) async fn connect(begin: &orders::Begin) -> Result<Cloud, Box<dyn Error>> {
    let client = client(begin.store, &begin.token)?;
    let (entries, messages) = (Entries::new(client.clone(), MAP)?, Messages::new(client.clone()));
    let scratch = Key::new(CHECKED, format!("{:016x}", begin.seed))?;
    let records = loop {
        if begin.is_blind {
            break Records::new(client);
        }
        match Records::open(client.clone(), &scratch).await {
            Ok(records) => break records,
            // Of the faults, or of a kill.
            Err(StartError::Store(_)) => sleep(RETRY).await,
            Err(error) => return Err(error.into()),
        }
    };
    Ok(Cloud { records, entries, messages })
}

/// The adapter counts no request either.
fn client(address: SocketAddr, token: &str) -> Result<Client, Box<dyn Error>> {
    let settings = Settings {
        base_url: format!("http://{address}"),
        share_percent: None,
        connect_timeout: Duration::from_secs(1),
        timeout: Duration::from_secs(4),
        ..Settings::new(UNIVERSE)
    };
    Ok(Client::new(&settings, &ApiKey::new(token)?)?)
}

/// What every player has: an emulator without faults reads the file.
pub(super) async fn read_all(file: &Path) -> Result<BTreeMap<u64, Stored>, Box<dyn Error>> {
    const TOKEN: &str = "reads";
    let settings = Local {
        universes: vec![UNIVERSE],
        keys: vec![Accepted::with_all(TOKEN)],
        limits: false,
        data: Some(file.to_owned()),
        ..Local::default()
    };
    let emulator = Emulator::open(settings)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let client = client(listener.local_addr()?, TOKEN)?;
    let serving = tokio::spawn(async move { emulator.serve(listener, pending()).await });
    let stored = documents::read_all(&Records::new(client)).await;
    serving.abort();
    stored
}
