//! R-19 Handshake, R-20 Take-over: what a contender concludes about the session that holds the record.
//!
//! Nothing here is a permission: whatever is concluded, only the claim's conditional write decides. The rules choose
//! when it is worth trying, so that a live player is not thrown out (P10).

use crate::config::{BlindPolicy, Config, StealPolicy};
use crate::record::Owner;
use crate::update::{Permit, Ticket};

/// Whether a server shows signs of life.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "three answers of a memory store, there is no fourth")]
pub enum Liveness {
    /// Its heartbeat entry is there.
    Alive,
    /// It is not.
    Absent,
    /// The memory store did not answer.
    Unreadable,
}

/// What a contender knows of the session that holds the record.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Contention {
    /// The server that holds it.
    pub owner: Owner,
    /// The session that holds it.
    pub held: Ticket,
    /// Its answer: `Some(true)` it is gone, `Some(false)` it is busy, `None` no answer yet.
    pub gone: Option<bool>,
    /// The wait for an answer is over.
    pub silent: bool,
    /// What its heartbeat says; `None` until it was read.
    pub liveness: Option<Liveness>,
    /// The steal window passed while the record still named this session.
    pub observed: bool,
}

impl Contention {
    /// Nothing known yet but who holds the record.
    pub fn new(owner: Owner, held: Ticket) -> Self {
        Self { owner, held, gone: None, silent: false, liveness: None, observed: false }
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
    match (contention.gone, contention.silent, contention.liveness) {
        (Some(true), _, _) => permit,
        (Some(false), _, _) if settings.refuse_when_busy => Next::Refuse,
        (Some(false), _, _) | (None, false, _) => Next::Wait,
        (None, true, None) => Next::Probe,
        (None, true, Some(Liveness::Alive)) => Next::Wait,
        (None, true, Some(Liveness::Absent)) => permit,
        (None, true, Some(Liveness::Unreadable)) => match settings.blind {
            BlindPolicy::Wait => Next::Wait,
            BlindPolicy::Claim => permit,
        },
    }
}
