//! Applying a change: all of its operations or none.

use super::place::{self, Slot};
use super::schema::{ANY_EXACT, Found, Node, Schema};
use super::{Change, Tree, migrate, size};
use crate::document::{Applied, Skip};
use crate::ops::{self, Bounds, FieldKind, Op};
use crate::value::{Path, Segment, Value};
use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use alloc::vec::Vec;

const WRONG_KIND: Applied = Applied::Skipped(Skip::WrongKind);

/// How to take an operation back.
struct Undo<'c> {
    /// The table, then the step into it; empty for the root.
    at: &'c [Segment],
    was: Was,
}

/// What was there before.
enum Was {
    /// This value.
    Value(Value),
    /// Nothing: what was put, or put in between, has to be taken out.
    Nothing,
    /// This element, which has to be put back in between.
    Taken(Value),
    /// A set without the value that is at this place now.
    Without(usize),
    /// A set with this value at this place.
    With(usize, Value),
}

/// Applies the operations in order. If one is skipped, or the document outgrows its schema, the change is skipped and the
/// document is as it was; else, if one is clamped, the change is clamped.
pub(super) fn apply(tree: &mut Tree, schema: &Schema, change: &Change) -> Applied {
    let before = tree.bytes(schema);
    let mut bytes = before;
    let mut undo = Vec::new();
    let mut outcome = Applied::Whole;
    for (path, op) in change.ops() {
        match apply_one(&mut tree.root, schema, path, op, &mut bytes, &mut undo) {
            Applied::Whole => {}
            Applied::Clamped => outcome = Applied::Clamped,
            skipped @ Applied::Skipped(_) => {
                outcome = skipped;
                break;
            }
        }
    }
    // What is too big already, by an older limit, may still shrink.
    if !matches!(outcome, Applied::Skipped(_)) && bytes > schema.max_bytes() && bytes > before {
        outcome = Applied::Skipped(Skip::TooBig);
    }
    if matches!(outcome, Applied::Skipped(_)) {
        undo.into_iter().rev().for_each(|undo| take_back(&mut tree.root, undo));
        bytes = before;
    }
    tree.bytes.set(bytes);
    outcome
}

/// Applies one operation and tells how to take it back; the value is as it was if it is skipped.
fn apply_one<'c>(
    root: &mut Value,
    schema: &Schema,
    path: &'c Path,
    op: &Op<Value>,
    bytes: &mut usize,
    undo: &mut Vec<Undo<'c>>,
) -> Applied {
    let segments = path.segments();
    let found = schema.find(path);
    let is_single = match found {
        Found::Declared(field) => matches!(field.kind(), FieldKind::Register) && !field.is_retired(),
        Found::Undeclared(_) => true,
        Found::Inside => false,
    };
    if is_single && let (Some(Segment::Index(_)), Op::Insert(_) | Op::Delete) = (segments.last(), op) {
        return shift(root, schema, segments, op, bytes, undo);
    }
    if let Found::Declared(field) = found
        && let FieldKind::Set { max_len } = field.kind()
        && let Some(applied) = in_set(root, segments, *max_len, op, bytes, undo)
    {
        return applied;
    }
    let old = path.of(root);
    let (new, applied) = match run(schema, found, path, old, op) {
        (_, skipped @ Applied::Skipped(_)) => return skipped,
        (new, applied @ (Applied::Whole | Applied::Clamped)) => (new, applied),
    };
    match (old.is_some(), new) {
        (false, None) => applied,
        (_, new) => match put(root, schema, segments, new, bytes, undo) {
            Ok(()) => applied,
            Err(skip) => Applied::Skipped(skip),
        },
    }
}

/// What is there afterwards.
fn run(
    schema: &Schema,
    found: Found<'_>,
    path: &Path,
    old: Option<&Value>,
    op: &Op<Value>,
) -> (Option<Value>, Applied) {
    match found {
        Found::Inside => (None, WRONG_KIND),
        Found::Declared(field) if field.is_retired() && old.is_none() => (None, Applied::Skipped(Skip::UnknownField)),
        Found::Declared(field) => match field.kind() {
            FieldKind::Register => ops::register(old.cloned(), op),
            FieldKind::Counter(bounds) => counter(schema, bounds, path, old, op),
            FieldKind::Set { max_len } => set(schema, *max_len, path, old, op),
        },
        Found::Undeclared(guards) => match op {
            Op::Add(_) | Op::Min(_) | Op::Max(_) if schema.counts(guards) => counter(schema, &ANY_EXACT, path, old, op),
            Op::Set(_) | Op::SetIf { .. } | Op::Delete if guards => (None, WRONG_KIND),
            Op::Delete if path.segments().is_empty() => (None, WRONG_KIND),
            Op::Set(_) | Op::SetIf { .. } | Op::Delete => ops::register(old.cloned(), op),
            Op::Add(_) | Op::Min(_) | Op::Max(_) | Op::Insert(_) | Op::Remove(_) => (None, WRONG_KIND),
        },
    }
}

