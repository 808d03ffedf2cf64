//! What the protocol needs to know about player data: how a change is applied, and little more.
//!
//! The model's document is a count per operation, so that lost and doubled changes are visible in the record; a
//! product's document is a tree of values. Both obey the same laws, which `tests/tests/laws.rs` checks:
//!
//! * **total**: `apply` never panics; a change that cannot be applied as it is leaves the document untouched
//!   (`Skipped`) or is brought into the bounds of its field (`Clamped`);
//! * **bounded**: no change and no migration makes a document larger than what a record has room for
//!   ([`DATA_MAX_BYTES`](crate::stored::DATA_MAX_BYTES)), else a save would be refused for ever; what would is skipped as
//!   [`Skip::TooBig`];
//! * **deterministic**: equal documents, shapes and changes give equal results;
//! * **credits commute**: where neither of two credits is skipped in one order, neither is in the other, and the documents
//!   are equal;
//! * **diff** ([`crate::fields::Diff`]): a document to which its difference from another is applied becomes that other.

use crate::ids::SchemaVersion;
use alloc::vec::Vec;

/// A player's data. `C` is one accepted change: atomic, applied whole, clamped or skipped.
///
/// The change is a parameter of the trait, not an associated type, so that the derives on the states that hold
/// changes stay conditional: the model's session is `Hash`, a host's need not be.
pub trait Document<C>: Clone + PartialEq {
    /// Kinds and bounds of the fields: configuration, never part of a state.
    type Shape;

    /// The data of a player who has none yet, in the vocabulary of `schema`.
    fn fresh(shape: &Self::Shape, schema: SchemaVersion) -> Self;

    /// Applies one change under the bounds of `shape`. [`Applied::Skipped`] leaves the document untouched.
    fn apply(&mut self, shape: &Self::Shape, change: &C) -> Applied;

    /// True if the change only ever adds: it may then be admitted late, in any order (rule R-4). A change that sets,
    /// deletes or takes away is not a credit.
    fn is_credit(shape: &Self::Shape, change: &C) -> bool;

    /// Brings the document from the vocabulary of `from` to that of `to`, `from < to`: all steps or none.
    ///
    /// # Errors
    /// [`MigrationFailed`] names the step that is missing or failed; the document is as it was.
    fn migrate(&mut self, shape: &Self::Shape, from: SchemaVersion, to: SchemaVersion) -> Result<(), MigrationFailed>;

    /// The same change in the vocabulary of `to`, if the application has a converter for it; else `None` and the
    /// change is refused (rule R-18).
    fn convert(shape: &Self::Shape, change: &C, from: SchemaVersion, to: SchemaVersion) -> Option<C> {
        let _ = (shape, change, from, to);
        None
    }

    /// Bytes that the change takes in the journal's stored form, at most, for the limit of a memory-store item.
    fn weight(change: &C) -> usize {
        let _ = change;
        1
    }
}

/// What became of a change when it was applied.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "every outcome has a verdict of its own")]
pub enum Applied {
    /// As it was asked for.
    Whole,
    /// Brought into the bounds of its field, which clamps.
    Clamped,
    /// Not at all: the document is untouched.
    Skipped(Skip),
}

/// Why a change was skipped.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Skip {
    /// It would take a counter below its minimum.
    BelowMinimum,
    /// It would take a counter above its maximum.
    AboveMaximum,
    /// A conditional set found another value than it expected.
    Mismatch,
    /// The field is of another kind, or the operation does not fit it.
    WrongKind,
    /// A set of values is at its maximal length.
    Full,
    /// The document would outgrow the limit of its shape, and with it the record what a store takes.
    TooBig,
    /// The shape does not know the field.
    UnknownField,
}

/// A migration did not happen; the document is as it was (decisions K22, K23).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum MigrationFailed {
    /// No step leads to this version.
    Missing(SchemaVersion),
    /// The step to this version refused the data.
    Step(SchemaVersion),
    /// In this version the data would outgrow the limit of their shape.
    TooBig(SchemaVersion),
}

/// The steps of each version from the one after `from` to `to`, in order. Equal versions need none; data ahead of the code
/// are never brought back (P8a), so `from > to` is a missing step.
///
/// # Errors
/// [`MigrationFailed::Missing`] names the first version that has none.
pub(crate) fn chain<'s, S>(
    steps: impl Fn(SchemaVersion) -> Option<&'s [S]>,
    from: SchemaVersion,
    to: SchemaVersion,
) -> Result<Vec<(SchemaVersion, &'s [S])>, MigrationFailed> {
    if from > to {
        return Err(MigrationFailed::Missing(to));
    }
    let mut chain = Vec::new();
    // Ends at the first version without steps, so a wild version number costs no more than the shape is long.
    for version in (from.0..to.0).map(|before| SchemaVersion(before.saturating_add(1))) {
        chain.push((version, steps(version).ok_or(MigrationFailed::Missing(version))?));
    }
    Ok(chain)
}

impl core::fmt::Display for MigrationFailed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Missing(v) => write!(f, "no migration leads to schema {v}; the record is untouched"),
            Self::Step(v) => write!(f, "the migration to schema {v} refused the data; the record is untouched"),
            Self::TooBig(v) => write!(f, "the data are too big in schema {v}; the record is untouched"),
        }
    }
}

impl core::error::Error for MigrationFailed {}
