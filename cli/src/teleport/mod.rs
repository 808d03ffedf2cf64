//! `keyholder teleport`: a player who moves between two server processes on Open Cloud.

pub(crate) mod args;
mod remote;
mod server;
mod wire;

use crate::figures::count;
use crate::output::{self, Paint, Tone};
use args::TeleportArguments;
use indicatif::ProgressBar;
use keyholder_open_cloud::{ApiKey, Client};
use remote::Remote;
use serde::Serialize;
use std::error::Error;
use std::net::TcpStream;
use std::time::{Duration, Instant};
use wire::{Order, Said};

const LOCATION: &str = "teleport";

/// Where `keyholder emulate` listens unless it is told otherwise.
const EMULATOR: &str = "http://127.0.0.1:8787";

/// The key that it accepts then.
const EMULATORS_KEY: &str = "local";

/// Between two journeys.
const COINS: i32 = 10;

/// One opening of the record.
#[derive(Serialize)]
struct Arrival {
    server: usize,
    /// From where: released by the other server, or that one was killed.
    how: How,
    epoch: u32,
    coins: i64,
    expected: Option<i64>,
    ms: u64,
    /// Why the other server did not release the record by itself. What was saved there shows here all the same.
    unreleased: Option<String>,
}

#[derive(Clone, Copy, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum How {
    Came,
    Teleported,
    AfterKill,
}

#[derive(Serialize)]
struct Told<'a> {
    passed: bool,
    player: &'a str,
    universe: u64,
    url: &'a str,
    arrivals: Vec<Arrival>,
}

/// Runs the journeys, or one of the servers; false if something was not there that was acknowledged.
pub(crate) fn run(arguments: &TeleportArguments) -> Result<bool, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if arguments.server {
        runtime.block_on(server::run(arguments))?;
        return Ok(true);
    }
    // Refused here, so that it is said once.
    client(arguments)?;
    if arguments.cloud.url.is_none() && TcpStream::connect(EMULATOR.trim_start_matches("http://")).is_err() {
        let why =
            format!("nothing listens at {EMULATOR}: start `keyholder emulate` first, or name an address with --url");
        return Err(why.into());
    }
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    let arrivals = runtime.block_on(travel(arguments, &bar));
    bar.finish_and_clear();
    let arrivals = arrivals?;
    let url = url(arguments);
    let grows = arrivals.windows(2).all(|pair| matches!(pair, [one, two] if one.epoch < two.epoch));
    let passed = grows && arrivals.iter().all(|it| it.expected.is_none_or(|expected| expected == it.coins));
    let told = Told { passed, player: &arguments.player, universe: arguments.open_cloud, url, arrivals };
    if arguments.json {
        output::json(&told)?
    } else {
        show(&told)?
    }
    Ok(passed)
}

async fn travel(arguments: &TeleportArguments, bar: &ProgressBar) -> Result<Vec<Arrival>, Box<dyn Error>> {
    bar.set_message("two servers start");
    let (mut here, mut away) = tokio::try_join!(Remote::start(arguments), Remote::start(arguments))?;
    let mut journey = Journey { arrivals: Vec::new(), expected: None };
    journey.arrive(&mut here, 1, How::Came).await?;
    let (mut at, mut next) = (1, 2);
    for round in 1..=arguments.rounds {
        bar.set_message(format!("journey {round} of {}: server {at} → server {next}", arguments.rounds));
        journey.earn(&mut here).await?;
        // The new server opens while the old one still saves and releases.
        let (closed, opened) = tokio::join!(here.ask(Order::Close), journey.arrive(&mut away, next, How::Teleported));
        opened?;
        if let Said::Refused(why) = closed? {
            // An answer that got lost on the way, for instance.
            journey.arrivals.last_mut().map(|it| it.unreleased.insert(why));
        }
        std::mem::swap(&mut here, &mut away);
        std::mem::swap(&mut at, &mut next);
    }
    journey.earn(&mut here).await?;
    if !arguments.no_kill {
        bar.set_message(format!("server {at} was killed; server {next} waits until its heartbeat has lapsed"));
        here.kill().await?;
        journey.arrive(&mut away, next, How::AfterKill).await?;
        std::mem::swap(&mut here, &mut away);
    }
    here.ask(Order::Close).await?;
    bar.set_message("the servers end");
    tokio::try_join!(here.end(), away.end())?;
    Ok(journey.arrivals)
}

