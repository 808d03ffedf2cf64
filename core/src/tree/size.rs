//! How many bytes a tree takes where it is stored, kept up to date by every operation.
//!
//! The figure is an upper bound that no credit lowers: a counter counts as its longest number, for with the exact one two
//! credits near the limit would fit in one order and not in the other (law C1 of [`crate::ops::is_credit`]).

use super::place;
use super::schema::{Node, Schema, Undeclared};
use crate::ops::FieldKind;
use crate::storable::text_len;
use crate::value::{Segment, Text, Value};
use core::cmp::Ordering;
use core::hash::{Hash, Hasher};

/// The digits of 2^53, and a sign.
const COUNTER: usize = 17;

/// A size that may not have been asked for yet. It follows from the value beside it, so all of them are equal.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known(Option<usize>);

impl Known {
    pub(super) fn get(self) -> Option<usize> {
        self.0
    }

    pub(super) fn set(&mut self, bytes: usize) {
        self.0 = Some(bytes);
    }
}

impl PartialEq for Known {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Known {}

impl PartialOrd for Known {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Known {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

impl Hash for Known {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// The bytes of a value by what is declared there.
pub(super) fn of(value: &Value, node: Option<&Node>, schema: &Schema) -> usize {
    let declared = node.and_then(Node::declared);
    let is_counter = match declared.map(|field| *field.kind()) {
        Some(FieldKind::Counter(_)) => true,
        Some(FieldKind::Register | FieldKind::Set { .. }) => false,
        None => schema.undeclared() == Undeclared::Counters,
    };
    if is_counter && place::exact(value).is_some() {
        return COUNTER;
    }
    // What is declared is one whole, and nothing in it is a counter.
    if declared.is_some() {
        return text(value);
    }
    match value {
        Value::Map(map) => map.iter().fold(2, |sum: usize, (key, value)| {
            let child = node.and_then(|node| node.key(key));
            sum.saturating_add(self::key(key)).saturating_add(of(value, child, schema))
        }),
        Value::Array(array) => array.iter().fold(2, |sum: usize, value| {
            sum.saturating_add(1).saturating_add(of(value, node.and_then(Node::element), schema))
        }),
        Value::Nil | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Buffer(_) | Value::Roblox(_) => {
            text(value)
        }
    }
}

/// What stands around a value in its table: the key with its colon, and a comma.
pub(super) fn around(segment: &Segment) -> usize {
    match segment {
        Segment::Key(key) => self::key(key),
        Segment::Index(_) => 1,
    }
}

fn key(key: &Text) -> usize {
    text(&Value::Text(key.clone())).saturating_add(2)
}

/// The bytes of the text of a value.
pub(super) fn text(value: &Value) -> usize {
    text_len(value).bytes
}
