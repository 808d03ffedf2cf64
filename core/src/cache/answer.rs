//! What the cache answers.

use crate::ids::Seq;
use crate::timer::Millis;
use core::fmt;

/// An entry was put.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a put has one of these effects; there is no fourth")]
pub enum Put<K> {
    /// It is new, and there was a place for it.
    Added,
    /// It was there, with an older value.
    Replaced,
    /// It is new, and the least recently used clean entry made place for it: the one of this key.
    Evicted(K),
}

/// An entry was not put, and nothing has happened.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a host that ignores a refusal loses what was refused")]
pub enum Refused {
    /// The entry has this change that is not saved yet, and would lose it.
    Dirty(Seq),
    /// The entry has this unsaved change, which is newer.
    Older(Seq),
    /// There is no place, and every entry is dirty.
    Full,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dirty(seq) => write!(f, "change {seq} is not saved yet"),
            Self::Older(seq) => write!(f, "change {seq}, which is newer, is not saved yet"),
            Self::Full => f.write_str("the cache is full of entries that are not saved yet"),
        }
    }
}

impl core::error::Error for Refused {}

/// What is known of an entry after changes of it were saved.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "an entry is there or not, and saved or not")]
pub enum Saved {
    /// It has no unsaved change.
    Clean,
    /// It has this newer change, which is not saved yet.
    Dirty(Seq),
    /// It is not in the cache.
    Absent,
}

/// What the cache holds of a key.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "an entry as it stands, to be read")]
pub struct Held<V> {
    /// The value.
    pub value: V,
    /// When it was put: the age counts from then, of an entry that was saved since as well.
    pub put_at: Millis,
    /// Its newest change that is not saved yet, if there is one.
    pub dirty: Option<Seq>,
}

/// How many entries there are, and how the reads went since the cache was made, cleared or began to count anew.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "figures, to be read")]
pub struct Stats {
    /// Entries, those included that are too old and were not read since.
    pub entries: usize,
    /// Entries with a change that is not saved yet. Kit: `dirtyCount`.
    pub dirty: usize,
    /// Reads that found an entry.
    pub hits: u64,
    /// Reads that found none, or one that was too old.
    pub misses: u64,
}

impl Stats {
    /// The share of reads that found an entry, 0 to 1; `None` if nothing was read (K29). Kit: `hitRate`.
    pub fn hit_rate(&self) -> Option<f64> {
        let reads = self.hits.saturating_add(self.misses);
        (reads > 0).then(|| self.hits as f64 / reads as f64)
    }
}
