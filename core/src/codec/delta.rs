//! The binary form of a change: what was edited, for journals, recordings and messages (DIA-12). SPEC.md has its table of
//! bytes.
//!
//! Each operation says how many steps of its path are those of the operation before, then the rest. The first
//! [`NUMBERED`] different keys are written once, and afterwards by their number. Canonical and bounded as the form of values:
//! reading takes at most 400 bytes of memory for each byte, which is what operations take that repeat a long path, and there
//! are at most [`MAX_OPS`](crate::tree::MAX_OPS) of them.

use super::binary::cursor::{Cursor, put_length, put_varint, put_zigzag};
use super::binary::put::put;
use super::binary::{BadBinary, BinaryProblem, Limits, Refused, Shapes, Source};
use crate::ops::Op;
use crate::tree::{Change, MAX_DEPTH, Mark, Sink, Trail, Way, check, step};
use crate::value::{Path, Segment, Text, Value};
use alloc::vec::Vec;

/// The first byte.
pub const VERSION: u8 = 1;

/// How many keys have a number.
pub const NUMBERED: usize = 32;

/// Puts a change behind `out`, with the version in front.
pub fn write(change: &Change, out: &mut Vec<u8>) {
    let mut delta = Delta::new(out);
    let mut before: &[Segment] = &[];
    for (path, op) in change.ops() {
        let (segments, op) = (path.segments(), op.map(|value| value));
        let shared = before.iter().zip(segments).take_while(|(a, b)| a == b).count();
        let rest = segments.get(shared..).unwrap_or_default();
        delta.begin(shared, rest.len(), &op);
        for segment in rest {
            match segment {
                Segment::Key(key) => delta.key(key.as_bytes()),
                Segment::Index(index) => delta.index(*index),
            }
        }
        delta.arguments(&op);
        before = segments;
    }
}

/// Reads bytes that hold exactly one change.
///
/// # Errors
/// They are not the form of a change, or go beyond the limits.
pub fn read(bytes: &[u8], limits: Limits) -> Result<Change, BadBinary> {
    let bad = |refused: Refused, path: Path| BadBinary { at: refused.at, path, what: refused.what };
    if bytes.len() > limits.max_bytes {
        let what = BinaryProblem::TooBig { limit: limits.max_bytes };
        return Err(bad(Refused { at: 0, what }, Path::root()));
    }
    let mut reader = Operations { cursor: Cursor::new(bytes), path: Path::root(), keys: Vec::new(), limits };
    let mut ops = Vec::new();
    let read = reader.version().and_then(|()| {
        while reader.cursor.left() > 0 {
            let at = reader.cursor.at();
            let op = reader.operation(ops.is_empty())?;
            if ops.len() >= crate::tree::MAX_OPS || check(&reader.path, &op).is_err() {
                return Err(Refused { at, what: BinaryProblem::BadOperation });
            }
            ops.push((reader.path.clone(), op));
        }
        Ok(())
    });
    read.map_err(|refused| bad(refused, reader.path))?;
    Ok(Change::of_checked(ops))
}

/// The low bits of an operation's first byte.
fn kind<V>(op: &Op<V>) -> u8 {
    match op {
        Op::Add(_) => 0,
        Op::Set(_) => 1,
        Op::SetIf { .. } => 2,
        Op::Delete => 3,
        Op::Insert(_) => 4,
        Op::Remove(_) => 5,
        Op::Min(_) => 6,
        Op::Max(_) => 7,
    }
}

/// Writes operations one after the other.
pub(crate) struct Delta<'o> {
    out: &'o mut Vec<u8>,
    /// Where the keys stand that have a number, and how long they are.
    keys: [(u32, u32); NUMBERED],
    numbered: usize,
    ops: usize,
}

impl<'o> Delta<'o> {
    /// Begins a change behind `out`.
    pub(crate) fn new(out: &'o mut Vec<u8>) -> Self {
        out.push(VERSION);
        Self { out, keys: [(0, 0); NUMBERED], numbered: 0, ops: 0 }
    }

    /// How many operations there are.
    pub(crate) fn len(&self) -> usize {
        self.ops
    }

    fn begin(&mut self, shared: usize, rest: usize, op: &Op<&Value>) {
        self.ops = self.ops.saturating_add(1);
        let shared = u8::try_from(shared).unwrap_or(u8::MAX);
        self.out.push(shared << 3 | kind(op));
        put_length(rest, self.out);
    }

    fn index(&mut self, index: u32) {
        put_varint(u64::from(index) << 1 | 1, self.out);
    }

    fn key(&mut self, key: &[u8]) {
        let is_here = |(begin, len): &(u32, u32)| {
            let (begin, len) = (size(*begin), size(*len));
            len == key.len() && self.out.get(begin..begin.saturating_add(len)) == Some(key)
        };
        if let Some(number) = self.keys.iter().take(self.numbered).position(is_here) {
            put_length(number.saturating_add(1).saturating_mul(2), self.out);
            return;
        }
        self.out.push(0);
        put_length(key.len(), self.out);
        // What is longer than 32 bits tell is beyond the limits of every reader.
        if let (Some(place), Ok(begin), Ok(len)) =
            (self.keys.get_mut(self.numbered), u32::try_from(self.out.len()), u32::try_from(key.len()))
        {
            *place = (begin, len);
            self.numbered = self.numbered.saturating_add(1);
        }
        self.out.extend_from_slice(key);
    }

    fn arguments(&mut self, op: &Op<&Value>) {
        match op {
            Op::Add(it) | Op::Min(it) | Op::Max(it) => put_zigzag(*it, self.out),
            Op::Set(value) | Op::Insert(value) | Op::Remove(value) => put(value, &mut Shapes::default(), self.out),
            Op::SetIf { expect, value } => {
                self.out.push(u8::from(expect.is_some()));
                put(value, &mut Shapes::default(), self.out);
                if let Some(expect) = expect {
                    put(expect, &mut Shapes::default(), self.out);
                }
            }
            Op::Delete => {}
        }
    }

