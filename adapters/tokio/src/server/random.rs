//! Ids and nonces, which nobody else has.

use super::StartError;
use crate::dice::Dice;

/// Where a server's numbers come from: the system, or a seed.
pub(super) struct Random(Option<Dice>);

impl Random {
    pub(super) fn new(seed: Option<u64>) -> Self {
        Self(seed.map(Dice::new))
    }

    /// A number that nobody else draws, unless they have the same seed.
    pub(super) fn number(&mut self) -> Result<u64, StartError> {
        match &mut self.0 {
            Some(dice) => Ok(dice.next()),
            None => getrandom::u64().map_err(|_| StartError::Randomness),
        }
    }
}
