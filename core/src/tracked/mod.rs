//! A value whose edits are tracked where they are made, so that the cost of a delta follows the change and not the size
//! (DIA-12, decision D32). Where keys or elements come and go, it follows the number of entries of their table.
//!
//! [`Tracked::change`] gives the edits since the last [`commit`](Tracked::commit) as a [`Change`] for the session, each
//! leaf once however often it was written; [`Tracked::delta`] gives the same as bytes; [`Tracked::rollback`] takes them back.
//! [`Tracked::text`] gives the whole stored text, and writes anew only what was edited since it was last asked for.

mod edits;
mod emit;
mod full;
mod log;
mod marks;

use crate::codec::Delta;
use crate::tree::place::{self, Slot, is_table};
use crate::tree::{BadChange, Change, MAX_DEPTH, MAX_OPS, NoDiff, Schema, fits, made};
use crate::value::{Path, Segment, Value};
use alloc::vec::Vec;
use core::fmt;
use edits::Edits;
use full::Full;
use log::Way;
use marks::{At, Marks};

/// A value and what was done to it.
#[derive(Clone, Debug)]
pub struct Tracked {
    root: Value,
    /// Since the last commit, with what was there before.
    edits: Edits,
    /// The last text, and what was edited since, once it was asked for.
    full: Option<Full>,
}

impl Tracked {
    /// Begins to track a value.
    pub fn new(root: Value) -> Self {
        Self { root, edits: Edits::keeping(), full: None }
    }

    /// The value as it is now.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// The value as it is now, for others to keep: O(1). The first write after it copies the tables on its path.
    pub fn snapshot(&self) -> Value {
        self.root.clone()
    }

    /// What is at a path.
    pub fn get(&self, path: &[Segment]) -> Option<&Value> {
        self.root.follow(path)
    }

    /// True if something may have been edited since the last commit, even if it is as it was before.
    pub fn is_edited(&self) -> bool {
        !self.edits.is_clean()
    }

    /// Puts a value and gives back what it replaces. Tables that are missing on the way are made where the way has keys only;
    /// an array goes on at its end. Nil takes away what is there, as in Luau.
    ///
    /// # Errors
    /// [`BadEdit`]: the path does not lead into a table that has or takes it, or too deep. Nothing was done.
    pub fn set(&mut self, path: &[Segment], value: Value) -> Result<Option<Value>, BadEdit> {
        if matches!(value, Value::Nil) {
            return self.remove(path);
        }
        let value = match self.set_leaf(path, value) {
            Ok(old) => return Ok(Some(old)),
            Err(value) => value,
        };
        check_depth(path, &value)?;
        let Some((last, way)) = path.split_last() else {
            self.mark_root();
            return Ok(Some(core::mem::replace(&mut self.root, value)));
        };
        let Self { root, edits, full } = self;
        let mut marked = Marked::new(edits, full, root);
        let mut table = root;
        for (depth, segment) in way.iter().enumerate() {
            match place::slot(table, segment) {
                Slot::Taken(at) => {
                    marked.enter(table, at);
                    table = place::at_mut(table, at).ok_or_else(|| BadEdit::new(path, Problem::NoTable))?;
                }
                Slot::Free => {
                    let rest = path.get(depth.saturating_add(1)..).unwrap_or_default();
                    let value = made(rest, value).map_err(|_| BadEdit::new(path, Problem::NoPlace))?;
                    marked.add(table, segment);
                    let _ = place::add(table, segment, value);
                    return Ok(None);
                }
                Slot::Wrong => return Err(BadEdit::new(path, Problem::of(table))),
            }
        }
        match place::slot(table, last) {
            Slot::Taken(at) => {
                marked.enter(table, at);
                let place = place::at_mut(table, at).ok_or_else(|| BadEdit::new(path, Problem::NoTable))?;
                let old = core::mem::replace(place, value);
                marked.replaced(&old);
                Ok(Some(old))
            }
            Slot::Free => {
                marked.add(table, last);
                let _ = place::add(table, last, value);
                Ok(None)
            }
            Slot::Wrong => Err(BadEdit::new(path, Problem::of(table))),
        }
    }

    /// Takes away what is at a path and gives it back; what follows in an array moves up.
    ///
    /// # Errors
    /// [`BadEdit`]: the path does not lead into a table, or is that of the root. Nothing was done.
    pub fn remove(&mut self, path: &[Segment]) -> Result<Option<Value>, BadEdit> {
        if self.is_free(path) {
            return Ok(None);
        }
        self.reshape(path, |table, last| Ok(place::take(table, last)))
    }

