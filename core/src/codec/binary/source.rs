//! Bytes from anywhere, taken value by value.

use super::cursor::Cursor;
use super::error::{BadBinary, BinaryProblem, Refused};
use super::put::{Form, INTEGERS, form};
use super::shapes::KnownShapes;
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
    shapes: KnownShapes<'a>,
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
        let source = Self { cursor, shapes: KnownShapes::default(), limits, depth: 0, owed: 0, path: Vec::new() };
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
        let mut value = Value::Nil;
        self.fill(&mut value)?;
        Ok(value)
    }

    /// Puts the next value into a place that holds nil. Each is made where it stays: a value that is handed up as a result is
    /// copied at every step, which costs more than to read it.
    fn fill(&mut self, place: &mut Value) -> Result<(), Refused> {
        let at = self.cursor.at();
        let tag = self.cursor.byte()?;
        match tag {
            tag::SMALL..=tag::SMALL_LAST => set(place, Value::Number(Number(f64::from(tag)))),
            tag::TEXT..=tag::TEXT_LAST => {
                let len = usize::from(tag.wrapping_sub(tag::TEXT));
                self.string(len, place)?;
            }
            tag::ARRAY..=tag::ARRAY_LAST => self.array(at, usize::from(tag.wrapping_sub(tag::ARRAY)), place)?,
            tag::MAP..=tag::MAP_LAST => self.known_map(at, usize::from(tag.wrapping_sub(tag::MAP)), place)?,
            tag::NIL => set(place, Value::Nil),
            tag::FALSE => set(place, Value::Bool(false)),
            tag::TRUE => set(place, Value::Bool(true)),
            tag::INTEGER => set(place, Value::Number(self.integer(at)?)),
            tag::SINGLE => {
                let Float(single) = self.cursor.part()?;
                let number = Number(f64::from(single));
                shortest(at, matches!(form(number), Form::Single(_)))?;
                set(place, Value::Number(number));
            }
            tag::DOUBLE => {
                let number = Number(f64::from_bits(self.cursor.part()?));
                shortest(at, matches!(form(number), Form::Double))?;
                set(place, Value::Number(number));
            }
            tag::LONG_TEXT => {
                let len = self.long(at, tag::TEXT, tag::TEXT_LAST)?;
                self.string(len, place)?;
            }
            tag::LONG_ARRAY => {
                let len = self.long(at, tag::ARRAY, tag::ARRAY_LAST)?;
                self.array(at, len, place)?;
            }
            tag::EMPTY_MAP => {
                let keys = self.shapes.empty();
                self.map(at, keys, place)?;
            }
            tag::NEW_MAP => {
                let keys = self.keys()?;
                self.map(at, keys, place)?;
            }
            tag::LATER_MAP => {
                let number = self.long(at, tag::MAP, tag::MAP_LAST)?;
                self.known_map(at, number, place)?;
            }
            tag::BUFFER => set(place, Value::Buffer(self.text()?.into())),
            _ => set(place, Value::Roblox(roblox::take(tag, at, &mut self.cursor)?)), // wildcard: of that table, or of none
        }
        Ok(())
    }

    /// Bytes behind their length.
    pub(crate) fn text(&mut self) -> Result<&'a [u8], Refused> {
        let len = self.cursor.length()?;
        self.cursor.bytes(len)
    }

    fn string(&mut self, len: usize, place: &mut Value) -> Result<(), Refused> {
        set(place, Value::Text(Text::default()));
        if let Value::Text(text) = place {
            self.cursor.text(len, text)?;
        }
        Ok(())
    }

    fn integer(&mut self, at: usize) -> Result<Number, Refused> {
        let integer = self.cursor.zigzag()?;
        shortest(at, !(0..=63).contains(&integer))?;
        if integer.unsigned_abs() > INTEGERS {
            return Err(Refused { at, what: BinaryProblem::OutOfRange });
        }
        #[expect(clippy::cast_precision_loss, reason = "up to 2^53 nothing is lost")]
        Ok(Number(integer as f64))
    }

    /// A count behind its tag, which must not fit into one of the tags from `first` to `last`.
    fn long(&mut self, at: usize, first: u8, last: u8) -> Result<usize, Refused> {
        let count = self.cursor.length()?;
        shortest(at, count > usize::from(last.wrapping_sub(first)))?;
        Ok(count)
    }

    fn array(&mut self, at: usize, len: usize, place: &mut Value) -> Result<(), Refused> {
        self.open(at, len)?;
        let mut values: Vec<Value> = (0..len).map(|_| Value::Nil).collect();
        for (index, value) in values.iter_mut().enumerate() {
            self.owed = self.owed.saturating_sub(1);
            if let Err(refused) = self.fill(value) {
                self.path.push(Segment::Index(u32::try_from(index).unwrap_or(u32::MAX)));
                return Err(refused);
            }
        }
        self.close();
        set(place, Value::Array(Arc::new(values)));
        Ok(())
    }

    fn known_map(&mut self, at: usize, number: usize, place: &mut Value) -> Result<(), Refused> {
        let keys = self.shapes.get(number).cloned();
        self.map(at, keys.ok_or(Refused { at, what: BinaryProblem::UnknownKeys })?, place)
    }

    fn map(&mut self, at: usize, keys: Keys, place: &mut Value) -> Result<(), Refused> {
        self.open(at, keys.len())?;
        let mut values: Vec<Value> = keys.as_slice().iter().map(|_| Value::Nil).collect();
        for (key, value) in keys.as_slice().iter().zip(&mut values) {
            self.owed = self.owed.saturating_sub(1);
            let read = match self.cursor.rest().first() {
                Some(&tag::NIL) => Err(self.cursor.refused(BinaryProblem::NilInMap)),
                Some(_) | None => self.fill(value),
            };
            if let Err(refused) = read {
                self.path.push(Segment::Key(key.clone()));
                return Err(refused);
            }
        }
        self.close();
        set(place, Value::Map(Arc::new(Map::of(keys, values))));
        Ok(())
    }

    /// A list of keys that has not been.
    fn keys(&mut self) -> Result<Keys, Refused> {
        let at = self.cursor.at();
        let bytes = self.cursor.rest();
        let len = self.cursor.length()?;
        shortest(at, len != 0)?;
        // Each key takes a byte here, and its value another.
        self.promise(at, len.saturating_mul(2))?;
        let mut keys: Vec<Text> = (0..len).map(|_| Text::default()).collect();
        let mut last = None;
        for key in &mut keys {
            let at = self.cursor.at();
            let len = self.cursor.length()?;
            let bytes = self.cursor.text(len, key)?;
            if last.is_some_and(|last| !ascend(last, bytes)) {
                return Err(Refused { at, what: BinaryProblem::KeyOrder });
            }
            last = Some(bytes);
        }
        let keys = Keys::ascending(keys);
        let bytes = bytes.get(..bytes.len().saturating_sub(self.cursor.left())).unwrap_or(bytes);
        if self.shapes.admit(bytes, &keys) { Ok(keys) } else { Err(Refused { at, what: BinaryProblem::KnownKeys }) }
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

/// Sets a place that holds nil, of which nothing has to be dropped.
#[inline]
fn set(place: &mut Value, value: Value) {
    core::mem::forget(core::mem::replace(place, value));
}

/// Refuses a form, begun at `at`, that is not the shortest of its value.
fn shortest(at: usize, is: bool) -> Result<(), Refused> {
    if is { Ok(()) } else { Err(Refused { at, what: BinaryProblem::NotShortest }) }
}

/// Whether two keys ascend; their first bytes mostly tell.
fn ascend(a: &[u8], b: &[u8]) -> bool {
    a.first() < b.first() || a < b
}
