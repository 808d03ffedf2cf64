//! The memory stores of an experience: what sorted maps and queues share, which is memory, expiry and flushing.
//! Documentation: Memory stores.

use super::maps::Map;
use super::queues::{Position, Queue};
use crate::data::{Keeper, Of};
use crate::error::ApiError;
use crate::time::Timestamp;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// The longest time to live, and that of items which come without one, in seconds: 45 days. What Open Cloud gives an item
/// without one is not established; this is what the engine does.
const MAX_TTL_SECONDS: i64 = 3_888_000;

/// The largest value of an item, in bytes of JSON.
const MAX_VALUE_BYTES: u64 = 32 * 1_024;

/// How many items a sorted map or a queue has at most.
pub(super) const MAX_ITEMS: usize = 1_000_000;

/// How much a sorted map or a queue holds at most, in bytes.
pub(super) const MAX_STRUCTURE_BYTES: u64 = 100 * 1_024 * 1_024;

/// The longest name of a sorted map or a queue, in characters; that of items is said with them. Not established for names.
const MAX_NAME_CHARS: usize = 128;

/// How many operations of flushing are remembered.
const MAX_OPERATIONS: usize = 64;

/// How many bytes an experience may hold: 64 KB, and 1.2 KB for each user. The platform lets a quota fall only after eight
/// days; here the number of users is a setting.
pub(crate) fn quota(users: u64) -> u64 {
    (64 * 1_024_u64).saturating_add(users.saturating_mul(12 * 1_024) / 10)
}

/// The memory store of one experience.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(super) maps: BTreeMap<Arc<str>, Map>,
    pub(super) queues: BTreeMap<Arc<str>, Queue>,
    pub(super) bytes: u64,
    /// Counts writes: etags and places in queues rise with it.
    writes: u64,
    expiries: BTreeSet<(Timestamp, Place)>,
    operations: VecDeque<(u64, Scope)>,
    pub(super) keeper: Keeper,
}

/// Where an item is.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Place {
    Map(Arc<str>, String),
    Queue(Arc<str>, Position),
}

/// Which data a flush is about. Servers of the studio have data of their own, which Open Cloud does not reach.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) enum Scope {
    /// What live servers and Open Cloud share.
    #[default]
    Live,
    /// What the studio has.
    Test,
}

/// A limit on what a write may add.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MemoryLimit {
    /// Bytes of the experience in all.
    pub(crate) bytes: u64,
}

impl Memory {
    /// How many bytes it holds.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Forgets everything of a scope and gives the id of the operation.
    pub(crate) fn flush(&mut self, scope: Scope) -> u64 {
        if scope == Scope::Live {
            // Every item has an expiry.
            while let Some((_, place)) = self.expiries.pop_first() {
                self.take(&place);
            }
        }
        let id = self.count();
        self.operations.push_back((id, scope));
        self.keeper.put(|| Of::Flush(id), &scope);
        if self.operations.len() > MAX_OPERATIONS
            && let Some((oldest, _)) = self.operations.pop_front()
        {
            self.keeper.take(|| Of::Flush(oldest));
        }
        id
    }

    /// Whether there was such an operation. It is done: a flush here takes no time.
    pub(crate) fn flushed(&self, id: u64, scope: Scope) -> bool {
        self.operations.contains(&(id, scope))
    }

    pub(super) fn count(&mut self) -> u64 {
        self.writes += 1;
        self.keeper.put(|| Of::Writes, &self.writes);
        self.writes
    }

    /// Refuses what would grow memory over the quota. What does not grow it is let through.
    pub(super) fn admit(&self, freed: u64, added: u64, quota: MemoryLimit) -> Result<(), ApiError> {
        if added > freed && self.bytes - freed + added > quota.bytes {
            return Err(ApiError::exhausted("TotalMemoryOverLimit: the memory store of this experience is full."));
        }
        Ok(())
    }

    /// Keeps count of an item that came.
    pub(super) fn added(&mut self, expires: Timestamp, place: Place, bytes: u64) {
        self.bytes += bytes;
        self.expiries.insert((expires, place));
    }

    /// Keeps count of an item that went.
    pub(super) fn removed(&mut self, expires: Timestamp, place: Place, bytes: u64) {
        self.bytes = self.bytes.saturating_sub(bytes);
        self.expiries.remove(&(expires, place));
    }

    /// Forgets what has expired. It comes before anything else is done.
    pub(crate) fn expire(&mut self, now: Timestamp) {
        while let Some((at, place)) = self.expiries.first().filter(|(at, _)| *at <= now).cloned() {
            self.take(&place);
            self.expiries.remove(&(at, place));
        }
    }

    fn take(&mut self, place: &Place) {
        match place {
            Place::Map(map, id) => self.take_item(map, id),
            Place::Queue(queue, position) => self.take_message(queue, *position),
        }
    }

    /// From here on changes are handed over.
    pub(crate) fn keep_with(&mut self, keeper: Keeper) {
        self.keeper = keeper;
    }

    /// Takes a row back in. They come in the order of their keys: items, messages, holds. `None` if it cannot be read, or is of
    /// another service.
    pub(crate) fn restore(&mut self, of: Of, row: &[u8]) -> Option<()> {
        match of {
            Of::Writes => self.writes = serde_json::from_slice(row).ok()?,
            Of::Item { map, id } => self.restore_item(&map, &id, row)?,
            Of::Message(at) => self.restore_message(&at, row)?,
            Of::Hold(at) => self.restore_hold(&at, row)?,
            Of::Flush(id) => self.operations.push_back((id, serde_json::from_slice(row).ok()?)),
            _ => return None,
        }
        Some(())
    }
}

/// When an item expires.
pub(super) fn expiry(now: Timestamp, ttl: Option<SignedDuration>) -> Result<Timestamp, ApiError> {
    let longest = SignedDuration::from_secs(MAX_TTL_SECONDS);
    let ttl = ttl.unwrap_or(longest);
    if ttl.is_negative() || ttl > longest {
        return Err(ApiError::invalid_argument("InvalidExpirationTime: `ttl` is between 0s and 3888000s."));
    }
    now.checked_add(ttl).map_err(|_| ApiError::invalid_argument("InvalidExpirationTime: that moment is too late."))
}

/// The size of a value, in bytes of JSON.
pub(super) fn value_bytes(value: &Value) -> Result<u64, ApiError> {
    let bytes = serde_json::to_vec(value).map_or(u64::MAX, |json| json.len() as u64);
    if bytes > MAX_VALUE_BYTES {
        return Err(ApiError::invalid_argument("ItemValueSizeTooLarge: a value has at most 32 KB of JSON."));
    }
    Ok(bytes)
}

/// Refuses a name that is empty or too long.
pub(super) fn check_name(name: &str) -> Result<(), ApiError> {
    if name.is_empty() || name.chars().nth(MAX_NAME_CHARS).is_some() {
        return Err(ApiError::invalid_argument("InvalidRequest: a name has 1 to 128 characters."));
    }
    Ok(())
}

/// Refuses one item more, or more bytes, than a structure holds.
pub(super) fn check_structure(items: usize, bytes: u64) -> Result<(), ApiError> {
    if items > MAX_ITEMS {
        return Err(ApiError::exhausted("DataStructureItemsOverLimit: a structure has at most 1000000 items."));
    }
    if bytes > MAX_STRUCTURE_BYTES {
        return Err(ApiError::exhausted("DataStructureMemoryOverLimit: a structure holds at most 100 MB."));
    }
    Ok(())
}
