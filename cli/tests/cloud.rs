//! `keyholder record` on Open Cloud, as `keyholder emulate` stands in for it.

use keyholder_core::ids::{Epoch, HostId, Nonce, SchemaVersion};
use keyholder_core::record::{Owner, Record};
use keyholder_core::stored::Item;
use keyholder_core::tree::Tree;
use keyholder_core::value::{Map, Value as Data};
use keyholder_open_cloud::{ApiKey, Client, Engine, Entries, Records, Settings};
use keyholder_tokio::backend::{self, DurableStore, Expected, Key, Meta};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

const ID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

/// An emulator in a process of its own, and a folder to work in.
struct Cloud {
    process: Child,
    url: String,
    folder: tempfile::TempDir,
}

impl Cloud {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_keyholder"))
            .args(["emulate", "--port", "0", "--api-key", "secret", "--json", "--no-limits"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        // The document is complete with the line of its last brace.
        let lines = BufReader::new(process.stdout.take().expect("it was asked for")).lines();
        let mut text = String::new();
        for line in lines.map_while(Result::ok) {
            text.push_str(&line);
            if line == "}" {
                break;
            }
        }
        let said: Value = serde_json::from_str(&text).expect("it says where it listens");
        let url = said["url"].as_str().expect("an address").to_owned();
        Self { process, url, folder: tempfile::tempdir().expect("a folder") }
    }

    fn client(&self, engine: Engine) -> Client {
        let settings = Settings { base_url: self.url.clone(), engine, ..Settings::new(1) };
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
        Command::new(env!("CARGO_BIN_EXE_keyholder"))
            .args(["record", command, "players", "--open-cloud", "1", "--url", &self.url])
            .args(more)
            .env("KEYHOLDER_API_KEY", "secret")
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

impl Drop for Cloud {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
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
    let done = wipe(&["--yes"]);
    assert_eq!(done.status.code(), Some(1), "one of them is not there: {}", said(&done));
    assert_eq!(read("done.txt"), "ann\nbob\n");
    assert_eq!(cloud.audit().lines().count(), 2);
    assert_eq!(cloud.coins("ann"), Value::Null);
    assert_eq!(cloud.coins("carl"), 5, "who is not named is left alone");

    // What was refused is looked at again, what is done is not.
    cloud.write("nobody", false);
    let again = wipe(&["--yes"]);
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
    assert_eq!(json(&again)["key"], "players/nobody");
    assert_eq!(read("done.txt"), "ann\nbob\nnobody\n");
}

#[test]
fn a_key_that_is_wrong_or_missing_is_named_and_not_shown() {
    let cloud = Cloud::start();
    let ask = |key: Option<&str>, folder: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyholder"));
        command.args(["record", "get", "players", "ann", "--open-cloud", "1", "--url", &cloud.url]);
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
