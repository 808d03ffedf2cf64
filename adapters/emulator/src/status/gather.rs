//! Takes what the status page shows out of the state: each lock is held for one table, and each table has a bound.

use crate::cloud::budget::Level;
use crate::cloud::memory::Memory;
use crate::cloud::standard::{At, Entry, Keys, Which};
use crate::cloud::{Universe, lock};
use crate::http::{Seen, Shared};
use crate::time::{Timestamp, rfc3339};

use super::view::{
    Budget, Entries, Experience, Item, Overview, ROWS, Request, Revision, Revisions, Shelf, Store, Table, head,
};

pub(super) fn overview(shared: &Shared) -> Overview {
    let now = shared.settings.clock.now();
    let (recent, counts) = {
        let log = lock(&shared.log);
        (log.recent(), log.counts())
    };
    Overview {
        now: rfc3339(now),
        universes: shared.universes.values().map(|universe| experience(universe, now)).collect(),
        counts,
        recent: Table::first(recent.into_iter().map(request)),
    }
}

pub(super) fn entries(universe: &Universe, shelf: Shelf, after: Option<&str>, now: Timestamp) -> Entries {
    let standard = lock(&universe.standard);
    let keys = Keys { scope: Some(&shelf.scope), prefix: "", deleted: true };
    let after = after.map(|key| (shelf.scope.clone(), key.to_owned()));
    // A store that is not served any longer shows as an empty one.
    let listed = standard.keys(&shelf.store, keys, after.as_ref(), ROWS, now);
    let (names, next) = listed.map_or_else(|_| (Vec::new(), None), |listed| (listed.items, listed.next));
    let row = |(_, key): (String, String)| {
        let at = At { store: &shelf.store, scope: &shelf.scope, key: &key };
        Some(revision(&standard.get(at, Which::Latest, now).ok()?, &key, now))
    };
    let entries = Table { rows: names.into_iter().filter_map(row).collect(), more: next.is_some() };
    drop(standard);
    Entries { shelf, now: rfc3339(now), entries, next: next.map(|(_, key)| key) }
}

pub(super) fn revisions(universe: &Universe, shelf: Shelf, key: &str, now: Timestamp) -> Revisions {
    let at = At { store: &shelf.store, scope: &shelf.scope, key };
    let versions = lock(&universe.standard).versions(at, now).unwrap_or_default();
    let revisions = Table::first(versions.iter().map(|entry| revision(entry, key, now)));
    Revisions { shelf, now: rfc3339(now), key: key.to_owned(), revisions }
}

fn experience(universe: &Universe, now: Timestamp) -> Experience {
    let stores = {
        let standard = lock(&universe.standard);
        let rows = standard.stores(now).flat_map(|(name, store)| {
            let expires = store.expires().map(rfc3339);
            store.scopes().map(move |(scope, entries)| (name, scope, entries, expires.clone()))
        });
        Table::first(rows.map(|(name, scope, entries, expires)| self::store(name, scope, entries, expires)))
    };
    let ordered = {
        let ordered = lock(&universe.ordered);
        Table::first(ordered.shelves().map(|(shelf, entries)| store(&shelf.store, &shelf.scope, entries, None)))
    };
    let (memory_bytes, memory) = {
        let memory = lock(&universe.memory);
        (memory.bytes(), Table::first(map_items(&memory, now).chain(queue_items(&memory, now))))
    };
    let budgets = lock(&universe.budgets).levels(now).into_iter().map(budget).collect();
    Experience { id: universe.id, stores, ordered, memory_bytes, memory, budgets }
}

fn store(name: &str, scope: &str, entries: usize, expires: Option<String>) -> Store {
    Store { name: name.to_owned(), scope: scope.to_owned(), entries, expires }
}

fn map_items(memory: &Memory, now: Timestamp) -> impl Iterator<Item = Item> {
    memory.maps().flat_map(move |(name, items)| {
        items.filter(move |(_, item)| item.expires > now).map(move |(id, item)| Item {
            kind: "map",
            name: name.to_owned(),
            id: id.to_owned(),
            order: item.sort.to_string(),
            value: head(&item.value.to_string()),
            life_ms: left(item.expires, now),
            hidden: false,
        })
    })
}

fn queue_items(memory: &Memory, now: Timestamp) -> impl Iterator<Item = Item> {
    memory.queues().flat_map(move |(name, queue)| {
        queue.messages().filter(move |(_, message, _)| message.expires > now).map(move |(at, message, visible)| Item {
            kind: "queue",
            name: name.to_owned(),
            id: at.to_string(),
            order: message.priority.to_string(),
            value: head(&message.data.to_string()),
            life_ms: left(message.expires, now),
            hidden: !visible,
        })
    })
}

fn budget(level: Level) -> Budget {
    Budget {
        name: level.name,
        left: level.remaining,
        limit: level.limit,
        servers: level.servers,
        seconds: level.window,
    }
}

fn request(seen: Seen) -> Request {
    Request {
        at: rfc3339(seen.at),
        method: seen.method,
        path: seen.path,
        name: seen.name,
        status: seen.status,
        micros: seen.micros,
        budget: seen.budget,
    }
}

fn revision(entry: &Entry, key: &str, now: Timestamp) -> Revision {
    let content = entry.version.content.as_deref();
    let value = content.map_or("", |content| content.value.get());
    Revision {
        key: key.to_owned(),
        revision: entry.revision(),
        deleted: content.is_none(),
        written: rfc3339(entry.version.at),
        age_ms: left(now, entry.version.at),
        bytes: value.len(),
        users: content.map_or_else(Vec::new, |content| content.users.iter().take(ROWS).copied().collect()),
        value: head(value),
    }
}

/// Milliseconds from one moment to a later one.
fn left(later: Timestamp, earlier: Timestamp) -> i64 {
    later.as_millisecond().saturating_sub(earlier.as_millisecond())
}
