//! The shape of a flat document: which fields the code knows, their kinds, bounds and defaults, and how older data
//! become data of this version.

use crate::fields::{Field, FieldName, Step};
use crate::ids::SchemaVersion;
use crate::ops::{Bounds, FieldKind};
use crate::stored::DATA_MAX_BYTES;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::fmt;

/// The fields that the code knows and the steps that lead to its version. Configuration: checked once, never a state.
#[derive(Clone, Debug)]
pub struct Shape<V> {
    version: SchemaVersion,
    declared: BTreeMap<FieldName, Declared<V>>,
    steps: BTreeMap<SchemaVersion, Vec<Step<V>>>,
    max_bytes: usize,
}

impl<V> Shape<V> {
    /// The shape of data of one version.
    ///
    /// # Errors
    /// [`BadShape::Twice`] if two declarations have the same name.
    pub fn new(version: SchemaVersion, fields: Vec<Declared<V>>) -> Result<Self, BadShape> {
        let mut declared = BTreeMap::new();
        for field in fields {
            if declared.contains_key(&field.name) {
                return Err(BadShape::Twice(field.name));
            }
            declared.insert(field.name.clone(), field);
        }
        Ok(Self { version, declared, steps: BTreeMap::new(), max_bytes: DATA_MAX_BYTES })
    }

    /// Adds the steps from the version before `to` to `to`. A version that changes nothing needs an empty list: a
    /// missing one is an error, not an assumption (KIT-7).
    ///
    /// # Errors
    /// [`BadShape::Step`] if `to` is 0 or beyond the version of the shape, or has its steps already.
    pub fn with_steps(mut self, to: SchemaVersion, steps: Vec<Step<V>>) -> Result<Self, BadShape> {
        let is_in_range = to > SchemaVersion(0) && to <= self.version;
        if !is_in_range || self.steps.contains_key(&to) {
            return Err(BadShape::Step(to));
        }
        self.steps.insert(to, steps);
        Ok(self)
    }

    /// Sets the largest document, in bytes of its stored form
    /// ([`Fields::bytes`](crate::fields::Fields::bytes)): what would outgrow it is skipped. Default [`DATA_MAX_BYTES`], which is also the most.
    ///
    /// # Errors
    /// [`BadShape::TooBig`] beyond that.
    pub fn with_max_bytes(mut self, max_bytes: usize) -> Result<Self, BadShape> {
        if max_bytes > DATA_MAX_BYTES {
            return Err(BadShape::TooBig(max_bytes));
        }
        self.max_bytes = max_bytes;
        Ok(self)
    }

    /// The largest document, in bytes of its stored form.
    pub fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// The version of the data that the declarations describe.
    pub fn version(&self) -> SchemaVersion {
        self.version
    }

    /// The declaration of a field.
    pub fn get(&self, name: &str) -> Option<&Declared<V>> {
        self.declared.get(name)
    }

    /// All declarations in the order of their names.
    pub fn declared(&self) -> impl Iterator<Item = &Declared<V>> {
        self.declared.values()
    }

    /// The steps that lead to a version from the one before it.
    pub fn steps(&self, to: SchemaVersion) -> Option<&[Step<V>]> {
        self.steps.get(&to).map(Vec::as_slice)
    }
}

/// A field that the code knows. Its default fits its kind and bounds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Declared<V> {
    name: FieldName,
    kind: FieldKind,
    default: Option<Field<V>>,
    retired: bool,
}

impl<V> Declared<V> {
    /// A register. Without a default it is absent until it is set.
    pub fn register(name: FieldName, default: Option<V>) -> Self {
        Self { name, kind: FieldKind::Register, default: default.map(Field::Register), retired: false }
    }

    /// A counter.
    ///
    /// # Errors
    /// [`BadShape::Default`] if the default is out of bounds.
    pub fn counter(name: FieldName, bounds: Bounds, default: i64) -> Result<Self, BadShape> {
        if !bounds.contains(default) {
            return Err(BadShape::Default(name));
        }
        Ok(Self { name, kind: FieldKind::Counter(bounds), default: Some(Field::Counter(default)), retired: false })
    }

    /// A set of at most `max_len` values.
    ///
    /// # Errors
    /// [`BadShape::Default`] if the default has more.
    pub fn set(name: FieldName, max_len: u32, default: BTreeSet<V>) -> Result<Self, BadShape> {
        if !u32::try_from(default.len()).is_ok_and(|len| len <= max_len) {
            return Err(BadShape::Default(name));
        }
        Ok(Self { name, kind: FieldKind::Set { max_len }, default: Some(Field::Set(default)), retired: false })
    }

