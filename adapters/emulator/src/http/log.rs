//! The last requests, and how many there were of each kind.

use std::collections::{BTreeMap, VecDeque};

use crate::time::Timestamp;

/// So many of the last requests are kept.
const KEPT: usize = 256;

/// A path is cut off here: what a client sends does not decide how much is kept.
const LONGEST_PATH: usize = 512;

/// A request that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// When it was answered.
    pub at: Timestamp,
    /// `GET`
    pub method: String,
    /// Without the query.
    pub path: String,
    /// The kind of request, `DataStores.GetEntry`, or `-` when there is no such kind.
    pub name: &'static str,
    /// The answer's. 0 when the connection was dropped instead.
    pub status: u16,
    /// How long the answer took, in microseconds, without the reading of the request.
    pub micros: u64,
    /// The budget that it was charged to, when there is one.
    pub budget: Option<&'static str>,
}

/// The last requests and the counts of all.
#[derive(Debug, Default)]
pub(crate) struct Log {
    recent: VecDeque<Seen>,
    counts: BTreeMap<&'static str, u64>,
}

impl Log {
    pub(crate) fn add(&mut self, mut seen: Seen) {
        *self.counts.entry(seen.name).or_default() += 1;
        if seen.path.len() > LONGEST_PATH {
            seen.path.truncate(seen.path.floor_char_boundary(LONGEST_PATH));
        }
        if self.recent.len() == KEPT {
            self.recent.pop_front();
        }
        self.recent.push_back(seen);
    }

    /// The newest first.
    pub(crate) fn recent(&self) -> Vec<Seen> {
        self.recent.iter().rev().cloned().collect()
    }

    pub(crate) fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.counts.clone()
    }
}
