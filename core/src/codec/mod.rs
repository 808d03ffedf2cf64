//! The stored forms of a [`Value`](crate::value::Value) and of a [`Change`](crate::tree::Change).

mod base64;
pub mod binary;
pub mod delta;
#[cfg(any(feature = "serde", feature = "serde-json"))]
pub(crate) mod content;
mod number;
mod payload;
mod roblox;
mod text;

pub use text::SIGN;

pub(crate) use delta::Delta;