fn counter(
    schema: &Schema,
    bounds: &Bounds,
    path: &Path,
    old: Option<&Value>,
    op: &Op<Value>,
) -> (Option<Value>, Applied) {
    let begins = match old.or_else(|| path.of(schema.template())) {
        Some(value) => place::exact(value),
        None => Some(0),
    };
    let Some(begins) = begins else {
        return (None, WRONG_KIND);
    };
    let (new, applied) = ops::counter(bounds, begins, op);
    (Some(place::number(new)), applied)
}

fn set(schema: &Schema, max_len: u32, path: &Path, old: Option<&Value>, op: &Op<Value>) -> (Option<Value>, Applied) {
    let begins = match old.or_else(|| path.of(schema.template())) {
        Some(value) => place::as_set(value),
        None => Some(BTreeSet::new()),
    };
    let Some(begins) = begins else {
        return (None, WRONG_KIND);
    };
    let (new, applied) = ops::set(max_len, begins, op);
    (Some(place::from_set(new)), applied)
}

/// Puts one value into a set or takes it out, where the set is there and in order: that needs no look at the others, but at
/// the first of many operations on it.
fn in_set<'c>(
    root: &mut Value,
    segments: &'c [Segment],
    max_len: u32,
    op: &Op<Value>,
    bytes: &mut usize,
    undo: &mut Vec<Undo<'c>>,
) -> Option<Applied> {
    let (Op::Insert(value) | Op::Remove(value)) = op else {
        return None;
    };
    let is_in_order =
        undo.last().is_some_and(|last| last.at == segments && matches!(last.was, Was::Without(_) | Was::With(..)));
    let (parent, last) = place::parent_mut(root, segments)?;
    let Slot::Taken(at) = place::slot(parent, last) else {
        return None;
    };
    let Some(Value::Array(array)) = place::at_mut(parent, at) else {
        return None;
    };
    if !is_in_order && !array.is_sorted_by(|a, b| a < b) {
        return None;
    }
    // Between two values stands a comma.
    let cost = size::text(value).saturating_add(1);
    let was = match (array.binary_search(value), op) {
        (Err(at), Op::Insert(_)) => {
            if !u32::try_from(array.len()).is_ok_and(|len| len < max_len) {
                return Some(Applied::Skipped(Skip::Full));
            }
            *bytes = bytes.saturating_add(if array.is_empty() { cost.saturating_sub(1) } else { cost });
            Arc::make_mut(array).insert(at, value.clone());
            Was::Without(at)
        }
        (Ok(at), Op::Remove(_)) => {
            let old = Arc::make_mut(array).remove(at);
            *bytes = bytes.saturating_sub(if array.is_empty() { cost.saturating_sub(1) } else { cost });
            Was::With(at, old)
        }
        // It is there already, or was not.
        (Ok(_) | Err(_), _) => return Some(Applied::Whole),
    };
    undo.push(Undo { at: segments, was });
    Some(Applied::Whole)
}

