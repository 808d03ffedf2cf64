//! The proof of Keyholder.

pub mod driver;
pub mod story;
