//! The rows of the file. A version never changes once it is written; what changes with every write is small.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What a row is of. The numbers are in the file: their order is that in which rows are read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// When the last snapshot was taken.
    Snapshot {
        universe: u64,
    },
    Store {
        universe: u64,
        store: String,
    },
    Object {
        universe: u64,
        place: Place,
    },
    Version {
        universe: u64,
        place: Place,
        number: u64,
    },
}

/// An entry's whole name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) store: String,
    pub(crate) scope: String,
    pub(crate) key: String,
}

/// Moments are in nanoseconds since 1970: they stay in the range of 64 bits until 2262.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StoreRow {
    pub(crate) created: i64,
    pub(crate) deleted: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ObjectRow {
    pub(crate) created: i64,
    pub(crate) current: u64,
    /// Older versions, each with the moment from which it is gone.
    pub(crate) older: Vec<(u64, i64)>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct VersionRow {
    pub(crate) at: i64,
    /// None says that the entry was deleted.
    pub(crate) value: Option<Box<RawValue>>,
    pub(crate) users: Box<[u64]>,
    pub(crate) attributes: Option<Box<RawValue>>,
}

impl Key {
    pub(crate) fn universe(&self) -> u64 {
        match self {
            Self::Snapshot { universe }
            | Self::Store { universe, .. }
            | Self::Object { universe, .. }
            | Self::Version { universe, .. } => *universe,
        }
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let head = |tag: u8, universe: u64| {
            let mut bytes = vec![tag];
            bytes.extend(universe.to_be_bytes());
            bytes
        };
        match self {
            Self::Snapshot { universe } => head(0, *universe),
            Self::Store { universe, store } => {
                let mut bytes = head(1, *universe);
                text(&mut bytes, store);
                bytes
            }
            Self::Object { universe, place } => {
                let mut bytes = head(2, *universe);
                place.write(&mut bytes);
                bytes
            }
            Self::Version { universe, place, number } => {
                let mut bytes = head(3, *universe);
                place.write(&mut bytes);
                bytes.extend(number.to_be_bytes());
                bytes
            }
        }
    }

    pub(crate) fn read(mut bytes: &[u8]) -> Option<Self> {
        let rest = &mut bytes;
        let tag = *rest.split_off_first()?;
        let universe = number(rest)?;
        let key = match tag {
            0 => Self::Snapshot { universe },
            1 => Self::Store { universe, store: read_text(rest)? },
            2 => Self::Object { universe, place: Place::read(rest)? },
            3 => Self::Version { universe, place: Place::read(rest)?, number: number(rest)? },
            _ => return None,
        };
        rest.is_empty().then_some(key)
    }
}

impl Place {
    fn write(&self, bytes: &mut Vec<u8>) {
        for part in [&self.store, &self.scope, &self.key] {
            text(bytes, part);
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some(Self { store: read_text(bytes)?, scope: read_text(bytes)?, key: read_text(bytes)? })
    }
}

/// Names have at most 50 characters, so that two bytes hold their length.
fn text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend(u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
    bytes.extend(text.as_bytes());
}

fn read_text(bytes: &mut &[u8]) -> Option<String> {
    let length = u16::from_be_bytes(bytes.split_off(..2)?.try_into().ok()?);
    String::from_utf8(bytes.split_off(..usize::from(length))?.to_vec()).ok()
}

fn number(bytes: &mut &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.split_off(..8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_were_written() {
        let place = Place { store: "Coins".into(), scope: "global".into(), key: "a/ä".into() };
        for key in [
            Key::Snapshot { universe: 7 },
            Key::Store { universe: 7, store: "Coins".into() },
            Key::Object { universe: 7, place: place.clone() },
            Key::Version { universe: u64::MAX, place, number: 3 },
        ] {
            let bytes = key.write();
            assert_eq!(Key::read(&bytes), Some(key));
            for end in 0..bytes.len() {
                assert_eq!(Key::read(&bytes[..end]), None);
            }
        }
    }
}
