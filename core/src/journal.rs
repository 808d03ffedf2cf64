//! The journal: a copy of unsaved changes in the memory store, from which another server recovers them after a crash.
//!
//! It is never a permission and never an acknowledgement: the entry may vanish, lie old or be unreachable at any time
//! without breaking safety. Rules in [`crate::rules`].

use crate::ids::{Epoch, Nonce};
use crate::record::Record;
use crate::segment::Log;
use alloc::sync::Arc;

/// What the memory store holds under a player's journal key.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Journal<C> {
    /// The epoch of the session that wrote it.
    pub epoch: Epoch,
    /// The nonce of that session; both are compared, since a restore from outside lets epochs repeat.
    pub nonce: Nonce,
    /// Unsaved changes: what the writer took over first, then its own.
    pub log: Log<C>,
}

/// A change of the journal entry, run under a conditional write of that entry.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "D: crate::stored::Stored, C: crate::stored::Stored"))]
#[allow(clippy::exhaustive_enums, reason = "a host that ignores a request is a broken host")]
pub enum JournalUpdate<D, C> {
    /// Only read.
    Read,
    /// Replace it by `journal`, keeping what the old one holds of others and `base` does not cover.
    Write {
        /// The writer and its log.
        #[cfg_attr(feature = "serde", serde(with = "crate::stored::saved::arc"))]
        journal: Arc<Journal<C>>,
        /// The writer's view of the record.
        #[cfg_attr(feature = "serde", serde(with = "crate::stored::saved::arc"))]
        base: Arc<Record<D>>,
    },
    /// Delete it after a clean close, if `base` covers all of it.
    Delete {
        /// The record as it was closed.
        #[cfg_attr(feature = "serde", serde(with = "crate::stored::saved::arc"))]
        base: Arc<Record<D>>,
    },
}

/// What a [`JournalUpdate`] does to the entry.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a host must carry out each of them")]
pub enum JournalChange<C> {
    /// Nothing is written.
    Keep,
    /// The entry becomes this.
    Put(Journal<C>),
    /// The entry is deleted.
    Delete,
}
