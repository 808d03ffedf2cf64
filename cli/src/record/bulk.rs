//! The same for many records: names from a file, and a note of those that are done.

use super::args::{Bulk, Place};
use crate::figures::counted;
use crate::watch::Watch;
use keyholder_tokio::backend::{BadKey, Key};
use std::collections::BTreeSet;
use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

/// The records that a command is about, and how far it has come.
pub(super) struct Names {
    keys: Vec<Key>,
    /// So many were done before.
    before: usize,
    note: Option<File>,
    watch: Option<Watch>,
    refused: u64,
}

impl Names {
    /// Reads all names before anything is done: a mistake in one of them is no reason to stop in the middle.
    pub(super) fn of(place: &Place) -> Result<Self, Box<dyn Error>> {
        let one = |name: &str| Key::new(&place.location, name);
        let Bulk { keys_from, done } = &place.bulk;
        let Some(file) = keys_from else {
            let keys = place.name.iter().map(|name| one(name)).collect::<Result<_, _>>()?;
            return Ok(Self { keys, before: 0, note: None, watch: None, refused: 0 });
        };
        let (done, note) = match done {
            Some(path) => (lines(path, true)?.into_iter().collect(), Some(note(path)?)),
            None => (BTreeSet::new(), None),
        };
        let mut keys = Vec::new();
        let mut before = 0;
        for (number, name) in (1..).zip(lines(file, false)?) {
            if done.contains(&name) {
                before += 1;
                continue;
            }
            let key = one(&name).map_err(|error: BadKey| format!("{}: name {number}: {error}", file.display()))?;
            keys.push(key);
        }
        let watch = Some(Watch::new(keys.len()));
        Ok(Self { keys, before, note, watch, refused: 0 })
    }

    pub(super) fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The record of this key is next.
    pub(super) fn begin(&self, index: usize, key: &Key) {
        if let Some(watch) = &self.watch {
            watch.begin(index, key.player());
        }
    }

    /// What became of it: false if the rules refuse it. One that was refused is looked at again the next time.
    pub(super) fn ended(&mut self, key: &Key, done: bool) -> Result<(), Box<dyn Error>> {
        if !done {
            self.refused += 1;
        } else if let Some(note) = &mut self.note {
            let noted = writeln!(note, "{}", key.player()).and_then(|()| note.sync_data());
            noted.map_err(|error| format!("{key}: it was done, and that could not be noted: {error}"))?;
        }
        Ok(())
    }

    /// True if nothing was refused. Of many, their number is told.
    pub(super) fn finish(self) -> bool {
        if let Some(watch) = &self.watch {
            let done = counted(self.keys.len() as u64 - self.refused, "record");
            watch.ended(&format!("{done} done, {} refused, {} done before", self.refused, self.before), true);
        }
        self.refused == 0
    }
}

/// An error that stops in the middle says how to go on.
pub(super) fn stopped(error: Box<dyn Error>, key: &Key, place: &Place) -> Box<dyn Error> {
    match (&place.bulk.keys_from, &place.bulk.done) {
        (None, _) => error,
        (Some(_), Some(_)) => format!("{key}: {error}; the same command goes on from here").into(),
        (Some(_), None) => format!("{key}: {error}; with --done FILE, the same command would go on from here").into(),
    }
}

/// The names in a file. One of what is done is not there at first.
fn lines(path: &Path, may_lack: bool) -> Result<Vec<String>, Box<dyn Error>> {
    let text = match std::fs::read_to_string(path) {
        Err(error) if may_lack && error.kind() == ErrorKind::NotFound => String::new(),
        text => text.map_err(|error| format!("{}: {error}", path.display()))?,
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(str::to_owned).collect())
}

fn note(path: &Path) -> Result<File, Box<dyn Error>> {
    let file = OpenOptions::new().create(true).append(true).open(path);
    Ok(file.map_err(|error| format!("{}: {error}; nothing was done", path.display()))?)
}
