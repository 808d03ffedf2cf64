//! Who was told what, and what the records say in the end.

use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What became of a change, as its player was told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Word {
    /// It is durable.
    Acknowledged,
    /// It is not there and never will be.
    Refused,
    /// Nobody was told.
    Unknown,
}

/// Counts.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Tally {
    pub(super) acknowledged: u64,
    pub(super) lost: u64,
    pub(super) doubled: u64,
    pub(super) unknown: u64,
    /// Of those that nobody was told of.
    pub(super) unknown_stored: u64,
    pub(super) refused: u64,
    pub(super) kills: u64,
    pub(super) teleports: u64,
    pub(super) gifts: u64,
    /// Gifts that were delivered again although they had been.
    pub(super) repeated: u64,
    pub(super) held: u64,
    pub(super) slowest_return_s: f64,
}

/// What a record holds: the sum, and each change by its name.
#[derive(Clone, Debug, Default)]
pub(super) struct Stored {
    pub(super) coins: i64,
    pub(super) log: BTreeMap<String, i64>,
}

/// The account of a run.
#[derive(Debug, Default)]
pub(super) struct Account {
    tally: Mutex<Tally>,
    /// By player, the word on each change by its name.
    words: Mutex<BTreeMap<usize, BTreeMap<String, Word>>>,
}

impl Account {
    /// Counts something.
    pub(super) fn count(&self, add: impl FnOnce(&mut Tally)) {
        add(&mut lock(&self.tally));
    }

    /// A player was told what became of a change; a later word counts more, but for an acknowledgement.
    pub(super) fn word(&self, player: usize, change: &str, word: Word) {
        let mut words = lock(&self.words);
        let words = words.entry(player).or_default();
        if words.get(change) == Some(&Word::Acknowledged) {
            return;
        }
        words.insert(change.to_owned(), word);
        if word == Word::Acknowledged {
            self.count(|it| it.acknowledged += 1);
        }
    }

    /// A player whose server was killed is in again after so long.
    pub(super) fn returned(&self, after: Duration) {
        self.count(|it| it.slowest_return_s = it.slowest_return_s.max(after.as_secs_f64()));
    }

    /// The counts so far.
    pub(super) fn now(&self) -> Tally {
        lock(&self.tally).clone()
    }

    /// Compares what players were told with what the records say.
    pub(super) fn judge(&self, stored: &BTreeMap<usize, Stored>) -> Tally {
        let mut tally = self.now();
        (tally.acknowledged, tally.refused, tally.unknown) = (0, 0, 0);
        for (player, words) in &*lock(&self.words) {
            let nothing = Stored::default();
            let record = stored.get(player).unwrap_or(&nothing);
            for (change, word) in words {
                let is_there = record.log.contains_key(change);
                match word {
                    Word::Acknowledged => {
                        tally.acknowledged += 1;
                        tally.lost += u64::from(!is_there);
                    }
                    // What was refused and is there all the same was applied behind somebody's back.
                    Word::Refused => {
                        tally.refused += 1;
                        tally.doubled += u64::from(is_there);
                    }
                    Word::Unknown => {
                        tally.unknown += 1;
                        tally.unknown_stored += u64::from(is_there);
                    }
                }
            }
            // Each change adds its worth once and writes its name: a change that is there twice shows in the sum.
            tally.doubled += u64::from(record.coins != record.log.values().sum::<i64>());
        }
        tally
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{Account, Stored, Word};
    use std::collections::BTreeMap;

    #[test]
    fn what_is_missing_and_what_is_there_twice_is_seen() {
        let account = Account::default();
        account.word(1, "a", Word::Acknowledged);
        account.word(1, "a", Word::Unknown);
        account.word(1, "b", Word::Unknown);
        account.word(1, "c", Word::Refused);
        let record = |coins, names: &[&str]| {
            let log = names.iter().map(|name| ((*name).to_owned(), 2)).collect();
            BTreeMap::from([(1, Stored { coins, log })])
        };
        let judged = |stored| {
            let tally = account.judge(&stored);
            (tally.acknowledged, tally.lost, tally.doubled, tally.unknown_stored)
        };
        assert_eq!(judged(record(2, &["a"])), (1, 0, 0, 0));
        assert_eq!(judged(record(4, &["a", "b"])), (1, 0, 0, 1));
        assert_eq!(judged(record(4, &["a"])), (1, 0, 1, 0));
        assert_eq!(judged(record(2, &["b"])), (1, 1, 0, 1));
        assert_eq!(judged(record(4, &["a", "c"])), (1, 0, 1, 0));
        assert_eq!(judged(BTreeMap::new()), (1, 1, 0, 0));
    }
}
