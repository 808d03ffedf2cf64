//! `keyholder replay` as people and scripts use it, on recordings that are made here.

use keyholder_core::config::{Config, Settings};
use keyholder_core::ids::SchemaVersion;
use keyholder_core::input::Mode;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::tree::{Change, Declared, Schema, Tree};
use keyholder_core::value::{Map, Path as Way};
use keyholder_tokio::backend::Key;
use keyholder_tokio::memory::{Durable, DurableSettings, Entries, EntriesSettings, Topics};
use keyholder_tokio::recording::{Recorder, RecorderSettings};
use keyholder_tokio::server::{Options, Stores, server};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

fn keyholder(file: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyholder"));
    command.arg("replay").arg(file).args(more).stdin(Stdio::null()).output().expect("the binary runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("standard output is one JSON document")
}

fn config(settings: Settings) -> Config<Schema> {
    let coins = Declared::counter("coins", Bounds::new(0, 1_000, BoundsPolicy::Reject).expect("bounds"));
    let schema = Schema::new(SchemaVersion(1), Map::new().into(), vec![coins]).expect("a schema");
    Config::new(settings, schema).expect("a configuration")
}

/// Records a server under these settings; the recording says that it ran under `said`.
async fn record(file: &Path, settings: RecorderSettings, said: Settings) {
    let (recorder, recording) = Recorder::to_file(file, &config(said), settings).expect("a new file");
    let stores = Stores {
        durable: Arc::new(Durable::new(DurableSettings::PLATFORM)),
        memory: Arc::new(Entries::new(EntriesSettings::PLATFORM)),
        bus: Arc::new(Topics::new()),
    };
    let options = Options { recorder: Some(recorder), ..Options::default() };
    let (handle, driver) =
        server::<_, _, _, Tree, Change>(stores, config(Settings::DEFAULT), options).await.expect("a server");
    let running = tokio::spawn(driver.run());
    handle.ready().expect("it is ready");
    for name in ["ann", "bob"] {
        let key = Key::new("players", name).expect("a key");
        handle.open(&key, Mode::Exclusive).await.expect("it opens");
        let change = Change::new(vec![(Way::from_iter(["coins"]), Op::Add(7))]).expect("a change");
        handle.change(&key, change).expect("it is taken");
    }
    handle.save(&Key::new("players", "ann").expect("a key")).await.expect("it is saved");
    handle.shutdown().await.expect("it ends");
    running.await.expect("it ends");
    tokio::task::spawn_blocking(|| recording.wait()).await.expect("it ends").expect("it is written");
}

/// A recording in a folder of its own, which goes with it.
fn recording(settings: RecorderSettings, said: Settings) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("server.rec");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(record(&file, settings, said));
    (folder, file)
}

fn plain() -> (tempfile::TempDir, PathBuf) {
    recording(RecorderSettings::default(), Settings::DEFAULT)
}

#[test]
fn a_recording_is_verified_shown_and_stopped() {
    let (_folder, file) = plain();
    let output = keyholder(&file, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("Every step came out again:"), "{}", stdout(&output));
    let told = json(&keyholder(&file, &["--json"]));
    assert_eq!((&told["verified"], &told["end"], &told["divergence"]), (&true.into(), &"closed".into(), &Value::Null));
    let steps = told["steps"].as_u64().expect("a number");
    assert!(steps > 10, "{told:#}");

    // Both are in before the host shuts down.
    let half = (1..steps).find(|step| {
        let told = json(&keyholder(&file, &["--json", "--until", &step.to_string()]));
        let sessions = told["state"]["sessions"].as_array().expect("a list").clone();
        sessions.len() == 2 && sessions.iter().all(|it| it["phase"] == "Active")
    });
    let half = half.expect("there is such a step").to_string();
    let state = stdout(&keyholder(&file, &["--until", &half]));
    for part in ["players/ann", "players/bob", "Active", "The host is open", "budget left", "reads"] {
        assert!(state.contains(part), "{part} is missing in\n{state}");
    }
    let shown = stdout(&keyholder(&file, &["--show", "1"]));
    assert!(shown.contains("Step 1 at ") && shown.contains("Start") && shown.contains("Heartbeat"), "{shown}");
    let missing = keyholder(&file, &["--show", "1000000"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(stderr(&missing).contains("there is no step 1000000"), "{}", stderr(&missing));
}

#[test]
fn a_step_that_comes_out_otherwise_is_printed() {
    let said = Settings { heartbeat_ttl_ms: 90_001, acquire_ms: 100_001, ..Settings::DEFAULT };
    let (_folder, file) = recording(RecorderSettings::default(), said);
    let output = keyholder(&file, &[]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let told = stdout(&output);
    for part in ["Step 1 came out otherwise", "Start", "expected", "found", "90000", "90001", "Not verified"] {
        assert!(told.contains(part), "{part} is missing in\n{told}");
    }
    let told = json(&keyholder(&file, &["--json"]));
    assert_eq!((&told["verified"], &told["divergence"]["step"]), (&false.into(), &1.into()));
}

#[test]
fn a_recording_that_was_cut_says_so() {
    let (_folder, file) = plain();
    let bytes = std::fs::read(&file).expect("it is there");
    std::fs::write(&file, &bytes[..bytes.len() * 3 / 4]).expect("it can be written");
    let output = keyholder(&file, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("to the last whole step"), "{}", stdout(&output));
    assert_eq!(json(&keyholder(&file, &["--json"]))["end"], "cut");
}

#[test]
fn files_that_are_no_recordings_or_damaged_are_named() {
    let (folder, file) = plain();
    let bytes = std::fs::read(&file).expect("it is there");
    let changed = |at: usize, to: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = to;
        bytes
    };
    let middle = bytes.len() / 2;
    let wrong = [
        (changed(middle, !bytes[middle]), "damaged behind step"),
        (changed(7, 9), "format 9"),
        (b"my notes".to_vec(), "is no recording"),
        (bytes[..20].to_vec(), "ends before its first step"),
    ];
    for (bytes, says) in wrong {
        std::fs::write(&file, bytes).expect("it can be written");
        let output = keyholder(&file, &["--json"]);
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""));
        assert!(stderr(&output).contains(says), "{}", stderr(&output));
    }
    assert_eq!(keyholder(&folder.path().join("absent"), &[]).status.code(), Some(2));
    assert_eq!(keyholder(&file, &["--until", "0"]).status.code(), Some(2));
    assert!(stdout(&keyholder(Path::new("x"), &["--help"])).contains("Examples:\n  keyholder replay "));
}

#[test]
fn a_redacted_recording_is_shown_and_not_verified() {
    let (_folder, file) =
        recording(RecorderSettings { redact: true, ..RecorderSettings::default() }, Settings::DEFAULT);
    let output = keyholder(&file, &[]);
    assert_eq!(output.status.code(), Some(2), "nothing was verified");
    assert!(stdout(&output).contains("Not verified") && stderr(&output).contains("redacted"), "{}", stdout(&output));
    let shown = keyholder(&file, &["--show", "3"]);
    assert_eq!(shown.status.code(), Some(0), "{}", stderr(&shown));
    let said = stdout(&shown);
    assert!(said.contains("Step 3 at ") && said.contains("bytes") && !said.contains("ann"), "{said}");
}
