//! Opening: claim, contention, recovery, settlement, cancellation (rules ).

use super::delegate::is_gone;
use super::{Asked, AskedJournal, Phase, Session, Step};
use crate::config::StealPolicy;
use crate::document::Document;
use crate::effect::{Effect, End, Event};
use crate::ids::{Epoch, HostId};
use crate::input::{Command, Misuse, Mode, Notice, Outcome};
use crate::journal::Journal;
use crate::record::Record;
use crate::rules::{Answer, ClaimVerdict, Contention, Liveness, Next, Refusal, Rules};
use crate::segment::Log;
use crate::timer::{Timer, Window};
use crate::update::{Claim, Permit, Ticket, Update};
use alloc::sync::Arc;

impl<D: Document<C>, C: Clone> Session<D, C> {
    pub(super) fn open<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        mode: Mode,
    ) -> Result<(), Misuse> {
        match (self.phase, mode) {
            (Phase::New, Mode::Exclusive) => {}
            (Phase::New, Mode::DeltaOnly | Mode::ReadOnly) => {
                self.phase = Phase::Looking(mode);
                self.drive(step);
                return Ok(());
            }
            // The upgrade: a delivery whose outcome is unknown is settled together with the claim.
            (Phase::Delegating, Mode::Exclusive) if self.asked.is_none() => {}
            (Phase::Delegating, Mode::Exclusive) => return Err(Misuse::Busy),
            (Phase::Ended(_), _) => return Err(Misuse::Ended),
            (_, _) => return Err(Misuse::AlreadyOpened), // wildcard: every other phase is past its open
        }
        let permit = match step.config.settings().steal {
            StealPolicy::Now => Permit::Any,
            StealPolicy::After(_) | StealPolicy::Never => Permit::Vacant,
        };
        self.impatient = false;
        self.refused = false;
        self.again = false;
        step.out.arm(Timer::Patience, Window::exactly(step.config.settings().acquire_ms));
        self.phase = Phase::Claiming(permit);
        self.drive(step);
        Ok(())
    }

    pub(super) fn steal<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) -> Result<(), Misuse> {
        if !matches!(self.phase, Phase::Waiting(_)) {
            return Err(Misuse::NotContended);
        }
        self.claim_with(step, Permit::Any);
        Ok(())
    }

    pub(super) fn drive_open<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) {
        match self.phase {
            Phase::Claiming(permit) => {
                self.ask(step, Asked::Claim, Update::Claim(Claim { by: self.me, permit }));
            }
            // Nobody answered over the bus: the request is left where the holder's next save finds it.
            Phase::Waiting(contention) if contention.silent && !contention.wanted => {
                self.phase = Phase::Waiting(Contention { wanted: true, ..contention });
                self.ask(step, Asked::Want, Update::Want { held: contention.held, by: self.me });
            }
            // The holder may have released the record meanwhile.
            Phase::Waiting(_) => {
                self.ask(step, Asked::Claim, Update::Claim(Claim { by: self.me, permit: Permit::Vacant }));
            }
            Phase::Settling => {
                let update = self.settlement();
                self.ask(step, Asked::Settle, update);
            }
            Phase::New | Phase::Recovering | Phase::Active | Phase::Closing | Phase::Fenced | Phase::Cancelling => {}
            Phase::Looking(_) | Phase::Reading | Phase::Delegating | Phase::Parting | Phase::Ended(_) => {}
        }
    }

    fn settlement(&self) -> Update<D, C> {
        let pending = self.sender.as_ref().and_then(|sender| sender.pending().cloned());
        Update::Settle { me: self.ticket(), log: self.log.clone(), pending }
    }

    /// The answer to a claim: the record that it wrote, or the one that refused it.
    pub(super) fn claim_answered<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        record: Option<Arc<Record<D>>>,
    ) {
        // Whoever waits only takes what is free.
        let permit = if let Phase::Claiming(permit) = self.phase { permit } else { Permit::Vacant };
        let claim = Claim { by: self.me, permit };
        // A definite answer settles every earlier attempt: the same rule on the same record would have been written, so
        // the record has changed since, and a conditional write that read it before can no longer land.
        self.doubt = false;
        match (step.rules.claim_verdict(step.config, record.as_deref(), &claim), record) {
            (ClaimVerdict::Mine, Some(record)) => self.claimed(step, record),
            (ClaimVerdict::Mine | ClaimVerdict::Free, _) => self.drive(step),
            (ClaimVerdict::Refused(Refusal::Held(owner, held)), _) => {
                let before = if let Phase::Waiting(contention) = self.phase { Some(contention) } else { None };
                let same = before.filter(|contention| contention.held == held);
                if let (None, StealPolicy::After(window)) = (same, step.config.settings().steal) {
                    // The window restarts whenever the record names another session.
                    step.out.arm(Timer::Observe, Window { min: window, max: window });
                }
                let known = same.unwrap_or(Contention::new(owner, held));
                self.phase = Phase::Waiting(known);
                if self.impatient {
                    return self.refuse(step, Refusal::Held(owner, held));
                }
                self.ask_holder(step, owner.host, held);
                if same.is_none() {
                    // Armed once, then by its own fire: a retry must not put off the end of the wait.
                    step.out.arm(Timer::Answer, Window::exactly(step.config.settings().answer_ms));
                }
                step.out.arm(Timer::Retry, Window::up_to(step.config.settings().acquire_retry_ms));
                self.contend(step);
            }
            (ClaimVerdict::Refused(refusal), record) => {
                if is_gone(record.as_deref()) {
                    self.deliver_to(step, record.as_deref());
                }
                self.refuse(step, refusal);
            }
        }
    }

    fn ask_holder<R: ?Sized>(&self, step: &mut Step<'_, D, C, R>, to: HostId, held: Ticket) {
        step.out.push(Effect::Tell { to, notice: Notice::Ask { from: self.me.host, held } });
    }

    fn refuse<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, refusal: Refusal) {
        step.out.disarm(Timer::Patience);
        step.out.event(Event::Refused(refusal));
        if self.sender.is_some() && !matches!(refusal, Refusal::Tombstone | Refusal::Absent) {
            // A refused upgrade leaves the session as it was, unless its record is gone.
            self.phase = Phase::Delegating;
            self.drive(step);
        } else {
            self.end(step, End::Refused);
        }
    }

    /// Asks the rules what to do about the session that holds the record.
    fn contend<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) {
        let Phase::Waiting(contention) = self.phase else {
            return;
        };
        match step.rules.contend(step.config, &contention) {
            Next::Wait => {}
            Next::Probe => step.out.push(Effect::Probe(contention.owner.host)),
            Next::Claim(permit) => self.claim_with(step, permit),
            Next::Refuse => {
                // With a claim outstanding the refusal must wait: it could still land.
                if self.asked.is_none() && !self.doubt {
                    self.refuse(step, Refusal::Held(contention.owner, contention.held));
                }
            }
        }
    }

    fn claim_with<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, permit: Permit) {
        self.phase = Phase::Claiming(permit);
        self.drive(step);
    }

    pub(super) fn answered<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        held: Ticket,
        answer: Answer,
    ) {
        if let Phase::Waiting(contention) = &mut self.phase
            && step.rules.is_about(contention.held, held)
        {
            contention.answer = Some(answer);
            self.contend(step);
        }
    }

    pub(super) fn probed<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        host: HostId,
        liveness: Liveness,
    ) {
        if let Phase::Waiting(contention) = &mut self.phase
            && contention.owner.host == host
        {
            contention.liveness = Some(liveness);
            self.contend(step);
        }
    }

    pub(super) fn waited<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, timer: Timer) {
        if timer == Timer::Patience && matches!(self.phase, Phase::Claiming(_)) {
            // The record did not answer in time; what it says next decides.
            self.impatient = true;
        }
        let Phase::Waiting(contention) = &mut self.phase else {
            return;
        };
        match timer {
            Timer::Answer => {
                let (host, held) = (contention.owner.host, contention.held);
                // A heartbeat that was there may be gone by now, and so may a holder that has answered.
                contention.liveness = None;
                contention.silent = contention.answer.is_none();
                contention.answer = None;
                if !contention.silent {
                    self.ask_holder(step, host, held);
                }
                step.out.arm(Timer::Answer, Window::exactly(step.config.settings().answer_ms));
                self.contend(step);
            }
            Timer::Observe => {
                contention.observed = true;
                self.contend(step);
            }
            Timer::Patience => {
                let refusal = Refusal::Held(contention.owner, contention.held);
                if self.asked.is_some() || self.doubt {
                    self.undo(step, refusal);
                } else {
                    self.refuse(step, refusal);
                }
            }
            Timer::Retry | Timer::Journal | Timer::Save => {}
        }
    }

    /// The claim is committed: the session's base is the claimed record, never an earlier read (race R07).
    fn claimed<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, record: Arc<Record<D>>) {
        self.epoch = record.epoch;
        if let Some(sender) = &mut self.sender {
            sender.prepare(&record);
        }
        self.view = Some(record.data.clone());
        let update = step.rules.open_journal(self.ticket(), &record);
        self.base = Some(record);
        self.doubt = false;
        step.out.disarm(Timer::Patience);
        if step.config.settings().journal {
            self.phase = Phase::Recovering;
            self.journal = Some(AskedJournal::Read);
            step.out.push(Effect::Journal(update));
        } else {
            self.settle_or_start(step);
        }
    }

    pub(super) fn recovered<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        outcome: Outcome<Journal<C>>,
    ) {
        if let (Outcome::Read(Some(journal)) | Outcome::Wrote(Some(journal)), Some(base)) = (&outcome, &self.base) {
            self.log = step.rules.recover(step.config, base, journal);
        }
        // An unreadable journal is skipped: what it holds comes in late, when a journal write finds it.
        self.settle_or_start(step);
    }

    fn settle_or_start<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) {
        let Some(base) = &self.base else {
            return;
        };
        let pending = self.sender.as_ref().is_some_and(|sender| sender.pending().is_some());
        if step.rules.must_settle(base, step.config.settings().schema, &self.log, pending) {
            self.phase = Phase::Settling;
            self.drive(step);
        } else {
            self.start(step);
        }
    }

    /// The answer to a settlement, while the record names this session.
    pub(super) fn settled<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, record: &Arc<Record<D>>) {
        let pending = self.sender.as_ref().and_then(|sender| sender.pending());
        match step.rules.settle(step.config, record, self.ticket(), &self.log, pending) {
            Ok(None) => {
                if let Some(mut sender) = self.sender.take() {
                    sender.settle(step.rules, step.config, record, step.out);
                }
                // What was refused, or belongs to a sealed source, is not this session's to carry on.
                self.log = Log::new();
                self.base = Some(record.clone());
                self.view = Some(record.data.clone());
                self.start(step);
            }
            Ok(Some(_)) => self.drive(step),
            Err(why) => self.undo(step, Refusal::Migration(why)),
        }
    }

    /// Refuses an open whose claim has to be undone first.
    fn undo<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, refusal: Refusal) {
        step.out.event(Event::Refused(refusal));
        self.refused = true;
        self.phase = Phase::Cancelling;
        self.drive(step);
    }

    fn start<R: ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) {
        self.phase = Phase::Active;
        self.sender = None;
        step.out.event(Event::Opened { epoch: self.epoch, mode: Mode::Exclusive });
    }

    /// Cancels an open: whatever its claim may have done is undone before the session ends (race R41).
    pub(super) fn cancel<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) {
        let untouched = self.asked.is_none() && !self.doubt && self.base.is_none();
        if untouched || !step.rules.releases_cancelled() {
            self.end(step, End::Cancelled);
        } else {
            self.phase = Phase::Cancelling;
            self.drive(step);
        }
    }

    pub(super) fn release<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) {
        let update = Update::Release { nonce: self.me.nonce, touch: self.doubt };
        self.ask(step, Asked::Release, update);
    }

    /// The answer to any request of a cancelled open.
    pub(super) fn cancel_answered<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        asked: Asked,
        record: Option<&Record<D>>,
    ) {
        if let (Some(sender), Some(record)) = (&mut self.sender, record) {
            // The settlement that was under way when the open was cancelled may have delivered.
            sender.witness(step.rules, step.config, record, step.out);
        }
        let mine = record.and_then(|record| record.owner).is_some_and(|owner| step.rules.is_mine(owner, self.me));
        let undone = asked == Asked::Release || !(mine || self.doubt);
        if undone && self.refused && self.sender.is_some() && self.epoch == Epoch(0) {
            // An upgrade that came to nothing: the application did not close the session.
            self.downgrade(step, record);
        } else if undone {
            self.end(step, if self.refused { End::Refused } else { End::Cancelled });
        } else {
            self.drive(step);
        }
    }

    /// True if a command of this kind would be taken now. A change may still be refused by its bounds or as `Full`.
    pub fn accepts(&self, command: &Command<C>) -> bool {
        let ended = matches!(self.phase, Phase::Ended(_));
        match command {
            Command::Open(Mode::Exclusive) => {
                self.phase == Phase::New || (self.phase == Phase::Delegating && self.asked.is_none())
            }
            Command::Open(Mode::DeltaOnly | Mode::ReadOnly) => self.phase == Phase::New,
            Command::Steal => matches!(self.phase, Phase::Waiting(_)),
            Command::Change(_) => {
                let idle = self.asked.is_none() && self.sender.as_ref().is_some_and(|sender| !sender.is_busy());
                self.phase == Phase::Active || (self.phase == Phase::Delegating && idle)
            }
            Command::Save => self.phase == Phase::Active,
            Command::Refresh => matches!(self.phase, Phase::Active | Phase::Reading | Phase::Delegating),
            Command::Close | Command::Abandon => !ended,
        }
    }
}
