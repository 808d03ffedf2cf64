//! Keys that are asked for as players are: a few often, most of them seldom.

use crate::draws::{Draws, mixed};

/// The exponent: rank `r` is asked for in proportion to `1 / r^0.99`.
const EXPONENT: f64 = 0.99;

/// `count` keys out of `keys`, always the same ones. Ranks are scattered over the numbers, so that no cache finds the
/// frequent ones side by side.
pub fn zipf(keys: usize, count: usize) -> Vec<u64> {
    let mut sum = 0.0;
    let below: Vec<f64> = (1..=keys)
        .map(|rank| {
            sum += (rank as f64).powf(-EXPONENT);
            sum
        })
        .collect();
    let mut draws = Draws::new(1);
    let rank = |draws: &mut Draws| {
        let drawn = draws.fraction() * sum;
        below.partition_point(|it| *it < drawn).min(keys - 1)
    };
    (0..count).map(|_| player(rank(&mut draws))).collect()
}

/// The key of a rank, each another one.
pub fn player(rank: usize) -> u64 {
    mixed(rank as u64)
}

#[cfg(test)]
mod tests {
    use super::{player, zipf};

    /// With 1 000 keys the first is asked for in one of 7.73 draws, and the first hundred in 68.5 of a hundred.
    #[test]
    fn keys_are_asked_for_in_proportion_to_their_ranks() {
        let drawn = zipf(1_000, 100_000);
        let first: Vec<u64> = (0..100).map(player).collect();
        let share = |keys: &[u64]| drawn.iter().filter(|key| keys.contains(key)).count() as f64 / 100_000.0;
        assert!((share(&first[..1]) - 0.1294).abs() < 0.005 && (share(&first) - 0.685).abs() < 0.01);
    }
}
