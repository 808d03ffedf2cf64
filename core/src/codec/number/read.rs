//! Text to numbers: the number of 64 bits that is nearest to the decimal, and of two the even one.
//!
//! Digits are read eight at once and without a branch for each. Then there are three ways, each exact: one operation on
//! numbers that are exact themselves, a product with a reciprocal wherever its error cannot change the rounding, and the
//! standard library for all others.

/// Powers of ten that 64 bits hold exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// What a number grows by when so many digits are put behind it.
const SHIFTS: [u64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// For each power of five, 2^k divided by it, which has 128 bits when rounded down; and k.
#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "made by the compiler, where a panic is an error"
)]
static RECIPROCALS: [(u128, i32); 23] = {
    let mut all = [(0, 0); 23];
    let (mut power, mut five) = (1, 1_u128);
    while power < 23 {
        five *= 5;
        let k = 255 - five.leading_zeros();
        let (mut bit, mut rest) = (0, 1);
        while bit < k {
            rest *= 2;
            all[power].0 *= 2;
            if rest >= five {
                rest -= five;
                all[power].0 += 1;
            }
            bit += 1;
        }
        all[power].1 = k.cast_signed();
        power += 1;
    }
    all
};

/// Takes a JSON number from the front of `text`, and gives what is behind it; `None` if none stands there, or one beyond
/// what 64 bits hold.
#[inline(always)]
pub(in crate::codec) fn read(text: &[u8]) -> Option<(f64, &[u8])> {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let (mut mantissa, mut rest) = digits(0, unsigned);
    let mut count = unsigned.len().wrapping_sub(rest.len());
    if count == 0 || (count > 1 && unsigned.first() == Some(&b'0')) {
        return None;
    }
    let mut exponent = 0;
    if let Some(fraction) = rest.strip_prefix(b".") {
        (mantissa, rest) = digits(mantissa, fraction);
        let decimals = fraction.len().wrapping_sub(rest.len());
        if decimals == 0 {
            return None;
        }
        count = count.saturating_add(decimals);
        exponent = i32::try_from(decimals).ok()?.wrapping_neg();
    }
    if let Some((b'e' | b'E', behind)) = rest.split_first() {
        let power;
        (power, rest) = self::exponent(behind)?;
        exponent = exponent.saturating_add(power);
    }
    // Of up to 19 digits, none was lost.
    let nearest = if count <= 19 { nearest(mantissa, exponent) } else { None };
    let number = match nearest {
        Some(number) => number,
        None => standard(unsigned.get(..unsigned.len().wrapping_sub(rest.len()))?)?,
    };
    Some((if unsigned.len() == text.len() { number } else { -number }, rest))
}

/// The number that is nearest to `mantissa` times 10^`exponent`; `None` if it is not that easy.
#[inline]
fn nearest(mantissa: u64, exponent: i32) -> Option<f64> {
    let power = POWERS.get(exponent.unsigned_abs() as usize)?;
    if exponent == 0 {
        return Some(mantissa as f64);
    }
    if mantissa <= 1 << 53 {
        // Both are exact, so that the one operation rounds once.
        return Some(if exponent < 0 { mantissa as f64 / power } else { mantissa as f64 * power });
    }
    if exponent > 0 {
        return None;
    }
    let (reciprocal, k) = RECIPROCALS.get(exponent.unsigned_abs() as usize)?;
    let zeros = mantissa.leading_zeros();
    // The upper 128 bits of the product. The exact one is less by nothing and more by less than 2: by 1 for what is left
    // out below, and by 1 for what the reciprocal was rounded down.
    let times = |part: u128| u128::from(mantissa << zeros).wrapping_mul(part);
    let product = times(reciprocal >> 64).wrapping_add(times(reciprocal & u128::from(u64::MAX)) >> 64);
    // All but 53 bits are rounded away, if it is known to which side.
    let spare = 75_u32.wrapping_sub(product.leading_zeros());
    let half = 1_u128 << spare.wrapping_sub(1);
    let below = product & half.wrapping_mul(2).wrapping_sub(1);
    let up = match below {
        _ if below > half => 1,
        _ if below.wrapping_add(2) <= half => 0,
        _ => return None, // wildcard: what was left out decides
    };
    let rounded = u64::try_from(product >> spare).ok()?.wrapping_add(up);
    let shift =
        spare.wrapping_add(64).wrapping_sub(zeros).checked_add_signed(exponent.wrapping_sub(*k).wrapping_add(1023))?;
    Some(rounded as f64 * f64::from_bits(u64::from(shift) << 52))
}

/// Any decimal that JSON has; `None` beyond what 64 bits hold.
#[cold]
fn standard(text: &[u8]) -> Option<f64> {
    core::str::from_utf8(text).ok()?.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A number with all digits at the front of `text`, and what is behind them. Beyond 19 digits nobody looks at it.
#[inline]
fn digits(mut number: u64, mut text: &[u8]) -> (u64, &[u8]) {
    while let Some(word) = text.first_chunk() {
        let (part, count) = eight(u64::from_le_bytes(*word));
        number = number.wrapping_mul(SHIFTS.get(count).copied().unwrap_or_default()).wrapping_add(part);
        text = text.get(count..).unwrap_or_default();
        if count < 8 {
            return (number, text);
        }
    }
    while let Some((digit @ b'0'..=b'9', behind)) = text.split_first() {
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit & 15));
        text = behind;
    }
    (number, text)
}

/// The number of the digits at the front of eight bytes, the first one in the lowest byte, and how many there are.
#[inline]
fn eight(bytes: u64) -> (u64, usize) {
    const ONES: u64 = u64::MAX / 255;
    // A digit is at most 9 now, and has no upper bit when 118 is added; a carry gets only to what is behind the first that
    // is none.
    let digits = bytes ^ (ONES * 0x30);
    let others = (digits.wrapping_add(ONES * 118) | digits) & (ONES << 7);
    let count = others.trailing_zeros() / 8;
    // Zeros go in front of them. Then neighbours are joined, all pairs at once, three times.
    let digits = digits.unbounded_shl(64_u32.wrapping_sub(count.wrapping_mul(8)));
    let pairs = digits.wrapping_mul(1 + (10 << 8)) >> 8;
    let fours = (pairs & 0x00ff_00ff_00ff_00ff).wrapping_mul(1 + (100 << 16)) >> 16;
    ((fours & 0x0000_ffff_0000_ffff).wrapping_mul(1 + (10_000 << 32)) >> 32, count as usize)
}

/// What stands behind an `e`, and what is behind that. Far beyond what 64 bits hold it may be another power as far beyond.
fn exponent(text: &[u8]) -> Option<(i32, &[u8])> {
    let (negative, digits) = match text.split_first() {
        Some((b'-', digits)) => (true, digits),
        Some((b'+', digits)) => (false, digits),
        _ => (false, text), // wildcard: the sign may be left out
    };
    let (mut power, mut rest) = (0_i32, digits);
    while let Some((digit @ b'0'..=b'9', behind)) = rest.split_first() {
        power = power.saturating_mul(10).saturating_add(i32::from(digit & 15));
        rest = behind;
    }
    let is_there = rest.len() < digits.len();
    is_there.then_some((if negative { power.saturating_neg() } else { power }, rest))
}
