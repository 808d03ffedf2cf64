//! `keyholder record` on Open Cloud, as `keyholder emulate` stands in for it.

mod emulator;

use emulator::Emulator;
use keyholder_core::ids::{Epoch, HostId, Nonce, SchemaVersion};
use keyholder_core::record::{Owner, Record};
use keyholder_core::stored::Item;
use keyholder_core::tree::Tree;
use keyholder_core::value::{Map, Value as Data};
use keyholder_open_cloud::{ApiKey, Client, Engine, Entries, Records, Settings};
use keyholder_tokio::backend::{self, DurableStore, Expected, Key, Meta};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

const ID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

/// An emulator, and a folder to work in.
struct Cloud {
    emulator: Emulator,
    folder: tempfile::TempDir,
}

impl Cloud {
    fn start() -> Self {
        Self { emulator: Emulator::start(), folder: tempfile::tempdir().expect("a folder") }
    }

    fn client(&self, engine: Engine) -> Client {
        let settings = Settings { base_url: self.emulator.url.clone(), engine, ..Settings::new(1) };
        Client::new(&settings, &ApiKey::new("secret".to_owned()).expect("a key")).expect("a client")
    }

    fn write(&self, name: &str, held: bool) {
        let records = Records::new(self.client(Engine::V2));
        let key = Key::new("players", name).expect("a key");
        let text = record(held);
        let written = runtime().block_on(records.write(&key, Expected::Absent, text.into(), &Meta::default()));
        written.expect("it is written");
    }

    fn run(&self, command: &str, more: &[&str]) -> Output {
        self.run_as("secret", command, more)
    }

    fn run_as(&self, key: &str, command: &str, more: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_keyholder"))
            .args(["record", command, "players", "--open-cloud", "1", "--url", &self.emulator.url])
            .args(more)
            .env("KEYHOLDER_API_KEY", key)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs")
    }

    fn coins(&self, name: &str) -> Value {
        let output = self.run("get", &[name, "--json"]);
        json(&output)["record"]["data"]["coins"].clone()
    }

