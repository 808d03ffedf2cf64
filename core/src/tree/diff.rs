//! The change that leads from one tree to another, for hosts that change values behind our back and for what they have
//! edited.

use super::align::{align, is_same};
use super::declared::Declared;
use super::depth::fits;
use super::schema::{ANY_EXACT, Node, Schema, Undeclared};
use super::trail::{Sink, Trail};
use super::{BadChange, Change, place};
use crate::document::Applied;
use crate::ops::{self, Bounds, FieldKind, Op};
use crate::value::{Map, Path, Value};
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;

/// A table that takes more operations than this is set as a whole, where it may be: there are at most
/// [`MAX_OPS`](super::MAX_OPS) in a change.
pub(crate) const MUCH: usize = 32_768;

/// The change from one root to another.
pub(super) fn change(old: &Value, new: &Value, schema: &Schema) -> Result<Change, NoDiff> {
    let mut ops = Vec::new();
    let mut differ = Differ { schema, sink: &mut ops, shared: 0 };
    differ.values(Some(old), Some(new), Some(schema.root()), &Trail::root()).map_err(NoDiff::Unreachable)?;
    Change::new(ops).map_err(NoDiff::Refused)
}

/// Finds operations and tells a sink.
pub(crate) struct Differ<'s, S> {
    pub(crate) schema: &'s Schema,
    pub(crate) sink: &'s mut S,
    /// How many steps of the place are those of the operation before.
    pub(crate) shared: usize,
}

