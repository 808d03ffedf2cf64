//! The session: one open attempt of one record by one server, as a pure state machine.
//!
//! One input in, every effect out of the same call, in order. The session only decides which rule to ask for; the rules
//! ([`crate::rules`]) decide everything else.

mod active;
mod check;
mod delegate;
mod fenced;
mod journal;
mod open;

use crate::config::Config;
use crate::document::Document;
use crate::effect::{Effect, Effects, End, Event};
use crate::few::Few;
use crate::ids::{Epoch, Seq};
use crate::input::{Command, Input, Misuse, Notice};
use crate::ledger::Source;
use crate::record::{Owner, Record};
use crate::rules::{Answer, Contention, Rules, Standard};
use crate::segment::Log;
use crate::sender::Sender;
use crate::timer::Timer;
use crate::update::{Permit, Ticket, Update};
use alloc::sync::Arc;

/// Where a session is in its life.
///
/// ```text
///            Open(Exclusive)                    claim committed            journal read
///   New ──────────────────────▶ Claiming ───────────────────▶ Recovering ─────────────▶ Settling
///    │                          │  ▲   │ held by another           │ nothing to settle     │ committed
///    │ Open(ReadOnly/DeltaOnly) │  │   ▼                           ▼                       ▼
///    └──────▶ Looking           │ Waiting ──▶ Ended(Refused)    Active ◀──────────────────┘
///                │ read         │                               │    │ fenced, in any phase after the claim
///                ▼              ▼ Close                   Close ▼    ▼
///             Reading /     Cancelling ──▶ Ended(Cancelled)  Closing Fenced ──▶ Ended(Lost)
///             Delegating                                        └──▶ Ended(Closed)
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "the states of the protocol; SPEC.md lists them")]
pub enum Phase {
    /// Made, not opened.
    New,
    /// A claim is due or outstanding.
    Claiming(Permit),
    /// Somebody else holds the record.
    Waiting(Contention),
    /// Claimed; the journal is being read.
    Recovering,
    /// Claimed; what was recovered, and the migration, is being committed.
    Settling,
    /// The player plays.
    Active,
    /// The last save, which also releases the record, is due or outstanding.
    Closing,
    /// Lost to somebody else; unsaved credits are being handed back.
    Fenced,
    /// The open was cancelled; its claim is being undone.
    Cancelling,
    /// Mode `ReadOnly` or `DeltaOnly`: the record is being read for the first time.
    Looking(crate::input::Mode),
    /// Mode `ReadOnly`.
    Reading,
    /// Mode `DeltaOnly`.
    Delegating,
    /// Mode `DeltaOnly`, closed by the application: the last delivery is waited for.
    Parting,
    /// Over.
    Ended(End),
}

/// Which request on the record is outstanding.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
enum Asked {
    Look,
    Claim,
    Want,
    Settle,
    Save,
    HandBack,
    Release,
    Delta,
}

/// Which request on the journal is outstanding.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
enum AskedJournal {
    Read,
    /// Written up to this change.
    Write(Seq),
    Delete,
}

/// One open attempt of one record. Plain data: it can be cloned, compared, hashed and kept.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Session<D, C> {
    me: Owner,
    /// The epoch of this session's claim; 0 before.
    epoch: Epoch,
    phase: Phase,
    asked: Option<Asked>,
    /// Requests outstanding beside `asked`; 0 under the standard rules.
    more: u8,
    journal: Option<AskedJournal>,
    /// The outcome of an earlier request on the record is unknown and nothing since has settled it.
    doubt: bool,
    /// A save was asked for while another was outstanding; without a claim, a read that has not been answered.
    again: bool,
    /// The time for opening is over: the next contention is a refusal.
    impatient: bool,
    /// The open was refused, and that was told: what remains is to undo its claim.
    refused: bool,
    /// The record as last seen while it named this session.
    base: Option<Arc<Record<D>>>,
    /// What the player sees: the base's data, the log and the tail.
    view: Option<D>,
    /// Cut segments that the record does not have yet: foreign ones first, then this session's own.
    log: Log<C>,
    /// Changes after the last cut.
    tail: Few<C, 2>,
    /// The last accepted change.
    seq: Seq,
    /// Verdicts were told up to here.
    told: Seq,
    /// The last change that was ever part of a request.
    sent: Seq,
    /// The last change that is in the journal, as far as known.
    journalled: Seq,
    /// Mode `DeltaOnly`: the delivery of changes.
    sender: Option<Sender<C>>,
}

