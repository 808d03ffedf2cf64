//! What one server bears: `cargo run --release -p keyholder-tokio --example load -- [SESSIONS] [--json]`.
//!
//! Puts so many records of 2 KiB, each of its own, into a store in memory (100 000 unless told), opens them all on one
//! server, and prints the figures that are aimed at beside what was measured. With fewer sessions it ends in seconds.
//! Ends with exit code 2 if a figure is missed.

mod direct;
mod figures;
mod world;

use figures::{Figures, share};
use keyholder_core::input::Mode;
use keyholder_tokio::backend::{DurableStore, Key};
use keyholder_tokio::local::{Local, LocalSettings};
use keyholder_tokio::memory::{Durable, DurableSettings};
use keyholder_tokio::server::Report;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use world::{Server, add, keys, opened, resident, seeded, start};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Failed = Box<dyn Error + Send + Sync>;

/// How many of the sessions are saved and released at the end.
const SAVED: usize = 5_000;

#[tokio::main]
async fn main() -> Result<ExitCode, Failed> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let json = arguments.iter().any(|it| it == "--json");
    let sessions = arguments.iter().find(|it| !it.starts_with("--")).map_or(Ok(100_000), |it| it.parse::<usize>())?;
    let mut figures = Figures::default();

    let store = Arc::new(Durable::new(DurableSettings { quota: None, ..DurableSettings::PLATFORM }));
    eprintln!("records of {sessions} players");
    let bytes = seeded(&*store, sessions).await?;
    let before = resident();
    let (server, running) = start(Arc::clone(&store)).await?;

    eprintln!("opening 10 000 of them");
    let all = keys(sessions)?;
    let (first, rest) = all.split_at(all.len().min(10_000));
    opened(&server, first).await?;
    let mut alone = Vec::new();
    for key in rest.iter().take(500) {
        let began = Instant::now();
        server.open(key, Mode::Exclusive).await?;
        alone.push(began.elapsed());
    }
    if !alone.is_empty() {
        let of = format!("p99 of an open with {} sessions", first.len());
        figures.time(&of, share(&mut alone, 99), Duration::from_millis(1));
    }

    eprintln!("opening the others");
    let began = Instant::now();
    opened(&server, rest.get(alone.len()..).unwrap_or_default()).await?;
    let per_second = rest.len() as f64 / began.elapsed().as_secs_f64();
    if let (Some(before), Some(now)) = (before, resident()) {
        let text = format!("memory of {sessions} open sessions of {bytes} bytes");
        let limit = 1.5 * sessions as f64 / 100_000.0;
        figures.most(&text, now.saturating_sub(before) as f64 / f64::from(1 << 30), limit, "GiB");
    }
    eprintln!("{per_second:.0} opens a second, 64 at a time");

    eprintln!("changing them");
    let fresh = changes(&server, &all, Duration::from_secs(1)).await?;
    eprintln!("{fresh:.0} changes a second where most are the first of their session");
    // Until each has been changed.
    changes(&server, &all, Duration::from_secs(2)).await?;
    let per_second = changes(&server, &all, Duration::from_secs(1)).await?;
    figures.least("changes a second through the handle, two threads", per_second, 200_000.0, "");
    let (mut marked, mut asked) = (Vec::new(), Vec::new());
    for key in &all {
        let change = add()?;
        let began = Instant::now();
        server.change(key, change)?;
        marked.push(began.elapsed());
    }
    for key in all.iter().take(SAVED) {
        let began = Instant::now();
        server.save_soon(key)?;
        asked.push(began.elapsed());
    }
    figures.time("median of a change", share(&mut marked, 50), Duration::from_micros(2));
    figures.time("median of asking for a save", share(&mut asked, 50), Duration::from_micros(2));

    eprintln!("closing all but {SAVED}");
    for chunk in all.get(SAVED..).unwrap_or_default().chunks(64) {
        let closing = chunk.iter().map(|key| (server.clone(), key.clone()));
        let closing = closing.map(|(server, key)| tokio::spawn(async move { server.close(&key).await }));
        for done in closing.collect::<Vec<_>>() {
            done.await??;
        }
    }
    let (took, report) = closed(&server, all.get(..SAVED).unwrap_or(&all)).await?;
    running.await?;
    figures.time("shutdown of 5 000 changed sessions, store in memory", took, Duration::from_secs(2));
    figures.most("of them without a durable save", report.abandoned as f64, 0.0, "");
    drop(store);

    eprintln!("the same on the embedded store");
    let folder = tempfile::tempdir()?;
    let local = Local::open(folder.path().join("load.redb"), LocalSettings::default()).await?;
    let (took, report) = shut_down(Arc::new(local), SAVED.min(sessions)).await?;
    figures.time("shutdown of 5 000 changed sessions, embedded store", took, Duration::from_secs(10));
    figures.most("of them without a durable save", report.abandoned as f64, 0.0, "");

    eprintln!("handle and driver beside the core alone");
    let (through, alone) = direct::both().await?;
    figures.most("a durable save through handle and driver, to the core alone", through / alone, 3.0, "times");

    Ok(figures.print(json))
}

/// Changes a second, as fast as two threads can.
async fn changes(server: &Server, keys: &[Key], lasts: Duration) -> Result<f64, Failed> {
    let began = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for lane in 0..2_usize {
        let (server, keys): (Server, Vec<Key>) = (server.clone(), keys.iter().skip(lane).step_by(2).cloned().collect());
        let change = add()?;
        tasks.spawn_blocking(move || {
            let (mut count, mut at) = (0_u64, keys.iter().cycle());
            while began.elapsed() < lasts {
                for key in at.by_ref().take(1_000) {
                    // A session whose changes are not saved in time says so.
                    count += u64::from(server.change(key, change.clone()).is_ok());
                }
            }
            count
        });
    }
    let count: u64 = tasks.join_all().await.into_iter().sum();
    Ok(count as f64 / began.elapsed().as_secs_f64())
}

/// Changes all of them and closes the server.
async fn closed(server: &Server, keys: &[Key]) -> Result<(Duration, Report), Failed> {
    for key in keys {
        server.change(key, add()?)?;
    }
    let began = Instant::now();
    let report = server.shutdown().await?;
    Ok((began.elapsed(), report))
}

/// A server over this store, whose sessions are all changed when it is closed.
async fn shut_down<S: DurableStore>(store: Arc<S>, sessions: usize) -> Result<(Duration, Report), Failed> {
    seeded(&*store, sessions).await?;
    let (server, running) = start(store).await?;
    let keys = keys(sessions)?;
    opened(&server, &keys).await?;
    let closed = closed(&server, &keys).await?;
    running.await?;
    Ok(closed)
}
