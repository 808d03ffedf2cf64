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

/// The status and the body of an answer, or `None` if there was none.
fn ask(address: SocketAddr, method: &str, path: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = format!(
        "{method} /cloud/v2/universes/1/data-stores/{path} HTTP/1.1\r\nhost: x\r\nx-api-key: local\r\nconnection: close\r\n\
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
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                std::thread::spawn(move || {
                    let path = format!("Kill/entries/{round}-{writer}?allowMissing=true");
                    let mut answered = 0;
                    while let Some((status, _)) =
                        ask(address, "PATCH", &path, &format!("{{\"value\":{}}}", answered + 1))
                    {
                        assert_eq!(status, 200);
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
        for (writer, answered) in answered.iter().enumerate() {
            let (status, body) = ask(address, "GET", &format!("Kill/entries/{round}-{writer}"), "").unwrap();
            assert_eq!(status, 200);
            let entry: serde_json::Value = serde_json::from_str(&body).unwrap();
            let value = entry["value"].as_u64().unwrap();
            assert!(value == *answered || value == answered + 1, "{value} after {answered} answers");
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
