//! The stored forms of a [`Value`](crate::value::Value) and of a [`Change`](crate::tree::Change).

mod base64;
pub mod binary;
#[cfg(any(feature = "serde", feature = "serde-json"))]
pub(crate) mod content;
pub mod delta;
mod number;
mod payload;
mod roblox;
mod text;

pub use text::SIGN;

pub(crate) use delta::Delta;
