//! Active and Closing: changes, journal, save, rebase, close (rules ), and where answers arrive.

use super::{Asked, AskedJournal, Phase, Session, Step};
use crate::document::{Applied, Document};
use crate::effect::{Effect, End, Event, Lost, Verdict};
use crate::few::Few;
use crate::ids::{SchemaVersion, Seq};
use crate::input::{Misuse, Outcome};
use crate::journal::JournalUpdate;
use crate::record::Record;
use crate::rules::{Position, Rules, Stage};
use crate::segment::Segment;
use crate::sender::verdict_of;
use crate::timer::{Timer, Window};
use crate::update::Update;
use alloc::sync::Arc;

impl<D: Document<C>, C: Clone> Session<D, C> {
    /// a change is applied to the player's view at once and gets the next number.
    pub(super) fn change<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        change: C,
    ) -> Result<(), Misuse> {
        if self.phase == Phase::Delegating {
            return self.delegate(step, change);
        }
        self.must_be(self.phase == Phase::Active)?;
        let settings = step.config.settings();
        if self.seq.0.saturating_sub(self.told.0) >= settings.log_max_changes {
            return Err(Misuse::Full);
        }
        // One number stays free, so that "the next one" exists throughout.
        let seq = self.seq.next().filter(|seq| seq.0 < u32::MAX).ok_or(Misuse::Exhausted)?;
        let view = self.view.as_mut().ok_or(Misuse::NotActive)?;
        if let Applied::Skipped(why) = view.apply(step.config.shape(), &change) {
            return Err(Misuse::Refused(why));
        }
        let was_clean = !self.is_dirty();
        self.tail.push(change);
        self.seq = seq;
        step.out.event(Event::Accepted(seq));
        if was_clean {
            self.arm_save(step);
        }
        if settings.journal && self.tail.len() == 1 {
            step.out.arm(Timer::Journal, Window::up_to(settings.journal_every_ms));
        }
        Ok(())
    }

    /// The vocabulary in which this session writes: never older than the data's (rule R-18).
    fn vocabulary(&self, code: SchemaVersion) -> SchemaVersion {
        self.base.as_ref().map_or(code, |base| base.schema)
    }

    /// Closes the open tail: what a request carries is immutable from then on, for its outcome may stay in doubt.
    pub(super) fn cut<R: Rules<D, C> + ?Sized>(&mut self, step: &Step<'_, D, C, R>) {
        if self.tail.is_empty() {
            return;
        }
        let own = self.source();
        let mut changes = self.tail.take();
        let mut from = Seq(self.seq.0.saturating_sub(u32::try_from(changes.len()).unwrap_or(self.seq.0)));
        if !step.rules.cuts()
            && let Some(open) = self.log.iter().filter(|segment| segment.source == own).last().cloned()
        {
            from = open.from;
            changes = open.changes.iter().cloned().chain(changes).collect();
            self.log.retain(|segment| segment.source != own || segment.to != open.to);
        }
        let schema = self.vocabulary(step.config.settings().schema);
        self.log.push(Arc::new(Segment { source: own, from, to: self.seq, schema, changes }));
    }

    /// Saves; with nothing to save, reads the record: a session without changes of its own learns only so that it was
    /// fenced, that somebody asks for the record, or what was delivered meanwhile (rules ).
    pub(super) fn save_or_look<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) {
        if self.is_dirty() || self.asked.is_some() {
            self.save(step);
        } else {
            self.ask(step, Asked::Look, Update::Look);
        }
    }

    /// asks for a save; while closing, for the save that also releases.
    pub(super) fn save<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) {
        if self.asked.is_some() {
            if usize::from(self.more).saturating_add(1) >= step.rules.requests_at_once() {
                self.again = self.phase == Phase::Active;
                return;
            }
            self.more = self.more.saturating_add(1);
        }
        self.again = false;
        let release = self.phase == Phase::Closing;
        self.cut(step);
        if self.log.is_empty() && !release {
            return;
        }
        self.sent = self.seq;
        let update = Update::Save { me: self.ticket(), log: self.log.clone(), told: self.told, release };
        self.ask(step, Asked::Save, update);
        if step.rules.acknowledges_early(Stage::Issued) {
            self.acknowledge(step, self.seq, &[]);
        }
    }

    pub(super) fn arm_save<R: ?Sized>(&self, step: &mut Step<'_, D, C, R>) {
        if let Some(within) = step.config.settings().max_unflushed_ms {
            step.out.arm(Timer::Save, Window::exactly(within));
        }
    }

    /// The player's view: the base's data, then the log, then the tail. What others did to it is told.
    pub(super) fn look_again<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) {
        let Some(base) = &self.base else {
            return;
        };
        let mut view = base.data.clone();
        let logged = self.log.iter().flat_map(|segment| segment.changes.iter());
        for change in logged.chain(self.tail.iter()) {
            // A change that its bounds refuse here gets its verdict at the commit.
            let _ = view.apply(step.config.shape(), change);
        }
        self.show(step, view);
    }

    /// Shows the player a view that did not come of a change that was just accepted.
    pub(super) fn show<R: ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, view: D) {
        if self.view.as_ref() != Some(&view) {
            step.out.event(Event::ViewChanged);
        }
        self.view = Some(view);
    }

    /// The answer to the outstanding request on the record.
    pub(super) fn durable<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        outcome: Outcome<Record<D>>,
    ) -> Result<(), Misuse> {
        let asked = self.asked.ok_or(Misuse::NotAsked)?;
        if self.more > 0 {
            self.more = self.more.saturating_sub(1);
        } else {
            self.asked = None;
        }
        match outcome {
            Outcome::Read(record) | Outcome::Wrote(record) => self.learn(step, asked, record),
            Outcome::Unknown => {
                self.doubt = true;
                if let (Asked::Delta | Asked::Settle, Some(sender)) = (asked, &mut self.sender) {
                    sender.set_doubt();
                }
                if self.phase == Phase::Closing && !step.rules.repeats_close() {
                    self.end(step, End::Closed);
                    return Ok(());
                }
                self.repeat(step);
            }
            Outcome::Conflict | Outcome::Unavailable => {
                if let (Asked::Want, Phase::Waiting(contention)) = (asked, &mut self.phase) {
                    contention.wanted = false;
                }
                self.repeat(step);
            }
        }
        Ok(())
    }

    fn repeat<R: ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) {
        if self.phase == Phase::Active {
            step.out.arm(Timer::Save, step.config.retry());
        } else if !matches!(self.phase, Phase::Ended(_)) {
            step.out.arm(Timer::Retry, step.config.retry());
        }
    }

    fn learn<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        asked: Asked,
        record: Option<Arc<Record<D>>>,
    ) {
        match self.phase {
            Phase::Claiming(_) | Phase::Waiting(_) => self.claim_answered(step, record),
            Phase::Cancelling => self.cancel_answered(step, asked, record.as_deref()),
            Phase::Looking(mode) => self.looked(step, mode, record),
            Phase::Reading | Phase::Delegating | Phase::Parting => self.refreshed(step, record),
            Phase::Settling | Phase::Active => match record {
                Some(record) if self.still_holds(step, &record) => {
                    self.doubt = false;
                    if self.phase == Phase::Settling {
                        self.settled(step, &record);
                    } else {
                        self.rebase(step, record);
                        if self.again {
                            self.save(step);
                        }
                    }
                }
                record => self.fenced(step, record),
            },
            Phase::Closing => self.close_answered(step, record),
            Phase::Fenced => self.handed_back(step, record.as_deref()),
            Phase::New | Phase::Recovering | Phase::Ended(_) => {}
        }
    }

    /// Does the record still name this session, and is it not older than what the session has seen?
    fn still_holds<R: Rules<D, C> + ?Sized>(&self, step: &Step<'_, D, C, R>, record: &Record<D>) -> bool {
        let me = self.ticket();
        let rolled_back = self.base.as_ref().is_some_and(|base| step.rules.is_rolled_back(base, record, me, &self.log));
        step.rules.may_save(record, me) && !rolled_back
    }

    /// takes a record that names this session as the new base.
    pub(super) fn rebase<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, record: Arc<Record<D>>) {
        let own = self.source();
        let upto = step.rules.acknowledged(&record, self.ticket());
        let odd = record.ledger.get(own).map(|entry| entry.odd.clone()).unwrap_or_default();
        self.acknowledge(step, upto, &odd);
        self.log.retain(|segment| match step.rules.position(&record, segment) {
            Position::Next | Position::Gap => {
                segment.source == own || step.rules.keeps_late(step.config, &record, segment)
            }
            Position::Expired | Position::Sealed | Position::Already => false,
        });
        if !step.rules.moves_base() {
            return;
        }
        let seen = self.base.replace(record);
        if step.rules.rebases_view() {
            self.look_again(step);
        }
        let asked_for = self.base.as_ref().and_then(|base| base.want);
        if let Some(by) = asked_for
            && seen.is_none_or(|seen| seen.want != Some(by))
        {
            step.out.event(Event::TakeOverRequested(by.host));
        }
        if self.is_dirty() {
            self.arm_save(step);
        } else {
            step.out.disarm(Timer::Save);
            step.out.disarm(Timer::Journal);
        }
    }

    /// Tells the verdicts on everything up to `upto` that the record has, once (rule R-23).
    pub(super) fn acknowledge<R: ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, upto: Seq, odd: &[(Seq, Applied)]) {
        let upto = upto.min(self.seq);
        let mut from = after(self.told);
        for (seq, applied) in odd {
            if seq.0 >= from && *seq <= upto {
                self.tell(step, from, seq.0.saturating_sub(1), Verdict::Durable(Applied::Whole));
                self.tell(step, seq.0, seq.0, verdict_of(*applied));
                from = after(*seq);
            }
        }
        self.tell(step, from, upto.0, Verdict::Durable(Applied::Whole));
        self.told = self.told.max(upto);
    }

    pub(super) fn tell<R: ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, from: u32, to: u32, verdict: Verdict) {
        if from <= to {
            step.out.event(Event::Verdict { from: Seq(from), to: Seq(to), verdict });
        }
    }

    /// save and release in one write; while opening, cancel.
    pub(super) fn close<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) -> Result<(), Misuse> {
        match self.phase {
            Phase::Active => {
                self.phase = Phase::Closing;
                self.drive(step);
            }
            Phase::Claiming(_) | Phase::Waiting(_) | Phase::Recovering | Phase::Settling => self.cancel(step),
            Phase::New | Phase::Looking(_) | Phase::Reading => self.end(step, End::Closed),
            Phase::Delegating => self.close_delegate(step),
            // Already under way: it ends by itself, and does not go back to delivering.
            Phase::Cancelling => self.refused &= self.sender.is_none(),
            Phase::Closing | Phase::Fenced | Phase::Parting => {}
            Phase::Ended(_) => return Err(Misuse::Ended),
        }
        Ok(())
    }

    fn close_answered<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        record: Option<Arc<Record<D>>>,
    ) {
        let Some(seen) = record.clone() else {
            return self.fenced(step, record);
        };
        if self.still_holds(step, &seen) {
            // A save from before the close, or one that was not applied.
            self.rebase(step, seen);
            return self.drive(step);
        }
        // What was taken over while closing stays in the journal, whose deletion looks at what the record has.
        let own = self.source();
        let all_in = self.log.iter().filter(|segment| segment.source == own).all(|segment| {
            matches!(step.rules.position(&seen, segment), Position::Already | Position::Sealed | Position::Expired)
        });
        if !step.rules.is_closed(&seen, self.ticket(), all_in && self.tail.is_empty()) {
            return self.fenced(step, record);
        }
        let odd = seen.ledger.get(own).map(|entry| entry.odd.clone()).unwrap_or_default();
        self.acknowledge(step, seen.ledger.seq(own), &odd);
        if step.config.settings().journal && self.journal.is_none() {
            self.journal = Some(AskedJournal::Delete);
            step.out.push(Effect::Journal(JournalUpdate::Delete { base: seen }));
        }
        self.log = crate::segment::Log::new();
        self.tail = Few::new();
        self.end(step, End::Closed);
    }

    /// The record does not name this session any more.
    fn fenced<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, record: Option<Arc<Record<D>>>) {
        let why = match &record {
            None => Lost::Deleted,
            Some(record) if step.rules.may_save(record, self.ticket()) => Lost::RolledBack,
            Some(_) => Lost::Fenced,
        };
        self.fence(step, why, record.as_deref());
    }
}

/// The number after `seq`; one always exists, since the last one is never given out.
pub(super) fn after(seq: Seq) -> u32 {
    seq.0.saturating_add(1)
}
