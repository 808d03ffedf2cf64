//! The stored forms of a [`Value`](crate::value::Value).

pub mod base64;
pub mod binary;
mod number;
mod payload;
mod roblox;
mod text;

pub use text::SIGN;
