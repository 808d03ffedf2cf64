//! Base64 without padding, in the standard alphabet (RFC 4648), canonical: unused bits are 0, so each sequence of bytes has
//! one text and each text that is taken has one sequence of bytes.
//!
//! Two characters are looked up at once to write, and each character in a table of its own place in a group to read: a
//! vector of twelve bytes is eight look-ups one way and sixteen the other, without an allocation.

use alloc::vec;
use alloc::vec::Vec;

const ALPHABET: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The characters of each 12 bits.
#[expect(clippy::indexing_slicing, reason = "made by the compiler, where a panic is an error")]
static PAIRS: [[u8; 2]; 4096] = {
    let mut pairs = [[0; 2]; 4096];
    let mut at = 0;
    while at < 4096 {
        pairs[at] = [ALPHABET[at >> 6], ALPHABET[at & 63]];
        at += 1;
    }
    pairs
};

/// Set in what no character stands for.
const NONE: u32 = 1 << 31;

/// The bits of each character as the first to the fourth of a group of 24.
#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "made by the compiler, where a panic is an error"
)]
static BITS: [[u32; 256]; 4] = {
    let mut bits = [[NONE; 256]; 4];
    let mut digit = 0;
    while digit < 64 {
        let character = ALPHABET[digit] as usize;
        bits[0][character] = (digit as u32) << 18;
        bits[1][character] = (digit as u32) << 12;
        bits[2][character] = (digit as u32) << 6;
        bits[3][character] = digit as u32;
        digit += 1;
    }
    bits
};

/// Characters that `bytes` take.
pub const fn encoded_len(bytes: usize) -> usize {
    bytes.saturating_mul(4).div_ceil(3)
}

/// The text of as many bytes as are known when compiling: `encode::<12, 16>`. Another length of text is not compiled.
#[inline]
pub fn encode<const BYTES: usize, const TEXT: usize>(bytes: &[u8; BYTES]) -> [u8; TEXT] {
    const { assert!(TEXT == encoded_len(BYTES), "a text of another length") };
    let mut text = [0; TEXT];
    fill(bytes, &mut text);
    text
}

/// The bytes of a text, or `None` if it is not the text of any: the way back from [`encode`].
#[inline]
pub fn decode<const TEXT: usize, const BYTES: usize>(text: &[u8; TEXT]) -> Option<[u8; BYTES]> {
    const { assert!(TEXT == encoded_len(BYTES), "bytes of another length") };
    let mut bytes = [0; BYTES];
    read(text, &mut bytes)?;
    Some(bytes)
}

/// Puts the text of `bytes` behind `out`.
#[inline]
pub fn push(bytes: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start.saturating_add(encoded_len(bytes.len())), 0);
    fill(bytes, out.get_mut(start..).unwrap_or_default());
}

/// The bytes of a text of any length, or `None` if it is not the text of any.
pub fn to_vec(text: &[u8]) -> Option<Vec<u8>> {
    // A rest of one character is one of no byte.
    let len = text.len().checked_mul(3)?.checked_div(4)?;
    let mut bytes = vec![0; len];
    read(text, &mut bytes)?;
    Some(bytes)
}

/// Writes the text of `bytes`, which has its length.
#[inline]
fn fill(bytes: &[u8], text: &mut [u8]) {
    let (twelves, rest) = bytes.as_chunks::<12>();
    let (texts, mut text) = text.as_chunks_mut::<16>();
    for (twelve, text) in twelves.iter().zip(texts) {
        // Words of four bytes, as most payloads were put together: a processor waits where it loads others.
        let [a, b, c, d, e, f, g, h, i, j, k, l] = *twelve;
        let [a, b, c] = [[a, b, c, d], [e, f, g, h], [i, j, k, l]].map(|word| u64::from(u32::from_be_bytes(word)));
        let (halves, _) = text.as_chunks_mut();
        halves.iter_mut().zip([a << 16 | b >> 16, b << 32 | c]).for_each(|(to, bits)| eight(bits, to));
    }
    // The bytes that are left, filled up with zeros, of which no character is taken that holds none of their bits.
    for bytes in rest.chunks(6) {
        let mut six = [0; 8];
        six.iter_mut().skip(2).zip(bytes).for_each(|(to, byte)| *to = *byte);
        let mut last = [0; 8];
        eight(u64::from_be_bytes(six), &mut last);
        let (to, behind) = text.split_at_mut(text.len().min(8));
        to.iter_mut().zip(last).for_each(|(to, character)| *to = character);
        text = behind;
    }
}

