use super::{read, write};
use alloc::string::String;
use alloc::vec::Vec;

fn text(number: f64) -> String {
    let mut text = Vec::new();
    write(number, &mut text);
    String::from_utf8(text).unwrap()
}

/// The bits of a text that is a number and nothing else.
fn bits(text: &str) -> Option<u64> {
    read(text.as_bytes()).filter(|(_, rest)| rest.is_empty()).map(|(number, _)| number.to_bits())
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
    for (number, expected) in examples {
        assert_eq!(text(f64::from_bits(number)), expected);
        assert_eq!(bits(expected), Some(number));
    }
}

#[test]
fn digits_are_as_many_as_there_are() {
    for power in 0..16 {
        let ten = 10_u64.pow(power);
        for whole in [ten - 1, ten, ten + 1, ten * 9 / 2, (ten * 10 - 1).min((1 << 53) - 1)] {
            assert_eq!(text(whole as f64), alloc::format!("{whole}"));
        }
    }
    for (number, expected) in [
        (0.5, "0.5"),
        (1.25, "1.25"),
        (12.000_000_01, "12.00000001"),
        (9_999_999.999_999_99, "9999999.99999999"),
        (0.1 + 0.2, "0.30000000000000004"),
        (0.000_01, "0.00001"),
        (0.000_001_5, "0.0000015"),
        (1e7 + 0.1, "10000000.1"),
        (1e-7, "1e-7"),
        (1e16, "10000000000000000"),
        (1.5e20, "150000000000000000000"),
    ] {
        assert_eq!(text(number), expected);
    }
}

#[test]
fn every_kind_of_number_survives() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..200_000 {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(round);
        let numbers = [
            f64::from_bits(state),
            f64::from(f32::from_bits(state as u32)),
            (state >> 40) as f64 / 100.0,
            (state >> 11) as f64 / (1_u64 << 53) as f64,
        ];
        for number in numbers.into_iter().filter(|number| number.is_finite()) {
            let text = text(number);
            assert_eq!(bits(&text), Some(number.to_bits()), "{text}");
        }
    }
}

#[test]
fn a_text_is_the_number_that_is_nearest() {
    let digits =
        ["0", "1", "7", "12", "123456789", "9007199254740993", "18446744073709551615", "99999999999999999999999"];
    let exponents = ["", "e0", "E5", "e+22", "e-22", "e23", "e-23", "e-300", "e300", "e-400"];
    for whole in digits {
        for fraction in
            ["", ".0", ".5", ".25", ".12345678", ".123456789", ".00000000000000000000001", ".1234567890123456789"]
        {
            for exponent in exponents {
                let text = alloc::format!("{whole}{fraction}{exponent}");
                let expected: f64 = text.parse().unwrap();
                assert_eq!(bits(&text), expected.is_finite().then_some(expected.to_bits()), "{text}");
                assert_eq!(bits(&alloc::format!("-{text}")), expected.is_finite().then_some((-expected).to_bits()));
            }
        }
    }
}

#[test]
fn what_json_has_not_is_no_number() {
    for text in
        ["", "-", "+1", ".5", "1.", "1.e5", "1e", "1e+", "00", "01", "-01", "--1", "e5", "NaN", "1e999", "-1e999"]
    {
        assert_eq!(bits(text), None, "{text}");
    }
    assert_eq!(read(b"12345678a"), Some((12_345_678.0, &b"a"[..])));
    assert_eq!(read(b"0.1234567:"), Some((0.123_456_7, &b":"[..])));
    assert_eq!(read(b"0.123456/8"), Some((0.123_456, &b"/8"[..])));
}

/// All ways to read are told apart by length and exponent: around each bound, and where the rounding is hard.
#[test]
fn long_digits_are_rounded_as_the_standard_library_does() {
    let mut state = 1_u64;
    for round in 0..300_000_u64 {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(round);
        // From the middle between two numbers, or beside it.
        let half = ((state >> 11) | 1 << 52) * 2 + 1;
        let mantissa = [state, state >> (round % 20), half + round % 3 - 1][(round % 3) as usize];
        let exponent = (state % 50) as i32 - 30;
        let text = alloc::format!("{mantissa}e{exponent}");
        assert_eq!(bits(&text), Some(text.parse::<f64>().unwrap().to_bits()), "{text}");
    }
    for power in 0..=22 {
        for number in [1_u64 << 53, (1 << 53) + 1, u64::MAX, 5_u64.pow(27), 10_u64.pow(19), 9_999_999_999_999_999_999] {
            let text = alloc::format!("{number}e-{power}");
            assert_eq!(bits(&text), Some(text.parse::<f64>().unwrap().to_bits()), "{text}");
        }
    }
}
