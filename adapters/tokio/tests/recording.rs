//! Recordings of servers that run, with faults: they come out again, and whatever was done to them is noticed.

use keyholder_core::config::{Config, Settings};
use keyholder_core::host::{HostInput, Pace};
use keyholder_core::ids::{ReceiptId, SchemaVersion};
use keyholder_core::input::Mode;
use keyholder_core::ledger::Source;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::record::Owner;
use keyholder_core::rules::{Rules, Standard};
use keyholder_core::tree::{Change, Declared, Schema, Step, Tree, Undeclared};
use keyholder_core::update::Update;
use keyholder_core::value::{Map, Path, Value};
use keyholder_tokio::backend::Key;
use keyholder_tokio::memory::{Durable, DurableSettings, Entries, EntriesSettings, Faults, Faulty, Topics};
use keyholder_tokio::recording::{
    End, Entry, FORMAT, Header, INPUTS, Machine, NotReplayable, Reader, Recorder, RecorderSettings, SchemaForm,
    Summary, Unreadable,
};
use keyholder_tokio::server::{Handle, Options, SelfTest, Stores, keys_of, server};
use proptest::prelude::*;
use std::io::{self, Write};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;
use tokio::time::sleep;

/// A name and a value that must not be in a redacted file.
const NAME: &str = "Player_Ann_Secret";
const VALUE: &str = "a letter that nobody else reads";

/// A file in memory.
#[derive(Clone, Default)]
struct Tape(Arc<Mutex<Vec<u8>>>);

impl Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn schema() -> Schema {
    let coins = Declared::counter("coins", Bounds::new(0, 1_000_000, BoundsPolicy::Reject).unwrap());
    let stars = Declared::counter("levels.*.stars", Bounds::new(0, 3, BoundsPolicy::Clamp).unwrap());
    let old = Declared::register("mail").retired();
    let template = Map::from_iter([("letter", Value::from(""))]).into();
    let steps = vec![
        Step::Rename { from: Path::from_iter(["mail"]), to: Path::from_iter(["letter"]) },
        Step::AddDefault { path: Path::from_iter(["levels"]), value: Map::new().into() },
        Step::Drop { path: Path::from_iter(["junk"]) },
    ];
    let schema = Schema::new(SchemaVersion(2), template, vec![coins, stars, old, Declared::set("gifts", 9)]).unwrap();
    schema.with_undeclared(Undeclared::Counters).with_steps(SchemaVersion(2), steps).unwrap()
}

fn config() -> Config<Schema> {
    let settings = Settings { schema: SchemaVersion(2), refuse_when_busy: false, ..Settings::DEFAULT };
    Config::new(settings, schema()).unwrap()
}

type Server = Handle<Tree, Change>;

fn add(path: &str, n: i64) -> Change {
    Change::new(vec![(Path::from_iter([path]), Op::Add(n))]).unwrap()
}

/// What two servers do with the same players while the stores fail, as the first one records it.
async fn play(settings: RecorderSettings, options: Options) -> (Vec<u8>, Summary) {
    let times = Faults { late_by: Duration::from_secs(3), reorder_by: Duration::from_millis(50), ..Faults::default() };
    let faults = Faults { reply_lost: 60, late: 60, request_lost: 60, stale: 60, vanish: 100, reorder: 50, ..times };
    let quiet = DurableSettings { quota: None, ..DurableSettings::PLATFORM };
    let stores = Stores {
        durable: Arc::new(Faulty::new(Durable::new(quiet), faults, 7)),
        memory: Arc::new(Faulty::new(Entries::new(EntriesSettings::PLATFORM), faults, 8)),
        bus: Arc::new(Topics::new()),
    };
    let pace = Pace { journal_every_ms: 2_000, autosave: Settings::DEFAULT.autosave };
    let tape = Tape::default();
    let (recorder, recording) = Recorder::new(tape.clone(), &config(), settings).unwrap();
    let recorded = Options {
        recorder: Some(recorder),
        self_test: SelfTest::Skip,
        paces: std::collections::BTreeMap::from([("bags".to_owned(), pace)]),
        ..options.clone()
    };
    let (first, driver) = server::<_, _, _, Tree, Change>(stores.clone(), config(), recorded).await.unwrap();
    let running = tokio::spawn(driver.run());
    let plain = Options { self_test: SelfTest::Skip, ..options };
    let (second, driver) = server::<_, _, _, Tree, Change>(stores, config(), plain).await.unwrap();
    tokio::spawn(driver.run());
    first.ready().unwrap();
    second.ready().unwrap();
    let mut players = tokio::task::JoinSet::new();
    for number in 0..6 {
        let key = Key::new("players", format!("{NAME}_{number}")).unwrap();
        players.spawn(one(key, [first.clone(), second.clone()], number));
    }
    while players.join_next().await.is_some() {}
    let guest = keys_of("guest", &["bags", "stats"]).unwrap();
    for _ in 0..5 {
        if let Ok(visit) = first.join(&guest, Mode::Exclusive).await {
            let _ = first.change(&guest[0], add("coins", 1));
            sleep(Duration::from_secs(6)).await;
            let _ = first.leave(&visit).await;
        }
    }
    let _ = first.export_player(&guest).await;
    let _ = first.wipe(&guest[0]).await;
    let _ = first.change(&Key::new("players", "nobody").unwrap(), add("coins", 1));
    first.shutdown().await.unwrap();
    running.await.unwrap();
    let summary = recording.wait().unwrap();
    (Arc::try_unwrap(tape.0).unwrap().into_inner().unwrap(), summary)
}

