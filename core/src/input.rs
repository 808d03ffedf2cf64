//! What goes into a session: commands of the application, answers of the stores, timers, messages.

use crate::ids::HostId;
use crate::journal::Journal;
use crate::record::Record;
use crate::rules::Liveness;
use crate::timer::Timer;
use crate::update::Ticket;
use alloc::sync::Arc;

/// One input of [`crate::session::Session::step`].
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a host produces each of them")]
pub enum Input<D, C> {
    /// The application wants something.
    Command(Command<C>),
    /// The answer to the outstanding request on the record: exactly one per request.
    Durable(Outcome<Record<D>>),
    /// The answer to the outstanding request on the journal: exactly one per request.
    Journal(Outcome<Journal<C>>),
    /// A timer that was armed. A late or repeated one costs no data; one that was armed again since should not be
    /// delivered: the end of a steal window would count for another session than the one that was waited for.
    Fired(Timer),
    /// The heartbeat of a server was read.
    Probed(HostId, Liveness),
    /// A message came over the bus; lost, late, repeated and reordered ones are harmless.
    Heard(Notice),
}

/// What the application asks of a session.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "C: crate::stored::Stored"))]
#[allow(clippy::exhaustive_enums, reason = "each is a transition of its own")]
pub enum Command<C> {
    /// Open the record. In mode `DeltaOnly`, a later `Open(Exclusive)` upgrades.
    Open(Mode),
    /// While somebody else holds the record: take it over now, whatever the policy says.
    Steal,
    /// Change the data. Accepted changes get exactly one verdict.
    #[cfg_attr(feature = "serde", serde(with = "crate::stored::saved::text"))]
    Change(C),
    /// Make everything accepted so far durable now.
    Save,
    /// Read the record again; a session that holds it saves what it has instead.
    Refresh,
    /// Save and release in one write; while opening, cancel.
    Close,
    /// Stop at once, at a deadline: what is not known to be durable becomes Unknown or Lost. As a crash for the record.
    Abandon,
}

/// How a record is opened.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "decision B1 names the three modes")]
pub enum Mode {
    /// Claim it, or be refused.
    Exclusive,
    /// Do not claim: read, and send typed changes under rule R-13.
    DeltaOnly,
    /// Do not claim: read.
    ReadOnly,
}

/// How a request on a stored item ended.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(bound(serialize = "T: serde::Serialize", deserialize = "T: serde::Deserialize<'de>"))
)]
#[allow(clippy::exhaustive_enums, reason = "outcomes are three-valued: applied, not applied, unknown")]
pub enum Outcome<T> {
    /// The rule wrote nothing; this is what it was run on.
    #[cfg_attr(feature = "serde", serde(with = "crate::stored::saved::arcs"))]
    Read(Option<Arc<T>>),
    /// The result of the rule is committed: what the item holds, `None` if it was deleted.
    #[cfg_attr(feature = "serde", serde(with = "crate::stored::saved::arcs"))]
    Wrote(Option<Arc<T>>),
    /// Others wrote in between, too often: not applied.
    Conflict,
    /// Nobody knows: applied, not applied, or to be applied later.
    Unknown,
    /// The store refused or could not be reached: not applied.
    Unavailable,
}

/// A message between servers. It wakes and informs, it never permits (race R10).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "a host must route each of them")]
pub enum Notice {
    /// "Do you still have this session? If so, please save and release it."
    Ask {
        /// The server that asks.
        from: HostId,
        /// The session that is asked about.
        held: Ticket,
    },
    /// "It is here."
    Busy {
        /// The session that was asked about.
        held: Ticket,
        /// It is on its way out: wait for the record instead of giving up (rule R-19).
        closing: bool,
    },
    /// "There is no session object for it here."
    Gone {
        /// The session that was asked about.
        held: Ticket,
    },
    /// "Somebody else has written the record of this session: look at it." From whoever delivered a change or erased it, so
    /// that the session learns of it before its next save.
    Look {
        /// The session that holds the record.
        held: Ticket,
    },
}

impl Notice {
    /// The session that the message is about.
    pub fn held(self) -> Ticket {
        match self {
            Self::Ask { held, .. } | Self::Busy { held, .. } | Self::Gone { held } | Self::Look { held } => held,
        }
    }
}

/// The caller's mistake, or a limit: nothing has changed and nothing was emitted.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Misuse {
    /// The session was opened before; a session object serves one open attempt.
    AlreadyOpened,
    /// The command needs a session that is Active (or, for changes, `DeltaOnly`): wait for `Opened`.
    NotActive,
    /// The session has ended; open a new one.
    Ended,
    /// Nobody holds the record against this session.
    NotContended,
    /// An answer came to a request that was not outstanding: each request is answered exactly once.
    NotAsked,
    /// Too many changes are not yet durable; save, and try again.
    Full,
    /// A delivery or a read of this session is under way: wait for its verdict or its end, and try again.
    Busy,
    /// The change does not fit the data: its bounds, its kind or its field.
    Refused(crate::document::Skip),
    /// The session's numbers are used up; close it and open again.
    Exhausted,
}

impl core::fmt::Display for Misuse {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::AlreadyOpened => f.write_str("the session was opened before; make a new one for each open"),
            Self::NotActive => f.write_str("the session is not active; wait until it is opened"),
            Self::Ended => f.write_str("the session has ended; make a new one"),
            Self::NotContended => f.write_str("nobody holds the record against this session"),
            Self::NotAsked => f.write_str("no such request is outstanding; answer each request exactly once"),
            Self::Full => f.write_str("too many changes are not yet durable; save and try again"),
            Self::Busy => f.write_str("a delivery or a read is under way; wait for its end and try again"),
            Self::Refused(why) => write!(f, "the change does not fit the data ({why:?}); nothing was changed"),
            Self::Exhausted => f.write_str("the session's numbers are used up; close it and open again"),
        }
    }
}

impl core::error::Error for Misuse {}
