//! What is refused, by limit and by contradiction. `tests/tests/stored.rs` has the golden texts and the laws.

mod invariants;
mod limits;

use super::{Item, StoredError};
use crate::json::Writer;
use alloc::string::String;
use core::fmt::Debug;

/// Writes an item without the checks of `to_text`.
fn unchecked(item: &impl Item) -> String {
    let mut text = String::new();
    Writer::new(&mut text).object(|fields| {
        fields.field("layout").u32(1);
        item.write(fields);
    });
    text
}

fn refused_both_ways<T: Item + Debug + PartialEq>(item: &T, error: StoredError) {
    assert_eq!(item.to_text(), Err(error));
    assert!(T::from_text(unchecked(item)).is_err());
}
