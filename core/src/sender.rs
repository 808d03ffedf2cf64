//! The sender of external changes: any writer that does not hold the record (rule R-13).
//!
//! It sends one change at a time, under a number that is never used again, until the record says what became of it. The
//! host keeps the whole sender durable *before* it carries out the request of a step, so that a restarted sender repeats
//! the same change under the same number (race R13).

use crate::config::Config;
use crate::document::{Applied, Document};
use crate::effect::{Effect, Effects, Event, LostReason, Verdict};
use crate::few::Few;
use crate::ids::{SchemaVersion, Seq};
use crate::input::{Misuse, Outcome};
use crate::ledger::Source;
use crate::record::{Life, Record};
use crate::rules::{ExternalVerdict, NotNow, Rules};
use crate::segment::Segment;
use crate::stored::{Delivery, Number, Outbox};
use crate::timer::Timer;
use crate::update::{External, Update};
use alloc::sync::Arc;

/// One external source and the change it is delivering.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Sender<C> {
    source: Source,
    /// How many changes were accepted: the number under which a change gets its verdict.
    accepted: Seq,
    /// The last number used towards the record; grows faster than `accepted` where the record has forgotten the source.
    last: Seq,
    /// The source's position in the record, as last seen.
    after: Seq,
    /// The change in delivery and its vocabulary.
    change: Option<(C, SchemaVersion)>,
    /// The change under its number; made once the record has been seen.
    pending: Option<External<C>>,
    /// A request is outstanding.
    asked: bool,
    /// An earlier attempt of `pending` may have been applied or may still land.
    doubt: bool,
}

/// One input of [`Sender::step`].
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "a host produces each of them")]
pub enum SenderInput<D, C> {
    /// Deliver this change, written in this vocabulary.
    Send(C, SchemaVersion),
    /// The answer to the outstanding request.
    Durable(Outcome<Record<D>>),
    /// Try again.
    Retry,
    /// Stop trying: the change becomes Unknown, or Lost if no attempt of it can have been applied.
    GiveUp,
}

impl<C: Clone> Sender<C> {
    /// A source that has sent nothing yet. A session source is refused by every record.
    pub fn new(source: Source) -> Self {
        Self {
            source,
            accepted: Seq(0),
            last: Seq(0),
            after: Seq(0),
            change: None,
            pending: None,
            asked: false,
            doubt: false,
        }
    }

    /// What the host keeps durable, before it carries out a request of this sender.
    pub fn outbox(&self) -> Outbox<C> {
        let number = self.pending.as_ref().map(|it| Number { from: it.segment.from, to: it.segment.to, seen: it.seen });
        let delivery = self.change.clone().map(|(change, schema)| Delivery { change, schema, number });
        Outbox { source: self.source, last: self.last, after: self.after, delivery }
    }

    /// A sender as it was kept; a change that had a number may have been applied. Accepted changes count from 1 again,
    /// the one in delivery included.
    pub fn resume(outbox: Outbox<C>) -> Self {
        let Outbox { source, last, after, delivery } = outbox;
        let pending = delivery.as_ref().and_then(|it| {
            let number = it.number?;
            let changes = core::iter::once(it.change.clone()).collect();
            let segment = Segment { source, from: number.from, to: number.to, schema: it.schema, changes };
            Some(External { segment: Arc::new(segment), seen: number.seen })
        });
        let accepted = Seq(u32::from(delivery.is_some()));
        let doubt = pending.is_some();
        let change = delivery.map(|it| (it.change, it.schema));
        Self { source, accepted, last, after, change, pending, asked: false, doubt }
    }

    /// True if a change is in delivery.
    pub fn is_busy(&self) -> bool {
        self.change.is_some()
    }

    /// True if a request is outstanding.
    pub fn is_asked(&self) -> bool {
        self.asked
    }

    /// The change in delivery under its number, once it has one.
    pub fn pending(&self) -> Option<&External<C>> {
        self.pending.as_ref()
    }

    /// Takes one input under the standard rules; see [`Sender::step_with`].
    ///
    /// # Errors
    /// [`Misuse`]: nothing has changed.
    pub fn step<D: Document<C>>(
        &mut self,
        config: &Config<D::Shape>,
        input: SenderInput<D, C>,
        out: &mut Effects<D, C>,
    ) -> Result<(), Misuse> {
        self.step_with(&crate::rules::Standard, config, input, out)
    }