    fn steps(&mut self, at: &Trail<'_, '_>, shared: usize) {
        if at.depth() <= shared {
            return;
        }
        if let Some(before) = at.before() {
            self.steps(before, shared);
        }
        match at.step() {
            Way::Root => {}
            Way::Key(key) => self.key(key.as_bytes()),
            Way::Index(index) => self.index(index),
        }
    }
}

impl Sink for Delta<'_> {
    fn op(&mut self, at: &Trail<'_, '_>, shared: usize, op: &Op<&Value>) {
        self.begin(shared, at.depth().saturating_sub(shared), op);
        self.steps(at, shared);
        self.arguments(op);
    }

    fn op_at(&mut self, root: &Value, way: &[u32], shared: usize, op: &Op<&Value>) {
        self.begin(shared, way.len().saturating_sub(shared), op);
        let mut value = root;
        for (depth, slot) in way.iter().enumerate() {
            let Some((way, next)) = step(value, usize::try_from(*slot).unwrap_or(usize::MAX)) else {
                break;
            };
            match way {
                Way::Key(key) if depth >= shared => self.key(key.as_bytes()),
                Way::Index(index) if depth >= shared => self.index(index),
                Way::Root | Way::Key(_) | Way::Index(_) => {}
            }
            value = next;
        }
        self.arguments(op);
    }

    fn mark(&self) -> Mark {
        Mark { ops: self.ops, bytes: self.out.len() }
    }

    fn rewind(&mut self, mark: Mark) {
        self.ops = mark.ops;
        self.out.truncate(mark.bytes);
        let known = self.keys.iter().take(self.numbered);
        self.numbered = known.take_while(|(begin, _)| size(*begin) < mark.bytes).count();
    }
}

fn size(word: u32) -> usize {
    usize::try_from(word).unwrap_or(usize::MAX)
}

/// Reads operations one after the other.
struct Operations<'a> {
    cursor: Cursor<'a>,
    /// That of the operation before.
    path: Path,
    keys: Vec<Text>,
    limits: Limits,
}

impl Operations<'_> {
    fn version(&mut self) -> Result<(), Refused> {
        let at = self.cursor.at();
        let found = self.cursor.byte()?;
        if found == VERSION { Ok(()) } else { Err(Refused { at, what: BinaryProblem::Version { found } }) }
    }

    fn operation(&mut self, is_first: bool) -> Result<Op<Value>, Refused> {
        let at = self.cursor.at();
        let refused = |what| Refused { at, what };
        let head = self.cursor.byte()?;
        let shared = usize::from(head >> 3);
        let rest = self.cursor.length()?;
        let before = self.path.segments().len();
        if shared > before || shared.saturating_add(rest) > MAX_DEPTH || (is_first && shared > 0) {
            return Err(refused(BinaryProblem::OutOfRange));
        }
        let mut next = None;
        while self.path.segments().len() > shared {
            next = self.path.pop();
        }
        for _ in 0..rest {
            let segment = self.segment()?;
            // The step was that of the operation before, so it was shared.
            if next.take().is_some_and(|next| next == segment) {
                return Err(refused(BinaryProblem::NotShortest));
            }
            self.path.push(segment);
        }
        Ok(match head & 7 {
            0 => Op::Add(self.cursor.zigzag()?),
            1 => Op::Set(self.value()?),
            2 => {
                let at = self.cursor.at();
                let has_expect = match self.cursor.byte()? {
                    0 => false,
                    1 => true,
                    2.. => return Err(Refused { at, what: BinaryProblem::OutOfRange }),
                };
                let value = self.value()?;
                let expect = if has_expect { Some(self.value()?) } else { None };
                Op::SetIf { expect, value }
            }
            3 => Op::Delete,
            4 => Op::Insert(self.value()?),
            5 => Op::Remove(self.value()?),
            6 => Op::Min(self.cursor.zigzag()?),
            _ => Op::Max(self.cursor.zigzag()?), // wildcard: three bits, so 7
        })
    }

    fn segment(&mut self) -> Result<Segment, Refused> {
        let at = self.cursor.at();
        let refused = |what| Refused { at, what };
        let word = self.cursor.varint()?;
        if word & 1 == 1 {
            let index = u32::try_from(word >> 1).map_err(|_| refused(BinaryProblem::OutOfRange))?;
            return Ok(Segment::Index(index));
        }
        if let Some(number) = (word >> 1).checked_sub(1) {
            let key = usize::try_from(number).ok().and_then(|number| self.keys.get(number));
            return key.cloned().map(Segment::Key).ok_or(refused(BinaryProblem::UnknownKeys));
        }
        let len = self.cursor.length()?;
        let key = Text::from(self.cursor.bytes(len)?);
        if self.keys.contains(&key) {
            return Err(refused(BinaryProblem::KnownKeys));
        }
        if self.keys.len() < NUMBERED {
            self.keys.push(key.clone());
        }
        Ok(Segment::Key(key))
    }

    /// A value that shares nothing with those before it.
    fn value(&mut self) -> Result<Value, Refused> {
        let begin = self.cursor.at();
        let further = |refused: Refused| Refused { at: refused.at.saturating_add(begin), ..refused };
        let mut source = Source::new(self.cursor.rest(), self.limits)
            .map_err(|bad| further(Refused { at: bad.at, what: bad.what }))?;
        let value = source.value().map_err(further)?;
        self.cursor.bytes(source.cursor.at()).map_err(further)?;
        Ok(value)
    }
}
