//! The stored forms of a [`Value`](crate::value::Value) and of a [`Change`](crate::tree::Change).

pub mod base64;
pub mod binary;
#[cfg(any(feature = "serde", feature = "serde-json"))]
pub(crate) mod content;
pub mod delta;
mod number;
mod payload;
mod roblox;
pub mod text;

pub use text::SIGN;

pub(crate) use delta::Delta;

use alloc::vec::Vec;

/// Puts behind `to` what `make` makes, right where it belongs. `push` takes what was made elsewhere and copied, for which a
/// processor waits if it was made in parts.
#[inline]
fn push<T>(to: &mut Vec<T>, make: impl FnOnce() -> T) {
    to.extend(core::iter::once_with(make));
}
