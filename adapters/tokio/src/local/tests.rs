//! Opening what cannot be opened, and a medium that fails.

use super::open::{FORMAT, prepare};
use super::tables::META;
use super::{Local, LocalSettings, OpenError};
use crate::backend::{DurableStore, Expected, Kept, Key, Meta, NotApplied, Refused, StoreError, VersionId};
use crate::clock::Clock;
use crate::history::KEEP_MS;
use redb::backends::InMemoryBackend;
use redb::{Builder, StorageBackend};
use std::io::{Error, ErrorKind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn key(player: &str) -> Key {
    Key::new("players", player).unwrap()
}

fn file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("players.keyholder");
    (folder, path)
}

async fn open(path: &PathBuf) -> Result<Local, OpenError> {
    Local::open(path, LocalSettings::default()).await
}

async fn write(store: &Local, player: &str, text: &str) -> Result<(), StoreError> {
    store.write(&key(player), Expected::Absent, text.into(), &Meta::default()).await.map(drop)
}

#[tokio::test]
async fn what_was_written_is_there_when_it_is_opened_again() {
    let (_folder, path) = file();
    let store = open(&path).await.unwrap();
    write(&store, "a", "one").await.unwrap();
    let clone = store.clone();
    store.close().await;
    store.close().await;
    assert_eq!(write(&clone, "b", "two").await, Err(Refused::Stopped.into()));
    assert_eq!(clone.read(&key("a")).await, Err(Refused::Stopped.into()));
    let store = open(&path).await.unwrap();
    let entry = store.read(&key("a")).await.unwrap().unwrap();
    assert_eq!(&*entry.text, "one");
    let done = store.write(&key("a"), Expected::Tag(entry.tag), "two".into(), &Meta::default()).await;
    assert!(done.is_ok(), "tags outlive the process");
}

#[tokio::test]
async fn one_at_a_time_may_have_the_file() {
    let (_folder, path) = file();
    let store = open(&path).await.unwrap();
    assert!(matches!(open(&path).await, Err(OpenError::AlreadyOpen)));
    store.close().await;
    assert!(open(&path).await.is_ok());
}

#[tokio::test]
async fn other_files_are_refused_and_left_as_they_are() {
    let (_folder, path) = file();
    std::fs::write(&path, "a diary, not a database").unwrap();
    assert!(matches!(open(&path).await, Err(OpenError::Foreign)));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "a diary, not a database");
    std::fs::write(&path, [0; 4_096]).unwrap();
    assert!(matches!(open(&path).await, Err(OpenError::Unfinished)));
    std::fs::write(&path, "").unwrap();
    open(&path).await.unwrap().close().await;
    // A database of another program.
    std::fs::remove_file(&path).unwrap();
    let other = Builder::new().create(&path).unwrap();
    let writing = other.begin_write().unwrap();
    writing.open_table(redb::TableDefinition::<u64, u64>::new("theirs")).unwrap();
    writing.commit().unwrap();
    drop(other);
    assert!(matches!(open(&path).await, Err(OpenError::Foreign)));
}

#[tokio::test]
async fn a_newer_format_is_refused_by_its_number() {
    let (_folder, path) = file();
    open(&path).await.unwrap().close().await;
    let database = Builder::new().open(&path).unwrap();
    let writing = database.begin_write().unwrap();
    writing.open_table(META).unwrap().insert("format", FORMAT + 1).unwrap();
    writing.commit().unwrap();
    drop(database);
    let refused = open(&path).await;
    assert!(matches!(refused, Err(OpenError::NewerFormat { found, known }) if (found, known) == (FORMAT + 1, FORMAT)));
}

