//! A take-over without a reason: rules.

use super::prelude::*;
use keyholder_core::config::StealPolicy;
use keyholder_core::rules::{Contention, Next};
use keyholder_core::update::Permit;

/// Servers with labels, heartbeats and a bus; a take-over needs a reason.
const SHAKE: Bounds = Bounds { opens: 2, deeds: 0, labels: true, steal: StealPolicy::Never, ..S };

pub(super) const VARIANTS: &[Variant] = &[
    variant(
        "answer-about-another-session",
        "an answer counts whichever session it speaks of",
        &["R10"],
        found("P10", 13),
        Bounds { opens: 4, ..SHAKE },
        &AboutAnother,
    ),
    variant(
        "gone-with-a-session",
        "a server says Gone although it has a session object",
        &["R10", "R25"],
        found("P10", 6),
        SHAKE,
        &GoneWithSession,
    ),
    variant(
        "silence-means-gone",
        "a lost message is enough: the heartbeat is not read",
        &["R10", "R11"],
        found("P10", 6),
        Bounds { mislaid: 1, ..SHAKE },
        &SilenceMeansGone,
    ),
    variant(
        "heartbeat-decides",
        "a lapsed heartbeat is enough: the holder is not asked",
        &["R11"],
        found("P10", 6),
        Bounds { lapsed: 1, ..SHAKE },
        &HeartbeatDecides,
    ),
    variant(
        "no-handshake",
        "a contender takes the record at once",
        &["R01", "R10", "R40"],
        found("P10", 4),
        SHAKE,
        &NoHandshake,
    ),
];

struct AboutAnother;
impl Rules<Tally, Deed> for AboutAnother {
    fn is_about(&self, _asked: Ticket, _answered: Ticket) -> bool {
        true
    }
}

struct GoneWithSession;
impl Rules<Tally, Deed> for GoneWithSession {
    fn is_gone(&self, _asked: Ticket, _here: Option<Ticket>) -> bool {
        true
    }
}

struct SilenceMeansGone;
impl Rules<Tally, Deed> for SilenceMeansGone {
    fn contend(&self, config: &Config<TallyShape>, contention: &Contention) -> Next {
        match Rules::<Tally, Deed>::contend(&Standard, config, contention) {
            Next::Probe => Next::Claim(Permit::Gone(contention.held)),
            next => next,
        }
    }
}

struct HeartbeatDecides;
impl Rules<Tally, Deed> for HeartbeatDecides {
    fn contend(&self, config: &Config<TallyShape>, contention: &Contention) -> Next {
        let silent = Contention { answer: None, silent: true, ..*contention };
        Rules::<Tally, Deed>::contend(&Standard, config, &silent)
    }
}

struct NoHandshake;
impl Rules<Tally, Deed> for NoHandshake {
    fn contend(&self, _config: &Config<TallyShape>, contention: &Contention) -> Next {
        Next::Claim(Permit::Gone(contention.held))
    }
}
