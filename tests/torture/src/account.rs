//! Compares what was said with what is stored.

mod change;
mod owners;
#[cfg(test)]
mod tests;

use crate::documents::Stored;
use crate::history::{Line, Word};
use change::{Change, Erasure};
use owners::Owners;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// How many findings are named.
const NAMED: usize = 20;

/// Counts of what happened, and of what must not happen.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Tally {
    /// Changes that were said to be durable.
    pub(crate) acknowledged: u64,
    /// Of those, not in the record.
    pub(crate) lost: u64,
    /// Records in which a change counts other than once.
    pub(crate) doubled: u64,
    /// Changes that were refused for good, and are there.
    pub(crate) refused_stored: u64,
    /// Changes that an erasure took, and are there.
    pub(crate) revived: u64,
    /// Records that were written, or opened, by a server that had lost them.
    pub(crate) stale: u64,
    /// Returns that took too long although nothing was in the way.
    pub(crate) late: u64,
    /// Processes that ended by themselves.
    pub(crate) crashed: u64,
    /// Changes that nobody knew about.
    pub(crate) unknown: u64,
    /// Of those, in the record.
    pub(crate) unknown_stored: u64,
    pub(crate) refused: u64,
    /// Erasures that were said to be done.
    pub(crate) erasures: u64,
    /// Changes that were said to be durable before or during an erasure, and are not in the record.
    pub(crate) erased: u64,
    /// Grants from the web that were said to be durable.
    pub(crate) grants: u64,
    pub(crate) kills: u64,
    pub(crate) writer_kills: u64,
    pub(crate) store_kills: u64,
    pub(crate) pauses: u64,
    pub(crate) teleports: u64,
    pub(crate) steals: u64,
    /// Deliveries of something that had been delivered.
    pub(crate) repeated: u64,
    pub(crate) opens: u64,
    pub(crate) commits: u64,
    /// Returns of players whose server was killed.
    pub(crate) returns: u64,
    /// Of those, with nothing else in the way: these are bound.
    pub(crate) undisturbed_returns: u64,
    pub(crate) slowest_return_ms: u64,
    pub(crate) slowest_undisturbed_return_ms: u64,
}

impl Tally {
    /// Nothing is there that must not be.
    pub(crate) fn passed(&self) -> bool {
        let Self { lost, doubled, refused_stored, revived, stale, late, crashed, .. } = self;
        [lost, doubled, refused_stored, revived, stale, late, crashed].iter().all(|count| **count == 0)
    }
}

/// What was heard so far.
#[derive(Debug, Default)]
pub(crate) struct Account {
    tally: Tally,
    /// Counts what was taken: the moment of each line.
    now: u64,
    players: BTreeMap<u64, Player>,
    /// How long each undisturbed return took.
    returns_ms: Vec<u64>,
}

#[derive(Debug, Default)]
struct Player {
    changes: BTreeMap<String, Change>,
    erasures: Vec<Erasure>,
    owners: Owners,
}

impl Account {
    /// Takes what happened.
    pub(crate) fn take(&mut self, line: Line) {
        self.now += 1;
        let (tally, now) = (&mut self.tally, self.now);
        match line {
            Line::Asked { player, change } => {
                self.players.entry(player).or_default().changes.entry(change).or_default().asked(now);
            }
            Line::Word { player, change, word } => {
                let change = self.players.entry(player).or_default().changes.entry(change).or_default();
                tally.acknowledged += u64::from(change.told(word, now));
            }
            Line::ErasureAsked { player } => {
                self.players.entry(player).or_default().erasures.push(Erasure { asked: now, done: None });
            }
            Line::Erased { player } => {
                tally.erasures += 1;
                if let Some(erasure) = self.players.entry(player).or_default().erasures.last_mut() {
                    erasure.done = Some(now);
                }
            }
            Line::Opened { player, epoch, asked_ms, told_ms, .. } => {
                tally.opens += 1;
                self.players.entry(player).or_default().owners.opened(epoch, asked_ms, told_ms);
            }
            Line::Committed(it) => {
                tally.commits += 1;
                self.players.entry(it.player).or_default().owners.committed(it);
            }
            Line::Returned { after_ms, undisturbed, .. } => {
                tally.returns += 1;
                tally.slowest_return_ms = tally.slowest_return_ms.max(after_ms);
                if undisturbed {
                    tally.undisturbed_returns += 1;
                    tally.slowest_undisturbed_return_ms = tally.slowest_undisturbed_return_ms.max(after_ms);
                    self.returns_ms.push(after_ms);
                }
            }
            Line::Teleported { .. } => tally.teleports += 1,
            Line::Repeated { .. } => tally.repeated += 1,
            Line::Stolen { .. } => tally.steals += 1,
            Line::Granted { .. } => tally.grants += 1,
            Line::Killed { .. } => tally.kills += 1,
            Line::WriterKilled { .. } => tally.writer_kills += 1,
            Line::StoreKilled => tally.store_kills += 1,
            Line::Paused { .. } => tally.pauses += 1,
            Line::Crashed { .. } => tally.crashed += 1,
            Line::Seed { .. } => {}
        }
    }

    /// The counts so far.
    pub(crate) fn now(&self) -> &Tally {
        &self.tally
    }

    /// The counts with what the records say, and the first findings in words. A return may take as long as `bound`.
    pub(crate) fn judge(&self, stored: &BTreeMap<u64, Stored>, bound: Duration) -> (Tally, Vec<String>) {
        let mut tally = self.tally.clone();
        let mut found = Vec::new();
        let nothing = Stored::default();
        for (number, player) in &self.players {
            let record = stored.get(number).unwrap_or(&nothing);
            for (name, change) in &player.changes {
                let is_there = record.log.contains_key(name);
                if is_there && change.is_erased(&player.erasures) {
                    tally.revived += 1;
                    found.push(format!("player {number}: {name} was erased and is in the record"));
                }
                match change.word() {
                    Word::Acknowledged if is_there => {}
                    Word::Acknowledged if change.may_be_erased(&player.erasures) => tally.erased += 1,
                    Word::Acknowledged => {
                        tally.lost += 1;
                        found.push(format!("player {number}: {name} was acknowledged and is not in the record"));
                    }
                    Word::Refused => {
                        tally.refused += 1;
                        if is_there {
                            tally.refused_stored += 1;
                            found.push(format!("player {number}: {name} was refused and is in the record"));
                        }
                    }
                    Word::Unknown => {
                        tally.unknown += 1;
                        tally.unknown_stored += u64::from(is_there);
                    }
                }
            }
            for why in player.owners.judge() {
                tally.stale += 1;
                found.push(format!("player {number}: {why}"));
            }
        }
        // Each change adds its worth and writes its name: one that was applied twice shows in the sum.
        for (number, record) in stored {
            let worth: i64 = record.log.values().sum();
            if record.coins != worth {
                tally.doubled += 1;
                found.push(format!("player {number}: the sum is {}, the changes are worth {worth}", record.coins));
            }
        }
        for after in self.returns_ms.iter().filter(|after| Duration::from_millis(**after) > bound) {
            tally.late += 1;
            found.push(format!("a player was back after {after} ms only"));
        }
        found.truncate(NAMED);
        (tally, found)
    }
}
