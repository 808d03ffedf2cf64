//! The one thread that writes: it commits together what has arrived while it was busy.

use super::open::{LocalSettings, OpenError};
use super::tables::{EXPIRING, META, RECORDS, Row, VERSIONS, place, refused};
use crate::backend::{Expected, Kept, Key, Meta, Refused, StoreError};
use crate::history::{expired, keeps};
use redb::{Database, ReadableTable, Table, WriteTransaction};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use tokio::sync::{mpsc, oneshot};

/// The most bytes of texts in one transaction: it is held in memory.
const BATCH_BYTES: usize = 32 * 1024 * 1024;

/// How many expired versions a transaction takes out beside what it is for.
const SWEEP: usize = 64;

/// What goes to the writer.
#[derive(Debug)]
pub(super) enum Request {
    Work(Work),
    /// Finish what came before, let go of the file, and say so.
    Stop(oneshot::Sender<()>),
}

/// A change and who waits for it.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) key: Key,
    pub(super) change: Change,
    pub(super) at_ms: u64,
    pub(super) reply: oneshot::Sender<Result<u64, StoreError>>,
}

#[derive(Debug)]
pub(super) enum Change {
    Write { expected: Expected, text: Arc<str>, meta: Meta },
    Remove,
}

impl Change {
    fn bytes(&self) -> usize {
        match self {
            Self::Write { text, .. } => text.len(),
            Self::Remove => 0,
        }
    }
}

pub(super) fn start(
    database: Arc<Database>,
    arriving: mpsc::Receiver<Request>,
    settings: LocalSettings,
) -> Result<(), OpenError> {
    let named = thread::Builder::new().name("keyholder-local".to_owned());
    named.spawn(move || run(database, arriving, settings)).map_err(OpenError::Io)?;
    Ok(())
}

fn run(database: Arc<Database>, mut arriving: mpsc::Receiver<Request>, settings: LocalSettings) {
    let mut stopped = None;
    while stopped.is_none() {
        let Some(first) = arriving.blocking_recv() else { return };
        let mut batch = Vec::new();
        let mut bytes = 0_usize;
        let mut next = Some(first);
        while let Some(request) = next.take() {
            match request {
                Request::Stop(done) => stopped = Some(done),
                // Nobody waits for it any more, and nothing of it was done.
                Request::Work(work) if work.reply.is_closed() => {}
                Request::Work(work) => {
                    bytes = bytes.saturating_add(work.change.bytes());
                    batch.push(work);
                }
            }
            if stopped.is_none() && batch.len() < settings.batch.get() && bytes < BATCH_BYTES {
                next = arriving.try_recv().ok();
            }
        }
        if !batch.is_empty() && !settle(&database, batch, settings.versions) {
            break;
        }
    }
    // Nothing of those who still wait was done.
    arriving.close();
    while let Some(request) = arriving.blocking_recv() {
        if let Request::Work(work) = request {
            let _ = work.reply.send(Err(Refused::Stopped.into()));
        }
    }
    drop(database);
    if let Some(done) = stopped {
        let _ = done.send(());
    }
}

/// Commits a batch and answers everybody in it. False if the store cannot go on.
fn settle(database: &Database, batch: Vec<Work>, kept: Kept) -> bool {
    // The engine panics at pages that contradict each other: nobody knows how far it came.
    let done = catch_unwind(AssertUnwindSafe(|| commit(database, &batch, kept)));
    let done = done.unwrap_or(Err(Failed { why: StoreError::Unknown, answers: None }));
    match done {
        Ok(answers) => {
            for (work, answer) in batch.into_iter().zip(answers) {
                let _ = work.reply.send(answer);
            }
            true
        }
        Err(failed) => {
            let answers = failed.answers.into_iter().flatten().map(Some).chain(std::iter::repeat(None));
            for (work, answer) in batch.into_iter().zip(answers) {
                let answer = match answer {
                    // It was in a commit that failed: it may be on the disk.
                    Some(Ok(_)) => Err(StoreError::Unknown),
                    Some(Err(error)) => Err(error),
                    None => Err(failed.why.clone()),
                };
                let _ = work.reply.send(answer);
            }
            false
        }
    }
}

type Answers = Vec<Result<u64, StoreError>>;

/// A transaction that failed.
struct Failed {
    /// What those are told of whom nothing was committed.
    why: StoreError,
    /// If it failed in the commit: the answers there would have been.
    answers: Option<Answers>,
}

impl<E: Into<redb::Error>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self { why: refused(&error.into()), answers: None }
    }
}

