//! Bytes from anywhere, taken value by value.

use super::cursor::Cursor;
use super::error::{BadBinary, BinaryProblem, Refused};
use super::put::{Form, INTEGERS, form};
use super::shapes::Shapes;
use super::{Limits, roblox, tag};
use crate::value::{Float, Keys, Map, Number, Path, Segment, Text, Value};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A reader of values that follow each other; it keeps the lists of keys from one to the next.
///
/// A count is believed as far as the bytes that are left could hold so many values, beside those that open arrays and maps
/// were promised. So there are never more places for values than bytes, however deep the lies are nested.
#[derive(Clone, Debug)]
pub(crate) struct Source<'a> {
    /// The bytes, for what is no value. Whoever takes from it takes whole things.
    pub(crate) cursor: Cursor<'a>,
    shapes: Shapes,
    limits: Limits,
    /// Arrays and maps that are open.
    depth: u8,
    /// Values that the open ones still wait for; each takes a byte at least.
    owed: usize,
    /// Where a refusal came about, the last step first.
    path: Vec<Segment>,
}

impl<'a> Source<'a> {
    /// Bytes that hold at most what the limits allow.
    pub(crate) fn new(bytes: &'a [u8], limits: Limits) -> Result<Self, BadBinary> {
        let cursor = Cursor::new(bytes);
        let source = Self { cursor, shapes: Shapes::default(), limits, depth: 0, owed: 0, path: Vec::new() };
        if bytes.len() > limits.max_bytes {
            let what = BinaryProblem::TooBig { limit: limits.max_bytes };
            return Err(source.bad(Refused { at: 0, what }));
        }
        Ok(source)
    }

    /// A refusal with its path in the value that was last begun. Nothing can be taken afterwards.
    pub(crate) fn bad(mut self, refused: Refused) -> BadBinary {
        self.path.reverse();
        BadBinary { at: refused.at, path: Path::from(self.path), what: refused.what }
    }

    /// The next value, as [`put`](super::put::put) puts it.
    pub(crate) fn value(&mut self) -> Result<Value, Refused> {
        let at = self.cursor.at();
        let tag = self.cursor.byte()?;
        match tag {
            tag::SMALL..=tag::SMALL_LAST => Ok(Value::from(u32::from(tag))),
            tag::TEXT..=tag::TEXT_LAST => self.string(usize::from(tag.wrapping_sub(tag::TEXT))),
            tag::ARRAY..=tag::ARRAY_LAST => self.array(at, usize::from(tag.wrapping_sub(tag::ARRAY))),
            tag::MAP..=tag::MAP_LAST => self.known_map(at, usize::from(tag.wrapping_sub(tag::MAP))),
            tag::NIL => Ok(Value::Nil),
            tag::FALSE => Ok(Value::Bool(false)),
            tag::TRUE => Ok(Value::Bool(true)),
            tag::INTEGER => self.integer(at),
            tag::SINGLE => {
                let Float(single) = self.cursor.part()?;
                let number = Number(f64::from(single));
                self.number(at, number, matches!(form(number), Form::Single(_)))
            }
            tag::DOUBLE => {
                let number = Number(f64::from_bits(self.cursor.part()?));
                self.number(at, number, matches!(form(number), Form::Double))
            }
            tag::LONG_TEXT => {
                let len = self.long(at, tag::TEXT, tag::TEXT_LAST)?;
                self.string(len)
            }
            tag::LONG_ARRAY => {
                let len = self.long(at, tag::ARRAY, tag::ARRAY_LAST)?;
                self.array(at, len)
            }
            tag::EMPTY_MAP => {
                self.open(at, 0)?;
                self.close();
                Ok(Map::new().into())
            }
            tag::NEW_MAP => {
                let keys = self.keys()?;
                self.map(at, keys)
            }
            tag::LATER_MAP => {
                let number = self.long(at, tag::MAP, tag::MAP_LAST)?;
                self.known_map(at, number)
            }
            tag::BUFFER => Ok(Value::Buffer(self.text()?.into())),
            _ => roblox::take(tag, at, &mut self.cursor).map(Value::Roblox), // wildcard: all others are of that table
        }
    }

