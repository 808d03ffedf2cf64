//! Stored items: read, and written again in the one form that they have.

use crate::vectors::Case;
use crate::vectors::config::Configs;
use keyholder_core::journal::Journal;
use keyholder_core::record::Record;
use keyholder_core::stored::{self, Heartbeat, Outbox, StoredError};
use keyholder_core::tree::{Change, Tree};
use serde::{Deserialize, Serialize};

/// A text of an item. Either it is taken, and written, or refused; the other field is null.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct Item {
    pub(in crate::vectors) item: ItemKind,
    pub(in crate::vectors) text: String,
    pub(in crate::vectors) writes: Option<String>,
    /// `text`, `too_big`, `too_many`, `newer_layout` or `invariant`.
    pub(in crate::vectors) refused: Option<String>,
}

/// What a store holds under one key.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::vectors) enum ItemKind {
    Record,
    Journal,
    Heartbeat,
    Outbox,
}

impl Case for Item {
    fn run(&self, _: &Configs) -> Result<Self, String> {
        let written = match self.item {
            ItemKind::Record => again::<Record<Tree>>(&self.text),
            ItemKind::Journal => again::<Journal<Change>>(&self.text),
            ItemKind::Heartbeat => again::<Heartbeat>(&self.text),
            ItemKind::Outbox => again::<Outbox<Change>>(&self.text),
        };
        let (writes, refused) = match written {
            Ok(text) => (Some(text), None),
            Err(why) => (None, Some(word(&why).to_owned())),
        };
        Ok(Self { writes, refused, ..self.clone() })
    }
}

fn again<T: stored::Item>(text: &str) -> Result<String, StoredError> {
    T::from_text(text)?.to_text()
}

fn word(why: &StoredError) -> &'static str {
    match why {
        StoredError::Json(_) => "text",
        StoredError::TooBig { .. } => "too_big",
        StoredError::TooMany { .. } => "too_many",
        StoredError::NewerLayout(_) => "newer_layout",
        StoredError::Invariant { .. } => "invariant",
        _ => "refused",
    }
}