async fn one(key: Key, servers: [Server; 2], number: usize) {
    for round in 0..6 {
        let (here, there) = (&servers[(number + round) % 2], &servers[(number + round + 1) % 2]);
        if here.open(&key, Mode::Exclusive).await.is_err() {
            continue;
        }
        let letter = Op::Set(Value::from(VALUE));
        let _ = here.change(&key, Change::new(vec![(Path::from_iter(["letter"]), letter)]).unwrap());
        for _ in 0..5 {
            let _ = here.change(&key, add("coins", 3));
            here.active(&key);
            sleep(Duration::from_secs(4)).await;
        }
        let receipt = Source::Receipt(ReceiptId([number as u8 + 1; 16]));
        let _ = there.deliver(&key, receipt, add("coins", 100), SchemaVersion(2)).await;
        let _ = here.save(&key).await;
        let _ = there.read(&key).await;
        let _ = here.close(&key).await;
        if number == 5
            && round == 4
            && let Ok(Some(record)) = here.read_fresh(&key).await
        {
            let _ = here.run(&key, Update::Wipe { expected: record.epoch }).await;
        }
    }
}

/// One run for all tests.
static RUN: LazyLock<(Vec<u8>, Summary)> = LazyLock::new(|| recorded(RecorderSettings::default()));

fn recorded(settings: RecorderSettings) -> (Vec<u8>, Summary) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(play(settings, Options::default()))
}

/// How far a recording can be run again, and how it ends.
#[derive(Debug, Eq, PartialEq)]
enum Ran {
    To(u64, Option<End>),
    Diverged(u64),
    Refused,
}

fn run(bytes: &[u8]) -> Ran {
    run_with(bytes, &Standard)
}

fn run_with(bytes: &[u8], rules: &impl Rules<Tree, Change>) -> Ran {
    let Ok(mut reader) = Reader::open(bytes) else { return Ran::Refused };
    let Ok(mut machine) = Machine::new(reader.header()) else { return Ran::Refused };
    let mut done = 0;
    loop {
        match reader.read() {
            Ok(Entry::Step(step)) => {
                done = step.number;
                if let Err(divergence) = machine.step_with(rules, *step) {
                    return Ran::Diverged(divergence.step.number);
                }
            }
            Ok(Entry::End(end)) => return Ran::To(done, Some(end)),
            Ok(Entry::Cut) => return Ran::To(done, None),
            Ok(Entry::Outline(..)) | Err(_) => return Ran::Refused,
        }
    }
}

#[test]
fn a_run_with_faults_comes_out_again() {
    let (bytes, summary) = &*RUN;
    assert!(summary.steps > 300 && summary.bytes == bytes.len() as u64, "{summary:?}");
    assert_eq!(run(bytes), Ran::To(summary.steps, Some(End::Closed)));
    let mut reader = Reader::open(&**bytes).unwrap();
    let (mut kinds, mut refused) = (std::collections::BTreeSet::new(), 0);
    while let Ok(Entry::Step(step)) = reader.read() {
        refused += u64::from(step.refused);
        let first = postcard::to_allocvec(&step.input).unwrap()[0];
        let kind = match step.input {
            HostInput::Start => "start",
            HostInput::Ready => "ready",
            HostInput::Open { .. } => "open",
            HostInput::Command { .. } => "command",
            HostInput::Active(_) => "active",
            HostInput::Call { .. } => "call",
            HostInput::Answered(..) => "answered",
            HostInput::Fired(_) => "fired",
            HostInput::Heard { .. } => "heard",
            HostInput::Shutdown => "shutdown",
            HostInput::Cancel { .. } => "cancel",
            HostInput::Join { .. } => "join",
            HostInput::Leave(_) => "leave",
            HostInput::Pace { .. } => "pace",
            HostInput::Throttled(..) => "throttled",
            HostInput::Observed { .. } => "observed",
        };
        assert_eq!(INPUTS[usize::from(first)], kind);
        kinds.insert(kind);
    }
    assert!(kinds.len() >= 13, "{kinds:?}");
    assert!(refused > 0, "what the host refuses is recorded as well");
}

/// A core that knows no attempt as its own.
struct Changed;

