//! The lists of keys that have been, numbered from 0 in the order in which they came.

use crate::value::Keys;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// How many lists are found by their place in memory, before their content is looked at.
const RECENT: usize = 4;

/// What a writer and its reader share: each list of keys is written once, and afterwards by its number. The list without
/// keys is none of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shapes {
    list: Vec<Keys>,
    /// The same by content: maps that were made apart do not share their keys.
    numbers: BTreeMap<Keys, usize>,
    recent: [usize; RECENT],
    oldest: usize,
}

impl Shapes {
    /// The number of a list, if it has one; else it is given the next.
    pub(crate) fn number(&mut self, keys: &Keys) -> Option<usize> {
        let same = |at: &&usize| self.list.get(**at).is_some_and(|it| core::ptr::eq(it.as_slice(), keys.as_slice()));
        if let Some(number) = self.recent.iter().find(same) {
            return Some(*number);
        }
        let number = self.numbers.get(keys).copied();
        let at = number.unwrap_or(self.list.len());
        if number.is_none() {
            self.numbers.insert(keys.clone(), at);
            self.list.push(keys.clone());
        }
        if let Some(place) = self.recent.get_mut(self.oldest) {
            *place = at;
        }
        self.oldest = self.oldest.wrapping_add(1) % RECENT;
        number
    }

    /// Gives a list the next number; false if it has one.
    pub(crate) fn admit(&mut self, keys: &Keys) -> bool {
        let is_new = self.numbers.insert(keys.clone(), self.list.len()).is_none();
        self.list.push(keys.clone());
        is_new
    }

    /// The list of a number.
    pub(crate) fn get(&self, number: usize) -> Option<&Keys> {
        self.list.get(number)
    }
}
