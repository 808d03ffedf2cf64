//! Where records are: a file of the embedded store, or an experience on Open Cloud.

use super::args::StoreArguments;
use super::patience::Patience;
use keyholder_core::ids::HostId;
use keyholder_core::rules::Liveness;
use keyholder_open_cloud::{Entries, Records};
use keyholder_tokio::backend::{
    self, DurableCapabilities, DurableStore, Entry, Expected, Kept, Key, Meta, Page, StoreError, Tag, Version,
    VersionId,
};
use keyholder_tokio::local::{Local, LocalSettings};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A store that is open, and where things that are done are noted.
pub(super) enum Store {
    Local(Local, PathBuf),
    Cloud { records: Records, entries: Entries, audit: PathBuf },
}

impl Store {
    /// Opens it; before anything is written to a platform, that is asked whether it refuses stale writes.
    pub(super) async fn open(arguments: &StoreArguments, kept: Kept, writes: bool) -> Result<Self, Box<dyn Error>> {
        match (&arguments.store, arguments.open_cloud) {
            (Some(file), _) => Self::local(file, kept, arguments.audit.clone()).await,
            (None, Some(universe)) => Self::cloud(universe, arguments, writes).await,
            (None, None) => Err("no store is named: --store FILE, or --open-cloud UNIVERSE".into()),
        }
    }

    async fn local(file: &Path, kept: Kept, audit: Option<PathBuf>) -> Result<Self, Box<dyn Error>> {
        let at = |error: &dyn Error| format!("{}: {error}", file.display());
        // The store would make a file that is not there.
        if std::fs::metadata(file).map_err(|error| at(&error))?.len() == 0 {
            return Err(format!("{}: the file is empty, so nothing is stored in it", file.display()).into());
        }
        let settings = LocalSettings { versions: kept, ..LocalSettings::default() };
        let store = Local::open(file, settings).await.map_err(|error| at(&error))?;
        let beside = || {
            let mut name = file.as_os_str().to_owned();
            name.push(".audit.jsonl");
            name.into()
        };
        Ok(Self::Local(store, audit.unwrap_or_else(beside)))
    }

    async fn cloud(universe: u64, arguments: &StoreArguments, writes: bool) -> Result<Self, Box<dyn Error>> {
        let client = arguments.cloud.client(universe)?;
        let entries = Entries::new(client.clone(), &arguments.cloud.memory_map)?;
        let audit = arguments.audit.clone().unwrap_or_else(|| format!("open-cloud-{universe}.audit.jsonl").into());
        let records = if writes {
            // Of this run alone: who checks at the same time has another one.
            let scratch = Key::new(&arguments.check_in, format!("record-{:016x}", fastrand::u64(..)))?;
            let opened = Records::open(client, &scratch).await;
            let records = opened.map_err(|error| format!("data store {} (--check-in): {error}", arguments.check_in))?;
            // What is left behind is garbage, no harm.
            let _ = records.remove(&scratch).await;
            records
        } else {
            Records::new(client)
        };
        Ok(Self::Cloud { records, entries, audit })
    }

    /// Whether it is the store that was meant: asked before anybody is told that something is not there.
    pub(super) async fn reach(&self) -> Result<(), Box<dyn Error>> {
        let Self::Cloud { records, .. } = self else { return Ok(()) };
        let mut patience = Patience::default();
        loop {
            let reached = records.reach().await;
            if !patience.waits(reached.as_ref().err()).await {
                return Ok(reached?);
            }
        }
    }

    pub(super) async fn close(&self) {
        if let Self::Local(store, _) = self {
            store.close().await;
        }
    }

    /// A line for each thing that was done goes here: `FILE.audit.jsonl` beside a file, `open-cloud-UNIVERSE.audit.jsonl` where
    /// the command runs, or what is named.
    pub(super) fn audit_file(&self) -> &Path {
        match self {
            Self::Local(_, audit) | Self::Cloud { audit, .. } => audit,
        }
    }

    /// Whether a server gives a sign of life; `None` where its heartbeat cannot be seen, for it is in the memory of the servers.
    pub(super) async fn liveness(&self, host: HostId) -> Option<(Liveness, Option<StoreError>)> {
        let Self::Cloud { entries, .. } = self else { return None };
        let mut patience = Patience::default();
        loop {
            let (liveness, why) = backend::probe(entries, host).await;
            if !patience.waits(why.as_ref()).await {
                return Some((liveness, why));
            }
        }
    }
}

/// Each call goes to the one that it is, and is made again if the platform says when it may be.
macro_rules! ask {
    ($self:ident, $store:ident => $call:expr) => {
        match $self {
            Self::Local($store, _) => $call.await,
            Self::Cloud { records: $store, .. } => {
                let mut patience = Patience::default();
                loop {
                    let answer = $call.await;
                    if !patience.waits(answer.as_ref().err()).await {
                        break answer;
                    }
                }
            }
        }
    };
}

impl DurableStore for Store {
    fn capabilities(&self) -> DurableCapabilities {
        match self {
            Self::Local(store, _) => store.capabilities(),
            Self::Cloud { records, .. } => records.capabilities(),
        }
    }

    async fn read(&self, key: &Key) -> Result<Option<Entry>, StoreError> {
        ask!(self, store => store.read(key))
    }

    async fn write(&self, key: &Key, expected: Expected, text: Arc<str>, meta: &Meta) -> Result<Tag, StoreError> {
        ask!(self, store => store.write(key, expected.clone(), Arc::clone(&text), meta))
    }

    async fn versions(&self, key: &Key) -> Result<Vec<Version>, StoreError> {
        ask!(self, store => store.versions(key))
    }

    async fn read_version(&self, key: &Key, version: &VersionId) -> Result<Option<Entry>, StoreError> {
        ask!(self, store => store.read_version(key, version))
    }

    async fn list(&self, location: &str, after: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        ask!(self, store => store.list(location, after, limit))
    }

    async fn remove(&self, key: &Key) -> Result<(), StoreError> {
        ask!(self, store => store.remove(key))
    }
}
