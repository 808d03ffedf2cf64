//! Finding the change between two documents, for hosts whose scripts mutate the data behind our back.

use crate::document::{Applied, Document};
use crate::fields::{Change, Declared, Field, FieldName, Fields, Shape, TooManyOps};
use crate::ops::{self, Bounds, FieldKind, Op};
use crate::stored::Stored;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::fmt;

/// A document that can be compared with an earlier version of itself.
pub trait Diff<C>: Document<C> {
    /// Why there is no change that leads from one document to the other.
    type Error;

    /// The change that leads from `base` to `self`. Law: if there is one, applying it to `base` is whole and gives
    /// `self`; for `self == base` it does nothing.
    ///
    /// # Errors
    /// No change leads there.
    fn diff(&self, base: &Self, shape: &Self::Shape) -> Result<C, Self::Error>;
}

impl<V: Clone + Ord + Stored> Diff<Change<V>> for Fields<V> {
    type Error = NoDiff;

    /// Counters differ by an addition, so that what others add meanwhile is kept; registers by `Set` or `Delete`; sets
    /// by `Remove` and `Insert`. There always is such a change if both documents store every declared counter and set,
    /// as they do after [`Fields::reconcile_add`], differ in declared fields only, and `self` is within its bounds.
    ///
    /// # Errors
    /// [`NoDiff::Unreachable`] names the first field that no operation can bring there, [`NoDiff::TooMany`] says that
    /// it takes more operations than one change may have.
    fn diff(&self, base: &Self, shape: &Shape<V>) -> Result<Change<V>, NoDiff> {
        let mut ops = Vec::new();
        let names: BTreeSet<&FieldName> = self.iter().chain(base.iter()).map(|(name, _)| name).collect();
        for name in names {
            let (old, new) = (base.get(name.as_str()), self.get(name.as_str()));
            if old != new {
                let steps = shape.get(name.as_str()).and_then(|declared| between(declared, old, new));
                let steps = steps.ok_or_else(|| NoDiff::Unreachable(name.clone()))?;
                ops.extend(steps.into_iter().map(|op| (name.clone(), op)));
            }
        }
        Change::new(ops).map_err(NoDiff::TooMany)
    }
}

/// The operations that lead from one value of a field to another, which differs; `None` if there are none.
fn between<V: Clone + Ord>(
    declared: &Declared<V>,
    old: Option<&Field<V>>,
    new: Option<&Field<V>>,
) -> Option<Vec<Op<V>>> {
    // Nothing creates a retired field.
    if old.is_none() && declared.is_retired() {
        return None;
    }
    match (declared.kind(), old.or(declared.start()), new) {
        (FieldKind::Register, None | Some(Field::Register(_)), Some(Field::Register(new))) => {
            Some(Vec::from([Op::Set(new.clone())]))
        }
        (FieldKind::Register, Some(Field::Register(_)), None) => Some(Vec::from([Op::Delete])),
        (FieldKind::Counter(bounds), Some(Field::Counter(old)), Some(Field::Counter(new))) => {
            addition(bounds, *old, *new).map(|op| Vec::from([op]))
        }
        (FieldKind::Set { max_len }, Some(Field::Set(old)), Some(Field::Set(new))) => set_steps(*max_len, old, new),
        // Another kind than declared, or a counter or set that is gone: they are never absent once they are there.
        (FieldKind::Register | FieldKind::Counter(_) | FieldKind::Set { .. }, _, _) => None,
    }
}

fn addition<V>(bounds: &Bounds, old: i64, new: i64) -> Option<Op<V>> {
    let by = new.checked_sub(old)?;
    (ops::add(bounds, old, by) == (new, Applied::Whole)).then_some(Op::Add(by))
}

fn set_steps<V: Clone + Ord>(max_len: u32, old: &BTreeSet<V>, new: &BTreeSet<V>) -> Option<Vec<Op<V>>> {
    // Removals first: then the set is never longer on the way than at its two ends.
    let removed = old.difference(new).cloned().map(Op::Remove);
    let inserted: Vec<_> = new.difference(old).cloned().map(Op::Insert).collect();
    let fits = inserted.is_empty() || u32::try_from(new.len()).is_ok_and(|len| len <= max_len);
    let mut steps: Vec<_> = removed.chain(inserted).collect();
    if steps.is_empty() {
        // Only stored or not makes the difference. Inserting what is in it stores a default; an empty one cannot be.
        steps.push(Op::Insert(new.first()?.clone()));
    }
    fits.then_some(steps)
}

