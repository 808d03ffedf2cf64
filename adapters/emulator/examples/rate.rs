//! What the emulator bears, beside what is aimed at: requests a second, its start, and memory.
//!
//! `cargo run --release -p keyholder-emulator --example rate`
//!
//! Clients and the emulator are in this one process and share its processors: each client is a thread with a connection that it
//! keeps, and asks for the next thing when it has the answer. Without limits, in memory. Ends with exit code 2 if an aim is missed.

use std::error::Error;
use std::future::pending;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use indicatif::ProgressBar;
use keyholder_emulator::{Emulator, Settings};
use tokio::net::TcpListener;
use tower::ServiceExt;

type Failed = Box<dyn Error + Send + Sync>;

/// Whether the time is not over yet.
type GoesOn<'a> = &'a dyn Fn() -> bool;

/// Clients at the same time.
const CLIENTS: usize = 8;

/// How long each rate is measured.
const SPAN: Duration = Duration::from_secs(5);

/// Entries of the last figure, each with a value of 256 characters.
const ENTRIES: u32 = 1_000_000;

const STORE: &str = "/cloud/v2/universes/1/data-stores/players/entries";

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<ExitCode, Failed> {
    let mut reached = true;
    let mut tell = |what: &str, measured: f64, aim: f64, unit: &str, least: bool| {
        let fits = if least { measured >= aim } else { measured <= aim };
        let (bound, word) = (if least { "at least" } else { "at most" }, if fits { "reached" } else { "MISSED" });
        println!("{what:<44} {measured:>10.1} {unit:<4} {bound} {aim:.0}: {word}");
        reached &= fits;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (start, address) = started(&runtime)?;
    tell("from nothing to the first answer", start.as_secs_f64() * 1_000.0, 200.0, "ms", false);

    let bar = ProgressBar::new(2 * SPAN.as_secs()).with_message("reads");
    tell("simple reads", rate(address, &bar, read)?, 10_000.0, "/s", true);
    tell("conditional writes", rate(address, &bar, write)?, 5_000.0, "/s", true);
    bar.finish_and_clear();
    drop(runtime);

    let before = resident()?;
    let emulator = filled()?;
    let (held, keys) = (resident()?, emulator.stores(1).first().map_or(0, |(_, keys)| *keys));
    if keys != ENTRIES as usize {
        return Err(format!("{keys} entries are there").into());
    }
    tell("memory with a million entries of 256 characters", held, 2_048.0, "MiB", false);
    println!("an entry takes {:.0} bytes", (held - before) * 1_048_576.0 / f64::from(ENTRIES));
    Ok(if reached { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

fn unlimited() -> Settings {
    Settings { limits: false, ..Settings::default() }
}

/// An emulator that serves, and how long it took from nothing until it had answered one request.
fn started(runtime: &tokio::runtime::Runtime) -> Result<(Duration, SocketAddr), Failed> {
    let began = Instant::now();
    let emulator = Emulator::new(unlimited());
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let address = listener.local_addr()?;
    runtime.spawn(async move { emulator.serve(listener, pending()).await });
    Client::connect(address)?.ask("GET", "/cloud/v2/universes/1/data-stores", "")?;
    Ok((began.elapsed(), address))
}

/// Answers a second that all clients get together. `client` is one of them, told its number: it makes what it needs, and then
/// one request after the other.
fn rate(
    address: SocketAddr,
    bar: &ProgressBar,
    client: fn(Client, usize, GoesOn<'_>) -> Result<u32, Failed>,
) -> Result<f64, Failed> {
    let began = Instant::now();
    let threads: Vec<_> = (0..CLIENTS)
        .map(|number| thread::spawn(move || client(Client::connect(address)?, number, &|| began.elapsed() < SPAN)))
        .collect();
    for _ in 0..SPAN.as_secs() {
        thread::sleep(Duration::from_secs(1));
        bar.inc(1);
    }
    let mut answers = 0;
    for thread in threads {
        answers += thread.join().map_err(|_| "a client stopped")??;
    }
    Ok(f64::from(answers) / began.elapsed().as_secs_f64())
}

/// Reads one entry over and over.
fn read(mut client: Client, number: usize, goes_on: GoesOn<'_>) -> Result<u32, Failed> {
    client.ask("POST", &format!("{STORE}?id=read{number}"), &body(0, None))?;
    let path = format!("{STORE}/read{number}");
    let mut answers = 0;
    while goes_on() {
        client.ask("GET", &path, "")?;
        answers += 1;
    }
    Ok(answers)
}

/// Writes one entry over and over, each time with the etag of the answer before.
fn write(mut client: Client, number: usize, goes_on: GoesOn<'_>) -> Result<u32, Failed> {
    let mut etag = client.ask("POST", &format!("{STORE}?id=write{number}"), &body(0, None))?;
    let path = format!("{STORE}/write{number}");
    let mut answers = 0;
    while goes_on() {
        etag = client.ask("PATCH", &path, &body(answers, Some(&etag)))?;
        answers += 1;
    }
    Ok(answers)
}

/// A value of 256 characters.
fn body(number: u32, etag: Option<&str>) -> String {
    let etag = etag.map(|etag| format!("\"etag\":\"{etag}\",")).unwrap_or_default();
    format!("{{{etag}\"value\":{{\"n\":{},\"text\":\"{}\"}}}}", 1_000_000_000 + number, "x".repeat(230))
}

/// A connection that is kept.
struct Client {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Client {
    fn connect(address: SocketAddr) -> Result<Self, Failed> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: vec![0; 1 << 16] })
    }

    /// The etag of the answer, which must be 200 and smaller than the buffer; empty if it has none.
    fn ask(&mut self, method: &str, path: &str, body: &str) -> Result<String, Failed> {
        let head = "host: x\r\nx-api-key: local\r\ncontent-type: application/json";
        let length = body.len();
        let request = format!("{method} {path} HTTP/1.1\r\n{head}\r\ncontent-length: {length}\r\n\r\n{body}");
        self.stream.write_all(request.as_bytes())?;
        let mut held = 0;
        loop {
            let free = self.read.get_mut(held..).filter(|free| !free.is_empty()).ok_or("the answer is too large")?;
            let count = self.stream.read(free)?;
            held += count;
            let text = str::from_utf8(self.read.get(..held).unwrap_or_default())?;
            if count == 0 || !text.starts_with("HTTP/1.1 200") {
                return Err(format!("no answer, or a refusal: {text}").into());
            }
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let length = head.split_once("content-length: ").ok_or("an answer without length")?.1;
            if body.len() < length.lines().next().unwrap_or("").parse()? {
                continue;
            }
            let etag = body.split_once("\"etag\":\"").and_then(|(_, rest)| rest.split_once('"'));
            return Ok(etag.map(|(etag, _)| etag.to_owned()).unwrap_or_default());
        }
    }
}

/// An emulator with all entries, asked in place: over a socket it would take minutes.
fn filled() -> Result<Emulator, Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let emulator = Emulator::new(unlimited());
    let bar = ProgressBar::new(ENTRIES.into()).with_message("entries");
    runtime.block_on(async {
        let router = emulator.router();
        for number in 0..ENTRIES {
            let request = Request::post(format!("{STORE}?id=Player_{number}"))
                .header("x-api-key", "local")
                .header("content-type", "application/json")
                .body(Body::from(body(number, None)))?;
            let answer = router.clone().oneshot(request).await?;
            if !answer.status().is_success() {
                return Err(Failed::from("an entry was refused"));
            }
            if number % 10_000 == 0 {
                bar.set_position(number.into());
            }
        }
        Ok(())
    })?;
    bar.finish_and_clear();
    Ok(emulator)
}

/// Resident memory, in MiB. Where the system has no such file there is no figure.
fn resident() -> Result<f64, Failed> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1_024.0)
}