    /// Takes one input, puts all of its effects into `out`. A verdict on the change is an [`Event::Verdict`].
    ///
    /// # Errors
    /// [`Misuse::Busy`] while another change is in delivery, [`Misuse::NotAsked`] for an answer that was not asked for,
    /// [`Misuse::Exhausted`] when the numbers are used up. Nothing has changed then.
    pub fn step_with<D, R>(
        &mut self,
        rules: &R,
        config: &Config<D::Shape>,
        input: SenderInput<D, C>,
        out: &mut Effects<D, C>,
    ) -> Result<(), Misuse>
    where
        D: Document<C>,
        R: Rules<D, C> + ?Sized,
    {
        match input {
            SenderInput::Send(change, schema) => {
                // An answer to what was given up may still be outstanding.
                if self.is_busy() || self.asked {
                    return Err(Misuse::Busy);
                }
                let number = self.accepted.next().ok_or(Misuse::Exhausted)?;
                let used_up = matches!(self.source, Source::Receipt(_)) && self.last > Seq(0);
                if self.last.next().is_none() || used_up {
                    return Err(Misuse::Exhausted);
                }
                self.accepted = number;
                self.change = Some((change, schema));
                out.event(Event::Accepted(number));
                self.ask(Update::Look, out);
            }
            SenderInput::Durable(outcome) => {
                if !self.asked {
                    return Err(Misuse::NotAsked);
                }
                self.asked = false;
                match outcome {
                    Outcome::Read(record) | Outcome::Wrote(record) => {
                        self.learn(rules, config, record.as_deref(), out);
                    }
                    Outcome::Unknown => {
                        self.doubt = self.pending.is_some();
                        out.arm(Timer::Retry, config.retry());
                    }
                    Outcome::Conflict | Outcome::Unavailable => out.arm(Timer::Retry, config.retry()),
                }
            }
            SenderInput::Retry => {
                if self.is_busy() && !self.asked {
                    self.resend(out);
                }
            }
            SenderInput::GiveUp => self.give_up(out),
        }
        Ok(())
    }

    /// Stops trying.
    pub(crate) fn give_up<D>(&mut self, out: &mut Effects<D, C>) {
        if self.is_busy() {
            let unsure = self.pending.is_some() && (self.asked || self.doubt);
            let verdict = if unsure { Verdict::Unknown } else { Verdict::Lost(LostReason::NeverSent) };
            self.conclude(verdict, out);
        }
    }

    /// What a record that was read or written says of the change in delivery.
    pub(crate) fn learn<D, R>(
        &mut self,
        rules: &R,
        config: &Config<D::Shape>,
        record: Option<&Record<D>>,
        out: &mut Effects<D, C>,
    ) where
        D: Document<C>,
        R: Rules<D, C> + ?Sized,
    {
        if self.change.is_none() {
            return;
        }
        let first = self.pending.is_none();
        if first {
            self.number(record);
        }
        let Some(pending) = &self.pending else {
            // Without a record there is no number; nor is there one when the record has seen the last.
            let reason = if record.is_none() { NotNow::Absent } else { NotNow::Exhausted };
            return self.conclude(Verdict::Lost(LostReason::Refused(reason)), out);
        };
        let unsure = |reason| if self.doubt { Verdict::Unknown } else { Verdict::Lost(LostReason::Refused(reason)) };
        match rules.external_verdict(config, record, pending) {
            ExternalVerdict::Done(applied) => {
                self.after = pending.segment.to;
                self.conclude(verdict_of(applied), out);
            }
            ExternalVerdict::Admit => self.resend(out),
            ExternalVerdict::Refused(reason) => match reason {
                NotNow::Owned | NotNow::LedgerFull => out.arm(Timer::Retry, config.retry()),
                NotNow::OutOfTurn => self.renumber(record, out),
                NotNow::Expired => {
                    let erased = record.is_some_and(|record| pending.seen.is_some_and(|seen| record.wiped > seen));
                    if erased {
                        self.conclude(Verdict::Superseded, out);
                    } else if self.doubt {
                        self.conclude(Verdict::Unknown, out);
                    } else {
                        self.renumber(record, out);
                    }
                }
                NotNow::Tombstone => {
                    let erased = record.is_some_and(|record| record.life == Life::Tombstone) && self.doubt;
                    let verdict = if erased { Verdict::Superseded } else { unsure(reason) };
                    self.conclude(verdict, out);
                }
                NotNow::Absent => {
                    let verdict = unsure(reason);
                    self.conclude(verdict, out);
                }
                NotNow::Schema | NotNow::Malformed | NotNow::Exhausted => {
                    self.conclude(Verdict::Lost(LostReason::Refused(reason)), out);
                }
            },
        }
    }

