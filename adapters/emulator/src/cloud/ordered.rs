//! Ordered data stores: whole numbers by id, listed by value. They have no revisions and no metadata, and a deletion is
//! final. Documentation: Ordered data stores.

use crate::data::{Keeper, Of, Place};
use crate::error::ApiError;
use crate::text::filter::Values;
use crate::text::order::Direction;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Included, Unbounded};

/// The longest name of a store or scope, in characters. Documentation: Data stores, Error codes and limits.
const MAX_NAME_CHARS: usize = 50;

/// The longest id of an entry, in characters: what creation takes. The engine takes ids of 50 alone.
const MAX_ID_CHARS: usize = 63;

/// Where entries are.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) struct Shelf {
    pub(crate) store: String,
    pub(crate) scope: String,
}

/// One entry.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) value: i64,
}

/// What a list asks for.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    pub(crate) values: Values,
    pub(crate) direction: Direction,
    /// The last entry of the page before.
    pub(crate) after: Option<Entry>,
    pub(crate) limit: usize,
}

/// The ordered data stores of one experience.
#[derive(Debug, Default)]
pub(crate) struct Ordered {
    shelves: BTreeMap<Shelf, Entries>,
    keeper: Keeper,
}

/// The entries of a shelf, by id and by value.
#[derive(Debug, Default)]
struct Entries {
    values: BTreeMap<String, i64>,
    sorted: BTreeSet<(i64, String)>,
}

impl Entries {
    fn put(&mut self, id: &str, value: i64) {
        self.remove(id);
        self.values.insert(id.to_owned(), value);
        self.sorted.insert((value, id.to_owned()));
    }

    fn remove(&mut self, id: &str) -> bool {
        let Some(value) = self.values.remove(id) else { return false };
        self.sorted.remove(&(value, id.to_owned()))
    }
}

impl Ordered {
    /// The value of an entry.
    pub(crate) fn get(&self, shelf: &Shelf, id: &str) -> Option<i64> {
        self.shelves.get(shelf)?.values.get(id).copied()
    }

    /// Writes an entry that is not there.
    pub(crate) fn create(&mut self, shelf: &Shelf, id: &str, value: i64) -> Result<(), ApiError> {
        check(shelf, id)?;
        if self.get(shelf, id).is_some() {
            return Err(ApiError::invalid_argument("Entry already exists."));
        }
        self.put(shelf, id, value);
        Ok(())
    }

    /// Writes an entry that is there, or any with `allow_missing`.
    pub(crate) fn update(&mut self, shelf: &Shelf, id: &str, value: i64, allow_missing: bool) -> Result<(), ApiError> {
        check(shelf, id)?;
        if !allow_missing && self.get(shelf, id).is_none() {
            return Err(missing());
        }
        self.put(shelf, id, value);
        Ok(())
    }

    /// Adds to an entry, 0 if it is not there, and gives the sum. A sum out of range is the end of the range: the
    /// platform may keep more than it answers then, which is not established.
    pub(crate) fn increment(&mut self, shelf: &Shelf, id: &str, amount: i64) -> Result<i64, ApiError> {
        check(shelf, id)?;
        let value = self.get(shelf, id).unwrap_or(0).saturating_add(amount);
        self.put(shelf, id, value);
        Ok(value)
    }

    /// Removes an entry for good; says whether it was there.
    pub(crate) fn delete(&mut self, shelf: &Shelf, id: &str) -> bool {
        let Some(entries) = self.shelves.get_mut(shelf) else { return false };
        let removed = entries.remove(id);
        if entries.values.is_empty() {
            self.shelves.remove(shelf);
        }
        if removed {
            self.keeper.take(|| row(shelf, id));
        }
        removed
    }

    /// A page of entries by value, those with equal values by id, and whether more follow.
    pub(crate) fn list(&self, shelf: &Shelf, listing: &Listing) -> (Vec<Entry>, bool) {
        let Some(entries) = self.shelves.get(shelf) else { return (Vec::new(), false) };
        let after = listing.after.as_ref().map(|entry| (entry.value, entry.id.clone()));
        let least = listing.values.min.map_or(Unbounded, |min| Included((min, String::new())));
        let most = match listing.values.max.map(|max| max.checked_add(1)) {
            Some(Some(beyond)) => Excluded((beyond, String::new())),
            Some(None) | None => Unbounded,
        };
        let entry = |(value, id): &(i64, String)| Entry { id: id.clone(), value: *value };
        let wanted = listing.limit.saturating_add(1);
        // A range whose ends cross is empty here; the map would panic.
        let fits = |at: &&(i64, String)| {
            listing.values.max.is_none_or(|max| at.0 <= max) && listing.values.min.is_none_or(|min| at.0 >= min)
        };
        let mut page: Vec<_> = match listing.direction {
            Direction::Ascending => {
                let from = after.map_or(least, Excluded);
                entries.sorted.range((from, Unbounded)).take_while(fits).take(wanted).map(entry).collect()
            }
            Direction::Descending => {
                let to = after.map_or(most, Excluded);
                entries.sorted.range((Unbounded, to)).rev().take_while(fits).take(wanted).map(entry).collect()
            }
        };
        let more = page.len() > listing.limit;
        page.truncate(listing.limit);
        (page, more)
    }