/// The characters of the lower 48 bits.
#[inline]
fn eight(bits: u64, text: &mut [u8; 8]) {
    let (pairs, _) = text.as_chunks_mut();
    for (to, shift) in pairs.iter_mut().zip([36, 24, 12, 0]) {
        *to = PAIRS.get((bits >> shift & 4095) as usize).copied().unwrap_or_default();
    }
}

/// Reads the bytes of a text into as many as it stands for; `None` if these are others, or if it is not the text of any.
#[inline]
pub(super) fn read(text: &[u8], bytes: &mut [u8]) -> Option<()> {
    if text.len() != encoded_len(bytes.len()) {
        return None;
    }
    // What is no character shows in all that were read, so that there is one test for all.
    let mut all = 0;
    let (texts, text) = text.as_chunks::<16>();
    let (twelves, bytes) = bytes.as_chunks_mut::<12>();
    for (text, to) in texts.iter().zip(twelves) {
        let (groups, _) = text.as_chunks();
        let [a, b, c, d] = core::array::from_fn(|at| groups.get(at).map_or(NONE, |text| group(*text)));
        all |= a | b | c | d;
        // Words of four bytes, as payloads are taken from: see [`fill`].
        let (words, _) = to.as_chunks_mut();
        let parts = [a << 8 | b >> 16 & 0xff, b << 16 | c >> 8 & 0xffff, c << 24 | d & 0xff_ffff];
        words.iter_mut().zip(parts).for_each(|(to, word)| *to = word.to_be_bytes());
    }
    // The characters that are left, filled up with those of zeros, which the bytes must not need.
    let mut unused = 0;
    for (text, to) in text.chunks(4).zip(bytes.chunks_mut(3)) {
        let mut filled = [b'A'; 4];
        filled.iter_mut().zip(text).for_each(|(to, character)| *to = *character);
        let bits = group(filled);
        all |= bits;
        unused |= (bits << 8).unbounded_shl(8_u32.saturating_mul(u32::try_from(to.len()).ok()?));
        to.iter_mut().zip(bits.to_be_bytes().into_iter().skip(1)).for_each(|(to, byte)| *to = byte);
    }
    (all & NONE == 0 && unused == 0).then_some(())
}

/// Four characters as 24 bits, with [`NONE`] if one of them is none.
#[inline]
fn group([a, b, c, d]: [u8; 4]) -> u32 {
    let [first, second, third, fourth] = &BITS;
    let bits = |table: &[u32; 256], character: u8| table.get(usize::from(character)).copied().unwrap_or(NONE);
    bits(first, a) | bits(second, b) | bits(third, c) | bits(fourth, d)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode, encoded_len, push, to_vec};
    use alloc::vec::Vec;

    fn text(bytes: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        push(bytes, &mut text);
        text
    }

    #[test]
    fn the_examples_of_the_rfc_without_their_padding() {
        let examples =
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE")];
        for (bytes, expected) in examples {
            assert_eq!(text(bytes.as_bytes()), expected.as_bytes());
            assert_eq!(to_vec(expected.as_bytes()).unwrap(), bytes.as_bytes());
        }
        assert_eq!(text(&[0xff, 0xef, 0xbe]), b"/+++");
    }

    #[test]
    fn every_short_text_is_of_some_bytes_or_of_none() {
        for a in 0..=255_u8 {
            for b in 0..=255_u8 {
                for candidate in [&[a, b][..], &[a, b, b'A'], &[b'A', a, b], &[a, b'/', b'/', b]] {
                    if let Some(bytes) = to_vec(candidate) {
                        assert_eq!(text(&bytes), candidate);
                        assert_eq!(encoded_len(bytes.len()), candidate.len());
                    }
                }
                assert_eq!(to_vec(&text(&[a, b])).unwrap(), [a, b]);
            }
            assert_eq!(to_vec(&[a]), None);
        }
    }

    #[test]
    fn long_runs_survive() {
        for len in 0..100 {
            let bytes: Vec<u8> = (0..len).map(|at: u8| at.wrapping_mul(37)).collect();
            assert_eq!(to_vec(&text(&bytes)), Some(bytes));
        }
    }

    #[test]
    fn a_known_length_makes_the_same_text_and_one_wrong_character_none() {
        let bytes: [u8; 12] = core::array::from_fn(|at| (at * 41) as u8);
        let known: [u8; 16] = encode(&bytes);
        assert_eq!((known.as_slice(), decode(&known)), (text(&bytes).as_slice(), Some(bytes)));
        for at in 0..16 {
            for wrong in [b'=', b'-', b'_', 0, 0x7f, 0xff] {
                let mut text = known;
                text[at] = wrong;
                assert_eq!(decode::<16, 12>(&text), None);
            }
        }
        assert_eq!((decode::<2, 1>(b"AQ"), decode::<2, 1>(b"AR")), (Some([1]), None));
    }
}