    /// Puts an element in front of the one that the path leads to, or at the end of its array.
    ///
    /// # Errors
    /// [`BadEdit`]: the path does not lead into an array, beyond its end, or too deep; or the value is nil. Nothing was done.
    pub fn insert(&mut self, path: &[Segment], value: Value) -> Result<(), BadEdit> {
        check_depth(path, &value)?;
        if matches!(value, Value::Nil) {
            return Err(BadEdit::new(path, Problem::Nil));
        }
        // Behind the last element nothing moves.
        if matches!(path.last(), Some(Segment::Index(_))) && self.is_free(path) {
            return self.set(path, value).map(|_| ());
        }
        self.reshape(path, |table, last| place::insert(table, last, value).map_err(|_| Problem::NoPlace))
    }

    /// Adds to a whole number, which is 0 where nothing is, and gives the sum.
    ///
    /// # Errors
    /// [`BadEdit`]: something else is there, or the sum is beyond ±2^53; and as [`Tracked::set`]. Nothing was done.
    pub fn add(&mut self, path: &[Segment], by: i64) -> Result<i64, BadEdit> {
        let old = self.get(path).map_or(Some(0), place::exact);
        let sum = old.and_then(|old| place::as_exact(old.checked_add(by)?)).ok_or(Problem::NoCounter);
        let sum = sum.map_err(|why| BadEdit::new(path, why))?;
        self.set(path, place::number(sum))?;
        Ok(sum)
    }

    /// Takes back everything since the last commit.
    pub fn rollback(&mut self) {
        let before = self.edits.restored(core::mem::take(&mut self.root));
        if let Some(full) = &mut self.full {
            full.forget();
        }
        self.root = before;
        self.edits.clear();
    }

    /// Forgets what was there before: the edits were accepted, or they are tracked elsewhere from now on.
    pub fn commit(&mut self) {
        self.edits.clear();
    }

    /// What was edited since the last commit, as operations: each leaf once, numbers that are counters as additions. What is
    /// as it was before is not in it.
    ///
    /// # Errors
    /// [`NoDiff`]: the schema has no operation for an edit, such as taking a counter away.
    pub fn change(&self, schema: &Schema) -> Result<Change, NoDiff> {
        emit::change(&self.edits, &self.root, schema)
    }

    /// The same as [`change`](Self::change) gives, in its binary form ([`codec::delta`](crate::codec::delta)), behind `out`;
    /// made without the change in between.
    ///
    /// # Errors
    /// As there; then `out` is as it was.
    pub fn delta(&self, schema: &Schema, out: &mut Vec<u8>) -> Result<(), NoDiff> {
        let before = out.len();
        let mut delta = Delta::new(out);
        let told = emit::tell(&self.edits, &self.root, schema, &mut delta);
        let ops = delta.len();
        let told = told.and(if ops > MAX_OPS { Err(BadChange::TooMany { ops }.into()) } else { Ok(()) });
        told.inspect_err(|_| out.truncate(before))
    }

    /// The whole stored text, equal to what writing the value afresh gives.
    pub fn text(&mut self) -> &str {
        self.full.get_or_insert_default().refresh(&self.root)
    }

    /// Puts a leaf where one is, which is only written down. Gives the value back if it is another edit than that.
    fn set_leaf(&mut self, path: &[Segment], value: Value) -> Result<Value, Value> {
        let Self { root, edits, full } = self;
        let text = full.as_mut().map(|full| full.edits().log_mut());
        let (Some(log), false, false) = (edits.log_mut(), matches!(text, Some(None)), is_table(&value)) else {
            return Err(value);
        };
        let mut way: Way = [0; MAX_DEPTH];
        let Some(way) = way.get_mut(..path.len()) else {
            return Err(value);
        };
        let mut place = root;
        for (segment, slot) in path.iter().zip(&mut *way) {
            let Slot::Taken(at) = place::slot(place, segment) else {
                return Err(value);
            };
            let (Ok(number), Some(next)) = (u32::try_from(at), place::at_mut(place, at)) else {
                return Err(value);
            };
            (*slot, place) = (number, next);
        }
        if is_table(place) {
            return Err(value);
        }
        let old = core::mem::replace(place, value);
        log.replaced(way, &old);
        if let Some(Some(text)) = text {
            text.replaced(way, &Value::Nil);
        }
        Ok(old)
    }

    /// True if nothing is at a path, and its table takes something there.
    fn is_free(&self, path: &[Segment]) -> bool {
        let table = path.split_last().and_then(|(last, way)| Some((self.get(way)?, last)));
        table.is_some_and(|(table, last)| place::slot(table, last) == Slot::Free)
    }