impl<S: Sink> Differ<'_, S> {
    /// The operations that lead from `old` to `new` at a place.
    pub(crate) fn values<'v>(
        &mut self,
        old: Option<&'v Value>,
        new: Option<&'v Value>,
        node: Option<&Node>,
        at: &Trail<'_, 'v>,
    ) -> Result<(), Path> {
        if let (Some(old), Some(new)) = (old, new)
            && is_shared(old, new)
        {
            return Ok(());
        }
        if let Some(declared) = node.and_then(Node::declared) {
            if declared.is_retired() && old.is_none() {
                return if new.is_none() { Ok(()) } else { Err(at.path()) };
            }
            return match (declared.kind(), new) {
                (FieldKind::Register, _) => self.register(old, new, at),
                (FieldKind::Counter(bounds), Some(new)) => self.counter(bounds, old, new, at),
                (FieldKind::Set { max_len }, Some(new)) => self.set(*max_len, old, new, at),
                // Counters and sets are never absent once they are there.
                (FieldKind::Counter(_) | FieldKind::Set { .. }, None) => Err(at.path()),
            };
        }
        let guards = node.is_some_and(Node::guards);
        match (old, new) {
            (Some(Value::Map(was)), Some(now @ Value::Map(is))) => {
                self.inside(old, now, node, at, |differ| differ.maps(Some(was), is, node, at))
            }
            // An empty table cannot be made by what is put into it.
            (None, Some(now @ Value::Map(is))) if guards && !is.is_empty() => {
                self.inside(old, now, node, at, |differ| differ.maps(None, is, node, at))
            }
            (Some(Value::Array(was)), Some(now @ Value::Array(is))) => {
                self.inside(old, now, node, at, |differ| differ.arrays(was, is, node, at))
            }
            (_, _) if guards => Err(at.path()), // wildcard: one would be put for the other
            (_, _) => self.leaf(old, new, at),  // wildcard: one is put for the other
        }
    }

    /// The operations inside of a table, or the whole where a part cannot be reached.
    pub(crate) fn inside(
        &mut self,
        old: Option<&Value>,
        new: &Value,
        node: Option<&Node>,
        at: &Trail<'_, '_>,
        inside: impl FnOnce(&mut Self) -> Result<(), Path>,
    ) -> Result<(), Path> {
        let (mark, shared) = (self.sink.mark(), self.shared);
        let told = inside(self);
        let is_little = self.sink.mark().ops.saturating_sub(mark.ops) <= MUCH;
        if node.is_some_and(Node::guards) || (told.is_ok() && is_little) {
            return told;
        }
        self.sink.rewind(mark);
        self.shared = shared;
        self.register(old, Some(new), at)
    }

    /// An element behind the end of its array.
    pub(crate) fn appended(&mut self, value: &Value, node: Option<&Node>, at: &Trail<'_, '_>) -> Result<(), Path> {
        if node.and_then(Node::declared).is_some_and(is_amount) || !may_be_put(value, at) {
            return Err(at.path());
        }
        self.tell(at, &Op::Insert(value));
        Ok(())
    }

    fn leaf(&mut self, old: Option<&Value>, new: Option<&Value>, at: &Trail<'_, '_>) -> Result<(), Path> {
        if self.schema.undeclared() == Undeclared::Counters
            && let (Some(old), Some(new)) = (old, new)
            && place::exact(old).is_some()
            && self.counter(&ANY_EXACT, Some(old), new, at).is_ok()
        {
            return Ok(());
        }
        self.register(old, new, at)
    }

    fn register(&mut self, old: Option<&Value>, new: Option<&Value>, at: &Trail<'_, '_>) -> Result<(), Path> {
        match new {
            Some(new) if old == Some(new) => {}
            Some(new) if !may_be_put(new, at) => return Err(at.path()),
            Some(new) => self.tell(at, &Op::Set(new)),
            None if old.is_some() => self.tell(at, &Op::Delete),
            None => {}
        }
        Ok(())
    }

    fn counter(&mut self, bounds: &Bounds, old: Option<&Value>, new: &Value, at: &Trail<'_, '_>) -> Result<(), Path> {
        let begins = match old {
            Some(old) => place::exact(old),
            None => self.template(at).map_or(Some(0), |value| place::exact(&value)),
        };
        let by = begins.zip(place::exact(new)).and_then(|(old, new)| Some((old, new, new.checked_sub(old)?)));
        match by {
            // What it gives must be what is asked for, bit by bit: -0 is no sum.
            Some((old, to, by)) if ops::add(bounds, old, by) == (to, Applied::Whole) && place::number(to) == *new => {
                self.tell(at, &Op::Add(by));
                Ok(())
            }
            _ => Err(at.path()), // wildcard: another kind, or out of bounds
        }
    }

    fn set(&mut self, max_len: u32, old: Option<&Value>, new: &Value, at: &Trail<'_, '_>) -> Result<(), Path> {
        let begins = match old {
            Some(old) => place::as_set(old),
            None => self.template(at).map_or(Some(BTreeSet::new()), |value| place::as_set(&value)),
        };
        let (Some(old_set), Some(new_set)) = (begins, place::as_set(new)) else {
            return Err(at.path());
        };
        let grows = !new_set.is_subset(&old_set);
        let may_stand = ops_may_stand(&old_set, &new_set, at);
        let has_room = may_stand && (!grows || u32::try_from(new_set.len()).is_ok_and(|len| len <= max_len));
        let mut ops: Vec<Op<&Value>> = old_set.difference(&new_set).map(Op::Remove).collect();
        ops.extend(new_set.difference(&old_set).map(Op::Insert));
        if ops.is_empty() && old != Some(new) {
            // Only the order differs, or that it is stored: putting in what is there stores it in order.
            ops.extend(new_set.first().map(Op::Insert));
        }
        let is_reached = old == Some(new) || (place::from_set(new_set.clone()) == *new && !ops.is_empty());
        if !has_room || !is_reached {
            return Err(at.path());
        }
        ops.iter().for_each(|op| self.tell(at, op));
        Ok(())
    }

    fn maps<'v>(
        &mut self,
        old: Option<&'v Map>,
        new: &'v Map,
        node: Option<&Node>,
        at: &Trail<'_, 'v>,
    ) -> Result<(), Path> {
        let mut olds = old.into_iter().flat_map(Map::iter).peekable();
        let mut news = new.iter().peekable();
        loop {
            // The two lists of keys ascend: the lesser key is in one of them only.
            let order = match (olds.peek(), news.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((old, _)), Some((new, _))) => old.cmp(new),
            };
            let old = if order.is_le() { olds.next() } else { None };
            let new = if order.is_ge() { news.next() } else { None };
            let Some(key) = old.or(new).map(|(key, _)| key) else {
                return Ok(());
            };
            let child = node.and_then(|node| node.key(key));
            self.values(old.map(|(_, value)| value), new.map(|(_, value)| value), child, &at.key(key))?;
            self.back(at);
        }
    }

    fn arrays<'v>(
        &mut self,
        old: &'v [Value],
        new: &'v [Value],
        node: Option<&Node>,
        at: &Trail<'_, 'v>,
    ) -> Result<(), Path> {
        let child = node.and_then(Node::element);
        for pair in align(old, new) {
            let olds = old.get(pair.old.clone()).unwrap_or_default();
            let news = new.get(pair.new.clone()).unwrap_or_default();
            // From the left, so that what is left of a place is final. In place first.
            for ((old, new), place) in olds.iter().zip(news).zip(pair.new.clone()) {
                self.values(Some(old), Some(new), child, &at.index(place))?;
                self.back(at);
            }
            let common = olds.len().min(news.len());
            let place = pair.new.start.saturating_add(common);
            if olds.len() > common && child.and_then(Node::declared).is_some_and(is_amount) {
                return Err(at.path());
            }
            olds.iter().skip(common).for_each(|_| self.tell(&at.index(place), &Op::Delete));
            self.back(at);
            for (place, value) in (place..).zip(news.iter().skip(common)) {
                self.appended(value, child, &at.index(place))?;
                self.back(at);
            }
        }
        Ok(())
    }

    /// Comes back from one step further.
    #[inline]
    pub(crate) fn back(&mut self, to: &Trail<'_, '_>) {
        self.shared = self.shared.min(to.depth());
    }

    fn tell(&mut self, at: &Trail<'_, '_>, op: &Op<&Value>) {
        self.sink.op(at, self.shared, op);
        self.shared = at.depth();
    }

    /// What the template has at a place, from which a counter or set begins.
    fn template(&self, at: &Trail<'_, '_>) -> Option<Value> {
        at.path().of(self.schema.template()).cloned()
    }
}