/// Why no change leads from one document to another.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum NoDiff {
    /// No operation brings this field there: it is not declared, or of another kind than declared; or it is a counter
    /// or set that was taken away, is out of its bounds, or is empty and was never stored.
    Unreachable(FieldName),
    /// It takes too many operations for one atomic change.
    TooMany(TooManyOps),
}

impl fmt::Display for NoDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(name) => write!(f, "no operation brings the field `{name}` to its new value"),
            Self::TooMany(too_many) => too_many.fmt(f),
        }
    }
}

impl core::error::Error for NoDiff {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::MAX_OPS;
    use crate::ids::SchemaVersion;
    use crate::ops::BoundsPolicy;
    use alloc::string::ToString;
    use alloc::vec;

    fn name(text: &str) -> FieldName {
        FieldName::new(text).unwrap()
    }

    fn shape() -> Shape<u32> {
        let bounds = Bounds::new(0, 10, BoundsPolicy::Reject).unwrap();
        Shape::new(
            SchemaVersion(1),
            vec![
                Declared::counter(name("coins"), bounds, 3).unwrap(),
                Declared::set(name("bag"), 2, BTreeSet::from([1])).unwrap(),
                Declared::set(name("pets"), 5_000, BTreeSet::new()).unwrap(),
                Declared::register(name("title"), None),
                Declared::register(name("old"), None).retired(),
            ],
        )
        .unwrap()
    }

    fn of(field: &str, value: Option<Field<u32>>) -> Fields<u32> {
        let mut fields = Fields::new();
        if let Some(value) = value {
            fields.insert(name(field), value);
        }
        fields
    }

    fn bag<const N: usize>(values: [u32; N]) -> Option<Field<u32>> {
        Some(Field::Set(BTreeSet::from(values)))
    }

    #[test]
    fn a_diff_leads_from_base_to_now_or_names_the_field() {
        let (counter, register) = (|n| Some(Field::Counter(n)), |n| Some(Field::Register(n)));
        let cases = [
            ("coins", counter(3), counter(10), Some(vec![Op::Add(7)])),
            ("coins", counter(3), counter(11), None),
            ("coins", counter(3), counter(3), Some(vec![])),
            ("coins", None, counter(3), Some(vec![Op::Add(0)])),
            ("coins", counter(3), None, None),
            ("coins", counter(i64::MIN), counter(5), None),
            ("coins", counter(3), register(3), None),
            ("title", None, register(1), Some(vec![Op::Set(1)])),
            ("title", register(1), None, Some(vec![Op::Delete])),
            ("title", counter(1), None, None),
            ("title", counter(1), register(1), None),
            ("bag", bag([1, 2]), bag([3, 4]), Some(vec![Op::Remove(1), Op::Remove(2), Op::Insert(3), Op::Insert(4)])),
            ("bag", bag([1, 2]), bag([1, 2, 3]), None),
            ("bag", bag([1, 2, 3, 4]), bag([1, 2, 3]), Some(vec![Op::Remove(4)])),
            ("bag", None, bag([1]), Some(vec![Op::Insert(1)])),
            ("pets", None, bag([]), None),
            ("old", None, register(1), None),
            ("old", register(2), register(1), Some(vec![Op::Set(1)])),
            ("theirs", register(2), register(1), None),
            ("theirs", register(2), register(2), Some(vec![])),
        ];
        for (field, old, new, ops) in cases {
            let (mut base, now) = (of(field, old), of(field, new));
            let diff = now.diff(&base, &shape());
            let found = diff.as_ref().map(|change| change.ops().iter().map(|(_, op)| op.clone()).collect::<Vec<_>>());
            assert_eq!(found, ops.as_ref().ok_or(&NoDiff::Unreachable(name(field))).cloned(), "{base:?} -> {now:?}");
            if let Ok(change) = diff {
                assert_eq!((base.apply(&shape(), &change), base), (Applied::Whole, now));
            }
        }
    }

    #[test]
    fn a_diff_is_one_change_or_none() {
        let base = of("pets", bag([]));
        let with = |len: u32| of("pets", Some(Field::Set((0..len).collect())));
        assert_eq!(with(1_024).diff(&base, &shape()).unwrap().ops().len(), MAX_OPS);
        let refused = with(1_025).diff(&base, &shape()).unwrap_err();
        assert_eq!(refused, NoDiff::TooMany(TooManyOps { ops: 1_025 }));
        assert!(refused.to_string().contains("1025"));
        assert!(NoDiff::Unreachable(name("x")).to_string().contains("`x`"));
    }
}
