//! Parsers of what a request holds in text. Pure and total: any input gives a value or a refusal, and no more work than its
//! length justifies.

pub mod path;
pub mod query;
