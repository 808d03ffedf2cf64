//! One server on tokio: the core's [`Host`](keyholder_core::host::Host) with real stores, a real clock and callers.
//!
//! [`server`] gives a [`Handle`], which is cloned freely and steps the host where it is called, and a [`Driver`], which
//! carries out what the host asks for. A change is taken in memory and costs no message; what waits for a store is a
//! future.
//!
//! ```
//! use keyholder_core::config::{Config, Settings};
//! use keyholder_core::ids::SchemaVersion;
//! use keyholder_core::input::Mode;
//! use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
//! use keyholder_core::tree::{Change, Declared, Schema, Tree};
//! use keyholder_core::value::{Map, Path};
//! use keyholder_tokio::backend::Key;
//! use keyholder_tokio::memory::{Durable, DurableSettings, Entries, EntriesSettings, Topics};
//! use keyholder_tokio::server::{Options, Stores, server};
//! use std::sync::Arc;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let coins = Declared::counter("coins", Bounds::new(0, 1_000_000, BoundsPolicy::Reject)?);
//! let schema = Schema::new(SchemaVersion(1), Map::new().into(), vec![coins])?;
//! let stores = Stores {
//!     durable: Arc::new(Durable::new(DurableSettings::PLATFORM)),
//!     memory: Arc::new(Entries::new(EntriesSettings::PLATFORM)),
//!     bus: Arc::new(Topics::new()),
//! };
//! let config = Config::new(Settings::DEFAULT, schema)?;
//! let (handle, driver) = server::<_, _, _, Tree, Change>(stores, config, Options::default()).await?;
//! let running = tokio::spawn(driver.run());
//! handle.ready()?;
//!
//! let ann = Key::new("players", "Player_1")?;
//! handle.open(&ann, Mode::Exclusive).await?;
//! handle.change(&ann, Change::new(vec![(Path::from_iter(["coins"]), Op::Add(5))])?)?;
//! handle.save(&ann).await?;
//! handle.close(&ann).await?;
//!
//! handle.shutdown().await?;
//! assert_eq!(running.await?.abandoned, 0);
//! # Ok(())
//! # }
//! ```

//!
//! # What a document may do
//!
//! [`Document`] is code of the application, and runs inside a step, which all callers of a server wait for. If it
//! **panics**, the session that the step was for ends, and nobody else's:
//!
//! * in a change, the caller has [`HostMisuse::Panicked`](keyholder_core::host::HostMisuse::Panicked); what was accepted
//!   before is saved, and the record is released;
//! * where an answer of the store is taken in, the session is abandoned: whoever waits is told, and what was not durable is
//!   unknown. The record is as it was, and the next open may take it;
//! * in the task of a request (where rules run on the record, migrations among them), the request is answered as unknown,
//!   and made again later. Nothing is written.
//!
//! A program that is built with `panic = "abort"` ends instead. If it **does not return**, nobody can end it: a step of more
//! than a second is reported as an error once a second (by another thread of the runtime), one that has taken more than
//! 100 ms as a warning. Events are told through a channel: whoever takes them out does so on their own time.
//!
//! # What is told
//!
//! `tracing` has a span `session` per key from the first request to the end (`key`, `epoch`, `end`), and in it one
//! `request` per request on the record or the journal (`kind`, `key`, `outcome`). Spans and events name keys; they never
//! hold a value of a player, and no nonce. Figures go to the `metrics` facade:
//!
//! | figure | type | labels | what |
//! |---|---|---|---|
//! | `keyholder_sessions` | gauge | | records that are open here or on their way |
//! | `keyholder_requests_waiting` | gauge | | the queue: requests that wait for their turn or for the budget |
//! | `keyholder_requests_running` | gauge | | requests without an answer |
//! | `keyholder_opens_total` | counter | `result`: opened, refused | opens |
//! | `keyholder_ended_total` | counter | `end`: closed, refused, cancelled, lost, abandoned | sessions that ended |
//! | `keyholder_verdicts_total` | counter | `verdict`: durable, superseded, lost, unknown | changes with their verdict |
//! | `keyholder_requests_total` | counter | `kind`: read, claim, save, close, journal_write …; `outcome`: read, wrote, conflict, unknown, unavailable | requests that were answered |
//! | `keyholder_request_seconds` | histogram | `kind` | how long requests took |
//! | `keyholder_retries_total` | counter | | requests that are to be made again |
//! | `keyholder_waits_total` | counter | | times that requests had to wait for the budget, or for the pace of a key |
//! | `keyholder_step_seconds` | histogram | | how long steps took |
//! | `keyholder_missed_events_total` | counter | | events that the application did not take out |
//! | `keyholder_panics_total` | counter | | steps that panicked |
//! | `keyholder_stuck_total` | counter | | seconds in which a step did not return |

