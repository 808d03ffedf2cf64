//! Floating-point numbers as their bits: NaN equals NaN, -0 differs from 0, and equal numbers have equal stored forms.

use super::{Reason, Refused, Value};
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

macro_rules! by_bits {
    ($name:ident, $inner:ty, $about:literal) => {
        #[doc = $about]
        #[derive(Clone, Copy, Default)]
        pub struct $name(pub $inner);

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.to_bits() == other.0.to_bits()
            }
        }

        impl Eq for $name {}

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        /// The total order of IEEE 754; equal only where the bits are.
        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                self.0.total_cmp(&other.0)
            }
        }

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.0.to_bits().hash(state);
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$inner> for $name {
            fn from(number: $inner) -> Self {
                Self(number)
            }
        }
    };
}

impl Number {
    /// Integers up to here, and no further, all are numbers: 2^53.
    pub const MAX_INTEGER: i64 = 1 << f64::MANTISSA_DIGITS;

    /// An integer, if it is within [`MAX_INTEGER`](Self::MAX_INTEGER) of 0: beyond, two integers may be one number.
    pub fn exact(integer: impl TryInto<i64>) -> Option<Self> {
        let integer = integer.try_into().ok()?;
        (integer.unsigned_abs() <= Self::MAX_INTEGER.unsigned_abs()).then_some(Self(integer as f64))
    }

    /// The integer that this is, within [`MAX_INTEGER`](Self::MAX_INTEGER) of 0. None for -0: no integer is.
    pub fn integer(self) -> Option<i64> {
        #[expect(clippy::cast_possible_truncation, reason = "what is cut off is compared")]
        let integer = self.0 as i64;
        Self::exact(integer).filter(|back| *back == self).map(|_| integer)
    }
}

macro_rules! exact {
    ($($integer:ty),*) => {$(
        impl TryFrom<$integer> for Value {
            type Error = Refused;

            /// Refused with [`Reason::Inexact`]; see [`Number::exact`].
            fn try_from(integer: $integer) -> Result<Self, Refused> {
                Number::exact(integer).map(Self::Number).ok_or(Refused::new(Reason::Inexact))
            }
        }
    )*};
}

exact!(i64, u64, i128, u128, isize, usize);

by_bits!(Number, f64, "A Luau number: 64 bits, compared and hashed by them.");
by_bits!(Float, f32, "A component of a Roblox type: 32 bits, compared and hashed by them.");

#[cfg(test)]
mod tests {
    use super::{Float, Number};
    use crate::value::{Reason, Value};

    #[test]
    fn integers_are_numbers_up_to_2_to_the_53() {
        let max = Number::MAX_INTEGER;
        for integer in [0, 1, -1, 1 << 31, max - 1, max, -max] {
            assert_eq!(Number::exact(integer).and_then(Number::integer), Some(integer));
            assert_eq!(Value::try_from(i128::from(integer)), Ok(Value::Number(Number(integer as f64))));
        }
        for beyond in [i128::from(max) + 1, -i128::from(max) - 1, i128::from(u64::MAX), i128::MAX, i128::MIN] {
            assert_eq!(Number::exact(beyond), None);
            assert_eq!(Value::try_from(beyond).unwrap_err().why, Reason::Inexact);
        }
        assert_eq!(Value::try_from(u64::MAX).unwrap_err().why, Reason::Inexact);
        for other in [-0.0, 0.5, -1.5, 2.0 * max as f64, 1e300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Number(other).integer(), None, "{other}");
        }
    }

    #[test]
    fn numbers_are_their_bits() {
        let numbers = [f64::NEG_INFINITY, -1.0, -0.0, 0.0, 1e-308, 1.0, f64::INFINITY, f64::NAN];
        for (at, a) in numbers.into_iter().enumerate() {
            for (other, b) in numbers.into_iter().enumerate() {
                assert_eq!(Number(a).cmp(&Number(b)), at.cmp(&other), "{a} and {b}");
                assert_eq!(Number(a) == Number(b), at == other);
            }
        }
        assert_ne!(Float(f32::NAN), Float(f32::from_bits(f32::NAN.to_bits() + 1)), "another NaN");
    }
}
