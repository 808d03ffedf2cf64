//! The heartbeat of a server: one entry in the memory store for the whole server, not one per player (rule R-21).
//!
//! It tells a contender whether it is worth waiting for the server that holds a record. It is a hint throughout: an
//! entry that lapses early, lingers or cannot be read costs patience, never data, for only the claim's conditional
//! write on the record decides.
//!
//! ```text
//!            Start                        Stop, nothing outstanding
//!   Silent ─────────▶ Beating ───────────────────────────────────▶ Leaving ──▶ Silent
//!      ▲                 │  ▲ Fired: Arm, Write                      ▲  Delete, answered
//!      └─────────────────┼──┘                                        │
//!                        └───────── Stop, answered ──────────────────┘
//! ```

use crate::config::Config;
use crate::document::Document;
use crate::few::Few;
use crate::input::{Misuse, Notice, Outcome};
use crate::rules::{Liveness, Rules};
use crate::timer::{Millis, Window};
use crate::update::Ticket;

/// What a server does about its own heartbeat; the entry itself is [`crate::stored::Heartbeat`]. Plain data; one request on the entry is outstanding at a time.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Pulse {
    phase: Phase,
    asked: bool,
    /// A renewal fell due while a request was outstanding.
    due: bool,
    /// Requests since the last write that is known to be in the store.
    unsure: u32,
}

#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
enum Phase {
    /// Not started, or stopped.
    #[default]
    Silent,
    /// Renewing.
    Beating,
    /// Stopped; the entry is being deleted, or will be as soon as the outstanding write is answered.
    Leaving,
}

/// One input of [`Pulse::step`].
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "a host produces each of them")]
pub enum PulseInput {
    /// The server begins to hold records.
    Start,
    /// The renewal timer; a late or repeated fire is harmless.
    Fired,
    /// The answer to the outstanding request: exactly one per request.
    Answered(PulseOutcome),
    /// The server holds no record any more.
    Stop,
}

/// How a request on the server's own entry ended.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "outcomes are three-valued: applied, not applied, unknown")]
pub enum PulseOutcome {
    /// It is in the store, or deleted.
    Wrote,
    /// Nobody knows.
    Unknown,
    /// The store refused or could not be reached.
    Unavailable,
}

/// One effect. The entry is written unconditionally: nobody else writes it, for its key is the server's own.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "a host that ignores an effect is a broken host")]
pub enum PulseEffect {
    /// Wake the machine with [`PulseInput::Fired`] at a moment in this window; replaces an earlier moment.
    Arm {
        /// When, counted from the moment of the effect.
        within: Window,
    },
    /// Write the entry so that it lives this long, and answer.
    Write {
        /// Its life.
        ttl: Millis,
    },
    /// Delete the entry, and answer.
    Delete,
}

/// The effects of a step, in order: there are never more than two.
pub type PulseEffects = Few<PulseEffect, 2>;

impl Pulse {
    /// A server that does not beat yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one input and puts all of its effects, in order, behind those in `out`.
    ///
    /// # Errors
    /// [`Misuse::NotAsked`] for an answer that was not asked for: nothing has changed, and `out` is as it was.
    pub fn step<S>(&mut self, config: &Config<S>, input: PulseInput, out: &mut PulseEffects) -> Result<(), Misuse> {
        match input {
            PulseInput::Start => {
                if self.phase != Phase::Beating {
                    self.phase = Phase::Beating;
                    self.beat(config, out);
                }
            }
            PulseInput::Fired => {
                if self.phase == Phase::Beating {
                    self.beat(config, out);
                }
            }
            PulseInput::Answered(outcome) => {
                if !self.asked {
                    return Err(Misuse::NotAsked);
                }
                self.asked = false;
                self.answered(config, outcome, out);
            }
            PulseInput::Stop => {
                if self.phase == Phase::Beating {
                    self.phase = Phase::Leaving;
                    self.due = true;
                    self.leave(out);
                }
            }
        }
        Ok(())
    }

