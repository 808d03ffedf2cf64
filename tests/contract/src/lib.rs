//! Requests and responses of Open Cloud held against the platform's own OpenAPI document, as its operators and its users
//! know it.
//!
//! The document and the list of places where it differs from what is seen on the wire are not part of the project: they
//! are looked for beside it, see [`places`]. With them, [`Contract`] answers for a [`Request`] whether a client may send
//! it, and for a [`Response`] whether a server may give it. It is stricter than the schemas as they stand: an object that
//! names its fields has no others, because a misspelled field would pass everywhere else.

mod contract;
mod document;
mod drift;
mod errors;
mod formats;
mod headers;
pub mod places;
mod problem;
mod query;
mod route;
mod schema;

pub use contract::{Contract, Request, Response};
pub use drift::DRIFT;
pub use headers::Headers;
pub use problem::{LoadError, Problem};
