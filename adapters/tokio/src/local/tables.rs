//! The tables of the file, and reads of them.

use crate::backend::{Entry, Key, Meta, Page, Refused, StoreError, Tag, Version, VersionId};
use crate::history::expired;
use redb::{Database, ReadableDatabase, TableDefinition};
use std::ops::Bound;

/// `format`, and `revision`, the last number that a write got.
pub(super) const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");

/// The current state by location and player.
pub(super) const RECORDS: TableDefinition<'_, (&str, &str), Row<'_>> = TableDefinition::new("records");

/// Earlier states by location, player and revision, each with the time at which another took its place.
pub(super) const VERSIONS: TableDefinition<'_, (&str, &str, u64), (u64, Row<'_>)> = TableDefinition::new("versions");

/// Earlier states, and removals, by the time since when they need not be there.
pub(super) const EXPIRING: TableDefinition<'_, (u64, &str, &str, u64), ()> = TableDefinition::new("expiring");

/// A state: its revision, when it was written (ms since 1970), whether it is a removal, users, attributes, text.
pub(super) type Row<'a> = (u64, u64, bool, Vec<u64>, Vec<(&'a str, &'a str)>, &'a str);

/// The key of [`RECORDS`].
pub(super) fn place(key: &Key) -> (&str, &str) {
    (key.location(), key.player())
}

fn entry((revision, _, removed, users, attributes, text): Row<'_>) -> Option<Entry> {
    let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let tag = Tag::new(revision.to_string());
    (!removed).then(|| Entry { tag, text: text.into(), meta: Meta { users, attributes } })
}

fn version((revision, written_ms, removed, ..): &Row<'_>) -> Version {
    Version { id: VersionId::new(revision.to_string()), written_ms: *written_ms, removed: *removed }
}

pub(super) fn read(database: &Database, key: &Key) -> Result<Option<Entry>, redb::Error> {
    let records = database.begin_read()?.open_table(RECORDS)?;
    Ok(records.get(place(key))?.and_then(|row| entry(row.value())))
}

pub(super) fn versions(database: &Database, key: &Key, now_ms: u64) -> Result<Vec<Version>, redb::Error> {
    let reading = database.begin_read()?;
    let mut found = Vec::new();
    if let Some(row) = reading.open_table(RECORDS)?.get(place(key))? {
        found.push(version(&row.value()));
    }
    let (location, player) = place(key);
    let versions = reading.open_table(VERSIONS)?;
    for row in versions.range((location, player, 0)..=(location, player, u64::MAX))?.rev() {
        let (_, row) = row?;
        let (replaced_ms, row) = row.value();
        if !expired(replaced_ms, now_ms) {
            found.push(version(&row));
        }
    }
    Ok(found)
}

pub(super) fn read_version(
    database: &Database,
    key: &Key,
    revision: u64,
    now_ms: u64,
) -> Result<Option<Entry>, redb::Error> {
    let reading = database.begin_read()?;
    if let Some(row) = reading.open_table(RECORDS)?.get(place(key))?
        && row.value().0 == revision
    {
        return Ok(entry(row.value()));
    }
    let (location, player) = place(key);
    let versions = reading.open_table(VERSIONS)?;
    let found = versions.get((location, player, revision))?;
    Ok(found.and_then(|row| {
        let (replaced_ms, row) = row.value();
        if expired(replaced_ms, now_ms) { None } else { entry(row) }
    }))
}

pub(super) fn list(database: &Database, after: &Key, limit: usize) -> Result<Page, redb::Error> {
    let records = database.begin_read()?.open_table(RECORDS)?;
    let mut page = Page::default();
    for row in records.range::<(&str, &str)>((Bound::Excluded(place(after)), Bound::Unbounded))? {
        let (key, row) = row?;
        let (location, player) = key.value();
        if location != after.location() {
            break;
        }
        if row.value().2 {
            continue;
        }
        if page.players.len() == limit {
            page.next = page.players.last().cloned();
            break;
        }
        page.players.push(player.to_owned());
    }
    Ok(page)
}

/// An error of the engine before anything was committed.
pub(super) fn refused(error: &redb::Error) -> StoreError {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    let why = match error {
        redb::Error::Io(error) if matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge) => Refused::Full,
        redb::Error::Corrupted(_) => Refused::Corrupt,
        // After any other failure of the medium, the engine does nothing until the file is opened again.
        _ => Refused::Stopped,
    };
    why.into()
}
