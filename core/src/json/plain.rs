//! How much of a string stands in JSON as it is.

const ONES: u64 = u64::MAX / 255;
const TOPS: u64 = ONES << 7;

/// Number of bytes before the first that JSON writes otherwise: a quote, a backslash or a control character.
#[inline]
pub(crate) fn plain(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut before = 0;
    for word in words {
        let special = special(u64::from_le_bytes(*word));
        if special != 0 {
            return before + first(special);
        }
        before += 8;
    }
    before + rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | ..=0x1f)).count()
}

/// Not 0 if one of the eight bytes is special; then the lowest bit is in the first one. Bits beyond it mean nothing: a
/// borrow may have set them.
#[inline]
pub(crate) fn special(word: u64) -> u64 {
    let is_zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let is_control = word.wrapping_sub(ONES * 0x20) & !word;
    (is_zero(word ^ (ONES * 0x22)) | is_zero(word ^ (ONES * 0x5c)) | is_control) & TOPS
}

/// The place of the first byte that [`special`] told of.
#[inline]
pub(crate) fn first(special: u64) -> usize {
    (special.trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn the_first_special_byte_is_found_wherever_it_stands() {
        for special in (0..=0x1f).chain([b'"', b'\\']) {
            for len in 0..40 {
                for at in 0..len {
                    for other in [b' ', b'!', b'#', b'[', b']', 0x7f, 0x80, 0xa2, 0xdc, 0xff] {
                        let mut bytes = [other; 40];
                        assert_eq!(plain(&bytes[..len]), len);
                        bytes[at] = special;
                        bytes[len - 1] = special;
                        assert_eq!(plain(&bytes[..len]), at, "{special} and {other}");
                    }
                }
            }
        }
    }
}
