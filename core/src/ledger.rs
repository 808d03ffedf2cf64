//! The ledger: for every source of changes, how far the record already is.
//!
//! One ledger serves sessions and external writers alike. A save, its retry, a recovery by another server and a
//! hand-back carry the same `(source, from, to)`, so whichever comes first is applied and the others are recognised.

use crate::document::Applied;
use crate::few::Few;
use crate::ids::{Epoch, Nonce, ReceiptId, Seq, SourceId};
use alloc::vec::Vec;

/// Who issued a change.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "the kinds of sources are part of the stored layout")]
pub enum Source {
    /// A session, named by the epoch of its claim and the nonce of its open attempt.
    Session(Epoch, Nonce),
    /// A registered external writer that numbers its changes per record.
    Numbered(SourceId),
    /// One external change with an opaque identifier; its only position is 1.
    Receipt(ReceiptId),
}

impl Source {
    /// The epoch of a session source.
    pub fn epoch(self) -> Option<Epoch> {
        match self {
            Self::Session(epoch, _) => Some(epoch),
            Self::Numbered(_) | Self::Receipt(_) => None,
        }
    }
}

/// What the record knows of one source.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Entry {
    /// Everything up to here is in the record, or was stepped over with an outcome in `odd`.
    pub seq: Seq,
    /// The record's epoch when the source was last applied; decides when the entry may be pruned.
    pub at: Epoch,
    /// A refusal was committed: nothing of this source beyond `seq` is ever applied (rule R-12).
    pub sealed: bool,
    /// Changes up to `seq` that were not applied whole and whose verdict may not have been told yet.
    pub odd: Vec<(Seq, Applied)>,
}

/// Positions by source, sorted by source.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Ledger(Few<(Source, Entry), 3>);

impl Ledger {
    /// The entry of a source.
    pub fn get(&self, source: Source) -> Option<&Entry> {
        self.0.iter().find(|(of, _)| *of == source).map(|(_, entry)| entry)
    }

    /// How far the record is with a source; 0 if it knows nothing of it.
    pub fn seq(&self, source: Source) -> Seq {
        self.get(source).map_or(Seq(0), |entry| entry.seq)
    }

    /// True if the source was sealed.
    pub fn is_sealed(&self, source: Source) -> bool {
        self.get(source).is_some_and(|entry| entry.sealed)
    }

    /// Changes the entry of a source, which is made if there is none.
    pub fn update(&mut self, source: Source, change: impl FnOnce(&mut Entry)) {
        let at = self.0.iter().take_while(|(of, _)| *of < source).count();
        match self.0.get_mut(at) {
            Some((of, entry)) if *of == source => change(entry),
            Some(_) | None => {
                let mut entry = Entry::default();
                change(&mut entry);
                self.0.insert(at, (source, entry));
            }
        }
    }

    /// Puts an entry; `false` and no change if the source has one (a stored ledger names each source once).
    pub fn insert(&mut self, source: Source, entry: Entry) -> bool {
        if self.get(source).is_some() {
            return false;
        }
        self.update(source, |slot| *slot = entry);
        true
    }

    /// Keeps the entries for which `keep` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(Source, &Entry) -> bool) {
        self.0.retain(|(source, entry)| keep(*source, entry));
    }

    /// All entries in the order of their sources.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Source, &Entry)> {
        self.0.iter().map(|(source, entry)| (*source, entry))
    }

    /// Number of sources.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if nothing was ever applied, or everything was forgotten.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
