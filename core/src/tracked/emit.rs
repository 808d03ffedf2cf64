//! From marks to operations.

use super::marks::{Is, Mark, Marks};
use crate::tree::{Change, Differ, NoDiff, Node, Schema, Sink, Trail};
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
