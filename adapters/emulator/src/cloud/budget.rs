//! Budgets of requests: buckets that fill evenly (documentation: Data stores, Error codes and limits).

use std::collections::HashMap;

use crate::time::Timestamp;

/// At more buckets than this the full ones are let go.
const MOST_BUCKETS: usize = 16_384;

/// So much in so many seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Quota {
    /// Names the budget in answers and on the status page.
    pub(crate) name: &'static str,
    /// What the budget is of, when there is one for each: a hash of a user, a topic. 0 for the experience.
    pub(crate) subject: u64,
    /// Units in a window.
    pub(crate) limit: u32,
    /// The window, in seconds.
    pub(crate) seconds: u32,
    /// Units in a window that are not there for requests: game servers take them.
    pub(crate) servers: u32,
}

/// How a budget stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Level {
    pub(crate) name: &'static str,
    pub(crate) limit: u32,
    /// The window, in seconds.
    pub(crate) window: u32,
    pub(crate) remaining: u32,
    /// Units that game servers take in a window.
    pub(crate) servers: u32,
    /// Seconds until a refused request would be let through, or until the budget is whole again.
    pub(crate) reset: u32,
}

/// The budgets of an experience.
#[derive(Debug, Default)]
pub(crate) struct Budgets {
    buckets: HashMap<(&'static str, u64), Bucket>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    quota: Quota,
    left: f64,
    at: Timestamp,
}

impl Quota {
    /// What is there for requests in a window.
    fn room(&self) -> f64 {
        f64::from(self.limit.saturating_sub(self.servers))
    }
}

impl Bucket {
    fn rate(&self) -> f64 {
        self.quota.room() / f64::from(self.quota.seconds)
    }

    fn fill(&mut self, now: Timestamp) {
        let passed = now.duration_since(self.at).as_secs_f64().max(0.0);
        self.left = (self.left + passed * self.rate()).min(self.quota.room());
        self.at = now;
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to the limit; casts saturate")]
    fn level(&self, wanted: f64) -> Level {
        let Quota { name, limit, seconds, servers, .. } = self.quota;
        let reset = ((wanted - self.left) / self.rate()).max(0.0).ceil();
        // Where game servers take all there is, it never comes back: come again in a window.
        let reset = if reset.is_finite() { reset as u32 } else { seconds };
        Level { name, limit, window: seconds, remaining: self.left as u32, servers, reset }
    }
}

impl Budgets {
    /// Takes `units` from the budget. `Err` if they are not there: then nothing is taken.
    pub(crate) fn charge(&mut self, quota: Quota, units: u32, now: Timestamp) -> Result<Level, Level> {
        if self.buckets.len() > MOST_BUCKETS {
            self.buckets.retain(|_, bucket| {
                bucket.fill(now);
                bucket.left < bucket.quota.room()
            });
        }
        let full = Bucket { quota, left: quota.room(), at: now };
        let bucket = self.buckets.entry((quota.name, quota.subject)).or_insert(full);
        bucket.quota = quota;
        bucket.fill(now);
        let wanted = f64::from(units);
        if bucket.left < wanted {
            return Err(bucket.level(wanted));
        }
        bucket.left -= wanted;
        Ok(bucket.level(quota.room()))
    }

    /// The budgets of the experience that were charged so far, by name.
    pub(crate) fn levels(&self, now: Timestamp) -> Vec<Level> {
        let whole = self.buckets.values().filter(|bucket| bucket.quota.subject == 0);
        let mut levels: Vec<_> = whole
            .map(|bucket| {
                let mut bucket = *bucket;
                bucket.fill(now);
                bucket.level(bucket.quota.room())
            })
            .collect();
        levels.sort_by_key(|level| level.name);
        levels
    }
}
