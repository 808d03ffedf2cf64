//! How a record's room is divided: so much for the header under the settings, the rest for the document (rule R-25).

use super::limits::must;
use super::{ConfigError, Settings, Shaped};
use crate::document::Document;
use crate::fields::{Fields, Shape};
use crate::ids::SchemaVersion;
use crate::stored::{LEDGER_MAX_ODD, MAX_USERS, RECORD_MAX_BYTES, Stored, TRANSACTION_MAX_BYTES};
use crate::tree::{Schema, Tree};

/// A ledger entry without its outcomes, `{"s":[epoch,"nonce"],"seq":..,"at":..,"sealed":true},`, at its longest.
const ENTRY_BYTES: usize = 96;

/// A change that can have an outcome, at its shortest: `[[[],"add",1]],` of the tree; the flat document's takes a byte more.
const CHANGE_BYTES: usize = 15;

/// An outcome of a ledger entry, `[position,"word"],`, at its longest.
const OUTCOME_BYTES: usize = 32;

/// Users, transaction mark (each of its bytes escaped), numbers, and 8 192 bytes for fields of newer code.
const REST_BYTES: usize = MAX_USERS * 17 + 6 * TRANSACTION_MAX_BYTES + 512 + 8_192;

impl Settings {
    /// The longest header that the rules put together under these settings, in bytes: the ledger
    /// with the outcomes that claims leave in it, those that a session recovers from the journal and its own; then users,
    /// a transaction mark and the rest.
    pub fn header_max_bytes(&self) -> usize {
        let sessions = usize::try_from(self.window_epochs).unwrap_or(usize::MAX).saturating_add(1);
        let entries = self.ledger_max_entries.saturating_add(sessions).saturating_mul(ENTRY_BYTES);
        let own = usize::try_from(self.log_max_changes).unwrap_or(usize::MAX);
        let recovered = self.journal_max_bytes / CHANGE_BYTES;
        let outcomes = own.saturating_add(recovered).saturating_add(LEDGER_MAX_ODD);
        entries.saturating_add(outcomes.saturating_mul(OUTCOME_BYTES)).saturating_add(REST_BYTES)
    }
}

/// The shape describes the version that the settings name, and its documents fit a record.
fn check(settings: &Settings, version: SchemaVersion, max_bytes: usize) -> Result<(), ConfigError> {
    must(version == settings.schema, "schema", "be the version of the shape")?;
    let room = max_bytes.saturating_add(settings.header_max_bytes()) <= RECORD_MAX_BYTES;
    must(room, "ledger_max_entries", "leave room for the largest document of the shape, or that be made smaller")
}

impl Shaped for Schema {
    /// The schema describes the version that the settings name, and its documents fit a record; its template fits them.
    fn check(&self, settings: &Settings) -> Result<(), ConfigError> {
        check(settings, self.version(), self.max_bytes())?;
        let fits = Tree::fresh(self, settings.schema).bytes(self) <= self.max_bytes();
        must(fits, "shape", "have a template that fits its largest document")
    }
}

impl<V: Clone + Ord + Stored> Shaped for Shape<V> {
    /// The shape describes the version that the settings name, and its documents fit a record, its defaults them.
    fn check(&self, settings: &Settings) -> Result<(), ConfigError> {
        check(settings, self.version(), self.max_bytes())?;
        let fits = Fields::fresh(self, settings.schema).bytes() <= self.max_bytes();
        must(fits, "shape", "have defaults that fit its largest document")
    }
}
