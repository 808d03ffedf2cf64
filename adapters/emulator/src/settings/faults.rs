//! What goes wrong on purpose, in shares of all requests.

use super::{SettingsError, pairs, refused, seed, share};

/// A way in which a request goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 500, and nothing was done.
    Before,
    /// 500, and it was done.
    After,
    /// The connection ends without an answer, and it was done.
    Drop,
    /// 503, and nothing was done.
    Unavailable,
    /// 502 with a page of HTML, and nothing was done.
    Html,
    /// 200 without a body, and it was done.
    Empty,
    /// 429, and nothing was done.
    Throttled,
}

impl Fault {
    const ALL: [(Self, &str); 7] = [
        (Self::Before, "before"),
        (Self::After, "after"),
        (Self::Drop, "drop"),
        (Self::Unavailable, "unavailable"),
        (Self::Html, "html"),
        (Self::Empty, "empty"),
        (Self::Throttled, "throttled"),
    ];
}

/// The share of requests that each fault befalls, drawn from a generator with a seed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults {
    /// Shares, each from 0 to 1, together at most 1.
    shares: Vec<(Fault, f64)>,
    /// The generator starts from this.
    pub seed: u64,
}

impl Faults {
    /// Reads `after=0.05,drop=0.02,seed=7`: `before`, `after`, `drop`, `unavailable`, `html`, `empty`, `throttled` are
    /// shares of requests.
    ///
    /// # Errors
    ///
    /// A fault is not known, a share is not from 0 to 1, or all together are more than 1.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let mut faults = Self::default();
        for pair in pairs(text) {
            let (name, value) = pair?;
            if name == "seed" {
                faults.seed = seed(name, value)?;
                continue;
            }
            let Some((fault, _)) = Fault::ALL.into_iter().find(|(_, text)| *text == name) else {
                let known = Fault::ALL.map(|(_, text)| text).join(", ");
                return Err(SettingsError::Unknown { name: name.to_owned(), known: format!("{known}, seed") });
            };
            faults.shares.push((fault, share(name, value)?));
            if faults.shares.iter().map(|(_, share)| share).sum::<f64>() > 1.0 {
                return Err(refused(name, value, "the shares together are more than 1"));
            }
        }
        Ok(faults)
    }

    /// Whether there are any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shares.is_empty()
    }

    /// The fault that a throw of a die from 0 to 1 picks.
    #[must_use]
    pub fn pick(&self, thrown: f64) -> Option<Fault> {
        let mut reached = 0.0;
        self.shares.iter().find_map(|(fault, share)| {
            reached += share;
            (thrown < reached).then_some(*fault)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_stand_side_by_side() {
        let faults = Faults::parse("after=0.25, drop=0.5,seed=7").unwrap();
        assert_eq!(faults.seed, 7);
        assert_eq!(faults.pick(0.1), Some(Fault::After));
        assert_eq!(faults.pick(0.25), Some(Fault::Drop));
        assert_eq!(faults.pick(0.75), None);
        for wrong in ["after=1.5", "after=NaN", "after=0.6,drop=0.6", "sometimes=0.1", "after", "seed=x"] {
            assert!(Faults::parse(wrong).is_err(), "{wrong}");
        }
    }
}
