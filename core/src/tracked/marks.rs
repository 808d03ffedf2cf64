//! Which parts of a value were edited, beside the value: a tree of marks that has only the edited paths.
//!
//! A table has a list of its marked places while they are few, and one entry for each place when they are many or the table
//! is small. All of it lies in three lists, so that forgetting it is free and marking again takes no allocation.

use crate::tree::place;
use crate::value::Value;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem;

/// Up to so many marked places are a list.
const FEW: usize = 16;

/// What is known of one place.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Mark(u32);

/// A mark, read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Is {
    /// Nothing was edited.
    Clean,
    /// Replaced as a whole; what was there has this number.
    Leaf(usize),
    /// Edited inside; the table has this number.
    Table(usize),
}

impl Mark {
    const CLEAN: Self = Self(0);
    const TABLE: u32 = 1 << 31;

    pub(super) fn is(self) -> Is {
        let at = |bits: u32| usize::try_from(bits).unwrap_or(usize::MAX);
        match self.0 {
            0 => Is::Clean,
            bits if bits & Self::TABLE == 0 => Is::Leaf(at(bits.wrapping_sub(1))),
            bits => Is::Table(at(bits & !Self::TABLE)),
        }
    }

    fn leaf(at: usize) -> Self {
        Self(u32::try_from(at).unwrap_or(u32::MAX >> 2).wrapping_add(1) & !Self::TABLE)
    }

    fn table(at: usize) -> Self {
        Self(u32::try_from(at).unwrap_or(u32::MAX >> 2) | Self::TABLE)
    }
}

/// Where a mark is.
#[derive(Clone, Copy, Debug)]
pub(super) enum At {
    /// That of the whole value.
    Root,
    /// That of a place of a table.
    Place { table: usize, slot: usize },
    /// Inside of something that is marked as a whole.
    Inside,
}

impl At {
    pub(super) const ROOT: Self = Self::Root;
}

/// A table that was edited inside.
#[derive(Clone, Debug)]
struct Table {
    /// Where its entries begin.
    begin: usize,
    /// How many places it had when it was first marked.
    width: usize,
    /// How many marked places are in its list; `None` if there is an entry for each place.
    listed: Option<usize>,
    /// What it was before places came, went or moved; then the marks are about that.
    before: Option<Box<Value>>,
}

/// The marks of a value.
#[derive(Clone, Debug)]
pub(super) struct Marks {
    root: Mark,
    tables: Vec<Table>,
    entries: Vec<u32>,
    /// What was in the places that were replaced.
    leaves: Vec<Value>,
    keeps: bool,
}

impl Marks {
    /// Marks that keep what was there before.
    pub(super) fn keeping() -> Self {
        Self { root: Mark::CLEAN, tables: Vec::new(), entries: Vec::new(), leaves: Vec::new(), keeps: true }
    }

    /// Marks that only tell where something was edited.
    pub(super) fn bare() -> Self {
        Self { keeps: false, ..Self::keeping() }
    }

    pub(super) fn is_clean(&self) -> bool {
        self.root == Mark::CLEAN
    }

    pub(super) fn clear(&mut self) {
        self.root = Mark::CLEAN;
        self.tables.clear();
        self.entries.clear();
        self.leaves.clear();
    }

    pub(super) fn root(&self) -> Mark {
        self.root
    }

    /// What was in a place that was replaced.
    pub(super) fn leaf(&self, at: usize) -> Option<&Value> {
        self.leaves.get(at)
    }

    /// How many places a table had when it was first marked.
    pub(super) fn width(&self, table: usize) -> usize {
        self.tables.get(table).map_or(0, |it| it.width)
    }

    /// What a table was before its places moved.
    pub(super) fn before(&self, table: usize) -> Option<&Value> {
        self.tables.get(table)?.before.as_deref()
    }

