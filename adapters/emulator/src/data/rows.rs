//! The rows of the file. A version never changes once it is written; what changes with every write is small.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The name of a row: an experience, and what the row holds of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) universe: u64,
    pub(crate) of: Of,
}

/// What a row holds. Each has a number in the file, and rows are read back in the order of these numbers: what is named by
/// another row comes before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// When the last snapshot was taken.
    Snapshot,
    Store {
        store: String,
    },
    Object(Place),
    Version(Place, u64),
    /// The value of an entry of an ordered data store.
    Ordered(Place),
    /// How many writes the memory stores had.
    Writes,
    Item {
        map: String,
        id: String,
    },
    Message(InQueue),
    /// That a reader has a message.
    Hold(InQueue),
    /// An operation of flushing, by its number.
    Flush(u64),
    Restriction {
        /// `None` for the whole experience.
        place: Option<u64>,
        user: u64,
    },
    /// An update of restrictions, by its number.
    Log(u64),
    /// What was set of the experience itself.
    About,
}

/// An entry's whole name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) store: String,
    pub(crate) scope: String,
    pub(crate) key: String,
}

/// A message's whole name: its queue, and where it is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InQueue {
    pub(crate) queue: String,
    pub(crate) order: u64,
    pub(crate) count: u64,
}

/// Moments are as in [`nanos`](super::nanos), here and below.
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
    /// The value is `null`, which looks like none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) null: bool,
}

impl Key {
    pub(crate) fn write(&self) -> Vec<u8> {
        let (tag, texts, numbers): (u8, Vec<&str>, Vec<u64>) = match &self.of {
            Of::Snapshot => (0, vec![], vec![]),
            Of::Store { store } => (1, vec![store], vec![]),
            Of::Object(place) => (2, place.texts(), vec![]),
            Of::Version(place, number) => (3, place.texts(), vec![*number]),
            Of::Ordered(place) => (4, place.texts(), vec![]),
            Of::Writes => (5, vec![], vec![]),
            Of::Item { map, id } => (6, vec![map, id], vec![]),
            Of::Message(InQueue { queue, order, count }) => (7, vec![queue], vec![*order, *count]),
            Of::Hold(InQueue { queue, order, count }) => (8, vec![queue], vec![*order, *count]),
            Of::Flush(number) => (9, vec![], vec![*number]),
            // No place has the id 0.
            Of::Restriction { place, user } => (10, vec![], vec![place.unwrap_or(0), *user]),
            Of::Log(number) => (11, vec![], vec![*number]),
            Of::About => (12, vec![], vec![]),
        };
        let mut bytes = vec![tag];
        bytes.extend(self.universe.to_be_bytes());
        for text in texts {
            // Names are far shorter, and so is an address that one could come from: two bytes hold the length.
            bytes.extend(u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
            bytes.extend(text.as_bytes());
        }
        for number in numbers {
            bytes.extend(number.to_be_bytes());
        }
        bytes
    }

    pub(crate) fn read(mut bytes: &[u8]) -> Option<Self> {
        let rest = &mut bytes;
        let tag = *rest.split_off_first()?;
        let universe = number(rest)?;
        let of = match tag {
            0 => Of::Snapshot,
            1 => Of::Store { store: text(rest)? },
            2 => Of::Object(Place::read(rest)?),
            3 => Of::Version(Place::read(rest)?, number(rest)?),
            4 => Of::Ordered(Place::read(rest)?),
            5 => Of::Writes,
            6 => Of::Item { map: text(rest)?, id: text(rest)? },
            7 => Of::Message(InQueue::read(rest)?),
            8 => Of::Hold(InQueue::read(rest)?),
            9 => Of::Flush(number(rest)?),
            10 => Of::Restriction { place: Some(number(rest)?).filter(|place| *place > 0), user: number(rest)? },
            11 => Of::Log(number(rest)?),
            12 => Of::About,
            _ => return None,
        };
        rest.is_empty().then_some(Self { universe, of })
    }
}

impl Place {
    fn texts(&self) -> Vec<&str> {
        vec![&self.store, &self.scope, &self.key]
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some(Self { store: text(bytes)?, scope: text(bytes)?, key: text(bytes)? })
    }
}

impl InQueue {
    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some(Self { queue: text(bytes)?, order: number(bytes)?, count: number(bytes)? })
    }
}

fn text(bytes: &mut &[u8]) -> Option<String> {
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
        let message = InQueue { queue: "q".into(), order: 1, count: u64::MAX };
        for (number, of) in [
            Of::Snapshot,
            Of::Store { store: "Coins".into() },
            Of::Object(place.clone()),
            Of::Version(place.clone(), u64::MAX),
            Of::Ordered(place),
            Of::Writes,
            Of::Item { map: "m".into(), id: "ä".into() },
            Of::Message(message.clone()),
            Of::Hold(message),
            Of::Flush(1),
            Of::Restriction { place: Some(1), user: 2 },
            Of::Log(3),
            Of::About,
        ]
        .into_iter()
        .enumerate()
        {
            let key = Key { universe: u64::MAX, of };
            let bytes = key.write();
            assert_eq!(usize::from(bytes[0]), number, "files are read by these numbers");
            for end in 0..bytes.len() {
                assert_eq!(Key::read(&bytes[..end]), None);
            }
            assert_eq!(Key::read(&bytes), Some(key));
        }
        let everywhere = Key { universe: 1, of: Of::Restriction { place: None, user: 2 } };
        assert_eq!(Key::read(&everywhere.write()), Some(everywhere));
    }
}
