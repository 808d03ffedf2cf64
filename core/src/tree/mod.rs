//! The product's document: a tree of values, changed by typed operations at paths (DIA-10, DIA-12, decisions D11 to D16).
//!
//! What a [`Schema`] declares is a counter, a set or a register, wherever it stands; what it does not declare is a register
//! of its own in every leaf, so that two changes of different leaves never overwrite each other. In the `diary` profile
//! undeclared whole numbers are counters as well ([`Undeclared::Counters`]).
//!
//! An operation at a place of an array is one on that element: `Set` replaces it, or appends where the array ends, `Insert`
//! puts a value in front of it, `Delete` takes it out. What follows moves.
//!
//! [`crate::tracked`] turns what a host does to a value into such changes.

mod align;
mod apply;
mod change;
mod declared;
mod depth;
mod diff;
mod migrate;
pub(crate) mod place;
mod reconcile;
mod schema;
mod size;
mod stored;
mod trail;

pub use crate::fields::Refused;
pub use change::{BadChange, Change, MAX_OPS};
pub use declared::{Declared, Pattern, Wild};
pub use depth::MAX_DEPTH;
pub use diff::NoDiff;
pub use migrate::Step;
pub use reconcile::{DryRun, Outcome, dry_run};
pub use schema::{BadSchema, Schema, Undeclared};

pub(crate) use align::{align, is_same};
pub(crate) use change::check;
pub(crate) use depth::fits;
pub(crate) use diff::{Differ, MUCH};
pub(crate) use migrate::made;
pub(crate) use schema::Node;
pub(crate) use trail::{Mark, Sink, Trail, Way, step};

use crate::document::{Applied, Document, MigrationFailed};
use crate::fields::Diff;
use crate::ids::SchemaVersion;
use crate::json::Writer;
use crate::stored::Stored;
use crate::value::{Map, Value};
use alloc::string::String;

/// A player's data as a tree.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Tree {
    root: Value,
    /// An upper bound of the bytes of the stored form; a function of the root, once it is known.
    bytes: size::Known,
}

impl Tree {
    /// The tree of a value, unchecked: for decoders, and for hosts that change it behind our back.
    pub fn new(root: Value) -> Self {
        Self { root, bytes: size::Known::default() }
    }

    /// The value.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// The value, taken out.
    pub fn into_root(self) -> Value {
        self.root
    }

    /// What the data take where they are stored, in bytes, at most: every counter is taken for its longest number. The
    /// first call after reading looks at the whole value, later ones at nothing.
    pub fn bytes(&self, schema: &Schema) -> usize {
        self.bytes.get().unwrap_or_else(|| size::of(&self.root, Some(schema.root()), schema))
    }
}

impl Document<Change> for Tree {
    type Shape = Schema;

    /// The template, if `version` is that of the schema; else an empty table, which is valid in every vocabulary.
    fn fresh(schema: &Schema, version: SchemaVersion) -> Self {
        if version == schema.version() { Self::new(schema.template().clone()) } else { Self::new(Map::new().into()) }
    }

    fn apply(&mut self, schema: &Schema, change: &Change) -> Applied {
        apply::apply(self, schema, change)
    }

    /// True if every operation is a credit of its field; [`crate::ops::is_credit`] states the law.
    fn is_credit(schema: &Schema, change: &Change) -> bool {
        change.ops().iter().all(|(path, op)| schema.is_credit(path, op))
    }

    fn migrate(&mut self, schema: &Schema, from: SchemaVersion, to: SchemaVersion) -> Result<(), MigrationFailed> {
        migrate::migrate(self, schema, from, to)
    }

    fn weight(change: &Change) -> usize {
        let mut text = String::new();
        change.write(Writer::new(&mut text));
        text.len()
    }
}

impl Diff<Change> for Tree {
    type Error = NoDiff;

    /// Numbers that are counters differ by an addition, so that what others add meanwhile is kept; the rest by `Set`,
    /// `Insert`, `Remove` or `Delete` at the deepest paths that differ. Parts that the two trees share are not looked at.
    ///
    /// # Errors
    /// [`NoDiff::Unreachable`] names the first path that no operation can bring there.
    fn diff(&self, base: &Self, schema: &Schema) -> Result<Change, NoDiff> {
        diff::change(&base.root, &self.root, schema)
    }
}
