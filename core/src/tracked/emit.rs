//! From marks to operations.

use super::marks::{Is, Mark, Marks};
use crate::tree::{Change, Differ, NoDiff, Node, Schema, Sink, Trail, Way, place};
use crate::value::{Path, Value};
use alloc::vec::Vec;

/// The edits as a change.
pub(super) fn change(marks: &Marks, root: &Value, schema: &Schema) -> Result<Change, NoDiff> {
    let mut ops = Vec::new();
    tell(marks, root, schema, &mut ops)?;
    Change::new(ops).map_err(NoDiff::Refused)
}

/// Tells the edits to a sink.
pub(super) fn tell<S: Sink>(marks: &Marks, root: &Value, schema: &Schema, sink: &mut S) -> Result<(), NoDiff> {
    let mut differ = Differ { schema, sink, shared: 0 };
    value(&mut differ, marks, marks.root(), root, Some(schema.root()), &Trail::root()).map_err(NoDiff::Unreachable)
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
    let places = place::places(now);
    for (slot, mark) in marks.places(table) {
        let (Some(now), Some((way, child))) = (places.get(slot), way(now, slot, node)) else {
            continue;
        };
        differ.step(way, at, |differ, at| value(differ, marks, mark, now, child, at))?;
    }
    if let Value::Array(array) = now {
        for (slot, value) in array.iter().enumerate().skip(marks.width(table)) {
            if let Some((way, child)) = way(now, slot, node) {
                differ.step(way, at, |differ, at| differ.appended(value, child, at))?;
            }
        }
    }
    Ok(())
}

fn way<'v, 's>(table: &'v Value, slot: usize, node: Option<&'s Node>) -> Option<(Way<'v>, Option<&'s Node>)> {
    match table {
        Value::Map(map) => {
            let key = map.keys().as_slice().get(slot)?;
            Some((Way::Key(key), node.and_then(|node| node.key(key))))
        }
        Value::Array(_) => Some((Way::Index(u32::try_from(slot).ok()?), node.and_then(Node::element))),
        Value::Nil | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Buffer(_) | Value::Roblox(_) => None,
    }
}
