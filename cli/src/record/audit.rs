//! The audit: one line of JSON for each thing that was done, without player data.

use super::{Opened, moment, now_ms};
use serde::Serialize;
use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io::Write;

/// What was done.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Line {
    at: String,
    at_ms: u64,
    action: &'static str,
    location: String,
    name: String,
    /// The record's epoch before.
    epoch: u32,
    /// What exactly: the id of a grant, the session that was ended, the name of a file.
    about: String,
    outcome: &'static str,
}

/// Where lines go: see [`Store::audit_file`](super::store::Store::audit_file).
pub(super) struct Audit(File);

impl Line {
    pub(super) fn new(opened: &Opened<'_>, action: &'static str, epoch: u32, about: String) -> Self {
        let at_ms = now_ms();
        let (location, name) = (opened.key.location().to_owned(), opened.key.player().to_owned());
        Self { at: moment::written(at_ms), at_ms, action, location, name, epoch, about, outcome: "done" }
    }

    /// It may or may not have been done.
    pub(super) fn unknown(self) -> Self {
        Self { outcome: "unknown", ..self }
    }
}

impl Audit {
    /// Opens the audit of a store, before anything is done.
    pub(super) fn open(opened: &Opened<'_>) -> Result<Self, Box<dyn Error>> {
        let name = opened.store.audit_file();
        let file = OpenOptions::new().create(true).append(true).open(name);
        let file = file.map_err(|error| format!("{}: {error}; nothing was done", name.display()))?;
        Ok(Self(file))
    }

    /// Writes a line and waits until the disk has it.
    pub(super) fn write(&mut self, line: &Line) -> Result<(), Box<dyn Error>> {
        let mut text = serde_json::to_string(line)?;
        text.push('\n');
        let written = self.0.write_all(text.as_bytes()).and_then(|()| self.0.sync_data());
        Ok(written.map_err(|error| format!("it was done, and the audit could not be written: {error}"))?)
    }
}