    /// Bytes behind their length.
    pub(crate) fn text(&mut self) -> Result<&'a [u8], Refused> {
        let len = self.cursor.length()?;
        self.cursor.bytes(len)
    }

    fn string(&mut self, len: usize) -> Result<Value, Refused> {
        self.cursor.bytes(len).map(|bytes| Value::Text(bytes.into()))
    }

    fn integer(&mut self, at: usize) -> Result<Value, Refused> {
        let zigzag = self.cursor.varint()?;
        let magnitude = (zigzag >> 1).cast_signed();
        let integer = if zigzag & 1 == 0 { magnitude } else { !magnitude };
        if integer.unsigned_abs() > INTEGERS {
            return Err(Refused { at, what: BinaryProblem::OutOfRange });
        }
        #[expect(clippy::cast_precision_loss, reason = "up to 2^53 nothing is lost")]
        let number = Number(integer as f64);
        self.number(at, number, !(0..=63).contains(&integer))
    }

    fn number(&self, at: usize, number: Number, is_its_form: bool) -> Result<Value, Refused> {
        if is_its_form { Ok(Value::Number(number)) } else { Err(Refused { at, what: BinaryProblem::NotShortest }) }
    }

    /// A count behind its tag, which must not fit into one of the tags from `first` to `last`.
    fn long(&mut self, at: usize, first: u8, last: u8) -> Result<usize, Refused> {
        let count = self.cursor.length()?;
        if count > usize::from(last.wrapping_sub(first)) {
            Ok(count)
        } else {
            Err(Refused { at, what: BinaryProblem::NotShortest })
        }
    }

    fn array(&mut self, at: usize, len: usize) -> Result<Value, Refused> {
        self.open(at, len)?;
        let mut values = Vec::with_capacity(len);
        for index in 0..len {
            self.owed = self.owed.saturating_sub(1);
            match self.value() {
                Ok(value) => values.push(value),
                Err(refused) => {
                    self.path.push(Segment::Index(u32::try_from(index).unwrap_or(u32::MAX)));
                    return Err(refused);
                }
            }
        }
        self.close();
        Ok(Value::Array(Arc::new(values)))
    }

    fn known_map(&mut self, at: usize, number: usize) -> Result<Value, Refused> {
        let keys = self.shapes.get(number).cloned();
        self.map(at, keys.ok_or(Refused { at, what: BinaryProblem::UnknownKeys })?)
    }

    fn map(&mut self, at: usize, keys: Keys) -> Result<Value, Refused> {
        self.open(at, keys.len())?;
        let mut values = Vec::with_capacity(keys.len());
        for key in keys.as_slice() {
            let at = self.cursor.at();
            self.owed = self.owed.saturating_sub(1);
            let value = match self.value() {
                Ok(Value::Nil) => Err(Refused { at, what: BinaryProblem::NilInMap }),
                other => other,
            };
            match value {
                Ok(value) => values.push(value),
                Err(refused) => {
                    self.path.push(Segment::Key(key.clone()));
                    return Err(refused);
                }
            }
        }
        self.close();
        // Neither of the two reasons against it is left.
        Map::with(keys, values).map(Value::from).ok_or(Refused { at, what: BinaryProblem::NilInMap })
    }

    /// A list of keys that has not been.
    fn keys(&mut self) -> Result<Keys, Refused> {
        let at = self.cursor.at();
        let len = self.cursor.length()?;
        if len == 0 {
            return Err(Refused { at, what: BinaryProblem::NotShortest });
        }
        // Each key takes a byte here, and its value another.
        self.promise(at, len.saturating_mul(2))?;
        let mut keys: Vec<Text> = Vec::with_capacity(len);
        for _ in 0..len {
            let at = self.cursor.at();
            let key = self.text()?;
            if keys.last().is_some_and(|last| last.as_bytes() >= key) {
                return Err(Refused { at, what: BinaryProblem::KeyOrder });
            }
            keys.push(key.into());
        }
        let keys = Keys::new(keys);
        if self.shapes.admit(&keys) { Ok(keys) } else { Err(Refused { at, what: BinaryProblem::KnownKeys }) }
    }

    /// Begins an array or a map of so many values.
    fn open(&mut self, at: usize, values: usize) -> Result<(), Refused> {
        if self.depth >= self.limits.max_depth {
            return Err(Refused { at, what: BinaryProblem::TooDeep { limit: self.limits.max_depth } });
        }
        self.promise(at, values)?;
        self.depth = self.depth.saturating_add(1);
        self.owed = self.owed.saturating_add(values);
        Ok(())
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Whether so many values could still come, beside those that are owed.
    fn promise(&self, at: usize, values: usize) -> Result<(), Refused> {
        if values <= self.cursor.left().saturating_sub(self.owed) {
            Ok(())
        } else {
            Err(Refused { at, what: BinaryProblem::Ended })
        }
    }
}