mod driver;
mod error;
mod guard;
mod handle;
#[cfg(all(test, keyholder_loom))]
mod models;
mod observe;
mod outbox;
mod players;
mod random;
mod register;
mod saves;
mod shared;
mod signal;
mod timers;
mod visits;
mod waits;
mod wire;

pub use driver::Driver;
pub use error::{CallError, Gone, NotJoined, NotOpened, NotRegistered, NotSaved, NotWatched, StartError};
pub use handle::Handle;
pub use players::{Audit, AuditLine, Each, PlayerExported, PlayerWiped, keys_of};
pub use shared::Report;
pub use visits::Visit;

use crate::backend::{Bus, DurableStore, Key, MemoryStore, Topic};
use crate::recording::Recorder;
use crate::{conformance, memory};
use keyholder_core::config::Config;
use keyholder_core::document::Document;
use keyholder_core::effect::Event;
use keyholder_core::host::{HostInput, Pace};
use keyholder_core::ids::HostId;
use keyholder_core::stored::Stored;
use random::Random;
use shared::Shared;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tracing::warn;

/// Where a server keeps what it keeps.
#[derive(Debug)]
#[allow(clippy::exhaustive_structs, reason = "a server has these three and no other")]
pub struct Stores<S, M, B> {
    /// Records.
    pub durable: Arc<S>,
    /// Journals and heartbeats.
    pub memory: Arc<M>,
    /// Messages.
    pub bus: Arc<B>,
}

impl<S, M, B> Clone for Stores<S, M, B> {
    fn clone(&self) -> Self {
        Self { durable: Arc::clone(&self.durable), memory: Arc::clone(&self.memory), bus: Arc::clone(&self.bus) }
    }
}

impl Stores<memory::Durable, memory::Entries, memory::Topics> {
    /// Studio mode: everything behaves as it does elsewhere, with the platform's limits, and is gone with the process
    /// (DIA-15). Which stores a server has is decided here and nowhere else (D34): one that is to work on real data in the
    /// studio is given the real ones.
    pub fn studio() -> Self {
        warn!("studio mode: data are kept in memory and are gone when this process ends");
        Self {
            durable: Arc::new(memory::Durable::new(memory::DurableSettings::PLATFORM)),
            memory: Arc::new(memory::Entries::new(memory::EntriesSettings::PLATFORM)),
            bus: Arc::new(memory::Topics::new()),
        }
    }
}

/// How a server deals with its stores.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "options are written out by hand; the default gives the rest")]
pub struct Options {
    /// After so long a request is given up: nobody knows then what became of it. Default 30 s.
    pub request_timeout: Duration,
    /// How often a conditional write is tried anew because others wrote in between, before it is a conflict. Default 5.
    pub tries: NonZeroU32,
    /// The key of the self-test in front of the start, which must be this server's own; without one, none is made. Default
    /// is one that is made of this server's id.
    pub self_test: SelfTest,
    /// Where to tell what the sessions say, in order. An application that does not take them out misses some, which
    /// [`Handle::missed_events`] counts; verdicts that somebody waits for are never missed.
    pub events: Option<mpsc::Sender<(Key, Event)>>,
    /// At which pace the journals of a location are kept, where it is not that of the settings (DIA-4).
    pub paces: BTreeMap<String, Pace>,
    /// Writes down each step, so that it can be run again. Default none.
    pub recorder: Option<Recorder>,
    /// Draws the server's id, nonces and moments from a seed, so that a test on paused time is the same run each time. Never in
    /// production: two servers of one seed take each other for themselves. Default is the system's randomness.
    pub seed: Option<u64>,
}

