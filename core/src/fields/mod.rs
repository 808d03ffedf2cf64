//! A flat document: named fields, each a register, a counter or a set, changed by typed operations.
//!
//! It is the smallest document that a product can live with, and the reference for the laws of
//! [`Document`]; `tests/tests/laws_fields.rs` checks them.
//!
//! Fields that the shape does not declare belong to other code: they survive every change, migration and template
//! untouched unless a migration step names them, and operations on them are skipped as [`Skip::UnknownField`].
//!
//! [`Skip::UnknownField`]: crate::document::Skip::UnknownField

mod apply;
mod change;
mod diff;
mod migrate;
mod name;
mod shape;
mod size;

pub use change::{Change, MAX_OPS, TooManyOps};
pub use diff::{Diff, NoDiff};
pub use migrate::{Refused, Step};
pub use name::{BadName, FieldName, MAX_NAME_BYTES};
pub use shape::{BadShape, Declared, Shape};

use crate::document::{Applied, Document, MigrationFailed};
use crate::ids::SchemaVersion;
use crate::stored::Stored;
use alloc::collections::btree_map::Entry;
use alloc::collections::{BTreeMap, BTreeSet};

/// The value of one field.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "the kinds of fields are part of the stored layout")]
pub enum Field<V> {
    /// One value.
    Register(V),
    /// An integer.
    Counter(i64),
    /// Distinct values.
    Set(BTreeSet<V>),
}

/// A player's data as named fields.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Fields<V> {
    of: BTreeMap<FieldName, Field<V>>,
    /// An upper bound of the bytes of the stored form; a function of the fields.
    bytes: usize,
}

impl<V> Default for Fields<V> {
    fn default() -> Self {
        Self { of: BTreeMap::new(), bytes: size::EMPTY }
    }
}

impl<V> Fields<V> {
    /// A document without fields: valid in every version.
    pub fn new() -> Self {
        Self::default()
    }

    /// A field as it is stored.
    pub fn get(&self, name: &str) -> Option<&Field<V>> {
        self.of.get(name)
    }

    /// A field as an operation finds it: a counter or set that is not stored has its default.
    pub fn current<'a>(&'a self, shape: &'a Shape<V>, name: &str) -> Option<&'a Field<V>> {
        self.get(name).or_else(|| shape.get(name).filter(|field| !field.is_retired()).and_then(Declared::start))
    }

    /// All stored fields in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&FieldName, &Field<V>)> {
        self.of.iter()
    }

    /// Number of stored fields.
    pub fn len(&self) -> usize {
        self.of.len()
    }

    /// True if no field is stored.
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// What the document takes where it is stored, in bytes, at most: every counter is taken for its longest number.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl<V: Stored> Fields<V> {
    /// Stores a field as it is, unchecked, and gives back what it replaces: for decoders, migration steps and hosts
    /// that mutate behind our back. Everybody else applies a [`Change`].
    pub fn insert(&mut self, name: FieldName, field: Field<V>) -> Option<Field<V>> {
        self.bytes = self.bytes.saturating_add(size::of(&name, &field));
        match self.of.entry(name) {
            Entry::Vacant(place) => {
                place.insert(field);
                None
            }
            Entry::Occupied(mut place) => {
                self.bytes = self.bytes.saturating_sub(size::of(place.key(), place.get()));
                Some(place.insert(field))
            }
        }
    }

    /// Removes a field as it is stored, unchecked, and gives it back.
    pub fn remove(&mut self, name: &str) -> Option<Field<V>> {
        let (name, field) = self.of.remove_entry(name)?;
        self.bytes = self.bytes.saturating_sub(size::of(&name, &field));
        Some(field)
    }
}

impl<V: Clone + Stored> Fields<V> {
    /// Puts the default of each declared field that is missing; never removes or replaces one (decisions K27, D18).
    /// Returns how many were put.
    pub fn reconcile_add(&mut self, shape: &Shape<V>) -> usize {
        let before = self.len();
        for field in shape.declared().filter(|field| !field.is_retired()) {
            if let Some(default) = field.default()
                && !self.of.contains_key(field.name())
            {
                self.insert(field.name().clone(), default.clone());
            }
        }
        self.len().saturating_sub(before)
    }
}

