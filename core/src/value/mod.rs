//! The product's document: what Luau and Roblox know as a value, as plain data (DIA-11).
//!
//! A [`Value`] is a tree whose inner nodes are shared: a clone, and with it a snapshot of a whole inventory, is O(1), and a
//! write copies only the nodes on its path, and only while somebody else holds them. Equality, order and hash are by
//! content and by bits: NaN equals NaN, -0 differs from 0.
//!
//! It is walked and dropped level by level: all that reads one from outside has a limit of depth, 255 levels at most, for
//! which 256 KiB of stack are enough; who nests values by hand sees to that.
//!
//! A value holds whatever Luau has; [`storable`](crate::storable) says what may be stored. What is not a value yet is
//! read by [`table`] from a host, and with features from Rust types (`serde`), `serde_json::Value` (`serde-json`) and
//! `rbx_types::Variant` (`rbx-types`). Whatever cannot be converted without a change is [`Refused`].

#[cfg(feature = "serde-json")]
mod json;
mod map;
mod number;
mod path;
#[cfg(feature = "rbx-types")]
mod rbx;
mod refused;
mod roblox;
#[cfg(feature = "serde")]
pub mod serde;
pub mod table;
mod text;
pub mod types;

pub use map::{Keys, Map};
pub use number::{Float, Number};
pub use path::{Path, Segment};
pub use refused::{Reason, Refused};
pub use roblox::{Opaque, Roblox};
pub use text::Text;

use alloc::sync::Arc;
use alloc::vec::Vec;

/// A Luau value that can be stored.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "the kinds of values are part of the stored layout")]
pub enum Value {
    /// Nothing. In a map it is absent; in an array it is a hole, which no storable form has.
    #[default]
    Nil,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    Text(Text),
    /// A table with the keys 1 to n.
    Array(Arc<Vec<Value>>),
    /// A table with string keys.
    Map(Arc<Map>),
    /// A buffer.
    Buffer(Arc<[u8]>),
    /// A value of a Roblox type.
    Roblox(Roblox),
}

macro_rules! from {
    ($($from:ty => |$it:ident| $into:expr),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from($it: $from) -> Self {
                $into
            }
        }
    )*};
}

from! {
    bool => |it| Self::Bool(it),
    f64 => |it| Self::Number(Number(it)),
    i32 => |it| Self::Number(Number(it.into())),
    u32 => |it| Self::Number(Number(it.into())),
    &str => |it| Self::Text(it.into()),
    &[u8] => |it| Self::Text(it.into()),
    Text => |it| Self::Text(it),
    Vec<Value> => |it| Self::Array(Arc::new(it)),
    Map => |it| Self::Map(Arc::new(it)),
    Roblox => |it| Self::Roblox(it),
}

#[cfg(test)]
mod tests {
    use super::{Map, Roblox, Text, Value};
    use alloc::sync::Arc;
    use alloc::vec::Vec;

    #[test]
    fn a_value_is_three_words_and_a_snapshot_shares_it() {
        assert_eq!((size_of::<Value>(), size_of::<Roblox>()), (24, 16));
        let items: Vec<Value> = (0..1_000).map(Value::from).collect();
        let value = Value::from(Map::from_iter([("items", Value::from(items))]));
        let snapshot = value.clone();
        let (Value::Map(a), Value::Map(b)) = (&value, &snapshot) else { panic!("they are maps") };
        assert!(Arc::ptr_eq(a, b) && value == snapshot);
    }

    #[test]
    fn a_map_has_each_key_once_in_order_and_nothing_that_is_nil() {
        let mut map = Map::from_iter([("b", Value::from(1)), ("a", Value::from(2)), ("b", Value::from(3))]);
        assert_eq!(map.iter().map(|(key, _)| key.as_str().unwrap()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((map.get("b"), map.get("c")), (Some(&Value::from(3)), None));
        assert_eq!(map.insert("a", Value::Nil), Value::from(2));
        assert_eq!((map.remove("c"), map.len(), map.keys().len()), (Value::Nil, 1, 1));
        assert_eq!(Map::with(map.keys().clone(), Vec::from([Value::Nil])), None);
        assert_eq!(Map::with(map.keys().clone(), Vec::new()), None);
        assert_eq!(Map::with(map.keys().clone(), Vec::from([Value::from(3)])), Some(map));
    }

    #[test]
    fn entries_in_any_order_are_as_if_put_one_by_one() {
        let mut state = 1_u32;
        for len in 0..200 {
            let entries: Vec<(Text, Value)> = (0..len)
                .map(|_| {
                    state = state.wrapping_mul(0x915f_77f5).wrapping_add(1);
                    let key = alloc::format!("{}", state >> 25);
                    (key.as_str().into(), if state & 7 == 0 { Value::Nil } else { (state >> 3).into() })
                })
                .collect();
            let mut one_by_one = Map::new();
            for (key, value) in &entries {
                one_by_one.insert(key.clone(), value.clone());
            }
            assert_eq!(entries.into_iter().collect::<Map>(), one_by_one);
        }
    }

    #[test]
    fn a_wide_map_is_made_in_no_time() {
        // One by one, from the back, each entry would move all that are there: 10^10 moves.
        let map: Map = (0..200_000_u32)
            .rev()
            .map(|at| (alloc::format!("{at:06}").as_str().into(), at.into()))
            .collect::<Vec<(Text, Value)>>()
            .into_iter()
            .collect();
        assert_eq!(
            (map.len(), map.get("000000"), map.get("199999")),
            (200_000, Some(&0.into()), Some(&199_999.into()))
        );
    }
}
