//! Opening the file, and every reason why it is not opened.

use super::tables::{EXPIRING, META, RECORDS, VERSIONS};
use crate::backend::Kept;
use crate::clock::Clock;
use redb::{Builder, Database, DatabaseError, ReadableDatabase, TableHandle};
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::num::NonZeroUsize;
use std::path::Path;
use thiserror::Error;

/// The layout of the tables that this code writes.
pub(super) const FORMAT: u64 = 1;

/// What every file of the engine begins with.
const MAGIC: [u8; 9] = [b'r', b'e', b'd', b'b', 0x1A, 0x0A, 0xA9, 0x0D, 0x0A];

/// Where and how the embedded store keeps things.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand")]
pub struct LocalSettings {
    /// Which versions are kept. Default: the last one of each hour.
    pub versions: Kept,
    /// How many writes wait for the writer; further ones wait for a place. Default 4 096.
    pub queue: NonZeroUsize,
    /// How many writes are committed together at most. Default 1 024.
    pub batch: NonZeroUsize,
    /// The clock of the versions; `None` is the system's.
    pub clock: Option<Clock>,
}

impl Default for LocalSettings {
    fn default() -> Self {
        let at_least = |count: usize| NonZeroUsize::MIN.saturating_add(count - 1);
        Self { versions: Kept::Hourly, queue: at_least(4_096), batch: at_least(1_024), clock: None }
    }
}

impl LocalSettings {
    pub(super) fn clock(&self) -> Clock {
        self.clock.unwrap_or_else(Clock::system)
    }
}

/// The file was not opened; it is as it was.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another process, or this one, has it open.
    #[error("the file is open already, here or in another process; one process at a time may have it")]
    AlreadyOpen,
    /// Some other file.
    #[error("the file is none of a local store; choose another name, it was not touched")]
    Foreign,
    /// It begins with zeros: the machine stopped while the file was made.
    #[error(
        "the file was not finished when it was made; if no other program made it, remove it: nothing was stored in it"
    )]
    Unfinished,
    /// It was written by newer code.
    #[error("the file has format {found}, and this code knows up to {known}; update the code")]
    NewerFormat {
        /// The format of the file.
        found: u64,
        /// The newest that this code knows.
        known: u64,
    },
    /// It was written by another generation of the storage engine.
    #[error("the file was written by another generation of the storage engine; open it with the release that wrote it")]
    OtherEngine,
    /// It contradicts itself.
    #[error("the file is damaged; restore it from a backup")]
    Corrupt,
    /// There is no room for what opening has to write.
    #[error("the disk is full; make room and open it again")]
    DiskFull,
    /// The operating system refused.
    #[error("the file cannot be opened: {0}")]
    Io(#[source] io::Error),
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Self::DiskFull,
            ErrorKind::InvalidData | ErrorKind::UnexpectedEof => Self::Corrupt,
            _ => Self::Io(error),
        }
    }
}

impl From<redb::Error> for OpenError {
    fn from(error: redb::Error) -> Self {
        match error {
            redb::Error::DatabaseAlreadyOpen => Self::AlreadyOpen,
            redb::Error::UpgradeRequired(_) | redb::Error::LockProtocolMismatch => Self::OtherEngine,
            redb::Error::TableTypeMismatch { .. }
            | redb::Error::TableIsMultimap(_)
            | redb::Error::TypeDefinitionChanged { .. } => Self::Foreign,
            redb::Error::Io(error) => error.into(),
            _ => Self::Corrupt,
        }
    }
}

impl From<DatabaseError> for OpenError {
    fn from(error: DatabaseError) -> Self {
        redb::Error::from(error).into()
    }
}

/// Opens the file, or makes it if it is not there or empty.
pub(super) fn file(path: &Path) -> Result<Database, OpenError> {
    look(path)?;
    prepare(Builder::new().create(path)?)
}

/// Refuses a file that is there, is not empty, and does not begin as one of the engine.
fn look(path: &Path) -> Result<(), OpenError> {
    let mut begins = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(MAGIC.len() as u64).read_to_end(&mut begins)?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if begins.is_empty() || begins == MAGIC {
        Ok(())
    } else if begins == [0; MAGIC.len()] {
        // The engine writes its sign last.
        Err(OpenError::Unfinished)
    } else {
        Err(OpenError::Foreign)
    }
}

/// Looks at the format before anything else, and makes the tables of a new file.
pub(super) fn prepare(database: Database) -> Result<Database, OpenError> {
    match format(&database)? {
        Some(FORMAT) => return Ok(database),
        Some(found) => return Err(OpenError::NewerFormat { found, known: FORMAT }),
        None => {}
    }
    make(&database)?;
    Ok(database)
}

/// The format of the file; `None` if nothing is in it yet.
fn format(database: &Database) -> Result<Option<u64>, OpenError> {
    let look = || -> Result<_, redb::Error> {
        let reading = database.begin_read()?;
        let tables: Vec<_> = reading.list_tables()?.map(|table| table.name().to_owned()).collect();
        if !tables.iter().any(|name| name == META.name()) {
            return Ok((tables.is_empty(), None));
        }
        let format = reading.open_table(META)?.get("format")?.map(|format| format.value());
        // The other tables are there with the types that this code knows.
        if format == Some(FORMAT) {
            reading.open_table(RECORDS)?;
            reading.open_table(VERSIONS)?;
            reading.open_table(EXPIRING)?;
        }
        Ok((false, format))
    };
    match look()? {
        (false, None) => Err(OpenError::Foreign),
        (_, format) => Ok(format),
    }
}

fn make(database: &Database) -> Result<(), redb::Error> {
    let writing = database.begin_write()?;
    {
        let mut meta = writing.open_table(META)?;
        meta.insert("format", FORMAT)?;
        meta.insert("revision", 0)?;
        writing.open_table(RECORDS)?;
        writing.open_table(VERSIONS)?;
        writing.open_table(EXPIRING)?;
    }
    Ok(writing.commit()?)
}
