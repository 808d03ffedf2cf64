//! A process that is asked to end: what it acknowledged is in its file, and each key has its verdict.
#![cfg(unix)]

use keyholder_core::config::{Budget, Config, Settings};
use keyholder_core::effect::{End, Event, Verdict};
use keyholder_core::ids::SchemaVersion;
use keyholder_core::input::Mode;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::tree::{Change, Declared, Schema, Tree};
use keyholder_core::value::{Map, Path};
use keyholder_tokio::backend::{DurableStore, Key};
use keyholder_tokio::local::{Local, LocalSettings};
use keyholder_tokio::memory::{Entries, EntriesSettings, Faults, Faulty, Topics};
use keyholder_tokio::server::{Options, Stores, server};
use std::io::{BufRead, BufReader};
use std::path::Path as File;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

const FILE: &str = "KEYHOLDER_TEST_FILE";
const PLAYERS: i64 = 5;

fn key(number: i64) -> Key {
    Key::new("players", number.to_string()).unwrap()
}

/// What the other process does: a server over a store that takes its time, until it is asked to end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Ok(path) = std::env::var(FILE) else { return };
    let local = Local::open(path, LocalSettings::default()).await.unwrap();
    let slow = Duration::from_millis(40);
    let stores = Stores {
        durable: Arc::new(Faulty::new(
            local.clone(),
            Faults { latency_min: slow, latency_max: slow, ..Faults::default() },
            1,
        )),
        memory: Arc::new(Entries::new(EntriesSettings::PLATFORM)),
        bus: Arc::new(Topics::new()),
    };
    let coins = Declared::counter("coins", Bounds::new(0, 1_000, BoundsPolicy::Reject).unwrap());
    let schema = Schema::new(SchemaVersion(1), Map::new().into(), vec![coins]).unwrap();
    let config = Config::new(Settings { budget: Budget::AMPLE, ..Settings::DEFAULT }, schema).unwrap();
    let (tell, mut told) = tokio::sync::mpsc::channel(100);
    let options = Options { events: Some(tell), ..Options::default() };
    let (handle, driver) = server::<_, _, _, Tree, Change>(stores, config, options).await.unwrap();
    let running = tokio::spawn(driver.run());
    handle.ready().unwrap();
    let says = tokio::spawn(async move {
        while let Some((key, event)) = told.recv().await {
            match event {
                Event::Verdict { verdict: Verdict::Durable(_), .. } => println!("durable {key}"),
                Event::Ended(End::Closed) => println!("released {key}"),
                _ => {}
            }
        }
    });
    let signal = tokio::spawn({
        let handle = handle.clone();
        async move { handle.shutdown_on_signal().await.unwrap() }
    });
    for number in 1..=PLAYERS {
        handle.open(&key(number), Mode::Exclusive).await.unwrap();
        // Nobody saves it: the end has to.
        let change = Change::new(vec![(Path::from_iter(["coins"]), Op::Add(number))]).unwrap();
        handle.change(&key(number), change).unwrap();
    }
    println!("\nplaying");
    let report = signal.await.unwrap();
    assert_eq!(running.await.unwrap(), report);
    drop(handle);
    local.close().await;
    says.await.unwrap();
    println!("closed {} abandoned {}", report.closed, report.abandoned);
}

fn ask_to_end(child: &Child, signal: &str) {
    let asked = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(asked.success());
}

/// Plays in a process that is asked to end by these signals, and gives what it said since.
fn played(path: &File, signals: &[&str]) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap());
    let child = child.args(["child", "--exact", "--nocapture"]).env(FILE, path);
    let mut child = child.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.by_ref().any(|line| line == "playing"));
    for (at, signal) in signals.iter().enumerate() {
        if at > 0 {
            // In the middle of the writes, each of which takes 80 ms.
            std::thread::sleep(Duration::from_millis(20));
        }
        ask_to_end(&child, signal);
    }
    let said = lines.collect();
    assert!(child.wait().unwrap().success(), "{said:?}");
    said
}

#[tokio::test]
async fn who_is_asked_to_end_saves_first() {
    let folder = tempfile::tempdir().unwrap();
    for (name, signals) in [("term", &["-TERM"][..]), ("int", &["-INT"]), ("twice", &["-TERM", "-TERM", "-INT"])] {
        let path = folder.path().join(name);
        let said = played(&path, signals);
        let has = |line: String| said.contains(&line);
        assert!(has(format!("closed {PLAYERS} abandoned 0")), "{said:?}");
        let store = Local::open(&path, LocalSettings::default()).await.unwrap();
        for number in 1..=PLAYERS {
            let key = key(number);
            assert!(has(format!("durable {key}")) && has(format!("released {key}")), "{said:?}");
            let text = store.read(&key).await.unwrap().unwrap().text;
            assert!(text.contains(&format!(r#""coins":{number}"#)), "{text}");
        }
        store.close().await;
    }
}
