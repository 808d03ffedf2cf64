//! What a host has done since it was made, in numbers (KIT-4, DIA-24).

use crate::effect::{End, Event, Verdict};
use crate::input::Outcome;

/// Counts since the host was made.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Statistics {
    /// Requests that only read a record.
    pub reads: u64,
    /// Requests that may write a record.
    pub writes: u64,
    /// Requests on the memory store, the heartbeat included.
    pub memory: u64,
    /// Messages to other servers; each may hold several notices.
    pub messages: u64,
    /// Answers of the durable store with what is there now: read or written.
    pub answered: u64,
    /// Answers of the durable store: others wrote in between too often.
    pub conflicts: u64,
    /// Answers of the durable store: nobody knows.
    pub unknowns: u64,
    /// Answers of the durable store: not applied.
    pub unavailable: u64,
    /// Requests of calls that are made again after a failure.
    pub retries: u64,
    /// Times that a store said it wants fewer requests.
    pub throttled: u64,
    /// Calls that were begun or wait.
    pub calls: u64,
    /// Sessions that were opened.
    pub opened: u64,
    /// Sessions that were refused.
    pub refused: u64,
    /// Sessions that were saved and released.
    pub closed: u64,
    /// Sessions that lost their record.
    pub lost: u64,
    /// Changes that were accepted.
    pub accepted: u64,
    /// Changes with the verdict Durable.
    pub durable: u64,
    /// Changes with the verdict Superseded.
    pub superseded: u64,
    /// Changes with the verdict Lost.
    pub lost_changes: u64,
    /// Changes with the verdict Unknown.
    pub unknown_changes: u64,
}

impl Statistics {
    pub(super) fn event(&mut self, event: &Event) {
        match event {
            Event::Opened { .. } => more(&mut self.opened, 1),
            Event::Refused(_) => more(&mut self.refused, 1),
            Event::Accepted(_) => more(&mut self.accepted, 1),
            Event::Verdict { from, to, verdict } => {
                let of = match verdict {
                    Verdict::Durable(_) => &mut self.durable,
                    Verdict::Superseded => &mut self.superseded,
                    Verdict::Lost(_) => &mut self.lost_changes,
                    Verdict::Unknown => &mut self.unknown_changes,
                };
                more(of, u64::from(to.0.saturating_sub(from.0)).saturating_add(1));
            }
            Event::Ended(End::Closed) => more(&mut self.closed, 1),
            Event::Ended(End::Lost) => more(&mut self.lost, 1),
            Event::Ended(End::Refused | End::Cancelled | End::Abandoned) => {}
            Event::ViewChanged | Event::TakeOverRequested(_) | Event::SessionLost(_) => {}
        }
    }

    pub(super) fn answer<T>(&mut self, outcome: &Outcome<T>) {
        let of = match outcome {
            Outcome::Read(_) | Outcome::Wrote(_) => &mut self.answered,
            Outcome::Conflict => &mut self.conflicts,
            Outcome::Unknown => &mut self.unknowns,
            Outcome::Unavailable => &mut self.unavailable,
        };
        more(of, 1);
    }
}

/// Counts so many more; a count that is full stays so.
pub(super) fn more(count: &mut u64, by: u64) {
    *count = count.saturating_add(by);
}
