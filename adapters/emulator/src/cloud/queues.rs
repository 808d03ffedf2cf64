//! Queues. Documentation: Memory stores, Queue.

use super::memory::{Memory, Place, Quota, check_name, check_structure, expiry, value_bytes};
use crate::error::ApiError;
use crate::time::Timestamp;
use jiff::SignedDuration;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// How many items a read takes at most; more are as many as this.
pub(crate) const MAX_READ: usize = 200;

/// A queue: messages by position, those that can be read, and those that a reader has.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    messages: BTreeMap<Position, Message>,
    visible: BTreeSet<Position>,
    hidden: BTreeSet<(Timestamp, Position)>,
    reads: BTreeMap<u64, Vec<Position>>,
    bytes: u64,
}

/// Where in its queue a message is: the higher the priority, the nearer to the front; then the earlier, the nearer.
/// Shown, it is the id of the message.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Position {
    order: u64,
    count: u64,
}

/// A message in a queue.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Message {
    pub(crate) data: Value,
    pub(crate) priority: f64,
    pub(crate) expires: Timestamp,
    hold: Option<Hold>,
    bytes: u64,
}

/// That a reader has a message.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Hold {
    read: u64,
    until: Timestamp,
}

/// How a read is meant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Read {
    pub(crate) count: usize,
    /// Fewer than `count` are none, and an error.
    pub(crate) all_or_nothing: bool,
    /// How long nobody else reads the messages.
    pub(crate) window: SignedDuration,
}

impl Position {
    fn new(priority: f64, count: u64) -> Self {
        // The bits of doubles, so that they are in the order of the doubles, turned around.
        let bits = (priority + 0.0).to_bits();
        let ascending = if bits >> 63 == 0 { bits | 1 << 63 } else { !bits };
        Self { order: !ascending, count }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.order, self.count)
    }
}

impl Queue {
    /// Its messages from the front to the back, and whether each can be read now.
    pub(crate) fn messages(&self) -> impl Iterator<Item = (Position, &Message, bool)> {
        self.messages.iter().map(|(at, message)| (*at, message, self.visible.contains(at)))
    }

    /// Lets messages be seen again whose readers took too long.
    fn reappear(&mut self, now: Timestamp) {
        while let Some((until, at)) = self.hidden.first().copied().filter(|(until, _)| *until <= now) {
            self.hidden.remove(&(until, at));
            self.visible.insert(at);
            if let Some(hold) = self.messages.get_mut(&at).and_then(|message| message.hold.take()) {
                self.reads.remove(&hold.read);
            }
        }
    }

    fn take(&mut self, at: Position) -> Option<Message> {
        let message = self.messages.remove(&at)?;
        self.visible.remove(&at);
        self.bytes = self.bytes.saturating_sub(message.bytes);
        if let Some(Hold { read, until }) = message.hold {
            self.hidden.remove(&(until, at));
            // What is left of the read is discarded by the same id.
            if let Some(held) = self.reads.get_mut(&read) {
                held.retain(|held| *held != at);
                if held.is_empty() {
                    self.reads.remove(&read);
                }
            }
        }
        Some(message)
    }
}

impl Memory {
    /// Puts a message into a queue, behind those of the same priority.
    pub(crate) fn add_message(
        &mut self,
        queue: &str,
        data: Value,
        priority: f64,
        ttl: Option<SignedDuration>,
        now: Timestamp,
        quota: Quota,
    ) -> Result<(Position, &Message), ApiError> {
        check_name(queue)?;
        if data.is_null() {
            return Err(ApiError::invalid_argument("InvalidRequest: `data` is missing."));
        }
        if !priority.is_finite() {
            return Err(ApiError::invalid_argument("InvalidRequest: `priority` is a finite number."));
        }
        let expires = expiry(now, ttl)?;
        let bytes = value_bytes(&data)? + 8;
        let (items, held) = self.queues.get(queue).map_or((0, 0), |queue| (queue.messages.len(), queue.bytes));
        check_structure(items + 1, held + bytes)?;
        self.admit(0, bytes, quota)?;
        let at = Position::new(priority, self.count());
        let name = self.queues.get_key_value(queue).map_or_else(|| Arc::from(queue), |(name, _)| name.clone());
        self.added(expires, Place::Queue(name.clone(), at), bytes);
        let queue = self.queues.entry(name).or_default();
        queue.bytes += bytes;
        queue.visible.insert(at);
        Ok((at, queue.messages.entry(at).or_insert(Message { data, priority, expires, hold: None, bytes })))
    }

    /// How many messages a read of `count` would give: what it costs is known before it hides anything.
    pub(crate) fn readable(&mut self, queue: &str, count: usize, now: Timestamp) -> usize {
        let Some(queue) = self.queues.get_mut(queue) else { return 0 };
        queue.reappear(now);
        queue.visible.len().min(count)
    }

    /// Reads messages from the front and hides them for a while. Gives the id of the read as well.
    pub(crate) fn read_messages(
        &mut self,
        queue: &str,
        read: Read,
        now: Timestamp,
    ) -> Result<(u64, Vec<(Position, &Message)>), ApiError> {
        if read.count == 0 || read.window.is_negative() || read.window.is_zero() {
            return Err(ApiError::invalid_argument(
                "InvalidRequest: `count` and `invisibilityWindow` are more than 0.",
            ));
        }
        let until = now.checked_add(read.window);
        let until =
            until.map_err(|_| ApiError::invalid_argument("InvalidRequest: `invisibilityWindow` is too long."))?;
        let count = read.count.min(MAX_READ);
        let found = self.readable(queue, count, now);
        let id = self.count();
        let Some(queue) = self.queues.get_mut(queue).filter(|_| found == count || !read.all_or_nothing) else {
            return if read.all_or_nothing { Err(too_few()) } else { Ok((id, Vec::new())) };
        };
        let taken: Vec<_> = queue.visible.iter().take(found).copied().collect();
        for at in &taken {
            queue.visible.remove(at);
            queue.hidden.insert((until, *at));
            if let Some(message) = queue.messages.get_mut(at) {
                message.hold = Some(Hold { read: id, until });
            }
        }
        if !taken.is_empty() {
            queue.reads.insert(id, taken.clone());
        }
        let messages = &queue.messages;
        Ok((id, taken.into_iter().filter_map(|at| Some((at, messages.get(&at)?))).collect()))
    }

    /// Removes what a read gave. After its window there is nothing to remove, and that is no error.
    pub(crate) fn discard(&mut self, queue: &str, read: u64, now: Timestamp) {
        let Some(name) = self.queues.get_key_value(queue).map(|(name, _)| name.clone()) else { return };
        let held = self.queues.get_mut(queue).and_then(|queue| {
            queue.reappear(now);
            queue.reads.remove(&read)
        });
        for at in held.unwrap_or_default() {
            self.take_message(&name, at);
        }
    }

    /// Every queue, for what shows them.
    pub(crate) fn queues(&self) -> impl Iterator<Item = (&str, &Queue)> {
        self.queues.iter().map(|(name, queue)| (&**name, queue))
    }

    /// Takes a message out, with all that counts it.
    pub(super) fn take_message(&mut self, name: &Arc<str>, at: Position) {
        let Some(queue) = self.queues.get_mut(name) else { return };
        let Some(message) = queue.take(at) else { return };
        if queue.messages.is_empty() {
            self.queues.remove(name);
        }
        self.removed(message.expires, Place::Queue(name.clone(), at), message.bytes);
    }
}

fn too_few() -> ApiError {
    ApiError::not_found("NoItemFound: there are fewer items than asked for.")
}
