//! Floating-point numbers as their bits: NaN equals NaN, -0 differs from 0, and equal numbers have equal stored forms.

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

by_bits!(Number, f64, "A Luau number: 64 bits, compared and hashed by them.");
by_bits!(Float, f32, "A component of a Roblox type: 32 bits, compared and hashed by them.");

#[cfg(test)]
mod tests {
    use super::{Float, Number};

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