    /// The marked places of a table, ascending, where there was an edit.
    pub(super) fn places(&self, table: usize) -> Places<'_> {
        let Some(it) = self.tables.get(table) else {
            return Places::Each(0, &[]);
        };
        match it.listed {
            None => Places::Each(0, self.entries.get(it.begin..it.begin.saturating_add(it.width)).unwrap_or_default()),
            Some(len) => {
                let marks = self.entries.get(it.begin.saturating_add(FEW)..).unwrap_or_default();
                Places::Few(self.slots(it, len), marks)
            }
        }
    }

    /// Goes from a table's mark to that of one of its places; from now on something inside of the table is edited.
    pub(super) fn enter(&mut self, at: At, table: &Value, slot: usize) -> At {
        let Some(number) = self.table(at, table) else {
            return At::Inside;
        };
        match self.tables.get(number) {
            // What is new, or will be compared, needs no marks inside.
            Some(it) if slot < it.width && it.before.is_none() => At::Place { table: number, slot },
            Some(_) | None => At::Inside,
        }
    }

    /// The value at a mark was replaced; this is what was there.
    pub(super) fn replaced(&mut self, at: At, old: &Value) {
        let mark = self.get(at);
        if matches!(mark.is(), Is::Leaf(_)) {
            return;
        }
        self.put(at, Mark::leaf(self.leaves.len()));
        if self.keeps {
            let old = self.restored_at(old.clone(), mark);
            self.leaves.push(old);
        }
    }

    /// The array at a mark gets a further element.
    pub(super) fn grows(&mut self, at: At, table: &Value) {
        let _ = self.table(at, table);
    }

    /// Places of the table at a mark are about to come, go or move.
    pub(super) fn reshapes(&mut self, at: At, table: &Value) {
        let Some(number) = self.table(at, table) else {
            return;
        };
        if self.tables.get(number).is_some_and(|it| it.before.is_none()) {
            let before = if self.keeps { self.restored_table(table.clone(), number) } else { table.clone() };
            if let Some(it) = self.tables.get_mut(number) {
                it.before = Some(Box::new(before));
            }
        }
    }

    /// The value as it was before the edits.
    pub(super) fn restored(&self, now: Value) -> Value {
        self.restored_at(now, self.root)
    }

    fn restored_at(&self, now: Value, mark: Mark) -> Value {
        match mark.is() {
            Is::Clean => now,
            Is::Leaf(leaf) => self.leaves.get(leaf).cloned().unwrap_or_default(),
            Is::Table(table) => self.restored_table(now, table),
        }
    }

    /// A table as it was before the edits.
    pub(super) fn restored_table(&self, mut now: Value, table: usize) -> Value {
        if let Some(before) = self.before(table) {
            return before.clone();
        }
        if let Value::Array(array) = &mut now
            && array.len() > self.width(table)
        {
            Arc::make_mut(array).truncate(self.width(table));
        }
        for (slot, mark) in self.places(table) {
            if let Some(place) = place::at_mut(&mut now, slot) {
                *place = self.restored_at(mem::take(place), mark);
            }
        }
        now
    }

    /// The number of the table at a mark, which is marked if it was not; `None` if it is marked as a whole.
    fn table(&mut self, at: At, table: &Value) -> Option<usize> {
        match self.get(at).is() {
            Is::Leaf(_) => None,
            Is::Table(number) => Some(number),
            Is::Clean => {
                let (number, begin) = (self.tables.len(), self.entries.len());
                let width = place::places(table).len();
                let listed = (width > FEW).then_some(0);
                let entries = if listed.is_some() { FEW.saturating_mul(2) } else { width };
                self.entries.resize(begin.saturating_add(entries), 0);
                self.tables.push(Table { begin, width, listed, before: None });
                self.put(at, Mark::table(number));
                Some(number)
            }
        }
    }

    fn get(&self, at: At) -> Mark {
        match at {
            At::Root => self.root,
            At::Inside => Mark::leaf(0),
            At::Place { table, slot } => self.mark(table, slot),
        }
    }

    /// The mark of a place.
    pub(super) fn mark(&self, table: usize, slot: usize) -> Mark {
        let Some(it) = self.tables.get(table) else {
            return Mark::CLEAN;
        };
        let entry = match it.listed {
            None => Some(it.begin.saturating_add(slot)),
            Some(len) => {
                let slots = self.slots(it, len);
                let found = slots.iter().position(|listed| usize::try_from(*listed) == Ok(slot));
                found.map(|found| it.begin.saturating_add(FEW).saturating_add(found))
            }
        };
        entry.and_then(|entry| self.entries.get(entry)).map_or(Mark::CLEAN, |mark| Mark(*mark))
    }

    fn slots(&self, table: &Table, len: usize) -> &[u32] {
        self.entries.get(table.begin..table.begin.saturating_add(len)).unwrap_or_default()
    }

    fn put(&mut self, at: At, mark: Mark) {
        match at {
            At::Root => self.root = mark,
            At::Inside => {}
            At::Place { table, slot } => self.put_in(table, slot, mark),
        }
    }

    fn put_in(&mut self, table: usize, slot: usize, mark: Mark) {
        let Some(it) = self.tables.get(table) else {
            return;
        };
        let (begin, width) = (it.begin, it.width);
        let Some(len) = it.listed else {
            self.write(begin.saturating_add(slot), mark.0);
            return;
        };
        let slot_word = u32::try_from(slot).unwrap_or(u32::MAX);
        let place = self.slots(it, len).partition_point(|listed| *listed < slot_word);
        let is_listed = self.slots(it, len).get(place) == Some(&slot_word);
        let mark_at = begin.saturating_add(FEW).saturating_add(place);
        if is_listed {
            self.write(mark_at, mark.0);
        } else if len < FEW {
            // Mostly at the end, so there is nothing to move.
            for (first, word) in [(begin, slot_word), (begin.saturating_add(FEW), mark.0)] {
                let list = self.entries.get_mut(first..).unwrap_or_default();
                if let Some(rest) = list.get_mut(place..=len) {
                    rest.rotate_right(1);
                }
                self.write(first.saturating_add(place), word);
            }
            if let Some(it) = self.tables.get_mut(table) {
                it.listed = Some(len.saturating_add(1));
            }
        } else {
            self.spread(table, begin, width);
            self.put_in(table, slot, mark);
        }
    }

    /// From a list to an entry for each place.
    fn spread(&mut self, table: usize, begin: usize, width: usize) {
        let new = self.entries.len();
        self.entries.resize(new.saturating_add(width), 0);
        for listed in 0..FEW {
            let slot = self.entries.get(begin.saturating_add(listed)).copied().unwrap_or_default();
            let mark = self.entries.get(begin.saturating_add(FEW).saturating_add(listed)).copied().unwrap_or_default();
            self.write(new.saturating_add(usize::try_from(slot).unwrap_or(usize::MAX)), mark);
        }
        if let Some(it) = self.tables.get_mut(table) {
            (it.begin, it.listed) = (new, None);
        }
    }

    fn write(&mut self, at: usize, entry: u32) {
        if let Some(place) = self.entries.get_mut(at) {
            *place = entry;
        }
    }
}

