//! Identifiers as hex digits: exactly 16 or 32 of them, lowercase, so that equal identifiers are equal texts and
//! texts sort as the numbers do.
//!
//! As object keys they are used directly; as values through [`Writer`](super::Writer) and [`Reader`](super::Reader).

use alloc::string::String;

/// The 16 digits of a 64-bit identifier.
pub fn hex64(id: u64) -> String {
    hex(&id.to_be_bytes())
}

/// The 32 digits of a 128-bit identifier, in the order of its bytes.
pub fn hex128(id: [u8; 16]) -> String {
    hex(&id)
}

/// The identifier that [`hex64`] writes so; `None` for every other text.
pub fn parse_hex64(text: &str) -> Option<u64> {
    parse(text).map(u64::from_be_bytes)
}

/// The identifier that [`hex128`] writes so; `None` for every other text.
pub fn parse_hex128(text: &str) -> Option<[u8; 16]> {
    parse(text)
}

/// Appends two digits for each byte.
pub(super) fn push_hex(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        for nibble in [u32::from(byte >> 4), u32::from(byte & 0xf)] {
            out.extend(char::from_digit(nibble, 16));
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    push_hex(&mut out, bytes);
    out
}

fn parse<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    if text.len() != BYTES * 2 {
        return None;
    }
    let mut bytes = [0; BYTES];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        for &digit in pair {
            *byte = (*byte << 4) | nibble(digit)?;
        }
    }
    Some(bytes)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
