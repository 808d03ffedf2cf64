//! A small fleet on this machine: servers with real tasks and a real database, players who teleport between them, servers
//! that are killed, and an account of what became of every change.

mod account;
mod fleet;
mod player;

use crate::args::{DemoArguments, Trouble};
use crate::figures::count;
use crate::output::{self, Paint, Tone};
use account::{Account, Tally};
use fleet::{Fleet, Setup};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use keyholder_tokio::memory::Faults;
use serde::Serialize;
use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// What is told at the end.
#[derive(Debug, Serialize)]
struct Told {
    /// Nothing that was acknowledged is missing, and nothing is there twice.
    passed: bool,
    seed: u64,
    seconds: f64,
    servers: usize,
    players: usize,
    #[serde(flatten)]
    tally: Tally,
}

/// Runs the fleet; false if anything was lost or doubled.
pub(crate) fn run(arguments: &DemoArguments) -> io::Result<bool> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let told = runtime.block_on(play(arguments)).map_err(|error| io::Error::other(error.to_string()))?;
    // A store that is still at work is not waited for: all that counts has been answered.
    runtime.shutdown_timeout(Duration::from_secs(1));
    if arguments.json {
        output::json(&told)?
    } else {
        show(&told)?
    }
    Ok(told.passed)
}

async fn play(arguments: &DemoArguments) -> Result<Told, Box<dyn Error>> {
    let seed = arguments.seed.unwrap_or_else(|| fastrand::u64(..));
    let scratch = tempfile::tempdir()?;
    let file: PathBuf = arguments.store.clone().unwrap_or_else(|| scratch.path().join("store.redb"));
    let account = Arc::new(Account::default());
    let setup = Setup { file, faults: faults(arguments.faults), seed, servers: arguments.servers.into() };
    let fleet = Arc::new(Fleet::start(setup, Arc::clone(&account)).await?);
    let bar = bar(arguments);
    let began = Instant::now();
    let end = began + Duration::from_secs(arguments.seconds);

    let mut players = tokio::task::JoinSet::new();
    for number in 0..usize::from(arguments.players) {
        let dice = fastrand::Rng::with_seed(seed ^ (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        players.spawn(player::play(number, Arc::clone(&fleet), Arc::clone(&account), dice, end));
    }
    let mut dice = fastrand::Rng::with_seed(seed);
    while Instant::now() < end {
        let pause = Duration::from_millis(dice.u64(400..1_600)).min(end.saturating_duration_since(Instant::now()));
        let until = Instant::now() + pause;
        while Instant::now() < until {
            sleep(Duration::from_millis(50).min(until.saturating_duration_since(Instant::now()))).await;
            follow(&bar, &account, began);
        }
        if arguments.faults != Trouble::None && Instant::now() < end {
            fleet.kill(dice.usize(0..fleet.len())).await?;
        }
    }
    bar.set_message("everybody leaves");
    while let Some(done) = players.join_next().await {
        done?;
    }
    let stored = fleet.end().await?;
    bar.finish_and_clear();
    let tally = account.judge(&stored);
    Ok(Told {
        passed: tally.lost == 0 && tally.doubled == 0,
        seed,
        seconds: began.elapsed().as_secs_f64(),
        servers: arguments.servers.into(),
        players: arguments.players.into(),
        tally,
    })
}

fn faults(trouble: Trouble) -> Faults {
    let latency = Faults { latency_max: Duration::from_millis(4), ..Faults::default() };
    let times = Faults { late_by: Duration::from_millis(200), reorder_by: Duration::from_millis(50), ..latency };
    match trouble {
        Trouble::None => latency,
        Trouble::Some => {
            Faults { reply_lost: 20, late: 10, request_lost: 10, stale: 10, vanish: 10, reorder: 20, ..times }
        }
        Trouble::Many => {
            Faults { reply_lost: 100, late: 60, request_lost: 60, stale: 60, vanish: 60, reorder: 100, ..times }
        }
    }
}

fn bar(arguments: &DemoArguments) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(arguments.seconds * 10), ProgressDrawTarget::stderr_with_hz(10));
    let style = ProgressStyle::with_template("{spinner:.cyan} {wide_bar:.cyan} {elapsed:.dim}\n  {wide_msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

fn follow(bar: &ProgressBar, account: &Account, began: Instant) {
    bar.set_position(u64::try_from(began.elapsed().as_millis() / 100).unwrap_or(u64::MAX));
    let now = account.now();
    bar.set_message(format!(
        "{} changes acknowledged, {} teleports, {} gifts, {} servers killed",
        now.acknowledged, now.teleports, now.gifts, now.kills
    ));
}

fn show(told: &Told) -> io::Result<()> {
    let tally = &told.tally;
    let rows = [
        ("changes acknowledged", tally.acknowledged, Tone::Strong),
        ("  of them lost", tally.lost, if tally.lost == 0 { Tone::Good } else { Tone::Bad }),
        ("  of them there twice", tally.doubled, if tally.doubled == 0 { Tone::Good } else { Tone::Bad }),
        ("changes that nobody was told of", tally.unknown, Tone::Plain),
        ("  of them in the record", tally.unknown_stored, Tone::Quiet),
        ("changes refused", tally.refused, Tone::Plain),
        ("teleports", tally.teleports, Tone::Plain),
        ("gifts from outside", tally.gifts, Tone::Plain),
        ("  delivered more than once", tally.repeated, Tone::Quiet),
        ("servers killed", tally.kills, Tone::Plain),
        ("opens that were refused at first", tally.held, Tone::Plain),
    ];
    let paint = Paint::new();
    let mut table = paint.table(&["what", ">how many"]);
    for (name, number, tone) in rows {
        table.add_row([paint.cell(Tone::Plain, name), paint.cell(tone, count(number))]);
    }
    output::say(&table.to_string())?;
    output::say(&format!(
        "{} servers, {} players, {:.1} s; at most {:.1} s until a player was back in whose server was killed; seed {}",
        told.servers, told.players, told.seconds, tally.slowest_return_s, told.seed
    ))?;
    output::say(if told.passed { "Nothing lost, nothing doubled." } else { "SOMETHING WAS LOST OR DOUBLED." })
}