/// One transaction for the whole batch, in the order of arrival. Without a change, nothing is written.
fn commit(database: &Database, batch: &[Work], kept: Kept) -> Result<Answers, Failed> {
    let writing = database.begin_write()?;
    let answers = apply(&writing, batch, kept)?;
    if answers.iter().all(Result::is_err) {
        writing.abort()?;
        return Ok(answers);
    }
    match writing.commit() {
        Ok(()) => Ok(answers),
        Err(_) => Err(Failed { why: StoreError::Unknown, answers: Some(answers) }),
    }
}

fn apply(writing: &WriteTransaction, batch: &[Work], kept: Kept) -> Result<Answers, redb::Error> {
    let mut meta = writing.open_table(META)?;
    let last = meta.get("revision")?.map_or(0, |revision| revision.value());
    let mut tables = Tables {
        records: writing.open_table(RECORDS)?,
        versions: writing.open_table(VERSIONS)?,
        expiring: writing.open_table(EXPIRING)?,
        revision: last,
        kept,
    };
    let answers = batch.iter().map(|work| tables.apply(work)).collect::<Result<Answers, _>>()?;
    if tables.revision > last {
        meta.insert("revision", tables.revision)?;
    }
    if let Some(work) = batch.last() {
        tables.sweep(work.at_ms)?;
    }
    Ok(answers)
}

struct Tables<'a> {
    records: Table<'a, (&'static str, &'static str), Row<'static>>,
    versions: Table<'a, (&'static str, &'static str, u64), (u64, Row<'static>)>,
    expiring: Table<'a, (u64, &'static str, &'static str, u64), ()>,
    revision: u64,
    kept: Kept,
}

impl Tables<'_> {
    fn apply(&mut self, work: &Work) -> Result<Result<u64, StoreError>, redb::Error> {
        let (location, player) = place(&work.key);
        let removal = matches!(work.change, Change::Remove);
        let old = self.records.get((location, player))?;
        let state = old.as_ref().map(|row| (row.value().0, row.value().1, row.value().2));
        let current = state.filter(|(.., removed)| !removed).map(|(revision, ..)| revision);
        match &work.change {
            Change::Write { expected, .. } if !is(expected, current) => return Ok(Err(StoreError::Conflict)),
            Change::Remove if current.is_none() => return Ok(Ok(0)),
            Change::Write { .. } | Change::Remove => {}
        }
        if let (Some(row), Some((revision, written_ms, _))) = (&old, state)
            && keeps(self.kept, written_ms, work.at_ms, removal)
        {
            self.versions.insert((location, player, revision), (work.at_ms, row.value()))?;
            self.expiring.insert((work.at_ms, location, player, revision), ())?;
        }
        drop(old);
        self.revision += 1;
        let revision = self.revision;
        let row: Row<'_> = match &work.change {
            Change::Write { text, meta, .. } => {
                let attributes = meta.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                (revision, work.at_ms, false, meta.users.clone(), attributes, text)
            }
            Change::Remove => {
                self.expiring.insert((work.at_ms, location, player, revision), ())?;
                (revision, work.at_ms, true, Vec::new(), Vec::new(), "")
            }
        };
        self.records.insert((location, player), row)?;
        Ok(Ok(revision))
    }

    /// Takes out some of what has expired: versions, and removals that nothing was written over.
    fn sweep(&mut self, now_ms: u64) -> Result<(), redb::Error> {
        for _ in 0..SWEEP {
            let first = self.expiring.first()?.map(|(key, _)| owned(key.value()));
            let Some((at_ms, location, player, revision)) = first else { return Ok(()) };
            if !expired(at_ms, now_ms) {
                return Ok(());
            }
            let (location, player) = (location.as_str(), player.as_str());
            self.expiring.remove((at_ms, location, player, revision))?;
            self.versions.remove((location, player, revision))?;
            let row = self.records.get((location, player))?;
            let is_removal = row.is_some_and(|row| row.value().0 == revision && row.value().2);
            if is_removal {
                self.records.remove((location, player))?;
            }
        }
        Ok(())
    }
}

fn owned((at_ms, location, player, revision): (u64, &str, &str, u64)) -> (u64, String, String, u64) {
    (at_ms, location.to_owned(), player.to_owned(), revision)
}

fn is(expected: &Expected, current: Option<u64>) -> bool {
    match expected {
        Expected::Absent => current.is_none(),
        Expected::Tag(tag) => current.is_some_and(|current| tag.as_str() == current.to_string()),
    }
}
