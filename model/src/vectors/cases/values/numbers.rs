//! Nil, truth values and numbers: every edge of integers, single and double precision.

use super::Named;
use keyholder_core::value::{Number, Value};

/// Name and bits.
const BITS: &[(&str, u64)] = &[
    ("smallest-subnormal", 1),
    ("smallest-subnormal-negative", 0x8000_0000_0000_0001),
    ("largest-subnormal", 0x000f_ffff_ffff_ffff),
    ("smallest-normal", 0x0010_0000_0000_0000),
    ("largest", 0x7fef_ffff_ffff_ffff),
    ("largest-negative", 0xffef_ffff_ffff_ffff),
    ("infinity", 0x7ff0_0000_0000_0000),
    ("infinity-negative", 0xfff0_0000_0000_0000),
    ("nan", 0x7ff8_0000_0000_0000),
    ("nan-negative", 0xfff8_0000_0000_0000),
    ("nan-with-payload", 0x7ff8_dead_beef_cafe),
    ("nan-signalling", 0x7ff0_0000_0000_0001),
    ("nan-signalling-negative", 0xfff7_ffff_ffff_ffff),
    ("nan-all-bits", 0xffff_ffff_ffff_ffff),
    ("nan-of-single-precision", 0x7ff8_0000_2000_0000),
    ("minus-zero", 0x8000_0000_0000_0000),
    ("2-to-53-minus-1", 0x433f_ffff_ffff_ffff),
    ("2-to-53", 0x4340_0000_0000_0000),
    ("2-to-53-plus-2", 0x4340_0000_0000_0001),
    ("2-to-53-negative", 0xc340_0000_0000_0000),
    ("2-to-53-plus-2-negative", 0xc340_0000_0000_0001),
    ("2-to-63", 0x43e0_0000_0000_0000),
    ("2-to-63-negative", 0xc3e0_0000_0000_0000),
    ("2-to-64", 0x43f0_0000_0000_0000),
    ("single-largest", 0x47ef_ffff_e000_0000),
    ("single-largest-and-a-bit", 0x47ef_ffff_e000_0001),
    ("single-smallest-normal", 0x3810_0000_0000_0000),
    ("single-smallest-subnormal", 0x36a0_0000_0000_0000),
    ("single-half-of-the-smallest", 0x3690_0000_0000_0000),
    ("single-next-to-one", 0x3ff0_0000_2000_0000),
    ("double-next-to-one", 0x3ff0_0000_0000_0001),
    ("double-below-one", 0x3fef_ffff_ffff_ffff),
    ("digits-21", 0x4430_0000_0000_0000),
    ("digits-largest-without-exponent", 0x444b_1ae4_d6e2_ef4f),
    ("digits-first-with-exponent", 0x444b_1ae4_d6e2_ef50),
    ("digits-below-1e23", 0x44b5_2d02_c7e1_4af5),
    ("digits-1e23", 0x44b5_2d02_c7e1_4af6),
    ("digits-above-1e23", 0x44b5_2d02_c7e1_4af7),
    ("digits-smallest-without-exponent", 0x3eb0_c6f7_a0b5_ed8d),
    ("digits-last-with-exponent", 0x3eb0_c6f7_a0b5_ed8c),
    ("digits-many-before-the-point", 0x41b3_de43_5555_5553),
    ("digits-many-behind-zeros", 0xbecb_f647_612f_3696),
    ("digits-17", 0x4314_3ff3_c1cb_0959),
];

/// Name and number.
const PLAIN: &[(&str, f64)] = &[
    ("zero", 0.0),
    ("one", 1.0),
    ("minus-one", -1.0),
    ("ten", 10.0),
    ("63", 63.0),
    ("64", 64.0),
    ("minus-64", -64.0),
    ("minus-65", -65.0),
    ("127", 127.0),
    ("8191", 8_191.0),
    ("8192", 8_192.0),
    ("65535", 65_535.0),
    ("2-to-24-plus-1", 16_777_217.0),
    ("2-to-31", 2_147_483_648.0),
    ("2-to-32", 4_294_967_296.0),
    ("million", 1_000_000.0),
    ("half", 0.5),
    ("minus-one-and-a-half", -1.5),
    ("tenth", 0.1),
    ("third", 1.0 / 3.0),
    ("price", 19.99),
    ("pi", std::f64::consts::PI),
    ("1e100", 1e100),
    ("1e-100", 1e-100),
    ("whole-beyond-64-bits", 1e30),
    ("half-beyond-single", 8_388_608.5),
];

/// Nil, truth values and numbers.
pub(in super::super) fn numbers() -> Vec<Named> {
    let mut all = vec![
        Named::new("nil", "DIA-11", Value::Nil),
        Named::new("true", "DIA-11", true),
        Named::new("false", "DIA-11", false),
    ];
    all.extend(PLAIN.iter().map(|(name, number)| Named::new(format!("number-{name}"), "DIA-11", *number)));
    let bits = |(name, bits): &(&str, u64)| {
        let value = Value::Number(Number(f64::from_bits(*bits)));
        Named::new(format!("number-{name}"), if name.starts_with("nan") { "DIA-11 D31" } else { "DIA-11" }, value)
    };
    all.extend(BITS.iter().map(bits));
    all
}
