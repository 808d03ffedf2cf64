//! 128-bit fingerprints: two 64-bit lanes, one folded multiplication a lane for every word.

use std::hash::{Hash, Hasher};

/// The 128-bit fingerprint of a value. Never zero: zero marks an empty slot in the visited table.
#[must_use]
pub fn fingerprint<T: Hash + ?Sized>(value: &T) -> u128 {
    let mut hasher = Fingerprinter::default();
    value.hash(&mut hasher);
    hasher.finish128().max(1)
}

/// A [`Hasher`] with a 128-bit result, made for derived `Hash` of small structs: every integer costs one multiplication in each of two
/// lanes that do not wait for each other.
///
/// A lane forgets a difference in one step with a chance of about 2⁻⁶⁴, and the lanes have their own multipliers, so two different states of `n`
/// words share a fingerprint with a chance of about `n² / 2^128`. No defence against chosen inputs: models do not choose theirs.
/// The result depends on the width of integers but not on the process or the build.
#[derive(Clone, Debug)]
pub struct Fingerprinter {
    a: u64,
    b: u64,
}

impl Fingerprinter {
    /// The fingerprint of everything written so far.
    #[inline]
    #[must_use]
    pub fn finish128(&self) -> u128 {
        // The last word has been multiplied only once: one more round spreads it over all bits of its lane.
        let a = fold(self.a ^ FINAL_A, MULTIPLIER_B);
        let b = fold(self.b ^ FINAL_B, MULTIPLIER_A);
        u128::from(a) << 64 | u128::from(b)
    }

    #[inline]
    fn absorb(&mut self, word: u64) {
        self.a = fold(self.a ^ word, MULTIPLIER_A);
        self.b = fold(self.b ^ word, MULTIPLIER_B);
    }
}

impl Default for Fingerprinter {
    fn default() -> Self {
        Self { a: SEED_A, b: SEED_B }
    }
}

impl Hasher for Fingerprinter {
    #[inline]
    fn finish(&self) -> u64 {
        self.finish128() as u64
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (words, tail) = bytes.as_chunks::<8>();
        for word in words {
            self.absorb(u64::from_le_bytes(*word));
        }
        if !tail.is_empty() {
            // A tail has at most seven bytes; its length in the eighth keeps `[0]` and `[0, 0]` apart.
            let mut last = [0; 8];
            last[..tail.len()].copy_from_slice(tail);
            last[7] = tail.len() as u8;
            self.absorb(u64::from_le_bytes(last));
        }
    }

    // The signed writers and the length prefix of the standard library end up in these.
    #[inline]
    fn write_u8(&mut self, word: u8) {
        self.absorb(word.into());
    }

    #[inline]
    fn write_u16(&mut self, word: u16) {
        self.absorb(word.into());
    }

    #[inline]
    fn write_u32(&mut self, word: u32) {
        self.absorb(word.into());
    }

    #[inline]
    fn write_u64(&mut self, word: u64) {
        self.absorb(word);
    }

    #[inline]
    fn write_u128(&mut self, word: u128) {
        self.absorb(word as u64);
        self.absorb((word >> 64) as u64);
    }

    #[inline]
    fn write_usize(&mut self, word: usize) {
        self.absorb(word as u64);
    }
}

/// The 128-bit product, folded to 64: its high half carries what the low half cannot, the influence of high bits on low ones.
#[inline]
fn fold(x: u64, multiplier: u64) -> u64 {
    let product = u128::from(x) * u128::from(multiplier);
    (product as u64) ^ (product >> 64) as u64
}

// Digits of pi, the multipliers made odd: numbers with nothing up their sleeve.
const SEED_A: u64 = 0x243f_6a88_85a3_08d3;
const SEED_B: u64 = 0x1319_8a2e_0370_7344;
const MULTIPLIER_A: u64 = 0xa409_3822_299f_31d1;
const MULTIPLIER_B: u64 = 0xbe54_66cf_34e9_0c6d;
const FINAL_A: u64 = 0x082e_fa98_ec4e_6c89;
const FINAL_B: u64 = 0x4528_21e6_38d0_1377;

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn small_structured_values_do_not_collide() {
        let mut parts: [Vec<u32>; 4] = Default::default();
        for a in 0..128_u8 {
            for b in 0..128_u16 {
                for c in 0..128_u32 {
                    let hash = fingerprint(&(a, Some(b), [c, 0], a % 2 == 0));
                    for (i, part) in parts.iter_mut().enumerate() {
                        part.push((hash >> (32 * i)) as u32);
                    }
                }
            }
        }
        let count = parts[0].len() as f64;
        let expected = count * count / 2.0 / 2_f64.powi(32);
        for part in &mut parts {
            part.sort_unstable();
            let collisions = part.windows(2).filter(|pair| pair[0] == pair[1]).count() as f64;
            // Any 32 bits of the 128 collide as often as random ones: about 512 times, give or take 23.
            assert!(
                (collisions - expected).abs() < 6.0 * expected.sqrt(),
                "{collisions} collisions, {expected} expected"
            );
        }
    }

    #[test]
    fn every_bit_of_a_value_changes_half_of_the_fingerprint() {
        const SAMPLES: u32 = 2_000;
        for word in 0..3 {
            for bit in 0..64 {
                let mut flips = [0_u32; 128];
                for sample in 0..u64::from(SAMPLES) {
                    let before = [sample, sample / 7, 3];
                    let mut after = before;
                    after[word] ^= 1 << bit;
                    let difference = fingerprint(&before) ^ fingerprint(&after);
                    for (i, flips) in flips.iter_mut().enumerate() {
                        *flips += (difference >> i & 1) as u32;
                    }
                }
                for (i, flips) in flips.into_iter().enumerate() {
                    let share = f64::from(flips) / f64::from(SAMPLES);
                    assert!(
                        (0.4..0.6).contains(&share),
                        "word {word}, bit {bit} flips bit {i} in {share} of the cases"
                    );
                }
            }
        }
    }
}
