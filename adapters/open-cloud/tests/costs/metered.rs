//! Stores whose requests are counted, and during which a test's paused time stands still.

use jiff::SignedDuration;
use keyholder_emulator::Clock;
use keyholder_tokio::backend::{
    Bus, BusCapabilities, DurableCapabilities, DurableStore, Entry, Expected, Key, MemoryCapabilities, MemoryEntry,
    MemoryKey, MemoryStore, Meta, Page, StoreError, Subscription, Tag, Topic, Version, VersionId,
};
use std::future::Future;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use tokio::time::Instant;

/// A store, and what counts its requests.
pub(crate) struct Metered<S> {
    inner: S,
    meter: Arc<Meter>,
}

impl<S> Metered<S> {
    pub(crate) fn new(inner: S, meter: &Arc<Meter>) -> Self {
        Self { inner, meter: Arc::clone(meter) }
    }
}

/// What a store was asked. Of a memory store, only what is about journals.
#[derive(Default)]
pub(crate) struct Meter {
    /// Requests of every kind.
    pub(crate) requests: AtomicU64,
    /// Writes that were applied.
    pub(crate) applied: AtomicU64,
    /// The largest text that was written, in bytes.
    pub(crate) largest: AtomicUsize,
    /// Follows the test's time; `None` where requests do not leave the process.
    clock: Option<(Clock, Mutex<Instant>)>,
}

impl Meter {
    /// For stores behind a socket. The other end is on another runtime, and has this clock.
    pub(crate) fn far(clock: Clock) -> Self {
        Self { clock: Some((clock, Mutex::new(Instant::now()))), ..Self::default() }
    }

    /// Paused time goes on to the next timer as soon as no task can run, and one that waits for a socket cannot: it
    /// would see its time-out. As long as a blocking task runs, tokio lets paused time stand.
    async fn call<T>(&self, work: impl Future<Output = T>) -> T {
        let Some((clock, then)) = &self.clock else { return work.await };
        let now = Instant::now();
        let passed = now - std::mem::replace(&mut *then.lock().unwrap(), now);
        clock.advance(SignedDuration::try_from(passed).unwrap());
        let (done, wait) = mpsc::channel::<()>();
        tokio::task::spawn_blocking(move || wait.recv());
        let result = work.await;
        drop(done);
        result
    }

    fn asked(&self) {
        self.requests.fetch_add(1, Relaxed);
    }

    fn wrote<T>(&self, bytes: usize, result: Result<T, StoreError>) -> Result<T, StoreError> {
        self.asked();
        if result.is_ok() {
            self.applied.fetch_add(1, Relaxed);
            self.largest.fetch_max(bytes, Relaxed);
        }
        result
    }
}

impl<S: DurableStore> DurableStore for Metered<S> {
    fn capabilities(&self) -> DurableCapabilities {
        self.inner.capabilities()
    }

    async fn read(&self, key: &Key) -> Result<Option<Entry>, StoreError> {
        self.meter.asked();
        self.meter.call(self.inner.read(key)).await
    }

    async fn write(&self, key: &Key, expected: Expected, text: Arc<str>, meta: &Meta) -> Result<Tag, StoreError> {
        let bytes = text.len();
        self.meter.wrote(bytes, self.meter.call(self.inner.write(key, expected, text, meta)).await)
    }

    async fn versions(&self, key: &Key) -> Result<Vec<Version>, StoreError> {
        self.meter.call(self.inner.versions(key)).await
    }

    async fn read_version(&self, key: &Key, version: &VersionId) -> Result<Option<Entry>, StoreError> {
        self.meter.call(self.inner.read_version(key, version)).await
    }

    async fn list(&self, location: &str, after: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        self.meter.call(self.inner.list(location, after, limit)).await
    }

    async fn remove(&self, key: &Key) -> Result<(), StoreError> {
        self.meter.call(self.inner.remove(key)).await
    }
}

fn is_journal(key: &MemoryKey) -> bool {
    matches!(key, MemoryKey::Journal(_))
}

impl<S: MemoryStore> MemoryStore for Metered<S> {
    fn capabilities(&self) -> MemoryCapabilities {
        self.inner.capabilities()
    }

    async fn read(&self, key: &MemoryKey) -> Result<Option<MemoryEntry>, StoreError> {
        if is_journal(key) {
            self.meter.asked();
        }
        self.meter.call(self.inner.read(key)).await
    }

    async fn write(
        &self,
        key: &MemoryKey,
        expected: Expected,
        text: Arc<str>,
        ttl: Duration,
    ) -> Result<Tag, StoreError> {
        let bytes = text.len();
        let result = self.meter.call(self.inner.write(key, expected, text, ttl)).await;
        if is_journal(key) { self.meter.wrote(bytes, result) } else { result }
    }

    async fn put(&self, key: &MemoryKey, text: Arc<str>, ttl: Duration) -> Result<Tag, StoreError> {
        let bytes = text.len();
        let result = self.meter.call(self.inner.put(key, text, ttl)).await;
        if is_journal(key) { self.meter.wrote(bytes, result) } else { result }
    }

    async fn delete(&self, key: &MemoryKey, expected: &Tag) -> Result<(), StoreError> {
        if is_journal(key) {
            self.meter.asked();
        }
        self.meter.call(self.inner.delete(key, expected)).await
    }
}

impl<S: Bus> Bus for Metered<S> {
    fn capabilities(&self) -> BusCapabilities {
        self.inner.capabilities()
    }

    async fn publish(&self, topic: &Topic, message: Arc<str>) -> Result<(), StoreError> {
        self.meter.call(self.inner.publish(topic, message)).await
    }

    async fn subscribe(&self, topic: &Topic) -> Result<Subscription, StoreError> {
        self.meter.call(self.inner.subscribe(topic)).await
    }
}
