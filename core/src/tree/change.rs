//! A change: operations at paths.

use super::depth;
use crate::ops::Op;
use crate::value::{Path, Value};
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
    /// [`BadChange::TooDeep`] if a path with what is put there is deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
    pub fn new(ops: Vec<(Path, Op<Value>)>) -> Result<Self, BadChange> {
        if ops.len() > MAX_OPS {
            return Err(BadChange::TooMany { ops: ops.len() });
        }
        for (path, op) in &ops {
            check(path, op)?;
        }
        Ok(Self(ops))
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

fn check(path: &Path, op: &Op<Value>) -> Result<(), BadChange> {
    match op {
        Op::Set(value) | Op::Insert(value) | Op::SetIf { value, .. } => {
            if *value == Value::Nil {
                return Err(BadChange::Nil { at: path.clone() });
            }
            if !depth::fits(path.segments().len(), value) {
                return Err(BadChange::TooDeep { at: path.clone() });
            }
        }
        // Nothing is put there but, perhaps, the tables on the way.
        Op::Add(_) | Op::Delete | Op::Remove(_) | Op::Min(_) | Op::Max(_) => {
            if path.segments().len() > depth::MAX_DEPTH {
                return Err(BadChange::TooDeep { at: path.clone() });
            }
        }
    }
    Ok(())
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
    /// The value to be put would stand too deep, or its path leads too deep.
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
                write!(f, "what is put at {at} would stand deeper than {} tables; make it flatter", depth::MAX_DEPTH)
            }
        }
    }
}

impl core::error::Error for BadChange {}
