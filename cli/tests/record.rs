//! `keyholder record` as people and scripts use it, on stores that are made here.

use keyholder_core::ids::{Epoch, HostId, Nonce, SchemaVersion};
use keyholder_core::record::{Owner, Record};
use keyholder_core::stored::Item;
use keyholder_core::tree::Tree;
use keyholder_core::value::{Map, Value as Data};
use keyholder_tokio::Clock;
use keyholder_tokio::backend::{DurableStore, Expected, Kept, Key, Meta};
use keyholder_tokio::local::{Local, LocalSettings};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const ID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

/// A store in a folder of its own.
struct Store {
    folder: tempfile::TempDir,
}

impl Store {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("store.redb")
    }

    fn audit(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("store.redb.audit.jsonl")).unwrap_or_default()
    }

    /// Writes texts under a name, one after the other, each so long ago.
    fn write(&self, name: &str, texts: &[(&str, Duration)]) {
        runtime().block_on(async {
            let mut expected = Expected::Absent;
            for (text, ago) in texts {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
                let at = u64::try_from((now - *ago).as_millis()).expect("it is not the end of time");
                let settings = LocalSettings {
                    versions: Kept::Every,
                    clock: Some(Clock::starting_at(at)),
                    ..LocalSettings::default()
                };
                let store = Local::open(self.file(), settings).await.expect("the store opens");
                let key = Key::new("players", name).expect("a key");
                let meta = Meta { users: vec![77], ..Meta::default() };
                let tag = store.write(&key, expected, (*text).into(), &meta).await.expect("it is written");
                expected = Expected::Tag(tag);
                store.close().await;
            }
        });
    }

    fn run(&self, command: &str, name: &str, more: &[&str]) -> Output {
        let file = self.file();
        let mut all = vec!["record", command, "players", name, "--store", file.to_str().expect("a name")];
        all.extend(more);
        keyholder(&all)
    }

    /// What `get --json` says.
    fn get(&self, name: &str) -> Value {
        let output = self.run("get", name, &["--json"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        json(&output)
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn keyholder(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyholder"));
    command.args(arguments).stdin(Stdio::null()).output().expect("the binary runs")
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

fn record(epoch: u32, coins: i32, held: bool) -> String {
    let data = Map::from_iter([("coins", Data::from(coins)), ("name", Data::from("Ann"))]);
    let mut record = Record::new(SchemaVersion(3), SchemaVersion(2), Tree::new(data.into()));
    record.epoch = Epoch(epoch);
    record.owner = held.then_some(Owner { host: HostId(0xabc), nonce: Nonce(0xdef) });
    record.to_text().expect("a record")
}

const LONG: Duration = Duration::from_secs(3 * 60 * 60);

fn held_for_long() -> Store {
    let store = Store::new();
    let (free, held) = (record(6, 5, false), record(7, 10, true));
    store.write("ann", &[(&free, 2 * LONG), (&held, LONG + LONG / 3), (&held, LONG)]);
    store
}

#[test]
fn the_doctor_says_who_holds_it_since_when_and_what_is_safe() {
    let store = held_for_long();
    let said = stdout(&store.run("explain", "ann", &[]));
    for part in ["server abc, session def", "4 h ago", "at the latest", "journal", "unlock", "epoch"] {
        assert!(said.contains(part), "{part} is missing in\n{said}");
    }
    let told = json(&store.run("explain", "ann", &["--json"]));
    assert_eq!((&told["holder"]["server"], &told["epoch"]), (&Value::from("abc"), &Value::from(7)));
    assert!(told["holder"]["since_at_latest_ms"].as_u64() < told["written_ms"].as_u64(), "{told:#}");

    let said = stdout(&store.run("get", "ann", &[]));
    assert!(said.contains("\"coins\": 10") && said.contains("[77]"), "{said}");
    let got = store.get("ann");
    assert_eq!((&got["record"]["data"]["coins"], &got["record"]["epoch"]), (&Value::from(10), &Value::from(7)));

    let versions = json(&store.run("history", "ann", &["--json"]));
    let epochs: Vec<_> = versions.as_array().expect("a list").iter().map(|it| it["epoch"].as_u64()).collect();
    assert_eq!(epochs, [Some(7), Some(7), Some(6)]);
    assert!(stdout(&store.run("history", "ann", &[])).contains("live"));
    assert_eq!(store.audit(), "", "who only looks leaves nothing");
}

#[test]
fn an_export_holds_everything_once_and_is_audited() {
    let store = held_for_long();
    let out = store.folder.path().join("ann.json");
    let more = ["--out", out.to_str().expect("a name")];
    assert_eq!(store.run("export", "ann", &more).status.code(), Some(0));
    let exported: Value = serde_json::from_slice(&std::fs::read(&out).expect("it is there")).expect("it is JSON");
    assert_eq!(exported["record"]["data"]["name"], "Ann");
    assert_eq!((&exported["users"][0], &exported["audit"]["action"]), (&Value::from(77), &Value::from("export")));
    assert!(store.audit().contains("\"action\":\"export\"") && !store.audit().contains("Ann"), "{}", store.audit());
    let again = store.run("export", "ann", &more);
    assert_eq!(again.status.code(), Some(2), "nothing is written over");
}

#[test]
fn a_wipe_is_a_dry_run_unless_it_is_meant() {
    let store = held_for_long();
    let before = store.get("ann");
    let dry = store.run("wipe", "ann", &["--json"]);
    assert_eq!((dry.status.code(), &json(&dry)["outcome"]), (Some(0), &Value::from("dry-run")));
    assert_eq!((store.get("ann"), store.audit().as_str()), (before, ""));

    let done = store.run("wipe", "ann", &["--yes", "--json"]);
    assert_eq!((done.status.code(), &json(&done)["outcome"]), (Some(0), &Value::from("done")));
    let after = store.get("ann");
    assert_eq!((&after["record"]["life"], &after["record"]["epoch"]), (&Value::from("tombstone"), &Value::from(8)));
    assert!(!after.to_string().contains("Ann"), "{after}");
    let again = store.run("wipe", "ann", &["--yes", "--json"]);
    assert_eq!((again.status.code(), &json(&again)["outcome"]), (Some(0), &Value::from("already")));
    assert_eq!(store.audit().lines().count(), 1);
    let grant = store.run("grant", "ann", &["--id", ID, "--add", "coins=1"]);
    assert_eq!(grant.status.code(), Some(1), "nothing is given to who was erased");
    assert!(stdout(&grant).contains("erased"), "{}", stdout(&grant));
}

#[test]
fn a_grant_is_applied_once_however_often_it_is_made() {
    let store = held_for_long();
    let grant = ["--id", ID, "--add", "coins=100", "--add", "stats.wins=1", "--insert", "gifts=\"sword\"", "--json"];
    for outcome in ["done", "already"] {
        let output = store.run("grant", "ann", &grant);
        assert_eq!((output.status.code(), &json(&output)["outcome"]), (Some(0), &Value::from(outcome)));
    }
    let after = store.get("ann");
    let data = &after["record"]["data"];
    assert_eq!((&data["coins"], &data["stats"]["wins"], &data["gifts"][0]), (&110.into(), &1.into(), &"sword".into()));
    assert_eq!((&data["name"], &after["record"]["epoch"]), (&"Ann".into(), &7.into()), "all else is as it was");
    assert_eq!(after["record"]["owner"]["host"], "0000000000000abc", "who holds it still does");
    assert_eq!(store.audit().lines().count(), 1);

    let other = "00000000000000000000000000000001";
    let debit = store.run("grant", "ann", &["--id", other, "--add", "coins=-5"]);
    assert_eq!(debit.status.code(), Some(1), "{}", stdout(&debit));
    assert!(stdout(&debit).contains("a session holds the record"), "{}", stdout(&debit));
    let much = store.run("grant", "ann", &["--id", other, "--add", "coins=100", "--max", "200"]);
    assert_eq!(much.status.code(), Some(1), "{}", stdout(&much));
    let less = store.run("grant", "ann", &["--id", other, "--add", "coins=1"]);
    assert_eq!(less.status.code(), Some(1), "{}", stdout(&less));
    assert!(stdout(&less).contains("this id is used up"), "{}", stdout(&less));
    assert_eq!(store.get("ann")["record"]["data"]["coins"], 110);
}

#[test]
fn only_the_dead_are_unlocked_and_only_when_it_is_meant() {
    let store = held_for_long();
    store.write("bob", &[(&record(3, 1, true), Duration::ZERO)]);
    let alive = store.run("unlock", "bob", &["--yes"]);
    assert_eq!(alive.status.code(), Some(1));
    assert!(stdout(&alive).contains("may be alive"), "{}", stdout(&alive));
    assert_eq!(store.get("bob")["record"]["epoch"], 3);

    let before = store.get("ann");
    let dry = store.run("unlock", "ann", &["--json"]);
    assert_eq!((dry.status.code(), &json(&dry)["outcome"]), (Some(0), &Value::from("dry-run")));
    assert_eq!(store.get("ann"), before);

    let done = store.run("unlock", "ann", &["--yes", "--json"]);
    assert_eq!((done.status.code(), &json(&done)["outcome"]), (Some(0), &Value::from("done")), "{}", stderr(&done));
    let after = &store.get("ann")["record"];
    assert_eq!((&after["owner"], &after["epoch"]), (&Value::Null, &Value::from(8)), "whoever comes back is fenced");
    assert_eq!(after["data"], before["record"]["data"]);
    assert!(store.audit().contains("\"action\":\"unlock\""));
    let again = store.run("unlock", "ann", &["--yes"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(stdout(&again).contains("nobody holds it"), "{}", stdout(&again));
}

#[test]
fn a_marked_record_is_not_unlocked() {
    let store = Store::new();
    let marked = record(7, 1, true).replacen("\"schema\"", "\"transaction\":\"t1\",\"schema\"", 1);
    store.write("ann", &[(&marked, LONG)]);
    let refused = store.run("unlock", "ann", &["--yes"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(stdout(&refused).contains("transaction"), "{}", stdout(&refused));
}

#[test]
fn what_is_not_there_is_no_record() {
    let store = held_for_long();
    for command in [&["get"][..], &["history"], &["explain"], &["wipe", "--yes"], &["unlock", "--yes"]] {
        let output = store.run(command[0], "nobody", &command[1..]);
        assert_eq!(output.status.code(), Some(1), "{command:?}: {}", stderr(&output));
    }
    let grant = store.run("grant", "nobody", &["--id", ID, "--add", "coins=1"]);
    assert_eq!(grant.status.code(), Some(1), "a grant creates nothing");
}

#[test]
fn a_record_of_somebody_else_is_named_and_left_alone() {
    let store = Store::new();
    let newer = record(1, 1, false).replacen("\"layout\":1", "\"layout\":2", 1);
    for (name, text) in [("ann", r#"{"coins":"secret"}"#), ("bob", "no JSON"), ("carl", &newer)] {
        store.write(name, &[(text, LONG)]);
        for command in [&["get"][..], &["explain"], &["wipe", "--yes"], &["unlock", "--yes"]] {
            let output = store.run(command[0], name, &command[1..]);
            let said = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{command:?}");
            assert!(said.contains("was not touched") && !said.contains("secret"), "{said}");
        }
        let versions = json(&store.run("history", name, &["--json"]));
        assert_eq!((versions.as_array().map(Vec::len), &versions[0]["state"]), (Some(1), &"unreadable".into()));
    }
}

#[test]
fn a_store_that_cannot_be_used_is_named() {
    let store = held_for_long();
    let get = |file: &Path| keyholder(&["record", "get", "players", "ann", "--store", file.to_str().expect("a name")]);
    let absent = store.folder.path().join("absent.redb");
    let output = get(&absent);
    assert!(output.status.code() == Some(2) && !absent.exists(), "nothing is made: {}", stderr(&output));

    let broken = store.folder.path().join("broken.redb");
    let mut bytes = std::fs::read(store.file()).expect("the store is there");
    bytes[64..4_096].fill(0x5a);
    std::fs::write(&broken, &bytes).expect("it can be written");
    let foreign = store.folder.path().join("foreign.txt");
    std::fs::write(&foreign, "my notes").expect("it can be written");
    let empty = store.folder.path().join("empty.redb");
    std::fs::write(&empty, "").expect("it can be written");
    for (file, says) in [(&broken, ""), (&foreign, "none of a local store"), (&empty, "empty")] {
        let output = get(file);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.starts_with("error: ") && said.contains(says), "{said}");
    }

    // A server runs on it.
    runtime().block_on(async {
        let open = Local::open(store.file(), LocalSettings::default()).await.expect("the store opens");
        let output = get(&store.file());
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("open already"), "{}", stderr(&output));
        open.close().await;
    });
    assert_eq!(get(&store.file()).status.code(), Some(0));
}

#[test]
fn mistakes_on_the_command_line_are_named() {
    let store = held_for_long();
    let wrong: [(&str, &str, &[&str]); 6] = [
        ("get", "", &[]),
        ("grant", "ann", &["--id", ID]),
        ("grant", "ann", &["--id", "purchase-1", "--add", "coins=1"]),
        ("grant", "ann", &["--id", ID, "--add", "coins"]),
        ("grant", "ann", &["--id", ID, "--add", "coins=many"]),
        ("grant", "ann", &["--id", ID, "--insert", "gifts=sword"]),
    ];
    for (command, name, more) in wrong {
        assert_eq!(store.run(command, name, more).status.code(), Some(2), "{command} {name} {more:?}");
    }
    for command in ["get", "history", "explain", "export", "wipe", "grant", "unlock"] {
        let help = stdout(&keyholder(&["record", command, "--help"]));
        assert!(help.contains("Examples:\n  keyholder record "), "{help}");
    }
    assert!(stdout(&keyholder(&["record", "--help"])).contains("Examples:\n  keyholder "));
}