    /// Writes the entry, or remembers to as soon as the outstanding request is answered.
    fn beat<S>(&mut self, config: &Config<S>, out: &mut PulseEffects) {
        self.due = self.asked;
        if self.asked {
            return;
        }
        let settings = config.settings();
        // Armed before the write is sent: the store counts the entry's life from a later moment than this server does.
        out.push(PulseEffect::Arm { within: Window::exactly(settings.heartbeat_every_ms) });
        out.push(PulseEffect::Write { ttl: Millis(settings.heartbeat_ttl_ms) });
        self.asked = true;
        self.unsure = self.unsure.saturating_add(1);
    }

    /// Deletes the entry once nothing is outstanding that could bring it back.
    fn leave(&mut self, out: &mut PulseEffects) {
        if self.asked {
            return;
        }
        if self.due {
            self.due = false;
            self.asked = true;
            self.unsure = self.unsure.saturating_add(1);
            out.push(PulseEffect::Delete);
        } else {
            *self = Self::new();
        }
    }

    fn answered<S>(&mut self, config: &Config<S>, outcome: PulseOutcome, out: &mut PulseEffects) {
        match (self.phase, outcome) {
            (Phase::Beating, _) if self.due => {
                if outcome == PulseOutcome::Wrote {
                    self.unsure = 0;
                }
                self.beat(config, out);
            }
            (Phase::Beating, PulseOutcome::Wrote) => self.unsure = 0,
            (Phase::Beating, PulseOutcome::Unknown | PulseOutcome::Unavailable) => {
                // Sooner than the next renewal, which this replaces: a third of the life may be gone already.
                let settings = config.settings();
                let within = Window::up_to(settings.retry_ms.min(settings.heartbeat_every_ms));
                out.push(PulseEffect::Arm { within });
            }
            // A delete that did not happen is not repeated: the entry lapses by itself.
            (Phase::Leaving, PulseOutcome::Wrote | PulseOutcome::Unknown | PulseOutcome::Unavailable) => {
                self.leave(out);
            }
            (Phase::Silent, PulseOutcome::Wrote | PulseOutcome::Unknown | PulseOutcome::Unavailable) => {}
        }
    }

    /// True from `Start` to `Stop`.
    pub fn is_beating(&self) -> bool {
        self.phase == Phase::Beating
    }

    /// True while a request is outstanding.
    pub fn is_asked(&self) -> bool {
        self.asked
    }

    /// Requests since the last write that is known to be in the store, one that is outstanding included, a delete from
    /// before the last start as well: 0 means that the entry is there. From 2 on the entry may lapse while the server
    /// lives: a reason to save at once (K3), never a reason to stop.
    pub fn unsure(&self) -> u32 {
        self.unsure
    }
}

/// What a contender concludes from having read the heartbeat entry of a server, whatever the entry says.
pub fn liveness<T>(outcome: &Outcome<T>) -> Liveness {
    match outcome {
        Outcome::Read(Some(_)) | Outcome::Wrote(Some(_)) => Liveness::Alive,
        Outcome::Read(None) | Outcome::Wrote(None) => Liveness::Absent,
        Outcome::Conflict | Outcome::Unknown | Outcome::Unavailable => Liveness::Unreadable,
    }
}

/// The answer of a server to a question about a session, `ask`, of whose record it has no session object (rule
/// R-19). Where there is one, the session itself answers, see [`Input::Heard`](crate::input::Input::Heard): also while
/// it opens, closes or hands back.
pub fn answer_absent<D, C, R>(rules: &R, ask: Ticket) -> Notice
where
    D: Document<C>,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    if rules.is_gone(ask, None) { Notice::Gone { held: ask } } else { Notice::Busy { held: ask, closing: false } }
}

#[cfg(test)]
mod tests {
    use super::{Pulse, PulseEffect, PulseEffects, PulseInput, PulseOutcome, liveness};
    use crate::config::{Config, Settings};
    use crate::input::{Misuse, Outcome};
    use crate::rules::Liveness;
    use crate::timer::{Millis, Window};
    use alloc::sync::Arc;
    use alloc::vec::Vec;

    const WRITE: PulseEffect = PulseEffect::Write { ttl: Millis(90_000) };
    const RENEW: PulseEffect = PulseEffect::Arm { within: Window { min: Millis(30_000), max: Millis(30_000) } };
    const RETRY: PulseEffect = PulseEffect::Arm { within: Window { min: Millis(500), max: Millis(1_000) } };
    const WROTE: PulseInput = PulseInput::Answered(PulseOutcome::Wrote);

