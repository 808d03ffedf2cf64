//! Numbers as JSON, exactly: the shortest digits that read back to the same bits, in the form of ECMAScript (RFC 8785); only
//! -0 keeps its sign.

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;

#[cfg(test)]
mod tests;
