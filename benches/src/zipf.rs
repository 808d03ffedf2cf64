//! Keys that are asked for as players are: a few often, most of them seldom.

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
    let mut draws = Draws(1);
    let rank = |draws: &mut Draws| below.partition_point(|it| *it < draws.fraction() * sum).min(keys - 1);
    (0..count).map(|_| player(rank(&mut draws))).collect()
}

/// The key of a rank, each another one.
pub fn player(rank: usize) -> u64 {
    mixed(rank as u64)
}

/// The same draws in every run.
struct Draws(u64);

impl Draws {
    /// 0 to 1, without 1.
    fn fraction(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        (mixed(self.0) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The last part of SplitMix64, which maps no two numbers to one.
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
