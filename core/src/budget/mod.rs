//! The platform's request budgets, mirrored: a request waits for credit before it is sent, instead of failing.
//!
//! It is a part for hosts and stands alone: it has no clock, and nothing waits in here. Who may not send yet is told
//! when to ask again.
//!
//! **Buckets.** Each kind of request has a bucket that fills evenly, by `share_percent` of the platform's base and of
//! what it adds for each player, and holds a minute of that. It begins full. The least part of a credit that is counted
//! is what a share of one percent of one request a minute earns in a millisecond, so nothing is rounded and nothing
//! drifts: what was taken in any span of time is at most one full bucket and what the span earned.
//!
//! **The reserve.** The last `reserve_percent` of each bucket are for what is urgent: the saves of a shutdown.
//!
//! **More than a bucket holds** is taken when it is full, and owed: the next request waits for longer. So no cost waits
//! for ever; only a kind that earns nothing is answered [`Taken::Never`].
//!
//! **What the platform says** counts more: how many requests it has left until a moment, or that it throttled one.
//! That binds urgent requests as well.
//!
//! Several requests of a kind that wait are told the same moment; who asks first then is served. A host keeps one line
//! for each kind, so that a costly request is not overtaken for ever.
//!
//! ```
//! use keyholder_core::budget::{Budget, Kind, Taken, Urgency};
//! use keyholder_core::config::{self, Rate, Settings};
//! use keyholder_core::timer::Millis;
//!
//! let settings = config::Budget { write: Rate { base: 60, per_player: 20 }, ..Settings::DEFAULT.budget };
//! let settings = config::Budget { share_percent: 50, reserve_percent: 20, ..settings };
//! let mut budget = Budget::new(&settings, Millis(0));
//! budget.players(3, Millis(0)); // half of 120 a minute: one a second
//! let now = Millis(60_000);
//! assert_eq!(budget.take(Kind::Write, 48, Urgency::Normal, now), Taken::Ready);
//! assert_eq!(budget.take(Kind::Write, 1, Urgency::Normal, now), Taken::At(Millis(61_000)));
//! assert_eq!(budget.take(Kind::Write, 12, Urgency::Urgent, now), Taken::Ready);
//! budget.throttled(Kind::Write, Millis(90_000), now);
//! assert_eq!(budget.take(Kind::Write, 1, Urgency::Urgent, now), Taken::At(Millis(90_000)));
//! ```

mod bucket;
#[cfg(test)]
mod tests;

use crate::config;
use crate::timer::Millis;
use bucket::Bucket;

/// What a request costs credit of. An update that reads and writes costs one of each.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "each kind has its settings")]
pub enum Kind {
    /// Durable reads.
    Read,
    /// Durable writes.
    Write,
    /// Durable listings: keys, versions.
    List,
    /// Durable removals.
    Remove,
    /// Request units of the memory store.
    Memory,
    /// Messages sent over the bus.
    Message,
}

/// Whether a request may use the reserve.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "it may, or not")]
pub enum Urgency {
    /// It may not.
    Normal,
    /// It may: it saves what is lost otherwise.
    Urgent,
}

/// The answer to a request for credit.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a host that sends without credit is throttled")]
pub enum Taken {
    /// It is taken: send.
    Ready,
    /// Nothing is taken. Ask again at this moment, at which there is enough if nobody else takes it.
    At(Millis),
    /// Nothing is taken, and nothing is earned: not with these settings and so few players.
    Never,
}

/// Credit for requests, by kind. Sources: KIT-11, decisions D10 and K17, race R26.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Budget {
    read: Bucket,
    write: Bucket,
    list: Bucket,
    remove: Bucket,
    memory: Bucket,
    message: Bucket,
}

impl Budget {
    /// Full buckets, for no players.
    pub fn new(settings: &config::Budget, now: Millis) -> Self {
        let config::Budget { share_percent, reserve_percent, read, write, list, remove, memory, message } = *settings;
        let bucket = |rate| Bucket::new(rate, share_percent, reserve_percent, now);
        Self {
            read: bucket(read),
            write: bucket(write),
            list: bucket(list),
            remove: bucket(remove),
            memory: bucket(memory),
            message: bucket(message),
        }
    }

    /// Takes credit for a request, or says when to ask again. A clock that went back earns nothing.
    pub fn take(&mut self, kind: Kind, cost: u32, urgency: Urgency, now: Millis) -> Taken {
        self.bucket(kind).take(cost, urgency, now)
    }

    /// Takes credit of several kinds for one request, all of it or nothing: an update reads and writes.
    pub fn take_all(&mut self, costs: &[(Kind, u32)], urgency: Urgency, now: Millis) -> Taken {
        let (mut taken, mut answer) = (self.clone(), Taken::Ready);
        for (kind, cost) in costs {
            answer = match (answer, taken.take(*kind, *cost, urgency, now)) {
                (Taken::Never, _) | (_, Taken::Never) => Taken::Never,
                (Taken::At(one), Taken::At(other)) => Taken::At(one.max(other)),
                (Taken::At(at), Taken::Ready) | (Taken::Ready, Taken::At(at)) => Taken::At(at),
                (Taken::Ready, Taken::Ready) => Taken::Ready,
            };
        }
        if answer == Taken::Ready {
            *self = taken;
        }
        answer
    }

    /// So many players are here from now on. A bucket that holds more than it may by then overflows.
    pub fn players(&mut self, players: u32, now: Millis) {
        for bucket in self.buckets() {
            bucket.players(players, now);
        }
    }

    /// The platform says that `remaining` requests of a kind are left until a moment: no more are sent before it. The
    /// last word counts.
    pub fn observed(&mut self, kind: Kind, remaining: u32, until: Millis) {
        self.bucket(kind).observed(remaining, until);
    }

    /// The platform has throttled a request, and wants none of its kind until a moment. The mirror was too generous:
    /// the bucket is empty, and fills from now on.
    pub fn throttled(&mut self, kind: Kind, until: Millis, now: Millis) {
        self.bucket(kind).throttled(until, now);
    }

    /// How many requests of a kind could be sent now, urgent ones included; for figures and logs.
    pub fn left(&self, kind: Kind, now: Millis) -> u32 {
        let mut copy = self.clone();
        copy.bucket(kind).left(now)
    }

    fn bucket(&mut self, kind: Kind) -> &mut Bucket {
        match kind {
            Kind::Read => &mut self.read,
            Kind::Write => &mut self.write,
            Kind::List => &mut self.list,
            Kind::Remove => &mut self.remove,
            Kind::Memory => &mut self.memory,
            Kind::Message => &mut self.message,
        }
    }

    fn buckets(&mut self) -> [&mut Bucket; 6] {
        let Self { read, write, list, remove, memory, message } = self;
        [read, write, list, remove, memory, message]
    }
}
