//! What players have: a sum, and each change by its name, so that one that is missing or there twice can be seen.

use crate::args::On;
use keyholder_core::config::{Autosave, Budget, Config, Join, Queue, Settings, Shutdown};
use keyholder_core::ids::SchemaVersion;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::record::Record;
use keyholder_core::stored::Item;
use keyholder_core::tree::{Change, Declared, Schema, Tree};
use keyholder_core::value::{Map, Path, Value};
use keyholder_tokio::backend::{BadKey, DurableStore, Key};
use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

/// The schema of the records.
pub(crate) const SCHEMA: SchemaVersion = SchemaVersion(1);

const LOCATION: &str = "torture";

/// What machines and scheduling may add to [`settled_within`]: three rounds of requests that are lost, late or
/// repeated, on a machine that is busy.
const SLACK: Duration = Duration::from_secs(5);

/// How many keys are listed at a time: on Open Cloud, each page is made of all of them.
const PAGE: usize = 100_000;

/// Quick heartbeats, so that whoever looks does not wait a minute for a server that was killed; else as the default.
pub(crate) fn settings() -> Settings {
    Settings {
        budget: Budget::AMPLE,
        heartbeat_ttl_ms: 1_500,
        heartbeat_every_ms: 500,
        acquire_ms: 4_000,
        acquire_retry_ms: 100,
        answer_ms: 300,
        retry_ms: 50,
        retry_cap_ms: 500,
        refuse_when_busy: false,
        journal_every_ms: 200,
        max_unflushed_ms: Some(2_000),
        autosave: Autosave { idle_after_ms: 5_000, ..Settings::DEFAULT.autosave },
        queue: Queue { cooldown_ms: 50, ..Settings::DEFAULT.queue },
        shutdown: Shutdown { close_window_ms: 20_000, ..Settings::DEFAULT.shutdown },
        join: Join { batch_ms: 20, surge_extra_ms: 50, max_open: 100_000, ..Settings::DEFAULT.join },
        ..Settings::DEFAULT
    }
}

/// How long after a server was killed its players are in again elsewhere: its heartbeat has to lapse, a round of the
/// handshake to pass without an answer, and the claim to be tried. On Open Cloud an entry lives for whole seconds.
pub(crate) fn settled_within(on: On) -> Duration {
    let settings = settings();
    let heartbeat_ms = match on {
        On::File => settings.heartbeat_ttl_ms,
        On::Emulator => settings.heartbeat_ttl_ms.next_multiple_of(1_000),
    };
    Duration::from_millis(heartbeat_ms + settings.answer_ms + settings.acquire_retry_ms) + SLACK
}

/// What a server runs with.
pub(crate) fn config() -> Result<Config<Schema>, Box<dyn Error>> {
    let bounds = Bounds::new(0, 1 << 50, BoundsPolicy::Reject)?;
    let declared = vec![
        Declared::counter("coins", bounds),
        Declared::counter("gift_coins", bounds),
        Declared::set("gifts", 100_000),
    ];
    let template: Value = Map::from_iter([("log", Value::from(Map::new()))]).into();
    Ok(Config::new(settings(), Schema::new(SCHEMA, template, declared)?)?)
}

/// The key of a player.
pub(crate) fn key(player: u64) -> Result<Key, BadKey> {
    Key::new(LOCATION, format!("player-{player}"))
}

/// The player of a key.
pub(crate) fn player(key: &Key) -> Option<u64> {
    let player = (key.location() == LOCATION).then(|| key.player())?;
    player.strip_prefix("player-")?.parse().ok()
}

/// Adds its worth, and writes its name beside it: both or neither.
pub(crate) fn change(name: &str, worth: i32) -> Option<Change> {
    let [coins, log] = [Path::from_iter(["coins"]), Path::from_iter(["log", name])];
    Change::new(vec![(coins, Op::Add(worth.into())), (log, Op::Set(worth.into()))]).ok()
}

/// The same for a gift. Both are credits, which may come at any time.
pub(crate) fn gift(name: &str, worth: i32) -> Option<Change> {
    let [coins, gifts] = [Path::from_iter(["gift_coins"]), Path::from_iter(["gifts"])];
    let named = format!("{name}={worth}");
    Change::new(vec![(coins, Op::Add(worth.into())), (gifts, Op::Insert(named.as_str().into()))]).ok()
}

/// What a record holds: the sum, and each change by its name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stored {
    pub(crate) coins: i64,
    pub(crate) log: BTreeMap<String, i64>,
}

/// The epoch of a record and the nonce of its owner.
pub(crate) fn owner(text: &str) -> Option<(u32, Option<u64>)> {
    let record = Record::<Tree>::from_text(text).ok()?;
    Some((record.epoch.0, record.owner.map(|it| it.nonce.0)))
}

/// What every player has in the end.
pub(crate) async fn read_all(store: &impl DurableStore) -> Result<BTreeMap<u64, Stored>, Box<dyn Error>> {
    let mut stored = BTreeMap::new();
    let mut after = None;
    loop {
        let page = store.list(LOCATION, after.as_deref(), PAGE).await?;
        for name in page.players {
            let key = Key::new(LOCATION, name)?;
            if let (Some(player), Some(entry)) = (player(&key), store.read(&key).await?) {
                stored.insert(player, read(&Record::<Tree>::from_text(&*entry.text)?));
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(stored);
        }
    }
}

fn read(record: &Record<Tree>) -> Stored {
    let number = |value: Option<&Value>| match value {
        Some(Value::Number(number)) => number.integer().unwrap_or_default(),
        _ => 0,
    };
    let Value::Map(root) = record.data.root() else { return Stored::default() };
    let mut log = BTreeMap::new();
    if let Some(Value::Map(changes)) = root.get("log") {
        let named = changes.iter().filter_map(|(name, worth)| Some((name.as_str()?.to_owned(), number(Some(worth)))));
        log.extend(named);
    }
    if let Some(Value::Array(gifts)) = root.get("gifts") {
        log.extend(gifts.iter().filter_map(|gift| {
            let Value::Text(gift) = gift else { return None };
            let (name, worth) = gift.as_str()?.split_once('=')?;
            Some((name.to_owned(), worth.parse().ok()?))
        }));
    }
    Stored { coins: number(root.get("coins")) + number(root.get("gift_coins")), log }
}
