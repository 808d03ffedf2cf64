//! Servers on tokio: players who come, teleport and leave; stores that fail, panic and never answer; callers who go.

use keyholder_core::config::{Budget, Config, Settings};
use keyholder_core::effect::{Event, Verdict};
use keyholder_core::host::{HostMisuse, Phase};
use keyholder_core::ids::{ReceiptId, SchemaVersion};
use keyholder_core::input::Mode;
use keyholder_core::ledger::Source;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::tree::{Change, Declared, Schema, Tree};
use keyholder_core::value::{Map, Path, Value};
use keyholder_tokio::backend::{
    DurableCapabilities, DurableStore, Entry, Expected, Key, Meta, Page, StoreError, Tag, Version, VersionId,
};
use keyholder_tokio::memory::{Durable, DurableSettings, Entries, EntriesSettings, Topics};
use keyholder_tokio::server::{
    Driver, Gone, Handle, NotOpened, NotSaved, Options, Report, SelfTest, StartError, Stores, server,
};
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

type Server = Handle<Tree, Change>;

/// A store that does what it is told to.
struct Odd {
    store: Durable,
    mood: AtomicU8,
}

const GOOD: u8 = 0;
const DOWN: u8 = 1;
const PANICS: u8 = 2;
const SILENT: u8 = 3;
const LIES: u8 = 4;

impl Odd {
    fn new() -> Arc<Self> {
        let settings = DurableSettings { quota: None, ..DurableSettings::PLATFORM };
        Arc::new(Self { store: Durable::new(settings), mood: AtomicU8::new(GOOD) })
    }

    fn be(&self, mood: u8) {
        self.mood.store(mood, Ordering::SeqCst);
    }
}

impl DurableStore for Odd {
    fn capabilities(&self) -> DurableCapabilities {
        self.store.capabilities()
    }

    async fn read(&self, key: &Key) -> Result<Option<Entry>, StoreError> {
        match self.mood.load(Ordering::SeqCst) {
            DOWN => Err(StoreError::UNAVAILABLE),
            PANICS => panic!("a store that panics"),
            SILENT => pending().await,
            _ => self.store.read(key).await,
        }
    }

    async fn write(&self, key: &Key, expected: Expected, text: Arc<str>, meta: &Meta) -> Result<Tag, StoreError> {
        if self.mood.load(Ordering::SeqCst) == LIES {
            let now = self.store.read(key).await?;
            let expected = now.map_or(Expected::Absent, |it| Expected::Tag(it.tag));
            return self.store.write(key, expected, text, meta).await;
        }
        self.store.write(key, expected, text, meta).await
    }

    async fn versions(&self, key: &Key) -> Result<Vec<Version>, StoreError> {
        self.store.versions(key).await
    }

    async fn read_version(&self, key: &Key, version: &VersionId) -> Result<Option<Entry>, StoreError> {
        self.store.read_version(key, version).await
    }

    async fn list(&self, location: &str, after: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        self.store.list(location, after, limit).await
    }

    async fn remove(&self, key: &Key) -> Result<(), StoreError> {
        self.store.remove(key).await
    }
}

type Shared = Stores<Odd, Entries, Topics>;

fn stores() -> Shared {
    Stores {
        durable: Odd::new(),
        memory: Arc::new(Entries::new(EntriesSettings::PLATFORM)),
        bus: Arc::new(Topics::new()),
    }
}

fn config(settings: Settings) -> Config<Schema> {
    let coins = Declared::counter("coins", Bounds::new(0, 1_000_000, BoundsPolicy::Reject).unwrap());
    Config::new(settings, Schema::new(SchemaVersion(1), Map::new().into(), vec![coins]).unwrap()).unwrap()
}

async fn made(stores: &Shared, options: Options) -> (Server, Driver<Odd, Entries, Topics, Tree, Change>) {
    let settings = Settings { refuse_when_busy: false, ..Settings::DEFAULT };
    server(stores.clone(), config(settings), options).await.unwrap()
}

/// A server that is ready.
async fn started(stores: &Shared) -> Server {
    let (handle, driver) = made(stores, Options::default()).await;
    tokio::spawn(driver.run());
    handle.ready().unwrap();
    handle
}

/// A server with its driver, where somebody has changed something.
async fn changed(stores: &Shared, key: &Key) -> (Server, JoinHandle<Report>) {
    let (server, driver) = made(stores, Options::default()).await;
    let running = tokio::spawn(driver.run());
    server.ready().unwrap();
    server.open(key, Mode::Exclusive).await.unwrap();
    server.change(key, add(1)).unwrap();
    (server, running)
}

