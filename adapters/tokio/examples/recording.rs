//! What a recording costs: the same changes through the handle of a server, with and without one.
//!
//! `cargo run --release -p keyholder-tokio --example recording`

use keyholder_core::config::{Budget, Config, Settings};
use keyholder_core::ids::SchemaVersion;
use keyholder_core::input::Mode;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::tree::{Change, Declared, Schema, Tree};
use keyholder_core::value::{Map, Path};
use keyholder_tokio::backend::Key;
use keyholder_tokio::memory::{Durable, DurableSettings, Entries, EntriesSettings, Topics};
use keyholder_tokio::recording::{Recorder, RecorderSettings};
use keyholder_tokio::server::{Options, Stores, server};
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

const ROUNDS: u32 = 50;
const CHANGES: u32 = 1_000;

fn config() -> Result<Config<Schema>, Box<dyn Error>> {
    let coins = Declared::counter("coins", Bounds::new(0, 1 << 50, BoundsPolicy::Reject)?);
    let settings = Settings { budget: Budget::AMPLE, ..Settings::DEFAULT };
    Ok(Config::new(settings, Schema::new(SchemaVersion(1), Map::new().into(), vec![coins])?)?)
}

/// Changes, with a save after each round; the time that the changes took.
async fn run(recorder: Option<Recorder>) -> Result<Duration, Box<dyn Error>> {
    let stores = Stores {
        durable: Arc::new(Durable::new(DurableSettings { quota: None, ..DurableSettings::PLATFORM })),
        memory: Arc::new(Entries::new(EntriesSettings::PLATFORM)),
        bus: Arc::new(Topics::new()),
    };
    let options = Options { recorder, ..Options::default() };
    let (handle, driver) = server::<_, _, _, Tree, Change>(stores, config()?, options).await?;
    let running = tokio::spawn(driver.run());
    handle.ready()?;
    let key = Key::new("players", "Player_1")?;
    handle.open(&key, Mode::Exclusive).await?;
    let change = Change::new(vec![(Path::from_iter(["coins"]), Op::Add(1))])?;
    let mut took = Duration::ZERO;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        for _ in 0..CHANGES {
            handle.change(&key, change.clone())?;
        }
        took += began.elapsed();
        handle.save(&key).await?;
    }
    handle.shutdown().await?;
    running.await?;
    Ok(took)
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let per_change = |took: Duration| took.as_secs_f64() * 1e9 / f64::from(ROUNDS * CHANGES);
    let folder = tempfile::tempdir()?;
    run(None).await?;
    let bare = per_change(run(None).await?);
    println!("without a recording  {bare:>6.0} ns a change");
    for (name, redact) in [("recorded", false), ("redacted", true)] {
        let settings = RecorderSettings { redact, ..RecorderSettings::default() };
        let (recorder, recording) = Recorder::to_file(folder.path().join(name), &config()?, settings)?;
        let took = per_change(run(Some(recorder)).await?);
        let told = tokio::task::spawn_blocking(|| recording.wait()).await??;
        let bytes = told.bytes as f64 / told.steps as f64;
        println!(
            "{name:<20} {took:>6.0} ns a change, {:.0} ns of them for the recording; {bytes:.0} bytes a step, {} steps, {}",
            took - bare,
            told.steps,
            told.end
        );
    }
    Ok(())
}