/// The self-test of the durable store in front of a start.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "there is no other way")]
pub enum SelfTest {
    /// On a key of this server's own, in the location `keyholder-self-test`, which is removed again.
    #[default]
    OwnKey,
    /// On this key.
    On(Key),
    /// None: the store is known to keep its word.
    Skip,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(30),
            tries: NonZeroU32::new(5).unwrap_or(NonZeroU32::MIN),
            self_test: SelfTest::OwnKey,
            events: None,
            paces: BTreeMap::new(),
            recorder: None,
            seed: None,
        }
    }
}

/// A server that is starting up: whoever is opened waits until [`Handle::ready`]. Nothing happens until the driver runs.
///
/// On a memory store without conditional writes it has no journal, whatever the settings say (SPEC.md 10.1).
///
/// # Errors
/// [`StartError`]: the durable store does not keep its word, the bus cannot be listened to, or there is no randomness.
pub async fn server<S, M, B, D, C>(
    stores: Stores<S, M, B>,
    config: Config<D::Shape>,
    options: Options,
) -> Result<(Handle<D, C>, Driver<S, M, B, D, C>), StartError>
where
    S: DurableStore,
    M: MemoryStore,
    B: Bus,
    D: Document<C> + Stored + Send + Sync + 'static,
    D::Shape: Send + Sync + 'static,
    C: Clone + Stored + Send + Sync + 'static,
{
    let mut random = Random::new(options.seed);
    let me = HostId(random.number()?);
    self_test(&stores, &options, me).await?;
    let config = journalled(config, &*stores.memory);
    let subscription = if stores.bus.capabilities().subscribe {
        Some(stores.bus.subscribe(&topic(me)?).await.map_err(StartError::Bus)?)
    } else {
        None
    };
    let observer = options.recorder.as_ref().and_then(|it| it.begin(me, config.settings().journal));
    let (events, paces) = (options.events.clone(), options.paces.clone());
    let shared = Arc::new(Shared::new(me, config, events, paces, random.number()?, observer));
    shared.step(HostInput::Start).map_err(|_| StartError::Randomness)?;
    let driver = Driver::new(Arc::clone(&shared), stores, options, subscription);
    Ok((Handle::new(shared), driver))
}

/// Two servers that write one entry without a condition would overwrite what the other one has not read.
fn journalled<S>(config: Config<S>, memory: &impl MemoryStore) -> Config<S> {
    if memory.capabilities().conditional || !config.settings().journal {
        return config;
    }
    warn!(
        "the memory store has no conditional writes, so there is no journal; a shorter `max_unflushed_ms` loses less"
    );
    config.without_journal()
}

async fn self_test<S: DurableStore, M, B>(
    stores: &Stores<S, M, B>,
    options: &Options,
    me: HostId,
) -> Result<(), StartError> {
    let own = || Key::new("keyholder-self-test", me.to_string()).map_err(StartError::Name);
    match &options.self_test {
        SelfTest::Skip => Ok(()),
        SelfTest::On(key) => conformance::self_test(&stores.durable, key).await.map_err(StartError::SelfTest),
        SelfTest::OwnKey => {
            let key = own()?;
            conformance::self_test(&stores.durable, &key).await.map_err(StartError::SelfTest)?;
            // What is left behind is garbage, no harm.
            let _ = stores.durable.remove(&key).await;
            Ok(())
        }
    }
}

/// The topic on which a server is asked: it is made of its id, so there is no directory.
fn topic(host: HostId) -> Result<Topic, StartError> {
    Topic::new(format!("keyholder-{host}")).map_err(StartError::Name)
}
