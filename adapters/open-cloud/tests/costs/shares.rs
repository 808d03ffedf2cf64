//! Which share of the platform's quotas a full server takes.
//!
//! Documentation: Data stores, Error codes and limits (of one server 60 + 40 for each player, reads as well as writes and removals, and
//! 5 + 2 lists; of an experience 300 + 20 writes, of which its servers and Open Cloud have one for all); Memory stores,
//! Limits and quotas; Messaging service, Limits.

use crate::cloud::{Cloud, Counts};
use crate::players::{key, play, schema};
use std::fmt::Write as _;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

/// Fifteen minutes, in seconds.
const SESSION: u64 = 900;

/// Players come within the first minute, in seconds.
const ARRIVALS: u64 = 60;

/// What was measured of a server: that of its sessions, and that of the whole run.
struct Measured {
    sessions: Counts,
    /// Requests on the memory store in a minute.
    memory: f64,
    /// Bytes that the memory store held for each player.
    bytes: f64,
}

/// The table, in which no share is larger than it has to be.
pub(crate) async fn table() -> String {
    let mut table = String::from(
        "| players | reads a minute | writes a minute | of the server's reads, writes | of the experience's writes, alone | among many | memory requests a minute | of the experience's | bytes of memory a player |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    for players in [10, 30, 100] {
        let cloud = Cloud::start(players);
        let it = measure(&cloud, players).await;
        let count = f64::from(players);
        let minute = |count: u64| count as f64 * 60.0 / SESSION as f64;
        let of_server = |count: u64, base: f64, each: f64| minute(count) / (base + each * f64::from(players));
        let Counts { reads, writes, lists, removals, messages, memory: _ } = it.sessions;
        let server = [
            of_server(reads, 60.0, 40.0),
            of_server(writes, 60.0, 40.0),
            of_server(removals, 60.0, 40.0),
            of_server(lists, 5.0, 2.0),
            of_server(messages, 600.0, 240.0),
        ];
        assert!(server.iter().all(|share| *share <= 0.01), "{players} players: {server:?} of the server's budgets");
        // Among many servers, what the experience has without players no longer counts.
        let experience = [minute(writes) / cloud.budget("standard-write"), minute(writes) / (20.0 * count)];
        assert!(experience.iter().all(|share| *share <= 0.02), "{players} players: {experience:?} of all writes");
        assert!(it.bytes <= 128.0, "{} bytes of the memory store for each player", it.bytes);
        let units = it.memory / cloud.budget("memory-units");
        let percent = |share: f64| format!("{:.2} %", share * 100.0);
        let _ = writeln!(
            table,
            "| {players} | {:.1} | {:.1} | {}, {} | {} | {} | {:.1} | {} | {:.1} |",
            minute(reads),
            minute(writes),
            percent(server[0]),
            percent(server[1]),
            percent(experience[0]),
            percent(experience[1]),
            it.memory,
            percent(units),
            it.bytes
        );
    }
    table
}

/// Each player has one session, and changes something every five seconds.
async fn measure(cloud: &Cloud, players: u32) -> Measured {
    let server = cloud.server(schema(1)).await;
    let (before, began) = (cloud.counts(), Instant::now());
    let mut playing = JoinSet::new();
    for player in 0..players {
        let server = server.clone();
        playing.spawn(async move {
            sleep(Duration::from_secs(ARRIVALS) * player / players).await;
            play(&server, &key(&format!("Player_{player}")), SESSION, Some(5)).await;
        });
    }
    sleep(Duration::from_secs(SESSION / 2)).await;
    let held = cloud.emulator.memory_bytes(1);
    playing.join_all().await;
    let lasted = began.elapsed().as_secs_f64();
    let sessions = cloud.counts() - before;
    let done = server.statistics();
    assert_eq!((done.opened, done.closed), (u64::from(players), u64::from(players)));
    assert_eq!((done.durable, done.throttled, done.conflicts, done.unknowns), (done.accepted, 0, 0, 0));
    Measured { sessions, memory: sessions.memory as f64 * 60.0 / lasted, bytes: held as f64 / f64::from(players) }
}
