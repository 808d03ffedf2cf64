//! The timers that are armed, on tokio's clock.

use crate::backend::Key;
use keyholder_core::host::HostTimer;
use std::collections::{BTreeMap, HashMap};
use tokio::time::Instant;

/// Each timer has one moment. Moments are told apart by a number, for several may be one.
#[derive(Debug, Default)]
pub(super) struct Timers {
    armed: HashMap<HostTimer<Key>, (Instant, u64)>,
    moments: BTreeMap<(Instant, u64), HostTimer<Key>>,
    last: u64,
}

impl Timers {
    /// Arms a timer, in place of an earlier moment.
    pub(super) fn arm(&mut self, timer: HostTimer<Key>, at: Instant) {
        self.last += 1;
        let moment = (at, self.last);
        if let Some(before) = self.armed.insert(timer.clone(), moment) {
            self.moments.remove(&before);
        }
        self.moments.insert(moment, timer);
    }

    pub(super) fn disarm(&mut self, timer: &HostTimer<Key>) {
        if let Some(moment) = self.armed.remove(timer) {
            self.moments.remove(&moment);
        }
    }

    /// The next moment.
    pub(super) fn next(&self) -> Option<Instant> {
        self.moments.keys().next().map(|(at, _)| *at)
    }

    /// Takes out a timer whose moment has come.
    pub(super) fn pop_due(&mut self, now: Instant) -> Option<HostTimer<Key>> {
        let entry = self.moments.first_entry().filter(|it| it.key().0 <= now)?;
        let timer = entry.remove();
        self.armed.remove(&timer);
        Some(timer)
    }
}

#[cfg(test)]
mod tests {
    use super::Timers;
    use keyholder_core::host::HostTimer;
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn a_timer_has_one_moment() {
        let (mut timers, now) = (Timers::default(), Instant::now());
        let at = |ms| now + Duration::from_millis(ms);
        timers.arm(HostTimer::Batch, at(5));
        timers.arm(HostTimer::Janitor, at(7));
        timers.arm(HostTimer::Batch, at(9));
        timers.arm(HostTimer::Deadline, at(7));
        timers.disarm(&HostTimer::Deadline);
        assert_eq!((timers.next(), timers.pop_due(at(6))), (Some(at(7)), None));
        assert_eq!(timers.pop_due(at(20)), Some(HostTimer::Janitor));
        assert_eq!(timers.pop_due(at(20)), Some(HostTimer::Batch));
        assert_eq!((timers.next(), timers.pop_due(at(20))), (None, None));
    }
}
