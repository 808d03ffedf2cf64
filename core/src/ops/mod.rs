//! Typed operations on one field: old value in, new value and outcome out (decisions D11–D16).
//!
//! A change names what is to happen, never what the result is to be, so it needs no baseline and absence means
//! "untouched" (race R19). Arithmetic exists only on fields that are declared counters (race R15); their bounds are
//! checked here, at the commit, against the value that is in the record (race R18). Counters are integers, so NaN and
//! infinity cannot occur; a sum that would overflow counts as past the bound that it moves towards and never wraps.
//!
//! **Direction.** An operation on a counter is checked against the bound that it moves towards, and only that. A value
//! that is already outside (the bounds were narrowed) may move back in steps, is never pushed further out, and is never
//! turned round: an addition does not lower it, a deduction does not raise it.

mod bounds;

pub use bounds::{BadBounds, Bounds, BoundsPolicy, MAX_EXACT};

use crate::document::{Applied, Skip};
use alloc::collections::BTreeSet;
use core::cmp::Ordering;

const WRONG_KIND: Applied = Applied::Skipped(Skip::WrongKind);

/// What is done to one field. `V` is the type of the values in registers and sets.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "the operations are part of the stored layout of a journal")]
pub enum Op<V> {
    /// Counter: adds, or takes away if negative.
    Add(i64),
    /// Register: replaces the value, whatever it was.
    Set(V),
    /// Register: replaces the value if it is as expected, else [`Skip::Mismatch`].
    SetIf {
        /// The value that must be there; `None` if the field must be absent.
        expect: Option<V>,
        /// The new value.
        value: V,
    },
    /// Register: the field is absent afterwards. Counters and sets are never absent: they are brought back by
    /// `Max(n), Min(n)` in one change, or by `Remove`.
    Delete,
    /// Set: the value is in it afterwards.
    Insert(V),
    /// Set: the value is not in it afterwards.
    Remove(V),
    /// Counter: lowers it to at most this.
    Min(i64),
    /// Counter: raises it to at least this.
    Max(i64),
}

impl<V> Op<V> {
    /// The same operation with other values.
    pub(crate) fn map<'o, W>(&'o self, mut value: impl FnMut(&'o V) -> W) -> Op<W> {
        match self {
            Self::Add(by) => Op::Add(*by),
            Self::Set(it) => Op::Set(value(it)),
            Self::SetIf { expect, value: it } => {
                Op::SetIf { expect: expect.as_ref().map(&mut value), value: value(it) }
            }
            Self::Delete => Op::Delete,
            Self::Insert(it) => Op::Insert(value(it)),
            Self::Remove(it) => Op::Remove(value(it)),
            Self::Min(to) => Op::Min(*to),
            Self::Max(to) => Op::Max(*to),
        }
    }
}

/// What a field is declared to be. An undeclared field has no kind and takes no operations.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a new kind needs a rule for every operation")]
pub enum FieldKind {
    /// One value, replaced as a whole; the last commit wins (D13). The kind of everything that is not an amount (D12).
    Register,
    /// An integer that operations add to, within bounds.
    Counter(Bounds),
    /// Distinct values without order.
    Set {
        /// Largest number of values; a further one is [`Skip::Full`].
        max_len: u32,
    },
}

