//! By what sorted maps are sorted.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;

/// The sort key of an item. Numbers come before strings, strings before none; items with equal ones are ordered by id.
/// Documentation: Memory stores, Sorted map.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub enum SortKey {
    /// A finite number, never minus zero: [`number`](Self::number) makes it.
    Number(f64),
    /// A string.
    Text(String),
    /// None.
    #[default]
    Absent,
}

impl SortKey {
    /// A number, if it is finite. Minus zero is zero.
    pub fn number(number: f64) -> Option<Self> {
        number.is_finite().then_some(Self::Number(number + 0.0))
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Number(_) => 0,
            Self::Text(_) => 1,
            Self::Absent => 2,
        }
    }
}

// There is no NaN in a key, and no minus zero.
impl Eq for SortKey {}

impl Ord for SortKey {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(two)) => one.total_cmp(two),
            (Self::Text(one), Self::Text(two)) => one.cmp(two),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for SortKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for SortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::Absent => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SortKey;

    #[test]
    fn numbers_come_before_strings_before_none() {
        let mut keys = [
            SortKey::Absent,
            SortKey::Text("someString".into()),
            SortKey::Number(3.25),
            SortKey::Number(1.0),
            SortKey::number(-0.0).unwrap(),
            SortKey::Number(-1.0),
        ];
        keys.sort();
        let texts: Vec<_> = keys.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["-1", "0", "1", "3.25", "someString", ""]);
        assert_eq!(SortKey::number(f64::NAN), None);
        assert_eq!(SortKey::number(-0.0), SortKey::number(0.0));
    }
}
