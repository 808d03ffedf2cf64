//! The stored forms of a [`Value`](crate::value::Value).

mod base64;
#[cfg(any(feature = "serde", feature = "serde-json"))]
pub(crate) mod content;
mod number;
mod payload;
mod roblox;
mod text;

pub use text::SIGN;
