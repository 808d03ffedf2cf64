//! Queues. Documentation: Memory stores, Queue.

use super::memory::{Memory, MemoryLimit, Place, check_name, check_structure, expiry, value_bytes};
use crate::data::{InQueue, Of, nanos};
use crate::error::ApiError;
use crate::time::Timestamp;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
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

/// A message in a queue, as it stands in the file as well.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Message {
    pub(crate) data: Value,
    pub(crate) priority: f64,
    #[serde(with = "nanos")]
    pub(crate) expires: Timestamp,
    /// A row of its own: it changes, and the message does not.
    #[serde(skip)]
    hold: Option<Hold>,
    #[serde(skip)]
    bytes: u64,
}

/// That a reader has a message.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
struct Hold {
    read: u64,
    #[serde(with = "nanos")]
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

/// What a read gave.
#[derive(Debug)]
pub(crate) struct Taken<'a> {
    /// By which it is discarded.
    pub(crate) id: u64,
    pub(crate) messages: Vec<(Position, &'a Message)>,
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
        quota: MemoryLimit,
    ) -> Result<(Position, &Message), ApiError> {
        check_name(queue)?;
        if data.is_null() {
            return Err(ApiError::invalid_argument("InvalidRequest: `data` is missing."));
        }
        if !priority.is_finite() {
            return Err(ApiError::invalid_argument("InvalidRequest: `priority` is a finite number."));
        }
        let expires = expiry(now, ttl)?;
        let bytes = bytes(&data)?;
        let (items, held) = self.queues.get(queue).map_or((0, 0), |queue| (queue.messages.len(), queue.bytes));
        check_structure(items + 1, held + bytes)?;
        self.admit(0, bytes, quota)?;
        let at = Position::new(priority, self.count());
        let message = Message { data, priority, expires, hold: None, bytes };
        self.keeper.put(|| Of::Message(row(queue, at)), &message);
        Ok((at, self.insert_message(queue, at, message)))
    }

    fn insert_message(&mut self, queue: &str, at: Position, message: Message) -> &Message {
        let name = self.queues.get_key_value(queue).map_or_else(|| Arc::from(queue), |(name, _)| name.clone());
        self.added(message.expires, Place::Queue(name.clone(), at), message.bytes);
        let queue = self.queues.entry(name).or_default();
        queue.bytes += message.bytes;
        queue.visible.insert(at);
        queue.messages.entry(at).or_insert(message)
    }

    pub(super) fn restore_message(&mut self, at: &InQueue, row: &[u8]) -> Option<()> {
        let mut message: Message = serde_json::from_slice(row).ok()?;
        message.bytes = bytes(&message.data).ok()?;
        self.insert_message(&at.queue, Position { order: at.order, count: at.count }, message);
        Some(())
    }

    pub(super) fn restore_hold(&mut self, at: &InQueue, row: &[u8]) -> Option<()> {
        let hold: Hold = serde_json::from_slice(row).ok()?;
        let queue = self.queues.get_mut(at.queue.as_str())?;
        let at = Position { order: at.order, count: at.count };
        queue.messages.get_mut(&at)?.hold = Some(hold);
        queue.visible.remove(&at);
        queue.hidden.insert((hold.until, at));
        queue.reads.entry(hold.read).or_default().push(at);
        Some(())
    }

    /// How many messages a read of `count` would give: what it costs is known before it hides anything.
    pub(crate) fn readable(&mut self, queue: &str, count: usize, now: Timestamp) -> usize {
        let Some(queue) = self.queues.get_mut(queue) else { return 0 };
        queue.reappear(now);
        queue.visible.len().min(count)
    }

    /// Reads messages from the front and hides them for a while.
    pub(crate) fn read_messages(&mut self, name: &str, read: Read, now: Timestamp) -> Result<Taken<'_>, ApiError> {
        if read.count == 0 || read.window.is_negative() || read.window.is_zero() {
            return Err(ApiError::invalid_argument(
                "InvalidRequest: `count` and `invisibilityWindow` are more than 0.",
            ));
        }
        let until = now.checked_add(read.window);
        let until =
            until.map_err(|_| ApiError::invalid_argument("InvalidRequest: `invisibilityWindow` is too long."))?;
        let count = read.count.min(MAX_READ);
        let found = self.readable(name, count, now);
        let id = self.count();
        let Some(queue) = self.queues.get_mut(name).filter(|_| found == count || !read.all_or_nothing) else {
            return if read.all_or_nothing { Err(too_few()) } else { Ok(Taken { id, messages: Vec::new() }) };
        };
        let taken: Vec<_> = queue.visible.iter().take(found).copied().collect();
        let hold = Hold { read: id, until };
        for at in &taken {
            queue.visible.remove(at);
            queue.hidden.insert((until, *at));
            if let Some(message) = queue.messages.get_mut(at) {
                message.hold = Some(hold);
            }
            self.keeper.put(|| Of::Hold(row(name, *at)), &hold);
        }
        if !taken.is_empty() {
            queue.reads.insert(id, taken.clone());
        }
        let messages = &queue.messages;
        Ok(Taken { id, messages: taken.into_iter().filter_map(|at| Some((at, messages.get(&at)?))).collect() })
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
        // The hold first: there is none without its message.
        self.keeper.take(|| Of::Hold(row(name, at)));
        self.keeper.take(|| Of::Message(row(name, at)));
    }
}

fn row(queue: &str, at: Position) -> InQueue {
    InQueue { queue: queue.to_owned(), order: at.order, count: at.count }
}

/// What a message counts for.
fn bytes(data: &Value) -> Result<u64, ApiError> {
    Ok(value_bytes(data)? + 8)
}

fn too_few() -> ApiError {
    ApiError::not_found("NoItemFound: there are fewer items than asked for.")
}
