//! Parts of a world that are shared between states and hashed once.

use crate::driver::fingerprint;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A part of a world. A step changes one server or one store: the other parts are shared with the state before it, and their
/// fingerprints are known already.
///
/// Equal by content and hashed by content, whether shared or not. Writing to it copies it first when it is shared.
#[derive(Clone)]
pub struct Kept<T>(Arc<Part<T>>);

struct Part<T> {
    /// The fingerprint of the content, or [`UNSEALED`].
    print: u128,
    value: T,
}

/// Of a part whose fingerprint is to be found; a fingerprint is never 0.
const UNSEALED: u128 = 0;

impl<T> Kept<T> {
    /// A part that nobody shares yet.
    pub fn new(value: T) -> Self {
        Self(Arc::new(Part { print: UNSEALED, value }))
    }
}

impl<T: Hash> Kept<T> {
    /// Finds the fingerprint of what has just been written, before others share it.
    pub fn seal(&mut self) {
        if self.0.print == UNSEALED
            && let Some(part) = Arc::get_mut(&mut self.0)
        {
            part.print = fingerprint(&part.value);
        }
    }

    /// The fingerprint of the content.
    pub fn print(&self) -> u128 {
        let Part { print, value } = &*self.0;
        if *print == UNSEALED { fingerprint(value) } else { *print }
    }
}

impl<T> Deref for Kept<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T: Clone> DerefMut for Kept<T> {
    /// A copy that nobody shares, and whose fingerprint is to be found again.
    fn deref_mut(&mut self) -> &mut T {
        let part = Arc::make_mut(&mut self.0);
        part.print = UNSEALED;
        &mut part.value
    }
}

impl<T: Clone> Clone for Part<T> {
    /// Copied only to be changed: the fingerprint stays behind.
    fn clone(&self) -> Self {
        Self { print: UNSEALED, value: self.value.clone() }
    }
}

impl<T: fmt::Debug> fmt::Debug for Kept<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.value.fmt(f)
    }
}

impl<T: PartialEq> PartialEq for Kept<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.value == other.0.value
    }
}

impl<T: Eq> Eq for Kept<T> {}

impl<T: Hash> Hash for Kept<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u128(self.print());
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;
    use crate::driver::fingerprint;

    #[test]
    fn a_change_copies_and_forgets_the_fingerprint() {
        let mut before = Kept::new(1);
        before.seal();
        let print = before.print();
        let mut after = before.clone();
        assert_eq!(after, before);
        *after = 2;
        assert_eq!((*before, *after), (1, 2));
        assert_eq!(before.print(), print);
        after.seal();
        assert_ne!(after.print(), print);
        *after = 1;
        assert_eq!(after.print(), print);
        assert_eq!(print, fingerprint(&1));
    }
}
