//! A server on a memory store without conditional writes has no journal there, and its recording says so.

use keyholder_core::config::{Config, Settings};
use keyholder_core::ids::SchemaVersion;
use keyholder_core::input::Mode;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::tree::{Change, Declared, Schema, Tree};
use keyholder_core::value::{Map, Path};
use keyholder_tokio::backend::{
    Expected, Key, MemoryCapabilities, MemoryEntry, MemoryKey, MemoryStore, StoreError, Tag,
};
use keyholder_tokio::memory::{Durable, DurableSettings, Entries, EntriesSettings, Topics};
use keyholder_tokio::recording::{Reader, Recorder, RecorderSettings};
use keyholder_tokio::server::{Options, Stores, server};
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::time::sleep;

/// A store in memory that says of itself whether its writes are conditional, and counts requests about journals.
struct Said {
    store: Entries,
    conditional: bool,
    journals: AtomicU64,
}

impl Said {
    fn count(&self, key: &MemoryKey) {
        self.journals.fetch_add(u64::from(matches!(key, MemoryKey::Journal(_))), Relaxed);
    }
}

impl MemoryStore for Said {
    fn capabilities(&self) -> MemoryCapabilities {
        MemoryCapabilities { conditional: self.conditional, ..self.store.capabilities() }
    }

    async fn read(&self, key: &MemoryKey) -> Result<Option<MemoryEntry>, StoreError> {
        self.count(key);
        self.store.read(key).await
    }

    async fn write(&self, key: &MemoryKey, was: Expected, text: Arc<str>, ttl: Duration) -> Result<Tag, StoreError> {
        self.count(key);
        self.store.write(key, was, text, ttl).await
    }

    async fn put(&self, key: &MemoryKey, text: Arc<str>, ttl: Duration) -> Result<Tag, StoreError> {
        self.count(key);
        self.store.put(key, text, ttl).await
    }

    async fn delete(&self, key: &MemoryKey, tag: &Tag) -> Result<(), StoreError> {
        self.count(key);
        self.store.delete(key, tag).await
    }
}

/// A session of two minutes: how many requests it made about its journal, and what its recording says of the settings.
async fn played(conditional: bool) -> (u64, bool) {
    let coins = Declared::counter("coins", Bounds::new(0, 1_000, BoundsPolicy::Reject).unwrap());
    let schema = Schema::new(SchemaVersion(1), Map::new().into(), vec![coins]).unwrap();
    let config = Config::new(Settings::DEFAULT, schema).unwrap();
    let memory = Said { store: Entries::new(EntriesSettings::PLATFORM), conditional, journals: AtomicU64::new(0) };
    let memory = Arc::new(memory);
    let stores = Stores {
        durable: Arc::new(Durable::new(DurableSettings::PLATFORM)),
        memory: Arc::clone(&memory),
        bus: Arc::new(Topics::new()),
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("recording");
    let (recorder, recording) = Recorder::to_file(&file, &config, RecorderSettings::default()).unwrap();
    let options = Options { recorder: Some(recorder), ..Options::default() };
    let (server, driver) = server::<_, _, _, Tree, Change>(stores, config, options).await.unwrap();
    let running = tokio::spawn(driver.run());
    server.ready().unwrap();
    let ann = Key::new("players", "ann").unwrap();
    server.open(&ann, Mode::Exclusive).await.unwrap();
    server.change(&ann, Change::new(vec![(Path::from_iter(["coins"]), Op::Add(1))]).unwrap()).unwrap();
    sleep(Duration::from_secs(120)).await;
    server.close(&ann).await.unwrap();
    server.shutdown().await.unwrap();
    running.await.unwrap();
    drop(server);
    recording.wait().unwrap();
    let reader = Reader::open(File::open(file).unwrap()).unwrap();
    (memory.journals.load(Relaxed), reader.header().settings.journal)
}

#[tokio::test(start_paused = true)]
async fn there_is_a_journal_only_where_writes_are_conditional() {
    assert_eq!(played(false).await, (0, false));
    let (requests, recorded) = played(true).await;
    assert!(requests > 0 && recorded);
}
