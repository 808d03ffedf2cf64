//! What happens to messages on their way: the platform delivers them as well as it can, and promises nothing.

use super::{SettingsError, pairs, seed, share};

/// Shares of messages, each from 0 to 1, drawn one after the other from a generator with a seed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Delivery {
    /// Nobody gets these.
    pub drop: f64,
    /// Everybody gets these twice.
    pub duplicate: f64,
    /// These wait until the next message of their topic was delivered.
    pub reorder: f64,
    /// The generator starts from this.
    pub seed: u64,
}

impl Delivery {
    /// Reads `drop=0.1,duplicate=0.05,reorder=0.2,seed=7`: what is not named is 0.
    ///
    /// # Errors
    ///
    /// Another name, or a share that is not from 0 to 1.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let mut delivery = Self::default();
        for pair in pairs(text) {
            let (name, value) = pair?;
            match name {
                "drop" => delivery.drop = share(name, value)?,
                "duplicate" => delivery.duplicate = share(name, value)?,
                "reorder" => delivery.reorder = share(name, value)?,
                "seed" => delivery.seed = seed(name, value)?,
                _ => {
                    let known = "drop, duplicate, reorder, seed".to_owned();
                    return Err(SettingsError::Unknown { name: name.to_owned(), known });
                }
            }
        }
        Ok(delivery)
    }
}

#[cfg(test)]
mod tests {
    use super::Delivery;

    #[test]
    fn shares_are_read_by_name() {
        let delivery = Delivery::parse("drop=0.25, seed=7").unwrap();
        assert_eq!(delivery, Delivery { drop: 0.25, seed: 7, ..Delivery::default() });
        for wrong in ["drop=1.5", "drop=NaN", "lose=0.1", "drop", "seed=-1"] {
            assert!(Delivery::parse(wrong).is_err(), "{wrong}");
        }
    }
}
