//! Sorted maps. Documentation: Memory stores, Sorted map.

use super::memory::{Memory, MemoryLimit, Place, check_name, check_structure, expiry, value_bytes};
use crate::data::{Of, nanos};
use crate::error::{ApiError, Shape};
use crate::text::filter::Items;
use crate::text::order::Direction;
use crate::text::sort::SortKey;
use crate::time::Timestamp;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;

/// The longest id of an item, in characters. In the engine it may have one more.
const MAX_ID_CHARS: usize = 127;

/// The longest sort key that is a string, in characters.
const MAX_SORT_CHARS: usize = 128;

/// A sorted map: items by id, and ids by sort key.
#[derive(Debug, Default)]
pub(crate) struct Map {
    items: BTreeMap<String, Item>,
    sorted: BTreeSet<(SortKey, String)>,
    bytes: u64,
}

/// An item of a sorted map, as it stands in the file as well.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Item {
    pub(crate) value: Value,
    pub(crate) sort: SortKey,
    #[serde(with = "nanos")]
    pub(crate) expires: Timestamp,
    /// Rises with every write.
    pub(crate) etag: u64,
    #[serde(skip)]
    bytes: u64,
}

/// What a client writes. What is `None` was not sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Write {
    pub(crate) value: Option<Value>,
    pub(crate) sort: Option<SortKey>,
    pub(crate) ttl: Option<SignedDuration>,
}

/// What an update does to a field that was not sent. Which of them the platform does is not established; a client has seen
/// a sort key go.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) enum Unsent {
    /// It becomes what it is in a new item.
    #[default]
    Reset,
    /// It stays.
    Kept,
}

/// How an update is meant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Update {
    /// Creates what is not there.
    pub(crate) allow_missing: bool,
    /// Only if the item has this etag. Whether the platform heeds one is not established.
    pub(crate) etag: Option<String>,
    pub(crate) unsent: Unsent,
}

/// What a list asks for.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    pub(crate) filter: Items,
    pub(crate) direction: Direction,
    /// The sort key and id of the last item of the page before.
    pub(crate) after: Option<(SortKey, String)>,
    pub(crate) limit: usize,
}

impl Memory {
    /// An item that has not expired.
    pub(crate) fn item(&self, map: &str, id: &str) -> Result<&Item, ApiError> {
        self.maps.get(map).and_then(|map| map.items.get(id)).ok_or_else(missing)
    }

    /// Creates an item that is not there.
    pub(crate) fn create_item(
        &mut self,
        map: &str,
        id: &str,
        write: Write,
        now: Timestamp,
        quota: MemoryLimit,
    ) -> Result<&Item, ApiError> {
        if self.item(map, id).is_ok() {
            let exists = ApiError::already_exists("The item already exists.");
            return Err(exists.in_shape(Shape::ErrorAlone));
        }
        self.put_item(map, id, write, now, quota)
    }

    /// Updates an item.
    pub(crate) fn update_item(
        &mut self,
        map: &str,
        id: &str,
        mut write: Write,
        update: &Update,
        now: Timestamp,
        quota: MemoryLimit,
    ) -> Result<&Item, ApiError> {
        match self.item(map, id) {
            Ok(item) => {
                same_etag(item, update.etag.as_deref())?;
                if update.unsent == Unsent::Kept {
                    write.value.get_or_insert_with(|| item.value.clone());
                    write.sort.get_or_insert_with(|| item.sort.clone());
                    write.ttl.get_or_insert_with(|| now.duration_until(item.expires));
                }
            }
            Err(missing) if !update.allow_missing => return Err(missing),
            Err(_) => {}
        }
        self.put_item(map, id, write, now, quota)
    }

    /// Deletes an item.
    pub(crate) fn delete_item(&mut self, map: &str, id: &str, etag: Option<&str>) -> Result<(), ApiError> {
        same_etag(self.item(map, id)?, etag)?;
        self.take_item(map, id);
        Ok(())
    }

    /// A page of items by sort key, those with equal ones by id, and whether more follow.
    pub(crate) fn items(&self, map: &str, listing: &Listing) -> (Vec<(&str, &Item)>, bool) {
        let Some(map) = self.maps.get(map) else { return (Vec::new(), false) };
        let filter = &listing.filter;
        let fits = |(sort, id): &&(SortKey, String)| {
            filter.after.as_ref().is_none_or(|after| id > after)
                && filter.before.as_ref().is_none_or(|before| id < before)
                && filter.above.as_ref().is_none_or(|above| sort > above)
                && filter.below.as_ref().is_none_or(|below| sort < below)
        };
        let after = listing.after.clone().map_or(Unbounded, Excluded);
        let wanted = listing.limit.saturating_add(1);
        let found: Vec<_> = match listing.direction {
            Direction::Ascending => map.sorted.range((after, Unbounded)).filter(fits).take(wanted).collect(),
            Direction::Descending => map.sorted.range((Unbounded, after)).rev().filter(fits).take(wanted).collect(),
        };
        let more = found.len() > listing.limit;
        let item = |(_, id): &(SortKey, String)| map.items.get_key_value(id).map(|(id, item)| (id.as_str(), item));
        (found.into_iter().take(listing.limit).filter_map(item).collect(), more)
    }

