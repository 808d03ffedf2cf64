//! A run from its seed to its table.

use crate::account::Tally;
use crate::args::{Arguments, On};
use crate::documents;
use crate::fleet::{Keeper, Setup};
use crate::history::{History, Line};
use crate::player::Player;
use crate::{killer, report, store};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// The names of what is kept.
const STORE: &str = "store.redb";
const HISTORY: &str = "history.jsonl";

/// What is told at the end.
#[derive(Debug, Serialize)]
pub(crate) struct Told {
    pub(crate) passed: bool,
    pub(crate) seed: u64,
    /// What the store was.
    pub(crate) on: On,
    pub(crate) seconds: f64,
    pub(crate) servers: u16,
    pub(crate) players: u16,
    /// How long an undisturbed return may take.
    pub(crate) return_bound_ms: u64,
    #[serde(flatten)]
    pub(crate) tally: Tally,
    /// The first things that must not be, in words.
    pub(crate) found: Vec<String>,
    /// Where store file and history are.
    pub(crate) kept: Option<PathBuf>,
}

/// Runs; false if anything is as it must not be.
pub(crate) async fn run(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let seed = match arguments.seed {
        Some(seed) => seed,
        None => getrandom::u64()?,
    };
    report::seed(seed, arguments.json)?;
    let scratch = tempfile::Builder::new().prefix("keyholder-torture-").tempdir()?;
    let folder = arguments.keep.as_deref().unwrap_or(scratch.path());
    std::fs::create_dir_all(folder)?;
    if folder.join(STORE).exists() {
        return Err("the folder has the store of another run; name another one, or remove it".into());
    }
    let played = play(arguments, seed, folder).await;
    let is_passed = played.as_ref().is_ok_and(|told| told.passed);
    let kept = match &arguments.keep {
        Some(folder) => Some(folder.clone()),
        None if is_passed => None,
        None => Some(scratch.keep()),
    };
    let mut told = played.map_err(|error| match &kept {
        Some(kept) => format!("{error}; seed {seed}; store file and history are in {}", kept.display()),
        None => error.to_string(),
    })?;
    told.kept = kept;
    report::show(&told, arguments.json)?;
    Ok(told.passed)
}

async fn play(arguments: &Arguments, seed: u64, folder: &Path) -> Result<Told, Box<dyn Error>> {
    let history = Arc::new(History::create(&folder.join(HISTORY))?);
    history.add(Line::Seed { seed });
    let file = folder.join(STORE);
    let setup = Setup::new(arguments, file.clone(), seed)?;
    let mut keeper = Keeper::start(setup, Arc::clone(&history)).await?;
    let bar = bar(arguments.length());
    let (began, end) = (Instant::now(), Instant::now() + arguments.length());
    let mut players = JoinSet::new();
    for place in 0..u64::from(arguments.players) {
        let (fleet, history) = (keeper.fleet(), Arc::clone(&history));
        players.spawn(Player::new(place, arguments.players.into(), fleet, history, seed).play(end));
    }
    killer::run(&mut keeper, seed, end, &history, || follow(&bar, &history, began)).await?;
    bar.set_message("everybody leaves");
    while let Some(done) = players.join_next().await {
        done?;
    }
    keeper.end().await?;
    let stored = store::read_all(arguments.on, &file).await?;
    history.finish()?;
    bar.finish_and_clear();
    let bound = documents::settled_within(arguments.on);
    let (tally, found) = history.look(|account| account.judge(&stored, bound));
    Ok(Told {
        passed: tally.passed(),
        seed,
        on: arguments.on,
        seconds: began.elapsed().as_secs_f64(),
        servers: arguments.servers,
        players: arguments.players,
        return_bound_ms: u64::try_from(bound.as_millis()).unwrap_or(u64::MAX),
        tally,
        found,
        kept: None,
    })
}

fn bar(length: Duration) -> ProgressBar {
    let tenths = length.as_secs().saturating_mul(10);
    let bar = ProgressBar::with_draw_target(Some(tenths), ProgressDrawTarget::stderr_with_hz(10));
    let style = ProgressStyle::with_template("{spinner:.cyan} {wide_bar:.cyan} {elapsed:.dim}\n  {wide_msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

fn follow(bar: &ProgressBar, history: &History, began: Instant) {
    bar.set_position(u64::try_from(began.elapsed().as_millis() / 100).unwrap_or(u64::MAX));
    let message = history.look(|account| {
        let Tally { acknowledged, kills, store_kills, pauses, .. } = account.now();
        format!("{acknowledged} changes acknowledged; killed: {kills} servers, the store {store_kills} times; {pauses} pauses")
    });
    bar.set_message(message);
}
