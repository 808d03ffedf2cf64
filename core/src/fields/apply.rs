//! Applying a change: all of its operations or none.

use crate::document::{Applied, Skip};
use crate::fields::{Change, Declared, Field, FieldName, Fields, Shape, size};
use crate::ops::{self, FieldKind, Op};
use crate::stored::Stored;
use alloc::vec::Vec;

/// Applies the operations in order. If one is skipped, or the document outgrows its shape, the change is skipped and the
/// document is as it was; else, if one is clamped, the change is clamped.
pub(super) fn apply<V: Clone + Ord + Stored>(fields: &mut Fields<V>, shape: &Shape<V>, change: &Change<V>) -> Applied {
    let (most, bytes) = (shape.max_bytes(), fields.bytes);
    // What the fields were before each operation. A single operation leaves its field alone when it is skipped, so it
    // needs no copy but near the limit, which matters for long sets.
    let mut before: Vec<(&FieldName, Option<Field<V>>)> = Vec::new();
    let is_single = change.ops().len() == 1;
    let mut outcome = Applied::Whole;
    for (name, op) in change.ops() {
        let old = fields.get(name.as_str());
        let after = shape.get(name.as_str()).map_or(fields.bytes, |it| size::growth(it, old, op).after(fields.bytes));
        if !is_single || after > most {
            before.push((name, old.cloned()));
        }
        match apply_one(fields, shape, name, op) {
            Applied::Whole => fields.bytes = after,
            Applied::Clamped => (outcome, fields.bytes) = (Applied::Clamped, after),
            skipped @ Applied::Skipped(_) => {
                undo(fields, before, bytes);
                return skipped;
            }
        }
    }
    // What is too big already, by an older limit, may still shrink.
    if fields.bytes > most && fields.bytes > bytes {
        undo(fields, before, bytes);
        return Applied::Skipped(Skip::TooBig);
    }
    outcome
}

/// Backwards, so that a field named twice ends as it was first.
fn undo<V>(fields: &mut Fields<V>, before: Vec<(&FieldName, Option<Field<V>>)>, bytes: usize) {
    for (name, field) in before.into_iter().rev() {
        put(fields, name, field);
    }
    fields.bytes = bytes;
}

/// True if every operation is a credit of a declared field.
pub(super) fn is_credit<V>(shape: &Shape<V>, change: &Change<V>) -> bool {
    change.ops().iter().all(|(name, op)| shape.get(name.as_str()).is_some_and(|field| ops::is_credit(field.kind(), op)))
}

/// Applies one operation; the document is as it was if it is skipped. Its size is the caller's to keep.
fn apply_one<V: Clone + Ord>(fields: &mut Fields<V>, shape: &Shape<V>, name: &FieldName, op: &Op<V>) -> Applied {
    let Some(declared) = shape.get(name.as_str()) else {
        return Applied::Skipped(Skip::UnknownField);
    };
    match fields.of.remove(name.as_str()) {
        None if declared.is_retired() => Applied::Skipped(Skip::UnknownField),
        None => {
            let (new, applied) = run(declared, declared.start().cloned(), op);
            match applied {
                Applied::Whole | Applied::Clamped => put(fields, name, new),
                // The default from which it started must not stay behind.
                Applied::Skipped(_) => {}
            }
            applied
        }
        Some(old) => {
            let (new, applied) = run(declared, Some(old), op);
            put(fields, name, new);
            applied
        }
    }
}

/// The field after an operation; a skipped one gives `old` back.
fn run<V: Clone + Ord>(declared: &Declared<V>, old: Option<Field<V>>, op: &Op<V>) -> (Option<Field<V>>, Applied) {
    match (declared.kind(), old) {
        (FieldKind::Register, None) => {
            let (new, applied) = ops::register(None, op);
            (new.map(Field::Register), applied)
        }
        (FieldKind::Register, Some(Field::Register(old))) => {
            let (new, applied) = ops::register(Some(old), op);
            (new.map(Field::Register), applied)
        }
        (FieldKind::Counter(bounds), Some(Field::Counter(old))) => {
            let (new, applied) = ops::counter(bounds, old, op);
            (Some(Field::Counter(new)), applied)
        }
        (FieldKind::Set { max_len }, Some(Field::Set(old))) => {
            let (new, applied) = ops::set(*max_len, old, op);
            (Some(Field::Set(new)), applied)
        }
        // The stored value is of another kind than the code believes: nothing is computed with it (race R15).
        (FieldKind::Register, old @ Some(Field::Counter(_) | Field::Set(_)))
        | (FieldKind::Counter(_), old @ (None | Some(Field::Register(_) | Field::Set(_))))
        | (FieldKind::Set { .. }, old @ (None | Some(Field::Register(_) | Field::Counter(_)))) => {
            (old, Applied::Skipped(Skip::WrongKind))
        }
    }
}

