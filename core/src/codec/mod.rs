//! The stored forms of a [`Value`](crate::value::Value).

pub mod base64;
mod number;
mod payload;
mod roblox;
pub mod text;

pub use text::SIGN;
