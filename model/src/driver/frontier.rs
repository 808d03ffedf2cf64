//! The states of a level, in chunks: a chunk is given back as soon as it has been expanded.

use std::collections::VecDeque;

/// A first-in-first-out queue of states in chunks of bounded size.
///
/// One growing vector would hold twice its contents while it grows, and all of a level until the last state has been expanded. With states of
/// a kilobyte and a million of them in a level, that is the larger part of all memory.
pub(super) struct Frontier<S> {
    full: VecDeque<Vec<S>>,
    last: Vec<S>,
    spare: Vec<Vec<S>>,
    len: usize,
}

impl<S> Frontier<S> {
    pub(super) fn new() -> Self {
        Self { full: VecDeque::new(), last: Vec::new(), spare: Vec::new(), len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Whether all states fit in one chunk, so that a second thread would find nothing to do.
    pub(super) fn is_one_chunk(&self) -> bool {
        self.len <= Self::CHUNK
    }

    #[inline]
    pub(super) fn push(&mut self, state: S) {
        if self.last.len() == Self::CHUNK {
            let fresh = self.spare.pop().unwrap_or_else(|| Vec::with_capacity(Self::CHUNK));
            self.full.push_back(std::mem::replace(&mut self.last, fresh));
        }
        self.last.push(state);
        self.len += 1;
    }

    /// Takes the oldest chunk.
    pub(super) fn pop_chunk(&mut self) -> Option<Vec<S>> {
        let chunk = match self.full.pop_front() {
            Some(chunk) => chunk,
            None if self.last.is_empty() => return None,
            None => std::mem::take(&mut self.last),
        };
        self.len -= chunk.len();
        Some(chunk)
    }

    /// Takes back an emptied chunk for the next states; keeps a few megabytes, so that a shrinking level frees memory.
    pub(super) fn recycle(&mut self, chunk: Vec<S>) {
        if self.spare.len() < 128 && chunk.capacity() >= Self::CHUNK {
            self.spare.push(chunk);
        }
    }

    /// Appends all states of another frontier.
    pub(super) fn append(&mut self, other: &mut Self) {
        self.len += std::mem::take(&mut other.len);
        for chunk in [std::mem::take(&mut self.last)].into_iter().chain(other.full.drain(..)) {
            if !chunk.is_empty() {
                self.full.push_back(chunk);
            }
        }
        self.last = std::mem::take(&mut other.last);
    }

    /// States a chunk: few enough that the threads finish a level together, many enough that taking one costs nothing.
    const CHUNK: usize = {
        let bytes = if size_of::<S>() == 0 { 1 } else { size_of::<S>() };
        let states = 64 * 1024 / bytes;
        if states < 16 {
            16
        } else if states > 512 {
            512
        } else {
            states
        }
    };
}
