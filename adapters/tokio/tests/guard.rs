//! A document that panics, or takes its time, inside a step: its session ends, and everybody else goes on.

use keyholder_core::config::{Budget, Config, Settings, Shaped};
use keyholder_core::document::{Applied, Document, MigrationFailed};
use keyholder_core::effect::{End, Event};
use keyholder_core::host::HostMisuse;
use keyholder_core::ids::{ReceiptId, SchemaVersion};
use keyholder_core::input::Mode;
use keyholder_core::json::{JsonError, Reader, Writer};
use keyholder_core::ledger::Source;
use keyholder_core::stored::Stored;
use keyholder_tokio::backend::{DurableStore, Key};
use keyholder_tokio::memory::{Durable, DurableSettings, Entries, EntriesSettings, Topics};
use keyholder_tokio::server::{Handle, NotOpened, Options, Report, Stores, server};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Coins, and nothing else.
#[derive(Clone, Debug, PartialEq)]
struct Purse(i64);

/// More or fewer coins.
#[derive(Clone, Debug)]
struct Coins(i64);

/// What panics: a change of so many coins once; and every change on a purse with so many.
#[derive(Debug, Default)]
struct Bombs {
    change: AtomicI64,
    purse: AtomicI64,
    /// A change of so many coins takes 1.5 s.
    slow: AtomicI64,
}

#[derive(Clone, Debug, Default)]
struct Fuses(Arc<Bombs>);

impl Shaped for Fuses {}

impl Document<Coins> for Purse {
    type Shape = Fuses;

    fn fresh(_: &Self::Shape, _: SchemaVersion) -> Self {
        Self(0)
    }

    fn apply(&mut self, Fuses(bombs): &Self::Shape, change: &Coins) -> Applied {
        if bombs.slow.load(Ordering::SeqCst) == change.0 {
            std::thread::sleep(Duration::from_millis(2_500));
        }
        let before = self.0;
        // Half done.
        self.0 = -1;
        assert!(before == 0 || bombs.purse.load(Ordering::SeqCst) != before, "a purse that panics");
        assert!(bombs.change.load(Ordering::SeqCst) != change.0, "a change that panics");
        self.0 = before + change.0;
        Applied::Whole
    }

    fn is_credit(_: &Self::Shape, _: &Coins) -> bool {
        true
    }

    fn migrate(&mut self, _: &Self::Shape, _: SchemaVersion, _: SchemaVersion) -> Result<(), MigrationFailed> {
        panic!("a migration that panics")
    }
}

impl Stored for Purse {
    fn write(&self, to: Writer<'_>) {
        self.0.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        i64::read(from).map(Self)
    }
}

impl Stored for Coins {
    fn write(&self, to: Writer<'_>) {
        self.0.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        i64::read(from).map(Self)
    }
}

type Server = Handle<Purse, Coins>;
type All = Stores<Durable, Entries, Topics>;

fn stores() -> All {
    Stores {
        durable: Arc::new(Durable::new(DurableSettings { quota: None, ..DurableSettings::PLATFORM })),
        memory: Arc::new(Entries::new(EntriesSettings::PLATFORM)),
        bus: Arc::new(Topics::new()),
    }
}

async fn started(stores: &All, schema: u32, options: Options) -> (Server, Arc<Bombs>, JoinHandle<Report>) {
    let Fuses(bombs) = Fuses::default();
    let settings = Settings { schema: SchemaVersion(schema), budget: Budget::AMPLE, ..Settings::DEFAULT };
    let config = Config::new(settings, Fuses(Arc::clone(&bombs))).unwrap();
    let (handle, driver) = server::<_, _, _, Purse, Coins>(stores.clone(), config, options).await.unwrap();
    let running = tokio::spawn(driver.run());
    handle.ready().unwrap();
    (handle, bombs, running)
}

fn player(name: &str) -> Key {
    Key::new("players", name).unwrap()
}

async fn stored(server: &Server, name: &str) -> i64 {
    server.read_fresh(&player(name)).await.unwrap().unwrap().data.0
}

#[tokio::test(start_paused = true)]
async fn a_change_that_panics_ends_its_session_and_no_other() {
    let (tell, mut told) = tokio::sync::mpsc::channel(100);
    let (server, bombs, _running) = started(&stores(), 1, Options { events: Some(tell), ..Options::default() }).await;
    let (ann, bob) = (player("ann"), player("bob"));
    for key in [&ann, &bob] {
        server.open(key, Mode::Exclusive).await.unwrap();
        server.change(key, Coins(5)).unwrap();
    }
    bombs.change.store(7, Ordering::SeqCst);
    assert_eq!(server.change(&ann, Coins(7)), Err(HostMisuse::Panicked));
    // What was accepted before is saved, and the record is released.
    let mut end = None;
    while end.is_none() {
        if let Some((key, Event::Ended(it))) = told.recv().await {
            assert_eq!(key, ann);
            end = Some(it);
        }
    }
    assert_eq!((end, stored(&server, "ann").await), (Some(End::Closed), 5));
    assert!(matches!(server.change(&ann, Coins(1)), Err(HostMisuse::NoSession)));

    server.change_durably(&bob, Coins(1)).await.unwrap();
    server.open(&ann, Mode::Exclusive).await.unwrap();
    server.change_durably(&ann, Coins(1)).await.unwrap();
    assert_eq!((stored(&server, "ann").await, stored(&server, "bob").await), (6, 6));
    let report = server.shutdown().await.unwrap();
    assert_eq!((report.closed, report.abandoned), (3, 0));
}

