//! The bounds of what is stored. A reader refuses what is beyond them, and the writer never emits it.

/// Objects and arrays that may be open at once in any item. The record takes one of these levels for itself, a change
/// in the journal has four around it.
pub const MAX_DEPTH: u8 = 32;

/// The longest record: the largest value that a Roblox data store takes.
pub const RECORD_MAX_BYTES: usize = 4_194_304;

/// The most that the data of a record may take: what is left is the room of the header, which grows with the ledger.
/// A change that would exceed it is skipped ([`Skip::TooBig`](crate::document::Skip::TooBig)), so a save always fits.
pub const DATA_MAX_BYTES: usize = RECORD_MAX_BYTES - 524_288;

/// The longest journal: the largest item that a Roblox memory store takes. What does not fit is saved into the record
/// instead.
pub const JOURNAL_MAX_BYTES: usize = 32_768;

/// The longest heartbeat entry.
pub const HEARTBEAT_MAX_BYTES: usize = 1_024;

/// The longest outbox of an external sender: a change may carry as much as a record holds.
pub const OUTBOX_MAX_BYTES: usize = RECORD_MAX_BYTES;

/// The largest number of sources in a ledger.
pub const LEDGER_MAX_ENTRIES: usize = 4_096;

/// The largest number of outcomes that one ledger entry remembers. A session has no more changes in doubt than
/// [`Settings::log_max_changes`](crate::config::Settings::log_max_changes).
pub const ENTRY_MAX_ODD: usize = 4_096;

/// The most outcomes that a claim leaves in a ledger: beyond it, the oldest sessions are forgotten (rule R-14). A live
/// session adds its own, and what fenced ones hand back.
pub const LEDGER_MAX_ODD: usize = ENTRY_MAX_ODD;

/// The largest number of segments in a journal.
pub const JOURNAL_MAX_SEGMENTS: usize = 1_024;

/// The largest number of changes in a segment.
pub const SEGMENT_MAX_CHANGES: usize = 4_096;

/// The largest number of users in a header. A store may take fewer: Roblox takes four beside the value.
pub const MAX_USERS: usize = 64;

/// The largest user id, 2^53-1: it is written as a number, which many programs read as a double.
pub const MAX_USER_ID: u64 = (1 << 53) - 1;

/// The longest transaction mark, in bytes of UTF-8.
pub const TRANSACTION_MAX_BYTES: usize = 1_024;
