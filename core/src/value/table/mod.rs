//! Tables of a Luau-like host, with keys of any type and references to anything, read as a [`Value`] (decision D31).
//!
//! | a table whose keys are | becomes |
//! |---|---|
//! | 1 to n, each once | an array |
//! | strings | a map |
//! | none | a map, unless the host says [`Shape::Array`] |
//! | anything else | nothing: refused, unless [`NumberKeys::Decimal`] or [`Shape::Map`] declares numbers as strings |
//!
//! A table that is met twice is read once, and its value shared; one that is met inside itself is refused.

mod read;
#[cfg(test)]
mod tests;

pub use read::read;

use super::{Text, Value};

/// A table of the host.
pub trait Table: Sized {
    /// What tells it from other tables, such as its address; equal for the same table, and for no other, as long as
    /// the reading lasts.
    type Id: Ord;

    /// What tells this table from others.
    fn id(&self) -> Self::Id;

    /// What the host knows of its shape; an untyped one knows nothing.
    fn shape(&self) -> Shape {
        Shape::Untyped
    }

    /// Its entries in any order, each key once.
    fn entries(&self) -> impl Iterator<Item = (Key, Node<Self>)>;
}

/// What a host knows of a table's shape.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "array, map, or not known")]
pub enum Shape {
    /// The keys decide; without keys it is a map.
    #[default]
    Untyped,
    /// An array, even without keys: any other key than 1 to n is refused.
    Array,
    /// A map, whatever its keys: number keys become decimal strings.
    Map,
}

/// A key of the host.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "no other key can be stored")]
pub enum Key {
    /// A string.
    Text(Text),
    /// A number; hosts with integers give the number that equals them.
    Number(f64),
    /// Of another type, by the host's name of it.
    Other(&'static str),
}

/// A value of the host.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_enums, reason = "no other value can be stored")]
pub enum Node<T> {
    /// No table. A table in here is taken as it is, and its depth not counted.
    Leaf(Value),
    /// An integer of a host that has them: refused beyond 2^53.
    Integer(i128),
    /// A table.
    Table(T),
    /// Of a type that cannot be stored, by the host's name of it: a function, a thread.
    Other(&'static str),
}

/// What becomes of number keys that are not 1 to n.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "refused or not")]
pub enum NumberKeys {
    /// The table is refused.
    #[default]
    Refuse,
    /// Every key of the table becomes a string, the numbers as the text form writes them. A table whose keys happen to
    /// be 1 to n is an array all the same: where ids are keys, say [`Shape::Map`].
    Decimal,
}

/// How tables are read.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "a caller names everything, or takes the default")]
pub struct TablePolicy {
    /// What becomes of number keys that are not 1 to n.
    pub number_keys: NumberKeys,
    /// Tables inside each other; 0 allows none. Reading recurses, so this bounds its stack too.
    pub max_depth: u8,
}

impl Default for TablePolicy {
    /// Number keys are refused, and what is deeper than the data of a record.
    fn default() -> Self {
        Self { number_keys: NumberKeys::Refuse, max_depth: crate::storable::Policy::RECORD.max_depth }
    }
}
