//! Numbers on their way to text and back, by the million.

use keyholder_core::codec::text;
use keyholder_core::json::Limits;
use keyholder_core::value::{Number, Value};

/// One number of so many goes to `serde_json` too.
const SAMPLE: u64 = 64;

/// What came of so many numbers.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    /// Numbers that went through.
    pub numbers: u64,
    /// Of those, the ones that came back with other bits.
    pub changed: u64,
    /// Of those, the ones whose text the standard library or, in a sample, `serde_json` reads as another number.
    pub disputed: u64,
}

/// Sends `count` numbers to text and back: by turns any 64 bits, any 32 bits, integers, decimals with few digits, and
/// fractions of all 53 bits. NaN and the infinities are among them.
pub fn round_trips(seed: u64, count: u64) -> Counts {
    let (mut counts, mut out) = (Counts::default(), String::new());
    for at in 0..count {
        let number = number(at, mix(seed.wrapping_add(at)));
        out.clear();
        text::write(&Value::Number(Number(number)), &mut out);
        let back = text::read(&out, Limits::default());
        counts.numbers += 1;
        counts.changed += u64::from(back != Ok(Value::Number(Number(number))));
        if number.is_finite() {
            let same = |other: Option<f64>| other.map(f64::to_bits) == Some(number.to_bits());
            let sampled = at % SAMPLE == 0;
            let agreed = same(out.parse().ok()) && (!sampled || same(serde_json::from_str(&out).ok()));
            counts.disputed += u64::from(!agreed);
        }
    }
    counts
}

fn number(at: u64, bits: u64) -> f64 {
    let small = (bits >> 40) as f64;
    match at % 5 {
        0 => f64::from_bits(bits),
        1 => f64::from(f32::from_bits(bits as u32)),
        2 => (bits as i64 >> (bits % 64)) as f64,
        3 => small / 10_f64.powi((bits % 12) as i32),
        _ => (bits >> 11) as f64 / (1_u64 << 53) as f64,
    }
}

/// Of a counter, bits that look like any others (SplitMix64).
fn mix(counter: u64) -> u64 {
    let mut bits = counter.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
