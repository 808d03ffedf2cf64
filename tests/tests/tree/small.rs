//! Small trees to write down.
#![allow(dead_code, reason = "not every test needs all of them")]

use keyholder_core::ids::SchemaVersion;
use keyholder_core::stored::Stored;
use keyholder_core::tree::{Schema, Tree};
use keyholder_core::value::{Map, Path, Value};

pub(crate) const V1: SchemaVersion = SchemaVersion(1);

/// A schema that declares nothing.
pub(crate) fn open() -> Schema {
    Schema::new(V1, map([]), vec![]).unwrap()
}

pub(crate) fn path(keys: &[&str]) -> Path {
    keys.iter().copied().collect()
}

/// So many tables in each other.
pub(crate) fn nested(depth: usize) -> Value {
    (1..depth).fold(map([]), |value, _| vec![value].into())
}

pub(crate) fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Map::from_iter(entries).into()
}

pub(crate) fn read(text: &str) -> Tree {
    keyholder_core::json::read(text, Default::default(), Tree::read).unwrap()
}
