//! How much is read from and written to one key in the last minute (documentation: Data stores, Error codes and limits).

use std::collections::{HashMap, VecDeque};

use crate::time::Timestamp;

/// What a key may be read and written in a minute, in KB of 1024 bytes.
const READ: u32 = 25 * 1024;
const WRITE: u32 = 4 * 1024;

/// The window, in seconds.
const WINDOW: i64 = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    Read,
    Write,
}

/// The keys that were used in the last minute.
#[derive(Debug, Default)]
pub(crate) struct Throughput {
    keys: HashMap<(Direction, u64), Window>,
    /// Keys that were not used for a minute are let go when there are more than this.
    most: usize,
}

/// KB by second.
#[derive(Debug, Default)]
struct Window {
    seconds: VecDeque<(i64, u32)>,
    sum: u32,
}

impl Window {
    fn forget(&mut self, now: i64) {
        while let Some((_, kb)) = self.seconds.front().copied().filter(|(second, _)| *second <= now - WINDOW) {
            self.seconds.pop_front();
            self.sum = self.sum.saturating_sub(kb);
        }
    }
}

impl Throughput {
    /// Counts `bytes`, rounded up to a KB, for a key that is named by its hash. `Err` holds the seconds until there is room;
    /// then nothing is counted.
    pub(crate) fn charge(&mut self, direction: Direction, key: u64, bytes: usize, now: Timestamp) -> Result<(), u32> {
        let second = now.as_second();
        if self.keys.len() > self.most {
            self.keys.retain(|_, window| {
                window.forget(second);
                window.sum > 0
            });
            self.most = (self.keys.len() * 2).max(1024);
        }
        let limit = if direction == Direction::Read { READ } else { WRITE };
        let kb = u32::try_from(bytes.div_ceil(1024).max(1)).unwrap_or(u32::MAX);
        let window = self.keys.entry((direction, key)).or_default();
        window.forget(second);
        // A value at the limit of characters may have more bytes than the window holds: alone it is let through.
        if window.sum > 0 && window.sum.saturating_add(kb) > limit {
            let oldest = window.seconds.front().map_or(second, |(second, _)| *second);
            return Err(u32::try_from(oldest + WINDOW - second).unwrap_or(1));
        }
        window.sum = window.sum.saturating_add(kb);
        match window.seconds.back_mut().filter(|(last, _)| *last >= second) {
            Some((_, sum)) => *sum = sum.saturating_add(kb),
            None => window.seconds.push_back((second, kb)),
        }
        Ok(())
    }
}