    /// Every store and scope with its number of entries, for what shows them.
    pub(crate) fn shelves(&self) -> impl Iterator<Item = (&Shelf, usize)> {
        self.shelves.iter().map(|(shelf, entries)| (shelf, entries.values.len()))
    }

    fn put(&mut self, shelf: &Shelf, id: &str, value: i64) {
        self.shelves.entry(shelf.clone()).or_default().put(id, value);
        self.keeper.put(|| row(shelf, id), &value);
    }

    /// From here on changes are handed over.
    pub(crate) fn keep_with(&mut self, keeper: Keeper) {
        self.keeper = keeper;
    }

    /// Takes a row back in.
    pub(crate) fn restore(&mut self, Place { store, scope, key }: Place, row: &[u8]) -> Option<()> {
        let value = serde_json::from_slice(row).ok()?;
        self.shelves.entry(Shelf { store, scope }).or_default().put(&key, value);
        Some(())
    }
}

fn row(shelf: &Shelf, id: &str) -> Of {
    Of::Ordered(Place { store: shelf.store.clone(), scope: shelf.scope.clone(), key: id.to_owned() })
}

/// That an entry is not there.
pub(crate) fn missing() -> ApiError {
    ApiError::not_found("Entry not found.")
}

/// The nearest whole number to what a client sent: the second API takes any number and rounds it.
pub(crate) fn rounded(value: f64) -> Result<i64, ApiError> {
    let value = value.round();
    // The first double beyond the range; the range begins at one.
    if value >= -(i64::MAX as f64) - 1.0 && value < i64::MAX as f64 {
        Ok(value as i64)
    } else {
        Err(ApiError::invalid_argument("The value is outside of the range of 64-bit integers."))
    }
}

fn check(shelf: &Shelf, id: &str) -> Result<(), ApiError> {
    let fits = |text: &str, limit: usize| !text.is_empty() && text.chars().nth(limit).is_none();
    if !fits(&shelf.store, MAX_NAME_CHARS) || !fits(&shelf.scope, MAX_NAME_CHARS) {
        return Err(ApiError::invalid_argument("The name of a data store or scope has 1 to 50 characters."));
    }
    if !fits(id, MAX_ID_CHARS) {
        return Err(ApiError::invalid_argument("The id of an entry has 1 to 63 characters."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Direction, Listing, Ordered, Shelf, Values, rounded};

    fn shelf() -> Shelf {
        Shelf { store: "points".into(), scope: "global".into() }
    }

    fn ids(ordered: &Ordered, values: Values, direction: Direction, limit: usize) -> Vec<Vec<String>> {
        let mut pages = Vec::new();
        let mut listing = Listing { values, direction, after: None, limit };
        loop {
            let (page, more) = ordered.list(&shelf(), &listing);
            listing.after = page.last().cloned();
            pages.push(page.into_iter().map(|entry| entry.id).collect());
            if !more {
                return pages;
            }
        }
    }

    #[test]
    fn entries_are_listed_by_value_and_then_by_id() {
        let mut ordered = Ordered::default();
        for (id, value) in [("b", 2), ("a", 2), ("c", -1), ("d", i64::MAX), ("e", i64::MIN)] {
            ordered.create(&shelf(), id, value).unwrap();
        }
        let all = Values::default();
        assert_eq!(ids(&ordered, all, Direction::Ascending, 10), [["e", "c", "a", "b", "d"]]);
        assert_eq!(ids(&ordered, all, Direction::Descending, 2), [vec!["d", "b"], vec!["a", "c"], vec!["e"]]);
        let some = Values { min: Some(-1), max: Some(2) };
        assert_eq!(ids(&ordered, some, Direction::Ascending, 2), [vec!["c", "a"], vec!["b"]]);
        assert_eq!(ids(&ordered, some, Direction::Descending, 9), [["b", "a", "c"]]);
        for direction in [Direction::Ascending, Direction::Descending] {
            let none = Values { min: Some(3), max: Some(1) };
            assert_eq!(ids(&ordered, none, direction, 9), [[""; 0]]);
            let ends = Values { min: Some(i64::MAX), max: Some(i64::MAX) };
            assert_eq!(ids(&ordered, ends, direction, 9), [["d"]]);
        }
    }

    #[test]
    fn a_sum_stays_in_range_and_a_deletion_is_final() {
        let mut ordered = Ordered::default();
        assert_eq!(ordered.increment(&shelf(), "a", 5).unwrap(), 5);
        assert_eq!(ordered.increment(&shelf(), "a", i64::MAX).unwrap(), i64::MAX);
        assert!(ordered.create(&shelf(), "a", 1).is_err());
        assert!(ordered.delete(&shelf(), "a"));
        assert!(!ordered.delete(&shelf(), "a"));
        assert!(ordered.update(&shelf(), "a", 1, false).is_err());
        assert_eq!(ordered.shelves().count(), 0);
    }

    #[test]
    fn doubles_are_rounded_to_the_nearest_integer_in_range() {
        assert_eq!(rounded(2.4).unwrap(), 2);
        assert_eq!(rounded(-2.6).unwrap(), -3);
        assert_eq!(rounded(-9_223_372_036_854_775_808.0).unwrap(), i64::MIN);
        for beyond in [9_223_372_036_854_775_808.0, -9_223_372_036_854_777_856.0, f64::INFINITY, f64::NAN] {
            assert!(rounded(beyond).is_err(), "{beyond}");
        }
    }
}
