//! R-19 Handshake, R-20 Take-over: what a contender concludes about the session that holds the record.
//!
//! Nothing here is a permission: whatever is concluded, only the claim's conditional write decides. The rules choose
//! when it is worth trying, so that a live player is not thrown out (P10).

use crate::config::{BlindPolicy, Config, StealPolicy};
use crate::record::Owner;
use crate::update::{Permit, Ticket};

/// Whether a server shows signs of life.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "three answers of a memory store, there is no fourth")]
pub enum Liveness {
    /// Its heartbeat entry is there.
    Alive,
    /// It is not.
    Absent,
    /// The memory store did not answer.
    Unreadable,
}

/// What the server that holds the record has said.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "the answers of the handshake")]
pub enum Answer {
    /// The session is there.
    Busy,
    /// It is there, and on its way out: the record will show its release.
    Closing,
    /// There is no session object for it.
    Gone,
}

/// What a contender knows of the session that holds the record.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Contention {
    /// The server that holds it.
    pub owner: Owner,
    /// The session that holds it.
    pub held: Ticket,
    /// Its answer, if there was one since it was last asked.
    pub answer: Option<Answer>,
    /// The wait for an answer is over.
    pub silent: bool,
    /// What its heartbeat says; `None` until it was read.
    pub liveness: Option<Liveness>,
    /// The steal window passed while the record still named this session.
    pub observed: bool,
    /// The take-over request was written into the record.
    pub wanted: bool,
}

impl Contention {
    /// Nothing known yet but who holds the record.
    pub fn new(owner: Owner, held: Ticket) -> Self {
        Self { owner, held, answer: None, silent: false, liveness: None, observed: false, wanted: false }
    }
}

/// What a contender does next.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "each is a transition of its own")]
pub enum Next {
    /// Wait for an answer, a heartbeat, a timer.
    Wait,
    /// Read the holder's heartbeat.
    Probe,
    /// Claim with this permit.
    Claim(Permit),
    /// Give up: the holder is there.
    Refuse,
}

pub(super) fn contend<S>(config: &Config<S>, contention: &Contention) -> Next {
    let settings = config.settings();
    let permit = Next::Claim(Permit::Gone(contention.held));
    match settings.steal {
        StealPolicy::Now => return permit,
        StealPolicy::After(_) if contention.observed => return permit,
        StealPolicy::After(_) | StealPolicy::Never => {}
    }
    match (contention.answer, contention.silent, contention.liveness) {
        (Some(Answer::Gone), _, _) => permit,
        (Some(Answer::Busy), _, _) if settings.refuse_when_busy => Next::Refuse,
        (Some(Answer::Busy | Answer::Closing), _, _) | (None, false, _) => Next::Wait,
        (None, true, None) => Next::Probe,
        (None, true, Some(Liveness::Alive)) => Next::Wait,
        (None, true, Some(Liveness::Absent)) => permit,
        (None, true, Some(Liveness::Unreadable)) => match settings.blind {
            BlindPolicy::Wait => Next::Wait,
            BlindPolicy::Claim => permit,
        },
    }
}
