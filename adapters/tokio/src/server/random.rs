//! Ids and nonces, which nobody else has.

use super::StartError;

/// A number that nobody else draws.
pub(super) fn number() -> Result<u64, StartError> {
    getrandom::u64().map_err(|_| StartError::Randomness)
}
