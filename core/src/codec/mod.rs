//! The stored forms of a [`Value`](crate::value::Value).

pub mod base64;
mod number;
mod payload;
mod roblox;
pub mod text;

pub use text::SIGN;

use alloc::vec::Vec;

/// Puts behind `to` what `make` makes, right where it belongs. `push` takes what was made elsewhere and copied, for which a
/// processor waits if it was made in parts.
#[inline]
fn push<T>(to: &mut Vec<T>, make: impl FnOnce() -> T) {
    to.extend(core::iter::once_with(make));
}
