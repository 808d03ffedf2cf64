//! How many requests a second the adapter makes, beside a loop of the same requests without it, against one emulator.
//!
//! `cargo run --release -p keyholder-open-cloud --example rate`

use keyholder_emulator::{Emulator, Settings as Local};
use keyholder_open_cloud::{ApiKey, Client, Records, Settings};
use keyholder_tokio::backend::{DurableStore, Expected, Key, Meta};
use std::error::Error;
use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// How many requests are under way at the same time.
const TASKS: usize = 32;

/// How long each of both is measured, five times in turn.
const SPAN: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let emulator = Emulator::new(Local { limits: false, ..Local::default() });
    tokio::spawn(async move { emulator.serve(listener, pending()).await });
    let settings = Settings { base_url, share_percent: None, ..Settings::new(1) };
    let records = Arc::new(Records::new(Client::new(&settings, &ApiKey::new("local")?)?));
    let key = Key::new("players", "Player_1")?;
    // As large as a young player's record.
    let text = format!("{{\"layout\":1,\"data\":{{\"items\":[{}1]}}}}", "1234567,".repeat(256));
    records.write(&key, Expected::Absent, text.into(), &Meta::default()).await?;

    let http = reqwest::Client::builder().no_proxy().build()?;
    let url = format!("{}/cloud/v2/universes/1/data-stores/players/entries/Player_1", settings.base_url);
    let plain = move || {
        let request = http.get(&url).header("x-api-key", "local");
        async move { request.send().await?.bytes().await }
    };
    let through = move || {
        let (records, key) = (Arc::clone(&records), key.clone());
        async move { records.read(&key).await }
    };
    let (mut bare, mut adapter) = (0.0_f64, 0.0_f64);
    for _ in 0..5 {
        bare = bare.max(rate(plain.clone()).await);
        adapter = adapter.max(rate(through.clone()).await);
    }
    println!("reads a second: {bare:.0} bare, {adapter:.0} through the adapter: {:.0} %", 100.0 * adapter / bare);
    Ok(())
}

/// Requests a second that succeeded.
async fn rate<T, E, F>(request: impl Fn() -> F + Clone + Send + 'static) -> f64
where
    T: Send,
    E: Send,
    F: Future<Output = Result<T, E>> + Send,
{
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..TASKS {
        let request = request.clone();
        tasks.spawn(async move {
            let mut done = 0_u32;
            while started.elapsed() < SPAN {
                done += u32::from(request().await.is_ok());
            }
            done
        });
    }
    let done: u32 = tasks.join_all().await.into_iter().sum();
    f64::from(done) / started.elapsed().as_secs_f64()
}
