//! What must hold of a small cache, what must be seen, and what has to be remembered for that.

use super::{Act, Cached, State};
use crate::driver::Always;
use keyholder_core::cache::{Held, Put, Refused, Saved, Stats};
use keyholder_core::ids::Seq;

/// A change that was put is in the cache, dirty, until it or a newer one is saved, or the host takes it out (R27, R28); the dirty entries are told in
/// the order in which they became dirty.
pub const UNSAVED_KEPT: &str = "unsaved-kept";

/// What is evicted for another is the least recently used of the clean entries, and only where there is no place.
pub const OLDEST_CLEAN_GOES: &str = "oldest-clean-goes";

/// A read finds what was put last, unless it is clean and older than it may be; a dirty entry has no age (R27).
pub const AGE_OF_CLEAN: &str = "age-of-clean";

/// There are never more entries than there may be, and an insert is refused for want of place only where all of them are dirty.
pub const CAP_KEPT: &str = "cap-kept";

/// The entries stand in the order of their last use, which is a put or a read that found them.
pub const ORDER_OF_USE: &str = "order-of-use";

/// The figures count every read once, as a hit if it found something, and the entries that there are.
pub const READS_COUNTED: &str = "reads-counted";

/// The invariants of the layout hold.
pub const LAYOUT_SOUND: &str = "layout-sound";

pub(super) const ALWAYS: &[Always<Cached>] = &[
    Always { name: UNSAVED_KEPT, holds: |_, it| it.is_unsaved_kept() },
    Always { name: OLDEST_CLEAN_GOES, holds: |_, it| !it.ghost.wrongly_evicted },
    Always { name: AGE_OF_CLEAN, holds: |_, it| !it.ghost.wrongly_read },
    Always { name: CAP_KEPT, holds: |world, it| it.cache.len() <= world.cap() && !it.ghost.wrongly_refused },
    Always { name: ORDER_OF_USE, holds: |_, it| it.is_in_order() },
    Always { name: READS_COUNTED, holds: |_, it| !it.ghost.wrongly_counted },
    Always { name: LAYOUT_SOUND, holds: |_, it| it.cache.check().is_ok() },
];

/// What must be seen.
pub const SHOWN: &[&str] = &[
    "a clean entry makes place for another",
    "a clean entry makes place while a dirty one was used longer ago",
    "an entry that was saved late goes before one that was clean all along",
    "a clean entry is too old",
    "a dirty entry is read that would be too old",
    "an older save leaves an entry dirty",
    "a clean put is refused for an unsaved change",
    "an older change is refused for a newer one",
    "a change is refused by a cache full of dirty entries",
];

/// What the properties must remember.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Ghost {
    /// What was put, least recently used first.
    pub lines: Vec<Line>,
    /// The keys with an unsaved change, in the order in which they became dirty, with the newest.
    pub unsaved: Vec<(u8, u8)>,
    /// Something was evicted against [`OLDEST_CLEAN_GOES`].
    pub wrongly_evicted: bool,
    /// Something was read, or not, against [`AGE_OF_CLEAN`].
    pub wrongly_read: bool,
    /// Something was refused without its reason.
    pub wrongly_refused: bool,
    /// Something was counted against [`READS_COUNTED`].
    pub wrongly_counted: bool,
}

/// What was put.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Line {
    /// Its key.
    pub key: u8,
    /// Its value.
    pub value: u8,
    /// When.
    pub put_at: u8,
}

impl Ghost {
    fn take(&mut self, key: u8) -> Option<Line> {
        let at = self.lines.iter().position(|it| it.key == key)?;
        Some(self.lines.remove(at))
    }

    fn newest(&self, key: u8) -> Option<u8> {
        self.unsaved.iter().find(|it| it.0 == key).map(|it| it.1)
    }

    fn oldest_clean(&self) -> Option<u8> {
        self.lines.iter().map(|it| it.key).find(|key| self.newest(*key).is_none())
    }
}

impl State {
    fn is_unsaved_kept(&self) -> bool {
        let told = self.cache.dirty().map(|(key, value, seq)| ((*key, *value), seq));
        let wanted = self.ghost.unsaved.iter().map(|it| (*it, Seq(u32::from(it.1))));
        told.eq(wanted)
    }

    fn is_in_order(&self) -> bool {
        self.cache.iter().map(|(key, _)| *key).eq(self.ghost.lines.iter().map(|it| it.key))
    }
}

impl Cached {
    /// The most entries that there may be.
    fn cap(&self) -> usize {
        usize::from(self.setup.max_entries)
    }

    fn is_late(&self, line: &Line, now: u8) -> bool {
        now - line.put_at > self.setup.ttl
    }

    pub(super) fn judge_read(&self, state: &mut State, key: u8, read: Option<u8>, stats: Stats) {
        let (now, ghost) = (state.now, &mut state.ghost);
        let kept = ghost.newest(key).is_some();
        let line = ghost.take(key);
        let found = line.filter(|it| kept || !self.is_late(it, now));
        ghost.wrongly_read |= read != found.map(|it| it.value);
        ghost.lines.extend(found);
        let hit = found.is_some();
        ghost.wrongly_counted |= (stats.hits, stats.misses) != (u64::from(hit), u64::from(!hit));
    }

