//! What happened, as it was heard: kept in memory for the account, and in a file for whoever has to find out more.

use crate::account::Account;
use crate::store::Committed;
use crate::wire;
use keyholder_core::effect::Verdict;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// What became of a change, as its player was told.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Word {
    /// It is durable.
    Acknowledged,
    /// It is not there and never will be.
    Refused,
    /// Nobody knows.
    Unknown,
}

impl Word {
    /// The same as a verdict has it. What an erasure took is nowhere, and may have been told before.
    pub(crate) fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Durable(_) => Self::Acknowledged,
            Verdict::Lost(_) => Self::Refused,
            Verdict::Superseded | Verdict::Unknown => Self::Unknown,
        }
    }
}

/// One thing that happened. Moments are in milliseconds since the start.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line {
    /// The run began.
    Seed { seed: u64 },
    /// Somebody is about to be asked for a change; of a gift, each time.
    Asked { player: u64, change: String },
    /// They said what became of it.
    Word { player: u64, change: String, word: Word },
    /// A server said that a record is open there; it was asked for that then.
    Opened { player: u64, epoch: u32, server: u64, asked_ms: u64, told_ms: u64 },
    /// The store committed a record.
    Committed(Committed),
    /// A player is in again whose server was killed. `undisturbed`: nothing else was in the way.
    Returned { player: u64, after_ms: u64, undisturbed: bool },
    /// A player goes to another server.
    Teleported { player: u64 },
    /// Something was delivered that had been delivered before.
    Repeated { player: u64 },
    /// A record is to be taken over.
    Stolen { player: u64 },
    /// Something was granted from the web.
    Granted { player: u64 },
    /// Somebody is about to be asked to erase a record.
    ErasureAsked { player: u64 },
    /// They said that it is erased.
    Erased { player: u64 },
    /// A server was killed.
    Killed { server: u64 },
    /// A web writer was killed.
    WriterKilled { writer: u64 },
    /// The store was killed.
    StoreKilled,
    /// A server was stopped for so long.
    Paused { server: u64, ms: u64 },
    /// A process ended that nobody had killed.
    Crashed { what: String },
}

/// A line and its moment.
#[derive(Serialize)]
struct Stamped<'l> {
    at_ms: u64,
    #[serde(flatten)]
    line: &'l Line,
}

/// Everything that happened.
#[derive(Debug)]
pub(crate) struct History {
    start: Instant,
    inside: Mutex<Inside>,
}

#[derive(Debug)]
struct Inside {
    account: Account,
    file: BufWriter<File>,
    /// The first error of the file.
    failed: Option<io::Error>,
}

impl History {
    /// A history in a new file.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let inside = Inside { account: Account::default(), file: BufWriter::new(File::create(path)?), failed: None };
        Ok(Self { start: Instant::now(), inside: Mutex::new(inside) })
    }

    /// Milliseconds since the start.
    pub(crate) fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Something happened.
    pub(crate) fn add(&self, line: Line) {
        let mut inside = self.lock();
        let written = wire::line(&Stamped { at_ms: self.now_ms(), line: &line })
            .and_then(|text| inside.file.write_all(text.as_bytes()));
        if let Err(error) = written {
            inside.failed.get_or_insert(error);
        }
        inside.account.take(line);
    }

    /// Looks at the account.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Account) -> T) -> T {
        look(&self.lock().account)
    }

    /// Writes the file to its end.
    pub(crate) fn finish(&self) -> io::Result<()> {
        let mut inside = self.lock();
        inside.file.flush()?;
        inside.failed.take().map_or(Ok(()), Err)
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
