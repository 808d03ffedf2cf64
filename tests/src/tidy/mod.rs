//! What the house rules need: the project's files, a look at Rust source without comments and strings, the ids.

pub(crate) mod ids;
pub(crate) mod manifest;
pub(crate) mod source;
pub(crate) mod wasm;
