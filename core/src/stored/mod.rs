//! The stored form: the texts that stores hold, field by field.
//!
//! Each item of a store is one JSON object ([`Item::to_text`], [`Item::from_text`]). What the protocol does not know,
//! the data and the changes, is written by its own type ([`Stored`]).
//!
//! * **Canonical**: no white space, fields in the order of the tables, defaults left out. Equal items give equal texts.
//!   A reader takes any order of fields, white space, and defaults that are written out; never `null` for an absent
//!   field.
//! * **Refused, not repaired**: every text is read whole or refused with a [`StoredError`]; then the item is left
//!   untouched. The writer refuses what the reader would, so it is never emitted.
//! * **Newer layouts** are refused by their number, before anything else is given a meaning. A new *header* field needs
//!   no new number: older code keeps it, byte for byte. Everything else does: a field in any other object, a word, a
//!   kind of source, a changed meaning.
//! * **Numbers**: epochs and positions are integers up to 2^32-1; 64-bit identifiers are strings of 16 lowercase hex
//!   digits, 128-bit ones of 32.
//!
//! In the tables, a field with a default is left out at that default; one without is always there.
//!
//! # Record ([`Record`](crate::record::Record)), layout 1, at most [`RECORD_MAX_BYTES`]
//!
//! | field | type | default | meaning and limits |
//! |---|---|---|---|
//! | `layout` | integer | | 1 |
//! | `epoch` | integer | | fencing token, at least 1 |
//! | `owner` | `{"host":hex16,"nonce":hex16}` | nobody | the session that may write; never on a tombstone |
//! | `want` | the same | nobody | who asks for the record; never on a tombstone |
//! | `floor` | integer | 0 | what was born earlier is refused; at most `epoch` |
//! | `wrote` | integer | 0 | when somebody last lived on the data; at most `epoch` |
//! | `wiped` | integer | 0 | epoch of the last wipe; at most `floor`; not 0 on a tombstone |
//! | `restored` | integer | 0 | epoch of the last restore; at most `floor` |
//! | `life` | `"live"`, `"tombstone"` | `"live"` | whether the data were erased |
//! | `schema` | integer | | vocabulary of `data` |
//! | `compat` | integer | | oldest code that may open; at most `schema` |
//! | `ledger` | array of entries | `[]` | ascending by source, each once; at most [`LEDGER_MAX_ENTRIES`] |
//! | `users` | array of integers | `[]` | whose data these are; at most [`MAX_USERS`], each at most [`MAX_USER_ID`] |
//! | `transaction` | string | none | mark of a transaction; at most [`TRANSACTION_MAX_BYTES`] |
//! | *any other* | any value | | of newer code: kept as text, written here, ascending by name |
//! | `data` | the document's | | the player's data, at most [`DATA_MAX_BYTES`] |
//!
//! **Ledger entry**: exactly one of `s`, `n`, `r`, then the rest. Sources ascend: sessions by epoch and nonce, then
//! numbered ones, then receipts, as numbers.
//!
//! | field | type | default | meaning and limits |
//! |---|---|---|---|
//! | `s` | `[epoch,hex16]` | | a session: epoch at least 1 (it may exceed the record's after an outside restore), nonce |
//! | `n` | hex16 | | a numbered source |
//! | `r` | hex32 | | a receipt |
//! | `seq` | integer | | everything up to here is in; at most 1 for a receipt |
//! | `at` | integer | | the record's epoch when it was last applied; from 1 to the record's |
//! | `sealed` | boolean | `false` | nothing beyond `seq` is ever applied; sessions only |
//! | `odd` | array of `[position,word]` | `[]` | ascending, from 1 to `seq`; at most [`ENTRY_MAX_ODD`] |
//!
//! Words: `clamped`, and skipped as `below_minimum`, `above_maximum`, `mismatch`, `wrong_kind`, `full`,
//! `too_big`, `unknown_field`.
//!
//! # Journal ([`Journal`](crate::journal::Journal)), layout 1, at most [`JOURNAL_MAX_BYTES`]
//!
//! | field | type | default | meaning and limits |
//! |---|---|---|---|
//! | `layout` | integer | | 1 |
//! | `epoch` | integer | | of the writer, at least 1 |
//! | `nonce` | hex16 | | of the writer |
//! | `log` | array of segments | | in the order in which they are applied; at most [`JOURNAL_MAX_SEGMENTS`] |
//!
//! **Segment**: exactly one of `s`, `n`, `r` as in the ledger, then the rest. It ends at `from` plus the number of its
//! changes, at most 2^32-1.
//!
//! | field | type | default | meaning and limits |
//! |---|---|---|---|
//! | `from` | integer | 0 | position before the first change |
//! | `schema` | integer | | vocabulary of the changes |
//! | `changes` | array of the document's changes | | one per position, from 1 to [`SEGMENT_MAX_CHANGES`] |
//!
//! # Heartbeat ([`Heartbeat`]), layout 1, at most [`HEARTBEAT_MAX_BYTES`]
//!
//! | field | type | default | meaning and limits |
//! |---|---|---|---|
//! | `layout` | integer | | 1 |
//! | `host` | hex16 | | the server; other fields are passed over |
//!
//! # Outbox ([`Outbox`]), layout 1, at most [`OUTBOX_MAX_BYTES`]
//!
//! | field | type | default | meaning and limits |
//! |---|---|---|---|
//! | `layout` | integer | | 1 |
//! | `n` or `r` | as in the ledger | | the source, never a session |
//! | `last` | integer | 0 | last number used; at most 1 for a receipt |
//! | `after` | integer | 0 | position in the record, as last seen |
//! | `delivery` | object | none | the change in delivery |
//! | `delivery.schema` | integer | | its vocabulary |
//! | `delivery.change` | the document's | | the change |
//! | `delivery.number` | object | none | absent: never sent |
//! | `delivery.number.from` | integer | | position before the change |
//! | `delivery.number.to` | integer | | position of the change; greater than `from`, at most `last` |
//! | `delivery.number.seen` | integer | none | the record's epoch when the number was given |
//!
//! # Flat document ([`Fields`](crate::fields::Fields)) and its change ([`Change`](crate::fields::Change))
//!
//! The document is an object: the name of each field, ascending, with an object of one key: `{"register":value}`,
//! `{"counter":integer}` or `{"set":[value,..]}`, ascending, each once.
//!
//! The change is an array of operations in their order, each an array: `[field,"add",integer]`, `"min"` and `"max"`
//! likewise; `[field,"set",value]`, `"insert"` and `"remove"` likewise; `[field,"delete"]`; `[field,"set_if",value]`
//! when the field has to be absent, else `[field,"set_if",value,expected]`.

mod error;
mod extra;
mod fields;
mod heartbeat;
mod item;
mod journal;
mod ledger;
mod limits;
mod outbox;
mod part;
mod record;
#[cfg(feature = "serde")]
pub(crate) mod saved;
#[cfg(test)]
mod tests;

pub use error::StoredError;
pub(crate) use fields::{COUNTER, REGISTER, SET, read_op, write_op};
pub use heartbeat::Heartbeat;
pub use item::Item;
pub use limits::{
    DATA_MAX_BYTES, ENTRY_MAX_ODD, HEARTBEAT_MAX_BYTES, JOURNAL_MAX_BYTES, JOURNAL_MAX_SEGMENTS, LEDGER_MAX_ENTRIES,
    LEDGER_MAX_ODD, MAX_DEPTH, MAX_USER_ID, MAX_USERS, OUTBOX_MAX_BYTES, RECORD_MAX_BYTES, SEGMENT_MAX_CHANGES,
    TRANSACTION_MAX_BYTES,
};
pub use outbox::{Delivery, Number, Outbox};
pub use part::Stored;
pub(crate) use part::refused;
