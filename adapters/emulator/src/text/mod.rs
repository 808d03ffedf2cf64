//! Parsers of what a request holds in text. Pure and total: any input gives a value or a refusal, and no more work than its
//! length justifies.

pub mod filter;
pub mod mask;
pub mod order;
pub mod path;
pub mod query;
mod scan;
pub mod sort;

pub use scan::BadText;
