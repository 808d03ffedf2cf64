//! What comes out of a step: requests, timers, messages and events, in the order in which they must be carried out.

use crate::document::{Applied, Skip};
use crate::few::{Drain, Few, Iter};
use crate::ids::{Epoch, HostId, Seq};
use crate::input::{Mode, Notice};
use crate::journal::JournalUpdate;
use crate::rules::{NotNow, Refusal};
use crate::timer::{Timer, Window};
use crate::update::Update;

/// One effect. A host that ignores one is a broken host, so the enum is exhaustive on purpose.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a new effect must be a compile error in every host")]
pub enum Effect<D, C> {
    /// Run this on the record under a conditional write, and answer with [`crate::input::Input::Durable`].
    Durable(Update<D, C>),
    /// Run this on the journal entry under a conditional write, and answer with [`crate::input::Input::Journal`].
    Journal(JournalUpdate<D, C>),
    /// Read this server's heartbeat entry, and answer with [`crate::input::Input::Probed`].
    Probe(HostId),
    /// Send a message over the bus; it may get lost.
    Tell {
        /// The server it is for.
        to: HostId,
        /// The message.
        notice: Notice,
    },
    /// Wake the session at a moment in this window; replaces an earlier moment of the same timer.
    Arm {
        /// The timer.
        timer: Timer,
        /// When, counted from the moment of the effect.
        within: Window,
    },
    /// Forget this timer.
    Disarm(Timer),
    /// Tell the application.
    Event(Event),
}

/// What the application learns.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "an application that ignores a new event may lose a verdict")]
pub enum Event {
    /// The record is open: the claim, and whatever had to be recovered or migrated, is durable.
    Opened {
        /// The epoch of the session, or of the record that was read.
        epoch: Epoch,
        /// How it was opened.
        mode: Mode,
    },
    /// The record was not opened and is not held.
    Refused(Refusal),
    /// A change was accepted under this number; exactly one verdict will follow.
    Accepted(Seq),
    /// The verdict on the changes `from ..= to`.
    Verdict {
        /// The first change.
        from: Seq,
        /// The last change.
        to: Seq,
        /// What became of them.
        verdict: Verdict,
    },
    /// The data have changed without a change of this session: read them again.
    ViewChanged,
    /// This server asks that the record be saved and released.
    TakeOverRequested(HostId),
    /// The session no longer holds the record. Verdicts on what was unsaved follow.
    SessionLost(Lost),
    /// The session is over: every change has its verdict, the object can be dropped.
    Ended(End),
}

/// What became of an accepted change. Every accepted change gets exactly one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "four verdicts, there is no fifth")]
pub enum Verdict {
    /// It is in the record, as asked or clamped into its bounds.
    Durable(Applied),
    /// A wipe came later and erased whatever it had done.
    Superseded,
    /// It is not in the record and never will be.
    Lost(LostReason),
    /// Nobody can say: at a deadline, or when the record no longer remembers.
    Unknown,
}

/// Why a change is lost.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum LostReason {
    /// The session was fenced and the change may not come in late; the refusal is committed.
    Fenced,
    /// It broke a bound at the commit, and its field rejects.
    Bound(Skip),
    /// It was refused as an external change.
    Refused(NotNow),
    /// It never reached the record: it was not sent, or no attempt of it was applied, before the session was abandoned or
    /// the record disappeared.
    NeverSent,
}

/// Why a session lost its record.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Lost {
    /// Another session claimed it, or it was erased or restored.
    Fenced,
    /// It was rolled back behind what this session has seen, from outside the protocol.
    RolledBack,
    /// It is gone.
    Deleted,
}

/// How a session ended.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum End {
    /// Saved and released.
    Closed,
    /// Never opened.
    Refused,
    /// The open was cancelled, and nothing of it is left in the record.
    Cancelled,
    /// The record was lost to somebody else.
    Lost,
    /// Abandoned at a deadline.
    Abandoned,
}

/// The effects of steps, in order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Effects<D, C>(Few<Effect<D, C>, 6>);

impl<D, C> Effects<D, C> {
    /// No effects.
    pub fn new() -> Self {
        Self(Few::new())
    }

    /// Number of effects.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The effects in order.
    pub fn iter(&self) -> Iter<'_, Effect<D, C>> {
        self.0.iter()
    }

    /// Takes the effects out, in order.
    pub fn drain(&mut self) -> Drain<'_, Effect<D, C>> {
        self.0.drain()
    }

    pub(crate) fn push(&mut self, effect: Effect<D, C>) {
        self.0.push(effect);
    }

    pub(crate) fn event(&mut self, event: Event) {
        self.0.push(Effect::Event(event));
    }

    pub(crate) fn arm(&mut self, timer: Timer, within: Window) {
        self.0.push(Effect::Arm { timer, within });
    }

    pub(crate) fn disarm(&mut self, timer: Timer) {
        self.0.push(Effect::Disarm(timer));
    }
}

impl<D, C> Default for Effects<D, C> {
    fn default() -> Self {
        Self::new()
    }
}
