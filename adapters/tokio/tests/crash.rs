//! A process that is killed while it writes: what it acknowledged is in the file. And a second process on the same file.

use keyholder_tokio::backend::{DurableStore, Expected, Key, Meta};
use keyholder_tokio::local::{Local, LocalSettings, OpenError};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

const FILE: &str = "KEYHOLDER_TEST_FILE";

fn key(number: u32) -> Key {
    Key::new("players", number.to_string()).unwrap()
}

/// What the other process does: writers that say what was acknowledged, until the process is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Ok(path) = std::env::var(FILE) else { return };
    let store = Local::open(path, LocalSettings::default()).await.unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let store = store.clone();
        writers.spawn(async move {
            for number in (writer..1_000_000).step_by(8) {
                let text = format!("text of {number}").into();
                store.write(&key(number), Expected::Absent, text, &Meta::default()).await.unwrap();
                let mut out = std::io::stdout();
                out.write_all(format!("acknowledged {number}\n").as_bytes()).unwrap();
            }
        });
    }
    writers.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    for round in 1..=5 {
        let path = folder.path().join(format!("{round}.keyholder"));
        let mut child = Command::new(std::env::current_exe().unwrap());
        let child = child.args(["child", "--exact", "--nocapture"]).env(FILE, &path);
        let mut child = child.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let number = |line: String| line.split_once("acknowledged ").and_then(|(_, number)| number.parse::<u32>().ok());
        let mut acknowledged: Vec<u32> = Vec::new();
        while acknowledged.len() < 200 * round {
            acknowledged.extend(lines.next().unwrap().map(number).unwrap());
        }
        let second = Local::open(&path, LocalSettings::default()).await;
        assert!(matches!(second, Err(OpenError::AlreadyOpen)));
        child.kill().unwrap();
        child.wait().unwrap();
        // A last line may be cut off in its number.
        let rest: Vec<_> = lines.map_while(Result::ok).collect();
        acknowledged
            .extend(rest.split_last().into_iter().flat_map(|(_, rest)| rest.iter().cloned().filter_map(number)));

        let store = Local::open(&path, LocalSettings::default()).await.unwrap();
        for number in acknowledged {
            let entry = store.read(&key(number)).await.unwrap();
            assert!(entry.is_some_and(|entry| *entry.text == *format!("text of {number}")), "{number} is lost");
        }
        store.close().await;
    }
}
