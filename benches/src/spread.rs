//! What is said of many measurements of one thing.

/// The middle of them, and where the middle half lies.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "aside", derive(serde::Serialize))]
pub struct Spread {
    /// A quarter is below.
    pub low: f64,
    /// Half are below.
    pub median: f64,
    /// Three quarters are below.
    pub high: f64,
}

impl Spread {
    /// Of at least one measurement.
    pub fn of(all: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut all: Vec<f64> = all.into_iter().collect();
        all.sort_by(f64::total_cmp);
        let at = |quarters: usize| all.get(all.len().saturating_sub(1) * quarters / 4).copied();
        Some(Self { low: at(1)?, median: at(2)?, high: at(3)? })
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn a_spread_is_the_middle_and_the_quartiles() {
        let all = (0..41).rev().map(f64::from);
        assert_eq!(Spread::of(all), Some(Spread { low: 10.0, median: 20.0, high: 30.0 }));
        assert_eq!(Spread::of([7.0]), Some(Spread { low: 7.0, median: 7.0, high: 7.0 }));
        assert_eq!(Spread::of([]), None);
    }
}
