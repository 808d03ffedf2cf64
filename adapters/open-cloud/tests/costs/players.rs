//! What players do.

use crate::cloud::Server;
use keyholder_core::ids::SchemaVersion;
use keyholder_core::input::Mode;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::tree::{Change, Declared, Schema, Step};
use keyholder_core::value::{Map, Path, Value};
use keyholder_tokio::backend::Key;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

pub(crate) fn key(player: &str) -> Key {
    Key::new("players", player).unwrap()
}

/// Version 2 adds a name.
pub(crate) fn schema(version: u32) -> Schema {
    let coins = Declared::counter("coins", Bounds::new(0, 1_000_000, BoundsPolicy::Reject).unwrap());
    let schema = Schema::new(SchemaVersion(version), Map::new().into(), vec![coins]).unwrap();
    (2..=version).fold(schema, |schema, to| {
        let name = Step::AddDefault { path: Path::from_iter(["name"]), value: Value::from("?") };
        schema.with_steps(SchemaVersion(to), vec![name]).unwrap()
    })
}

pub(crate) fn add(coins: i64) -> Change {
    Change::new(vec![(Path::from_iter(["coins"]), Op::Add(coins))]).unwrap()
}

/// One session of so many seconds, with a change every so many.
pub(crate) async fn play(server: &Server, key: &Key, seconds: u64, every: Option<u64>) {
    server.open(key, Mode::Exclusive).await.unwrap();
    let began = Instant::now();
    let until = |second| sleep_until(began + Duration::from_secs(second));
    if let Some(every) = every {
        for second in (every..seconds).step_by(usize::try_from(every).unwrap()) {
            until(second).await;
            server.active(key);
            server.change(key, add(1)).unwrap();
        }
    }
    until(seconds).await;
    server.close(key).await.unwrap();
}