    fn mark_root(&mut self) {
        let Self { root, edits, full } = self;
        Marked::new(edits, full, root).replaced(root);
    }

    /// Changes which elements or keys a table has.
    fn reshape<R>(
        &mut self,
        path: &[Segment],
        change: impl FnOnce(&mut Value, &Segment) -> Result<R, Problem>,
    ) -> Result<R, BadEdit> {
        let Some((last, way)) = path.split_last() else {
            return Err(BadEdit::new(path, Problem::Root));
        };
        let Self { root, edits, full } = self;
        let mut marked = Marked::new(edits, full, root);
        let mut table = root;
        for segment in way {
            let Slot::Taken(at) = place::slot(table, segment) else {
                return Err(BadEdit::new(path, Problem::of(table)));
            };
            marked.enter(table, at);
            table = place::at_mut(table, at).ok_or_else(|| BadEdit::new(path, Problem::NoTable))?;
        }
        if place::slot(table, last) == Slot::Wrong {
            return Err(BadEdit::new(path, Problem::of(table)));
        }
        marked.reshape(table);
        change(table, last).map_err(|why| BadEdit::new(path, why))
    }
}

/// Equal values, whatever was done to them.
impl PartialEq for Tracked {
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root
    }
}

/// Where the two trackers are while a path is gone.
struct Marked<'t> {
    edits: (&'t mut Marks, At),
    text: Option<(&'t mut Marks, At)>,
}

impl<'t> Marked<'t> {
    fn new(edits: &'t mut Edits, full: &'t mut Option<Full>, root: &Value) -> Self {
        let text = full.as_mut().map(|full| (full.edits().marks_mut(root), At::ROOT));
        Self { edits: (edits.marks_mut(root), At::ROOT), text }
    }

    fn each(&mut self, mut act: impl FnMut(&mut Marks, &mut At)) {
        act(self.edits.0, &mut self.edits.1);
        if let Some((marks, at)) = &mut self.text {
            act(marks, at);
        }
    }

    fn enter(&mut self, table: &Value, slot: usize) {
        self.each(|marks, at| *at = marks.enter(*at, table, slot));
    }

    fn replaced(&mut self, old: &Value) {
        self.each(|marks, at| marks.replaced(*at, old));
    }

    fn add(&mut self, table: &Value, segment: &Segment) {
        match segment {
            // What stands behind the end that the array had is new.
            Segment::Index(_) => self.each(|marks, at| marks.grows(*at, table)),
            Segment::Key(_) => self.reshape(table),
        }
    }

    fn reshape(&mut self, table: &Value) {
        self.each(|marks, at| marks.reshapes(*at, table));
    }
}

fn check_depth(path: &[Segment], value: &Value) -> Result<(), BadEdit> {
    if fits(path.len(), value) { Ok(()) } else { Err(BadEdit::new(path, Problem::TooDeep)) }
}

/// An edit that was refused; nothing was done.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct BadEdit {
    /// Where.
    pub at: Path,
    /// Why.
    pub why: Problem,
}

/// Why an edit was refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// There is something on the way that is no table.
    NoTable,
    /// The table on the way has no such place: an index beyond the end, a key of an array, an index of a map.
    NoPlace,
    /// The root cannot be taken away.
    Root,
    /// Nil cannot be put in between.
    Nil,
    /// It would stand deeper than [`MAX_DEPTH`] tables.
    TooDeep,
    /// What is there is no whole number within ±2^53, or would not be one afterwards.
    NoCounter,
}

impl Problem {
    fn of(table: &Value) -> Self {
        if is_table(table) { Self::NoPlace } else { Self::NoTable }
    }
}

impl BadEdit {
    fn new(path: &[Segment], why: Problem) -> Self {
        Self { at: path.iter().cloned().collect(), why }
    }
}

impl fmt::Display for BadEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = &self.at;
        match self.why {
            Problem::NoTable => write!(f, "{at} leads through a value that is no table; nothing was edited"),
            Problem::NoPlace => write!(f, "{at} leads to a place that its table does not have; nothing was edited"),
            Problem::Root => write!(f, "the root cannot be taken away; nothing was edited"),
            Problem::Nil => write!(f, "nil cannot be put in between at {at}; nothing was edited"),
            Problem::TooDeep => {
                write!(f, "what is put at {at} would stand deeper than {MAX_DEPTH} tables; nothing was edited")
            }
            Problem::NoCounter => {
                write!(f, "{at} is no whole number within ±2^53, or would leave it; nothing was edited")
            }
        }
    }
}

impl core::error::Error for BadEdit {}
