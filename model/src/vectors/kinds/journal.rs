//! Requests on a journal entry.

use super::stored_text;
use crate::vectors::Case;
use crate::vectors::config::Configs;
use keyholder_core::journal::{self, JournalChange, JournalUpdate};
use keyholder_core::record::Record;
use keyholder_core::rules::{Rules, Standard};
use keyholder_core::stored::{self, Item};
use keyholder_core::tree::{Change, Tree};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

type Entry = journal::Journal<Change>;

/// A journal entry, what is asked of it, and by whom: `base` is the record as he saw it last.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct Journal {
    pub(in crate::vectors) config: String,
    /// Null if there is none.
    pub(in crate::vectors) entry: Option<String>,
    pub(in crate::vectors) base: String,
    pub(in crate::vectors) request: JournalRequest,
    /// `keep`, `put` or `delete`; `take` of a recovery.
    pub(in crate::vectors) does: String,
    /// The entry that is put; the log that is taken; else null.
    pub(in crate::vectors) writes: Option<String>,
}

/// A request on a journal entry.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::vectors) enum JournalRequest {
    /// What a session that has just claimed takes over.
    Recover,
    /// The writer's entry.
    Write(String),
    /// After a clean close.
    Delete,
}

impl Case for Journal {
    fn run(&self, configs: &Configs) -> Result<Self, String> {
        let config = configs.get(&self.config)?;
        let old = self.entry.as_deref().map(entry).transpose()?;
        let base: Arc<Record<Tree>> =
            Arc::new(Record::from_text(&self.base).map_err(|why| format!("the base: {why}"))?);
        let update = match &self.request {
            JournalRequest::Recover => {
                let rules: &dyn Rules<Tree, Change> = &Standard;
                let log = old.map(|old| stored_text::write(&rules.recover(config, &base, &old)));
                return Ok(Self { does: "take".to_owned(), writes: log, ..self.clone() });
            }
            JournalRequest::Write(text) => JournalUpdate::Write { journal: Arc::new(entry(text)?), base },
            JournalRequest::Delete => JournalUpdate::Delete { base },
        };
        let (does, writes) = match update.run(&Standard, config, old.as_ref()) {
            JournalChange::Keep => ("keep", None),
            JournalChange::Delete => ("delete", None),
            JournalChange::Put(entry) => ("put", Some(entry.to_text().map_err(|why| why.to_string())?)),
        };
        Ok(Self { does: does.to_owned(), writes, ..self.clone() })
    }
}

fn entry(text: &str) -> Result<Entry, String> {
    Entry::from_text(text).map_err(|why: stored::StoredError| format!("the entry: {why}"))
}
