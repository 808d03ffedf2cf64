//! A change: operations at paths.

use super::depth;
use crate::ops::Op;
use crate::value::{Path, Segment, Value};
use alloc::vec::Vec;
use core::fmt;

/// The largest number of operations in one change.
pub const MAX_OPS: usize = 65_536;

/// Operations at paths, in the order in which they are applied: what a change does not name, it does not touch (race R19).
/// An empty change does nothing and is always whole.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Change(Vec<(Path, Op<Value>)>);

impl Change {
    /// A change. It may name a path more than once; later operations see what earlier ones did.
    ///
    /// # Errors
    /// [`BadChange::TooMany`] beyond [`MAX_OPS`]; [`BadChange::Nil`] if a value to be put is nil, which `Delete` says;
    /// [`BadChange::TooDeep`] if a path with a value there is deeper than
    /// [`MAX_DEPTH`](super::MAX_DEPTH), or the value has more parts than a record can hold.
    pub fn new(ops: Vec<(Path, Op<Value>)>) -> Result<Self, BadChange> {
        if ops.len() > MAX_OPS {
            return Err(BadChange::TooMany { ops: ops.len() });
        }
        for (path, op) in &ops {
            check(path, op)?;
        }
        Ok(Self(ops))
    }

    /// A change of operations that were counted, and looked at with [`check`], one by one.
    pub(crate) fn of_checked(ops: Vec<(Path, Op<Value>)>) -> Self {
        Self(ops)
    }

    /// A change of one operation.
    ///
    /// # Errors
    /// As [`Change::new`].
    pub fn one(path: Path, op: Op<Value>) -> Result<Self, BadChange> {
        Self::new(Vec::from([(path, op)]))
    }

    /// The operations in order.
    pub fn ops(&self) -> &[(Path, Op<Value>)] {
        &self.0
    }
}

/// Whether a change may have the operation.
pub(crate) fn check(path: &Path, op: &Op<Value>) -> Result<(), BadChange> {
    let steps = path.segments().len();
    // A value of a set stands one table deeper than the set.
    let is_element = matches!(path.segments().last(), Some(Segment::Index(_)));
    let inside = if is_element { steps } else { steps.saturating_add(1) };
    let (is_nil, fits) = match op {
        Op::Set(value) => (matches!(value, Value::Nil), depth::fits(steps, value)),
        Op::SetIf { value, expect } => {
            let fits = depth::fits(steps, value) && expect.as_ref().is_none_or(|it| depth::fits(steps, it));
            (matches!(value, Value::Nil), fits)
        }
        Op::Insert(value) => (matches!(value, Value::Nil), depth::fits(inside, value)),
        Op::Remove(value) => (false, depth::fits(inside, value)),
        // Nothing is put there but, perhaps, the tables on the way.
        Op::Add(_) | Op::Delete | Op::Min(_) | Op::Max(_) => (false, steps <= depth::MAX_DEPTH),
    };
    match (is_nil, fits) {
        (true, _) => Err(BadChange::Nil { at: path.clone() }),
        (false, false) => Err(BadChange::TooDeep { at: path.clone() }),
        (false, true) => Ok(()),
    }
}

/// A change that was refused.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum BadChange {
    /// It has more than [`MAX_OPS`] operations.
    TooMany {
        /// How many it has.
        ops: usize,
    },
    /// The value to be put is nil.
    Nil {
        /// Where.
        at: Path,
    },
    /// The value would stand too deep or has more parts than a record can hold, or its path leads too deep.
    TooDeep {
        /// Where.
        at: Path,
    },
}

impl fmt::Display for BadChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany { ops } => write!(f, "a change of {ops} operations; at most {MAX_OPS} are applied together"),
            Self::Nil { at } => write!(f, "nil cannot be put at {at}: delete what is there"),
            Self::TooDeep { at } => {
                write!(
                    f,
                    "what is put at {at} would stand deeper than {} tables, or has too many parts; make it flatter",
                    depth::MAX_DEPTH
                )
            }
        }
    }
}

impl core::error::Error for BadChange {}