fn player(name: &str) -> Key {
    Key::new("players", name).unwrap()
}

fn add(coins: i64) -> Change {
    Change::new(vec![(Path::from_iter(["coins"]), Op::Add(coins))]).unwrap()
}

fn coins(tree: &Tree) -> i64 {
    let Value::Map(map) = tree.root() else { return -1 };
    let Some(Value::Number(coins)) = map.get("coins") else { return 0 };
    coins.integer().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_player_plays_on_one_server_and_goes_on_on_another() {
    let stores = stores();
    let (first, second) = (started(&stores).await, started(&stores).await);
    let ann = player("ann");
    first.open(&ann, Mode::Exclusive).await.unwrap();
    assert_eq!(first.change(&ann, add(5)).unwrap().0, 1);
    assert_eq!(coins(&first.view(&ann).unwrap()), 5);
    first.save(&ann).await.unwrap();
    first.change_durably(&ann, add(2)).await.unwrap();
    assert!(matches!(first.change(&ann, add(-100)), Err(HostMisuse::Session(_))));
    first.change(&ann, add(1)).unwrap();
    first.close(&ann).await.unwrap();
    assert!(first.view(&ann).is_none());

    second.open(&ann, Mode::Exclusive).await.unwrap();
    assert_eq!(coins(&second.view(&ann).unwrap()), 8);
    let report = second.shutdown().await.unwrap();
    assert_eq!((report.closed, report.abandoned), (1, 0));
    assert_eq!(second.phase(), Phase::Closed);
    assert!(matches!(second.open(&ann, Mode::Exclusive).await, Err(NotOpened::Misuse(_) | NotOpened::Gone(_))));
}

#[tokio::test(start_paused = true)]
async fn a_save_that_nobody_waits_for_is_made_at_once_and_once() {
    let stores = stores();
    let ann = player("ann");
    let (server, _) = changed(&stores, &ann).await;
    // The driver sleeps for long by then.
    sleep(Duration::from_secs(1)).await;
    let before = server.statistics();
    for _ in 0..100 {
        server.save_soon(&ann).unwrap();
    }
    sleep(Duration::from_millis(20)).await;
    let text = stores.durable.read(&ann).await.unwrap().unwrap().text;
    assert!(text.contains(r#""coins":1"#), "{text}");
    assert_eq!(server.statistics().writes, before.writes + 1);
    server.close(&ann).await.unwrap();
    assert_eq!(server.save_soon(&ann), Err(HostMisuse::NoSession));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_asked_gives_the_record_up() {
    let stores = stores();
    let (tell, mut told) = tokio::sync::mpsc::channel(100);
    let (first, driver) = made(&stores, Options { events: Some(tell), ..Options::default() }).await;
    tokio::spawn(driver.run());
    first.ready().unwrap();
    let polite = first.clone();
    tokio::spawn(async move {
        while let Some((key, event)) = told.recv().await {
            if matches!(event, Event::TakeOverRequested(_)) {
                polite.close(&key).await.unwrap();
            }
        }
    });
    let second = started(&stores).await;
    let ann = player("ann");
    first.open(&ann, Mode::Exclusive).await.unwrap();
    first.change(&ann, add(5)).unwrap();
    timeout(Duration::from_secs(10), second.open(&ann, Mode::Exclusive)).await.unwrap().unwrap();
    assert_eq!(coins(&second.view(&ann).unwrap()), 5);
    assert_eq!((first.open_count(), first.missed_events()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_receipt_that_comes_twice_counts_once() {
    let stores = stores();
    let (web, game) = (started(&stores).await, started(&stores).await);
    let ann = player("ann");
    game.open(&ann, Mode::Exclusive).await.unwrap();
    let receipt = Source::Receipt(ReceiptId([7; 16]));
    for _ in 0..2 {
        let verdict = web.deliver(&ann, receipt, add(100), SchemaVersion(1)).await.unwrap();
        assert!(matches!(verdict, Verdict::Durable(_)), "{verdict:?}");
    }
    game.change_durably(&ann, add(1)).await.unwrap();
    assert_eq!(coins(&web.read_fresh(&ann).await.unwrap().unwrap().data), 101);
    assert!(web.read(&player("nobody")).await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn an_open_that_nobody_waits_for_is_undone() {
    let stores = stores();
    let server = started(&stores).await;
    let ann = player("ann");
    stores.durable.be(DOWN);
    let open = timeout(Duration::from_secs(3), server.open(&ann, Mode::Exclusive)).await;
    assert!(open.is_err());
    stores.durable.be(GOOD);
    sleep(Duration::from_secs(60)).await;
    assert_eq!(server.open_count(), 0);
    server.open(&ann, Mode::Exclusive).await.unwrap();
    // While one closes, one may wait for it, and no second one.
    let (closing, next) = (server.close(&ann), server.open(&ann, Mode::Exclusive));
    let (closed, next, other) = tokio::join!(closing, next, server.open(&ann, Mode::Exclusive));
    closed.unwrap();
    next.unwrap();
    assert_eq!(other, Err(NotOpened::Misuse(HostMisuse::Taken)));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_panics_or_never_answers_costs_time_and_no_data() {
    let stores = stores();
    let server = started(&stores).await;
    let ann = player("ann");
    server.open(&ann, Mode::Exclusive).await.unwrap();
    for mood in [PANICS, SILENT, DOWN] {
        stores.durable.be(mood);
        server.change(&ann, add(1)).unwrap();
        let saved = timeout(Duration::from_secs(90), server.save(&ann)).await;
        assert!(saved.is_err(), "{saved:?}");
        stores.durable.be(GOOD);
        timeout(Duration::from_secs(90), server.save(&ann)).await.unwrap().unwrap();
    }
    assert_eq!(coins(&server.read_fresh(&ann).await.unwrap().unwrap().data), 3);
}

#[tokio::test(start_paused = true)]
async fn at_the_deadline_who_waits_is_told() {
    let stores = stores();
    let ann = player("ann");
    let (server, running) = changed(&stores, &ann).await;
    stores.durable.be(SILENT);
    let (saved, report) = tokio::join!(server.save(&ann), server.shutdown());
    assert_eq!(saved, Err(NotSaved::Verdict(Verdict::Unknown)));
    let report = report.unwrap();
    assert_eq!((report.closed, report.abandoned), (0, 1));
    assert_eq!(running.await.unwrap(), report);
}

#[tokio::test(start_paused = true)]
async fn a_driver_that_is_gone_leaves_nobody_waiting() {
    let stores = stores();
    let ann = player("ann");
    let (server, running) = changed(&stores, &ann).await;
    stores.durable.be(SILENT);
    let other = server.clone();
    let saving = tokio::spawn(async move { other.save(&player("ann")).await });
    sleep(Duration::from_secs(1)).await;
    running.abort();
    assert_eq!(saving.await.unwrap(), Err(NotSaved::Gone(Gone)));
    assert!(server.change(&ann, add(1)).is_err());
    server.shutdown().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_store_that_lies_is_not_started_on() {
    let stores = stores();
    stores.durable.be(LIES);
    let started = server::<_, _, _, Tree, Change>(stores.clone(), config(Settings::DEFAULT), Options::default()).await;
    assert!(matches!(started.map(drop), Err(StartError::SelfTest(_))));
    let skip = Options { self_test: SelfTest::Skip, ..Options::default() };
    let started = server::<_, _, _, Tree, Change>(stores, config(Settings::DEFAULT), skip).await;
    assert!(started.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_thousand_players_are_saved_at_the_end() {
    let stores = stores();
    let settings = Settings { budget: Budget::AMPLE, ..Settings::DEFAULT };
    let (server, driver) = server(stores.clone(), config(settings), Options::default()).await.unwrap();
    tokio::spawn(driver.run());
    server.ready().unwrap();
    let players: Vec<_> = (0..1_000).map(|at| player(&format!("p{at}"))).collect();
    let mut opening = tokio::task::JoinSet::new();
    for key in players.clone() {
        let server: Server = server.clone();
        opening.spawn(async move {
            server.open(&key, Mode::Exclusive).await.unwrap();
            server.change(&key, add(1)).unwrap();
        });
    }
    opening.join_all().await;
    assert_eq!(server.open_count(), 1_000);
    let report = server.shutdown().await.unwrap();
    assert_eq!((report.closed, report.abandoned), (1_000, 0));
    for key in &players {
        let entry = stores.durable.store.read(key).await.unwrap().unwrap();
        assert!(entry.text.contains(r#""coins":1"#), "{}", entry.text);
    }
}
