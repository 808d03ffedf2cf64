//! Which parts of a value take most of its text form.

use super::size::{self, Meter, Size};
use crate::value::{Path, Segment, Value};
use alloc::vec;
use alloc::vec::Vec;

/// The `count` parts of `value` with the longest texts, the longest first: where they are, and what they take without
/// their keys. A part of a part counts as well, the root does not; of equal ones, the first in the text comes first.
pub fn largest(value: &Value, count: usize) -> Vec<(Path, Size)> {
    let mut meter = Meter::default();
    let mut found: Vec<(Path, Size)> = Vec::new();
    // The tables that are open, outermost first. No recursion: how deep the value is, nobody has checked.
    let mut open = vec![Open { table: value, next: 0, size: meter.frame(value) }];
    while let Some(table) = open.last_mut() {
        if let Some((key, value)) = child(table.table, table.next) {
            table.next = table.next.saturating_add(1);
            table.size = table.size.plus(key);
            open.push(Open { table: value, next: 0, size: meter.frame(value) });
            continue;
        }
        let size = table.size;
        open.pop();
        let Some(outer) = open.last_mut() else {
            break;
        };
        outer.size = outer.size.plus(size);
        // Parts of a part are found before it, but none of them is as large.
        let at = found.partition_point(|(_, other)| other.bytes >= size.bytes);
        if at < count {
            found.insert(at, (open.iter().filter_map(Open::segment).collect(), size));
            found.truncate(count);
        }
    }
    found
}

struct Open<'v> {
    table: &'v Value,
    next: usize,
    size: Size,
}

impl Open<'_> {
    /// The step to the part that was last begun.
    fn segment(&self) -> Option<Segment> {
        let at = self.next.checked_sub(1)?;
        if let Value::Map(it) = self.table {
            it.keys().as_slice().get(at).cloned().map(Segment::Key)
        } else {
            u32::try_from(at).ok().map(Segment::Index)
        }
    }
}

/// The part at a place of a table, and what its key takes.
fn child(table: &Value, at: usize) -> Option<(Size, &Value)> {
    match table {
        Value::Array(it) => it.get(at).map(|value| (Size::default(), value)),
        Value::Map(it) => it.keys().as_slice().get(at).map(size::key).zip(it.values().get(at)),
        Value::Nil | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Buffer(_) | Value::Roblox(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::largest;
    use crate::storable::text_len;
    use crate::value::{Map, Value};
    use alloc::string::{String, ToString};
    use alloc::vec;
    use alloc::vec::Vec;

    #[test]
    fn the_largest_parts_come_first_with_their_places() {
        let items = Value::from(vec![Value::from("0123456789"), 1.into(), "0123".into()]);
        let value = Value::from(Map::from_iter([("items", items.clone()), ("name", "abcdef".into()), ("x", 1.into())]));
        let shown = |count| {
            let parts = largest(&value, count).into_iter();
            parts.map(|(path, size)| (path.to_string(), size.bytes)).collect::<Vec<(String, usize)>>()
        };
        let all =
            [("$.items", 23), ("$.items[0]", 12), ("$.name", 8), ("$.items[2]", 6), ("$.items[1]", 1), ("$.x", 1)];
        let all = all.map(|(path, bytes)| (path.to_string(), bytes));
        for count in 0..9 {
            assert_eq!(shown(count), all[..count.min(6)]);
        }
        assert_eq!(largest(&value, 1)[0].1, text_len(&items));
        assert_eq!(largest(&1.into(), 5), []);
    }
}
