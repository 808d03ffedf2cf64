//! The servers: each with a driver of its own, over one database, one memory store and one bus.

use super::account::{Account, Stored};
use crate::settings::quick;
use keyholder_core::config::Config;
use keyholder_core::effect::Event;
use keyholder_core::ids::SchemaVersion;
use keyholder_core::ops::{Bounds, BoundsPolicy};
use keyholder_core::record::Record;
use keyholder_core::stored::Item;
use keyholder_core::tree::{Change, Declared, Schema, Tree};
use keyholder_core::value::{Map, Value};
use keyholder_tokio::backend::{DurableStore, Key};
use keyholder_tokio::local::{Local, LocalSettings};
use keyholder_tokio::memory::{Entries, EntriesSettings, Faults, Faulty, Topics};
use keyholder_tokio::server::{Handle, Options, SelfTest, Stores, server};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{RwLock, mpsc};
use tokio::task::JoinHandle;

pub(super) type Server = Handle<Tree, Change>;

type Together = Stores<Faulty<Local>, Faulty<Entries>, Faulty<Topics>>;

/// What a fleet is made of.
pub(super) struct Setup {
    pub(super) file: PathBuf,
    pub(super) faults: Faults,
    pub(super) seed: u64,
    pub(super) servers: usize,
}

/// All servers. One that is killed is replaced by a new one.
pub(super) struct Fleet {
    stores: Together,
    local: Local,
    servers: Vec<RwLock<Running>>,
    account: Arc<Account>,
}

struct Running {
    handle: Server,
    driver: JoinHandle<()>,
    polite: JoinHandle<()>,
}

impl Fleet {
    /// Starts all servers.
    pub(super) async fn start(setup: Setup, account: Arc<Account>) -> Result<Self, Box<dyn Error>> {
        let local = Local::open(&setup.file, LocalSettings::default()).await?;
        let (faults, seed) = (setup.faults, setup.seed);
        let stores = Stores {
            durable: Arc::new(Faulty::new(local.clone(), faults, seed)),
            memory: Arc::new(Faulty::new(Entries::new(EntriesSettings::PLATFORM), faults, seed ^ 1)),
            bus: Arc::new(Faulty::new(Topics::new(), faults, seed ^ 2)),
        };
        let mut servers = Vec::new();
        for _ in 0..setup.servers {
            servers.push(RwLock::new(boot(&stores).await?));
        }
        Ok(Self { stores, local, servers, account })
    }

    pub(super) fn len(&self) -> usize {
        self.servers.len()
    }

    /// A server as it is now.
    pub(super) async fn server(&self, at: usize) -> Server {
        self.servers[at].read().await.handle.clone()
    }

    /// Kills a server: its tasks stop wherever they are. A new one takes its place.
    pub(super) async fn kill(&self, at: usize) -> Result<(), Box<dyn Error>> {
        let mut running = self.servers[at].write().await;
        running.driver.abort();
        running.polite.abort();
        *running = boot(&self.stores).await?;
        self.account.count(|it| it.kills += 1);
        Ok(())
    }

    /// Shuts every server down, and reads what the database holds.
    pub(super) async fn end(&self) -> Result<BTreeMap<usize, Stored>, Box<dyn Error>> {
        for server in &self.servers {
            let running = server.read().await;
            running.handle.shutdown().await?;
        }
        // Writes that are late have arrived by then.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let mut stored = BTreeMap::new();
        let mut after = None;
        loop {
            let page = self.local.list(LOCATION, after.as_deref(), 100).await?;
            for player in &page.players {
                let key = Key::new(LOCATION, player.as_str())?;
                if let (Some(number), Some(entry)) = (number(player), self.local.read(&key).await?) {
                    stored.insert(number, read(&Record::<Tree>::from_text(&*entry.text)?));
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(stored);
            }
        }
    }
}

const LOCATION: &str = "demo";

/// The key of a player.
pub(super) fn key(player: usize) -> Result<Key, Box<dyn Error + Send + Sync>> {
    Ok(Key::new(LOCATION, format!("player-{player}"))?)
}

fn number(player: &str) -> Option<usize> {
    player.strip_prefix("player-")?.parse().ok()
}

/// A server that gives up what it is asked for.
async fn boot(stores: &Together) -> Result<Running, Box<dyn Error>> {
    let (tell, mut told) = mpsc::channel(1_024);
    let options = Options {
        request_timeout: Duration::from_secs(5),
        // The faults are wanted here, and the store behind them has been tested.
        self_test: SelfTest::Skip,
        events: Some(tell),
        ..Options::default()
    };
    let (handle, driver) = server::<_, _, _, Tree, Change>(stores.clone(), config()?, options).await?;
    handle.ready()?;
    let driver = tokio::spawn(async move {
        driver.run().await;
    });
    let asked = handle.clone();
    let polite = tokio::spawn(async move {
        while let Some((key, event)) = told.recv().await {
            if matches!(event, Event::TakeOverRequested(_)) {
                let _ = asked.close(&key).await;
            }
        }
    });
    Ok(Running { handle, driver, polite })
}

fn config() -> Result<Config<Schema>, Box<dyn Error>> {
    let bounds = Bounds::new(0, 1 << 50, BoundsPolicy::Reject)?;
    let declared = vec![
        Declared::counter("coins", bounds),
        Declared::counter("gift_coins", bounds),
        Declared::set("gifts", 100_000),
    ];
    let template: Value = Map::from_iter([("log", Value::from(Map::new()))]).into();
    Ok(Config::new(quick(), Schema::new(SchemaVersion(1), template, declared)?)?)
}

fn read(record: &Record<Tree>) -> Stored {
    let number = |value: Option<&Value>| match value {
        Some(Value::Number(number)) => number.integer().unwrap_or_default(),
        _ => 0,
    };
    let Value::Map(root) = record.data.root() else { return Stored::default() };
    let mut log: BTreeMap<String, i64> = BTreeMap::new();
    if let Some(Value::Map(changes)) = root.get("log") {
        let named = changes.iter().filter_map(|(name, worth)| Some((name.as_str()?.to_owned(), number(Some(worth)))));
        log.extend(named);
    }
    if let Some(Value::Array(gifts)) = root.get("gifts") {
        log.extend(gifts.iter().filter_map(|gift| {
            let Value::Text(gift) = gift else { return None };
            let (name, worth) = gift.as_str()?.split_once('=')?;
            Some((name.to_owned(), worth.parse().ok()?))
        }));
    }
    Stored { coins: number(root.get("coins")) + number(root.get("gift_coins")), log }
}
