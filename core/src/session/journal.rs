//! The journal while the session is Active: write it, and carry on what was found there (rule R-8).

use super::{AskedJournal, Phase, Session, Step};
use crate::document::Document;
use crate::effect::Effect;
use crate::input::{Misuse, Outcome};
use crate::journal::{Journal, JournalUpdate};
use crate::rules::{Rules, Stage};
use crate::stored::JOURNAL_MAX_SEGMENTS;
use crate::timer::{Timer, Window};
use alloc::sync::Arc;

impl<D: Document<C>, C: Clone> Session<D, C> {
    /// asks for a journal write.
    pub(super) fn write_journal<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) {
        if !self.heeds(Timer::Journal) || !step.config.settings().journal {
            return;
        }
        self.cut(step);
        let weight: usize =
            self.log.iter().flat_map(|segment| segment.changes.iter()).map(|change| D::weight(change)).sum();
        if weight > step.config.settings().journal_max_bytes || self.log.len() > JOURNAL_MAX_SEGMENTS {
            // What does not fit the journal goes into the record.
            return self.save(step);
        }
        let Some(base) = self.base.clone() else {
            return;
        };
        self.sent = self.seq;
        self.journal = Some(AskedJournal::Write(self.seq));
        let journal = Arc::new(Journal { epoch: self.epoch, nonce: self.me.nonce, log: self.log.clone() });
        step.out.push(Effect::Journal(JournalUpdate::Write { journal, base }));
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
                        self.adopt(step, &journal);
                    }
                    if step.rules.acknowledges_early(Stage::Journalled) {
                        self.acknowledge(step, upto, &[]);
                    }
                    if self.seq > self.journalled && self.is_dirty() {
                        step.out.arm(Timer::Journal, Window::up_to(step.config.settings().journal_every_ms));
                    }
                }
                // A later session's journal stands there: a save shows what that means.
                Outcome::Read(_) => {
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
    fn adopt<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, journal: &Journal<C>) {
        let own = self.source();
        let Some(base) = &self.base else {
            return;
        };
        let mut found = false;
        for segment in journal.log.iter() {
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
