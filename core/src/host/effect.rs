//! What comes out of a host: requests, timers, messages, and what the application learns.

use super::input::{CallId, RequestId};
use crate::effect::{Event, Verdict};
use crate::ids::HostId;
use crate::input::{Notice, Outcome};
use crate::journal::JournalUpdate;
use crate::record::Record;
use crate::timer::{Millis, Timer, Window};
use crate::update::Update;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// One effect; they are carried out in order.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(bound(
        serialize = "K: serde::Serialize, D: crate::stored::Stored, C: crate::stored::Stored",
        deserialize = "K: serde::Deserialize<'de>, D: crate::stored::Stored, C: crate::stored::Stored"
    ))
)]
#[allow(clippy::exhaustive_enums, reason = "a new effect must be a compile error in every adapter")]
pub enum HostEffect<K, D, C> {
    /// Run this on the record of `key` under a conditional write.
    Durable {
        /// To be given back with the answer.
        request: RequestId,
        /// Whose record.
        key: K,
        /// What to run.
        update: Update<D, C>,
    },
    /// Run this on the journal entry of `key` under a conditional write; what is written lives this long.
    Journal {
        /// To be given back with the answer.
        request: RequestId,
        /// Whose journal.
        key: K,
        /// What to run.
        update: JournalUpdate<D, C>,
        /// The life of what is written (D37).
        ttl: Millis,
    },
    /// Read the heartbeat entry of a server.
    Probe {
        /// To be given back with the answer.
        request: RequestId,
        /// The server.
        host: HostId,
    },
    /// Write this server's own heartbeat entry, so that it lives this long, or delete it (`None`).
    Heartbeat {
        /// To be given back with the answer.
        request: RequestId,
        /// Its life.
        ttl: Option<Millis>,
    },
    /// Send messages to a server in one: they may get lost.
    Tell {
        /// The server.
        to: HostId,
        /// Each with the key that it is about.
        notices: Vec<(K, Notice)>,
    },
    /// Wake the host at a moment in this window; replaces an earlier moment of the same timer.
    Arm {
        /// The timer.
        timer: HostTimer<K>,
        /// When, counted from the moment of the effect.
        within: Window,
    },
    /// Forget this timer.
    Disarm(HostTimer<K>),
    /// What the session of a key says to the application.
    Event(K, Event),
    /// The result of a call.
    Returned(CallId, Returned<D>),
    /// What the host says of itself.
    Told(Told<K>),
}

/// What a host wants to be woken for.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "an adapter that ignores a timer is a broken adapter")]
pub enum HostTimer<K> {
    /// A timer of a session.
    Session(K, Timer),
    /// To repeat the request of a call.
    Call(CallId),
    /// To renew the heartbeat.
    Heartbeat,
    /// To make requests that had to wait.
    Requests,
    /// To send the messages that were collected.
    Batch,
    /// To look for what should have ended (D38).
    Janitor,
    /// The end of the close window.
    Deadline,
}

/// The result of a call.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "D: crate::stored::Stored"))]
#[allow(clippy::exhaustive_enums, reason = "a caller has to know each of them")]
pub enum Returned<D> {
    /// The record that was read.
    #[cfg_attr(feature = "serde", serde(with = "crate::stored::saved::arcs"))]
    Record(Option<Arc<Record<D>>>),
    /// What became of the change that was to be delivered.
    Verdict(Verdict),
    /// How the request ended; `Conflict`, `Unknown` and `Unavailable` after all attempts.
    Outcome(Outcome<Record<D>>),
    /// The server closed before it was begun: not applied.
    Closed,
}

/// What a host says of itself.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Told<K> {
    /// The open that was kept during start-up is dropped: its player left before it was begun.
    Dropped(K),
    /// The durable store has not answered as asked this many times in a row: data is safe and cannot be saved at present.
    Outage(u32),
    /// It answers again.
    Recovered,
    /// A request of the session of this key has been outstanding for so long.
    Late(K, Millis),
    /// Every session has ended: the process may end.
    Closed,
}
