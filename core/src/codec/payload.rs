//! The fixed parts of Roblox values as bytes: little-endian, component after component, nothing between.

use crate::value::Float;
use crate::value::types::{
    CFrame, Color3, ColorKeypoint, NumberKeypoint, NumberRange, PhysicalProperties, Ray, Rect, Region3, Region3int16,
    TweenInfo, UDim, UDim2, Vector2, Vector2int16, Vector3, Vector3int16,
};
use alloc::vec::Vec;

/// The most bytes that a part takes.
pub(super) const LONGEST: usize = CFrame::BYTES;

/// A part of a payload.
pub(super) trait Part: Sized {
    /// How many bytes it takes, always; at most [`LONGEST`].
    const BYTES: usize;

    /// Writes its bytes to the front of `to` and gives what is behind them; `None` if there are fewer.
    fn fill<'b>(&self, to: &'b mut [u8]) -> Option<&'b mut [u8]>;

    /// Puts its bytes behind `out`.
    fn put(&self, out: &mut Vec<u8>);

    /// Takes it from the front of `bytes`.
    fn take(bytes: &mut &[u8]) -> Option<Self>;
}

macro_rules! integer {
    ($($type:ty),*) => {$(
        impl Part for $type {
            const BYTES: usize = size_of::<$type>();

            #[inline]
            fn fill<'b>(&self, to: &'b mut [u8]) -> Option<&'b mut [u8]> {
                let (first, rest) = to.split_first_chunk_mut()?;
                *first = self.to_le_bytes();
                Some(rest)
            }

            fn put(&self, out: &mut Vec<u8>) {
                out.extend(self.to_le_bytes());
            }

            #[inline]
            fn take(bytes: &mut &[u8]) -> Option<Self> {
                let (first, rest) = bytes.split_first_chunk()?;
                *bytes = rest;
                Some(Self::from_le_bytes(*first))
            }
        }
    )*};
}

integer!(u8, i16, u16, i32, u32, i64, u64);

impl Part for Float {
    const BYTES: usize = 4;

    #[inline]
    fn fill<'b>(&self, to: &'b mut [u8]) -> Option<&'b mut [u8]> {
        self.0.to_bits().fill(to)
    }

    fn put(&self, out: &mut Vec<u8>) {
        self.0.to_bits().put(out);
    }

    #[inline]
    fn take(bytes: &mut &[u8]) -> Option<Self> {
        u32::take(bytes).map(|bits| Self(f32::from_bits(bits)))
    }
}

impl Part for bool {
    const BYTES: usize = 1;

    #[inline]
    fn fill<'b>(&self, to: &'b mut [u8]) -> Option<&'b mut [u8]> {
        u8::from(*self).fill(to)
    }

    fn put(&self, out: &mut Vec<u8>) {
        u8::from(*self).put(out);
    }

    /// Only 0 and 1: each value has one payload.
    #[inline]
    fn take(bytes: &mut &[u8]) -> Option<Self> {
        match u8::take(bytes)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

/// Parts one after the other, in the order of the fields.
macro_rules! parts {
    ($($type:ident { $($field:ident: $part:ty),* })*) => {$(
        impl Part for $type {
            const BYTES: usize = 0 $(+ <$part>::BYTES)*;

            #[inline]
            fn fill<'b>(&self, to: &'b mut [u8]) -> Option<&'b mut [u8]> {
                $(let to = self.$field.fill(to)?;)*
                Some(to)
            }

            fn put(&self, out: &mut Vec<u8>) {
                $(self.$field.put(out);)*
            }

            #[inline]
            fn take(bytes: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: <$part>::take(bytes)?),* })
            }
        }
    )*};
}

parts! {
    Vector2 { x: Float, y: Float }
    Vector2int16 { x: i16, y: i16 }
    Vector3 { x: Float, y: Float, z: Float }
    Vector3int16 { x: i16, y: i16, z: i16 }
    CFrame { position: Vector3, rotation: [Vector3; 3] }
    Color3 { r: Float, g: Float, b: Float }
    ColorKeypoint { time: Float, value: Color3 }
    NumberKeypoint { time: Float, value: Float, envelope: Float }
    NumberRange { min: Float, max: Float }
    UDim { scale: Float, offset: i32 }
    UDim2 { x: UDim, y: UDim }
    Rect { min: Vector2, max: Vector2 }
    Ray { origin: Vector3, direction: Vector3 }
    Region3 { min: Vector3, max: Vector3 }
    Region3int16 { min: Vector3int16, max: Vector3int16 }
    TweenInfo { time: Float, easing_style: u8, easing_direction: u8, repeat_count: i32, reverses: bool, delay: Float }
    PhysicalProperties {
        density: Float, friction: Float, elasticity: Float, friction_weight: Float, elasticity_weight: Float,
        acoustic_absorption: Float
    }
}

impl Part for [Vector3; 3] {
    const BYTES: usize = 3 * Vector3::BYTES;

    #[inline]
    fn fill<'b>(&self, to: &'b mut [u8]) -> Option<&'b mut [u8]> {
        self.iter().try_fold(to, |to, row| row.fill(to))
    }

    fn put(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|row| row.put(out));
    }

    #[inline]
    fn take(bytes: &mut &[u8]) -> Option<Self> {
        Some([Vector3::take(bytes)?, Vector3::take(bytes)?, Vector3::take(bytes)?])
    }
}

/// One after the other.
impl<A: Part, B: Part> Part for (A, B) {
    const BYTES: usize = A::BYTES + B::BYTES;

    #[inline]
    fn fill<'b>(&self, to: &'b mut [u8]) -> Option<&'b mut [u8]> {
        self.1.fill(self.0.fill(to)?)
    }

    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }

    #[inline]
    fn take(bytes: &mut &[u8]) -> Option<Self> {
        Some((A::take(bytes)?, B::take(bytes)?))
    }
}
