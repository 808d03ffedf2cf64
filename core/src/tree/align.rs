//! Which elements of two arrays belong to each other: a list is mostly the same as before, with some taken out and some
//! put in.

use crate::value::Value;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::BuildHasher;
use core::ops::Range;
use foldhash::fast::FixedState;

/// A part of the old array and the part of the new one that stands in its place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Pair {
    pub(crate) old: Range<usize>,
    pub(crate) new: Range<usize>,
}

/// Two arrays as pairs of parts, from the left, without gaps. Parts of equal length go element by element.
pub(crate) fn align(old: &[Value], new: &[Value]) -> Vec<Pair> {
    let before = old.iter().zip(new).take_while(|(old, new)| is_same(old, new)).count();
    let (old_rest, new_rest) = (old.get(before..).unwrap_or_default(), new.get(before..).unwrap_or_default());
    let behind = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(old, new)| is_same(old, new)).count();
    let old_end = old.len().saturating_sub(behind);
    let new_end = new.len().saturating_sub(behind);
    let mut pairs = Vec::from([Pair { old: 0..before, new: 0..before }]);
    middle(old, new, Pair { old: before..old_end, new: before..new_end }, &mut pairs);
    pairs.push(Pair { old: old_end..old.len(), new: new_end..new.len() });
    pairs.retain(|pair| !pair.old.is_empty() || !pair.new.is_empty());
    pairs
}

/// True if the two are one, or equal.
pub(crate) fn is_same(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Map(old), Value::Map(new)) => Arc::ptr_eq(old, new) || old == new,
        (Value::Array(old), Value::Array(new)) => Arc::ptr_eq(old, new) || old == new,
        (old, new) => old == new, // wildcard: nothing to share, or of two kinds
    }
}

/// Between the ends that are the same: elements that are there once before and once now, in the same order, stay.
fn middle(old: &[Value], new: &[Value], within: Pair, pairs: &mut Vec<Pair>) {
    let (old_part, new_part) = (part(old, &within.old), part(new, &within.new));
    let in_place = || old_part.iter().zip(new_part).filter(|(old, new)| is_same(old, new)).count();
    let is_replaced = old_part.is_empty() || new_part.is_empty();
    if is_replaced || (old_part.len() == new_part.len() && in_place() >= old_part.len() / 2) {
        pairs.push(within);
        return;
    }
    let mut rest = within.clone();
    for (at_old, at_new) in ascending(matches(old_part, new_part)) {
        let (at_old, at_new) = (within.old.start.saturating_add(at_old), within.new.start.saturating_add(at_new));
        pairs.push(Pair { old: rest.old.start..at_old, new: rest.new.start..at_new });
        let (next_old, next_new) = (at_old.saturating_add(1), at_new.saturating_add(1));
        pairs.push(Pair { old: at_old..next_old, new: at_new..next_new });
        (rest.old.start, rest.new.start) = (next_old, next_new);
    }
    pairs.push(rest);
}

/// Places of elements that are in both exactly once, in the order of the new places.
fn matches(old: &[Value], new: &[Value]) -> Vec<(usize, usize)> {
    let hasher = FixedState::default();
    let mut hashes: Vec<(u64, bool, usize)> = Vec::with_capacity(old.len().saturating_add(new.len()));
    for (is_new, values) in [(false, old), (true, new)] {
        hashes.extend(values.iter().enumerate().map(|(at, value)| (hasher.hash_one(value), is_new, at)));
    }
    hashes.sort_unstable();
    let mut matches = Vec::new();
    for same in hashes.chunk_by(|a, b| a.0 == b.0) {
        if let [(_, false, at_old), (_, true, at_new)] = same
            && old.get(*at_old) == new.get(*at_new)
        {
            matches.push((*at_old, *at_new));
        }
    }
    matches.sort_unstable_by_key(|(_, at_new)| *at_new);
    matches
}

/// A longest part of the pairs in which the old places ascend as well.
fn ascending(pairs: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    // The pair that ends a row of each length with the least old place, and the pair before each in its row.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    let old_of = |at: usize| pairs.get(at).map_or(usize::MAX, |(old, _)| *old);
    for (at, (old, _)) in pairs.iter().enumerate() {
        let len = ends.partition_point(|end| old_of(*end) < *old);
        before.push(len.checked_sub(1).and_then(|len| ends.get(len)).copied());
        match ends.get_mut(len) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut row: Vec<(usize, usize)> = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(at) = next {
        row.extend(pairs.get(at));
        next = before.get(at).copied().flatten();
    }
    row.reverse();
    row
}

fn part<'v>(values: &'v [Value], range: &Range<usize>) -> &'v [Value] {
    values.get(range.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Pair, align};
    use crate::value::Value;
    use alloc::vec::Vec;

    fn pairs(old: &[i32], new: &[i32]) -> Vec<Pair> {
        let values = |of: &[i32]| of.iter().map(|it| Value::from(*it)).collect::<Vec<_>>();
        align(&values(old), &values(new))
    }

    fn moved(old: &[i32], new: &[i32]) -> usize {
        pairs(old, new)
            .into_iter()
            .filter(|it| it.old.len() != it.new.len())
            .map(|it| it.old.len() + it.new.len())
            .sum()
    }

    #[test]
    fn elements_that_stay_are_found_whatever_is_put_in_and_taken_out() {
        assert_eq!(pairs(&[], &[]), []);
        assert_eq!(pairs(&[1, 2], &[1, 2]), [Pair { old: 0..2, new: 0..2 }]);
        assert_eq!(moved(&[1, 2, 3, 4, 5], &[1, 2, 4, 5]), 1);
        assert_eq!(moved(&[1, 2, 3, 4, 5, 6], &[2, 3, 4, 6, 7]), 3);
        assert_eq!(moved(&[1, 2, 3], &[1, 9, 3]), 0, "replaced in its place");
        assert_eq!(moved(&[5, 1, 2, 3, 4], &[1, 2, 3, 4, 5]), 2, "one of them goes to the end");
        assert_eq!(moved(&[1, 1, 1], &[1, 1]), 1);
    }

    #[test]
    fn the_pairs_cover_both_arrays() {
        let arrays: [&[i32]; 5] = [&[], &[1], &[3, 1, 2], &[1, 2, 3, 4, 5, 6], &[6, 6, 2, 9, 4, 1, 1]];
        for old in arrays {
            for new in arrays {
                let (mut at_old, mut at_new) = (0, 0);
                for pair in pairs(old, new) {
                    assert_eq!((pair.old.start, pair.new.start), (at_old, at_new));
                    (at_old, at_new) = (pair.old.end, pair.new.end);
                }
                assert_eq!((at_old, at_new), (old.len(), new.len()));
            }
        }
    }
}
