//! The same for many records: names from a file, and a note of those that are done.

use super::Ended;
use super::args::{Bulk, Place};
use crate::figures::counted;
use crate::watch::Watch;
use keyholder_tokio::backend::{BadKey, Key};
use std::collections::BTreeSet;
use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

/// The records that a command is about, and how far it has come.
pub(super) struct Names {
    keys: Vec<Key>,
    /// So many were done before.
    before: usize,
    note: Option<File>,
    watch: Option<Watch>,
    refused: u64,
    shown: u64,
}

impl Names {
    /// Reads all names before anything is done: a mistake in one of them is no reason to stop in the middle.
    pub(super) fn of(place: &Place, command: &str) -> Result<Self, Box<dyn Error>> {
        let one = |name: &str| Key::new(&place.location, name);
        let Bulk { keys_from, done } = &place.bulk;
        let Some(file) = keys_from else {
            if done.is_some() {
                return Err("--done notes which of many names are done: it goes with --keys-from".into());
            }
            let keys = place.name.iter().map(|name| one(name)).collect::<Result<_, _>>()?;
            return Ok(Self { keys, before: 0, note: None, watch: None, refused: 0, shown: 0 });
        };
        let (done, note) = match done {
            Some(path) => {
                let (done, note) =
                    note(path, &about(place, command)).map_err(|it| format!("{}: {it}", path.display()))?;
                (done, Some(note))
            }
            None => (BTreeSet::new(), None),
        };
        let mut keys = Vec::new();
        let mut before = 0;
        for (number, name) in (1..).zip(names(file)?) {
            if done.contains(&name) {
                before += 1;
                continue;
            }
            let key = one(&name).map_err(|error: BadKey| format!("{}: name {number}: {error}", file.display()))?;
            keys.push(key);
        }
        let watch = Some(Watch::new(keys.len()));
        Ok(Self { keys, before, note, watch, refused: 0, shown: 0 })
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

    /// What became of it. One that was refused, or only shown, is looked at again the next time.
    pub(super) fn ended(&mut self, key: &Key, ended: Ended) -> Result<(), Box<dyn Error>> {
        match ended {
            Ended::Refused => self.refused += 1,
            Ended::Shown => self.shown += 1,
            Ended::Done => self.note_down(key)?,
        }
        Ok(())
    }

    fn note_down(&mut self, key: &Key) -> Result<(), Box<dyn Error>> {
        if let Some(note) = &mut self.note {
            // In one piece, so that it is there or not.
            let line = format!("{}\n", key.player());
            let noted = note.write_all(line.as_bytes()).and_then(|()| note.sync_data());
            noted.map_err(|error| format!("{key}: it was done, and that could not be noted: {error}"))?;
        }
        Ok(())
    }

    /// True if nothing was refused. Of many, their number is told.
    pub(super) fn finish(self) -> bool {
        if let Some(watch) = &self.watch {
            let done = counted(self.keys.len() as u64 - self.refused - self.shown, "record");
            let shown = if self.shown > 0 { format!(", {} only shown", self.shown) } else { String::new() };
            watch.ended(&format!("{done} done{shown}, {} refused, {} done before", self.refused, self.before), true);
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

/// The names in a file.
fn names(path: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(lines(&text).map(str::to_owned).collect())
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// What is done, in a file for this alone.
fn note(path: &Path, about: &str) -> Result<(BTreeSet<String>, File), Box<dyn Error>> {
    let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
    let mut noted = Vec::new();
    file.read_to_end(&mut noted)?;
    // A line without its end is of a run that was killed while it wrote: that name is looked at again.
    let torn = noted.split_off(noted.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1));
    let whole = noted.len() as u64;
    let known = String::from_utf8(noted)?;
    let is_new = known.is_empty() && about.as_bytes().starts_with(&torn);
    if !is_new && known.lines().next() != Some(about) {
        let why = format!("it notes what is done of something else than {about:?}; nothing was done");
        return Err(why.into());
    }
    file.set_len(whole)?;
    if is_new {
        file.write_all(format!("{about}\n").as_bytes())?;
    }
    Ok((lines(&known).map(str::to_owned).collect(), file))
}

/// The first line of such a file.
fn about(place: &Place, command: &str) -> String {
    let store = match (&place.store.open_cloud, &place.store.store) {
        (Some(universe), _) => {
            let url = place.store.cloud.url.as_ref().map_or_else(String::new, |url| format!(" at {url}"));
            format!("Open Cloud {universe}{url}")
        }
        (None, Some(file)) => file.display().to_string(),
        (None, None) => String::new(),
    };
    format!("# keyholder record {} in {store}: {command}", place.location).replace('\n', " ")
}
