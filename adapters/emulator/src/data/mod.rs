//! What outlives the process: rows in a file. One thread commits together what has arrived while it was busy, and no request is
//! answered before everything that it may have seen or done is committed.

mod keeper;
pub(crate) mod nanos;
mod rows;

use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition, TableHandle};
use tokio::sync::watch;

use crate::cloud::lock;
pub(crate) use keeper::Keeper;
pub(crate) use rows::{InQueue, Key, ObjectRow, Of, Place, StoreRow, VersionRow};

const ROWS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("rows");

/// What is said of the file as a whole: its format.
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
const FORMAT: &str = "format";

/// The format of files that are written. Those of format 1 do not say it, and hold entries of data stores alone, as they are
/// held today.
const WRITTEN: u64 = 2;

/// So many rows are committed together.
const BATCH: usize = 4096;

/// Why a file is not opened.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The database says no: another process has it, or it is not one.
    #[error("the data file cannot be opened: {0}")]
    Database(#[from] Box<redb::Error>),
    /// It is a database of another program.
    #[error("the file is a database of another program, and was left as it is: start with another file")]
    Foreign,
    /// A later version of the emulator wrote it.
    #[error("the data file has format {found}, and this emulator reads up to {known}: start a newer one, or with another file", known = WRITTEN)]
    NewerFormat {
        /// The format of the file.
        found: u64,
    },
    /// It contradicts itself.
    #[error("the data file holds a row that cannot be read: start with another file")]
    Row,
    /// The thread that writes cannot be started.
    #[error("the thread that writes cannot be started")]
    Thread(#[source] std::io::Error),
}

fn database(error: impl Into<redb::Error>) -> DataError {
    DataError::Database(Box::new(error.into()))
}

/// A row to be put, or to be taken out.
type Change = (Vec<u8>, Option<Vec<u8>>);

/// What a file held, in the order of keys.
type Rows = Vec<(Key, Vec<u8>)>;

/// Takes rows to the thread that writes them. Clones are the same one.
#[derive(Clone, Debug)]
pub(crate) struct Journal {
    /// How many rows were handed over, and where to: one lock for both, so that their order is one.
    sender: Arc<Mutex<(u64, mpsc::Sender<Change>)>>,
    committed: watch::Receiver<Committed>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Committed {
    rows: u64,
    failed: bool,
}

impl Journal {
    /// Opens or creates a file, and reads what it holds.
    pub(crate) fn open(path: &Path) -> Result<(Self, Rows), DataError> {
        let file = Database::create(path).map_err(database)?;
        let held = read(&file)?;
        let (sender, arriving) = mpsc::channel();
        let (told, committed) = watch::channel(Committed { rows: 0, failed: false });
        let named = thread::Builder::new().name("emulator-data".to_owned());
        named.spawn(move || run(&file, &arriving, &told)).map_err(DataError::Thread)?;
        Ok((Self { sender: Arc::new(Mutex::new((0, sender))), committed }, held))
    }

    /// Hands a row over. Its caller holds the lock of what the row is of.
    pub(crate) fn put(&self, key: Vec<u8>, value: Option<Vec<u8>>) {
        let mut sender = lock(&self.sender);
        sender.0 += 1;
        // The thread ends at a failure only, which who waits is told.
        let _ = sender.1.send((key, value));
    }

    /// Waits until all that was handed over so far is committed. False if it cannot be.
    pub(crate) async fn settled(&self) -> bool {
        let wanted = lock(&self.sender).0;
        let mut committed = self.committed.clone();
        let settled = committed.wait_for(|committed| committed.failed || committed.rows >= wanted).await;
        settled.is_ok_and(|committed| committed.rows >= wanted)
    }
}

fn read(file: &Database) -> Result<Rows, DataError> {
    claim(file)?;
    let reading = file.begin_read().map_err(database)?;
    let table = reading.open_table(ROWS).map_err(database)?;
    let mut rows = Vec::new();
    for row in table.iter().map_err(database)? {
        let (key, value) = row.map_err(database)?;
        rows.push((Key::read(key.value()).ok_or(DataError::Row)?, value.value().to_vec()));
    }
    Ok(rows)
}

/// Makes a new file one of the emulator's, an older one one of this format, and leaves all others as they are.
fn claim(file: &Database) -> Result<(), DataError> {
    let writing = file.begin_write().map_err(database)?;
    let tables: Vec<_> = writing.list_tables().map_err(database)?.map(|table| table.name().to_owned()).collect();
    if !tables.is_empty() && !tables.iter().any(|name| name == ROWS.name()) {
        return Err(DataError::Foreign);
    }
    {
        writing.open_table(ROWS).map_err(database)?;
        let mut meta = writing.open_table(META).map_err(database)?;
        let said = meta.get(FORMAT).map_err(database)?.map(|format| format.value());
        if let Some(found) = said.filter(|found| *found > WRITTEN) {
            return Err(DataError::NewerFormat { found });
        }
        meta.insert(FORMAT, WRITTEN).map_err(database)?;
    }
    writing.commit().map_err(database)
}

fn run(file: &Database, arriving: &mpsc::Receiver<Change>, told: &watch::Sender<Committed>) {
    while let Ok(first) = arriving.recv() {
        let batch: Vec<_> = std::iter::once(first).chain(arriving.try_iter().take(BATCH)).collect();
        if let Err(e) = commit(file, &batch) {
            tracing::error!(error = %e, "the data file cannot be written: nothing is answered from here on");
            told.send_modify(|committed| committed.failed = true);
            return;
        }
        told.send_modify(|committed| committed.rows += batch.len() as u64);
    }
}

fn commit(file: &Database, batch: &[Change]) -> Result<(), DataError> {
    let writing = file.begin_write().map_err(database)?;
    {
        let mut table = writing.open_table(ROWS).map_err(database)?;
        for (key, value) in batch {
            match value {
                Some(value) => drop(table.insert(key.as_slice(), value.as_slice()).map_err(database)?),
                None => drop(table.remove(key.as_slice()).map_err(database)?),
            }
        }
    }
    writing.commit().map_err(database)
}
