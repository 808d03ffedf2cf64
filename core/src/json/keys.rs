//! The keys that an object has had so far.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

/// Finds the second occurrence of a key.
///
/// Keys usually come in ascending order, since that is how maps are written: those cost one comparison and no tree.
/// The others cost a logarithm, so no order of keys makes a text slow to read.
#[derive(Debug, Default)]
pub(super) struct Keys<'a> {
    /// Each greater than the one before.
    ascending: Vec<Cow<'a, str>>,
    /// Those that came too late for `ascending`; each is smaller than its last.
    late: BTreeSet<Cow<'a, str>>,
}

impl<'a> Keys<'a> {
    /// Takes note of `key`; false if it was there before.
    #[must_use]
    pub(super) fn admit(&mut self, key: Cow<'a, str>) -> bool {
        if self.ascending.last().is_none_or(|last| *last < key) {
            self.ascending.push(key);
            return true;
        }
        self.ascending.binary_search(&key).is_err() && self.late.insert(key)
    }
}
