//! The lists of keys that have been, numbered from 0 in the order in which they came: each is written once, and afterwards
//! by its number. The list without keys is none of them.

use crate::value::{Keys, Text};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

/// How many lists are found by their place in memory, before their content is looked at.
const RECENT: usize = 4;

/// How many lists are compared one by one, which is quicker than a tree of so few.
const FIRST: usize = 16;

/// What a writer knows of the values that it has put.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shapes<'v> {
    /// By content, since maps that were made apart do not share their keys; by length first, which tells most apart.
    numbers: BTreeMap<(usize, &'v [Text]), usize>,
    recent: [(&'v [Text], usize); RECENT],
    oldest: usize,
}

impl<'v> Shapes<'v> {
    /// The number of a list, if it has one; else it is given the next.
    pub(crate) fn number(&mut self, keys: &'v Keys) -> Option<usize> {
        let keys = keys.as_slice();
        if let Some((_, number)) = self.recent.iter().find(|(it, _)| core::ptr::eq(*it, keys)) {
            return Some(*number);
        }
        let next = self.numbers.len();
        let number = *self.numbers.entry((keys.len(), keys)).or_insert(next);
        if let Some(place) = self.recent.get_mut(self.oldest) {
            *place = (keys, number);
        }
        self.oldest = self.oldest.wrapping_add(1) % RECENT;
        (number != next).then_some(number)
    }
}

/// What a reader knows of the bytes that it has taken.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownShapes<'a> {
    /// Each list, and the bytes of it: equal lists have equal bytes.
    list: Vec<(Keys, &'a [u8])>,
    /// The bytes of those beyond the first.
    later: BTreeSet<&'a [u8]>,
    /// That of maps without keys, made once.
    empty: Option<Keys>,
}

impl<'a> KnownShapes<'a> {
    /// Gives a list, which was taken from `bytes`, the next number; false if it has one.
    pub(super) fn admit(&mut self, bytes: &'a [u8], keys: &Keys) -> bool {
        let first = self.list.get(..FIRST).unwrap_or(&self.list);
        let is_new = first.iter().all(|(_, it)| *it != bytes);
        let is_new = is_new && (first.len() < FIRST || self.later.insert(bytes));
        self.list.push((keys.clone(), bytes));
        is_new
    }

    /// The list without keys.
    pub(super) fn empty(&mut self) -> Keys {
        self.empty.get_or_insert_default().clone()
    }

    /// The list of a number.
    pub(super) fn get(&self, number: usize) -> Option<&Keys> {
        self.list.get(number).map(|(keys, _)| keys)
    }
}
