//! From edits to operations.

use super::edits::Edits;
use super::log::Log;
use super::marks::{Is, Mark, Marks};
use crate::ops::Op;
use crate::tree::{Change, Differ, MUCH, Mark as SinkMark, NoDiff, Node, Schema, Sink, Trail, Undeclared, Way, step};
use crate::value::{Path, Value};
use alloc::vec::Vec;

/// The edits as a change.
pub(super) fn change(edits: &Edits, root: &Value, schema: &Schema) -> Result<Change, NoDiff> {
    let mut ops = Vec::new();
    tell(edits, root, schema, &mut ops)?;
    Change::new(ops).map_err(NoDiff::Refused)
}

/// Tells the edits to a sink.
pub(super) fn tell<S: Sink>(edits: &Edits, root: &Value, schema: &Schema, sink: &mut S) -> Result<(), NoDiff> {
    if let Some(log) = edits.log() {
        let mark = sink.mark();
        if logged(log, root, schema, sink).is_ok() {
            return Ok(());
        }
        // A leaf that cannot be reached may be reached with a table around it, which marks know.
        sink.rewind(mark);
        return tell_marks(edits.clone().marks_mut(root), root, schema, sink);
    }
    tell_marks(edits.marks(), root, schema, sink)
}

fn tell_marks<S: Sink>(marks: &Marks, root: &Value, schema: &Schema, sink: &mut S) -> Result<(), NoDiff> {
    let mut differ = Differ { schema, sink, shared: 0 };
    value(&mut differ, marks, marks.root(), root, Some(schema.root()), &Trail::root()).map_err(NoDiff::Unreachable)
}

/// Tells the leaves of a log in their order.
fn logged<S: Sink>(log: &Log, root: &Value, schema: &Schema, sink: &mut S) -> Result<(), Path> {
    let mut differ = Differ { schema, sink, shared: 0 };
    // The way of the operation before, and how much there was then.
    let (mut before, mut mark): (&[u32], SinkMark) = (&[], differ.sink.mark());
    let begin = mark.ops;
    for (way, old) in log.iter() {
        let shared = before.iter().zip(way).take_while(|(a, b)| a == b).count();
        if let Some(now) = register(root, way, old, schema) {
            if now != old {
                differ.sink.op_at(root, way, shared, &Op::Set(now));
            }
        } else {
            differ.shared = shared;
            leaf(&mut differ, root, way, old, Some(schema.root()), &Trail::root())?;
        }
        if differ.sink.mark() != mark {
            (before, mark) = (way, differ.sink.mark());
        }
        if mark.ops.saturating_sub(begin) > MUCH {
            return Err(Path::root());
        }
    }
    Ok(())
}

/// What is there now, if it is a leaf that is put as it is: neither declared nor, perhaps, a counter.
fn register<'v>(root: &'v Value, way: &[u32], old: &Value, schema: &Schema) -> Option<&'v Value> {
    let mut node = Some(schema.root());
    let mut now = root;
    for slot in way {
        let (way, next) = step(now, usize::try_from(*slot).ok()?)?;
        node = match (node, way) {
            (None, _) | (_, Way::Root) => None,
            (Some(node), Way::Key(key)) => node.key(key),
            (Some(node), Way::Index(_)) => node.element(),
        };
        now = next;
    }
    let is_number = matches!(old, Value::Number(_)) && schema.undeclared() == Undeclared::Counters;
    let is_plain = node.is_none() && !is_number && !matches!(now, Value::Nil | Value::Array(_) | Value::Map(_));
    is_plain.then_some(now)
}

/// Goes the rest of a way, and tells the leaf at its end.
fn leaf<'v, S: Sink>(
    differ: &mut Differ<'_, S>,
    now: &'v Value,
    way: &[u32],
    old: &'v Value,
    node: Option<&Node>,
    at: &Trail<'_, 'v>,
) -> Result<(), Path> {
    let Some((slot, way)) = way.split_first() else {
        return differ.values(Some(old), Some(now), node, at);
    };
    // Inside of what is declared, the whole has to be compared.
    if node.and_then(Node::declared).is_some() {
        return Err(at.path());
    }
    let slot = usize::try_from(*slot).unwrap_or(usize::MAX);
    match step(now, slot) {
        Some((Way::Key(key), now)) => leaf(differ, now, way, old, node.and_then(|node| node.key(key)), &at.key(key)),
        Some((Way::Root | Way::Index(_), now)) => {
            leaf(differ, now, way, old, node.and_then(Node::element), &at.index(slot))
        }
        // The way was gone when it was written down.
        None => Ok(()),
    }
}

fn value<'v, S: Sink>(
    differ: &mut Differ<'_, S>,
    marks: &'v Marks,
    mark: Mark,
    now: &'v Value,
    node: Option<&Node>,
    at: &Trail<'_, 'v>,
) -> Result<(), Path> {
    match mark.is() {
        Is::Clean => Ok(()),
        Is::Leaf(leaf) => differ.values(marks.leaf(leaf), Some(now), node, at),
        Is::Table(table) => {
            if let Some(before) = marks.before(table) {
                return differ.values(Some(before), Some(now), node, at);
            }
            // What is declared is compared as a whole.
            if node.and_then(Node::declared).is_some() {
                return differ.values(Some(&marks.restored_table(now.clone(), table)), Some(now), node, at);
            }
            differ.inside(None, now, node, at, |differ| inside(differ, marks, table, now, node, at))
        }
    }
}

fn inside<'v, S: Sink>(
    differ: &mut Differ<'_, S>,
    marks: &'v Marks,
    table: usize,
    now: &'v Value,
    node: Option<&Node>,
    at: &Trail<'_, 'v>,
) -> Result<(), Path> {
    match now {
        Value::Map(map) => {
            let (keys, values) = (map.keys().as_slice(), map.values());
            for (slot, mark) in marks.places(table) {
                if let (Some(key), Some(now)) = (keys.get(slot), values.get(slot)) {
                    let child = node.and_then(|node| node.key(key));
                    value(differ, marks, mark, now, child, &at.key(key))?;
                    differ.back(at);
                }
            }
        }
        Value::Array(array) => {
            let child = node.and_then(Node::element);
            for (slot, mark) in marks.places(table) {
                if let Some(now) = array.get(slot) {
                    value(differ, marks, mark, now, child, &at.index(slot))?;
                    differ.back(at);
                }
            }
            for (slot, now) in array.iter().enumerate().skip(marks.width(table)) {
                differ.appended(now, child, &at.index(slot))?;
                differ.back(at);
            }
        }
        // What is no table is never marked as one.
        Value::Nil | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Buffer(_) | Value::Roblox(_) => {}
    }
    Ok(())
}