/// True if the operation is a credit: it may be admitted late, after others have lived on the data (rule R-4).
///
/// Credits are `Add(n)` with n ≥ 0 on a counter and `Insert` on a set. For any two changes made of credits, on any
/// document, even one outside of its bounds:
///
/// * **C1, effect**: if neither is skipped in one order, neither is in the other, and the documents are equal;
/// * **C2, outcome**: then, if both are whole in one order, both are in the other. Which of them is told `Clamped`
///   depends on the order, that at least one is does not;
/// * **C3, no room**: near the maximum of a rejecting counter or the length of a set there may be room for one only.
///   Whichever comes first has it; the other is skipped. On a shape whose counters all clamp and whose sets have room,
///   no credit that fits its field is ever skipped;
/// * **C4, only adds**: a credit lowers no counter, removes no value, touches no register and no undeclared field. So
///   it takes nothing from what was built since it was issued, and no deduction that was covered becomes uncovered.
///
/// Not credits, in order only:
///
/// * `Add(n)` with n < 0 takes away: the same coin could be spent twice (P11);
/// * `Set`, `SetIf`, `Delete` replace: applied late they overwrite what is newer;
/// * `Remove` and `Min` take away;
/// * `Max` only raises, but from 0 `Max(10), Add(5)` gives 15 and `Add(5), Max(10)` gives 10, and applied after a
///   deduction it gives back what was spent. Two of them alone would commute; beside `Add` they do not.
///
/// An operation that does not fit the kind of its field is no credit either: late, it is refused rather than skipped.
///
/// `Insert` is a *grant*: admitted late, it brings back a value that somebody removed since. Values never outnumber
/// grants, but what must be counted (tradable items) belongs into a counter per item.
pub fn is_credit<V>(kind: &FieldKind, op: &Op<V>) -> bool {
    match kind {
        FieldKind::Register => false,
        FieldKind::Counter(_) => match op {
            Op::Add(by) => !by.is_negative(),
            Op::Set(_) | Op::SetIf { .. } | Op::Delete | Op::Insert(_) | Op::Remove(_) => false,
            Op::Min(_) | Op::Max(_) => false,
        },
        FieldKind::Set { .. } => match op {
            Op::Insert(_) => true,
            Op::Add(_) | Op::Set(_) | Op::SetIf { .. } | Op::Delete | Op::Remove(_) | Op::Min(_) | Op::Max(_) => false,
        },
    }
}

/// An operation on a register; `None` is an absent one. A skipped operation gives `old` back.
pub fn register<V: Clone + PartialEq>(old: Option<V>, op: &Op<V>) -> (Option<V>, Applied) {
    match op {
        Op::Set(value) => (Some(value.clone()), Applied::Whole),
        Op::SetIf { expect, value } if old == *expect => (Some(value.clone()), Applied::Whole),
        Op::SetIf { .. } => (old, Applied::Skipped(Skip::Mismatch)),
        Op::Delete => (None, Applied::Whole),
        Op::Add(_) | Op::Insert(_) | Op::Remove(_) | Op::Min(_) | Op::Max(_) => (old, WRONG_KIND),
    }
}

/// An operation on a counter. A skipped operation gives `old` back.
pub fn counter<V>(bounds: &Bounds, old: i64, op: &Op<V>) -> (i64, Applied) {
    match op {
        Op::Add(by) => add(bounds, old, *by),
        Op::Min(to) => lower(bounds, old, *to),
        Op::Max(to) => raise(bounds, old, *to),
        Op::Set(_) | Op::SetIf { .. } | Op::Delete | Op::Insert(_) | Op::Remove(_) => (old, WRONG_KIND),
    }
}

/// An operation on a set of at most `max_len` values. A skipped operation gives `old` back.
pub fn set<V: Clone + Ord>(max_len: u32, old: BTreeSet<V>, op: &Op<V>) -> (BTreeSet<V>, Applied) {
    match op {
        Op::Insert(value) => insert(max_len, old, value),
        Op::Remove(value) => (remove(old, value), Applied::Whole),
        Op::Add(_) | Op::Set(_) | Op::SetIf { .. } | Op::Delete | Op::Min(_) | Op::Max(_) => (old, WRONG_KIND),
    }
}

/// Adds `by` to a counter, or takes away if it is negative; 0 is always whole.
pub fn add(bounds: &Bounds, old: i64, by: i64) -> (i64, Applied) {
    // Saturating is enough: every bound lies well inside of i64, so a saturated sum is always past it.
    let new = old.saturating_add(by);
    match by.cmp(&0) {
        Ordering::Less => down(bounds, old, new),
        Ordering::Equal => (old, Applied::Whole),
        Ordering::Greater => up(bounds, old, new),
    }
}

/// Raises a counter to at least `to`; whole and without effect if it is there already.
pub fn raise(bounds: &Bounds, old: i64, to: i64) -> (i64, Applied) {
    match to.cmp(&old) {
        Ordering::Greater => up(bounds, old, to),
        Ordering::Equal | Ordering::Less => (old, Applied::Whole),
    }
}

/// Lowers a counter to at most `to`; whole and without effect if it is there already.
pub fn lower(bounds: &Bounds, old: i64, to: i64) -> (i64, Applied) {
    match to.cmp(&old) {
        Ordering::Less => down(bounds, old, to),
        Ordering::Equal | Ordering::Greater => (old, Applied::Whole),
    }
}