/// Puts a value where the path leads, or takes it away. Tables that are missing on the way are made where the way has
/// keys only.
fn put<'c>(
    root: &mut Value,
    schema: &Schema,
    segments: &'c [Segment],
    new: Option<Value>,
    bytes: &mut usize,
    undo: &mut Vec<Undo<'c>>,
) -> Result<(), Skip> {
    let Some((last, way)) = segments.split_last() else {
        let new = new.ok_or(Skip::WrongKind)?;
        *bytes = size::of(&new, Some(schema.root()), schema);
        undo.push(Undo { at: segments, was: Was::Value(core::mem::replace(root, new)) });
        return Ok(());
    };
    // As far as there are tables.
    let mut table = &*root;
    let mut depth = 0_usize;
    let free = loop {
        let Some(segment) = segments.get(depth) else {
            break false;
        };
        match place::slot(table, segment) {
            Slot::Taken(at) => table = place::places(table).get(at).ok_or(Skip::WrongKind)?,
            Slot::Free => break true,
            Slot::Wrong => return Err(Skip::WrongKind),
        }
        depth = depth.saturating_add(1);
    };
    let value = match (free, new) {
        (true, None) => return Ok(()),
        (true, Some(new)) => migrate::made(segments.get(depth.saturating_add(1)..).unwrap_or_default(), new)
            .map_err(|_| Skip::WrongKind)?,
        (false, None) => {
            let (parent, _) = place::parent_mut(root, segments).ok_or(Skip::WrongKind)?;
            let old = place::take(parent, last).ok_or(Skip::WrongKind)?;
            *bytes = bytes.saturating_sub(cost(schema, segments, &old));
            undo.push(Undo { at: segments, was: Was::Value(old) });
            return Ok(());
        }
        (false, Some(new)) => {
            let (parent, _) = place::parent_mut(root, segments).ok_or(Skip::WrongKind)?;
            let Slot::Taken(at) = place::slot(parent, last) else {
                return Err(Skip::WrongKind);
            };
            let old = core::mem::replace(place::at_mut(parent, at).ok_or(Skip::WrongKind)?, new);
            let now = place::places(parent).get(at).map_or(0, |now| cost(schema, segments, now));
            *bytes = bytes.saturating_sub(cost(schema, segments, &old)).saturating_add(now);
            undo.push(Undo { at: segments, was: Was::Value(old) });
            return Ok(());
        }
    };
    debug_assert!(depth <= way.len(), "the free slot is on the way or at its end");
    let at = segments.get(..=depth).unwrap_or(segments);
    *bytes = bytes.saturating_add(cost(schema, at, &value));
    let (parent, last) = place::parent_mut(root, at).ok_or(Skip::WrongKind)?;
    place::add(parent, last, value).map_err(|_| Skip::WrongKind)?;
    undo.push(Undo { at, was: Was::Nothing });
    Ok(())
}

/// Puts an element in front of another, or takes one out.
fn shift<'c>(
    root: &mut Value,
    schema: &Schema,
    segments: &'c [Segment],
    op: &Op<Value>,
    bytes: &mut usize,
    undo: &mut Vec<Undo<'c>>,
) -> Applied {
    let Some((table @ Value::Array(_), last)) = place::parent_mut(root, segments) else {
        return WRONG_KIND;
    };
    let was = match op {
        Op::Insert(value) => place::insert(table, last, value.clone()).ok().map(|()| {
            *bytes = bytes.saturating_add(cost(schema, segments, value));
            Was::Nothing
        }),
        Op::Delete => place::take(table, last).map(|old| {
            *bytes = bytes.saturating_sub(cost(schema, segments, &old));
            Was::Taken(old)
        }),
        Op::Add(_) | Op::Set(_) | Op::SetIf { .. } | Op::Remove(_) | Op::Min(_) | Op::Max(_) => None,
    };
    let Some(was) = was else {
        return WRONG_KIND;
    };
    undo.push(Undo { at: segments, was });
    Applied::Whole
}

/// The bytes of a value in its table.
fn cost(schema: &Schema, segments: &[Segment], value: &Value) -> usize {
    let node = segments.iter().try_fold(schema.root(), |node: &Node, segment| node.child(segment));
    segments.last().map_or(0, size::around).saturating_add(size::of(value, node, schema))
}

fn take_back(root: &mut Value, undo: Undo<'_>) {
    let Some((parent, last)) = place::parent_mut(root, undo.at) else {
        if let Was::Value(old) = undo.was {
            *root = old;
        }
        return;
    };
    match (undo.was, place::slot(parent, last)) {
        (Was::Value(old), Slot::Taken(at)) => {
            if let Some(place) = place::at_mut(parent, at) {
                *place = old;
            }
        }
        (Was::Value(old), Slot::Free | Slot::Wrong) => {
            let _ = place::add(parent, last, old);
        }
        (Was::Nothing, _) => {
            place::take(parent, last);
        }
        (Was::Without(at), slot) => {
            if let Some(array) = array_mut(parent, slot).filter(|array| at < array.len()) {
                array.remove(at);
            }
        }
        (Was::With(at, old), slot) => {
            if let Some(array) = array_mut(parent, slot).filter(|array| at <= array.len()) {
                array.insert(at, old);
            }
        }
        (Was::Taken(old), _) => {
            let _ = place::insert(parent, last, old);
        }
    }
}

fn array_mut(parent: &mut Value, slot: Slot) -> Option<&mut Vec<Value>> {
    let Slot::Taken(at) = slot else {
        return None;
    };
    match place::at_mut(parent, at)? {
        Value::Array(array) => Some(Arc::make_mut(array)),
        Value::Nil
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Map(_)
        | Value::Buffer(_)
        | Value::Roblox(_) => None,
    }
}
