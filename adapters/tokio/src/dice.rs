//! Numbers that follow from a seed: moments within a window, nonces, faults.

/// SplitMix64: good enough to spread moments, and to make nonces of a seed that is secret to nobody but unique. The same
/// seed gives the same numbers.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From `min` to `max`, both included.
    pub(crate) fn within(&mut self, min: u64, max: u64) -> u64 {
        let width = max.saturating_sub(min);
        min + if width == u64::MAX { self.next() } else { self.next() % (width + 1) }
    }
}