    fn audit(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("open-cloud-1.audit.jsonl")).unwrap_or_default()
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn record(held: bool) -> String {
    let data = Map::from_iter([("coins", Data::from(5)), ("name", Data::from("Ann"))]);
    let mut record = Record::new(SchemaVersion(1), SchemaVersion(1), Tree::new(data.into()));
    record.epoch = Epoch(7);
    record.owner = held.then_some(Owner { host: HostId(0xabc), nonce: Nonce(0xdef) });
    record.to_text().expect("a record")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", said(output)))
}

#[test]
fn a_grant_that_is_made_twice_credits_once() {
    let cloud = Cloud::start();
    cloud.write("ann", false);
    for (engine, outcome) in [("v2", "done"), ("v2", "already"), ("v1", "already")] {
        let output = cloud.run("grant", &["ann", "--id", ID, "--add", "coins=100", "--json", "--engine", engine]);
        assert_eq!((output.status.code(), &json(&output)["outcome"]), (Some(0), &outcome.into()), "{}", said(&output));
        assert_eq!(cloud.coins("ann"), 105);
    }
    assert_eq!(cloud.audit().lines().count(), 1);
    let history = cloud.run("history", &["ann", "--json"]);
    assert!(json(&history).as_array().is_some_and(|it| !it.is_empty()), "{}", said(&history));
    let out = cloud.folder.path().join("ann.json");
    let exported = cloud.run("export", &["ann", "--out", out.to_str().expect("a name")]);
    assert_eq!(exported.status.code(), Some(0), "{}", said(&exported));
    assert!(std::fs::read_to_string(out).is_ok_and(|text| text.contains("105")));
}

#[test]
fn whoever_gives_a_sign_of_life_is_not_unlocked() {
    let cloud = Cloud::start();
    cloud.write("ann", true);
    let entries = Entries::new(cloud.client(Engine::V2), "keyholder").expect("a name");
    let minute = Duration::from_secs(60);
    let (_, trouble) = runtime().block_on(backend::write_heartbeat(&entries, HostId(0xabc), minute));
    assert_eq!(trouble, None);
    let explained = cloud.run("explain", &["ann", "--json"]);
    assert_eq!(json(&explained)["holder"]["heartbeat"], "alive");
    let refused = cloud.run("unlock", &["ann", "--yes", "--heartbeat-ttl", "0"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("alive"), "{}", said(&refused));

    let (_, trouble) = runtime().block_on(backend::delete_heartbeat(&entries, HostId(0xabc)));
    assert_eq!(trouble, None);
    assert_eq!(json(&cloud.run("explain", &["ann", "--json"]))["holder"]["heartbeat"], "absent");
    let done = cloud.run("unlock", &["ann", "--yes", "--heartbeat-ttl", "0"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    assert_eq!(json(&cloud.run("explain", &["ann", "--json"]))["holder"], Value::Null);
}

#[test]
fn many_are_done_one_after_the_other_and_those_that_are_done_once() {
    let cloud = Cloud::start();
    for name in ["ann", "bob", "carl"] {
        cloud.write(name, false);
    }
    let names = cloud.folder.path().join("names.txt");
    std::fs::write(&names, "# who leaves\nann\n\nbob\nnobody\n").expect("it can be written");
    let wipe = |more: &[&str]| {
        let bulk = ["--keys-from", "names.txt", "--done", "done.txt", "--json"];
        cloud.run("wipe", &[&bulk[..], more].concat())
    };
    let read = |name: &str| std::fs::read_to_string(cloud.folder.path().join(name)).unwrap_or_default();
    let shown = wipe(&[]);
    assert_eq!(shown.status.code(), Some(1), "one of them is not there: {}", said(&shown));
    let first = format!("# keyholder record players in Open Cloud 1 at {}: wipe\n", cloud.emulator.url);
    assert_eq!(read("done.txt"), first, "what is only shown is not done");
    let done = wipe(&["--yes"]);
    assert_eq!(done.status.code(), Some(1), "one of them is not there: {}", said(&done));
    assert_eq!(read("done.txt"), format!("{first}ann\nbob\n"));
    assert_eq!(cloud.audit().lines().count(), 2);
    assert_eq!(cloud.coins("ann"), Value::Null);
    assert_eq!(cloud.coins("carl"), 5, "who is not named is left alone");

    // What was refused is looked at again, what is done is not.
    cloud.write("nobody", false);
    let other = cloud.run("get", &["--keys-from", "names.txt", "--done", "done.txt"]);
    assert_eq!(other.status.code(), Some(2), "it is the note of another command: {}", said(&other));
    // As it is left by who was killed while the name was written.
    std::fs::write(cloud.folder.path().join("done.txt"), format!("{first}ann\nbob\nno")).expect("it can be written");
    let again = wipe(&["--yes"]);
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
    assert_eq!(json(&again)["key"], "players/nobody");
    assert_eq!(read("done.txt"), format!("{first}ann\nbob\nnobody\n"));
}

#[test]
fn an_export_that_was_interrupted_goes_on() {
    let cloud = Cloud::start();
    for name in ["ann", "bob"] {
        cloud.write(name, false);
    }
    let at = |name: &str| cloud.folder.path().join(name);
    std::fs::write(at("names.txt"), "ann\nbob\n").expect("it can be written");
    std::fs::create_dir(at("out")).expect("a folder");
    // As it is left by who was killed before the name was noted.
    std::fs::write(at("out/ann.json"), "{\"torn").expect("it can be written");
    let export =
        |more: &[&str]| cloud.run("export", &[&["--keys-from", "names.txt", "--out", "out"][..], more].concat());
    let refused = export(&[]);
    assert_eq!(refused.status.code(), Some(2), "a file that is there is not replaced: {}", said(&refused));
    let done = export(&["--done", "done.txt"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    for name in ["ann", "bob"] {
        let text = std::fs::read_to_string(at(&format!("out/{name}.json"))).expect("a file");
        assert!(serde_json::from_str::<Value>(&text).is_ok_and(|it| it["name"] == name), "{text}");
    }
    assert_eq!(std::fs::read_dir(at("out")).map_or(0, Iterator::count), 2, "nothing else is left");
    std::fs::create_dir(at("other")).expect("a folder");
    let other = cloud.run("export", &["--keys-from", "names.txt", "--out", "other", "--done", "done.txt"]);
    assert_eq!(other.status.code(), Some(2), "that is another export: {}", said(&other));
    let lone = cloud.run("get", &["ann", "--done", "done.txt"]);
    assert!(lone.status.code() == Some(2) && said(&lone).contains("--keys-from"), "{}", said(&lone));
}

#[test]
fn nothing_is_said_to_be_missing_from_a_place_that_is_not_there() {
    let cloud = Cloud::start();
    assert_eq!(cloud.run("get", &["nobody"]).status.code(), Some(1));
    let ask = |universe: &str, url: &str| {
        Command::new(env!("CARGO_BIN_EXE_keyholder"))
            .args(["record", "history", "players", "ann", "--open-cloud", universe, "--url", url])
            .env("KEYHOLDER_API_KEY", "secret")
            .output()
            .expect("the binary runs")
    };
    for (universe, url) in [("99", cloud.emulator.url.clone()), ("1", format!("{}/nowhere", cloud.emulator.url))] {
        let output = ask(universe, &url);
        assert_eq!(output.status.code(), Some(2), "{universe} {url}: {}", said(&output));
    }
}

#[test]
fn who_has_to_wait_waits_and_goes_on() {
    let cloud = Cloud::start();
    // More than may be asked for at once.
    let names: Vec<String> = (0..32).map(|at| format!("p{at}")).collect();
    for name in &names {
        cloud.write(name, false);
    }
    std::fs::write(cloud.folder.path().join("names.txt"), names.join("\n")).expect("it can be written");
    let got = cloud.run("get", &["--keys-from", "names.txt"]);
    assert_eq!(got.status.code(), Some(0), "{}", said(&got));
    assert!(said(&got).contains("32 records done"), "{}", said(&got));
}

#[test]
fn whose_heartbeat_cannot_be_read_is_not_unlocked() {
    let cloud = Cloud::start();
    cloud.write("ann", true);
    let refused = cloud.run_as("blind", "unlock", &["ann", "--yes", "--heartbeat-ttl", "0"]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(said(&refused).contains("cannot be read"), "{}", said(&refused));
    assert_eq!(json(&cloud.run("explain", &["ann", "--json"]))["holder"]["server"], HostId(0xabc).to_string());
}

#[test]
fn a_key_that_is_wrong_or_missing_is_named_and_not_shown() {
    let cloud = Cloud::start();
    let ask = |key: Option<&str>, folder: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyholder"));
        command.args(["record", "get", "players", "ann", "--open-cloud", "1", "--url", &cloud.emulator.url]);
        command.env_remove("KEYHOLDER_API_KEY").current_dir(folder);
        if let Some(key) = key {
            command.env("KEYHOLDER_API_KEY", key);
        }
        command.output().expect("the binary runs")
    };
    let none = ask(None, cloud.folder.path());
    assert!(none.status.code() == Some(2) && said(&none).contains("KEYHOLDER_API_KEY is not set"), "{}", said(&none));
    let wrong = ask(Some("hunter2"), cloud.folder.path());
    assert_eq!(wrong.status.code(), Some(2));
    assert!(said(&wrong).contains("does not accept the key") && !said(&wrong).contains("hunter2"), "{}", said(&wrong));
    let plain = ["get", "players", "ann", "--open-cloud", "1", "--url", "http://example.org"];
    let far = Command::new(env!("CARGO_BIN_EXE_keyholder"))
        .arg("record")
        .args(plain)
        .env("KEYHOLDER_API_KEY", "secret")
        .output()
        .expect("the binary runs");
    assert!(far.status.code() == Some(2) && said(&far).contains("use https"), "{}", said(&far));
}
