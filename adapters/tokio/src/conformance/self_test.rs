//! The test in front of every start.

use super::slot::{Record, Slot};
use crate::backend::{DurableStore, Expected, Key, StoreError, Tag};
use std::sync::Arc;
use thiserror::Error;

/// A store is not to be used: it would lose data, and nothing above it could notice.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum SelfTestFailed {
    /// It says so itself.
    #[error("the store has no conditional writes; use another store")]
    NotConditional,
    /// A write with a stale tag was accepted.
    #[error(
        "the store accepted a write with a stale tag: it would lose data; use another store, or correct its adapter"
    )]
    AcceptsStale,
    /// A write was accepted that expected nothing to be there.
    #[error(
        "the store accepted a write that expected nothing where something is; use another store, or correct its adapter"
    )]
    AcceptsAbsent,
    /// A write that was acknowledged is not read.
    #[error("the store acknowledged a write and does not read it back; use another store, or correct its adapter")]
    Forgets,
    /// The key is in use: somebody else writes it.
    #[error("somebody else writes the key of the self-test; give each server its own")]
    Disturbed,
    /// The store could not be tested.
    #[error("the self-test could not be made: {0}")]
    Store(#[source] StoreError),
}

/// Writes a scratch key a few times and refuses a store that accepts a write whose condition does not hold. The key must be
/// one that nobody else writes; what it holds is lost.
///
/// # Errors
/// [`SelfTestFailed`]: do not start.
pub async fn self_test<S: DurableStore>(store: &Arc<S>, scratch: &Key) -> Result<(), SelfTestFailed> {
    if !store.capabilities().conditional {
        return Err(SelfTestFailed::NotConditional);
    }
    let slot = Record { store: Arc::clone(store), key: scratch.clone() };
    let before = slot.read().await.map_err(SelfTestFailed::Store)?;
    let expected = before.map_or(Expected::Absent, |(tag, _)| Expected::Tag(tag));
    let first = slot.write(expected, "first").await.map_err(failed)?;
    let second = slot.write(Expected::Tag(first.clone()), "second").await.map_err(failed)?;
    is_there(&slot, &second).await?;
    match slot.write(Expected::Tag(first), "stale").await {
        Ok(_) => return Err(SelfTestFailed::AcceptsStale),
        Err(StoreError::Conflict) => {}
        Err(error) => return Err(SelfTestFailed::Store(error)),
    }
    match slot.write(Expected::Absent, "absent").await {
        Ok(_) => return Err(SelfTestFailed::AcceptsAbsent),
        Err(StoreError::Conflict) => {}
        Err(error) => return Err(SelfTestFailed::Store(error)),
    }
    is_there(&slot, &second).await
}

/// The last write that was acknowledged is read back.
async fn is_there(slot: &impl Slot, second: &Tag) -> Result<(), SelfTestFailed> {
    match slot.read().await.map_err(SelfTestFailed::Store)? {
        Some((tag, text)) if tag == *second && &*text == "second" => Ok(()),
        Some((_, text)) if matches!(&*text, "stale") => Err(SelfTestFailed::AcceptsStale),
        Some((_, text)) if matches!(&*text, "absent") => Err(SelfTestFailed::AcceptsAbsent),
        Some(_) | None => Err(SelfTestFailed::Forgets),
    }
}

/// A write whose condition holds was refused.
fn failed(error: StoreError) -> SelfTestFailed {
    match error {
        StoreError::Conflict => SelfTestFailed::Disturbed,
        error => SelfTestFailed::Store(error),
    }
}
