//! One key with its versions: which are kept and for how long (documentation: Data stores, Versioning).

use std::sync::Arc;

use jiff::SignedDuration;

use super::content::Content;
use crate::time::{Timestamp, ticks};

/// How long a version is kept after the next one, and a deleted entry or store after its deletion.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A version of an entry.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    /// Counts the object's writes, from 1.
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
    /// `None` says that the entry was deleted.
    pub(crate) content: Option<Arc<Content>>,
}

/// A key's versions.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) created: Timestamp,
    pub(crate) current: Version,
    /// The oldest first, each with the moment from which it is gone.
    older: Vec<(Version, Timestamp)>,
}

/// A version together with when its object was created.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) created: Timestamp,
    pub(crate) version: Version,
}

impl Entry {
    /// The revision's id, in the shape that clients have seen: when the object was created, which write of it this is, and
    /// when that was.
    pub(crate) fn revision(&self) -> String {
        let Version { number, at, .. } = &self.version;
        format!("{:016X}.{number:010X}.{:016X}.01", ticks(self.created), ticks(*at))
    }
}

impl Object {
    /// The first version of a key.
    pub(crate) fn new(content: Arc<Content>, now: Timestamp) -> Self {
        Self { created: now, current: Version { number: 1, at: now, content: Some(content) }, older: Vec::new() }
    }

    /// Writes another version. The one before is kept if it is of an earlier hour, or if a snapshot was taken since; a
    /// deletion keeps it always, since the documentation says that older versions stay readable then.
    pub(crate) fn write(&mut self, content: Option<Arc<Content>>, now: Timestamp, snapshot: Option<Timestamp>) {
        let kept = content.is_none()
            || hour(self.current.at) < hour(now)
            || snapshot.is_some_and(|taken| self.current.at <= taken && taken < now);
        let next = Version { number: self.current.number + 1, at: now, content };
        let before = std::mem::replace(&mut self.current, next);
        self.forget(now);
        if kept {
            self.older.push((before, now.checked_add(KEPT).unwrap_or(Timestamp::MAX)));
        }
    }

    /// Lets go of what is past its time.
    fn forget(&mut self, now: Timestamp) {
        self.older.retain(|(_, until)| *until > now);
    }

    /// Whether the entry was deleted and nothing of it is kept any longer.
    pub(crate) fn is_gone(&self, now: Timestamp) -> bool {
        self.is_deleted() && self.current.at.checked_add(KEPT).is_ok_and(|until| until <= now)
    }

    pub(crate) fn is_deleted(&self) -> bool {
        self.current.content.is_none()
    }

    pub(crate) fn latest(&self) -> Entry {
        self.entry(&self.current)
    }

    /// All versions, the newest first.
    pub(crate) fn versions(&self, now: Timestamp) -> impl Iterator<Item = Entry> {
        let older = self.older.iter().rev().filter(move |(_, until)| *until > now).map(|(version, _)| version);
        std::iter::once(&self.current).chain(older).map(|version| self.entry(version))
    }

    fn entry(&self, version: &Version) -> Entry {
        Entry { created: self.created, version: version.clone() }
    }
}

/// Hours since 1970, of UTC.
fn hour(moment: Timestamp) -> i64 {
    moment.as_second().div_euclid(3600)
}
