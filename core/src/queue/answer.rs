//! What goes into the queue, and what it answers.

use core::fmt;

/// How urgent a write is; the greater goes first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "each reason to write has its place among the others")]
pub enum Priority {
    /// It is made regularly. The only one that waits for the cooldown of its key.
    Autosave,
    /// Somebody asked for it, and waits: a save by name, an external change, an erasure.
    Asked,
    /// The player goes, and may be waited for elsewhere.
    Leave,
}

impl Priority {
    /// All of them, the most urgent first.
    pub(super) const ALL: [Self; 3] = [Self::Leave, Self::Asked, Self::Autosave];
}

/// A write was taken in.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "an older write that nobody answers for is lost")]
pub enum Pushed<T> {
    /// It waits for its turn.
    Queued,
    /// It waits in the place of this older one, which is superseded (D8).
    Superseded(T),
}

/// A write was not taken in, for want of a place: here it is. Nothing has happened.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "what is given back is all there is")]
pub struct Full<T>(pub T);

/// Says nothing of the write: it holds a player's data.
impl<T> fmt::Debug for Full<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Full(..)")
    }
}

impl<T> fmt::Display for Full<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the queue has no place left for keys that are not tracked (queue.reserve)")
    }
}

impl<T> core::error::Error for Full<T> {}

/// A write was to be ended that does not run; nothing has happened.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "there is nothing more to say")]
pub struct NotRunning;

impl fmt::Display for NotRunning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no write of this key runs")
    }
}

impl core::error::Error for NotRunning {}

/// A write to be made now.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "a host carries out all of it")]
pub struct Start<K, T> {
    /// Its key, which runs until it is told to be done.
    pub key: K,
    /// What to write.
    pub item: T,
    /// How urgent it is.
    pub priority: Priority,
}

/// How a write ended. Repeating it is part of the write: what is repeated still runs.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "it is known to be made, or it was given up")]
pub enum Ended {
    /// It is known to be made.
    Done,
    /// It was given up.
    Failed,
}

/// What became of a key in a flush.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a key is written, or not, or nobody knows yet")]
pub enum Verdict<T> {
    /// Nothing of it is left, and its last write was made.
    Done,
    /// Nothing of it is left, and its last write was given up.
    Failed,
    /// The deadline came first.
    Deadline {
        /// The write that was not begun: it is out of the queue, and the host's to journal or to give up.
        pending: Option<T>,
        /// True if a write was begun and has not ended: its end is told by the host as always, and it may be made.
        running: bool,
    },
}
