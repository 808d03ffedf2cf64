//! The invariants of a session, between two steps.

use super::{Asked, AskedJournal, Phase, Session};
use crate::check::{Violation, chained, holds};
use crate::config::Config;
use crate::document::Document;
use crate::ids::{Epoch, Seq};

impl<D: Document<C> + PartialEq, C: Clone> Session<D, C> {
    /// Checks the session under the standard rules; a broken variant of them may break any of it.
    ///
    /// # Errors
    /// The first [`Violation`] found.
    pub fn check(&self, config: &Config<D::Shape>) -> Result<(), Violation> {
        self.check_requests()?;
        self.check_numbers()?;
        self.check_parts(config)?;
        chained(&self.log, self.source())?;
        match self.phase {
            Phase::Active | Phase::Closing => {
                self.check_log()?;
                self.check_view(config)
            }
            Phase::Fenced => self.check_log(),
            Phase::Recovering | Phase::Settling | Phase::Cancelling => Ok(()),
            Phase::New | Phase::Claiming(_) | Phase::Waiting(_) => self.check_idle(),
            Phase::Looking(_) | Phase::Reading | Phase::Delegating | Phase::Parting => self.check_idle(),
            Phase::Ended(_) => Ok(()),
        }
    }

    /// Each phase makes its own requests, and what was asked in an earlier one is still answered.
    fn check_requests(&self) -> Result<(), Violation> {
        let (record, journal) = (self.asked, self.journal);
        let fits = match self.phase {
            Phase::New | Phase::Recovering => record.is_none(),
            Phase::Claiming(_) | Phase::Waiting(_) => matches!(record, None | Some(Asked::Claim | Asked::Want)),
            Phase::Settling => matches!(record, None | Some(Asked::Settle)),
            Phase::Active | Phase::Closing => matches!(record, None | Some(Asked::Save | Asked::Look)),
            Phase::Fenced => matches!(record, None | Some(Asked::HandBack)),
            Phase::Cancelling => {
                matches!(record, None | Some(Asked::Claim | Asked::Want | Asked::Settle | Asked::Release))
            }
            Phase::Looking(_) | Phase::Reading => matches!(record, None | Some(Asked::Look)),
            Phase::Delegating | Phase::Parting => matches!(record, None | Some(Asked::Look | Asked::Delta)),
            // Whatever was outstanding is still answered, and without effect.
            Phase::Ended(_) => true,
        };
        holds(fits, "P15", "the outstanding request on the record is one of this phase")?;
        let fits = match (self.phase, journal) {
            (Phase::Recovering, asked) => asked == Some(AskedJournal::Read),
            (Phase::Cancelling, asked) => matches!(asked, None | Some(AskedJournal::Read)),
            (Phase::Active | Phase::Closing | Phase::Fenced, asked) => {
                asked.is_none_or(|asked| matches!(asked, AskedJournal::Write(upto) if upto <= self.sent))
            }
            (Phase::New | Phase::Claiming(_) | Phase::Waiting(_) | Phase::Settling, asked) => asked.is_none(),
            (Phase::Looking(_) | Phase::Reading | Phase::Delegating | Phase::Parting, asked) => asked.is_none(),
            (Phase::Ended(_), _) => true,
        };
        holds(fits, "P6", "the outstanding request on the journal is one of this phase")
    }

    /// Told, sent, journalled and accepted, in this order but for the journal.
    fn check_numbers(&self) -> Result<(), Violation> {
        holds(self.told <= self.seq, "P14", "verdicts are told on changes that were accepted")?;
        holds(self.sent <= self.seq, "P14", "what was sent was accepted")?;
        holds(self.journalled <= self.sent, "P6", "what is in the journal was sent there")?;
        match self.phase {
            Phase::Ended(_) => {
                holds(self.told == self.seq, "P14", "every change of a session that ended has its verdict")
            }
            Phase::Active | Phase::Closing | Phase::Fenced => {
                holds(self.told <= self.sent, "P3", "no verdict is told on what was never sent")
            }
            Phase::New | Phase::Claiming(_) | Phase::Waiting(_) | Phase::Recovering | Phase::Settling => self.unused(),
            Phase::Cancelling | Phase::Looking(_) | Phase::Reading => self.unused(),
            Phase::Delegating | Phase::Parting => self.unused(),
        }
    }