impl<V: Clone + Ord + Stored> Document<Change<V>> for Fields<V> {
    type Shape = Shape<V>;

    /// The defaults, if `schema` is the version of the shape; else a document without fields, which is valid in every
    /// vocabulary, while the defaults are not.
    fn fresh(shape: &Shape<V>, schema: SchemaVersion) -> Self {
        let mut fields = Self::new();
        if schema == shape.version() {
            fields.reconcile_add(shape);
        }
        fields
    }

    fn apply(&mut self, shape: &Shape<V>, change: &Change<V>) -> Applied {
        apply::apply(self, shape, change)
    }

    /// True if every operation is a credit of its field; [`crate::ops::is_credit`] states the law.
    fn is_credit(shape: &Shape<V>, change: &Change<V>) -> bool {
        apply::is_credit(shape, change)
    }

    fn migrate(&mut self, shape: &Shape<V>, from: SchemaVersion, to: SchemaVersion) -> Result<(), MigrationFailed> {
        migrate::migrate(self, shape, from, to)
    }

    fn weight(change: &Change<V>) -> usize {
        size::text(|to| change.write(to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::Op;
    use alloc::vec;

    fn name(text: &str) -> FieldName {
        FieldName::new(text).unwrap()
    }

    fn shape() -> Shape<u8> {
        let pets = Declared::set(name("pets"), 2, BTreeSet::from([1])).unwrap();
        let old = Declared::set(name("animals"), 2, BTreeSet::from([1])).unwrap().retired();
        let title = Declared::register(name("title"), Some(7));
        let note = Declared::register(name("note"), None);
        Shape::new(SchemaVersion(3), vec![pets, old, title, note]).unwrap()
    }

    #[test]
    fn a_template_adds_what_is_missing_and_leaves_the_rest() {
        let mut fields = Fields::new();
        fields.insert(name("title"), Field::Register(1));
        fields.insert(name("theirs"), Field::Counter(5));
        assert_eq!(fields.reconcile_add(&shape()), 1);
        assert_eq!(fields.get("title"), Some(&Field::Register(1)));
        assert_eq!(fields.get("pets"), Some(&Field::Set(BTreeSet::from([1]))));
        assert_eq!(fields.len(), 3);
        assert_eq!(fields.reconcile_add(&shape()), 0);
        assert_eq!(fields.remove("theirs"), Some(Field::Counter(5)));
    }

    #[test]
    fn fresh_data_are_the_defaults_of_their_own_version_and_empty_in_another() {
        let fresh = Fields::fresh(&shape(), SchemaVersion(3));
        assert_eq!(fresh.iter().map(|(name, _)| name.as_str()).collect::<vec::Vec<_>>(), ["pets", "title"]);
        assert!(!fresh.is_empty());
        assert!(Fields::fresh(&shape(), SchemaVersion(2)).is_empty());
        assert!(Fields::fresh(&shape(), SchemaVersion(4)).is_empty());
    }

    #[test]
    fn a_set_that_is_not_stored_reads_as_its_default_and_a_register_as_absent() {
        let (fields, shape) = (Fields::new(), shape());
        assert_eq!(fields.current(&shape, "pets"), Some(&Field::Set(BTreeSet::from([1]))));
        assert_eq!(fields.current(&shape, "title"), None);
        assert_eq!(fields.current(&shape, "animals"), None);
        assert_eq!(fields.current(&shape, "theirs"), None);
    }

    #[test]
    fn the_weight_of_a_change_is_what_its_text_takes() {
        let change = Change::new(vec![(name("ab"), Op::Set(1)), (name("c"), Op::Add(1))]).unwrap();
        assert_eq!(Fields::<u8>::weight(&change), r#"[["ab","set",1],["c","add",1]]"#.len());
    }
}
