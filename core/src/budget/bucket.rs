//! The bucket of one kind of requests.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "counts, percents and the span that counts are bounded, see MINUTE"
)]

use super::{Taken, Urgency};
use crate::config::{MAX_COUNT, Rate};
use crate::timer::Millis;

/// How long a bucket takes to fill, in ms; no longer span counts. The largest rate is `MAX_COUNT * (1 + MAX_COUNT)`
/// requests a minute, so no more than 6.1e18 parts are held or earned at a time, which is below 2^63 = 9.2e18.
const MINUTE: u64 = 60_000;

/// Parts of one credit: what is earned in a millisecond by a share in percent of a rate in requests a minute is whole.
const PARTS: i64 = 6_000_000;

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Bucket {
    rate: Rate,
    share: u32,
    reserve: u32,
    players: u32,
    /// Parts. Below zero is owed: at most one cost, since nothing is taken then.
    level: i64,
    /// The moment up to which it has earned.
    at: Millis,
    /// What the platform said: so many are left until then.
    said: Option<(u32, Millis)>,
}

impl Bucket {
    pub(super) fn new(rate: Rate, share: u32, reserve: u32, now: Millis) -> Self {
        let rate = Rate { base: rate.base.min(MAX_COUNT), per_player: rate.per_player.min(MAX_COUNT) };
        let (share, reserve) = (share.min(100), reserve.min(100));
        let mut bucket = Self { rate, share, reserve, players: 0, level: 0, at: now, said: None };
        bucket.level = bucket.holds();
        bucket
    }

    pub(super) fn take(&mut self, cost: u32, urgency: Urgency, now: Millis) -> Taken {
        self.earn(now);
        if cost == 0 {
            return Taken::Ready;
        }
        let earns = self.earns();
        if earns == 0 {
            return Taken::Never;
        }
        if let Some((_, until)) = self.said.filter(|(left, _)| *left < cost) {
            return Taken::At(until);
        }
        let kept = match urgency {
            Urgency::Normal => self.holds() / 100 * i64::from(self.reserve),
            Urgency::Urgent => 0,
        };
        let parts = i64::from(cost) * PARTS;
        let wanted = (parts + kept).min(self.holds());
        if self.level < wanted {
            let wait = (wanted - self.level).unsigned_abs().div_ceil(earns.unsigned_abs());
            return Taken::At(Millis(self.at.0.saturating_add(wait)));
        }
        self.level -= parts;
        if let Some((left, _)) = &mut self.said {
            *left = left.saturating_sub(cost);
        }
        Taken::Ready
    }

    pub(super) fn players(&mut self, players: u32, now: Millis) {
        self.earn(now);
        self.players = players.min(MAX_COUNT);
        self.level = self.level.min(self.holds());
    }

    pub(super) fn observed(&mut self, remaining: u32, until: Millis) {
        self.said = Some((remaining, until));
    }

    pub(super) fn throttled(&mut self, until: Millis, now: Millis) {
        self.earn(now);
        self.level = self.level.min(0);
        self.said = Some((0, until));
    }

    pub(super) fn left(&mut self, now: Millis) -> u32 {
        self.earn(now);
        let level = u32::try_from(self.level.max(0) / PARTS).unwrap_or(u32::MAX);
        self.said.map_or(level, |(left, _)| left.min(level))
    }

    /// Fills up to a moment.
    fn earn(&mut self, now: Millis) {
        let span = now.0.saturating_sub(self.at.0);
        self.at = self.at.max(now);
        // By the minute, which fills it from zero, and the rest: what is owed may take longer.
        let steps = span / MINUTE;
        let rest = i64::try_from(span % MINUTE).unwrap_or(0);
        let whole = i64::try_from(steps).unwrap_or(i64::MAX).saturating_mul(self.holds());
        let earned = whole.saturating_add(rest * self.earns());
        self.level = self.level.saturating_add(earned).min(self.holds());
        self.said = self.said.filter(|(_, until)| *until > self.at);
    }

    /// Parts in a millisecond.
    fn earns(&self) -> i64 {
        let a_minute = i64::from(self.rate.base) + i64::from(self.rate.per_player) * i64::from(self.players);
        a_minute * i64::from(self.share)
    }

    /// Parts that it holds at the most.
    fn holds(&self) -> i64 {
        self.earns() * 60_000
    }
}
