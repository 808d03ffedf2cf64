//! How many requests a second the adapter makes, beside a loop of the same requests without it, against one emulator: reads of
//! a record, and writes of it under the tag of the one before.
//!
//! The loop reads each answer to its end. Of a read it makes nothing; of a write it takes the tag, without which the next one could
//! not be made.
//!
//! On a machine where other programs run as well, the time that the processor had to do with it says more than the rate: emulator
//! and both clients are one process, so that it is the whole of a request.
//!
//! `cargo run --release -p keyholder-open-cloud --example rate`

use cpu_time::ProcessTime;
use keyholder_emulator::{Emulator, Settings as Local};
use keyholder_open_cloud::{ApiKey, Client, Records, Settings};
use keyholder_tokio::backend::{DurableStore, Expected, Key, Meta, Tag};
use serde::Deserialize;
use std::error::Error;
use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// How many requests are under way at the same time, each on a record of its own.
const TASKS: usize = 32;

/// How long each of both is measured.
const SPAN: Duration = Duration::from_secs(2);

/// How often, in turn: the best of each counts.
const ROUNDS: usize = 5;

/// What is read of the answer to a write.
#[derive(Deserialize)]
struct Written {
    etag: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let emulator = Emulator::new(Local { limits: false, ..Local::default() });
    tokio::spawn(async move { emulator.serve(listener, pending()).await });
    let settings = Settings { base_url, share_percent: None, ..Settings::new(1) };
    let records = Arc::new(Records::new(Client::new(&settings, &ApiKey::new("local")?)?));
    // As large as a young player's record.
    let text: Arc<str> = format!("{{\"layout\":1,\"data\":{{\"items\":[{}1]}}}}", "1234567,".repeat(256)).into();
    let meta = Arc::new(Meta { users: vec![1], ..Meta::default() });
    let mut keys = Vec::new();
    for player in 0..TASKS {
        let key = Key::new("players", format!("Player_{player}"))?;
        let tag = records.write(&key, Expected::Absent, Arc::clone(&text), &meta).await?;
        keys.push((key, tag));
    }

    let http = reqwest::Client::builder().no_proxy().build()?;
    let entries = format!("{}/cloud/v2/universes/1/data-stores/players/entries", settings.base_url);
    let url = move |key: &Key| format!("{entries}/{}", key.player());

    let bare = {
        let (http, url) = (http.clone(), url.clone());
        move |(key, tag): (Key, Tag)| {
            let request = http.get(url(&key)).header("x-api-key", "local");
            async move {
                request.send().await.ok()?.error_for_status().ok()?.bytes().await.ok()?;
                Some((key, tag))
            }
        }
    };
    let adapter = {
        let records = Arc::clone(&records);
        move |(key, tag): (Key, Tag)| {
            let records = Arc::clone(&records);
            async move { records.read(&key).await.ok()?.map(|_| (key, tag)) }
        }
    };
    compare("reads", &mut keys, bare, adapter).await?;

    let bare = {
        let text = Arc::clone(&text);
        move |(key, tag): (Key, Tag)| {
            let attributes = r#"{"kh":"0123456789abcdef"}"#;
            let etag = tag.as_str();
            let body = format!(r#"{{"etag":"{etag}","value":{text},"users":["users/1"],"attributes":{attributes}}}"#);
            let request = http.patch(url(&key)).header("x-api-key", "local").header("content-type", "application/json");
            let request = request.body(body);
            async move {
                let answer = request.send().await.ok()?.error_for_status().ok()?.bytes().await.ok()?;
                let written: Written = serde_json::from_slice(&answer).ok()?;
                Some((key, Tag::new(written.etag)))
            }
        }
    };
    let adapter = move |(key, tag): (Key, Tag)| {
        let (records, text, meta) = (Arc::clone(&records), Arc::clone(&text), Arc::clone(&meta));
        async move {
            let tag = records.write(&key, Expected::Tag(tag), text, &meta).await.ok()?;
            Some((key, tag))
        }
    };
    compare("conditional writes", &mut keys, bare, adapter).await
}

/// Both in turn, and what one makes of the other.
async fn compare<B, A>(
    what: &str,
    keys: &mut Vec<(Key, Tag)>,
    bare: impl Fn((Key, Tag)) -> B + Clone + Send + 'static,
    adapter: impl Fn((Key, Tag)) -> A + Clone + Send + 'static,
) -> Result<(), Box<dyn Error>>
where
    B: Future<Output = Option<(Key, Tag)>> + Send,
    A: Future<Output = Option<(Key, Tag)>> + Send,
{
    let (mut most_bare, mut most) = (Figures::NONE, Figures::NONE);
    for _ in 0..ROUNDS {
        most_bare = most_bare.best(rate(keys, bare.clone()).await.map_err(|error| format!("bare {what}: {error}"))?);
        most = most.best(rate(keys, adapter.clone()).await.map_err(|error| format!("{what}: {error}"))?);
    }
    let percent = 100.0 * most.a_second / most_bare.a_second;
    println!(
        "{what} a second: {:.0} bare, {:.0} through the adapter: {percent:.0} %",
        most_bare.a_second, most.a_second
    );
    let percent = 100.0 * most_bare.micros / most.micros;
    println!(
        "  us of the processor: {:.1} bare, {:.1} through the adapter: {percent:.0} %",
        most_bare.micros, most.micros
    );
    Ok(())
}

/// What requests took.
#[derive(Clone, Copy)]
struct Figures {
    a_second: f64,
    /// Time of the processor for each.
    micros: f64,
}

impl Figures {
    const NONE: Self = Self { a_second: 0.0, micros: f64::INFINITY };

    fn best(self, other: Self) -> Self {
        Self { a_second: self.a_second.max(other.a_second), micros: self.micros.min(other.micros) }
    }
}

/// What requests take; none may fail. Each task begins with what its last request left.
async fn rate<F>(
    keys: &mut Vec<(Key, Tag)>,
    request: impl Fn((Key, Tag)) -> F + Clone + Send + 'static,
) -> Result<Figures, Box<dyn Error>>
where
    F: Future<Output = Option<(Key, Tag)>> + Send,
{
    let (started, processor) = (Instant::now(), ProcessTime::now());
    let mut tasks = JoinSet::new();
    for mut key in keys.drain(..) {
        let request = request.clone();
        tasks.spawn(async move {
            let mut done = 0_u32;
            while started.elapsed() < SPAN {
                key = request(key).await?;
                done += 1;
            }
            Some((key, done))
        });
    }
    let mut done = 0;
    for task in tasks.join_all().await {
        let (key, requests) = task.ok_or("a request failed")?;
        keys.push(key);
        done += requests;
    }
    let done = f64::from(done);
    Ok(Figures {
        a_second: done / started.elapsed().as_secs_f64(),
        micros: processor.elapsed().as_secs_f64() * 1e6 / done,
    })
}
