//! How many requests the adapter makes. Documentation: Data stores, Error codes and limits; Data stores, Throttling; Memory stores,
//! Limits and quotas; Rate limits.
//!
//! This is not the budget of `keyholder_core::budget`, and stands behind it where a server has one. That is of one game server:
//! it holds a minute's requests, lets them wait in line, and keeps some for a shutdown. This is of the whole experience, which
//! every server and every tool draws on without knowing of the others. So no more than a few seconds of it are used at once: a
//! full minute's worth at the start would be twice the share in that minute. It knows what is counted together behind Open Cloud
//! (lists are reads in the older interface), and what requests do not count alone: bytes.

use crate::Engine;
use keyholder_tokio::backend::{Key, NotApplied};
use reqwest::header::HeaderMap;
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

const MINUTE: Duration = Duration::from_secs(60);

/// How much of a budget may be used at once.
const BURST: Duration = Duration::from_secs(10);

/// What may be written to one key in a minute, in KiB; each write is rounded up to one.
const KEY_KIB: u64 = 4 * 1_024;

/// The longest pause that an answer can impose: a header is a guideline, and may be anything.
const MAX_PAUSE: Duration = Duration::from_secs(300);

/// What a budget is for.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Kind {
    Read,
    Write,
    List,
    Remove,
    Memory,
    Message,
    Restriction,
}

impl Kind {
    /// Requests a minute of the whole experience.
    fn rate(self, engine: Engine, players: u32) -> u64 {
        let with = |base: u64, each: u64| base.saturating_add(each.saturating_mul(u64::from(players)));
        match (self, engine) {
            (Self::Read | Self::Remove, Engine::V2) => with(300, 40),
            (Self::Write, Engine::V2) => with(300, 20),
            (Self::List, Engine::V2) => with(300, 2),
            // Lists are reads there and removals writes, and the players do not count.
            (Self::Read | Self::Write | Self::List | Self::Remove, Engine::V1) => 300,
            (Self::Memory, _) => with(1_000, 120),
            (Self::Message, _) => 5_000,
            // Ten a second, of which two a minute for each user: the second is left to the platform.
            (Self::Restriction, _) => 600,
        }
    }

    /// Bytes a minute of the whole experience; `None` if they are not counted.
    fn bytes(self, engine: Engine) -> Option<u64> {
        match (self, engine) {
            (Self::Read, Engine::V1) => Some(20_000_000),
            (Self::Write, Engine::V1) => Some(10_000_000),
            _ => None,
        }
    }

    /// Which budget it is taken from.
    fn budget(self, engine: Engine) -> Self {
        match (self, engine) {
            (Self::List, Engine::V1) => Self::Read,
            (Self::Remove, Engine::V1) => Self::Write,
            (kind, _) => kind,
        }
    }
}

/// The adapter's share of the budgets, what answers said about them, and what was lately written to each key.
#[derive(Debug)]
pub(crate) struct Limits {
    engine: Engine,
    share_percent: Option<u8>,
    players: AtomicU32,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// When each budget will be whole again.
    whole: BTreeMap<Kind, Instant>,
    /// The same of the bytes.
    bytes: BTreeMap<Kind, Instant>,
    /// Until when a budget is not to be used at all.
    paused: BTreeMap<Kind, Instant>,
    /// The writes of the last minute: when, and how many KiB.
    keys: BTreeMap<Key, VecDeque<(Instant, u64)>>,
    swept: Option<Instant>,
}

impl Limits {
    pub(crate) fn new(engine: Engine, share_percent: Option<u8>, players: u32) -> Self {
        Self { engine, share_percent, players: AtomicU32::new(players), state: Mutex::default() }
    }

    pub(crate) fn set_players(&self, players: u32) {
        self.players.store(players, Ordering::Relaxed);
    }

    /// Takes one request, or says how long to wait for it.
    pub(crate) fn take(&self, kind: Kind) -> Result<(), NotApplied> {
        let kind = kind.budget(self.engine);
        let mut state = self.state();
        let paused = state.paused.get(&kind).copied();
        if self.share_percent.is_none() && paused.is_none() {
            return Ok(());
        }
        let now = Instant::now();
        if let Some(wait) = paused.and_then(|until| until.checked_duration_since(now)).filter(is_some) {
            return Err(NotApplied::Throttled { wait: Some(wait) });
        }
        let Some(share_percent) = self.share_percent else { return Ok(()) };
        // What a request takes of these is known when it is over: the next one waits for it.
        let owed = state.bytes.get(&kind).and_then(|whole| whole.checked_duration_since(now + BURST));
        if let Some(wait) = owed.filter(is_some) {
            return Err(NotApplied::Throttled { wait: Some(wait) });
        }
        let players = self.players.load(Ordering::Relaxed);
        let hundredths = kind.rate(self.engine, players).saturating_mul(u64::from(share_percent)).max(1);
        let each = Duration::from_nanos(6_000_000_000_000 / hundredths);
        // At least one request is always within the burst.
        let burst = BURST.max(each);
        let whole = state.whole.get(&kind).copied().unwrap_or(now).max(now) + each;
        let over = whole.saturating_duration_since(now + burst);
        if is_some(&over) {
            return Err(NotApplied::Throttled { wait: Some(over) });
        }
        state.whole.insert(kind, whole);
        Ok(())
    }

