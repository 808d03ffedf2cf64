//! How many bytes a document takes where it is stored, told by every operation, so that asking costs nothing.
//!
//! The figure is an upper bound that no credit lowers: a counter counts as its longest number, for with the exact one two
//! credits near the limit would fit in one order and not in the other (law C1 of [`crate::ops::is_credit`]).

use crate::fields::{Declared, Field, FieldName};
use crate::json::Writer;
use crate::ops::Op;
use crate::stored::{COUNTER, REGISTER, SET, Stored};
use alloc::string::String;

/// The braces around the fields.
pub(super) const EMPTY: usize = 2;

/// What one operation does to the size of a document.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Growth {
    more: usize,
    less: usize,
}

impl Growth {
    pub(super) fn after(self, bytes: usize) -> usize {
        bytes.saturating_add(self.more).saturating_sub(self.less)
    }
}

/// The bytes of a field: its name, its kind, its content, and the comma behind it.
pub(super) fn of<V: Stored>(name: &FieldName, field: &Field<V>) -> usize {
    match field {
        Field::Register(value) => register(name, value),
        Field::Counter(_) => around(name, COUNTER, |to| to.i64(i64::MIN)),
        Field::Set(values) => {
            values.iter().map(element).fold(around(name, SET, |to| to.array(|_| ())), usize::saturating_add)
        }
    }
}

/// What an operation does to the size if it is not skipped. `old` is the field as it is stored.
pub(super) fn growth<V: Stored + Ord>(declared: &Declared<V>, old: Option<&Field<V>>, op: &Op<V>) -> Growth {
    let name = declared.name();
    let stored = |field: Option<&Field<V>>| field.map_or(0, |field| of(name, field));
    // A counter or set that is not stored begins with its default.
    let begun = if old.is_none() { stored(declared.start()) } else { 0 };
    let holds = |value| matches!(old.or(declared.start()), Some(Field::Set(values)) if values.contains(value));
    match op {
        Op::Set(value) | Op::SetIf { value, .. } => Growth { more: register(name, value), less: stored(old) },
        Op::Delete => Growth { more: 0, less: stored(old) },
        Op::Insert(value) => {
            Growth { more: begun.saturating_add(if holds(value) { 0 } else { element(value) }), less: 0 }
        }
        Op::Remove(value) => Growth { more: begun, less: if holds(value) { element(value) } else { 0 } },
        Op::Add(_) | Op::Min(_) | Op::Max(_) => Growth { more: begun, less: 0 },
    }
}

/// The bytes of a text that a writer makes.
pub(super) fn text(write: impl FnOnce(Writer<'_>)) -> usize {
    let mut text = String::new();
    write(Writer::new(&mut text));
    text.len()
}

fn register<V: Stored>(name: &FieldName, value: &V) -> usize {
    around(name, REGISTER, |to| value.write(to))
}

/// A value of a set, and the comma behind it.
fn element<V: Stored>(value: &V) -> usize {
    text(|to| value.write(to)).saturating_add(1)
}

/// The name, the colon, the kind with this content, the comma.
fn around(name: &FieldName, kind: &str, content: impl FnOnce(Writer<'_>)) -> usize {
    let field = text(|to| to.object(|fields| content(fields.field(kind))));
    text(|to| to.string(name.as_str())).saturating_add(field).saturating_add(2)
}