    fn step(heartbeat: &mut Pulse, input: PulseInput) -> Result<Vec<PulseEffect>, Misuse> {
        let config = Config::new(Settings::DEFAULT, ()).unwrap();
        let mut out = PulseEffects::new();
        heartbeat.step(&config, input, &mut out).map(|()| out.into_iter().collect())
    }

    #[test]
    fn it_renews_and_counts_from_before_sending() {
        let mut it = Pulse::new();
        assert_eq!(step(&mut it, PulseInput::Start), Ok([RENEW, WRITE].into()));
        assert_eq!(step(&mut it, PulseInput::Start), Ok([].into()), "started already");
        assert_eq!(step(&mut it, WROTE), Ok([].into()));
        assert_eq!((it.unsure(), it.is_asked(), it.is_beating()), (0, false, true));
        assert_eq!(step(&mut it, PulseInput::Fired), Ok([RENEW, WRITE].into()));
    }

    #[test]
    fn one_request_at_a_time() {
        let mut it = Pulse::new();
        let _ = step(&mut it, PulseInput::Start);
        assert_eq!(step(&mut it, PulseInput::Fired), Ok([].into()), "the first is outstanding");
        assert_eq!(step(&mut it, WROTE), Ok([RENEW, WRITE].into()), "the renewal that fell due");
        assert_eq!(it.unsure(), 1);
        assert_eq!(step(&mut it, WROTE), Ok([].into()));
        let before = it;
        assert_eq!(step(&mut it, WROTE), Err(Misuse::NotAsked));
        assert_eq!(it, before);
    }

    #[test]
    fn what_is_not_known_to_be_written_is_repeated_soon() {
        for outcome in [PulseOutcome::Unknown, PulseOutcome::Unavailable] {
            let mut it = Pulse::new();
            let _ = step(&mut it, PulseInput::Start);
            assert_eq!(step(&mut it, PulseInput::Answered(outcome)), Ok([RETRY].into()));
            assert_eq!(step(&mut it, PulseInput::Fired), Ok([RENEW, WRITE].into()));
            assert_eq!(it.unsure(), 2);
        }
    }

    #[test]
    fn stopping_deletes_after_the_last_write() {
        let mut it = Pulse::new();
        assert_eq!(step(&mut it, PulseInput::Stop), Ok([].into()), "never started");
        let _ = step(&mut it, PulseInput::Start);
        assert_eq!(step(&mut it, PulseInput::Stop), Ok([].into()), "a write is outstanding");
        assert_eq!(step(&mut it, PulseInput::Fired), Ok([].into()));
        assert_eq!(step(&mut it, WROTE), Ok([PulseEffect::Delete].into()));
        assert_eq!(step(&mut it, PulseInput::Answered(PulseOutcome::Unknown)), Ok([].into()));
        assert_eq!(it, Pulse::new());
        assert_eq!(step(&mut it, PulseInput::Fired), Ok([].into()), "stopped");
    }

    #[test]
    fn starting_again_while_leaving_writes_after_the_delete() {
        let mut it = Pulse::new();
        let _ = step(&mut it, PulseInput::Start);
        let _ = step(&mut it, WROTE);
        assert_eq!(step(&mut it, PulseInput::Stop), Ok([PulseEffect::Delete].into()));
        assert_eq!(step(&mut it, PulseInput::Start), Ok([].into()), "the delete is outstanding");
        assert_eq!(step(&mut it, WROTE), Ok([RENEW, WRITE].into()));
        assert_eq!(it.unsure(), 1);
    }

    #[test]
    fn only_an_answer_says_that_a_server_is_not_there() {
        let entry = Some(Arc::new(()));
        assert_eq!(liveness(&Outcome::Read(entry)), Liveness::Alive);
        assert_eq!(liveness::<()>(&Outcome::Read(None)), Liveness::Absent);
        for outcome in [Outcome::Conflict, Outcome::Unknown, Outcome::Unavailable] {
            assert_eq!(liveness::<()>(&outcome), Liveness::Unreadable);
        }
    }
}
