//! An emulator behind a socket, servers on it, and what they ask of it.

use crate::metered::{Meter, Metered};
use keyholder_core::config::{Config, Settings};
use keyholder_core::tree::{Change, Schema, Tree};
use keyholder_emulator::{Clock, Emulator, Settings as Local};
use keyholder_open_cloud::{ApiKey, Client, Entries, Messages, Records, Settings as OpenCloud};
use keyholder_tokio::server::{Handle, Options, Stores, server};
use std::future::{Future, pending};
use std::net::TcpListener;
use std::ops::Sub;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::time::sleep;

pub(crate) type Server = Handle<Tree, Change>;

/// One experience.
pub(crate) struct Cloud {
    pub(crate) emulator: Emulator,
    players: u32,
    url: String,
    meter: Arc<Meter>,
    servers: AtomicU64,
}

/// Requests of each kind, as the platform counts them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Counts {
    pub(crate) reads: u64,
    /// Creations, and updates under a condition: the adapter knows no others.
    pub(crate) writes: u64,
    pub(crate) lists: u64,
    pub(crate) removals: u64,
    pub(crate) memory: u64,
    pub(crate) messages: u64,
}

impl Sub for Counts {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            reads: self.reads - before.reads,
            writes: self.writes - before.writes,
            lists: self.lists - before.lists,
            removals: self.removals - before.removals,
            memory: self.memory - before.memory,
            messages: self.messages - before.messages,
        }
    }
}

impl Cloud {
    /// With the budgets of so many players.
    pub(crate) fn start(players: u32) -> Self {
        let clock = Clock::manual("2026-01-01T00:00:00Z".parse().unwrap());
        // It lives in real time, in which the test's hours are seconds: no connection is to end meanwhile.
        let patience = Duration::from_secs(600);
        let emulator = Emulator::new(Local { ccu: players, clock: clock.clone(), patience, ..Local::default() });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serving = emulator.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                serving.serve(listener, pending()).await.unwrap();
            });
        });
        Self { emulator, players, url, meter: Arc::new(Meter::far(clock)), servers: AtomicU64::new(1) }
    }

    /// A server with the settings, the budgets and the shares of them that are the defaults.
    pub(crate) async fn server(&self, schema: Schema) -> Server {
        let settings = OpenCloud { base_url: self.url.clone(), players: self.players, ..OpenCloud::new(1) };
        let client = Client::new(&settings, &ApiKey::new("local").unwrap()).unwrap();
        let stores = Stores {
            durable: Arc::new(Metered::new(Records::new(client.clone()), &self.meter)),
            memory: Arc::new(Metered::new(Entries::new(client.clone(), "keyholder").unwrap(), &self.meter)),
            bus: Arc::new(Metered::new(Messages::new(client), &self.meter)),
        };
        let config = Config::new(Settings { schema: schema.version(), ..Settings::DEFAULT }, schema).unwrap();
        let options = Options { seed: Some(self.servers.fetch_add(1, Relaxed)), ..Options::default() };
        let (handle, driver) = server(stores, config, options).await.unwrap();
        tokio::spawn(driver.run());
        handle.ready().unwrap();
        handle
    }

    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for (name, count) in self.emulator.counts() {
            let of = match name {
                "DataStores.GetEntry" => &mut counts.reads,
                "DataStores.CreateEntry" | "DataStores.UpdateEntry" => &mut counts.writes,
                "DataStores.ListRevisions" => &mut counts.lists,
                "DataStores.DeleteEntry" => &mut counts.removals,
                // Heartbeats. A journal would be read and created.
                "SortedMaps.UpdateItem" => &mut counts.memory,
                "Messaging.Publish" => &mut counts.messages,
                _ => panic!("{name} is in no table"),
            };
            *of += count;
        }
        counts
    }

    /// What a piece of work costs, with what it leaves to be done right after it.
    pub(crate) async fn cost<T>(&self, work: impl Future<Output = T>) -> (T, Counts) {
        let before = self.counts();
        let done = work.await;
        sleep(Duration::from_secs(2)).await;
        (done, self.counts() - before)
    }

    /// What the experience may ask for in a minute, by the emulator's name for it.
    pub(crate) fn budget(&self, name: &str) -> f64 {
        let budgets = self.emulator.budgets(1);
        budgets.iter().find(|budget| budget.0 == name).map(|budget| f64::from(budget.2)).unwrap()
    }
}
