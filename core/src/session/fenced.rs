//! Fenced: the record belongs to somebody else; credits are handed back, the rest gets its verdict (rules ).

use super::active::after;
use super::{Asked, Phase, Session, Step};
use crate::document::Document;
use crate::effect::{End, Event, Lost, LostReason, Verdict};
use crate::few::Few;
use crate::ids::Seq;
use crate::input::Misuse;
use crate::record::Record;
use crate::rules::{Loss, Rules};
use crate::segment::Log;
use crate::update::Update;

impl<D: Document<C>, C: Clone> Session<D, C> {
    pub(super) fn fence<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        why: Lost,
        record: Option<&Record<D>>,
    ) {
        self.cut(step);
        // Foreign segments are not this session's to report; whoever issued them, or the next opener, has them.
        self.log = self.log.of(self.source());
        self.doubt = false;
        step.out.event(Event::SessionLost(why));
        if self.sender.is_some() {
            // An upgrade that lost its claim before it was Active: it delivers as before.
            self.downgrade(step, record);
        } else {
            self.phase = Phase::Fenced;
            self.handed_back(step, record);
        }
    }

    /// Asks for the hand-back of what is left.
    pub(super) fn hand_back<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) {
        self.sent = self.seq;
        let update = Update::HandBack { me: self.ticket(), log: self.log.clone() };
        self.ask(step, Asked::HandBack, update);
    }

    /// What a record says of this session's changes: acknowledged, lost, or to be handed back.
    pub(super) fn handed_back<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, D, C, R>,
        record: Option<&Record<D>>,
    ) {
        let own = self.source();
        let known = record.filter(|record| record.floor <= self.epoch).and_then(|record| record.ledger.get(own));
        if let Some(entry) = known {
            let (upto, odd) = (entry.seq, entry.odd.clone());
            self.acknowledge(step, upto, &odd);
            self.log.retain(|segment| segment.to > upto);
        }
        if self.told >= self.seq {
            return self.over(step);
        }
        match step.rules.loss(record, self.ticket(), self.sent > self.told) {
            Some(loss) => {
                self.tell_loss(step, loss);
                self.over(step);
            }
            None if step.rules.hands_back() => self.drive(step),
            None => self.over(step),
        }
    }

    fn tell_loss<R: ?Sized>(&mut self, step: &mut Step<'_, D, C, R>, loss: Loss) {
        let (first, sent, last) = (after(self.told), self.sent, self.seq.0);
        match loss {
            Loss::Erased => self.tell(step, first, last, Verdict::Superseded),
            Loss::Refused if sent <= self.told => self.tell(step, first, last, Verdict::Lost(LostReason::NeverSent)),
            Loss::Refused => self.tell(step, first, last, Verdict::Lost(LostReason::Fenced)),
            Loss::Forgotten => {
                self.tell(step, first, sent.0, Verdict::Unknown);
                self.tell(step, first.max(after(sent)), last, Verdict::Lost(LostReason::NeverSent));
            }
        }
        self.told = self.seq;
    }

    fn over<R: ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) {
        self.log = Log::new();
        self.tail = Few::new();
        self.end(step, End::Lost);
    }

    /// Stops at once: nothing more is asked of any store, every change gets its verdict.
    pub(super) fn abandon<R: ?Sized>(&mut self, step: &mut Step<'_, D, C, R>) -> Result<(), Misuse> {
        if matches!(self.phase, Phase::Ended(_)) {
            return Err(Misuse::Ended);
        }
        let (first, sent, last) = (after(self.told), self.sent, self.seq.0);
        self.tell(step, first, sent.0, Verdict::Unknown);
        self.tell(step, first.max(after(sent)), last, Verdict::Lost(LostReason::NeverSent));
        self.told = Seq(last);
        self.log = Log::new();
        self.tail = Few::new();
        self.end(step, End::Abandoned);
        Ok(())
    }
}
