//! What a session asks of the stores, under each policy: the table of the recipes, measured.

use keyholder_core::config::{Budget, Config, Settings};
use keyholder_core::host::Statistics;
use keyholder_core::ids::{ReceiptId, SchemaVersion};
use keyholder_core::input::Mode;
use keyholder_core::ledger::Source;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::tree::{Change, Declared, Schema, Tree};
use keyholder_core::value::{Map, Path};
use keyholder_tokio::backend::Key;
use keyholder_tokio::memory::{Durable, DurableSettings};
use keyholder_tokio::server::{Handle, Options, Stores, server};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

const SESSION: u64 = 15 * 60;

type Server = Handle<Tree, Change>;

#[derive(Clone, Copy, PartialEq)]
enum Play {
    Nothing,
    Changes,
    /// Changes, and after a minute the player does nothing by themselves.
    Idles,
    Saves,
    Durably,
    Gifts,
}

async fn started(settings: Settings) -> Server {
    let coins = Declared::counter("coins", Bounds::new(0, 1_000_000, BoundsPolicy::Reject).unwrap());
    let schema = Schema::new(SchemaVersion(1), Map::new().into(), vec![coins]).unwrap();
    let config = Config::new(Settings { budget: Budget::AMPLE, ..settings }, schema).unwrap();
    let durable = Durable::new(DurableSettings { quota: None, ..DurableSettings::PLATFORM });
    let stores = Stores { durable: Arc::new(durable), ..Stores::studio() };
    let (handle, driver) = server(stores, config, Options::default()).await.unwrap();
    tokio::spawn(driver.run());
    handle.ready().unwrap();
    handle
}

fn add() -> Change {
    Change::new(vec![(Path::from_iter(["coins"]), Op::Add(1))]).unwrap()
}

/// Plays one session; what the server has counted for it, its own heartbeat left out.
async fn cost(settings: Settings, play: Play) -> (u64, u64, u64) {
    let server = started(settings).await;
    let key = Key::new("players", "ann").unwrap();
    let before = server.statistics();
    let began = Instant::now();
    server.open(&key, Mode::Exclusive).await.unwrap();
    for second in (5..SESSION).step_by(5) {
        sleep_until(began + Duration::from_secs(second)).await;
        if play != Play::Idles || second <= 60 {
            server.active(&key);
        }
        match play {
            Play::Nothing => {}
            Play::Changes | Play::Idles => _ = server.change(&key, add()).unwrap(),
            Play::Saves => {
                server.change(&key, add()).unwrap();
                if second % 60 == 0 {
                    server.save_soon(&key).unwrap();
                }
            }
            Play::Durably => server.change_durably(&key, add()).await.unwrap(),
            Play::Gifts if second % 80 == 0 && second <= 800 => {
                let source = Source::Receipt(ReceiptId([u8::try_from(second / 80).unwrap(); 16]));
                server.deliver(&key, source, add(), SchemaVersion(1)).await.unwrap();
            }
            Play::Gifts => {}
        }
    }
    sleep_until(began + Duration::from_secs(SESSION)).await;
    server.close(&key).await.unwrap();
    sleep(Duration::from_secs(1)).await;
    let after = server.statistics();
    let beats = SESSION / (settings.heartbeat_every_ms / 1_000);
    let memory = |it: Statistics| it.memory;
    (after.reads - before.reads, after.writes - before.writes, (memory(after) - memory(before)).saturating_sub(beats))
}

#[tokio::test(start_paused = true)]
async fn the_table_of_the_recipes_is_what_is_measured() {
    let default = Settings::DEFAULT;
    let rows = [
        ("`DEFAULT`", "changes nothing", default, Play::Nothing),
        ("`DEFAULT`", "a change every 5 s", default, Play::Changes),
        ("`DEFAULT`", "a change every 5 s, idle from the first minute on", default, Play::Idles),
        ("`DEFAULT`", "a change every 5 s, `save` each minute", default, Play::Saves),
        ("`DEFAULT`", "a change every 5 s, each with `change_durably`", default, Play::Durably),
        (
            "`DEFAULT` with `journal: false`",
            "a change every 5 s",
            Settings { journal: false, ..default },
            Play::Changes,
        ),
        (
            "`DEFAULT` with `max_unflushed_ms: None`",
            "a change every 5 s",
            Settings { max_unflushed_ms: None, ..default },
            Play::Changes,
        ),
        ("`DEFAULT`", "ten gifts", default, Play::Gifts),
    ];
    let (mut measured, mut missing) = (Vec::new(), Vec::new());
    for (settings, what, with, play) in rows {
        let (reads, writes, memory) = cost(with, play).await;
        let line = format!("| {settings} | {what} | {reads} | {writes} | {memory} |");
        // The journal is written at random moments of its window.
        let stem = format!("| {settings} | {what} | {reads} | {writes} | ");
        let said = include_str!("../src/recipes.md").lines().find_map(|line| line.strip_prefix(stem.as_str()));
        let said = said.and_then(|it| it.trim_end_matches(" |").parse::<u64>().ok());
        if said.is_none_or(|it| it.abs_diff(memory) > 1 + it / 10) {
            missing.push(line.clone());
        }
        measured.push(line);
    }
    assert!(
        missing.is_empty(),
        "src/recipes.md does not say\n{}\nmeasured:\n{}",
        missing.join("\n"),
        measured.join("\n")
    );
}
