//! The way to a place while a value is walked, without an allocation; and who is told of the operations found there.

use crate::ops::Op;
use crate::value::{Path, Segment, Text, Value};
use alloc::vec::Vec;

/// A place in a value: one step, and the place that it starts from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trail<'t, 'v> {
    before: Option<&'t Trail<'t, 'v>>,
    /// The key of the last step, or `None` and its index; apart, since one word is copied faster than both.
    key: Option<&'v Text>,
    index: u32,
    depth: usize,
}

/// One step.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way<'v> {
    /// From nowhere, to the root.
    Root,
    /// To the value of a key.
    Key(&'v Text),
    /// To an element.
    Index(u32),
}

impl<'v> Trail<'_, 'v> {
    /// The place of the whole value.
    pub(crate) fn root() -> Self {
        Self { before: None, key: None, index: 0, depth: 0 }
    }

    /// One step further, to the value of a key.
    #[inline]
    pub(crate) fn key(&self, key: &'v Text) -> Trail<'_, 'v> {
        Trail { before: Some(self), key: Some(key), index: 0, depth: self.depth.saturating_add(1) }
    }

    /// One step further, to an element.
    #[inline]
    pub(crate) fn index(&self, index: usize) -> Trail<'_, 'v> {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        Trail { before: Some(self), key: None, index, depth: self.depth.saturating_add(1) }
    }

    /// The place before; `None` at the root.
    pub(crate) fn before(&self) -> Option<&Trail<'_, 'v>> {
        self.before
    }

    /// The step from there.
    pub(crate) fn step(&self) -> Way<'v> {
        match (self.before, self.key) {
            (None, _) => Way::Root,
            (Some(_), Some(key)) => Way::Key(key),
            (Some(_), None) => Way::Index(self.index),
        }
    }

    /// Number of steps from the root.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// The path, with the keys copied.
    pub(crate) fn path(&self) -> Path {
        let mut segments = Vec::with_capacity(self.depth);
        self.collect(&mut segments);
        Path::from(segments)
    }

    fn collect(&self, segments: &mut Vec<Segment>) {
        if let Some(before) = self.before {
            before.collect(segments);
        }
        match self.step() {
            Way::Root => {}
            Way::Key(key) => segments.push(Segment::Key(key.clone())),
            Way::Index(index) => segments.push(Segment::Index(index)),
        }
    }
}

/// How far a sink has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Mark {
    /// Operations.
    pub(crate) ops: usize,
    /// Bytes, if it writes any.
    pub(crate) bytes: usize,
}

/// Takes operations in the order in which they are to be applied.
pub(crate) trait Sink {
    /// An operation at a place. The first `shared` steps are those of the operation before.
    fn op(&mut self, at: &Trail<'_, '_>, shared: usize, op: &Op<&Value>);

    /// The same, for the place at the end of a way of places through the tables of `root`.
    fn op_at(&mut self, root: &Value, way: &[u32], shared: usize, op: &Op<&Value>) {
        along(self, root, way, &Trail::root(), shared, op);
    }

    /// How far it has come.
    fn mark(&self) -> Mark;

    /// Forgets what came after.
    fn rewind(&mut self, mark: Mark);
}

fn along<S: Sink + ?Sized>(
    sink: &mut S,
    value: &Value,
    way: &[u32],
    at: &Trail<'_, '_>,
    shared: usize,
    op: &Op<&Value>,
) {
    let Some((slot, way)) = way.split_first() else {
        return sink.op(at, shared, op);
    };
    let slot = usize::try_from(*slot).unwrap_or(usize::MAX);
    match step(value, slot) {
        Some((Way::Key(key), value)) => along(sink, value, way, &at.key(key), shared, op),
        Some((_, value)) => along(sink, value, way, &at.index(slot), shared, op),
        None => {}
    }
}

/// The step to a place of a table, and what is there.
#[inline]
pub(crate) fn step(table: &Value, slot: usize) -> Option<(Way<'_>, &Value)> {
    match table {
        Value::Map(map) => Some((Way::Key(map.keys().as_slice().get(slot)?), map.values().get(slot)?)),
        Value::Array(array) => Some((Way::Index(u32::try_from(slot).unwrap_or(u32::MAX)), array.get(slot)?)),
        Value::Nil | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Buffer(_) | Value::Roblox(_) => None,
    }
}

/// Collects the operations of a change.
impl Sink for Vec<(Path, Op<Value>)> {
    fn op(&mut self, at: &Trail<'_, '_>, _shared: usize, op: &Op<&Value>) {
        self.push((at.path(), op.map(|value| (*value).clone())));
    }

    fn mark(&self) -> Mark {
        Mark { ops: self.len(), bytes: 0 }
    }

    fn rewind(&mut self, mark: Mark) {
        self.truncate(mark.ops);
    }
}