/// What every transition needs at hand.
struct Step<'a, D: Document<C>, C: Clone, R: ?Sized> {
    rules: &'a R,
    config: &'a Config<D::Shape>,
    out: &'a mut Effects<D, C>,
}

impl<D: Document<C>, C: Clone> Session<D, C> {
    /// A session that is not open yet. The nonce must be random: two attempts with equal nonces would take each other's
    /// claims for their own.
    pub fn new(me: Owner) -> Self {
        Self {
            me,
            epoch: Epoch(0),
            phase: Phase::New,
            asked: None,
            more: 0,
            journal: None,
            doubt: false,
            again: false,
            impatient: false,
            refused: false,
            base: None,
            view: None,
            log: Log::new(),
            tail: Few::new(),
            seq: Seq(0),
            told: Seq(0),
            sent: Seq(0),
            journalled: Seq(0),
            sender: None,
        }
    }

    /// Takes one input under the standard rules and puts all of its effects, in order, behind those in `out`.
    ///
    /// # Errors
    /// [`Misuse`] is the caller's mistake or a limit: nothing has changed, and `out` is as it was.
    pub fn step(
        &mut self,
        config: &Config<D::Shape>,
        input: Input<D, C>,
        out: &mut Effects<D, C>,
    ) -> Result<(), Misuse> {
        self.step_with(&Standard, config, input, out)
    }

    /// Takes one input under the given rules: the model checks the standard rules and broken variants with this.
    ///
    /// # Errors
    /// As [`Session::step`].
    pub fn step_with<R: Rules<D, C> + ?Sized>(
        &mut self,
        rules: &R,
        config: &Config<D::Shape>,
        input: Input<D, C>,
        out: &mut Effects<D, C>,
    ) -> Result<(), Misuse> {
        let step = &mut Step { rules, config, out };
        match input {
            Input::Command(command) => self.command(step, command),
            Input::Durable(outcome) => self.durable(step, outcome),
            Input::Journal(outcome) => self.journal_answered(step, outcome),
            Input::Fired(timer) => {
                self.fired(step, timer);
                Ok(())
            }
            Input::Probed(host, liveness) => {
                self.probed(step, host, liveness);
                Ok(())
            }
            Input::Heard(notice) => {
                self.heard(step, notice);
                Ok(())
            }
        }
    }

