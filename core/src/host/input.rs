//! What goes into a host: players who come and go, calls, answers, timers, messages.

use super::effect::HostTimer;
use crate::budget::Kind;
use crate::config::Autosave;
use crate::heartbeat::PulseOutcome;
use crate::ids::{Nonce, SchemaVersion};
use crate::input::{Command, Misuse, Mode, Notice, Outcome};
use crate::journal::Journal;
use crate::ledger::Source;
use crate::record::Record;
use crate::rules::Liveness;
use crate::timer::Millis;
use crate::update::Update;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

/// A request of this host that is outstanding: given with the effect, and given back with the answer.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RequestId(pub u64);

/// A call of the application, by a number that it chooses and that no other open call has.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CallId(pub u64);

/// A player's visit to this server, by a number that the application chooses.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct VisitId(pub u64);

/// A record that is to be opened.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_structs, reason = "what an open needs, nothing else")]
pub struct Opening<K> {
    /// Whose.
    pub key: K,
    /// How.
    pub mode: Mode,
    /// Random, of this open attempt alone.
    pub nonce: Nonce,
}

/// How the journal of a key is kept current: the settings of the same names, for one location.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_structs, reason = "written out by hand")]
pub struct Pace {
    /// `journal_every_ms`.
    pub journal_every_ms: u64,
    /// `autosave`.
    pub autosave: Autosave,
}

/// One input of [`super::Host::step`].
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(bound(
        serialize = "K: serde::Serialize, D: crate::stored::Stored, C: crate::stored::Stored",
        deserialize = "K: serde::Deserialize<'de>, D: crate::stored::Stored, C: crate::stored::Stored"
    ))
)]
#[allow(clippy::exhaustive_enums, reason = "an adapter produces each of them")]
pub enum HostInput<K, D, C> {
    /// The process runs: its heartbeat begins. Players who come before [`HostInput::Ready`] are kept in order (DIA-8).
    Start,
    /// Start-up is done: whoever waits is let in.
    Ready,
    /// A player comes: open the record.
    Open {
        /// Whose.
        key: K,
        /// How.
        mode: Mode,
        /// Random, of this open attempt alone.
        nonce: Nonce,
    },
    /// A player comes whose data are in several records: all of them are opened, or none stays open (decision B2, DIA-16).
    Join {
        /// Its number: of no other visit that is here.
        visit: VisitId,
        /// The records.
        records: Vec<Opening<K>>,
    },
    /// The player leaves: every record of the visit is saved and released.
    Leave(VisitId),
    /// The journal of a key is written at another pace than that of the settings, from the next change on (DIA-4).
    Pace {
        /// Whose.
        key: K,
        /// The pace.
        pace: Pace,
    },
    /// What the application asks of the session of a key. [`Command::Open`] is asked for by [`HostInput::Open`].
    Command {
        /// Whose.
        key: K,
        /// What.
        command: Command<C>,
    },
    /// The player did something (moved, clicked): once told, their journal is written at the short pace for as long as
    /// this is told again within `autosave.idle_after_ms`, and at the long one else (DIA-4). A change is no sign of life:
    /// many happen by themselves.
    Active(K),
    /// Something that needs no session here. Calls on one key are carried out in order, those on others beside them (KIT-9).
    Call {
        /// Whose record.
        key: K,
        /// Its number.
        call: CallId,
        /// What.
        work: Work<D, C>,
    },
    /// Nobody waits for this call any more. What was sent may still be applied.
    Cancel {
        /// Whose record.
        key: K,
        /// Its number.
        call: CallId,
    },
    /// The answer to an outstanding request: exactly one per request.
    Answered(RequestId, Answer<D, C>),
    /// A timer that was armed; one that was armed again or disarmed since should not be delivered.
    Fired(HostTimer<K>),
    /// A store has throttled a request of this kind, for so long if it says so, else for a second: the budget was too
    /// generous (KIT-11).
    Throttled(Kind, Option<Millis>),
    /// A store says that so many requests of a kind are left for so long.
    Observed {
        /// The kind.
        kind: Kind,
        /// How many.
        remaining: u32,
        /// For how long.
        lasts: Millis,
    },
    /// A message came over the bus.
    Heard {
        /// Whose record it is about.
        key: K,
        /// The message.
        notice: Notice,
    },
    /// The server is about to end: every session is saved and released, and what has no verdict at the end of the close window
    /// gets one (KIT-3, DIA-16).
    Shutdown,
}

