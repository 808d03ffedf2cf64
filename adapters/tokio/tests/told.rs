//! What a server tells of itself: spans without anything that belongs to a player, and every figure that is documented.

use keyholder_core::config::{Config, Settings};
use keyholder_core::ids::{ReceiptId, SchemaVersion};
use keyholder_core::input::Mode;
use keyholder_core::ledger::Source;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::tree::{Change, Declared, Schema, Tree};
use keyholder_core::value::{Map, Path};
use keyholder_tokio::backend::{DurableStore, Key};
use keyholder_tokio::memory::{Durable, DurableSettings, Entries, EntriesSettings, Faults, Faulty, Topics};
use keyholder_tokio::server::{Handle, Options, Stores, server};
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::timeout;
use tracing_subscriber::fmt::format::FmtSpan;

type Stored = Faulty<Durable>;
type Server = Handle<Tree, Change>;

const SECRET: i64 = 7_340_129;

fn stores() -> Stores<Stored, Entries, Topics> {
    let durable = Durable::new(DurableSettings { quota: None, ..DurableSettings::PLATFORM });
    Stores {
        durable: Arc::new(Faulty::new(durable, Faults::default(), 1)),
        memory: Arc::new(Entries::new(EntriesSettings::PLATFORM)),
        bus: Arc::new(Topics::new()),
    }
}

async fn started(stores: &Stores<Stored, Entries, Topics>) -> Server {
    let coins = Declared::counter("coins", Bounds::new(0, 1 << 40, BoundsPolicy::Reject).unwrap());
    let schema = Schema::new(SchemaVersion(1), Map::new().into(), vec![coins]).unwrap();
    let config = Config::new(Settings { refuse_when_busy: false, ..Settings::DEFAULT }, schema).unwrap();
    let (handle, driver) = server::<_, _, _, Tree, Change>(stores.clone(), config, Options::default()).await.unwrap();
    tokio::spawn(driver.run());
    handle.ready().unwrap();
    handle
}

fn add(coins: i64) -> Change {
    let name = format!("a secret of {coins}");
    let named = (Path::from_iter(["motto"]), Op::Set(name.as_str().into()));
    Change::new(vec![(Path::from_iter(["coins"]), Op::Add(coins)), named]).unwrap()
}

/// A life: two servers, a teleport, an outage, a receipt, what cannot be read, and the end. Gives what a nonce looked like.
async fn life() -> Vec<String> {
    let stores = stores();
    let (one, two) = (started(&stores).await, started(&stores).await);
    let (ann, bob) = (Key::new("players", "ann").unwrap(), Key::new("players", "bob").unwrap());
    one.open(&ann, Mode::Exclusive).await.unwrap();
    one.change_durably(&ann, add(SECRET)).await.unwrap();
    let text = stores.durable.inner().read(&ann).await.unwrap().unwrap().text;
    let nonce = text.split('"').skip_while(|it| *it != "nonce").nth(2).unwrap().to_owned();
    // Nobody answers for longer than it takes to say so.
    stores.durable.set_down(true);
    one.change(&ann, add(SECRET)).unwrap();
    assert!(timeout(Duration::from_secs(120), one.save(&ann)).await.is_err());
    stores.durable.set_down(false);
    timeout(Duration::from_secs(120), one.save(&ann)).await.unwrap().unwrap();
    let receipt = Source::Receipt(ReceiptId([0xab; 16]));
    let credit = Change::new(vec![(Path::from_iter(["coins"]), Op::Add(SECRET))]).unwrap();
    two.deliver(&ann, receipt, credit, SchemaVersion(1)).await.unwrap();
    // More than the budget of a minute.
    for _ in 0..200 {
        one.read_fresh(&ann).await.unwrap();
    }
    let (closed, opened) = tokio::join!(one.close(&ann), two.open(&ann, Mode::Exclusive));
    closed.unwrap();
    opened.unwrap();
    let foreign = format!("{{\"coins\":{SECRET}}}").into();
    let absent = keyholder_tokio::backend::Expected::Absent;
    stores.durable.inner().write(&bob, absent, foreign, &Default::default()).await.unwrap();
    let _ = timeout(Duration::from_secs(120), two.open(&bob, Mode::Exclusive)).await;
    one.shutdown().await.unwrap();
    two.shutdown().await.unwrap();
    vec![nonce, SECRET.to_string(), "secret".to_owned(), "abababab".to_owned()]
}

