//! Faults around any store, drawn from a seed.

use crate::backend::{
    Ban, Bus, BusCapabilities, DurableCapabilities, DurableStore, Entry, Expected, Key, MemoryCapabilities,
    MemoryEntry, MemoryKey, MemoryStore, Meta, Moderation, ModerationCapabilities, Page, StoreError, Subscription, Tag,
    Topic, Version, VersionId,
};
use crate::dice::Dice;
use crate::sync::{Mutex, lock};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::sleep;

/// How often each fault happens, in thousandths, and how long things take.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "settings are written out by hand; the default is none")]
pub struct Faults {
    /// A write is carried out, and its answer gets lost: Unknown.
    pub reply_lost: u16,
    /// A write ends as Unknown, and is carried out later, up to `late_by`, after requests that came after it.
    pub late: u16,
    /// How late that is at most.
    pub late_by: Duration,
    /// A write never arrives: Unknown.
    pub request_lost: u16,
    /// A read gives what an earlier one gave.
    pub stale: u16,
    /// An entry of a memory store is gone when it is read; a message of a bus gets lost.
    pub vanish: u16,
    /// A message of a bus arrives twice.
    pub repeat: u16,
    /// A request is overtaken by others that come up to `reorder_by` later.
    pub reorder: u16,
    /// How much later that is at most.
    pub reorder_by: Duration,
    /// The shortest way of a request to the store.
    pub latency_min: Duration,
    /// The longest way of a request to the store.
    pub latency_max: Duration,
}

/// A store with faults in front of it. Clones are the same store, with the same dice.
///
/// A request is on its way as soon as its future is polled: dropping the future does not bring it back, and it may still
/// be carried out. Needs a running tokio runtime.
#[derive(Clone, Debug)]
pub struct Faulty<S> {
    store: S,
    faults: Faults,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    dice: Mutex<Dice>,
    down: AtomicBool,
    records: Mutex<BTreeMap<Key, Option<Entry>>>,
    entries: Mutex<BTreeMap<MemoryKey, Option<MemoryEntry>>>,
}

/// What becomes of a request that is on its way.
enum Fate {
    Plain,
    ReplyLost,
    RequestLost,
    Late(Duration),
}

impl<S> Faulty<S> {
    /// The same seed, faults and requests in the same order give the same faults.
    pub fn new(store: S, faults: Faults, seed: u64) -> Self {
        let shared = Shared {
            dice: Mutex::new(Dice::new(seed)),
            down: AtomicBool::new(false),
            records: Mutex::default(),
            entries: Mutex::default(),
        };
        Self { store, faults, shared: Arc::new(shared) }
    }

    /// While it is down, no request reaches the store; those that are on their way still do.
    pub fn set_down(&self, down: bool) {
        self.shared.down.store(down, Ordering::SeqCst);
    }

    /// The store behind the faults.
    pub fn inner(&self) -> &S {
        &self.store
    }

    fn draw(&self) -> u64 {
        lock(&self.shared.dice).next()
    }

    fn happens(&self, thousandths: u16) -> bool {
        thousandths > 0 && self.draw() % 1_000 < u64::from(thousandths)
    }

    fn between(&self, min: Duration, max: Duration) -> Duration {
        let span = u64::try_from(max.saturating_sub(min).as_micros()).unwrap_or(u64::MAX);
        min.saturating_add(Duration::from_micros(lock(&self.shared.dice).within(0, span)))
    }

    /// How long the request is on its way; an error if the store is down.
    fn depart(&self) -> Result<Duration, StoreError> {
        if self.shared.down.load(Ordering::SeqCst) {
            return Err(StoreError::UNAVAILABLE);
        }
        let faults = self.faults;
        let way = self.between(faults.latency_min, faults.latency_max);
        let behind =
            if self.happens(faults.reorder) { self.between(Duration::ZERO, faults.reorder_by) } else { Duration::ZERO };
        Ok(way.saturating_add(behind))
    }

    fn fate(&self) -> Fate {
        let faults = self.faults;
        if self.happens(faults.reply_lost) {
            Fate::ReplyLost
        } else if self.happens(faults.request_lost) {
            Fate::RequestLost
        } else if self.happens(faults.late) {
            Fate::Late(self.between(Duration::ZERO, faults.late_by))
        } else {
            Fate::Plain
        }
    }
}

/// Not even a timer when nothing takes time.
async fn pass(way: Duration) {
    if !way.is_zero() {
        sleep(way).await;
    }
}

impl<S: Clone + Send + Sync + 'static> Faulty<S> {
    /// Carries a request that changes something.
    async fn carry<T, F, W>(&self, call: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(S) -> W + Send + 'static,
        W: Future<Output = Result<T, StoreError>> + Send,
    {
        let way = self.depart()?;
        let fate = self.fate();
        let store = self.store.clone();
        let (late, answered) = match fate {
            Fate::Plain => (Duration::ZERO, true),
            Fate::ReplyLost => (Duration::ZERO, false),
            Fate::RequestLost => {
                pass(way).await;
                return Err(StoreError::Unknown);
            }
            Fate::Late(by) => (by, false),
        };
        // A task of its own: a caller who gives up cannot call back what is on its way.
        let carried = tokio::spawn(async move {
            pass(way.saturating_add(late)).await;
            call(store).await
        });
        if answered {
            return carried.await.unwrap_or(Err(StoreError::Unknown));
        }
        pass(way).await;
        if late.is_zero() {
            let _ = carried.await;
        }
        Err(StoreError::Unknown)
    }

    async fn arrive(&self) -> Result<(), StoreError> {
        pass(self.depart()?).await;
        Ok(())
    }
}