fn put<V>(fields: &mut Fields<V>, name: &FieldName, field: Option<Field<V>>) {
    match field {
        Some(field) => fields.of.insert(name.clone(), field),
        None => fields.of.remove(name.as_str()),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::ids::SchemaVersion;
    use crate::ops::{Bounds, BoundsPolicy};
    use alloc::collections::BTreeSet;
    use alloc::vec;

    fn name(text: &str) -> FieldName {
        FieldName::new(text).unwrap()
    }

    fn shape() -> Shape<u8> {
        let bounds = |policy| Bounds::new(0, 10, policy).unwrap();
        Shape::new(
            SchemaVersion(1),
            vec![
                Declared::counter(name("coins"), bounds(BoundsPolicy::Reject), 3).unwrap(),
                Declared::counter(name("energy"), bounds(BoundsPolicy::Clamp), 0).unwrap(),
                Declared::counter(name("gold"), bounds(BoundsPolicy::Clamp), 0).unwrap().retired(),
                Declared::set(name("pets"), 2, BTreeSet::new()).unwrap(),
                Declared::register(name("title"), None),
            ],
        )
        .unwrap()
    }

    fn change(ops: &[(&str, Op<u8>)]) -> Change<u8> {
        Change::new(ops.iter().map(|(field, op)| (name(field), op.clone())).collect()).unwrap()
    }

    #[test]
    fn an_operation_on_a_missing_counter_starts_from_its_default() {
        let mut fields = Fields::new();
        assert_eq!(fields.apply(&shape(), &change(&[("coins", Op::Add(8))])), Applied::Skipped(Skip::AboveMaximum));
        assert!(fields.is_empty());
        assert_eq!(fields.apply(&shape(), &change(&[("coins", Op::Add(0))])), Applied::Whole);
        assert_eq!(fields.get("coins"), Some(&Field::Counter(3)));
    }

    #[test]
    fn one_skipped_operation_undoes_the_change() {
        let mut fields = Fields::new();
        fields.insert(name("title"), Field::Register(1));
        let before = fields.clone();
        let ops = [
            ("title", Op::Set(2)),
            ("title", Op::Delete),
            ("energy", Op::Add(99)),
            ("pets", Op::Insert(1)),
            ("coins", Op::Add(-4)),
            ("title", Op::Set(4)),
        ];
        assert_eq!(fields.apply(&shape(), &change(&ops)), Applied::Skipped(Skip::BelowMinimum));
        assert_eq!(fields, before);
    }

    #[test]
    fn a_change_with_a_clamped_operation_is_clamped() {
        let mut fields = Fields::new();
        let ops = [("energy", Op::Add(11)), ("coins", Op::Add(1))];
        assert_eq!(fields.apply(&shape(), &change(&ops)), Applied::Clamped);
        assert_eq!((fields.get("energy"), fields.get("coins")), (Some(&Field::Counter(10)), Some(&Field::Counter(4))));
        assert_eq!(fields.apply(&shape(), &change(&[("energy", Op::Add(1))])), Applied::Clamped);
        assert_eq!(fields.apply(&shape(), &change(&[])), Applied::Whole);
    }

    #[test]
    fn unknown_fields_and_fields_of_another_kind_are_left_alone() {
        let mut fields = Fields::new();
        fields.insert(name("theirs"), Field::Counter(1));
        fields.insert(name("title"), Field::Counter(1));
        fields.insert(name("coins"), Field::Register(1));
        fields.insert(name("pets"), Field::Register(1));
        let before = fields.clone();
        let skips = [
            ("theirs", Op::Add(1), Skip::UnknownField),
            ("title", Op::Set(1), Skip::WrongKind),
            ("coins", Op::Add(1), Skip::WrongKind),
            ("pets", Op::Insert(1), Skip::WrongKind),
            ("energy", Op::Delete, Skip::WrongKind),
        ];
        for (field, op, skip) in skips {
            assert_eq!(fields.apply(&shape(), &change(&[(field, op)])), Applied::Skipped(skip), "{field}");
            assert_eq!(fields, before);
        }
    }

    #[test]
    fn a_retired_field_takes_operations_only_where_it_is() {
        let mut fields = Fields::new();
        let add = change(&[("gold", Op::Add(1))]);
        assert_eq!(fields.apply(&shape(), &add), Applied::Skipped(Skip::UnknownField));
        fields.insert(name("gold"), Field::Counter(4));
        assert_eq!(fields.apply(&shape(), &add), Applied::Whole);
        assert_eq!(fields.get("gold"), Some(&Field::Counter(5)));
        assert!(Fields::is_credit(&shape(), &add));
    }

    #[test]
    fn a_change_is_a_credit_if_each_operation_is() {
        let is_credit = |ops: &[(&str, Op<u8>)]| Fields::is_credit(&shape(), &change(ops));
        assert!(is_credit(&[]));
        assert!(is_credit(&[("coins", Op::Add(1)), ("pets", Op::Insert(1))]));
        assert!(!is_credit(&[("coins", Op::Add(1)), ("energy", Op::Add(-1))]));
        assert!(!is_credit(&[("theirs", Op::Add(1))]));
        assert!(!is_credit(&[("title", Op::Set(1))]));
    }

    /// The document after two changes, and the outcome of the second.
    fn both(first: Op<u8>, second: Op<u8>) -> (Option<Field<u8>>, Applied) {
        let mut fields = Fields::new();
        fields.apply(&shape(), &change(&[("coins", first)]));
        let outcome = fields.apply(&shape(), &change(&[("coins", second)]));
        (fields.remove("coins"), outcome)
    }

    /// C3 of [`ops::is_credit`], spelled out: from 3 of at most 10, there is room for one of the two.
    #[test]
    fn near_a_rejecting_maximum_the_first_credit_wins() {
        let above = Applied::Skipped(Skip::AboveMaximum);
        assert_eq!(both(Op::Add(6), Op::Add(5)), (Some(Field::Counter(9)), above));
        assert_eq!(both(Op::Add(5), Op::Add(6)), (Some(Field::Counter(8)), above));
    }

    /// Why `Max` is no credit.
    #[test]
    fn raising_does_not_commute_with_adding() {
        assert_eq!(both(Op::Max(5), Op::Add(4)), (Some(Field::Counter(9)), Applied::Whole));
        assert_eq!(both(Op::Add(4), Op::Max(5)), (Some(Field::Counter(7)), Applied::Whole));
    }
}
