//! Whether anybody wrote to a record who had lost it.

use crate::store::Committed;

/// Who opened a record and who wrote to it.
#[derive(Debug, Default)]
pub(super) struct Owners {
    opened: Vec<Opened>,
    committed: Vec<Committed>,
}

/// An open that was asked for and told, in milliseconds since the start.
#[derive(Clone, Copy, Debug)]
struct Opened {
    epoch: u32,
    asked_ms: u64,
    told_ms: u64,
}

impl Owners {
    pub(super) fn opened(&mut self, epoch: u32, asked_ms: u64, told_ms: u64) {
        self.opened.push(Opened { epoch, asked_ms, told_ms });
    }

    pub(super) fn committed(&mut self, it: Committed) {
        self.committed.push(it);
    }

    /// What must not have happened, in words.
    pub(super) fn judge(&self) -> Vec<String> {
        let mut found = self.opens();
        found.extend(self.commits());
        found
    }

    /// Each open has an epoch of its own, and one that was told before another was asked for has the lower one.
    fn opens(&self) -> Vec<String> {
        let mut opened = self.opened.clone();
        opened.sort_unstable_by_key(|it| std::cmp::Reverse(it.epoch));
        let mut found = Vec::new();
        let mut earliest_ms = u64::MAX;
        let mut last = None;
        for Opened { epoch, asked_ms, told_ms } in opened {
            if last == Some(epoch) {
                found.push(format!("two opens have the epoch {epoch}"));
            } else if asked_ms > earliest_ms {
                found.push(format!("the epoch {epoch} was opened after a later one had been"));
            }
            earliest_ms = earliest_ms.min(told_ms);
            last = Some(epoch);
        }
        found
    }

    /// In the order in which the store committed them, epochs never go back, and an epoch has one owner, who goes once.
    /// Commits that the store could not tell any more, since it was killed, are missing: that hides, and never accuses.
    fn commits(&self) -> Vec<String> {
        let mut committed = self.committed.clone();
        committed.sort_unstable_by_key(|it| it.revision);
        let pairs = committed.iter().zip(committed.iter().skip(1));
        let back = pairs.filter(|(old, new)| {
            new.epoch < old.epoch || new.epoch == old.epoch && new.owner.is_some() && new.owner != old.owner
        });
        back.map(|(old, new)| {
            format!(
                "a session of epoch {} wrote at revision {} over one of epoch {}",
                new.epoch, new.revision, old.epoch
            )
        })
        .collect()
    }
}
