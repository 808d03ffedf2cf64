//! What game servers use up of the budgets that they share with Open Cloud.

use super::{SettingsError, pair_of, parts, share};

/// The budgets that are shared (documentation: Data stores, Error codes and limits; Memory stores).
const SHARED: [&str; 9] = [
    "standard-read",
    "standard-write",
    "standard-list",
    "standard-remove",
    "ordered-read",
    "ordered-write",
    "ordered-list",
    "ordered-remove",
    "memory-units",
];

/// Shares of budgets, each from 0 to 1, that game servers take all the time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GameLoad([f64; SHARED.len()]);

impl GameLoad {
    /// Reads `0.5`, which is a share of every budget, or `standard-write=0.9,memory-units=0.5`, or both: `0.2,ordered-list=1`.
    ///
    /// # Errors
    ///
    /// A budget is not one of those that are shared, or a share is not from 0 to 1.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let mut load = Self::default();
        for part in parts(text) {
            if !part.contains('=') {
                load.0 = [share("game load", part)?; SHARED.len()];
                continue;
            }
            let (name, value) = pair_of(part)?;
            let mut budgets = SHARED.into_iter().zip(&mut load.0);
            let Some((_, of)) = budgets.find(|(budget, _)| *budget == name) else {
                return Err(SettingsError::Unknown { name: name.to_owned(), known: SHARED.join(", ") });
            };
            *of = share(name, value)?;
        }
        Ok(load)
    }

    /// The share of a budget, by its name; 0 for one that is not shared.
    #[must_use]
    pub fn of(&self, budget: &str) -> f64 {
        SHARED.iter().zip(self.0).find(|(name, _)| **name == budget).map_or(0.0, |(_, share)| share)
    }
}

#[cfg(test)]
mod tests {
    use super::GameLoad;

    #[test]
    fn shares_are_of_all_budgets_or_of_one() {
        let load = GameLoad::parse("0.5, standard-write=0.9").unwrap();
        assert_eq!((load.of("standard-read"), load.of("standard-write"), load.of("v1-read")), (0.5, 0.9, 0.0));
        assert_eq!(GameLoad::parse("").unwrap(), GameLoad::default());
        for wrong in ["1.1", "-0.1", "NaN", "v1-read=0.5", "standard-read=2", "standard-read="] {
            assert!(GameLoad::parse(wrong).is_err(), "{wrong}");
        }
    }
}