/// True if a change may put the value there by itself. Nil among others in an array goes with the array.
fn may_be_put(value: &Value, at: &Trail<'_, '_>) -> bool {
    !matches!(value, Value::Nil) && fits(at.depth(), value)
}

/// True if a change may take the values out and put the others in: they stand one table deeper than their set.
fn ops_may_stand(old: &BTreeSet<Value>, new: &BTreeSet<Value>, at: &Trail<'_, '_>) -> bool {
    let depth = at.depth().saturating_add(1);
    old.difference(new).all(|it| fits(depth, it))
        && new.difference(old).all(|it| !matches!(it, Value::Nil) && fits(depth, it))
}

/// True of a field that is not put or taken as a whole.
fn is_amount(field: &Declared) -> bool {
    matches!(field.kind(), FieldKind::Counter(_) | FieldKind::Set { .. })
}

/// True if nothing can differ: one and the same table, or equal leaves.
fn is_shared(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Map(old), Value::Map(new)) => alloc::sync::Arc::ptr_eq(old, new),
        (Value::Array(old), Value::Array(new)) => alloc::sync::Arc::ptr_eq(old, new),
        (old, new) => is_same(old, new), // wildcard: leaves, or of two kinds
    }
}

/// Why no change leads from one tree to another.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NoDiff {
    /// No operation brings what is here there: a counter out of its bounds or gone, another kind than declared, a set in
    /// another order, a table that must not be replaced as a whole.
    Unreachable(Path),
    /// The operations make no change.
    Refused(BadChange),
}

impl From<BadChange> for NoDiff {
    fn from(why: BadChange) -> Self {
        Self::Refused(why)
    }
}

impl fmt::Display for NoDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(path) => write!(f, "no operation brings {path} to its new value"),
            Self::Refused(why) => why.fmt(f),
        }
    }
}

impl core::error::Error for NoDiff {}