/// What was seen so far.
struct Journey {
    arrivals: Vec<Arrival>,
    /// How many coins the record has; nobody knows before it was opened first.
    expected: Option<i64>,
}

impl Journey {
    async fn arrive(&mut self, server: &mut Remote, number: usize, how: How) -> Result<(), Box<dyn Error>> {
        let began = Instant::now();
        // A server that was killed is found out by its heartbeat; until then the record is held.
        loop {
            match server.ask(Order::Open).await? {
                Said::Opened { epoch, coins } => {
                    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
                    let expected = self.expected.replace(coins);
                    self.arrivals.push(Arrival { server: number, how, epoch, coins, expected, ms, unreleased: None });
                    return Ok(());
                }
                Said::Refused(_) if began.elapsed() < Duration::from_secs(60) => {}
                other => return Err(format!("server {number} could not open the record: {other:?}").into()),
            }
        }
    }

    async fn earn(&mut self, server: &mut Remote) -> Result<(), Box<dyn Error>> {
        match server.ask(Order::Earn(COINS)).await? {
            Said::Earned => {
                self.expected = self.expected.map(|coins| coins + i64::from(COINS));
                Ok(())
            }
            other => Err(format!("ten coins were not taken: {other:?}").into()),
        }
    }
}

/// The platform, or the emulator of this machine.
fn url(arguments: &TeleportArguments) -> &str {
    arguments.cloud.url.as_deref().unwrap_or(EMULATOR)
}

fn client(arguments: &TeleportArguments) -> Result<Client, Box<dyn Error>> {
    let mut cloud = arguments.cloud.clone();
    let key = match (&cloud.url, &cloud.api_key_file) {
        // The emulator's own, which is no secret; that of an experience goes nowhere else than where it was sent.
        (None, None) => ApiKey::new(EMULATORS_KEY),
        _ => cloud.key(),
    };
    cloud.url = Some(url(arguments).to_owned());
    Ok(cloud.client_with(arguments.open_cloud, &key?)?)
}

fn show(told: &Told<'_>) -> Result<(), Box<dyn Error>> {
    let paint = Paint::new();
    let mut table = paint.table(&["~the player", ">server", ">epoch", ">coins", ">ms"]);
    for it in &told.arrivals {
        let how = match (it.how, &it.unreleased) {
            (How::Came, _) => "comes".to_owned(),
            (How::Teleported, None) => "teleports; the other server saves and releases".to_owned(),
            (How::Teleported, Some(why)) => format!("teleports; the other server: {why}"),
            (How::AfterKill, _) => "comes back; the other server was killed".to_owned(),
        };
        let is_right = it.expected.is_none_or(|expected| expected == it.coins);
        let tone = if is_right { Tone::Good } else { Tone::Bad };
        table.add_row([
            paint.cell(Tone::Plain, how),
            paint.cell(Tone::Plain, it.server.to_string()),
            paint.cell(Tone::Plain, it.epoch.to_string()),
            paint.cell(tone, it.coins.to_string()),
            paint.cell(Tone::Plain, count(it.ms)),
        ]);
    }
    output::say(&table.to_string())?;
    let Told { player, universe, url, .. } = told;
    output::say(&format!("Record {LOCATION}/{player} of universe {universe}; the requests: {url}/"))?;
    Ok(output::say(if told.passed {
        "Nothing lost, nothing doubled, one owner at a time."
    } else {
        "SOMETHING WAS LOST OR DOUBLED."
    })?)
}