/// What a call does.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "D: crate::stored::Stored, C: crate::stored::Stored"))]
#[allow(clippy::exhaustive_enums, reason = "an adapter offers each of them")]
pub enum Work<D, C> {
    /// Read the record: from the cache if it is there and young enough (DIA-21).
    Read,
    /// Read it from the store.
    ReadFresh,
    /// Deliver one change that comes from outside, exactly once, and give its verdict (rule R-13, DIA-17).
    Deliver {
        /// A receipt, or a source that was not used before: whoever numbers changes across restarts keeps a
        /// [`Sender`](crate::sender::Sender) of its own.
        source: Source,
        /// The change.
        #[cfg_attr(feature = "serde", serde(with = "crate::stored::saved::text"))]
        change: C,
        /// The vocabulary that it is written in.
        schema: SchemaVersion,
    },
    /// Run this on the record until it is known what became of it: an erasure, a restore, and the like. They name the epoch
    /// at which they were decided, so to run one again is harmless.
    Run(Update<D, C>),
    /// Erase the data: a tombstone is written over them, the server that holds the record is told to look at it, and the
    /// journal entry is deleted; gives what was erased (rule R-15, decision D24, DIA-13).
    Wipe,
    /// Read everything that is stored: the record past every cache, the journal entry, and what the session here has in
    /// memory (D26, DIA-14).
    Export,
}

/// The answer to a request.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "D: crate::stored::Stored, C: crate::stored::Stored"))]
#[allow(clippy::exhaustive_enums, reason = "an adapter produces each of them")]
pub enum Answer<D, C> {
    /// To [`super::HostEffect::Durable`].
    Durable(Outcome<Record<D>>),
    /// To the same with [`Update::Wipe`], with the record that the rule was run on: if it was written over, or may have
    /// been, that is what was erased (D24). An adapter that does not know it answers as to any other.
    Wiped(
        Outcome<Record<D>>,
        #[cfg_attr(feature = "serde", serde(with = "crate::stored::saved::arcs"))] Option<Arc<Record<D>>>,
    ),
    /// To [`super::HostEffect::Journal`].
    Journal(Outcome<Journal<C>>),
    /// To [`super::HostEffect::Probe`].
    Probed(Liveness),
    /// To [`super::HostEffect::Heartbeat`].
    Heartbeat(PulseOutcome),
}

/// The caller's mistake, or a limit: nothing has changed and nothing was emitted.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum HostMisuse {
    /// The host has not been started, was started before, or is ready already.
    Phase,
    /// The host is closing: nothing is opened or begun any more.
    Closing,
    /// There is no session of this key.
    NoSession,
    /// The key has a session, and another open waits for its end already.
    Taken,
    /// An answer to a request that is not outstanding, or of another kind.
    NotAsked,
    /// A call of this number is open, or none is that could be cancelled.
    Call,
    /// A visit of this number is here, or none is that could end; or its records are none, or name a key twice.
    Visit,
    /// A bound is reached; the setting is named.
    Full(&'static str),
    /// The session refuses it.
    Session(Misuse),
    /// The document panicked in this step, and its session is ended. No host says so: an adapter that catches panics does.
    Panicked,
}

impl From<Misuse> for HostMisuse {
    fn from(why: Misuse) -> Self {
        Self::Session(why)
    }
}

impl fmt::Display for HostMisuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phase => f.write_str("the host is started once, then ready once"),
            Self::Closing => f.write_str("the server is closing; open on another one"),
            Self::NoSession => f.write_str("there is no session of this key here; open one"),
            Self::Taken => f.write_str("the key has a session here, and another open waits for its end"),
            Self::NotAsked => f.write_str("no such request is outstanding; answer each request exactly once"),
            Self::Call => f.write_str("a call of this number is open already, or none is to be cancelled"),
            Self::Visit => f.write_str("a visit has a number of its own, and at least one record, each once"),
            Self::Full(setting) => write!(f, "the limit `{setting}` is reached; wait, or raise it"),
            Self::Session(why) => why.fmt(f),
            Self::Panicked => {
                f.write_str("the document panicked; its session is ended: open it again, and mend the document")
            }
        }
    }
}

impl core::error::Error for HostMisuse {}
