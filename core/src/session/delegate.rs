//! Modes `ReadOnly` and `DeltaOnly`: a session that does not hold the record (decision B1).

use super::{Asked, Phase, Session, Step};
use crate::document::{Applied, Document, MigrationFailed};
use crate::effect::{Effects, End, Event, Lost};
use crate::ids::{Epoch, SourceId};
use crate::input::{Misuse, Mode};
use crate::ledger::Source;
use crate::record::{Life, Record};
use crate::rules::{Refusal, Rules};
use crate::segment::Log;
use crate::sender::{Sender, SenderInput};
use crate::update::Update;
use alloc::sync::Arc;

impl<D: Document<C>, C: Clone> Session<D, C> {
    /// The first read of a session that does not hold the record.
    pub(super) fn looked<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        mode: Mode,
        record: Option<Arc<Record<D>>>,
    ) {
        let Some(record) = record else {
            step.out.event(Event::Refused(Refusal::Absent));
            return self.end(step, End::Refused);
        };
        if record.life == Life::Tombstone {
            step.out.event(Event::Refused(Refusal::Tombstone));
            return self.end(step, End::Refused);
        }
        let code = step.config.settings().schema;
        if mode == Mode::DeltaOnly && step.rules.is_too_old(&record, code) {
            step.out.event(Event::Refused(Refusal::TooOld(record.compat)));
            return self.end(step, End::Refused);
        }
        let epoch = record.epoch;
        match Self::seen(step, &record) {
            Ok(view) => self.view = Some(view),
            Err(why) => {
                step.out.event(Event::Refused(Refusal::Migration(why)));
                return self.end(step, End::Refused);
            }
        }
        self.base = Some(record);
        self.phase = match mode {
            Mode::DeltaOnly => {
                self.sender = Some(Sender::new(Source::Numbered(SourceId(self.me.nonce.0))));
                Phase::Delegating
            }
            Mode::ReadOnly | Mode::Exclusive => Phase::Reading,
        };
        step.out.event(Event::Opened { epoch, mode });
    }

    /// What the player sees of a record. Only the copy is migrated: a reader never writes (race R22).
    fn seen<R: ?Sized>(step: &Step<'_, D, C, R>, record: &Record<D>) -> Result<D, MigrationFailed> {
        let code = step.config.settings().schema;
        let mut view = record.data.clone();
        if record.schema < code {
            view.migrate(step.config.shape(), record.schema, code)?;
        }
        Ok(view)
    }

    pub(super) fn refresh<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) -> Result<(), Misuse> {
        self.must_be(matches!(self.phase, Phase::Active | Phase::Reading | Phase::Delegating))?;
        if self.phase == Phase::Active {
            self.save_or_look(step);
        } else {
            self.again = true;
            self.drive(step);
        }
        Ok(())
    }

    /// A record that a session without a claim has read or, by a delivery, written.
    pub(super) fn refreshed<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        record: Option<Arc<Record<D>>>,
    ) {
        self.doubt = false;
        self.again = false;
        self.deliver_to(step, record.as_deref());
        if is_gone(record.as_deref()) && matches!(self.phase, Phase::Reading | Phase::Delegating) {
            let why = if record.is_none() { Lost::Deleted } else { Lost::Fenced };
            step.out.event(Event::SessionLost(why));
            return self.end(step, End::Lost);
        }
        if let Some(record) = record
            && let Ok(view) = Self::seen(step, &record)
        {
            self.show(step, view);
            self.base = Some(record);
        }
        if self.phase == Phase::Parting && !self.is_delivering() {
            self.end(step, End::Closed);
        }
    }

    /// A change in mode `DeltaOnly`: checked against the view, then delivered under rule R-13.
    pub(super) fn delegate<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        change: C,
    ) -> Result<(), Misuse> {
        let code = step.config.settings().schema;
        // Code that the record is newer than speaks the record's vocabulary (rule R-18).
        let schema = self.base.as_ref().map_or(code, |base| base.schema.max(code));
        if self.sender.as_ref().is_none_or(Sender::is_busy) || self.asked.is_some() {
            return Err(Misuse::Busy);
        }
        let mut view = self.view.clone().ok_or(Misuse::NotActive)?;
        if let Applied::Skipped(why) = view.apply(step.config.shape(), &change) {
            return Err(Misuse::Refused(why));
        }
        let mut result = Ok(());
        self.with_sender(step, |sender, rules, config, out| {
            result = sender.step_with(rules, config, SenderInput::Send(change, schema), out);
        });
        result
    }

    pub(super) fn is_delivering(&self) -> bool {
        self.sender.as_ref().is_some_and(Sender::is_busy)
    }

    /// Repeats the delivery, which is answered with the record as well; without one, the read that was asked for.
    pub(super) fn deliver<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) {
        if self.again && !self.is_delivering() {
            return self.ask(step, Asked::Look, Update::Look);
        }
        self.with_sender(step, |sender, rules, config, out| {
            let _ = sender.step_with(rules, config, SenderInput::Retry, out);
        });
    }

    /// Lets the sender make its step; its request becomes this session's.
    fn with_sender<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        act: impl FnOnce(&mut Sender<C>, &R, &crate::config::Config<D::Shape>, &mut Effects<D, C>),
    ) {
        let Some(sender) = &mut self.sender else {
            return;
        };
        sender.set_asked(false);
        act(sender, step.rules, step.config, step.out);
        if sender.is_asked() {
            self.asked = Some(Asked::Delta);
        }
    }

    /// Goes back to mode `DeltaOnly` when an upgrade came to nothing; a delivery goes on under its number.
    pub(super) fn downgrade<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        record: Option<&Record<D>>,
    ) {
        self.phase = Phase::Delegating;
        self.epoch = Epoch(0);
        self.log = Log::new();
        if is_gone(record) {
            self.deliver_to(step, record);
            return self.end(step, if self.refused { End::Refused } else { End::Lost });
        }
        if self.sender.as_ref().is_some_and(|sender| sender.pending().is_some()) {
            self.deliver_to(step, record);
        }
        self.drive(step);
    }

    /// Shows the sender a record: its change gets a verdict, or is sent.
    pub(super) fn deliver_to<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        record: Option<&Record<D>>,
    ) {
        self.with_sender(step, |sender, rules, config, out| sender.learn(rules, config, record, out));
    }

    /// Closes a session in mode `DeltaOnly`: a delivery gets its verdict first.
    pub(super) fn close_delegate<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) {
        if self.is_delivering() {
            self.phase = Phase::Parting;
            self.drive(step);
        } else {
            self.end(step, End::Closed);
        }
    }
}

/// True if there are no data any more. A session without a claim ends then: what was erased must not be looked at any
/// longer.
pub(super) fn is_gone<D>(record: Option<&Record<D>>) -> bool {
    record.is_none_or(|record| record.life == Life::Tombstone)
}