    fn unused(&self) -> Result<(), Violation> {
        let unused = self.seq == Seq(0) && self.tail.is_empty();
        holds(unused, "P15", "a session that was not opened has accepted no change of its own")
    }

    /// What a session that does not hold the record has not.
    fn check_idle(&self) -> Result<(), Violation> {
        holds(self.log.is_empty(), "P15", "a session that has not claimed has nothing to save")?;
        holds(self.epoch == Epoch(0), "P2", "a session that has not claimed has no epoch")
    }

    /// The base and the view are there when the session has seen the record, and belong to it.
    fn check_parts(&self, config: &Config<D::Shape>) -> Result<(), Violation> {
        let both = self.base.is_some() && self.view.is_some();
        let none = self.base.is_none() && self.view.is_none();
        holds(both || none, "P4v", "there is a view exactly when a record was seen")?;
        match self.phase {
            Phase::Recovering | Phase::Settling | Phase::Active | Phase::Closing | Phase::Fenced => {
                let held = self.base.as_ref().is_some_and(|base| base.is_held_by(self.epoch, self.me.nonce));
                holds(held, "P1", "the base of a session that has claimed is a record that names it")?;
            }
            Phase::Reading | Phase::Delegating | Phase::Parting => {
                holds(both, "P15", "a session that reads has seen the record")?;
            }
            Phase::New | Phase::Looking(_) => holds(none, "P15", "a session that was not opened shows nothing")?,
            // An upgrade from `DeltaOnly` has seen the record; a cancelled open may have, too.
            Phase::Claiming(_) | Phase::Waiting(_) | Phase::Cancelling | Phase::Ended(_) => {}
        }
        let delivers = match self.phase {
            Phase::Delegating | Phase::Parting => Some(true),
            // An upgrade keeps its delivery until the session is Active.
            Phase::Claiming(_) | Phase::Waiting(_) | Phase::Recovering | Phase::Settling | Phase::Cancelling => None,
            Phase::New | Phase::Looking(_) | Phase::Reading => Some(false),
            Phase::Active | Phase::Closing | Phase::Fenced | Phase::Ended(_) => Some(false),
        };
        let fits = delivers.is_none_or(|delivers| delivers == self.sender.is_some());
        holds(fits, "P14", "a delivery has an owner until its verdict")?;
        if matches!(self.phase, Phase::Active | Phase::Closing) {
            let migrated = self.base.as_ref().is_some_and(|base| base.schema >= config.settings().schema);
            holds(migrated, "P8b", "the migration is durable before the session is active")?;
            let bounded = self.seq.0.saturating_sub(self.told.0) <= config.settings().log_max_changes;
            holds(bounded, "P14", "no more changes wait for a verdict than the settings allow")?;
        }
        Ok(())
    }

    /// Own segments and the tail are exactly the changes without a verdict, in the vocabulary of the base.
    fn check_log(&self) -> Result<(), Violation> {
        let (own, mut end) = (self.source(), self.told);
        for segment in self.log.iter().filter(|segment| segment.source == own) {
            holds(segment.from == end, "P12", "the first own segment begins where the verdicts end")?;
            end = segment.to;
            let ours = self.base.as_ref().is_some_and(|base| segment.schema == base.schema);
            holds(ours, "P6s", "own segments are in the vocabulary of the record")?;
        }
        let tail = u32::try_from(self.tail.len()).ok().and_then(|tail| end.0.checked_add(tail));
        holds(tail == Some(self.seq.0), "P5", "the log and the tail hold every change without a verdict")
    }