#[tokio::test]
async fn a_damaged_file_is_refused_or_its_reads_are() {
    let (_folder, path) = file();
    let store = open(&path).await.unwrap();
    for number in 0..50 {
        write(&store, &number.to_string(), &"text ".repeat(2_000)).await.unwrap();
    }
    store.close().await;
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 3]).unwrap();
    assert!(matches!(open(&path).await, Err(OpenError::Corrupt)), "cut off");
    let mut damaged = whole.clone();
    damaged[4_096..].fill(0xa5);
    std::fs::write(&path, &damaged).unwrap();
    if let Ok(store) = open(&path).await {
        let read = store.read(&key("7")).await;
        assert!(matches!(read, Err(StoreError::NotApplied(NotApplied::Refused(_)))), "{read:?}");
    }
}

/// A medium on which there is room until somebody says so.
#[derive(Debug)]
struct Disk {
    inner: InMemoryBackend,
    full: Arc<AtomicBool>,
}

impl Disk {
    fn room(&self) -> Result<(), Error> {
        if self.full.load(Ordering::SeqCst) { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> Result<u64, Error> {
        self.inner.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), Error> {
        self.inner.read(offset, out)
    }

    fn set_len(&self, len: u64) -> Result<(), Error> {
        self.room()?;
        self.inner.set_len(len)
    }

    fn sync_data(&self) -> Result<(), Error> {
        self.room()?;
        self.inner.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), Error> {
        self.room()?;
        self.inner.write(offset, data)
    }
}

async fn on(full: &Arc<AtomicBool>) -> Result<Local, OpenError> {
    let disk = Disk { inner: InMemoryBackend::new(), full: Arc::clone(full) };
    Local::start(LocalSettings::default(), move || prepare(Builder::new().create_with_backend(disk)?)).await
}

#[tokio::test]
async fn a_full_disk_acknowledges_nothing_and_stops_the_store() {
    let full = Arc::new(AtomicBool::new(false));
    let store = on(&full).await.unwrap();
    write(&store, "a", "one").await.unwrap();
    full.store(true, Ordering::SeqCst);
    let during = write(&store, "b", &"x".repeat(3_000_000)).await;
    assert!(matches!(during, Err(StoreError::Unknown)) || during == Err(Refused::Full.into()), "{during:?}");
    full.store(false, Ordering::SeqCst);
    let after = write(&store, "c", "three").await;
    assert_eq!(after, Err(Refused::Stopped.into()));
}

#[tokio::test]
async fn a_full_disk_at_the_opening_is_said_to_be_one() {
    let full = Arc::new(AtomicBool::new(true));
    assert!(matches!(on(&full).await, Err(OpenError::DiskFull)));
}

#[tokio::test]
async fn writes_of_the_same_moment_are_committed_together_and_answered_apart() {
    let (_folder, path) = file();
    let store = open(&path).await.unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..64 {
        let store = store.clone();
        writers.spawn(async move { write(&store, &(number % 32).to_string(), "one").await });
    }
    let done = writers.join_all().await;
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 32);
    assert_eq!(done.iter().filter(|done| **done == Err(StoreError::Conflict)).count(), 32);
}

#[tokio::test(start_paused = true)]
async fn versions_go_when_their_time_is_over_also_of_what_was_removed() {
    let (_folder, path) = file();
    let clock = Some(Clock::starting_at(3_600_000));
    let store = Local::open(&path, LocalSettings { versions: Kept::Every, clock, ..LocalSettings::default() }).await;
    let store = store.unwrap();
    write(&store, "a", "one").await.unwrap();
    store.remove(&key("a")).await.unwrap();
    let versions = store.versions(&key("a")).await.unwrap();
    assert_eq!(versions.iter().map(|version| version.removed).collect::<Vec<_>>(), [true, false]);
    let old: VersionId = versions[1].id.clone();
    assert!(store.read_version(&key("a"), &old).await.unwrap().is_some());
    tokio::time::sleep(Duration::from_millis(KEEP_MS)).await;
    assert_eq!(store.read_version(&key("a"), &old).await, Ok(None));
    // The next write of anybody takes out what is left of it.
    write(&store, "b", "two").await.unwrap();
    assert_eq!(store.versions(&key("a")).await, Ok(Vec::new()));
}