impl<S: DurableStore + Clone> DurableStore for Faulty<S> {
    fn capabilities(&self) -> DurableCapabilities {
        self.store.capabilities()
    }

    async fn read(&self, key: &Key) -> Result<Option<Entry>, StoreError> {
        self.arrive().await?;
        if self.happens(self.faults.stale)
            && let Some(old) = lock(&self.shared.records).get(key)
        {
            return Ok(old.clone());
        }
        let entry = self.store.read(key).await?;
        if self.faults.stale > 0 {
            lock(&self.shared.records).insert(key.clone(), entry.clone());
        }
        Ok(entry)
    }

    async fn write(&self, key: &Key, expected: Expected, text: Arc<str>, meta: &Meta) -> Result<Tag, StoreError> {
        let (key, meta) = (key.clone(), meta.clone());
        self.carry(move |store| async move { store.write(&key, expected, text, &meta).await }).await
    }

    async fn versions(&self, key: &Key) -> Result<Vec<Version>, StoreError> {
        self.arrive().await?;
        self.store.versions(key).await
    }

    async fn read_version(&self, key: &Key, version: &VersionId) -> Result<Option<Entry>, StoreError> {
        self.arrive().await?;
        self.store.read_version(key, version).await
    }

    async fn list(&self, location: &str, after: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        self.arrive().await?;
        self.store.list(location, after, limit).await
    }

    async fn remove(&self, key: &Key) -> Result<(), StoreError> {
        let key = key.clone();
        self.carry(move |store| async move { store.remove(&key).await }).await
    }
}

impl<S: MemoryStore + Clone> MemoryStore for Faulty<S> {
    fn capabilities(&self) -> MemoryCapabilities {
        self.store.capabilities()
    }

    async fn read(&self, key: &MemoryKey) -> Result<Option<MemoryEntry>, StoreError> {
        self.arrive().await?;
        if self.happens(self.faults.stale)
            && let Some(old) = lock(&self.shared.entries).get(key)
        {
            return Ok(old.clone());
        }
        let mut entry = self.store.read(key).await?;
        if self.happens(self.faults.vanish)
            && let Some(there) = &entry
            && self.store.delete(key, &there.tag).await.is_ok()
        {
            entry = None;
        }
        if self.faults.stale > 0 {
            lock(&self.shared.entries).insert(key.clone(), entry.clone());
        }
        Ok(entry)
    }

    async fn write(
        &self,
        key: &MemoryKey,
        expected: Expected,
        text: Arc<str>,
        ttl: Duration,
    ) -> Result<Tag, StoreError> {
        let key = key.clone();
        self.carry(move |store| async move { store.write(&key, expected, text, ttl).await }).await
    }

    async fn put(&self, key: &MemoryKey, text: Arc<str>, ttl: Duration) -> Result<Tag, StoreError> {
        let key = key.clone();
        self.carry(move |store| async move { store.put(&key, text, ttl).await }).await
    }

    async fn delete(&self, key: &MemoryKey, expected: &Tag) -> Result<(), StoreError> {
        let (key, tag) = (key.clone(), expected.clone());
        self.carry(move |store| async move { store.delete(&key, &tag).await }).await
    }
}

impl<S: Bus + Clone> Bus for Faulty<S> {
    fn capabilities(&self) -> BusCapabilities {
        self.store.capabilities()
    }

    async fn publish(&self, topic: &Topic, message: Arc<str>) -> Result<(), StoreError> {
        if self.happens(self.faults.vanish) {
            return self.arrive().await;
        }
        let (topic, again) = (topic.clone(), self.happens(self.faults.repeat));
        self.carry(move |bus| async move {
            if again {
                bus.publish(&topic, Arc::clone(&message)).await?;
            }
            bus.publish(&topic, message).await
        })
        .await
    }

    async fn subscribe(&self, topic: &Topic) -> Result<Subscription, StoreError> {
        self.arrive().await?;
        self.store.subscribe(topic).await
    }
}

impl<S: Moderation + Clone> Moderation for Faulty<S> {
    fn capabilities(&self) -> ModerationCapabilities {
        self.store.capabilities()
    }

    async fn ban(&self, user: u64, ban: &Ban) -> Result<(), StoreError> {
        let ban = ban.clone();
        self.carry(move |service| async move { service.ban(user, &ban).await }).await
    }

    async fn unban(&self, user: u64) -> Result<(), StoreError> {
        self.carry(move |service| async move { service.unban(user).await }).await
    }

    async fn banned(&self, user: u64) -> Result<Option<Ban>, StoreError> {
        self.arrive().await?;
        self.store.banned(user).await
    }
}
