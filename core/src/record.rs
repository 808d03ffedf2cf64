//! What the durable store holds for one player: a header that carries the whole protocol, and the data.
//!
//! The stored form is in [`crate::stored`]. Every change of a record is one pure function of [`crate::rules`], run
//! under a conditional write.

use crate::ids::{Epoch, HostId, Nonce, SchemaVersion};
use crate::ledger::Ledger;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// A player's record.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Record<D> {
    /// The fencing token: raised by every claim, wipe and restore, for ever.
    pub epoch: Epoch,
    /// The session that may write; `None` after a clean release, a wipe or a restore.
    pub owner: Option<Owner>,
    /// Who has asked the owner to save and release (a request, never a permission).
    pub want: Option<Owner>,
    /// Changes born before this epoch are refused for ever (rule R-14).
    pub floor: Epoch,
    /// The epoch in which somebody last lived on the data: decides whether a journal is in order (rule R-4).
    pub wrote: Epoch,
    /// The epoch that the last wipe wrote; 0 if the record was never wiped (rule R-15).
    pub wiped: Epoch,
    /// The epoch that the last restore of an old version wrote; 0 if there was none (rule R-17).
    pub restored: Epoch,
    /// Live data or a tombstone.
    pub life: Life,
    /// The vocabulary of `data`; never decreases (P8a).
    pub schema: SchemaVersion,
    /// The oldest code that may open the record exclusively (the compatible floor).
    pub compat: SchemaVersion,
    /// How far the record is with every source of changes.
    pub ledger: Ledger,
    /// What the protocol carries along without looking at it, and marks of other protocols.
    pub extra: Option<Box<Extra>>,
    /// The player's data.
    pub data: D,
}

/// Whether the record holds a player's data or remembers that they were erased.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "part of the stored layout")]
pub enum Life {
    /// The data are there.
    Live,
    /// The data were erased; nothing is opened or applied until the record is re-created.
    Tombstone,
}

/// The identity under which a record is held: equality of both parts, nothing else, is ownership (races R05, R09, R33).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Owner {
    /// The server, so that others know whom to ask.
    pub host: HostId,
    /// The open attempt.
    pub nonce: Nonce,
}

/// Parts of the header that the protocol preserves.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Extra {
    /// Users whose data this is; written back by every write (race R37).
    pub users: Vec<u64>,
    /// A transaction has marked the record: an opener must resolve it first (rule R-2).
    pub transaction: Option<String>,
    /// Header fields of newer code, name and JSON text, byte for byte.
    pub unknown: Vec<(String, String)>,
}

impl<D> Record<D> {
    /// A record that nobody has claimed yet.
    pub fn new(schema: SchemaVersion, compat: SchemaVersion, data: D) -> Self {
        Self {
            epoch: Epoch(0),
            owner: None,
            want: None,
            floor: Epoch(0),
            wrote: Epoch(0),
            wiped: Epoch(0),
            restored: Epoch(0),
            life: Life::Live,
            schema,
            compat,
            ledger: Ledger::default(),
            extra: None,
            data,
        }
    }

    /// True if exactly this session holds the record.
    pub fn is_held_by(&self, epoch: Epoch, nonce: Nonce) -> bool {
        self.epoch == epoch && self.owner.is_some_and(|owner| owner.nonce == nonce)
    }

    /// The transaction mark, if there is one.
    pub fn transaction(&self) -> Option<&str> {
        self.extra.as_ref().and_then(|extra| extra.transaction.as_deref())
    }
}