    /// The player sees the base's data, the log and the tail.
    fn check_view(&self, config: &Config<D::Shape>) -> Result<(), Violation> {
        let Some(base) = &self.base else {
            return Ok(());
        };
        let mut view = base.data.clone();
        for change in self.log.iter().flat_map(|segment| segment.changes.iter()).chain(self.tail.iter()) {
            // What its bounds refuse here gets its verdict at the commit.
            let _ = view.apply(config.shape(), change);
        }
        holds(self.view.as_ref() == Some(&view), "P4v", "the view is the base, the log and the tail")
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, AskedJournal, Phase, Session};
    use crate::config::{Config, Settings};
    use crate::document::{Applied, Document, MigrationFailed};
    use crate::effect::{Effect, Effects, End};
    use crate::ids::{Epoch, HostId, Nonce, SchemaVersion, Seq};
    use crate::input::{Command, Input, Mode, Outcome};
    use crate::record::{Owner, Record};
    use crate::rules::Standard;
    use alloc::sync::Arc;

    #[derive(Clone, Debug, PartialEq)]
    struct Sum(u8);

    impl Document<u8> for Sum {
        type Shape = ();

        fn fresh((): &(), _: SchemaVersion) -> Self {
            Self(0)
        }

        fn apply(&mut self, (): &(), change: &u8) -> Applied {
            self.0 = self.0.saturating_add(*change);
            Applied::Whole
        }

        fn is_credit((): &(), _: &u8) -> bool {
            true
        }

        fn migrate(&mut self, (): &(), _: SchemaVersion, to: SchemaVersion) -> Result<(), MigrationFailed> {
            Err(MigrationFailed::Missing(to))
        }
    }

    type Tested = Session<Sum, u8>;

    /// An active session with one change that was sent and one that was not.
    fn active() -> (Tested, Config<()>) {
        let config = Config::new(Settings { journal: false, ..Settings::DEFAULT }, ()).unwrap();
        let mut session = Tested::new(Owner { host: HostId(1), nonce: Nonce(1) });
        let mut effects = Effects::new();
        let mut step = |input| {
            session.step(&config, input, &mut effects).unwrap();
            assert_eq!(session.check(&config), Ok(()));
            effects.drain().find_map(|effect| match effect {
                Effect::Durable(update) => update.run(&Standard, &config, None::<&Record<Sum>>).map(Arc::new),
                _ => None,
            })
        };
        let claimed = step(Input::Command(Command::Open(Mode::Exclusive)));
        let _ = step(Input::Durable(Outcome::Wrote(claimed)));
        for command in [Command::Change(1), Command::Save, Command::Change(2)] {
            let _ = step(Input::Command(command));
        }
        (session, config)
    }

    #[test]
    fn each_broken_part_of_a_session_is_found() {
        type Break = fn(&mut Tested);
        let broken: &[(&str, Break)] = &[
            ("P15", |it| it.asked = Some(Asked::Claim)),
            ("P6", |it| it.journal = Some(AskedJournal::Read)),
            ("P6", |it| it.journal = Some(AskedJournal::Write(Seq(2)))),
            ("P6", |it| it.journalled = Seq(2)),
            ("P14", |it| it.told = Seq(3)),
            ("P14", |it| it.sent = Seq(3)),
            ("P3", |it| it.told = Seq(2)),
            ("P14", |it| it.phase = Phase::Ended(End::Closed)),
            ("P15", |it| (it.phase, it.asked) = (Phase::New, None)),
            ("P4v", |it| it.view = None),
            ("P1", |it| it.epoch = Epoch(9)),
            ("P12", |it| it.told = Seq(1)),
            ("P5", |it| it.tail.clear()),
            ("P4v", |it| it.view = Some(Sum(0))),
        ];
        for (index, (expected, breaks)) in broken.iter().enumerate() {
            let (mut session, config) = active();
            breaks(&mut session);
            let found = session.check(&config).map_err(|violation| violation.property);
            assert_eq!(found, Err(*expected), "case {index}");
        }
    }
}
