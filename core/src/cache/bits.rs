//! A set of small numbers with its least one at hand.
#![expect(clippy::arithmetic_side_effects, reason = "numbers are divided by a constant, and multiplied back")]

use alloc::vec::Vec;

const LEVELS: usize = 3;

/// Bits on three levels: a bit of the second says that a word of the first is not zero, and so on. The topmost has one
/// word for 262 144 numbers, which is twelve for the largest cache.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct Bits([Vec<u64>; LEVELS]);

impl Bits {
    /// Becomes the empty set of numbers below `limit`, in the memory that it has.
    pub(super) fn reset(&mut self, limit: usize) {
        let mut words = limit;
        for level in &mut self.0 {
            words = words.div_ceil(64);
            level.clear();
            level.resize(words, 0);
        }
    }

    /// Adds a number. One that is not below the limit is not added.
    #[inline]
    pub(super) fn insert(&mut self, number: usize) {
        let [words, ..] = &mut self.0;
        if let Some(word) = words.get_mut(number / 64) {
            let before = *word;
            *word |= 1 << (number % 64);
            if before == 0 {
                self.wake(number / 64);
            }
        }
    }

    /// Takes a number out, if it is there.
    #[inline]
    pub(super) fn remove(&mut self, number: usize) {
        let [words, ..] = &mut self.0;
        if let Some(word) = words.get_mut(number / 64) {
            let before = *word;
            *word &= !(1 << (number % 64));
            if *word == 0 && before != 0 {
                self.rest(number / 64);
            }
        }
    }

    /// A word of the first level has a bit, and had none.
    fn wake(&mut self, mut at: usize) {
        for level in self.0.iter_mut().skip(1) {
            let Some(word) = level.get_mut(at / 64) else {
                return;
            };
            let before = *word;
            *word |= 1 << (at % 64);
            if before != 0 {
                return;
            }
            at /= 64;
        }
    }

    /// A word of the first level has no bit left.
    fn rest(&mut self, mut at: usize) {
        for level in self.0.iter_mut().skip(1) {
            let Some(word) = level.get_mut(at / 64) else {
                return;
            };
            *word &= !(1 << (at % 64));
            if *word != 0 {
                return;
            }
            at /= 64;
        }
    }

    pub(super) fn contains(&self, number: usize) -> bool {
        let [words, ..] = &self.0;
        words.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// The least number.
    pub(super) fn first(&self) -> Option<usize> {
        let [.., top] = &self.0;
        let mut at = top.iter().position(|word| *word != 0)?;
        for level in self.0.iter().rev() {
            let word = level.get(at)?;
            at = at * 64 + usize::try_from(word.trailing_zeros()).ok()?;
        }
        Some(at)
    }

    /// The bytes that the words take.
    pub(super) fn bytes(&self) -> usize {
        self.0.iter().map(|level| level.capacity() * size_of::<u64>()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    fn below(limit: usize) -> Bits {
        let mut bits = Bits::default();
        bits.reset(limit);
        bits
    }

    #[test]
    fn the_least_number_is_found_on_every_level() {
        let numbers = [0, 63, 64, 4_095, 4_096, 262_143, 262_144, 600_000];
        let mut bits = below(600_001);
        assert_eq!(bits.first(), None);
        for number in numbers.into_iter().rev() {
            bits.insert(number);
            bits.insert(number);
            assert_eq!(bits.first(), Some(number));
        }
        for number in numbers {
            assert_eq!(bits.first(), Some(number));
            assert!(bits.contains(number) && !bits.contains(number + 2));
            bits.remove(number);
            bits.remove(number);
        }
        assert_eq!((bits.first(), bits), (None, below(600_001)));
    }

    #[test]
    fn what_is_beyond_the_limit_is_not_there() {
        let mut bits = below(10);
        bits.insert(64);
        bits.remove(64);
        assert!(!bits.contains(64));
        assert_eq!((below(0).first(), bits.first()), (None, None));
    }
}
