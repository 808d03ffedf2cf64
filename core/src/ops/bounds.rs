//! The bounds of a counter, and what happens at them (decision D14, race R18).

use core::fmt;

/// The largest magnitude of a bound, 2^53 − 1: up to here every store and script language keeps integers exact (R18).
pub const MAX_EXACT: i64 = (1 << 53) - 1;

/// What happens to an operation that would take a counter out of its bounds (D14).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "each policy has an outcome of its own")]
pub enum BoundsPolicy {
    /// It is skipped.
    Reject,
    /// It goes as far as the bound.
    Clamp,
}

/// The bounds of a counter, both inclusive. They have no order: `Ord` would hide `min` and `max`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Bounds {
    pub(super) min: i64,
    pub(super) max: i64,
    pub(super) policy: BoundsPolicy,
}

impl Bounds {
    /// Bounds from `min` to `max`.
    ///
    /// # Errors
    /// [`BadBounds`] if `min` exceeds `max`, or one of them exceeds [`MAX_EXACT`] in magnitude.
    pub const fn new(min: i64, max: i64, policy: BoundsPolicy) -> Result<Self, BadBounds> {
        if min > max {
            return Err(BadBounds::Crossed);
        }
        // As `min` does not exceed `max`, each needs to be checked on its own side only.
        if min < -MAX_EXACT || max > MAX_EXACT {
            return Err(BadBounds::Inexact);
        }
        Ok(Self { min, max, policy })
    }

    /// The smallest value.
    pub const fn min(&self) -> i64 {
        self.min
    }

    /// The largest value.
    pub const fn max(&self) -> i64 {
        self.max
    }

    /// What happens to an operation that would leave the bounds.
    pub const fn policy(&self) -> BoundsPolicy {
        self.policy
    }

    /// True if the value is within the bounds.
    pub fn contains(&self, value: i64) -> bool {
        (self.min..=self.max).contains(&value)
    }
}

/// Bounds that were refused.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum BadBounds {
    /// The minimum exceeds the maximum.
    Crossed,
    /// A bound exceeds [`MAX_EXACT`] in magnitude.
    Inexact,
}

impl fmt::Display for BadBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crossed => write!(f, "the minimum of a counter exceeds its maximum"),
            Self::Inexact => write!(f, "a bound of a counter exceeds {MAX_EXACT} in magnitude"),
        }
    }
}

impl core::error::Error for BadBounds {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn bounds_are_refused_one_past_each_limit() {
        let new = |min, max| Bounds::new(min, max, BoundsPolicy::Clamp);
        assert_eq!(MAX_EXACT, 9_007_199_254_740_991);
        assert_eq!(new(3, 2), Err(BadBounds::Crossed));
        assert!(new(3, 3).is_ok());
        let widest = new(-MAX_EXACT, MAX_EXACT).unwrap();
        assert_eq!((widest.min(), widest.max(), widest.policy()), (-MAX_EXACT, MAX_EXACT, BoundsPolicy::Clamp));
        assert_eq!(new(-MAX_EXACT - 1, 0), Err(BadBounds::Inexact));
        assert_eq!(new(0, MAX_EXACT + 1), Err(BadBounds::Inexact));
        let bounds = new(-5, 10).unwrap();
        assert_eq!([-6, -5, 10, 11].map(|n| bounds.contains(n)), [false, true, true, false]);
        assert!(BadBounds::Crossed.to_string().contains("minimum"));
        assert!(BadBounds::Inexact.to_string().contains("9007199254740991"));
    }
}
