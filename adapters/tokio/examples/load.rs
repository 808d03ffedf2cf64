//! What one server bears, on stores in memory: `cargo run --release -p keyholder-tokio --example load -- [SESSIONS]`.
//!
//! Opens so many sessions with documents of 2 KiB (20 000 unless told), and prints the memory that they take, how long an
//! open takes among them, how many changes a second go through the handle, how long asking for a save takes, and how long
//! 5 000 changed sessions take to be saved and released at the end.

use keyholder_core::config::{Budget, Config, Join, Rate, Settings, Shutdown};
use keyholder_core::ids::SchemaVersion;
use keyholder_core::input::Mode;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::tree::{Change, Declared, Schema, Tree};
use keyholder_core::value::{Map, Path, Value};
use keyholder_tokio::backend::Key;
use keyholder_tokio::memory::{Durable, DurableSettings, Entries, EntriesSettings, Topics};
use keyholder_tokio::server::{Handle, Options, Stores, server};
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

type Server = Handle<Tree, Change>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sessions: usize = std::env::args().nth(1).map_or(Ok(20_000), |it| it.parse())?;
    let stores = Stores {
        durable: Arc::new(Durable::new(DurableSettings { quota: None, ..DurableSettings::PLATFORM })),
        memory: Arc::new(Entries::new(EntriesSettings::PLATFORM)),
        bus: Arc::new(Topics::new()),
    };
    let before = resident();
    let (handle, driver) = server::<_, _, _, Tree, Change>(stores, config()?, Options::default()).await?;
    let running = tokio::spawn(driver.run());
    handle.ready()?;
    let keys = (0..sessions).map(|at| Key::new("load", format!("player-{at}"))).collect::<Result<Vec<_>, _>>()?;

    let began = Instant::now();
    let mut waits = open(&handle, &keys).await?;
    let seconds = began.elapsed().as_secs_f64();
    waits.sort_unstable();
    println!("{sessions} sessions opened, {:.0} a second", sessions as f64 / seconds);
    if let (Some(before), Some(now)) = (before, resident()) {
        let bytes = now.saturating_sub(before) as f64;
        println!(
            "{:.0} MiB more memory, stores included: {:.0} bytes a session",
            bytes / 1_048_576.0,
            bytes / sessions as f64
        );
    }
    println!("an open, 64 at a time: median {:?}, p99 {:?}", share(&waits, 50), share(&waits, 99));

    let mut alone = Vec::new();
    for at in 0..500 {
        let key = Key::new("load", format!("late-{at}"))?;
        let began = Instant::now();
        handle.open(&key, Mode::Exclusive).await?;
        alone.push(began.elapsed());
        handle.close(&key).await?;
    }
    alone.sort_unstable();
    println!("an open, one after the other: median {:?}, p99 {:?}", share(&alone, 50), share(&alone, 99));

    changes(&handle, &keys).await?;

    let mut asked = Vec::new();
    for key in keys.iter().take(5_000) {
        handle.change(key, add()?)?;
        let began = Instant::now();
        handle.save_soon(key)?;
        asked.push(began.elapsed());
    }
    asked.sort_unstable();
    println!("asking for a save: median {:?}, p99 {:?}", share(&asked, 50), share(&asked, 99));
    tokio::time::sleep(Duration::from_secs(2)).await;

    for key in keys.iter().skip(5_000) {
        handle.close(key).await?;
    }
    for key in keys.iter().take(5_000) {
        handle.change(key, add()?)?;
    }
    let began = Instant::now();
    let report = handle.shutdown().await?;
    println!(
        "shutdown of {} changed sessions: {:?}, {} abandoned",
        keys.len().min(5_000),
        began.elapsed(),
        report.abandoned
    );
    running.await?;
    Ok(())
}

/// Opens all, 64 at a time, and gives how long each took.
async fn open(handle: &Server, keys: &[Key]) -> Result<Vec<Duration>, Box<dyn Error>> {
    let mut tasks = tokio::task::JoinSet::new();
    for lane in 0..64 {
        let (handle, keys): (Server, Vec<Key>) =
            (handle.clone(), keys.iter().skip(lane).step_by(64).cloned().collect());
        tasks.spawn(async move {
            let mut waits = Vec::new();
            for key in keys {
                let began = Instant::now();
                handle.open(&key, Mode::Exclusive).await?;
                waits.push(began.elapsed());
            }
            Ok::<_, keyholder_tokio::server::NotOpened>(waits)
        });
    }
    let mut all = Vec::new();
    while let Some(done) = tasks.join_next().await {
        all.extend(done??);
    }
    Ok(all)
}

/// Changes as fast as two threads can for a second.
async fn changes(handle: &Server, keys: &[Key]) -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for lane in 0..2_usize {
        let (handle, keys): (Server, Vec<Key>) = (handle.clone(), keys.iter().skip(lane).step_by(2).cloned().collect());
        let change = add()?;
        tasks.spawn_blocking(move || {
            let mut count = 0_u64;
            while began.elapsed() < Duration::from_secs(1) {
                for key in keys.iter().cycle().skip(count as usize % keys.len()).take(1_000) {
                    // A session whose changes are not saved in time says so.
                    count += u64::from(handle.change(key, change.clone()).is_ok());
                }
            }
            count
        });
    }
    let count: u64 = tasks.join_all().await.into_iter().sum();
    println!("{:.0} changes a second through the handle, two threads", count as f64 / began.elapsed().as_secs_f64());
    Ok(())
}

fn share(sorted: &[Duration], percent: usize) -> Duration {
    sorted.get(sorted.len() * percent / 100).copied().unwrap_or_default()
}

fn add() -> Result<Change, Box<dyn Error>> {
    Ok(Change::new(vec![(Path::from_iter(["coins"]), Op::Add(1))])?)
}

/// The default settings, with as many requests, sessions and saves as it takes.
fn config() -> Result<Config<Schema>, Box<dyn Error>> {
    let much = Rate { base: 1_000_000, per_player: 1_000_000 };
    let settings = Settings {
        budget: Budget { read: much, write: much, memory: much, message: much, ..Settings::DEFAULT.budget },
        join: Join { max_open: 1_000_000, ..Settings::DEFAULT.join },
        shutdown: Shutdown { max_concurrent_saves: 256, ..Settings::DEFAULT.shutdown },
        ..Settings::DEFAULT
    };
    let coins = Declared::counter("coins", Bounds::new(0, 1 << 50, BoundsPolicy::Reject)?);
    // 2 KiB in their stored form.
    let items: Vec<Value> = (0..32)
        .map(|at| {
            let [id, count, level] = [format!("item_{at:04}").as_str().into(), Value::from(at), Value::from(at % 7)];
            Map::from_iter([("id", id), ("count", count), ("level", level), ("equipped", (at % 3 == 0).into())]).into()
        })
        .collect();
    let template: Value = Map::from_iter([("items", Value::from(items)), ("title", "newcomer".into())]).into();
    Ok(Config::new(settings, Schema::new(SchemaVersion(1), template, vec![coins])?)?)
}

/// The memory of this process in bytes, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1_024)
}
