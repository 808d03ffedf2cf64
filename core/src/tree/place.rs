//! Reaching into a value to change it, and reading leaves as what they are declared.

use crate::ops::MAX_EXACT;
use crate::value::{Number, Segment, Value};
use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Where a step leads within a table: the place of an element or of a key's value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Slot {
    /// Something is here.
    Taken(usize),
    /// Nothing is; a key may be added, and an array continued where it ends.
    Free,
    /// The table is of the other kind, it is none, or its end is before.
    Wrong,
}

/// Where `segment` leads in `table`.
pub(crate) fn slot(table: &Value, segment: &Segment) -> Slot {
    match (table, segment) {
        (Value::Map(map), Segment::Key(key)) => map.keys().place(key).map_or(Slot::Free, Slot::Taken),
        (Value::Array(array), Segment::Index(index)) => match usize::try_from(*index) {
            Ok(at) if at < array.len() => Slot::Taken(at),
            Ok(at) if at == array.len() => Slot::Free,
            Ok(_) | Err(_) => Slot::Wrong,
        },
        _ => Slot::Wrong, // wildcard: no table, or one of the other kind
    }
}

/// The values of a table in the order of their places.
pub(crate) fn places(table: &Value) -> &[Value] {
    match table {
        Value::Array(array) => array,
        Value::Map(map) => map.values(),
        Value::Nil | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Buffer(_) | Value::Roblox(_) => &[],
    }
}

/// The value at a place of a table, to be changed: what others share is copied first. It must not become nil.
pub(crate) fn at_mut(table: &mut Value, at: usize) -> Option<&mut Value> {
    match table {
        Value::Array(array) => Arc::make_mut(array).get_mut(at),
        Value::Map(map) => Arc::make_mut(map).value_mut(at),
        Value::Nil | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Buffer(_) | Value::Roblox(_) => None,
    }
}

/// Puts a value behind a free slot: a new key, or a further element. Gives it back where there is no such slot.
pub(crate) fn add(table: &mut Value, segment: &Segment, value: Value) -> Result<(), Value> {
    match (table, segment) {
        (Value::Map(map), Segment::Key(key)) => {
            Arc::make_mut(map).insert(key.clone(), value);
            Ok(())
        }
        (Value::Array(array), Segment::Index(_)) => {
            Arc::make_mut(array).push(value);
            Ok(())
        }
        (_, _) => Err(value), // wildcard: as in `slot`
    }
}

/// Puts an element in front of another, or at the end. Gives it back where there is no such place.
pub(crate) fn insert(table: &mut Value, segment: &Segment, value: Value) -> Result<(), Value> {
    match (table, segment) {
        (Value::Array(array), Segment::Index(index)) => match usize::try_from(*index) {
            Ok(at) if at <= array.len() => {
                Arc::make_mut(array).insert(at, value);
                Ok(())
            }
            Ok(_) | Err(_) => Err(value),
        },
        (_, _) => Err(value), // wildcard: no array
    }
}

/// Takes what is at `segment` out of its table; what follows in an array moves up.
pub(crate) fn take(table: &mut Value, segment: &Segment) -> Option<Value> {
    let Slot::Taken(at) = slot(table, segment) else {
        return None;
    };
    match (table, segment) {
        (Value::Map(map), Segment::Key(key)) => Some(Arc::make_mut(map).remove(key.as_bytes())),
        (Value::Array(array), Segment::Index(_)) => Some(Arc::make_mut(array).remove(at)),
        (_, _) => None, // wildcard: as in `slot`
    }
}

/// The table that a chain of keys leads to, and the last step; `None` for the root.
pub(crate) fn parent_mut<'v>(root: &'v mut Value, segments: &'v [Segment]) -> Option<(&'v mut Value, &'v Segment)> {
    let (last, way) = segments.split_last()?;
    let mut value = root;
    for segment in way {
        let Slot::Taken(at) = slot(value, segment) else {
            return None;
        };
        value = at_mut(value, at)?;
    }
    Some((value, last))
}

/// A whole number within ±2^53 as an integer; -0 is 0.
pub(crate) fn exact(value: &Value) -> Option<i64> {
    let Value::Number(number) = value else {
        return None;
    };
    if number.0 == 0.0 { Some(0) } else { number.integer().and_then(as_exact) }
}

/// An integer that is a number without loss.
pub(crate) fn as_exact(integer: i64) -> Option<i64> {
    (-MAX_EXACT..=MAX_EXACT).contains(&integer).then_some(integer)
}

/// The number of an exact integer, which every counter is.
pub(crate) fn number(integer: i64) -> Value {
    debug_assert!(as_exact(integer).is_some(), "counters are exact");
    Number::exact(integer).map_or(Value::Nil, Value::Number)
}

/// True of an array and of a map.
pub(crate) fn is_table(value: &Value) -> bool {
    matches!(value, Value::Array(_) | Value::Map(_))
}

/// The different values of an array, in any order; `None` if one is there twice or it is no array.
pub(crate) fn as_set(value: &Value) -> Option<BTreeSet<Value>> {
    let Value::Array(array) = value else {
        return None;
    };
    let set: BTreeSet<Value> = array.iter().cloned().collect();
    (set.len() == array.len()).then_some(set)
}

/// The array of a set: ascending.
pub(crate) fn from_set(set: BTreeSet<Value>) -> Value {
    Value::Array(Arc::new(set.into_iter().collect::<Vec<_>>()))
}
