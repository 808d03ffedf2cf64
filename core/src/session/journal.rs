//! The journal while the session is Active: write it, and carry on what was found there (rule R-8).

use super::{AskedJournal, Phase, Session, Step};
use crate::document::Document;
use crate::effect::Effect;
use crate::input::{Misuse, Outcome};
use crate::journal::{Journal, JournalUpdate};
use crate::rules::{Rules, Stage};
use crate::segment::Log;
use crate::timer::{Timer, Window};
use alloc::sync::Arc;

impl<D: Document<C>, C: Clone> Session<D, C> {
    /// asks for a journal write.
    pub(super) fn write_journal<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) {
        if !self.heeds(Timer::Journal) || !step.config.settings().journal {
            return;
        }
        self.cut(step);
        if !step.rules.fits_journal(step.config, &self.log) {
            return self.save(step);
        }
        let Some(base) = self.base.clone() else {
            return;
        };
        self.sent = self.seq;
        self.journal = Some(AskedJournal::Write(self.seq));
        let journal = Arc::new(self.own_journal());
        step.out.push(Effect::Journal(JournalUpdate::Write { journal, base }));
    }

    fn own_journal(&self) -> Journal<C> {
        Journal { epoch: self.epoch, nonce: self.me.nonce, log: self.log.clone() }
    }

    pub(super) fn journal_answered<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        outcome: Outcome<Journal<C>>,
    ) -> Result<(), Misuse> {
        let asked = self.journal.take().ok_or(Misuse::NotAsked)?;
        match (asked, self.phase) {
            (AskedJournal::Read, Phase::Recovering) => self.recovered(step, outcome),
            (AskedJournal::Write(upto), Phase::Active | Phase::Closing) => match outcome {
                Outcome::Wrote(journal) => {
                    self.journalled = self.journalled.max(upto);
                    if let Some(journal) = journal {
                        self.adopt(step, &journal.log);
                    }
                    if step.rules.acknowledges_early(Stage::Journalled) {
                        self.acknowledge(step, upto, &[]);
                    }
                    if self.seq > self.journalled && self.is_dirty() {
                        step.out.arm(Timer::Journal, Window::up_to(step.config.settings().journal_every_ms));
                    }
                }
                // A later session's journal stands there, and a save shows what that means; or an earlier one's that
                // has no room beside this one, and a save makes it superfluous.
                Outcome::Read(journal) => {
                    if let (Some(old), Some(base)) = (journal, &self.base)
                        && step.rules.may_journal(&old, self.ticket())
                    {
                        let log = step.rules.take_over(step.config, &old, &self.own_journal(), base);
                        self.adopt(step, &log);
                    }
                    if self.phase == Phase::Active {
                        self.save_or_look(step);
                    }
                }
                Outcome::Conflict | Outcome::Unknown | Outcome::Unavailable => {
                    step.out.arm(Timer::Journal, Window::up_to(step.config.settings().journal_every_ms));
                }
            },
            // The session has moved on; the journal is a hint.
            (AskedJournal::Read | AskedJournal::Write(_) | AskedJournal::Delete, _) => {}
        }
        Ok(())
    }

    /// Carries on the foreign segments that a journal write found, until they are in the record (rule R-8).
    fn adopt<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, log: &Log<C>) {
        let own = self.source();
        let Some(base) = &self.base else {
            return;
        };
        let mut found = false;
        for segment in log.iter() {
            let known = segment.source == own || self.log.holds(segment.source, segment.to);
            if !known && step.rules.is_unknown(base, segment) {
                self.log.push_foreign(own, segment.clone());
                found = true;
            }
        }
        if found {
            self.look_again(step);
            self.arm_save(step);
        }
    }
}