/// Marked places, ascending.
pub(super) enum Places<'m> {
    /// Those of a list, and the marks there, of which the first belong to it.
    Few(&'m [u32], &'m [u32]),
    /// Those of the entries that are not clean; the number of the first entry left, and the entries.
    Each(usize, &'m [u32]),
}

impl Iterator for Places<'_> {
    type Item = (usize, Mark);

    fn next(&mut self) -> Option<(usize, Mark)> {
        match self {
            Self::Few(slots, marks) => {
                let (slot, rest) = slots.split_first()?;
                let (mark, rest_marks) = marks.split_first()?;
                (*slots, *marks) = (rest, rest_marks);
                Some((usize::try_from(*slot).ok()?, Mark(*mark)))
            }
            Self::Each(first, entries) => {
                let clean = entries.iter().position(|mark| *mark != 0)?;
                let (mark, slot) = (*entries.get(clean)?, first.saturating_add(clean));
                *entries = entries.get(clean.saturating_add(1)..).unwrap_or_default();
                *first = slot.saturating_add(1);
                Some((slot, Mark(mark)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{At, Is, Marks};
    use crate::value::Value;
    use alloc::vec::Vec;

    #[test]
    fn marks_are_found_again_few_or_many() {
        for count in [0_usize, 1, 15, 16, 17, 100] {
            let table = Value::from((0..100).map(Value::from).collect::<Vec<_>>());
            let mut marks = Marks::keeping();
            for slot in (0..count).map(|at| at * 37 % 100) {
                let at = marks.enter(At::ROOT, &table, slot);
                marks.replaced(at, &Value::from(true));
                marks.replaced(at, &Value::from(false));
            }
            let Is::Table(root) = marks.root().is() else {
                assert_eq!(count, 0);
                continue;
            };
            let mut expected: Vec<usize> = (0..count).map(|at| at * 37 % 100).collect();
            expected.sort_unstable();
            assert_eq!(marks.places(root).map(|(slot, _)| slot).collect::<Vec<_>>(), expected);
            for (_, mark) in marks.places(root) {
                let Is::Leaf(leaf) = mark.is() else { panic!("they were replaced") };
                assert_eq!(marks.leaf(leaf), Some(&Value::from(true)), "the first is what was there");
            }
            marks.clear();
            assert!(marks.is_clean());
        }
    }
}
