//! A list that holds its first `N` items in place: short logs and ledgers then cost no allocation to copy.
//!
//! Two lists are equal, hash and compare by their items alone, whether or not they ever outgrew `N`.
#![expect(clippy::arithmetic_side_effects, reason = "lengths are bounded by the capacity in place")]

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::hash::{Hash, Hasher};
use core::{array, fmt, slice};

/// A list with room for `N` items in place; a longer one moves to the heap.
#[derive(Clone)]
pub struct Few<T, const N: usize>(Repr<T, N>);

#[derive(Clone)]
enum Repr<T, const N: usize> {
    /// Items `0..len` are `Some`, the rest are `None`.
    Inline(u8, [Option<T>; N]),
    Heap(Vec<T>),
}

impl<T, const N: usize> Few<T, N> {
    /// An empty list.
    pub fn new() -> Self {
        Self(Repr::Inline(0, array::from_fn(|_| None)))
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        match &self.0 {
            Repr::Inline(len, _) => usize::from(*len),
            Repr::Heap(items) => items.len(),
        }
    }

    /// True if there is no item.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at `index`, if there is one.
    pub fn get(&self, index: usize) -> Option<&T> {
        match &self.0 {
            Repr::Inline(_, items) => items.get(index).and_then(Option::as_ref),
            Repr::Heap(items) => items.get(index),
        }
    }

    /// The item at `index`, to be changed.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        match &mut self.0 {
            Repr::Inline(_, items) => items.get_mut(index).and_then(Option::as_mut),
            Repr::Heap(items) => items.get_mut(index),
        }
    }

    /// The last item, if there is one.
    pub fn last(&self) -> Option<&T> {
        self.get(self.len().wrapping_sub(1))
    }

    /// The items in order.
    pub fn iter(&self) -> Iter<'_, T> {
        match &self.0 {
            Repr::Inline(len, items) => Iter::Inline(items.get(..usize::from(*len)).unwrap_or(&[]).iter()),
            Repr::Heap(items) => Iter::Heap(items.iter()),
        }
    }

    /// Appends an item.
    pub fn push(&mut self, item: T) {
        self.insert(self.len(), item);
    }

    /// Puts an item before the one at `index`; at the end if `index` is not less than the length.
    pub fn insert(&mut self, index: usize, item: T) {
        if let Repr::Inline(len, items) = &mut self.0 {
            let count = usize::from(*len);
            if count < N && count < usize::from(u8::MAX) {
                let at = index.min(count);
                if let Some(slot) = items.get_mut(count) {
                    *slot = Some(item);
                    *len += 1;
                }
                if let Some(moved) = items.get_mut(at..=count) {
                    moved.rotate_right(1);
                }
                return;
            }
            let spilled = items.iter_mut().filter_map(Option::take).collect();
            self.0 = Repr::Heap(spilled);
        }
        if let Repr::Heap(items) = &mut self.0 {
            let at = index.min(items.len());
            items.insert(at, item);
        }
    }

    /// Keeps the items for which `keep` holds, in their order.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        match &mut self.0 {
            Repr::Inline(len, items) => {
                let mut kept = 0;
                for index in 0..usize::from(*len) {
                    let stays = items.get(index).and_then(Option::as_ref).is_some_and(&mut keep);
                    if stays {
                        items.swap(kept, index);
                        kept += 1;
                    } else if let Some(slot) = items.get_mut(index) {
                        *slot = None;
                    }
                }
                *len = u8::try_from(kept).unwrap_or(u8::MAX);
            }
            Repr::Heap(items) => items.retain(keep),
        }
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        *self = Self::new();
    }

    /// Takes the items out one after the other, from where they are. What is not asked for is dropped with the iterator.
    pub fn drain(&mut self) -> Drain<'_, T> {
        match &mut self.0 {
            Repr::Inline(len, items) => {
                *len = 0;
                Drain::Inline(items.iter_mut())
            }
            Repr::Heap(items) => Drain::Heap(items.drain(..)),
        }
    }

    /// Takes everything out and gives it away.
    pub fn take(&mut self) -> Self {
        core::mem::take(self)
    }
}

impl<T, const N: usize> Default for Few<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug, const N: usize> fmt::Debug for Few<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: PartialEq, const N: usize> PartialEq for Few<T, N> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<T: Eq, const N: usize> Eq for Few<T, N> {}

impl<T: PartialOrd, const N: usize> PartialOrd for Few<T, N> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.iter().partial_cmp(other.iter())
    }
}

impl<T: Ord, const N: usize> Ord for Few<T, N> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other.iter())
    }
}

impl<T: Hash, const N: usize> Hash for Few<T, N> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len());
        for item in self.iter() {
            item.hash(state);
        }
    }
}

