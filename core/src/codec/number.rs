//! Numbers as JSON, exactly: the shortest digits that read back to the same bits, in the form of ECMAScript (RFC 8785); only
//! -0 keeps its sign.

use crate::value::Number;
use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt::Write as _;

/// Puts a finite number behind `out`.
pub(super) fn write(number: f64, out: &mut String) {
    if number.is_sign_negative() {
        out.push('-');
    }
    let mut buffer = zmij::Buffer::new();
    let (digits, exponent) = digits(buffer.format_finite(number.abs()));
    let (first, rest) = digits.split_at_checked(1).unwrap_or((&digits, ""));
    // Digits stand before the point up to 10^21, and zeros behind it down to 10^-6.
    match exponent {
        whole @ 0..=20 => {
            let whole = usize::try_from(whole).unwrap_or_default();
            out.push_str(first);
            let (before, after) = rest.split_at_checked(whole).unwrap_or((rest, ""));
            out.push_str(before);
            out.extend(core::iter::repeat_n('0', whole.saturating_sub(before.len())));
            if !after.is_empty() {
                out.push('.');
                out.push_str(after);
            }
        }
        small @ -6..=-1 => {
            out.push_str("0.");
            let zeros = usize::try_from(small.saturating_neg()).unwrap_or_default().saturating_sub(1);
            out.extend(core::iter::repeat_n('0', zeros));
            out.push_str(first);
            out.push_str(rest);
        }
        far => {
            out.push_str(first);
            if !rest.is_empty() {
                out.push('.');
                out.push_str(rest);
            }
            let _ = write!(out, "e{far:+}");
        }
    }
}

/// The significant digits of a number, and the power of ten of the first: of 0, one digit.
fn digits(shortest: &str) -> (String, i32) {
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((shortest, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = [whole, fraction].concat();
    let zeros = all.len().saturating_sub(all.trim_start_matches('0').len());
    let power = |count: usize| i32::try_from(count).unwrap_or_default();
    let exponent = exponent.parse::<i32>().unwrap_or_default();
    let exponent = exponent.saturating_add(power(whole.len())).saturating_sub(power(zeros)).saturating_sub(1);
    match all.trim_matches('0') {
        "" => (String::from("0"), 0),
        significant => (significant.to_owned(), exponent),
    }
}

/// The number of a JSON text, or `None` beyond what 64 bits hold.
pub(super) fn read(text: &str) -> Option<Number> {
    text.parse().ok().filter(|number: &f64| number.is_finite()).map(Number)
}

#[cfg(test)]
mod tests {
    use super::{read, write};
    use crate::value::Number;
    use alloc::string::String;

    fn text(number: f64) -> String {
        let mut text = String::new();
        write(number, &mut text);
        text
    }

    /// Of RFC 8785, appendix B, but for -0.
    #[test]
    fn numbers_look_as_in_ecmascript() {
        let examples = [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "-0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ];
        for (bits, expected) in examples {
            assert_eq!(text(f64::from_bits(bits)), expected);
            assert_eq!(read(expected), Some(Number(f64::from_bits(bits))));
        }
        assert_eq!(read("1e999"), None);
        assert_eq!(read("-1e999"), None);
    }

    #[test]
    fn every_kind_of_number_survives() {
        let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
        for round in 0..200_000 {
            bits = bits.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(round);
            for number in [f64::from_bits(bits), f64::from(f32::from_bits(bits as u32)), (bits >> 40) as f64 / 100.0] {
                if number.is_finite() {
                    assert_eq!(read(&text(number)), Some(Number(number)), "{bits:x}");
                }
            }
        }
    }
}