impl Rules<Tree, Change> for Changed {
    fn is_mine(&self, _: Owner, _: Owner) -> bool {
        false
    }
}

#[test]
fn a_core_that_was_changed_is_noticed() {
    let (bytes, _) = &*RUN;
    assert!(matches!(run_with(bytes, &Changed), Ran::Diverged(_)), "{:?}", run_with(bytes, &Changed));
}

#[test]
fn a_recording_that_was_cut_is_run_up_to_its_last_whole_step() {
    let (bytes, summary) = &*RUN;
    let mut last = 0;
    for len in (0..bytes.len()).step_by(bytes.len() / 40) {
        match run(&bytes[..len]) {
            Ran::Refused => {
                assert!(matches!(Reader::open(&bytes[..len]), Err(Unreadable::NoHeader | Unreadable::Foreign)))
            }
            Ran::To(done, None) => {
                assert!(last <= done && done <= summary.steps);
                last = done;
            }
            other => panic!("{len}: {other:?}"),
        }
    }
    assert!(last > summary.steps / 2);
}

#[test]
fn other_files_and_newer_formats_are_named() {
    let (bytes, _) = &*RUN;
    assert!(matches!(Reader::open(&b"[1, 2, 3, 4]"[..]), Err(Unreadable::Foreign)));
    assert!(matches!(Reader::open(&b""[..]), Err(Unreadable::Foreign)));
    let mut newer = bytes.clone();
    newer[7] = FORMAT + 1;
    assert!(matches!(Reader::open(&*newer), Err(Unreadable::Newer { found }) if found == FORMAT + 1));
    let mut longer = bytes.clone();
    longer.extend_from_slice(b"and more");
    assert_eq!(run(&longer), Ran::Refused, "nothing follows an end");
}

#[test]
fn a_redacted_recording_holds_nothing_of_the_players() {
    let has = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|it| it == text.as_bytes());
    let (bytes, _) = &*RUN;
    for text in [NAME, VALUE, "players", "coins"] {
        assert!(has(bytes, text), "{text} is there to be left out");
    }
    let (bytes, summary) = recorded(RecorderSettings { redact: true, ..RecorderSettings::default() });
    for text in [NAME, VALUE, "players", "coins", "letter"] {
        assert!(!has(&bytes, text), "{text}");
    }
    let mut reader = Reader::open(&*bytes).unwrap();
    assert!(matches!(Machine::new(reader.header()), Err(NotReplayable::Redacted)));
    let (mut steps, mut keys) = (0, std::collections::BTreeSet::new());
    let end = loop {
        match reader.read().unwrap() {
            Entry::Outline(number, outline) => {
                steps = number;
                keys.extend(outline.key);
            }
            other => break other,
        }
    };
    assert!(matches!(end, Entry::End(End::Closed)), "{end:?}");
    assert_eq!((steps, keys.len()), (summary.steps, 9), "a key is the same number throughout");
}

#[test]
fn a_recording_that_is_full_says_so_and_the_server_goes_on() {
    let (bytes, summary) = recorded(RecorderSettings { max_bytes: 20_000, ..RecorderSettings::default() });
    assert_eq!((summary.end, summary.bytes), (End::Full, bytes.len() as u64));
    assert!(bytes.len() <= 20_000 && summary.steps > 10);
    assert_eq!(run(&bytes), Ran::To(summary.steps, Some(End::Full)));
}

#[test]
fn a_recorder_that_nobody_took_ends() {
    let tape = Tape::default();
    let (recorder, recording) = Recorder::new(tape.clone(), &config(), RecorderSettings::default()).unwrap();
    drop(recorder);
    assert_eq!(recording.wait().unwrap().steps, 0);
    assert!(matches!(Reader::open(&**tape.0.lock().unwrap()), Err(Unreadable::NoHeader)));
}

#[test]
fn a_file_is_not_written_over() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let refused = Recorder::to_file(file.path(), &config(), RecorderSettings::default());
    assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
}

#[test]
fn a_schema_comes_back_as_it_was_unless_it_is_code() {
    let (bytes, _) = &*RUN;
    let reader = Reader::open(&**bytes).unwrap();
    let Header { schema: Some(form), .. } = reader.header() else { panic!("the schema is there") };
    assert_eq!(format!("{form:?}"), format!("{:?}", SchemaForm::of(&schema()).unwrap()));
    let code = Schema::new(SchemaVersion(1), Map::new().into(), vec![]).unwrap();
    let code = code.with_steps(SchemaVersion(1), vec![Step::Custom(|_| Ok(()))]).unwrap();
    assert!(SchemaForm::of(&code).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_flipped_byte_is_noticed(at in any::<prop::sample::Index>(), with in 1..=u8::MAX) {
        let mut bytes = RUN.0.clone();
        let at = at.index(bytes.len());
        bytes[at] ^= with;
        prop_assert!(matches!(run(&bytes), Ran::Refused | Ran::Diverged(_)), "byte {}", at);
    }
}
