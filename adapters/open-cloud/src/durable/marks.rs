//! The mark that tells one write from all others.

use keyholder_tokio::backend::{NotApplied, StoreError};

/// The name of its attribute.
pub(super) const MARK: &str = "kh";

/// What it takes of the room for attributes: its name, and 16 digits.
pub(super) const MARK_CHARS: usize = MARK.len() + 16;

/// A mark that no other write has.
pub(super) fn fresh() -> Result<String, StoreError> {
    let mark = getrandom::u64().map_err(|_| NotApplied::Unavailable)?;
    Ok(format!("{mark:016x}"))
}
