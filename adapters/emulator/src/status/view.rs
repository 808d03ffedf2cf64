//! What the status page shows, as data: the JSON answer is this, and the HTML is made of it.

use std::collections::BTreeMap;

use serde::Serialize;

/// So many rows of one table are shown.
pub(super) const ROWS: usize = 100;

/// So many characters of a value are shown.
pub(super) const VALUE_CHARS: usize = 200;

/// The first rows of a table.
#[derive(Debug, Serialize)]
pub(super) struct Table<T> {
    pub(super) rows: Vec<T>,
    /// There are more than these.
    pub(super) more: bool,
}

impl<T> Table<T> {
    /// Looks at one row more than it shows.
    pub(super) fn first(rows: impl Iterator<Item = T>) -> Self {
        let mut rows: Vec<T> = rows.take(ROWS + 1).collect();
        let more = rows.len() > ROWS;
        rows.truncate(ROWS);
        Self { rows, more }
    }
}

/// The page that everything is reached from.
#[derive(Debug, Serialize)]
pub(super) struct Overview {
    /// The emulator's time, RFC 3339.
    pub(super) now: String,
    pub(super) universes: Vec<Experience>,
    /// How many requests of each kind were answered.
    pub(super) counts: BTreeMap<&'static str, u64>,
    /// The newest first.
    pub(super) recent: Table<Request>,
}

/// What one experience holds.
#[derive(Debug, Serialize)]
pub(super) struct Experience {
    pub(super) id: u64,
    pub(super) stores: Table<Store>,
    pub(super) ordered: Table<Store>,
    pub(super) memory_bytes: u64,
    pub(super) memory: Table<Item>,
    pub(super) budgets: Vec<Budget>,
}

/// A data store, or an ordered one, in one scope.
#[derive(Debug, Serialize)]
pub(super) struct Store {
    pub(super) name: String,
    pub(super) scope: String,
    pub(super) entries: usize,
    /// When a deleted store is forgotten.
    pub(super) expires: Option<String>,
}

/// An item of a memory store.
#[derive(Debug, Serialize)]
pub(super) struct Item {
    /// `map` or `queue`.
    pub(super) kind: &'static str,
    /// Of the map or queue.
    pub(super) name: String,
    pub(super) id: String,
    /// The sort key of a map's item, the priority of a queue's.
    pub(super) order: String,
    /// The first characters of it.
    pub(super) value: String,
    /// What is left of its life, in milliseconds.
    pub(super) life_ms: i64,
    /// A reader of the queue has it.
    pub(super) hidden: bool,
}

/// A limit on requests.
#[derive(Debug, Serialize)]
pub(super) struct Budget {
    pub(super) name: &'static str,
    pub(super) left: u32,
    pub(super) limit: u32,
    /// What game servers take of it.
    pub(super) servers: u32,
    /// In which the limit is whole again.
    pub(super) seconds: u32,
}

/// A request that was answered.
#[derive(Debug, Serialize)]
pub(super) struct Request {
    /// RFC 3339.
    pub(super) at: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) name: &'static str,
    /// 0 when the connection was dropped instead.
    pub(super) status: u16,
    pub(super) micros: u64,
    pub(super) budget: Option<&'static str>,
}

/// Which data store, in which scope.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Shelf {
    pub(super) universe: u64,
    pub(super) store: String,
    pub(super) scope: String,
}

/// The entries of a data store.
#[derive(Debug, Serialize)]
pub(super) struct Entries {
    #[serde(flatten)]
    pub(super) shelf: Shelf,
    pub(super) now: String,
    pub(super) entries: Table<Revision>,
    /// What the next page begins behind, in the query as `after`.
    pub(super) next: Option<String>,
}

/// The revisions of an entry, the newest first.
#[derive(Debug, Serialize)]
pub(super) struct Revisions {
    #[serde(flatten)]
    pub(super) shelf: Shelf,
    pub(super) now: String,
    pub(super) key: String,
    pub(super) revisions: Table<Revision>,
}

/// An entry as it was written at one time.
#[derive(Debug, Serialize)]
pub(super) struct Revision {
    pub(super) key: String,
    pub(super) revision: String,
    pub(super) deleted: bool,
    /// RFC 3339.
    pub(super) written: String,
    /// Since it was written, in milliseconds.
    pub(super) age_ms: i64,
    /// Of the value, as JSON.
    pub(super) bytes: usize,
    pub(super) users: Vec<u64>,
    /// The first characters of it.
    pub(super) value: String,
}

/// The first characters of a text, with a sign that there are more.
pub(super) fn head(text: &str) -> String {
    match text.char_indices().nth(VALUE_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