/// Keeps what is written into it.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn spans_tell_of_sessions_and_requests_and_of_no_secret() {
    let lines = Lines::default();
    let writer = lines.clone();
    let collects = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // For all threads: what one thread alone collects, others may have put off for good.
    tracing::subscriber::set_global_default(collects).unwrap();
    let secrets = life().await;
    let told = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    for part in [
        "session{key=players/ann epoch=1 end=\"closed\"}",
        "session{key=players/ann epoch=2 end=\"closed\"}",
        "request{kind=\"claim\" key=players/ann outcome=\"wrote\"}",
        "request{kind=\"save\" key=players/ann outcome=\"unavailable\"}",
        "request{kind=\"external\" key=players/ann outcome=\"wrote\"}",
        "the durable store answers again",
        "cannot be read",
    ] {
        assert!(told.contains(part), "no {part} in\n{told}");
    }
    // In the session that it is of.
    let save = "session{key=players/ann epoch=1}:request{kind=\"save\" key=players/ann outcome=\"wrote\"}: ";
    assert!(told.contains(save), "no {save} in\n{told}");
    for secret in secrets {
        assert!(secret.len() >= 6 && !told.to_lowercase().contains(&secret.to_lowercase()), "{secret} was told");
    }
}

/// The figures by name, with their labels, and whether there is one that is not zero.
fn figures(snapshots: &Snapshotter) -> BTreeMap<String, bool> {
    let mut found = BTreeMap::new();
    for (key, _, _, value) in snapshots.snapshot().into_vec() {
        let value = match value {
            DebugValue::Counter(count) => count > 0,
            DebugValue::Gauge(level) => level.0 > 0.0,
            DebugValue::Histogram(values) => !values.is_empty(),
        };
        let key = key.key();
        let labels = key.labels().map(|it| format!(" {}={}", it.key(), it.value()));
        for name in std::iter::once(key.name().to_owned()).chain(labels.map(|it| format!("{}{it}", key.name()))) {
            *found.entry(name).or_default() |= value;
        }
    }
    found
}

#[tokio::test(start_paused = true)]
async fn every_figure_of_the_table_is_counted() {
    let recorder = DebuggingRecorder::new();
    let snapshots = recorder.snapshotter();
    let _here = metrics::set_default_local_recorder(&recorder);
    life().await;
    let found = figures(&snapshots);
    let table = include_str!("../src/server/mod.rs").lines();
    let table: Vec<_> = table.filter_map(|line| line.strip_prefix("//! | `")?.split('`').next()).collect();
    // What a server without faults of the program does not have: tests/guard.rs has them.
    let odd = ["keyholder_missed_events_total", "keyholder_panics_total", "keyholder_stuck_total"];
    let told = ["keyholder_sessions", "keyholder_requests_waiting", "keyholder_requests_running"];
    for name in table.iter().filter(|name| !odd.contains(name)) {
        assert!(found.contains_key(*name) && (found[*name] || told.contains(name)), "{name} is not told: {found:?}");
    }
    let undocumented: Vec<_> = found.keys().filter(|it| !it.contains(' ') && !table.contains(&it.as_str())).collect();
    assert!(undocumented.is_empty(), "{undocumented:?}");
    for label in [
        "keyholder_opens_total result=opened",
        "keyholder_ended_total end=closed",
        "keyholder_verdicts_total verdict=durable",
        "keyholder_requests_total kind=save",
        "keyholder_requests_total outcome=unavailable",
        "keyholder_requests_total outcome=wrote",
    ] {
        assert!(found.get(label) == Some(&true), "{label}: {found:?}");
    }
}
