//! The server, its players and their records.

use super::Failed;
use keyholder_core::config::{Budget, Config, Join, Settings, Shutdown};
use keyholder_core::ids::{Epoch, SchemaVersion};
use keyholder_core::input::Mode;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::record::Record;
use keyholder_core::stored::Item;
use keyholder_core::tree::{Change, Declared, Schema, Tree};
use keyholder_core::value::{Map, Path, Value};
use keyholder_tokio::backend::{DurableStore, Expected, Key, Meta};
use keyholder_tokio::memory::{Entries, EntriesSettings, Topics};
use keyholder_tokio::server::{Handle, NotOpened, Options, Report, Stores, server};
use std::sync::Arc;
use tokio::task::{JoinHandle, JoinSet};

pub(crate) type Server = Handle<Tree, Change>;

pub(crate) fn keys(count: usize) -> Result<Vec<Key>, Failed> {
    Ok((0..count).map(|at| Key::new("load", format!("player-{at}"))).collect::<Result<_, _>>()?)
}

/// Writes so many records, and gives the size of one.
pub(crate) async fn seeded<S: DurableStore>(store: &S, count: usize) -> Result<usize, Failed> {
    let mut size = 0;
    for (at, chunk) in keys(count)?.chunks(512).enumerate() {
        let mut writes = Vec::new();
        for (key, at) in chunk.iter().zip(at * 512..) {
            let mut record = Record::new(SchemaVersion(1), SchemaVersion(1), Tree::new(document(at)));
            record.epoch = Epoch(1);
            let text = record.to_text()?;
            size = text.len();
            writes.push((key, text));
        }
        let meta = Meta::default();
        let writes = writes.into_iter().map(|(key, text)| store.write(key, Expected::Absent, text.into(), &meta));
        for done in futures(writes).await {
            done?;
        }
    }
    Ok(size)
}

/// All of them side by side, in one task.
async fn futures<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = all.map(|it| (Box::pin(it), None)).collect();
    std::future::poll_fn(|context| {
        let mut is_done = true;
        for (future, done) in &mut waiting {
            if done.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(output) => *done = Some(output),
                    std::task::Poll::Pending => is_done = false,
                }
            }
        }
        if is_done { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    waiting.into_iter().filter_map(|(_, done)| done).collect()
}

/// A server that is ready.
pub(crate) async fn start<S: DurableStore>(durable: Arc<S>) -> Result<(Server, JoinHandle<Report>), Failed> {
    let memory = Arc::new(Entries::new(EntriesSettings::PLATFORM));
    let stores = Stores { durable, memory, bus: Arc::new(Topics::new()) };
    let (handle, driver) = server(stores, config()?, Options::default()).await?;
    let running = tokio::spawn(driver.run());
    handle.ready()?;
    Ok((handle, running))
}

/// Opens all, 64 at a time.
pub(crate) async fn opened(server: &Server, keys: &[Key]) -> Result<(), Failed> {
    let mut tasks = JoinSet::new();
    for lane in 0..64 {
        let (server, keys): (Server, Vec<Key>) =
            (server.clone(), keys.iter().skip(lane).step_by(64).cloned().collect());
        tasks.spawn(async move {
            for key in keys {
                server.open(&key, Mode::Exclusive).await?;
            }
            Ok::<_, NotOpened>(())
        });
    }
    for done in tasks.join_all().await {
        done?;
    }
    Ok(())
}

pub(crate) fn add() -> Result<Change, Failed> {
    Ok(Change::new(vec![(Path::from_iter(["coins"]), Op::Add(1))])?)
}

/// The default settings, with as many requests, sessions and saves as it takes.
pub(crate) fn config() -> Result<Config<Schema>, Failed> {
    let settings = Settings {
        budget: Budget::AMPLE,
        join: Join { max_open: 1_000_000, ..Settings::DEFAULT.join },
        shutdown: Shutdown { max_concurrent_saves: 256, ..Settings::DEFAULT.shutdown },
        ..Settings::DEFAULT
    };
    let coins = Declared::counter("coins", Bounds::new(0, 1 << 50, BoundsPolicy::Reject)?);
    Ok(Config::new(settings, Schema::new(SchemaVersion(1), Map::new().into(), vec![coins])?)?)
}

/// About 2 KiB in its stored form, and another one for each player: nothing of it is shared.
fn document(player: usize) -> Value {
    let item = |at: usize| {
        let [id, count] = [format!("item_{player:06}_{at:02}").as_str().into(), Value::from((player + at) as i32)];
        let [level, worn] = [Value::from((at % 7) as i32), Value::from(at.is_multiple_of(3))];
        Map::from_iter([("id", id), ("count", count), ("level", level), ("worn", worn)]).into()
    };
    let items: Vec<Value> = (0..31).map(item).collect();
    let title = format!("newcomer {player}");
    Map::from_iter([("items", Value::from(items)), ("title", title.as_str().into())]).into()
}

/// The memory of this process in bytes, where the system tells.
pub(crate) fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1_024)
}