    /// A field of an older version that a migration renames or drops. Changes recovered from a journal of that version
    /// are applied before the migration (rule R-6), so their fields have to be known: operations on a retired field work
    /// where the document has it and are unknown where it has not, and nothing ever creates it.
    ///
    /// A field that changed its kind cannot be declared twice: give it a new name.
    pub fn retired(mut self) -> Self {
        self.retired = true;
        self
    }

    /// Its name.
    pub fn name(&self) -> &FieldName {
        &self.name
    }

    /// Its kind.
    pub fn kind(&self) -> &FieldKind {
        &self.kind
    }

    /// What a template puts where the field is missing.
    pub fn default(&self) -> Option<&Field<V>> {
        self.default.as_ref()
    }

    /// True if the field belongs to an older version.
    pub fn is_retired(&self) -> bool {
        self.retired
    }

    /// What an operation finds where the document does not have the field: counters and sets count from their default,
    /// so that it makes no difference whether a template was applied before; a register is absent.
    pub fn start(&self) -> Option<&Field<V>> {
        match self.kind {
            FieldKind::Register => None,
            FieldKind::Counter(_) | FieldKind::Set { .. } => self.default.as_ref(),
        }
    }
}

/// A shape that was refused.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum BadShape {
    /// Two declarations have this name.
    Twice(FieldName),
    /// The default of this field does not fit it.
    Default(FieldName),
    /// The steps to this version are there already, or no data of the shape can have this version.
    Step(SchemaVersion),
    /// The largest document is larger than what a record has room for.
    TooBig(usize),
}

impl fmt::Display for BadShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Twice(name) => write!(f, "the field `{name}` is declared twice"),
            Self::Default(name) => write!(f, "the default of the field `{name}` is out of its bounds"),
            Self::Step(version) => write!(f, "steps to schema {version} are given twice or lead beyond the shape"),
            Self::TooBig(bytes) => {
                write!(f, "documents of {bytes} bytes do not fit a record; at most {DATA_MAX_BYTES} do")
            }
        }
    }
}

impl core::error::Error for BadShape {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::BoundsPolicy;
    use alloc::string::ToString;
    use alloc::vec;

    fn name(text: &str) -> FieldName {
        FieldName::new(text).unwrap()
    }

    #[test]
    fn declarations_have_distinct_names_and_defaults_that_fit() {
        let bounds = Bounds::new(0, 5, BoundsPolicy::Reject).unwrap();
        let counter = |default| Declared::<u8>::counter(name("coins"), bounds, default);
        assert!(counter(0).is_ok() && counter(5).is_ok());
        assert_eq!(counter(-1), Err(BadShape::Default(name("coins"))));
        assert_eq!(counter(6), Err(BadShape::Default(name("coins"))));
        let set = |max_len| Declared::set(name("pets"), max_len, BTreeSet::from([1, 2]));
        assert!(set(2).is_ok() && set(3).is_ok());
        assert_eq!(set(1), Err(BadShape::Default(name("pets"))));
        let twice = Shape::new(SchemaVersion(1), vec![counter(1).unwrap(), Declared::register(name("coins"), None)]);
        assert_eq!(twice.unwrap_err(), BadShape::Twice(name("coins")));
    }

    #[test]
    fn counters_and_sets_start_from_their_default_and_registers_absent() {
        let bounds = Bounds::new(0, 5, BoundsPolicy::Reject).unwrap();
        let counter = Declared::<u8>::counter(name("coins"), bounds, 3).unwrap();
        let set = Declared::set(name("pets"), 1, BTreeSet::from([7])).unwrap();
        let register = Declared::register(name("title"), Some(1));
        assert_eq!(counter.start(), Some(&Field::Counter(3)));
        assert_eq!(set.start(), Some(&Field::Set(BTreeSet::from([7]))));
        assert_eq!((register.start(), register.default()), (None, Some(&Field::Register(1))));
        assert!(!register.is_retired() && register.retired().is_retired());
    }

    #[test]
    fn steps_lead_once_to_each_version_up_to_that_of_the_shape() {
        let shape = || Shape::<u8>::new(SchemaVersion(2), vec![]).unwrap();
        let refused = |to| shape().with_steps(SchemaVersion(to), vec![]).err();
        assert_eq!([0, 1, 2, 3].map(|to| refused(to).is_some()), [true, false, false, true]);
        let once = shape().with_steps(SchemaVersion(2), vec![]).unwrap();
        assert_eq!(once.steps(SchemaVersion(2)).map(<[_]>::len), Some(0));
        assert!(once.steps(SchemaVersion(1)).is_none());
        assert_eq!(once.with_steps(SchemaVersion(2), vec![]).unwrap_err(), BadShape::Step(SchemaVersion(2)));
        for (error, says) in [
            (BadShape::Twice(name("x")), "twice"),
            (BadShape::Default(name("x")), "default"),
            (BadShape::Step(SchemaVersion(7)), "7"),
        ] {
            assert!(error.to_string().contains(says));
        }
    }
}
