//! How deep data may be nested.

use crate::stored::RECORD_MAX_BYTES;
use crate::value::Value;

/// The most tables that may stand in each other: what the stored forms leave, of which the journal has six levels around
/// a value.
pub const MAX_DEPTH: usize = 26;

const _: () = assert!(MAX_DEPTH + 6 == crate::stored::MAX_DEPTH as usize, "a value fits into the journal");

/// True if `value`, below so many tables, keeps to the limit, and has no more parts than a record has bytes: tables that
/// are shared count wherever they stand, so few of them may be beyond every store.
pub(crate) fn fits(above: usize, value: &Value) -> bool {
    keeps(above, value, &mut { RECORD_MAX_BYTES })
}

fn keeps(above: usize, value: &Value, left: &mut usize) -> bool {
    let Some(rest) = left.checked_sub(1) else {
        return false;
    };
    *left = rest;
    let below = above.saturating_add(1);
    match value {
        Value::Array(array) => below <= MAX_DEPTH && array.iter().all(|value| keeps(below, value, left)),
        Value::Map(map) => below <= MAX_DEPTH && map.values().iter().all(|value| keeps(below, value, left)),
        Value::Nil | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Buffer(_) | Value::Roblox(_) => {
            above <= MAX_DEPTH
        }
    }
}
