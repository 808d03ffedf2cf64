//! The store process, of one kind or the other: records in a file, entries and messages beside them.

pub(crate) mod cloud;
pub(crate) mod file;

use crate::args::{On, Trouble};
use crate::documents::{self, Stored};
use crate::wire::{self, Reader};
use keyholder_tokio::local::{Local, LocalSettings};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::sleep;

/// How often a place is tried that is still taken, and what is waited in between.
const TRIES: u32 = 100;
const RETRY: Duration = Duration::from_millis(50);

/// What a store process is told first.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Begin {
    pub(crate) on: On,
    pub(crate) file: PathBuf,
    /// Whoever connects has to know it.
    pub(crate) token: String,
    /// It ignores what a write expects, and so breaks its word.
    pub(crate) is_blind: bool,
    /// Where the one before it was, if it has to be there again.
    pub(crate) address: Option<SocketAddr>,
    /// What goes wrong inside of it.
    pub(crate) faults: Trouble,
    pub(crate) seed: u64,
}

/// What a store process says.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Says {
    Listens(SocketAddr),
    Committed(Committed),
}

/// A write of a record that was committed. The revisions of a record grow with each commit.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Committed {
    pub(crate) player: u64,
    pub(crate) revision: u64,
    pub(crate) epoch: u32,
    /// The nonce of the owner.
    pub(crate) owner: Option<u64>,
}

/// Who is told of each commit.
type Tell = Arc<dyn Fn(Committed) + Send + Sync>;

/// Runs the store until standard input ends.
pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let mut input = Reader::new(tokio::io::stdin());
    let Some(begin) = input.next::<Begin>().await? else { return Ok(()) };
    let tell: Tell = Arc::new(|committed| {
        // Who listens to nothing has ended, and this ends with it.
        if wire::say(&Says::Committed(committed)).is_err() {
            std::process::exit(1);
        }
    });
    let ended = async move { while let Ok(Some(())) = input.next().await {} };
    match begin.on {
        On::File => file::run(begin, tell, ended).await,
        On::Emulator => cloud::run(&begin, tell, ended).await,
    }
}

/// Listens where it has to be, or anywhere, and says where.
async fn listen(begin: &Begin) -> io::Result<TcpListener> {
    let address = begin.address.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    let mut tries = 0;
    let listener = loop {
        tries += 1;
        match TcpListener::bind(address).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && tries < TRIES => sleep(RETRY).await,
            bound => break bound?,
        }
    };
    wire::say(&Says::Listens(listener.local_addr()?))?;
    Ok(listener)
}

/// What every player has in the end, of a store whose process has ended.
pub(crate) async fn read_all(on: On, file: &Path) -> Result<BTreeMap<u64, Stored>, Box<dyn Error>> {
    match on {
        On::File => {
            let store = Local::open(file, LocalSettings::default()).await?;
            let stored = documents::read_all(&store).await;
            store.close().await;
            stored
        }
        On::Emulator => cloud::read_all(file).await,
    }
}
