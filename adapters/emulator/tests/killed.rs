//! A process that is killed: everything that it answered is there again.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use keyholder_emulator::{Emulator, Settings};

const FILE: &str = "KEYHOLDER_EMULATOR_TEST_FILE";
const PREFIX: &str = "listens at ";

/// The process that is killed: this same program, with the name of a file.
#[test]
fn serves_when_it_is_asked_to() {
    let Ok(file) = std::env::var(FILE) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let settings = Settings { data: Some(file.into()), limits: false, ..Settings::default() };
        let emulator = Emulator::open(settings).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("\n{PREFIX}{}", listener.local_addr().unwrap());
        emulator.serve(listener, std::future::pending()).await.unwrap();
    });
}

fn start(file: &Path) -> (Child, SocketAddr) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "serves_when_it_is_asked_to", "--nocapture"])
        .env(FILE, file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.find_map(|line| line.unwrap().strip_prefix(PREFIX).map(str::to_owned));
    // The pipe stays open for what the test harness says.
    std::thread::spawn(move || lines.for_each(drop));
    (child, line.unwrap().parse().unwrap())
}

/// A row of writes that are told apart by a number which rises, one for each service that is kept.
#[derive(Clone, Copy)]
struct Writes {
    method: &'static str,
    /// What is written, with `ID` for the number of the writer.
    path: &'static str,
    query: &'static str,
    /// With `N` for the number of the write.
    body: &'static str,
    /// Where an answer has it.
    field: &'static str,
}

const WRITES: [Writes; 5] = [
    Writes {
        method: "PATCH",
        path: "data-stores/Kill/entries/ID",
        query: "?allowMissing=true",
        body: r#"{"value":N}"#,
        field: "/value",
    },
    Writes {
        method: "PATCH",
        path: "ordered-data-stores/Kill/scopes/global/entries/ID",
        query: "?allowMissing=true",
        body: r#"{"value":N}"#,
        field: "/value",
    },
    Writes {
        method: "PATCH",
        path: "memory-store/sorted-maps/kill/items/ID",
        query: "?allowMissing=true",
        body: r#"{"value":N}"#,
        field: "/value",
    },
    Writes {
        method: "PATCH",
        path: "user-restrictions/ID",
        query: "",
        body: r#"{"gameJoinRestriction":{"active":true,"duration":"Ns"}}"#,
        field: "/gameJoinRestriction/duration",
    },
    Writes { method: "POST", path: "memory-store/queues/qID/items", query: "", body: r#"{"data":N}"#, field: "" },
];

/// The number that an answer has, which may be in a string with a unit behind it.
fn number(text: &str, field: &str) -> u64 {
    let answer: serde_json::Value = serde_json::from_str(text).unwrap();
    let value = answer.pointer(field).unwrap();
    let text = value.as_str().map(|text| text.trim_end_matches('s'));
    text.map_or_else(|| value.as_u64(), |text| text.parse().ok()).unwrap()
}

/// How many messages a queue holds; they must be the first ones, without a gap.
fn queued(address: SocketAddr, path: &str) -> u64 {
    let mut data = Vec::new();
    loop {
        let (status, text) =
            ask(address, "GET", &format!("{path}:read?count=200&invisibilityWindow=600s"), "").unwrap();
        assert_eq!(status, 200);
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        let Some(items) = read["queueItems"].as_array() else { break };
        data.extend(items.iter().map(|item| item["data"].as_u64().unwrap()));
    }
    assert!(data.iter().copied().eq(1..=data.len() as u64), "{data:?}");
    data.len() as u64
}

/// The status and the body of an answer, or `None` if there was none.
fn ask(address: SocketAddr, method: &str, path: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = format!(
        "{method} /cloud/v2/universes/1/{path} HTTP/1.1\r\nhost: x\r\nx-api-key: local\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let status = answer.get(9..12)?.parse().ok()?;
    Some((status, answer.split_once("\r\n\r\n")?.1.to_owned()))
}

#[test]
fn what_was_answered_outlives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloud.redb");
    for round in 0..3 {
        let (mut child, address) = start(&file);
        let id = |writer: usize| (round * 100 + writer + 1).to_string();
        let writers: Vec<_> = WRITES
            .into_iter()
            .enumerate()
            .map(|(writer, writes)| {
                let path = writes.path.replace("ID", &id(writer)) + writes.query;
                std::thread::spawn(move || {
                    let mut answered = 0;
                    let body = |number: u64| writes.body.replace('N', &number.to_string());
                    while let Some((status, text)) = ask(address, writes.method, &path, &body(answered + 1)) {
                        assert_eq!(status, 200, "{path}: {text}");
                        answered += 1;
                    }
                    answered
                })
            })
            .collect();
        std::thread::sleep(Duration::from_millis(400));
        child.kill().unwrap();
        child.wait().unwrap();
        let answered: Vec<u64> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
        assert!(answered.iter().all(|n| *n > 0), "{answered:?}");
        let (mut child, address) = start(&file);
        for (writer, (answered, writes)) in answered.iter().zip(WRITES).enumerate() {
            let path = writes.path.replace("ID", &id(writer));
            let kept = if writes.field.is_empty() {
                queued(address, &path)
            } else {
                let (status, text) = ask(address, "GET", &path, "").unwrap();
                assert_eq!(status, 200, "{path}");
                number(&text, writes.field)
            };
            assert!(kept == *answered || kept == answered + 1, "{path}: {kept} after {answered} answers");
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