    /// For a session that was upgraded and holds this record: a change that has no number yet gets one, so that it is
    /// settled together with the others.
    pub(crate) fn prepare<D>(&mut self, record: &Record<D>) {
        if self.pending.is_none() {
            self.number(Some(record));
        }
    }

    /// The verdict after a settlement by the session that holds the record: what it did not apply is never applied,
    /// since every earlier attempt read the record before the claim.
    pub(crate) fn settle<D, R>(
        &mut self,
        rules: &R,
        config: &Config<D::Shape>,
        record: &Record<D>,
        out: &mut Effects<D, C>,
    ) where
        D: Document<C>,
        R: Rules<D, C> + ?Sized,
    {
        let Some(pending) = &self.pending else {
            return;
        };
        let verdict = match rules.external_verdict(config, Some(record), pending) {
            ExternalVerdict::Done(applied) => verdict_of(applied),
            ExternalVerdict::Refused(NotNow::Expired) if pending.seen.is_some_and(|seen| record.wiped > seen) => {
                Verdict::Superseded
            }
            ExternalVerdict::Refused(NotNow::Expired) if self.doubt => Verdict::Unknown,
            ExternalVerdict::Refused(reason) => Verdict::Lost(LostReason::Refused(reason)),
            ExternalVerdict::Admit => Verdict::Lost(LostReason::NeverSent),
        };
        self.conclude(verdict, out);
    }

    /// The verdict, if this record has the change.
    pub(crate) fn witness<D, R>(
        &mut self,
        rules: &R,
        config: &Config<D::Shape>,
        record: &Record<D>,
        out: &mut Effects<D, C>,
    ) where
        D: Document<C>,
        R: Rules<D, C> + ?Sized,
    {
        let verdict = self.pending.as_ref().map(|pending| rules.external_verdict(config, Some(record), pending));
        if let Some(ExternalVerdict::Done(applied)) = verdict {
            self.conclude(verdict_of(applied), out);
        }
    }

    /// Gives the change its number, on the record as it is seen for the first time.
    fn number<D>(&mut self, record: Option<&Record<D>>) {
        let (Some((change, schema)), Some(record)) = (&self.change, record) else {
            return;
        };
        if let Source::Numbered(_) = self.source {
            // A sender that lost its memory does not take another change's number for its own.
            self.after = record.ledger.seq(self.source);
            self.last = self.last.max(self.after);
        }
        let Some(to) = self.last.next() else {
            return;
        };
        let mut changes = Few::new();
        changes.push(change.clone());
        // A receipt has one position; a numbered source continues where the record is.
        let to = if matches!(self.source, Source::Receipt(_)) { Seq(1) } else { to };
        let from = if matches!(self.source, Source::Receipt(_)) { Seq(0) } else { self.after };
        self.last = to;
        self.doubt = false;
        let segment = Arc::new(Segment { source: self.source, from, to, schema: *schema, changes });
        self.pending = Some(External { segment, seen: Some(record.epoch) });
    }

    /// The record has forgotten this source and has not applied the change: deliver it under a new number.
    fn renumber<D: Document<C>>(&mut self, record: Option<&Record<D>>, out: &mut Effects<D, C>) {
        self.pending = None;
        self.number(record);
        self.resend(out);
    }

    fn resend<D>(&mut self, out: &mut Effects<D, C>) {
        match &self.pending {
            Some(pending) => {
                let update = Update::External(pending.clone());
                self.ask(update, out);
            }
            None => self.ask(Update::Look, out),
        }
    }

    fn ask<D>(&mut self, update: Update<D, C>, out: &mut Effects<D, C>) {
        self.asked = true;
        out.push(Effect::Durable(update));
    }

    fn conclude<D>(&mut self, verdict: Verdict, out: &mut Effects<D, C>) {
        let at = self.accepted;
        self.change = None;
        self.pending = None;
        self.doubt = false;
        out.event(Event::Verdict { from: at, to: at, verdict });
    }

    /// Marks what an attempt of its own may have done, for a session that takes the delivery over.
    pub(crate) fn set_doubt(&mut self) {
        self.doubt = self.pending.is_some();
    }

    /// For a session that makes the requests itself.
    pub(crate) fn set_asked(&mut self, asked: bool) {
        self.asked = asked;
    }
}

/// The verdict of an outcome at the commit.
pub(crate) fn verdict_of(applied: Applied) -> Verdict {
    match applied {
        Applied::Whole | Applied::Clamped => Verdict::Durable(applied),
        Applied::Skipped(why) => Verdict::Lost(LostReason::Bound(why)),
    }
}
