//! Where records are: a file of the embedded store, or an experience on Open Cloud.

use super::args::StoreArguments;
use keyholder_core::ids::HostId;
use keyholder_core::rules::Liveness;
use keyholder_open_cloud::{ApiKey, Client, Entries, Records, Settings};
use keyholder_tokio::backend::{
    self, DurableCapabilities, DurableStore, Entry, Expected, Kept, Key, Meta, Page, StoreError, Tag, Version,
    VersionId,
};
use keyholder_tokio::local::{Local, LocalSettings};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The location of the check in front of a write.
const CHECKED: &str = "keyholder-self-test";

/// The variable that the API key is read from.
const KEY_VARIABLE: &str = "KEYHOLDER_API_KEY";

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
        let key = match &arguments.api_key_file {
            Some(file) => ApiKey::from_file(file),
            None => ApiKey::from_env(KEY_VARIABLE),
        };
        let mut settings = Settings { engine: arguments.engine.into(), ..Settings::new(universe) };
        if let Some(url) = &arguments.url {
            settings.base_url.clone_from(url);
        }
        let client = Client::new(&settings, &key?)?;
        let entries = Entries::new(client.clone(), &arguments.memory_map)?;
        let audit = arguments.audit.clone().unwrap_or_else(|| format!("open-cloud-{universe}.audit.jsonl").into());
        let records = if writes {
            // Of this run alone: who checks at the same time has another one.
            let scratch = Key::new(CHECKED, format!("record-{:016x}", fastrand::u64(..)))?;
            let records = Records::open(client, &scratch).await?;
            // What is left behind is garbage, no harm.
            let _ = records.remove(&scratch).await;
            records
        } else {
            Records::new(client)
        };
        Ok(Self::Cloud { records, entries, audit })
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
    pub(super) async fn liveness(&self, host: HostId) -> Option<Liveness> {
        match self {
            Self::Local(..) => None,
            Self::Cloud { entries, .. } => Some(backend::probe(entries, host).await.0),
        }
    }
}

/// Each call goes to the one that it is.
macro_rules! ask {
    ($self:ident, $store:ident => $call:expr) => {
        match $self {
            Self::Local($store, _) => $call.await,
            Self::Cloud { records: $store, .. } => $call.await,
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
        ask!(self, store => store.write(key, expected, text, meta))
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