/// Puts a value into a set; whole and without effect if it is there already, [`Skip::Full`] if there is no room.
pub fn insert<V: Clone + Ord>(max_len: u32, mut old: BTreeSet<V>, value: &V) -> (BTreeSet<V>, Applied) {
    let has_room = u32::try_from(old.len()).is_ok_and(|len| len < max_len);
    if old.contains(value) {
        (old, Applied::Whole)
    } else if has_room {
        old.insert(value.clone());
        (old, Applied::Whole)
    } else {
        (old, Applied::Skipped(Skip::Full))
    }
}

/// Takes a value out of a set; without effect if it is not there.
pub fn remove<V: Ord>(mut old: BTreeSet<V>, value: &V) -> BTreeSet<V> {
    old.remove(value);
    old
}

/// Moves a counter up to `new`, as far as the maximum allows.
fn up(bounds: &Bounds, old: i64, new: i64) -> (i64, Applied) {
    if new <= bounds.max {
        return (new, Applied::Whole);
    }
    match bounds.policy {
        BoundsPolicy::Reject => (old, Applied::Skipped(Skip::AboveMaximum)),
        // A value above the maximum stays: an addition never lowers.
        BoundsPolicy::Clamp => (old.max(bounds.max), Applied::Clamped),
    }
}

/// Moves a counter down to `new`, as far as the minimum allows.
fn down(bounds: &Bounds, old: i64, new: i64) -> (i64, Applied) {
    if new >= bounds.min {
        return (new, Applied::Whole);
    }
    match bounds.policy {
        BoundsPolicy::Reject => (old, Applied::Skipped(Skip::BelowMinimum)),
        // A value below the minimum stays: a deduction never raises.
        BoundsPolicy::Clamp => (old.min(bounds.min), Applied::Clamped),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    const WHOLE: Applied = Applied::Whole;
    const CLAMPED: Applied = Applied::Clamped;
    const ABOVE: Applied = Applied::Skipped(Skip::AboveMaximum);
    const BELOW: Applied = Applied::Skipped(Skip::BelowMinimum);
    const REJECT: Bounds = Bounds { min: -5, max: 10, policy: BoundsPolicy::Reject };
    const CLAMP: Bounds = Bounds { min: -5, max: 10, policy: BoundsPolicy::Clamp };

    #[test]
    fn add_is_exact_at_each_bound() {
        // old, by, rejecting, clamping
        for (old, by, reject, clamp) in [
            (0, 10, (10, WHOLE), (10, WHOLE)),
            (0, 11, (0, ABOVE), (10, CLAMPED)),
            (0, -5, (-5, WHOLE), (-5, WHOLE)),
            (0, -6, (0, BELOW), (-5, CLAMPED)),
            (10, 1, (10, ABOVE), (10, CLAMPED)),
            (-5, -1, (-5, BELOW), (-5, CLAMPED)),
            (1, i64::MAX, (1, ABOVE), (10, CLAMPED)),
            (-1, i64::MIN, (-1, BELOW), (-5, CLAMPED)),
            // Outside already: no further, no turning round, back in steps.
            (15, 0, (15, WHOLE), (15, WHOLE)),
            (15, 1, (15, ABOVE), (15, CLAMPED)),
            (15, -1, (14, WHOLE), (14, WHOLE)),
            (-9, -1, (-9, BELOW), (-9, CLAMPED)),
            (-9, 1, (-8, WHOLE), (-8, WHOLE)),
            (i64::MAX, 1, (i64::MAX, ABOVE), (i64::MAX, CLAMPED)),
            (i64::MIN, -1, (i64::MIN, BELOW), (i64::MIN, CLAMPED)),
        ] {
            assert_eq!(counter::<u8>(&REJECT, old, &Op::Add(by)), reject, "{old} + {by}");
            assert_eq!(counter::<u8>(&CLAMP, old, &Op::Add(by)), clamp, "{old} + {by}");
        }
    }

    #[test]
    fn max_raises_and_min_lowers_within_the_bounds() {
        for (old, op, reject, clamp) in [
            (0, Op::Max(10), (10, WHOLE), (10, WHOLE)),
            (0, Op::Max(11), (0, ABOVE), (10, CLAMPED)),
            (0, Op::Max(0), (0, WHOLE), (0, WHOLE)),
            (0, Op::Max(-9), (0, WHOLE), (0, WHOLE)),
            (15, Op::Max(15), (15, WHOLE), (15, WHOLE)),
            (0, Op::Min(-5), (-5, WHOLE), (-5, WHOLE)),
            (0, Op::Min(-6), (0, BELOW), (-5, CLAMPED)),
            (0, Op::Min(99), (0, WHOLE), (0, WHOLE)),
            (-9, Op::Min(-9), (-9, WHOLE), (-9, WHOLE)),
        ] {
            assert_eq!(counter::<u8>(&REJECT, old, &op), reject, "{old} {op:?}");
            assert_eq!(counter::<u8>(&CLAMP, old, &op), clamp, "{old} {op:?}");
        }
    }

    #[test]
    fn a_conditional_set_needs_the_expected_value() {
        let set_if = |expect| Op::SetIf { expect, value: 9 };
        let mismatch = Applied::Skipped(Skip::Mismatch);
        assert_eq!(register(None, &set_if(None)), (Some(9), WHOLE));
        assert_eq!(register(Some(1), &set_if(Some(1))), (Some(9), WHOLE));
        assert_eq!(register(Some(1), &set_if(None)), (Some(1), mismatch));
        assert_eq!(register(None, &set_if(Some(1))), (None, mismatch));
        assert_eq!(register(Some(2), &set_if(Some(1))), (Some(2), mismatch));
        assert_eq!(register(None, &Op::Set(9)), (Some(9), WHOLE));
        assert_eq!(register(Some(1), &Op::Delete), (None, WHOLE));
    }

    #[test]
    fn a_set_is_full_at_its_length() {
        let of = |values: &[u8]| values.iter().copied().collect::<BTreeSet<_>>();
        let full = Applied::Skipped(Skip::Full);
        assert_eq!(set(2, of(&[1]), &Op::Insert(2)), (of(&[1, 2]), WHOLE));
        assert_eq!(set(2, of(&[1, 2]), &Op::Insert(3)), (of(&[1, 2]), full));
        assert_eq!(set(2, of(&[1, 2]), &Op::Insert(2)), (of(&[1, 2]), WHOLE));
        assert_eq!(set(0, of(&[]), &Op::Insert(1)), (of(&[]), full));
        assert_eq!(set(2, of(&[1, 2]), &Op::Remove(2)), (of(&[1]), WHOLE));
        assert_eq!(set(2, of(&[1]), &Op::Remove(2)), (of(&[1]), WHOLE));
    }

    #[test]
    fn each_kind_takes_its_own_operations_and_only_additions_are_credits() {
        let set_if = Op::SetIf { expect: None, value: 1 };
        let [set_to, delete, insert_it, remove_it] = [Op::Set(1), Op::Delete, Op::Insert(1), Op::Remove(1)];
        let adds = [Op::Add(-1), Op::Add(0), Op::Add(1), Op::Min(0), Op::Max(0)];
        let all = [&[set_to, set_if, delete, insert_it, remove_it][..], &adds].concat();
        let fits = |run: &dyn Fn(&Op<u8>) -> Applied| all.iter().map(|op| run(op) != WRONG_KIND).collect::<Vec<_>>();
        let (yes, no) = (true, false);
        assert_eq!(fits(&|op| register(None, op).1), [yes, yes, yes, no, no, no, no, no, no, no]);
        assert_eq!(fits(&|op| counter(&REJECT, 0, op).1), [no, no, no, no, no, yes, yes, yes, yes, yes]);
        assert_eq!(fits(&|op| set(9, BTreeSet::new(), op).1), [no, no, no, yes, yes, no, no, no, no, no]);

        let credits = |kind| all.iter().map(|op| is_credit(&kind, op)).collect::<Vec<_>>();
        assert_eq!(credits(FieldKind::Register), [no; 10]);
        assert_eq!(credits(FieldKind::Counter(CLAMP)), [no, no, no, no, no, no, yes, yes, no, no]);
        assert_eq!(credits(FieldKind::Set { max_len: 0 }), [no, no, no, yes, no, no, no, no, no, no]);
    }
}
