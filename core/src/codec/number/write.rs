//! Numbers to text. Most numbers of a game are integers or have a few decimals: those are digits of an integer, without
//! the search for the shortest digits.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// From it on, there are no fractions.
const WHOLE: f64 = 4_503_599_627_370_496.0;

/// Eight decimals, as many as [`eight`] makes.
const SCALE: u64 = 100_000_000;

/// Numbers whose digits are looked for by scaling: written without an exponent, and of at most 15 digits when scaled.
const SCALED: core::ops::Range<f64> = 1e-6..1e7;

/// Numbers with a fraction that `zmij` writes without an exponent, as ECMAScript does.
const PLAIN: f64 = 1e-5;

/// Puts a finite number behind `out`.
pub(in crate::codec) fn write(number: f64, out: &mut Vec<u8>) {
    if number.is_sign_negative() {
        out.push(b'-');
    }
    let number = number.abs();
    if number < WHOLE {
        let (whole, digits) = nearest(number);
        if whole == number {
            return integer(digits, out);
        }
        if SCALED.contains(&number) {
            // Two decimals of at most 15 digits are never the same number. So if these digits are of this number, they
            // are its shortest ones, once the zeros behind them are gone.
            let (scaled, digits) = nearest(number * 1e8);
            if scaled / 1e8 == number {
                return decimal(digits, out);
            }
        }
        if number >= PLAIN {
            return out.extend_from_slice(zmij::Buffer::new().format_finite(number).as_bytes());
        }
    }
    rare(number, out);
}

/// The integer that is nearest to a number from 0 to 2^52, twice: a sum from 2^52 on has no fraction, and has the integer in
/// its lower bits.
fn nearest(number: f64) -> (f64, u64) {
    let sum = number + WHOLE;
    (sum - WHOLE, sum.to_bits().wrapping_sub(WHOLE.to_bits()))
}

/// An integer below 10^16.
fn integer(number: u64, out: &mut Vec<u8>) {
    if number < SCALE {
        return leading(number, out);
    }
    leading(number / SCALE, out);
    out.extend_from_slice(&eight(number % SCALE).to_le_bytes());
}

/// A number that has a fraction, as so many times 10^-8.
fn decimal(scaled: u64, out: &mut Vec<u8>) {
    leading(scaled / SCALE, out);
    out.push(b'.');
    let digits = eight(scaled % SCALE);
    // A zero is 0x30, and the last digit is the highest byte.
    let zeros = (digits ^ ZEROS).leading_zeros() / 8;
    append(digits, 8_u32.saturating_sub(zeros), out);
}

/// An integer below 10^8, without zeros in front.
fn leading(number: u64, out: &mut Vec<u8>) {
    if number < 10 {
        return out.extend(u8::try_from(number).map(|digit| digit | b'0'));
    }
    let digits = eight(number);
    let zeros = (digits ^ ZEROS).trailing_zeros() / 8;
    append(digits.unbounded_shr(zeros * 8), 8_u32.saturating_sub(zeros), out);
}

/// The first digits of these, which is faster than as many as there are.
fn append(digits: u64, count: u32, out: &mut Vec<u8>) {
    let end = out.len().saturating_add(count as usize);
    out.extend_from_slice(&digits.to_le_bytes());
    out.truncate(end);
}

/// `00000000`.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// The eight digits of an integer below 10^8, the first one in the lowest byte: the number is cut in halves, all halves at
/// once, three times. Division by 100 and by 10 is a multiplication and a shift, exact below 10^4 and below 100.
fn eight(number: u64) -> u64 {
    let fours = (number / 10_000) | (number % 10_000) << 32;
    let hundreds = (fours.wrapping_mul(10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | fours.wrapping_sub(hundreds.wrapping_mul(100)) << 16;
    let tens = (twos.wrapping_mul(103) >> 10) & 0x000f_000f_000f_000f;
    (tens | twos.wrapping_sub(tens.wrapping_mul(10)) << 8) | ZEROS
}

/// Any other number that is not negative: very small ones, and those from 2^52 on.
fn rare(number: f64, out: &mut Vec<u8>) {
    let mut buffer = zmij::Buffer::new();
    let (digits, exponent) = digits(buffer.format_finite(number));
    let (first, rest) = digits.split_at_checked(1).unwrap_or((&digits, ""));
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or_default());
    // Digits stand before the point up to 10^21, and zeros behind it down to 10^-6.
    let text = match exponent {
        // No number that gets here has a fraction and a digit before the point.
        0..=20 => {
            let behind = i32::try_from(rest.len()).unwrap_or_default();
            format!("{digits}{}", zeros(exponent.saturating_sub(behind)))
        }
        -6..=-1 => format!("0.{}{digits}", zeros(exponent.saturating_neg().saturating_sub(1))),
        far => {
            let point = if rest.is_empty() { "" } else { "." };
            format!("{first}{point}{rest}e{far:+}")
        }
    };
    out.extend_from_slice(text.as_bytes());
}

/// The significant digits of a number, and the power of ten of the first.
fn digits(shortest: &str) -> (String, i32) {
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((shortest, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = [whole, fraction].concat();
    let zeros = all.len().saturating_sub(all.trim_start_matches('0').len());
    let power = |count: usize| i32::try_from(count).unwrap_or_default();
    let exponent = exponent.parse::<i32>().unwrap_or_default();
    let exponent = exponent.saturating_add(power(whole.len())).saturating_sub(power(zeros)).saturating_sub(1);
    (all.trim_matches('0').to_owned(), exponent)
}