#[tokio::test(start_paused = true)]
async fn a_rule_that_panics_on_the_record_costs_time_and_no_data() {
    let stores = stores();
    let (server, bombs, _running) = started(&stores, 1, Options::default()).await;
    // On no common bus: nobody is told to look at what it has delivered.
    let apart = Stores { bus: Arc::new(Topics::new()), ..stores.clone() };
    let (web, _, _web_running) = started(&apart, 1, Options::default()).await;
    let (ann, bob) = (player("ann"), player("bob"));
    for key in [&ann, &bob] {
        server.open(key, Mode::Exclusive).await.unwrap();
    }
    // From outside come 100 coins. The save then finds a record with more than it knows, and applies its own change anew.
    let receipt = Source::Receipt(ReceiptId([1; 16]));
    web.deliver(&ann, receipt, Coins(100), SchemaVersion(1)).await.unwrap();
    server.change(&ann, Coins(5)).unwrap();
    bombs.purse.store(100, Ordering::SeqCst);
    let saved = timeout(Duration::from_secs(600), server.save(&ann)).await;
    // The request is made again and again; whoever waits decides for how long.
    assert!(saved.is_err(), "{saved:?}");
    server.change_durably(&bob, Coins(1)).await.unwrap();
    bombs.purse.store(0, Ordering::SeqCst);
    timeout(Duration::from_secs(600), server.save(&ann)).await.unwrap().unwrap();
    assert_eq!((stored(&server, "ann").await, stored(&server, "bob").await), (105, 1));
}

#[tokio::test(start_paused = true)]
async fn a_migration_that_panics_opens_nothing_and_writes_nothing() {
    let stores = stores();
    let (old, _, _running) = started(&stores, 1, Options::default()).await;
    let ann = player("ann");
    old.open(&ann, Mode::Exclusive).await.unwrap();
    old.change(&ann, Coins(5)).unwrap();
    old.shutdown().await.unwrap();
    let before = stores.durable.read(&ann).await.unwrap().unwrap();

    let (new, _, _running) = started(&stores, 2, Options::default()).await;
    let beside = player("beside");
    new.open(&beside, Mode::Exclusive).await.unwrap();
    // Its rule runs on the record, again and again; whoever waits decides for how long, and leaves no lock behind.
    let opened = timeout(Duration::from_secs(3_600), new.open(&ann, Mode::Exclusive)).await;
    assert!(opened.is_err(), "{opened:?}");
    tokio::time::sleep(Duration::from_secs(60)).await;
    // For a session that only adds to it, the copy is migrated as a part of the step.
    assert_eq!(new.open(&ann, Mode::DeltaOnly).await, Err(NotOpened::Cancelled));
    new.change_durably(&beside, Coins(1)).await.unwrap();
    let after = stores.durable.read(&ann).await.unwrap().unwrap();
    for text in [&before.text, &after.text] {
        assert!(text.contains(r#""schema":1"#) && text.contains(r#""data":5"#) && !text.contains("owner"), "{text}");
    }
    let report = new.shutdown().await.unwrap();
    assert_eq!((report.closed, report.abandoned), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_step_that_takes_its_time_is_reported() {
    let recorder = metrics_util::debugging::DebuggingRecorder::new();
    let snapshots = recorder.snapshotter();
    metrics::set_global_recorder(recorder).unwrap();
    let (server, bombs, _running) = started(&stores(), 1, Options::default()).await;
    let ann = player("ann");
    server.open(&ann, Mode::Exclusive).await.unwrap();
    bombs.slow.store(3, Ordering::SeqCst);
    let changed = tokio::task::spawn_blocking({
        let (server, ann) = (server.clone(), ann.clone());
        move || server.change(&ann, Coins(3))
    });
    changed.await.unwrap().unwrap();
    let stuck = snapshots.snapshot().into_vec().into_iter().find(|it| it.0.key().name() == "keyholder_stuck_total");
    assert!(stuck.is_some(), "somebody looked while it went on");
    server.change_durably(&ann, Coins(1)).await.unwrap();
    assert_eq!(server.shutdown().await.unwrap().closed, 1);
}
