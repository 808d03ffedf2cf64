//! `keyholder record`: a record of a local store or of Open Cloud, or many, looked at and mended by the rules.

pub(crate) mod args;
mod audit;
mod bulk;
mod change;
mod explain;
mod look;
mod moment;
mod patience;
mod store;

use crate::output;
use args::{Place, RecordCommand};
use bulk::Names;
use keyholder_core::config::{Config, ConfigError, Settings};
use keyholder_core::record::Record;
use keyholder_core::stored::Item;
use keyholder_core::tree::{Declared, Schema, Tree};
use keyholder_core::value::Map;
use keyholder_tokio::backend::{DurableStore, Entry, Kept, Key, Version};
use serde::Serialize;
use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};
use store::Store;

/// Does what was asked for; false if the rules refuse it.
pub(crate) fn run(command: &RecordCommand) -> Result<bool, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // What is written over by hand can be brought back; what is erased is not kept once more.
        let (place, kept, writes) = match command {
            RecordCommand::Get(it) | RecordCommand::History(it) | RecordCommand::Explain(it) => {
                (&it.place, Kept::Hourly, false)
            }
            RecordCommand::Export(it) => (&it.place, Kept::Hourly, false),
            RecordCommand::Wipe(it) => (&it.place, Kept::Hourly, it.yes),
            RecordCommand::Grant(it) => (&it.place, Kept::Every, true),
            RecordCommand::Unlock(it) => (&it.change.place, Kept::Every, it.change.yes),
        };
        let mut names = Names::of(place, &command.about())?;
        let store = Store::open(&place.store, kept, writes).await?;
        let done = all(command, place, &store, &mut names).await;
        store.close().await;
        done.map(|()| names.finish())
    })
}

/// One record after the other, until an error.
async fn all(command: &RecordCommand, place: &Place, store: &Store, names: &mut Names) -> Result<(), Box<dyn Error>> {
    for (index, key) in names.keys().to_vec().into_iter().enumerate() {
        names.begin(index, &key);
        let opened = Opened { place, key, store };
        let done = one(command, &opened).await.map_err(|error| bulk::stopped(error, &opened.key, place))?;
        names.ended(&opened.key, done)?;
    }
    Ok(())
}

async fn one(command: &RecordCommand, opened: &Opened<'_>) -> Result<Ended, Box<dyn Error>> {
    match command {
        RecordCommand::Get(_) => look::get(opened).await,
        RecordCommand::History(_) => look::history(opened).await,
        RecordCommand::Explain(_) => explain::run(opened).await,
        RecordCommand::Export(it) => look::export(opened, it).await,
        RecordCommand::Wipe(it) => change::wipe(opened, it.yes).await,
        RecordCommand::Grant(it) => change::grant(opened, it).await,
        RecordCommand::Unlock(it) => change::unlock(opened, it).await,
    }
}

/// What became of one record.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Ended {
    /// It is as was asked for, by this command or since before.
    Done,
    /// It was told what would be done, and nothing was.
    Shown,
    /// The rules refuse it, or there is no such record.
    Refused,
}

/// The store, and the record that was asked for.
struct Opened<'a> {
    place: &'a Place,
    key: Key,
    store: &'a Store,
}

/// A record as it is in the store.
struct Found {
    entry: Entry,
    record: Record<Tree>,
    /// Versions that are kept, the newest first; the first is this one.
    versions: Vec<Version>,
}

impl Opened<'_> {
    /// Reads the record; `None` if there is none, which is told.
    async fn find(&self) -> Result<Option<Found>, Box<dyn Error>> {
        let Some(entry) = self.store.read(&self.key).await? else {
            self.store.reach().await?;
            self.refuse("there is no record of this name; `keyholder record history` shows whether there was one")?;
            return Ok(None);
        };
        let record = Record::from_text(&*entry.text).map_err(|error| {
            format!("what is stored under {} cannot be read and was not touched: {error}", self.key)
        })?;
        let versions = self.store.versions(&self.key).await?;
        Ok(Some(Found { entry, record, versions }))
    }

    /// Says why nothing was done.
    fn refuse(&self, why: &str) -> Result<Ended, Box<dyn Error>> {
        self.tell("refused", why)?;
        Ok(Ended::Refused)
    }

    /// Says what would be done.
    fn show(&self, what: &str) -> Result<Ended, Box<dyn Error>> {
        self.tell("dry-run", &format!("{what}. Nothing was written; --yes does it"))?;
        Ok(Ended::Shown)
    }

    /// Says what was done, or why not.
    fn tell(&self, outcome: &'static str, what: &str) -> Result<(), Box<dyn Error>> {
        if self.place.json {
            return Ok(output::json(&Outcome { key: self.key.to_string(), outcome, what })?);
        }
        Ok(output::say(&format!("{}: {outcome}: {what}", self.key))?)
    }
}

/// What became of a command, for a machine.
#[derive(Serialize)]
struct Outcome<'a> {
    key: String,
    /// `done`, `already`, `dry-run`, `refused`.
    outcome: &'static str,
    what: &'a str,
}

/// A configuration for a record whose game is not known here: it writes in the record's own vocabulary and creates nothing.
fn config(record: &Record<Tree>, declared: Vec<Declared>) -> Result<Config<Schema>, Box<dyn Error>> {
    let settings = Settings { schema: record.schema, compat: record.compat, create: false, ..Settings::DEFAULT };
    let schema = Schema::new(record.schema, Map::new().into(), declared)?;
    Ok(Config::new(settings, schema).map_err(|error: ConfigError| format!("the record's header is wrong: {error}"))?)
}

/// Now, in ms since 1970.
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