    /// Every sorted map with its items by id, for what shows them.
    pub(crate) fn maps(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = (&str, &Item)>)> {
        self.maps.iter().map(|(name, map)| (&**name, map.items.iter().map(|(id, item)| (id.as_str(), item))))
    }

    /// Takes an item out, with all that counts it.
    pub(super) fn take_item(&mut self, map: &str, id: &str) {
        if self.remove_item(map, id).is_some() {
            self.keeper.take(|| row(map, id));
        }
    }

    /// The same, for another item that takes its place: its row is replaced at once.
    fn remove_item(&mut self, map: &str, id: &str) -> Option<()> {
        let (name, held) = self.maps.get_key_value(map).map(|(name, _)| name.clone()).zip(self.maps.get_mut(map))?;
        let item = held.items.remove(id)?;
        held.sorted.remove(&(item.sort.clone(), id.to_owned()));
        held.bytes = held.bytes.saturating_sub(item.bytes);
        if held.items.is_empty() {
            self.maps.remove(map);
        }
        self.removed(item.expires, Place::Map(name, id.to_owned()), item.bytes);
        Some(())
    }

    fn put_item(
        &mut self,
        map: &str,
        id: &str,
        write: Write,
        now: Timestamp,
        quota: MemoryLimit,
    ) -> Result<&Item, ApiError> {
        check_name(map)?;
        if id.is_empty() || id.chars().nth(MAX_ID_CHARS).is_some() {
            return Err(ApiError::invalid_argument("InvalidRequest: the id of an item has 1 to 127 characters."));
        }
        let sort = write.sort.unwrap_or_default();
        if matches!(&sort, SortKey::Text(text) if text.chars().nth(MAX_SORT_CHARS).is_some()) {
            return Err(ApiError::invalid_argument("InvalidRequest: a sort key has at most 128 characters."));
        }
        let value = write.value.ok_or_else(|| ApiError::invalid_argument("InvalidRequest: `value` is missing."))?;
        let expires = expiry(now, write.ttl)?;
        let bytes = bytes(id, &sort, &value)?;
        let (old, items, held) = self.maps.get(map).map_or((None, 0, 0), |map| {
            let old = map.items.get(id).map(|item| item.bytes);
            (old, map.items.len(), map.bytes)
        });
        let freed = old.unwrap_or(0);
        check_structure(items + usize::from(old.is_none()), held - freed + bytes)?;
        self.admit(freed, bytes, quota)?;
        self.remove_item(map, id);
        let item = Item { value, sort, expires, etag: self.count(), bytes };
        self.keeper.put(|| row(map, id), &item);
        Ok(self.insert_item(map, id, item))
    }

    fn insert_item(&mut self, map: &str, id: &str, item: Item) -> &Item {
        let name = self.maps.get_key_value(map).map_or_else(|| Arc::from(map), |(name, _)| name.clone());
        self.added(item.expires, Place::Map(name.clone(), id.to_owned()), item.bytes);
        let held = self.maps.entry(name).or_default();
        held.bytes += item.bytes;
        held.sorted.insert((item.sort.clone(), id.to_owned()));
        held.items.entry(id.to_owned()).insert_entry(item).into_mut()
    }

    pub(super) fn restore_item(&mut self, map: &str, id: &str, row: &[u8]) -> Option<()> {
        let mut item: Item = serde_json::from_slice(row).ok()?;
        item.bytes = bytes(id, &item.sort, &item.value).ok()?;
        self.insert_item(map, id, item);
        Some(())
    }
}

fn row(map: &str, id: &str) -> Of {
    Of::Item { map: map.to_owned(), id: id.to_owned() }
}

fn missing() -> ApiError {
    ApiError::not_found("NoItemFound: there is no such item.")
}

fn same_etag(item: &Item, etag: Option<&str>) -> Result<(), ApiError> {
    match etag {
        Some(etag) if etag != item.etag.to_string() => Err(ApiError::aborted("DataUpdateConflict: the etag is stale.")),
        _ => Ok(()),
    }
}

/// What an item counts for.
fn bytes(id: &str, sort: &SortKey, value: &Value) -> Result<u64, ApiError> {
    let sort = match sort {
        SortKey::Number(_) => 8,
        SortKey::Text(text) => text.len() as u64,
        SortKey::Absent => 0,
    };
    Ok(id.len() as u64 + sort + value_bytes(value)?)
}
