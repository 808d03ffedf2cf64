//! Base64 without padding, in the standard alphabet (RFC 4648), canonical: unused bits are 0, so each sequence of bytes has
//! one text and each text that is taken has one sequence of bytes.

use alloc::string::String;
use alloc::vec::Vec;

const ALPHABET: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What no character stands for.
const NONE: u8 = 0xff;

/// The digit of each byte.
#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "made by the compiler, where a panic is an error"
)]
const DIGITS: [u8; 256] = {
    let mut digits = [NONE; 256];
    let mut digit = 0;
    while digit < 64 {
        digits[ALPHABET[digit] as usize] = digit as u8;
        digit += 1;
    }
    digits
};

/// Characters that `bytes` take.
pub(super) fn encoded_len(bytes: usize) -> usize {
    bytes.saturating_mul(4).div_ceil(3)
}

/// Puts the text of `bytes` behind `out`.
pub fn push(bytes: &[u8], out: &mut Vec<u8>) {
    let mut text = String::new();
    encode(bytes, &mut text);
    out.extend_from_slice(text.as_bytes());
}

/// The bytes of a text of any length, or `None` if it is not the text of any.
pub fn to_vec(text: &[u8]) -> Option<Vec<u8>> {
    decode(text)
}

/// Puts the text of `bytes` behind `out`.
pub(super) fn encode(bytes: &[u8], out: &mut String) {
    out.reserve(encoded_len(bytes.len()));
    let (groups, rest) = bytes.as_chunks::<3>();
    for [a, b, c] in groups {
        let group = u32::from_be_bytes([0, *a, *b, *c]);
        out.extend([18, 12, 6, 0].map(|shift| character(group >> shift)));
    }
    if let [a] = rest {
        let group = u32::from(*a) << 4;
        out.extend([6, 0].map(|shift| character(group >> shift)));
    } else if let [a, b] = rest {
        let group = u32::from(u16::from_be_bytes([*a, *b])) << 2;
        out.extend([12, 6, 0].map(|shift| character(group >> shift)));
    }
}

/// The bytes of a text, or `None` if it is not the text of any.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let (groups, rest) = text.as_chunks::<4>();
    for [a, b, c, d] in groups {
        let [_, a, b, c] = group([*a, *b, *c, *d])?.to_be_bytes();
        bytes.extend([a, b, c]);
    }
    // The digits that are left, filled up with zeros, which the bytes that they stand for must not need.
    let filled = match *rest {
        [] => return Some(bytes),
        [a, b] => [a, b, b'A', b'A'],
        [a, b, c] => [a, b, c, b'A'],
        _ => return None, // wildcard: one digit is less than a byte, and four are a group
    };
    let [_, a, b, c] = group(filled)?.to_be_bytes();
    let (kept, unused) = if rest.len() == 2 { (&[a][..], [b, c]) } else { (&[a, b][..], [0, c]) };
    bytes.extend(kept);
    (unused == [0, 0]).then_some(bytes)
}

fn character(digits: u32) -> char {
    char::from(ALPHABET.get((digits & 63) as usize).copied().unwrap_or_default())
}

/// Four digits as 24 bits.
fn group(characters: [u8; 4]) -> Option<u32> {
    let mut group = 0;
    for character in characters {
        let digit = DIGITS.get(usize::from(character)).copied().filter(|digit| *digit != NONE)?;
        group = group << 6 | u32::from(digit);
    }
    Some(group)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode, encoded_len};
    use alloc::string::String;
    use alloc::vec::Vec;

    fn text(bytes: &[u8]) -> String {
        let mut text = String::new();
        encode(bytes, &mut text);
        text
    }

    #[test]
    fn the_examples_of_the_rfc_without_their_padding() {
        let examples =
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE")];
        for (bytes, expected) in examples {
            assert_eq!(text(bytes.as_bytes()), expected);
            assert_eq!(decode(expected.as_bytes()).unwrap(), bytes.as_bytes());
        }
        assert_eq!(text(&[0xff, 0xef, 0xbe]), "/+++");
    }

    #[test]
    fn every_short_text_is_of_some_bytes_or_of_none() {
        for a in 0..=255_u8 {
            for b in 0..=255_u8 {
                for candidate in [&[a, b][..], &[a, b, b'A'], &[b'A', a, b], &[a, b'/', b'/', b]] {
                    if let Some(bytes) = decode(candidate) {
                        assert_eq!(text(&bytes).as_bytes(), candidate);
                        assert_eq!(encoded_len(bytes.len()), candidate.len());
                    }
                }
                assert_eq!(decode(text(&[a, b]).as_bytes()).unwrap(), [a, b]);
            }
            assert_eq!(decode(&[a]), None);
        }
    }

    #[test]
    fn long_runs_survive() {
        for len in 0..100 {
            let bytes: Vec<u8> = (0..len).map(|at: u8| at.wrapping_mul(37)).collect();
            assert_eq!(decode(text(&bytes).as_bytes()), Some(bytes));
        }
    }
}
