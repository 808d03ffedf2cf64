//! The cache, and others beside it: the same keys, the same handles as values, the same hasher.
//!
//! What they have differs. An age limit: ours, `moka`, `mini-moka`; both read a clock themselves. Entries that stay: ours, `quick_cache`. Strict order of
//! use: ours, `lru`, `hashlink`, `schnellru`, `foyer-memory` (whose `Lru` has one pool here) and `moka` (which brings it up to date now and then). For
//! many threads: `moka`, `foyer-memory`.

use foyer_memory::LruConfig;
use keyholder_core::cache::{Cache, FixedState};
use keyholder_core::config;
use keyholder_core::ids::Seq;
use keyholder_core::timer::Millis;
use quick_cache::{Lifecycle, UnitWeighter};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

/// What is cached: a handle.
pub type Value = Arc<u64>;

/// Long enough that nothing grows too old.
const TTL: Duration = Duration::from_secs(3_600);

/// A cache that is measured.
pub trait Peer {
    /// Its name.
    const NAME: &'static str;

    /// An empty cache of at most so many entries.
    fn new(max: usize) -> Self;

    /// Reads.
    fn get(&mut self, key: u64) -> Option<Value>;

    /// Puts what may be evicted.
    fn put(&mut self, key: u64, value: Value);
}

/// A cache with entries that stay.
pub trait Pins: Peer {
    /// Puts what must stay.
    fn pin(&mut self, key: u64);
}

/// Reads and puts of the caches that lend a value and have an `insert`.
macro_rules! lends_and_inserts {
    () => {
        #[inline]
        fn get(&mut self, key: u64) -> Option<Value> {
            self.0.get(&key).cloned()
        }

        #[inline]
        fn put(&mut self, key: u64, value: Value) {
            self.0.insert(key, value);
        }
    };
}

/// Ours.
pub struct Ours(Cache<u64, Value>);

impl Peer for Ours {
    const NAME: &'static str = "keyholder";

    fn new(max: usize) -> Self {
        let max_entries = u32::try_from(max).expect("the bench asks for thousands of entries");
        let ttl_ms = u64::try_from(TTL.as_millis()).ok();
        Self(Cache::new(&config::Cache { ttl_ms, max_entries }))
    }

    #[inline]
    fn get(&mut self, key: u64) -> Option<Value> {
        self.0.get(&key, Millis(1))
    }

    #[inline]
    fn put(&mut self, key: u64, value: Value) {
        let put = self.0.put_clean(key, value, Millis(1));
        debug_assert!(put.is_ok());
    }
}

impl Pins for Ours {
    fn pin(&mut self, key: u64) {
        self.0.put_dirty(key, Arc::new(PINNED), Seq(1), Millis(1)).expect("there is a place");
    }
}

/// `lru`.
pub struct Lru(lru::LruCache<u64, Value, FixedState>);

impl Peer for Lru {
    const NAME: &'static str = "lru";

    fn new(max: usize) -> Self {
        let max = NonZeroUsize::new(max).expect("the bench asks for thousands of entries");
        Self(lru::LruCache::with_hasher(max, FixedState::default()))
    }

    #[inline]
    fn get(&mut self, key: u64) -> Option<Value> {
        self.0.get(&key).cloned()
    }

    #[inline]
    fn put(&mut self, key: u64, value: Value) {
        self.0.push(key, value);
    }
}

/// `hashlink`.
pub struct Hashlink(hashlink::LruCache<u64, Value, FixedState>);

impl Peer for Hashlink {
    const NAME: &'static str = "hashlink";

    fn new(max: usize) -> Self {
        Self(hashlink::LruCache::with_hasher(max, FixedState::default()))
    }

    lends_and_inserts!();
}

/// `schnellru`.
pub struct Schnellru(schnellru::LruMap<u64, Value, schnellru::ByLength, FixedState>);

impl Peer for Schnellru {
    const NAME: &'static str = "schnellru";

    fn new(max: usize) -> Self {
        let max = u32::try_from(max).expect("the bench asks for thousands of entries");
        Self(schnellru::LruMap::with_hasher(schnellru::ByLength::new(max), FixedState::default()))
    }

    lends_and_inserts!();
}

/// The value of what must stay.
const PINNED: u64 = u64::MAX;

/// Keeps what has the value [`PINNED`].
#[derive(Clone)]
pub struct Keeper;

impl Lifecycle<u64, Value> for Keeper {
    type RequestState = ();

    fn is_pinned(&self, _: &u64, value: &Value) -> bool {
        **value == PINNED
    }
}

/// `quick_cache`, for one thread.
pub struct QuickCache(quick_cache::unsync::Cache<u64, Value, UnitWeighter, FixedState, Keeper>);

impl Peer for QuickCache {
    const NAME: &'static str = "quick_cache";

    fn new(max: usize) -> Self {
        let hasher = FixedState::default();
        Self(quick_cache::unsync::Cache::with(max, max as u64, UnitWeighter, hasher, Keeper))
    }

    lends_and_inserts!();
}

impl Pins for QuickCache {
    fn pin(&mut self, key: u64) {
        self.0.insert(key, Arc::new(PINNED));
    }
}

/// `mini-moka`, for one thread.
pub struct MiniMoka(mini_moka::unsync::Cache<u64, Value, FixedState>);

impl Peer for MiniMoka {
    const NAME: &'static str = "mini-moka";

    fn new(max: usize) -> Self {
        let builder = mini_moka::unsync::Cache::builder().max_capacity(max as u64).time_to_live(TTL);
        Self(builder.build_with_hasher(FixedState::default()))
    }

    lends_and_inserts!();
}

/// `moka`.
pub struct Moka(moka::sync::Cache<u64, Value, FixedState>);

impl Moka {
    /// The cache itself: it needs no lock.
    pub fn shared(self) -> moka::sync::Cache<u64, Value, FixedState> {
        self.0
    }
}

impl Peer for Moka {
    const NAME: &'static str = "moka";

    fn new(max: usize) -> Self {
        let builder = moka::sync::Cache::builder().max_capacity(max as u64).time_to_live(TTL);
        let builder = builder.eviction_policy(moka::policy::EvictionPolicy::lru());
        Self(builder.build_with_hasher(FixedState::default()))
    }

    #[inline]
    fn get(&mut self, key: u64) -> Option<Value> {
        self.0.get(&key)
    }

    #[inline]
    fn put(&mut self, key: u64, value: Value) {
        self.0.insert(key, value);
    }
}

/// `foyer-memory`, with one shard.
pub struct Foyer(foyer_memory::Cache<u64, Value, FixedState>);

impl Peer for Foyer {
    const NAME: &'static str = "foyer-memory";

    fn new(max: usize) -> Self {
        let builder = foyer_memory::CacheBuilder::new(max).with_shards(1);
        let builder = builder.with_eviction_config(LruConfig { high_priority_pool_ratio: 0.0 });
        Self(builder.with_hash_builder(FixedState::default()).build())
    }

    #[inline]
    fn get(&mut self, key: u64) -> Option<Value> {
        self.0.get(&key).map(|it| it.value().clone())
    }

    #[inline]
    fn put(&mut self, key: u64, value: Value) {
        self.0.insert(key, value);
    }
}
