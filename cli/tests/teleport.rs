//! `keyholder teleport` on the emulator.

mod emulator;

use emulator::Emulator;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Output, Stdio};

fn teleport(arguments: &[&str], key: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keyholder"))
        .arg("teleport")
        .args(arguments)
        .env("KEYHOLDER_API_KEY", key)
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

/// The status page, as a browser gets it.
fn page(url: &str) -> String {
    let address = url.strip_prefix("http://").expect("plain HTTP");
    let mut stream = TcpStream::connect(address).expect("a connection");
    let request = format!("GET / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it is asked");
    let mut page = String::new();
    stream.read_to_string(&mut page).expect("a page");
    page
}

#[test]
fn a_player_who_teleports_loses_nothing_not_even_with_their_server() {
    let emulator = Emulator::start();
    let arguments = ["bob", "--url", &emulator.url, "--rounds", "3", "--json"];
    let mut coins = 0;
    // What the first run has left is there in the second.
    for _ in 0..2 {
        let output = teleport(&arguments, "secret");
        let told: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|it| panic!("{it}: {}", said(&output)));
        assert_eq!((output.status.code(), &told["passed"]), (Some(0), &Value::Bool(true)), "{told}");
        let arrivals = told["arrivals"].as_array().expect("arrivals");
        let how: Vec<_> = arrivals.iter().map(|it| it["how"].as_str().expect("a word")).collect();
        assert_eq!(how, ["came", "teleported", "teleported", "teleported", "after_kill"]);
        for (at, arrival) in arrivals.iter().enumerate() {
            assert_eq!(arrival["coins"], coins + 10 * at, "{told}");
            assert_eq!(arrival["server"], 1 + at % 2, "{told}");
        }
        coins += 40;
    }
    let page = page(&emulator.url);
    for seen in ["data-stores/teleport/", "entries/bob", "PATCH", "sorted-maps/keyholder"] {
        assert!(page.contains(seen), "{seen} is not on the status page: {page}");
    }
}

#[test]
fn what_cannot_be_used_is_said() {
    let emulator = Emulator::start();
    let wrong = teleport(&["--url", &emulator.url, "--json"], "wrong");
    assert_eq!(wrong.status.code(), Some(2), "{}", said(&wrong));
    assert!(!said(&wrong).contains("wrong\""), "the key is not repeated: {}", said(&wrong));
    for arguments in
        [&["--url", "http://example.com"][..], &["--api-key-file", "nowhere"], &["--url", "http://127.0.0.1:9"]]
    {
        let output = teleport(arguments, "secret");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert!(output.stdout.is_empty() && said(&output).contains("error: "), "{arguments:?}: {}", said(&output));
    }
}
