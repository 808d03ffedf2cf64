//! The stored form of the flat document and of its changes.

use super::part::{Stored, refused};
use crate::fields::{Change, Field, FieldName, Fields};
use crate::json::{Elements, JsonError, Reader, Writer};
use crate::ops::Op;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

/// The kinds of fields, as they are stored.
pub(crate) const REGISTER: &str = "register";
pub(crate) const COUNTER: &str = "counter";
pub(crate) const SET: &str = "set";

const KIND: &str = "one of register, counter, set";
const OPERATION: &str = "[field, operation, argument]";

/// An object with a field for each field, in the order of their names.
impl<V: Stored + Ord> Stored for Fields<V> {
    fn write(&self, to: Writer<'_>) {
        to.object(|fields| {
            for (name, field) in self.iter() {
                field.write(fields.field(name.as_str()));
            }
        });
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        let mut fields = Self::new();
        from.object(|name, reader| {
            let name = FieldName::new(name).map_err(|_| reader.refuse("a field name of 1 to 64 bytes"))?;
            fields.insert(name, Field::read(reader)?);
            Ok(())
        })?;
        Ok(fields)
    }
}

/// An object whose only key is the kind.
impl<V: Stored + Ord> Stored for Field<V> {
    fn write(&self, to: Writer<'_>) {
        to.object(|fields| match self {
            Self::Register(value) => value.write(fields.field(REGISTER)),
            Self::Counter(value) => fields.field(COUNTER).i64(*value),
            Self::Set(values) => {
                fields.field(SET).array(|elements| values.iter().for_each(|it| it.write(elements.element())));
            }
        });
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        let at = from.position();
        let mut field = None;
        from.object(|kind, reader| {
            if field.is_some() {
                return Err(reader.refuse(KIND));
            }
            field = Some(match kind.as_ref() {
                REGISTER => Self::Register(V::read(reader)?),
                COUNTER => Self::Counter(reader.i64()?),
                SET => Self::Set(read_set(reader)?),
                _ => return Err(reader.refuse(KIND)), // wildcard: any other text
            });
            Ok(())
        })?;
        field.ok_or(refused(at, KIND))
    }
}

/// Any order is taken: programs in other languages may sort values in another way.
fn read_set<V: Stored + Ord>(reader: &mut Reader<'_>) -> Result<BTreeSet<V>, JsonError> {
    let mut values = BTreeSet::new();
    reader.array(|_, reader| {
        let at = reader.position();
        if !values.insert(V::read(reader)?) {
            return Err(refused(at, "each value of a set once"));
        }
        Ok(())
    })?;
    Ok(values)
}

/// An array of operations, in their order.
impl<V: Stored> Stored for Change<V> {
    fn write(&self, to: Writer<'_>) {
        to.array(|elements| {
            for (name, op) in self.ops() {
                elements.element().array(|parts| {
                    parts.element().string(name.as_str());
                    write_op(parts, op);
                });
            }
        });
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        let at = from.position();
        let mut ops = Vec::new();
        from.array(|_, reader| {
            ops.push(read_op(reader, read_name)?);
            Ok(())
        })?;
        Self::new(ops).map_err(|_| refused(at, "no more operations in a change than the limit"))
    }
}

/// The word and the arguments of an operation.
pub(crate) fn write_op<V: Stored>(parts: &mut Elements<'_>, op: &Op<V>) {
    let word = match op {
        Op::Add(_) => "add",
        Op::Set(_) => "set",
        Op::SetIf { .. } => "set_if",
        Op::Delete => "delete",
        Op::Insert(_) => "insert",
        Op::Remove(_) => "remove",
        Op::Min(_) => "min",
        Op::Max(_) => "max",
    };
    parts.element().string(word);
    match op {
        Op::Add(number) | Op::Min(number) | Op::Max(number) => parts.element().i64(*number),
        Op::Set(value) | Op::Insert(value) | Op::Remove(value) => value.write(parts.element()),
        Op::SetIf { expect, value } => {
            value.write(parts.element());
            if let Some(expect) = expect {
                expect.write(parts.element());
            }
        }
        Op::Delete => {}
    }
}

/// What has been read of one operation; `N` says what it is done to.
enum Part<N, V> {
    Nothing,
    Field(N),
    Word(N, Word<V>),
    Whole(N, Op<V>),
}

/// An operation that waits for its argument.
#[derive(Clone, Copy)]
enum Word<V> {
    Number(fn(i64) -> Op<V>),
    Value(fn(V) -> Op<V>),
}

fn read_name(reader: &mut Reader<'_>) -> Result<FieldName, JsonError> {
    let at = reader.position();
    FieldName::new(reader.string()?).map_err(|_| refused(at, "a field name of 1 to 64 bytes"))
}

/// An operation, after what `name` reads.
pub(crate) fn read_op<N, V: Stored>(
    reader: &mut Reader<'_>,
    name: impl Fn(&mut Reader<'_>) -> Result<N, JsonError>,
) -> Result<(N, Op<V>), JsonError> {
    let at = reader.position();
    let mut part = Part::Nothing;
    reader.array(|_, reader| {
        let before = core::mem::replace(&mut part, Part::Nothing);
        part = match before {
            Part::Nothing => Part::Field(name(reader)?),
            Part::Field(name) => {
                let at = reader.position();
                match reader.string()?.as_ref() {
                    "add" => Part::Word(name, Word::Number(Op::Add)),
                    "min" => Part::Word(name, Word::Number(Op::Min)),
                    "max" => Part::Word(name, Word::Number(Op::Max)),
                    "set" => Part::Word(name, Word::Value(Op::Set)),
                    "insert" => Part::Word(name, Word::Value(Op::Insert)),
                    "remove" => Part::Word(name, Word::Value(Op::Remove)),
                    "set_if" => Part::Word(name, Word::Value(|value| Op::SetIf { expect: None, value })),
                    "delete" => Part::Whole(name, Op::Delete),
                    _ => return Err(refused(at, "the word for an operation")),
                }
            }
            Part::Word(name, Word::Number(op)) => Part::Whole(name, op(reader.i64()?)),
            Part::Word(name, Word::Value(op)) => Part::Whole(name, op(V::read(reader)?)),
            // Only a conditional set has a second argument; without it, the field has to be absent.
            Part::Whole(name, Op::SetIf { expect: None, value }) => {
                let expect = Some(V::read(reader)?);
                Part::Whole(name, Op::SetIf { expect, value })
            }
            Part::Whole(..) => return Err(reader.refuse("no further argument")),
        };
        Ok(())
    })?;
    match part {
        Part::Whole(name, op) => Ok((name, op)),
        Part::Nothing | Part::Field(_) | Part::Word(..) => Err(refused(at, OPERATION)),
    }
}
