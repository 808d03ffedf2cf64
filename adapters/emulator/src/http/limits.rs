//! Budgets as HTTP tells of them: 429, and the headers of how a budget stands (documentation: Rate limits).

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::body::Body;
use axum::http::{HeaderValue, Response};

use super::Call;
use crate::cloud::budget::{Level, Quota};
use crate::cloud::lock;
use crate::cloud::throughput::Direction;
use crate::error::ApiError;
use crate::settings::{GameLoad, RateHeaders};

/// A budget of an experience, per minute. The first eight are shared by game servers and the second API, and grow with the
/// players at the same time; the first API has its own (documentation: Data stores, Error codes and limits; Throttling).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Budget {
    StandardRead,
    StandardWrite,
    StandardList,
    StandardRemove,
    OrderedRead,
    OrderedWrite,
    OrderedList,
    OrderedRemove,
    V1Read,
    V1Write,
    V1OrderedRead,
    V1OrderedWrite,
    /// KB that the first API reads, 20 MB in a minute.
    V1ReadKb,
    /// KB that the first API writes, 10 MB in a minute.
    V1WriteKb,
    /// Request units of memory stores.
    MemoryUnits,
    /// Any other, that does not grow: its name and its limit.
    Fixed(&'static str, u32),
}

impl Budget {
    pub(crate) fn quota(self, ccu: u32, load: &GameLoad) -> Quota {
        let grows = |base: u32, each: u32| base.saturating_add(each.saturating_mul(ccu));
        let (name, limit) = match self {
            Self::StandardRead => ("standard-read", grows(300, 40)),
            Self::StandardWrite => ("standard-write", grows(300, 20)),
            Self::StandardList => ("standard-list", grows(300, 2)),
            Self::StandardRemove => ("standard-remove", grows(300, 40)),
            Self::OrderedRead => ("ordered-read", grows(300, 40)),
            Self::OrderedWrite => ("ordered-write", grows(300, 20)),
            Self::OrderedList => ("ordered-list", grows(300, 2)),
            Self::OrderedRemove => ("ordered-remove", grows(300, 40)),
            Self::V1Read => ("v1-read", 300),
            Self::V1Write => ("v1-write", 300),
            Self::V1OrderedRead => ("v1-ordered-read", 300),
            Self::V1OrderedWrite => ("v1-ordered-write", 300),
            Self::V1ReadKb => ("v1-read-kb", 20 * 1024),
            Self::V1WriteKb => ("v1-write-kb", 10 * 1024),
            Self::MemoryUnits => ("memory-units", grows(1000, 120)),
            Self::Fixed(name, limit) => (name, limit),
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to the limit")]
        let servers = (f64::from(limit) * load.of(name)).round() as u32;
        Quota { name, subject: 0, limit, seconds: 60, servers }
    }
}

impl Call<'_> {
    /// Takes `units` from a budget of the experience, or refuses the request.
    pub(crate) fn charge(&self, budget: Budget, units: u32) -> Result<(), ApiError> {
        self.charge_quota(budget.quota(self.settings.ccu, &self.settings.game_load), units)
    }

    /// Takes bytes, rounded up to a KB, from a budget that counts KB.
    pub(crate) fn charge_bytes(&self, budget: Budget, bytes: usize) -> Result<(), ApiError> {
        self.charge(budget, u32::try_from(bytes.div_ceil(1024).max(1)).unwrap_or(u32::MAX))
    }

    /// Takes `units` from any budget, or refuses the request.
    pub(crate) fn charge_quota(&self, quota: Quota, units: u32) -> Result<(), ApiError> {
        if !self.settings.limits {
            return Ok(());
        }
        let charged = lock(&self.universe.budgets).charge(quota, units, self.now);
        match charged {
            // What was charged first is the request's own budget: that is told.
            Ok(level) => {
                self.level.set(self.level.get().or(Some(level)));
                Ok(())
            }
            Err(level) => {
                self.level.set(Some(level));
                Err(ApiError::exhausted(format!("Too many requests: the budget `{}` is used up.", level.name)))
            }
        }
    }

    /// Counts what is read from or written to one key, or refuses the request. `key` is everything that names it.
    pub(crate) fn throughput(&self, direction: Direction, key: impl Hash, bytes: usize) -> Result<(), ApiError> {
        if !self.settings.limits {
            return Ok(());
        }
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let charged = lock(&self.universe.throughput).charge(direction, hasher.finish(), bytes, self.now);
        charged.map_err(|reset| {
            self.level.set(Some(Level {
                name: "key-throughput",
                limit: 0,
                window: 60,
                remaining: 0,
                servers: 0,
                reset,
            }));
            ApiError::exhausted("KeyThrottled: too many bytes in a minute for this key.")
        })
    }
}

/// What a client saw to be left beside a 429.
const SEEN_LEFT: &str = "86";

/// Puts into an answer how the budget stands that it was charged to.
pub(crate) fn tell(response: &mut Response<Body>, level: Level, style: RateHeaders) {
    let throttled = response.status().as_u16() == 429;
    let Level { limit, window, remaining, reset, .. } = level;
    let mut put = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    };
    let (mut left, mut resets) = (remaining.to_string(), reset.to_string());
    match style {
        RateHeaders::Absent => return,
        // As clients saw it: what is known of each window, the one that refused not always the first.
        RateHeaders::Lists if throttled => (left, resets) = (format!("{limit}, {remaining}"), format!("{reset}, 0")),
        RateHeaders::Left if throttled => left = SEEN_LEFT.to_owned(),
        RateHeaders::Single | RateHeaders::Lists | RateHeaders::Misleading | RateHeaders::Left => {}
    }
    put("x-ratelimit-limit", format!("{limit}, {limit};w={window}"));
    put("x-ratelimit-remaining", left);
    put("x-ratelimit-reset", resets);
    if throttled && style != RateHeaders::Left {
        let after = if style == RateHeaders::Misleading { 0 } else { reset.max(1) };
        put("retry-after", after.to_string());
    }
}
