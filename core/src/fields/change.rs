//! A change: operations that are applied together or not at all.

use crate::fields::FieldName;
use crate::ops::Op;
use alloc::vec::Vec;
use core::fmt;

/// The largest number of operations in one change.
pub const MAX_OPS: usize = 1_024;

/// Operations on named fields, in the order in which they are applied. There is no "whole document" among them: what a
/// change does not name, it does not touch (race R19). An empty change does nothing and is always whole.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Change<V>(Vec<(FieldName, Op<V>)>);

impl<V> Change<V> {
    /// A change. It may name a field more than once; later operations see what earlier ones did.
    ///
    /// # Errors
    /// [`TooManyOps`] beyond [`MAX_OPS`].
    pub fn new(ops: Vec<(FieldName, Op<V>)>) -> Result<Self, TooManyOps> {
        if ops.len() > MAX_OPS { Err(TooManyOps { ops: ops.len() }) } else { Ok(Self(ops)) }
    }

    /// A change of one operation.
    pub fn one(name: FieldName, op: Op<V>) -> Self {
        Self(Vec::from([(name, op)]))
    }

    /// The operations in order.
    pub fn ops(&self) -> &[(FieldName, Op<V>)] {
        &self.0
    }
}

/// A change was refused: it has more than [`MAX_OPS`] operations.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub struct TooManyOps {
    /// How many it has.
    pub ops: usize,
}

impl fmt::Display for TooManyOps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a change of {} operations; at most {MAX_OPS} are applied together", self.ops)
    }
}

impl core::error::Error for TooManyOps {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec;

    #[test]
    fn a_change_has_at_most_the_named_number_of_operations() {
        let op = (FieldName::new("coins").unwrap(), Op::<u8>::Add(1));
        assert_eq!(Change::new(vec![op.clone(); MAX_OPS]).unwrap().ops().len(), MAX_OPS);
        let refused = Change::new(vec![op.clone(); MAX_OPS + 1]).unwrap_err();
        assert_eq!(refused, TooManyOps { ops: 1_025 });
        assert!(refused.to_string().contains("1025"));
        assert_eq!(Change::one(op.0.clone(), op.1.clone()).ops(), [op]);
    }
}
