//! How deep data may be nested.

use crate::value::Value;

/// The most tables that may stand in each other: what the stored forms leave, of which the journal has six levels around
/// a value.
pub const MAX_DEPTH: usize = 26;

const _: () = assert!(MAX_DEPTH + 6 == crate::stored::MAX_DEPTH as usize, "a value fits into the journal");

/// True if `value`, below so many tables, keeps to the limit.
pub(crate) fn fits(above: usize, value: &Value) -> bool {
    let Some(left) = MAX_DEPTH.checked_sub(above) else {
        return false;
    };
    match value {
        Value::Array(array) => left > 0 && array.iter().all(|value| fits(above.saturating_add(1), value)),
        Value::Map(map) => left > 0 && map.values().iter().all(|value| fits(above.saturating_add(1), value)),
        Value::Nil | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Buffer(_) | Value::Roblox(_) => true,
    }
}
