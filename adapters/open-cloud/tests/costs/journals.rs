//! What a journal adds, where the memory store has conditional writes: in memory, for that of Open Cloud has none.

use crate::cloud::Server;
use crate::metered::{Meter, Metered};
use crate::players::{add, key, play, schema};
use keyholder_core::config::{Config, Settings, StealPolicy};
use keyholder_core::input::Mode;
use keyholder_tokio::memory::{Durable, DurableSettings, Entries, EntriesSettings, Topics};
use keyholder_tokio::server::{Options, Report, Stores, server};
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// Stores in memory, and what was asked of them.
struct World {
    durable: Durable,
    memory: Entries,
    records: Arc<Meter>,
    journals: Arc<Meter>,
}

impl World {
    fn new() -> Self {
        Self {
            durable: Durable::new(DurableSettings::PLATFORM),
            memory: Entries::new(EntriesSettings::PLATFORM),
            records: Arc::default(),
            journals: Arc::default(),
        }
    }

    async fn server(&self, settings: Settings, seed: u64) -> (Server, JoinHandle<Report>) {
        let stores = Stores {
            durable: Arc::new(Metered::new(self.durable.clone(), &self.records)),
            memory: Arc::new(Metered::new(self.memory.clone(), &self.journals)),
            bus: Arc::new(Topics::new()),
        };
        let config = Config::new(settings, schema(1)).unwrap();
        // The journal is written at random moments: with a seed, at the same ones each time.
        let options = Options { seed: Some(seed), ..Options::default() };
        let (handle, driver) = server(stores, config, options).await.unwrap();
        let running = tokio::spawn(driver.run());
        handle.ready().unwrap();
        (handle, running)
    }

    fn writes(&self) -> u64 {
        self.records.applied.load(Relaxed)
    }
}

/// The table of caps: sessions of fifteen minutes with a change every five seconds.
pub(crate) async fn table() -> String {
    let mut table = String::from(
        "| `journal_max_bytes` | largest journal | durable writes | of a player's share | memory requests | of a player's share |\n|---|---|---|---|---|---|\n",
    );
    let mut writes_before = 0;
    for cap in [Settings::DEFAULT.journal_max_bytes, 4_096, 2_048, 1_024] {
        let world = World::new();
        let (server, _running) = world.server(Settings { journal_max_bytes: cap, ..Settings::DEFAULT }, 1).await;
        let before = world.writes();
        play(&server, &key("ann"), 900, Some(5)).await;
        let done = server.statistics();
        assert_eq!((done.accepted, done.durable), (179, 179));
        let writes = world.writes() - before;
        let largest = world.journals.largest.load(Relaxed);
        assert!(0 < largest && largest <= cap, "a journal of {largest} bytes under a cap of {cap}");
        assert!(writes >= writes_before, "less room, and {writes} writes after {writes_before}");
        writes_before = writes;
        let requests = world.journals.requests.load(Relaxed);
        // Each player adds 20 writes and 120 request units a minute to what the experience may ask for.
        let [of_writes, of_units] =
            [(writes, 20), (requests, 120)].map(|(count, each)| count as f64 / (each * 15) as f64);
        assert!(cap < Settings::DEFAULT.journal_max_bytes || of_writes <= 0.02, "{writes} writes by default");
        let (of_writes, of_units) = (of_writes * 100.0, of_units * 100.0);
        let _ = writeln!(table, "| {cap} | {largest} | {writes} | {of_writes:.1} % | {requests} | {of_units:.1} % |");
    }
    assert!(writes_before > 4, "what has no room is saved instead");
    table
}

/// What a crash left is in the record before the player is let in, which is one write more than a claim.
pub(crate) async fn recovered() {
    let world = World::new();
    let settings = Settings { steal: StealPolicy::Now, ..Settings::DEFAULT };
    let ann = key("ann");
    let (first, running) = world.server(settings, 1).await;
    first.open(&ann, Mode::Exclusive).await.unwrap();
    first.change(&ann, add(7)).unwrap();
    sleep(Duration::from_millis(settings.journal_every_ms + 1_000)).await;
    running.abort();
    let (second, _running) = world.server(settings, 2).await;
    let before = world.writes();
    second.open(&ann, Mode::Exclusive).await.unwrap();
    assert_eq!(world.writes() - before, 2, "a claim, and what was recovered");
    let record = second.read_fresh(&ann).await.unwrap().unwrap();
    assert!(format!("{:?}", record.data.root()).contains('7'), "{:?}", record.data.root());
    second.close(&ann).await.unwrap();
    let before = world.writes();
    second.open(&ann, Mode::Exclusive).await.unwrap();
    assert_eq!(world.writes() - before, 1, "a claim");
}