    /// Counts the bytes of a request: those of the value that it sent, or of the answer to a read. They are rounded up to KiB.
    pub(crate) fn spend(&self, kind: Kind, bytes: usize) {
        let kind = kind.budget(self.engine);
        let (Some(rate), Some(share_percent)) = (kind.bytes(self.engine), self.share_percent) else { return };
        let bytes = u64::try_from(bytes.div_ceil(1_024)).unwrap_or(u64::MAX).saturating_mul(1_024);
        let nanos = u128::from(bytes) * MINUTE.as_nanos() * 100 / u128::from(rate * u64::from(share_percent)).max(1);
        let takes = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        let now = Instant::now();
        let mut state = self.state();
        let whole = state.bytes.entry(kind).or_insert(now);
        *whole = (*whole).max(now) + takes;
    }

    /// Takes a write to a key, or says how long to wait for it.
    pub(crate) fn take_write(&self, key: &Key, bytes: usize) -> Result<(), NotApplied> {
        if self.share_percent.is_none() {
            return Ok(());
        }
        let now = Instant::now();
        let kib = u64::try_from(bytes).unwrap_or(u64::MAX).div_ceil(1_024).max(1);
        let mut state = self.state();
        state.sweep(now);
        let writes = state.keys.entry(key.clone()).or_default();
        while writes.front().is_some_and(|(at, _)| now.saturating_duration_since(*at) >= MINUTE) {
            writes.pop_front();
        }
        let mut total = writes.iter().fold(kib, |sum, (_, kib)| sum.saturating_add(*kib));
        // The first moment at which enough of them is a minute ago.
        let mut free = None;
        for (at, kib) in &*writes {
            if total <= KEY_KIB {
                break;
            }
            total = total.saturating_sub(*kib);
            free = Some(*at + MINUTE);
        }
        match free {
            Some(free) => Err(NotApplied::Throttled { wait: Some(free.saturating_duration_since(now)) }),
            None => {
                writes.push_back((now, kib));
                Ok(())
            }
        }
    }

    /// The last write to a key was not sent.
    pub(crate) fn give_back(&self, key: &Key) {
        if let Some(writes) = self.state().keys.get_mut(key) {
            writes.pop_back();
        }
    }

    /// What an answer says about the budget of its kind. That of a ban may be its user's: others need not wait for it.
    pub(crate) fn note(&self, kind: Kind, throttled: bool, headers: &HeaderMap) {
        if kind == Kind::Restriction {
            return;
        }
        // Answers that were not refused have `remaining` of the windows that count, and a reset.
        if !throttled && least(headers, "x-ratelimit-remaining") != Some(0) {
            return;
        }
        if let Some(wait) = pause(headers) {
            self.state().paused.insert(kind.budget(self.engine), Instant::now() + wait);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Forgets keys that were not written for a minute, once a minute.
    fn sweep(&mut self, now: Instant) {
        if self.swept.is_some_and(|swept| now.saturating_duration_since(swept) < MINUTE) {
            return;
        }
        self.swept = Some(now);
        let recent = |at: &Instant| now.saturating_duration_since(*at) < MINUTE;
        self.keys.retain(|_, writes| writes.back().is_some_and(|(at, _)| recent(at)));
    }
}

/// How long an answer says to wait. Each header may be a list, one number for each window, and `retry-after` was seen
/// smaller than the time after which requests were taken again: the largest number counts. `None` if no header has one.
pub(crate) fn pause(headers: &HeaderMap) -> Option<Duration> {
    let reset = most(headers, "x-ratelimit-reset");
    let retry = most(headers, "retry-after");
    reset.max(retry).filter(|seconds| *seconds > 0).map(|seconds| Duration::from_secs(seconds).min(MAX_PAUSE))
}

fn most(headers: &HeaderMap, name: &str) -> Option<u64> {
    numbers(headers, name).max()
}

fn least(headers: &HeaderMap, name: &str) -> Option<u64> {
    numbers(headers, name).min()
}

/// The numbers of a header that is a list, without what stands behind a semicolon. Others are passed over.
fn numbers<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = u64> + use<'a> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    let items = lines.flat_map(|line| line.split(','));
    items.filter_map(|item| item.split(';').next()?.trim().parse().ok())
}

fn is_some(wait: &Duration) -> bool {
    !wait.is_zero()
}

#[cfg(test)]
mod tests;
