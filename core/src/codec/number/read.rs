//! Text to numbers: the number of 64 bits that is nearest to the decimal, and the even one of two.

/// Powers of ten that 64 bits hold exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Takes a JSON number from the front of `text`, and gives what is behind it; `None` if none stands there, or one beyond
/// what 64 bits hold.
#[inline]
#[expect(clippy::cast_precision_loss, reason = "up to 2^53")]
pub(in crate::codec) fn read(text: &[u8]) -> Option<(f64, &[u8])> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let (mut mantissa, mut rest) = (0, digits);
    while let Some((digit @ b'0'..=b'9', behind)) = rest.split_first() {
        mantissa = next(mantissa, *digit);
        rest = behind;
    }
    let whole = digits.len().wrapping_sub(rest.len());
    if whole == 0 || (whole > 1 && digits.first() == Some(&b'0')) {
        return None;
    }
    let (mut count, mut exponent) = (whole, 0);
    if let Some(fraction) = rest.strip_prefix(b".") {
        (mantissa, rest) = more(mantissa, fraction);
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
    let number = if count <= 19 && mantissa <= 1 << 53 && (-22..=22).contains(&exponent) {
        // Both are exact, so that the one operation rounds once.
        let power = POWERS.get(exponent.unsigned_abs() as usize)?;
        if exponent < 0 { mantissa as f64 / power } else { mantissa as f64 * power }
    } else {
        let digits = digits.get(..digits.len().wrapping_sub(rest.len()))?;
        core::str::from_utf8(digits).ok()?.parse().ok().filter(|number: &f64| number.is_finite())?
    };
    Some((if digits.len() == text.len() { number } else { -number }, rest))
}

/// A number with one more digit; beyond 19 digits nobody looks at it.
fn next(number: u64, digit: u8) -> u64 {
    number.wrapping_mul(10).wrapping_add(u64::from(digit & 15))
}

/// A number with all digits at the front of `text`, and what is behind them: eight at once as long as there are as many.
fn more(mut number: u64, mut text: &[u8]) -> (u64, &[u8]) {
    while let Some((digits, behind)) = text.split_first_chunk()
        && let Some(digits) = eight(u64::from_le_bytes(*digits))
    {
        number = number.wrapping_mul(100_000_000).wrapping_add(digits);
        text = behind;
    }
    while let Some((digit @ b'0'..=b'9', behind)) = text.split_first() {
        number = next(number, *digit);
        text = behind;
    }
    (number, text)
}

/// The number of eight digits, the first one in the lowest byte: neighbours are joined, all pairs at once, three times.
fn eight(digits: u64) -> Option<u64> {
    // Digits have this first half, and have it still with 6 added.
    let half = 0xf0f0_f0f0_f0f0_f0f0;
    if digits & half != ZEROS || digits.wrapping_add(0x0606_0606_0606_0606) & half != ZEROS {
        return None;
    }
    let pairs = (digits & !half).wrapping_mul(1 + (10 << 8)) >> 8;
    let fours = (pairs & 0x00ff_00ff_00ff_00ff).wrapping_mul(1 + (100 << 16)) >> 16;
    Some((fours & 0x0000_ffff_0000_ffff).wrapping_mul(1 + (10_000 << 32)) >> 32)
}

/// `00000000`.
const ZEROS: u64 = 0x3030_3030_3030_3030;

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