impl<T, const N: usize> FromIterator<T> for Few<T, N> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut list = Self::new();
        list.extend(items);
        list
    }
}

impl<T, const N: usize> Extend<T> for Few<T, N> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        for item in items {
            self.push(item);
        }
    }
}

impl<'a, T, const N: usize> IntoIterator for &'a Few<T, N> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T, const N: usize> IntoIterator for Few<T, N> {
    type Item = T;
    type IntoIter = IntoIter<T, N>;

    fn into_iter(self) -> IntoIter<T, N> {
        match self.0 {
            Repr::Inline(_, items) => IntoIter::Inline(items.into_iter()),
            Repr::Heap(items) => IntoIter::Heap(items.into_iter()),
        }
    }
}

/// The items of a [`Few`], borrowed.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_enums, reason = "an iterator; its two shapes follow those of the list")]
pub enum Iter<'a, T> {
    /// Items held in place.
    Inline(slice::Iter<'a, Option<T>>),
    /// Items on the heap.
    Heap(slice::Iter<'a, T>),
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        match self {
            Self::Inline(items) => items.next().and_then(Option::as_ref),
            Self::Heap(items) => items.next(),
        }
    }
}

impl<T> DoubleEndedIterator for Iter<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match self {
            Self::Inline(items) => items.next_back().and_then(Option::as_ref),
            Self::Heap(items) => items.next_back(),
        }
    }
}

/// The items of a [`Few`] that is being emptied.
#[derive(Debug)]
#[allow(clippy::exhaustive_enums, reason = "an iterator; its two shapes follow those of the list")]
pub enum Drain<'a, T> {
    /// Items held in place.
    Inline(slice::IterMut<'a, Option<T>>),
    /// Items on the heap.
    Heap(alloc::vec::Drain<'a, T>),
}

impl<T> Iterator for Drain<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match self {
            Self::Inline(items) => items.next().and_then(Option::take),
            Self::Heap(items) => items.next(),
        }
    }
}

impl<T> Drop for Drain<'_, T> {
    /// Nothing stays behind the length of the list.
    fn drop(&mut self) {
        self.for_each(drop);
    }
}

/// The items of a [`Few`], by value.
#[derive(Debug)]
#[allow(clippy::exhaustive_enums, reason = "an iterator; its two shapes follow those of the list")]
pub enum IntoIter<T, const N: usize> {
    /// Items held in place.
    Inline(array::IntoIter<Option<T>, N>),
    /// Items on the heap.
    Heap(alloc::vec::IntoIter<T>),
}

impl<T, const N: usize> Iterator for IntoIter<T, N> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match self {
            Self::Inline(items) => items.next().flatten(),
            Self::Heap(items) => items.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Few;
    use alloc::vec::Vec;

    #[test]
    fn equality_ignores_where_the_items_are() {
        let inline: Few<u8, 2> = [1, 2].into_iter().collect();
        let mut spilled: Few<u8, 2> = [1, 2, 3].into_iter().collect();
        assert_ne!(inline, spilled);
        spilled.retain(|item| *item < 3);
        assert_eq!(inline, spilled);
        assert_eq!(inline.cmp(&spilled), core::cmp::Ordering::Equal);
    }

    #[test]
    fn insert_keeps_the_order_in_place_and_on_the_heap() {
        let mut list: Few<u8, 3> = Few::new();
        for (at, item) in [(0, 5), (0, 1), (1, 3), (9, 9), (2, 4)] {
            list.insert(at, item);
        }
        assert_eq!(list.iter().copied().collect::<Vec<_>>(), [1, 3, 4, 5, 9]);
        assert_eq!(list.iter().rev().copied().collect::<Vec<_>>(), [9, 5, 4, 3, 1]);
        assert_eq!(list.last(), Some(&9));
        assert_eq!(list.get(5), None);
    }

    #[test]
    fn a_drained_list_is_empty_however_far_it_was_drained() {
        for len in 0..6_u8 {
            for asked in 0..=usize::from(len) {
                let mut list: Few<u8, 3> = (0..len).collect();
                assert!(list.drain().take(asked).eq(0..asked as u8));
                assert!(list.is_empty() && list.get(0).is_none());
                list.push(9);
                assert_eq!(list, [9].into_iter().collect());
            }
        }
    }

    #[test]
    fn retain_closes_the_gaps() {
        let mut list: Few<u8, 4> = (0..4).collect();
        list.retain(|item| item % 2 == 1);
        assert_eq!(list.len(), 2);
        assert_eq!(list.iter().rev().copied().collect::<Vec<_>>(), [3, 1]);
        list.push(7);
        assert_eq!(list.into_iter().collect::<Vec<_>>(), [1, 3, 7]);
    }
}
