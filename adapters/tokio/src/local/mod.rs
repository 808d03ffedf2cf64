//! The embedded durable store: one file, written by one process.
//!
//! Writes that arrive while a transaction is on its way to the disk are committed together in the next one, so the cost of
//! a disk's acknowledgement is shared by all who wait for it. A write is answered after its transaction is on the disk.
//! After a crash, the file holds exactly the transactions that were committed.
//!
//! If the medium fails (a full disk, a read or write that fails), the store stops: each later call is refused with
//! [`Refused::Stopped`] until it is opened again. What was on its way is answered as it is: not applied, or Unknown.

mod open;
mod tables;
mod writer;

pub use open::{LocalSettings, OpenError};

use crate::backend::{
    DurableCapabilities, DurableStore, Entry, Expected, Kept, Key, Meta, Page, Refused, StoreError, Tag, Version,
    VersionId,
};
use redb::Database;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::spawn_blocking;
use writer::{Change, Request, Work};

/// How many reads are under way at the same time; further ones wait.
const READERS: usize = 32;

/// An embedded durable store. Clones are the same store; the file is closed when the last is dropped, or by
/// [`close`](Self::close).
#[derive(Clone, Debug)]
pub struct Local(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: LocalSettings,
    // Before the queue: the writer, which ends with it, is then the last to let go of the file, and does so on its own
    // thread.
    database: Mutex<Option<Arc<Database>>>,
    requests: mpsc::Sender<Request>,
    readers: Arc<Semaphore>,
}

impl Local {
    /// Opens the file, or makes it if it is not there or empty.
    ///
    /// # Errors
    /// [`OpenError`]. A file that cannot be opened is left as it is.
    pub async fn open(path: impl AsRef<Path>, settings: LocalSettings) -> Result<Self, OpenError> {
        let path = path.as_ref().to_owned();
        Self::start(settings, move || open::file(&path)).await
    }

    async fn start(
        settings: LocalSettings,
        open: impl FnOnce() -> Result<Database, OpenError> + Send + 'static,
    ) -> Result<Self, OpenError> {
        // A file whose pages contradict each other can make the engine panic: that is a damaged file as well.
        let opened = spawn_blocking(open).await.unwrap_or(Err(OpenError::Corrupt))?;
        let database = Arc::new(opened);
        let (requests, arriving) = mpsc::channel(settings.queue.get());
        writer::start(Arc::clone(&database), arriving, settings)?;
        let readers = Arc::new(Semaphore::new(READERS));
        Ok(Self(Arc::new(Inner { settings, database: Mutex::new(Some(database)), requests, readers })))
    }

    /// Finishes what has arrived and lets go of the file, for all clones. Later calls are refused.
    pub async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.0.requests.send(Request::Stop(done)).await.is_ok() {
            let _ = closed.await;
        }
        // Nobody reads any more once every place is taken.
        if let Ok(all) = self.0.readers.acquire_many(u32::try_from(READERS).unwrap_or(u32::MAX)).await {
            self.0.readers.close();
            drop(all);
        }
        let database = self.database().take();
        let _ = spawn_blocking(move || drop(database)).await;
    }

    fn database(&self) -> MutexGuard<'_, Option<Arc<Database>>> {
        self.0.database.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a read where it may block.
    async fn reading<T, F>(&self, read: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Database) -> Result<T, redb::Error> + Send + 'static,
    {
        let place = Arc::clone(&self.0.readers).acquire_owned().await.map_err(|_| Refused::Stopped)?;
        let database = self.database().clone().ok_or(Refused::Stopped)?;
        let reading = spawn_blocking(move || {
            let result = read(&database);
            drop(database);
            drop(place);
            result
        });
        match reading.await {
            Ok(result) => result.map_err(|error| tables::refused(&error)),
            // The engine panics at pages that contradict each other; else the runtime is going down.
            Err(error) if error.is_panic() => Err(Refused::Corrupt.into()),
            Err(_) => Err(Refused::Stopped.into()),
        }
    }

    /// Hands a change to the writer. Dropped before it is in the queue, nothing is applied; then, nobody knows.
    async fn change(&self, key: &Key, change: Change) -> Result<u64, StoreError> {
        let (reply, answer) = oneshot::channel();
        let at_ms = self.0.settings.clock().now_ms();
        let work = Work { key: key.clone(), change, at_ms, reply };
        self.0.requests.send(Request::Work(work)).await.map_err(|_| Refused::Stopped)?;
        // A writer that ends without an answer has stopped at an unknown place.
        answer.await.unwrap_or(Err(StoreError::Unknown))
    }

    fn has_versions(&self) -> Result<(), StoreError> {
        match self.0.settings.versions {
            Kept::Nothing => Err(Refused::Unsupported("versions").into()),
            Kept::Hourly | Kept::Every => Ok(()),
        }
    }
}

impl DurableStore for Local {
    fn capabilities(&self) -> DurableCapabilities {
        DurableCapabilities {
            conditional: true,
            versions: self.0.settings.versions,
            list: true,
            max_text_bytes: keyholder_core::stored::RECORD_MAX_BYTES,
            max_users: keyholder_core::stored::MAX_USERS,
            max_attribute_chars: 4_096,
        }
    }

    async fn read(&self, key: &Key) -> Result<Option<Entry>, StoreError> {
        let key = key.clone();
        self.reading(move |database| tables::read(database, &key)).await
    }

    async fn write(&self, key: &Key, expected: Expected, text: Arc<str>, meta: &Meta) -> Result<Tag, StoreError> {
        self.capabilities().check(&text, meta)?;
        let revision = self.change(key, Change::Write { expected, text, meta: meta.clone() }).await?;
        Ok(Tag::new(revision.to_string()))
    }

    async fn versions(&self, key: &Key) -> Result<Vec<Version>, StoreError> {
        self.has_versions()?;
        let (key, now_ms) = (key.clone(), self.0.settings.clock().now_ms());
        self.reading(move |database| tables::versions(database, &key, now_ms)).await
    }

    async fn read_version(&self, key: &Key, version: &VersionId) -> Result<Option<Entry>, StoreError> {
        self.has_versions()?;
        let Ok(revision) = version.as_str().parse() else { return Ok(None) };
        let (key, now_ms) = (key.clone(), self.0.settings.clock().now_ms());
        self.reading(move |database| tables::read_version(database, &key, revision, now_ms)).await
    }

    async fn list(&self, location: &str, after: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        let after = Key::place(location, after);
        self.reading(move |database| tables::list(database, &after, limit)).await
    }

    async fn remove(&self, key: &Key) -> Result<(), StoreError> {
        self.change(key, Change::Remove).await.map(drop)
    }
}

#[cfg(test)]
mod tests;
