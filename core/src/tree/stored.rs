//! The stored text of a tree, which is that of its value, and of a change: operations of a path, a word and arguments.

use super::{Change, Tree};
use crate::json::{JsonError, Kind, Reader, Writer};
use crate::stored::{Stored, read_op, refused, write_op};
use crate::value::{Path, Segment, Text, Value};
use alloc::vec::Vec;

impl Stored for Tree {
    fn write(&self, to: Writer<'_>) {
        self.root().write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        Value::read(from).map(Self::new)
    }
}

impl Stored for Change {
    fn write(&self, to: Writer<'_>) {
        to.array(|elements| {
            for (path, op) in self.ops() {
                elements.element().array(|parts| {
                    path.write(parts.element());
                    write_op(parts, op);
                });
            }
        });
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        let at = from.position();
        let mut ops = Vec::new();
        from.array(|_, reader| {
            ops.push(read_op(reader, Path::read)?);
            Ok(())
        })?;
        Self::new(ops).map_err(|_| refused(at, "a change within the limits, which puts no null"))
    }
}

/// An array of keys, as strings of the text form, and of indices, as numbers from 0.
impl Stored for Path {
    fn write(&self, to: Writer<'_>) {
        to.array(|elements| {
            for segment in self.segments() {
                match segment {
                    Segment::Key(key) => Value::Text(key.clone()).write(elements.element()),
                    Segment::Index(index) => elements.element().u32(*index),
                }
            }
        });
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        let mut segments = Vec::new();
        from.array(|_, reader| {
            segments.push(if reader.peek()? == Kind::Number {
                Segment::Index(reader.u32()?)
            } else {
                Segment::Key(key(reader)?)
            });
            Ok(())
        })?;
        Ok(Self::from(segments))
    }
}

fn key(reader: &mut Reader<'_>) -> Result<Text, JsonError> {
    let at = reader.position();
    if let Value::Text(key) = Value::read(reader)? { Ok(key) } else { Err(refused(at, "a key or an index")) }
}