    pub(super) fn judge_put(&self, state: &mut State, key: u8, seq: Option<u8>, put: Result<Put<u8>, Refused>) {
        let cap = self.cap();
        let (now, ghost) = (state.now, &mut state.ghost);
        let (newest, oldest_clean) = (ghost.newest(key), ghost.oldest_clean());
        let full = ghost.lines.len() >= cap && ghost.lines.iter().all(|it| it.key != key);
        match put {
            Err(refused) => {
                let fair = match refused {
                    Refused::Dirty(known) => seq.is_none() && newest.is_some_and(|it| Seq(u32::from(it)) == known),
                    Refused::Older(known) => seq < newest && newest.is_some_and(|it| Seq(u32::from(it)) == known),
                    Refused::Full => full && oldest_clean.is_none(),
                };
                ghost.wrongly_refused |= !fair;
                return;
            }
            Ok(Put::Evicted(evicted)) => {
                ghost.wrongly_evicted |= !full || oldest_clean != Some(evicted);
                ghost.take(evicted);
            }
            Ok(Put::Added | Put::Replaced) => ghost.wrongly_evicted |= full && oldest_clean.is_some(),
        }
        ghost.take(key);
        ghost.lines.push(Line { key, value: seq.unwrap_or(0), put_at: now });
        match (seq, ghost.unsaved.iter_mut().find(|it| it.0 == key)) {
            // A clean put saves nothing, and an older change no newer one: what was unsaved is wanted all the same.
            (seq, Some(known)) => known.1 = known.1.max(seq.unwrap_or(0)),
            (Some(seq), None) => ghost.unsaved.push((key, seq)),
            (None, None) => {}
        }
    }

    pub(super) fn judge_saved(&self, state: &mut State, key: u8, upto: u8, saved: Saved) {
        let ghost = &mut state.ghost;
        ghost.unsaved.retain(|it| it.0 != key || it.1 > upto);
        let wanted = match ghost.newest(key) {
            Some(newest) => Saved::Dirty(Seq(u32::from(newest))),
            None if ghost.lines.iter().any(|it| it.key == key) => Saved::Clean,
            None => Saved::Absent,
        };
        ghost.wrongly_refused |= saved != wanted;
    }

    pub(super) fn judge_removal(&self, state: &mut State, key: u8, removed: Option<Held<u8>>) {
        let ghost = &mut state.ghost;
        let newest = ghost.newest(key).map(|it| Seq(u32::from(it)));
        ghost.unsaved.retain(|it| it.0 != key);
        let wanted = ghost.take(key).map(|it| (it.value, u64::from(it.put_at), newest));
        ghost.wrongly_read |= removed.map(|it| (it.value, it.put_at.0, it.dirty)) != wanted;
    }

    pub(super) fn judge_clear(&self, state: &mut State, dirty: usize) {
        let ghost = &mut state.ghost;
        ghost.wrongly_counted |= dirty != ghost.unsaved.len() || state.cache.stats() != Stats::default();
        ghost.lines.clear();
        ghost.unsaved.clear();
    }

    pub(super) fn judge_stats(&self, state: &mut State, act: Act) {
        let Stats { entries, dirty, hits, misses } = state.cache.stats();
        let ghost = &mut state.ghost;
        ghost.wrongly_counted |= entries != ghost.lines.len() || dirty != ghost.unsaved.len();
        ghost.wrongly_counted |= !matches!(act, Act::Get(_)) && hits + misses > 0;
    }
}

/// Which entries of [`SHOWN`] a step shows, as bits.
pub(super) fn shown(world: &Cached, from: &State, act: Act, to: &State) -> u64 {
    let before = &from.ghost;
    let gone = before.lines.iter().find(|it| to.ghost.lines.iter().all(|left| left.key != it.key));
    let put = matches!(act, Act::Clean(_) | Act::Dirty(..));
    let evicted = gone.filter(|_| put);
    let older_dirty = before.lines.first().is_some_and(|it| before.newest(it.key).is_some());
    let late = |key: u8| before.lines.iter().any(|it| it.key == key && world.is_late(it, from.now));
    let unchanged = to.ghost == from.ghost;
    let unsaved = |key: u8| before.newest(key).is_some();
    let full = before.lines.len() == world.cap() && before.oldest_clean().is_none();
    let seen = [
        evicted.is_some(),
        evicted.is_some() && older_dirty,
        evicted.is_some_and(|it| it.value > 0) && before.lines.iter().any(|it| it.value == 0),
        matches!(act, Act::Get(_)) && gone.is_some(),
        matches!(act, Act::Get(key) if unsaved(key) && late(key)),
        matches!(act, Act::Saved(key, _) if unsaved(key)) && unchanged,
        matches!(act, Act::Clean(key) if unsaved(key)) && unchanged,
        matches!(act, Act::Dirty(key, seq) if before.newest(key) > Some(seq)) && unchanged,
        matches!(act, Act::Dirty(key, _) if full && !unsaved(key)) && unchanged,
    ];
    seen.iter().enumerate().map(|(bit, seen)| u64::from(*seen) << bit).sum()
}