    fn command<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        command: Command<C>,
    ) -> Result<(), Misuse> {
        match command {
            Command::Open(mode) => self.open(step, mode),
            Command::Steal => self.steal(step),
            Command::Change(change) => self.change(step, change),
            Command::Save => self.must_be(self.phase == Phase::Active).map(|()| self.save_or_look(step)),
            Command::Refresh => self.refresh(step),
            Command::Close => self.close(step),
            Command::Abandon => self.abandon(step),
        }
    }

    /// Refuses a command that the phase does not take.
    fn must_be(&self, fits: bool) -> Result<(), Misuse> {
        match (fits, self.phase) {
            (true, _) => Ok(()),
            (false, Phase::Ended(_)) => Err(Misuse::Ended),
            (false, _) => Err(Misuse::NotActive),
        }
    }

    fn fired<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, timer: Timer) {
        match timer {
            Timer::Retry => self.drive(step),
            Timer::Save => {
                if self.phase == Phase::Active {
                    self.save(step);
                }
            }
            Timer::Journal => self.write_journal(step),
            Timer::Answer | Timer::Observe | Timer::Patience => self.waited(step, timer),
        }
    }

    /// Makes the request that the phase calls for, unless one is outstanding.
    fn drive<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) {
        if self.asked.is_some() {
            return;
        }
        match self.phase {
            Phase::Claiming(_) | Phase::Waiting(_) | Phase::Settling => self.drive_open(step),
            Phase::Cancelling => self.release(step),
            Phase::Closing => self.save(step),
            Phase::Fenced => self.hand_back(step),
            Phase::Looking(_) => self.ask(step, Asked::Look, Update::Look),
            Phase::Reading | Phase::Delegating | Phase::Parting => self.deliver(step),
            Phase::Active | Phase::New | Phase::Recovering | Phase::Ended(_) => {}
        }
    }

    fn ask<R: ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, asked: Asked, update: Update<D, C>) {
        self.asked = Some(asked);
        step.out.push(Effect::Durable(update));
    }

    fn end<R: ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, end: End) {
        // A delivery that nobody waits for any more: whether it was applied is not known, if an attempt may have been.
        if let Some(mut sender) = self.sender.take() {
            sender.set_asked(matches!(self.asked, Some(Asked::Delta | Asked::Settle)));
            sender.give_up(step.out);
        }
        self.phase = Phase::Ended(end);
        step.out.event(Event::Ended(end));
    }

    fn heard<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, notice: Notice) {
        match notice {
            Notice::Ask { from, held } => {
                // A session object is here, whatever it is doing: the asker waits for the record.
                let here = Some(self.ticket());
                if step.rules.is_gone(held, here) {
                    step.out.push(Effect::Tell { to: from, notice: Notice::Gone { held } });
                    return;
                }
                let closing = matches!(
                    self.phase,
                    Phase::Closing | Phase::Fenced | Phase::Cancelling | Phase::Parting | Phase::Ended(_)
                );
                step.out.push(Effect::Tell { to: from, notice: Notice::Busy { held, closing } });
                if self.phase == Phase::Active && Some(held) == here {
                    step.out.event(Event::TakeOverRequested(from));
                }
            }
            Notice::Busy { held, closing: false } => self.answered(step, held, Answer::Busy),
            Notice::Busy { held, closing: true } => self.answered(step, held, Answer::Closing),
            Notice::Gone { held } => self.answered(step, held, Answer::Gone),
            // Where nothing can be looked at, nothing has to be.
            Notice::Look { held } if held == self.ticket() => _ = self.refresh(step),
            Notice::Look { .. } => {}
        }
    }

    /// The identity under which this session holds, or would hold, the record.
    pub fn ticket(&self) -> Ticket {
        Ticket { epoch: self.epoch, nonce: self.me.nonce }
    }

    /// The server and the open attempt.
    pub fn owner(&self) -> Owner {
        self.me
    }

    /// The session as a source of changes.
    pub fn source(&self) -> Source {
        self.ticket().source()
    }

    /// Where the session is.
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// What the player sees, while there is something to see.
    pub fn view(&self) -> Option<&D> {
        self.view.as_ref()
    }

    /// The record as last seen while it named this session, or as last read.
    pub fn base(&self) -> Option<&Arc<Record<D>>> {
        self.base.as_ref()
    }

    /// The number of the last accepted change.
    pub fn last_accepted(&self) -> Seq {
        self.seq
    }

    /// Verdicts were told up to this change.
    pub fn told(&self) -> Seq {
        self.told
    }

    /// True if a change is not known to be durable.
    pub fn is_dirty(&self) -> bool {
        !self.log.is_empty() || !self.tail.is_empty()
    }

    /// True while a request on the record is outstanding.
    pub fn is_asked(&self) -> bool {
        self.asked.is_some()
    }

    /// True while a request on the journal is outstanding.
    pub fn is_journal_asked(&self) -> bool {
        self.journal.is_some()
    }

    /// The delivery of changes in mode `DeltaOnly`.
    pub fn sender(&self) -> Option<&Sender<C>> {
        self.sender.as_ref()
    }

    /// The unsaved segments, for invariants and pictures.
    pub fn log(&self) -> &Log<C> {
        &self.log
    }

    /// Would this timer change anything now? Hosts need not ask; the model uses it as a guard.
    pub fn heeds(&self, timer: Timer) -> bool {
        match timer {
            Timer::Retry => {
                self.asked.is_none()
                    && match self.phase {
                        Phase::Claiming(_) | Phase::Waiting(_) | Phase::Settling | Phase::Cancelling => true,
                        Phase::Closing | Phase::Fenced | Phase::Looking(_) => true,
                        Phase::Reading | Phase::Delegating | Phase::Parting => self.again || self.is_delivering(),
                        Phase::New | Phase::Recovering | Phase::Active | Phase::Ended(_) => false,
                    }
            }
            Timer::Save => {
                let unsent = self.asked.is_none() || (!self.again && !self.tail.is_empty());
                self.phase == Phase::Active && self.is_dirty() && unsent
            }
            Timer::Journal => {
                self.phase == Phase::Active && self.journal.is_none() && self.seq > self.journalled && self.is_dirty()
            }
            Timer::Answer => matches!(&self.phase, Phase::Waiting(it) if !it.silent || it.liveness.is_some()),
            Timer::Observe => matches!(&self.phase, Phase::Waiting(it) if !it.observed),
            Timer::Patience => {
                matches!(self.phase, Phase::Waiting(_)) || (matches!(self.phase, Phase::Claiming(_)) && !self.impatient)
            }
        }
    }
}
