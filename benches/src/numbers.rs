//! Numbers to text and back: how many are others afterwards.

use crate::draws::Draws;

/// The seed of the numbers.
const SEED: u64 = 5;

/// How many of `count` numbers are not bit for bit what `round_trip` makes of them: a third each are between 0 and a million,
/// of any 64 bits, and of any 32 bits.
pub fn changed(count: u64, mut round_trip: impl FnMut(f64) -> f64) -> u64 {
    let draws = &mut Draws::new(SEED);
    let number = |at: u64| {
        let mut number = f64::NAN;
        while !number.is_finite() {
            number = match at % 3 {
                0 => draws.fraction() * 1e6,
                1 => f64::from_bits(draws.bits()),
                _ => f32::from_bits(draws.bits() as u32).into(),
            };
        }
        number
    };
    (0..count).map(number).filter(|number| round_trip(*number).to_bits() != number.to_bits()).count() as u64
}

/// Through `serde_json`, exactly or not, as this program was built.
///
/// # Panics
/// If the text is no number.
pub fn serde_json(number: f64) -> f64 {
    let text = serde_json::to_string(&number).expect("the number is finite");
    serde_json::from_str(&text).expect("the text is a number")
}

#[cfg(test)]
mod tests {
    use super::changed;

    #[test]
    fn what_rounds_is_counted_and_what_does_not_is_not() {
        assert_eq!(changed(3_000, |number| number), 0);
        assert_eq!(changed(3_000, |number| f64::from(number as f32)), 2_000);
    }
}
