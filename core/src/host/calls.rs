//! Calls: what is done to a record without a session here. Those of one key are carried out one after the other in the
//! order in which they came, those of others beside them (KIT-9).

use super::erase::{Erase, Export};
use super::statistics::more;
use super::{CallId, Host, HostEffect, HostMisuse, HostTimer, Request, Returned, Step, Who, Work};
use crate::config::Settings;
use crate::document::Document;
use crate::effect::{Effect, Effects, Event};
use crate::input::Outcome;
use crate::lock::{Acquired, Locks};
use crate::queue::Priority;
use crate::record::Record;
use crate::rules::Rules;
use crate::sender::{Sender, SenderInput};
use crate::update::Update;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::Hash;

/// Calls that are open.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Calls<K, D, C> {
    locks: Locks<K, CallId>,
    open: BTreeMap<CallId, Call<K, D, C>>,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Call<K, D, C> {
    pub(super) key: K,
    pub(super) job: Job<D, C>,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum Job<D, C> {
    /// Not begun: it waits for others of its key.
    Waiting(Work<D, C>),
    Read,
    Deliver(Sender<C>),
    /// With how often it has failed.
    Run(Update<D, C>, u32),
    Erase(Erase<D>),
    Export(Export<D>),
}

impl<K: Clone + Ord, D, C> Calls<K, D, C> {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { locks: Locks::new(&settings.lock), open: BTreeMap::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    pub(super) fn get(&self, call: CallId) -> Option<&Call<K, D, C>> {
        self.open.get(&call)
    }

    pub(super) fn get_mut(&mut self, call: CallId) -> Option<&mut Call<K, D, C>> {
        self.open.get_mut(&call)
    }
}

impl<K, D, C> Host<K, D, C>
where
    K: Clone + Ord + Hash,
    D: Document<C>,
    C: Clone,
{
    pub(super) fn call<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        key: K,
        call: CallId,
        work: Work<D, C>,
    ) -> Result<(), HostMisuse> {
        self.must_run()?;
        if self.calls.open.contains_key(&call) {
            return Err(HostMisuse::Call);
        }
        let reserve = step.config.settings().queue.reserve;
        if self.calls.open.len() >= usize::try_from(reserve).unwrap_or(usize::MAX) {
            return Err(HostMisuse::Full("queue.reserve"));
        }
        let begun = match self.calls.locks.acquire(key.clone(), call) {
            Acquired::Granted => true,
            Acquired::Waiting { .. } => false,
            Acquired::Full => return Err(HostMisuse::Full("lock.max_waiting")),
        };
        more(&mut self.requests.statistics.calls, 1);
        self.calls.open.insert(call, Call { key, job: Job::Waiting(work) });
        if begun {
            self.begin(step, call);
        }
        Ok(())
    }

    pub(super) fn cancel<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        key: &K,
        call: CallId,
    ) -> Result<(), HostMisuse> {
        let found = self.calls.open.get(&call).filter(|it| it.key == *key);
        found.ok_or(HostMisuse::Call)?;
        self.end(step, call, None);
        Ok(())
    }

    fn begin<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>, call: CallId) {
        let Some(Call { key, job }) = self.calls.open.get_mut(&call) else { return };
        let Job::Waiting(work) = core::mem::replace(job, Job::Read) else { return };
        let key = key.clone();
        self.requests.track(Who::Call(key.clone(), call));
        match work {
            Work::Read => match self.known(&key, step) {
                Some(record) => self.end(step, call, Some(Returned::Record(Some(record)))),
                None => self.ask_call(key, call, Update::Look),
            },
            Work::ReadFresh => self.ask_call(key, call, Update::Look),
            Work::Run(update) => {
                self.set_job(call, Job::Run(update.clone(), 0));
                self.ask_call(key, call, update);
            }
            Work::Deliver { source, change, schema } => {
                self.set_job(call, Job::Deliver(Sender::new(source)));
                self.deliver(step, call, SenderInput::Send(change, schema));
            }
            Work::Wipe => {
                self.set_job(call, Job::Erase(Erase::new()));
                self.ask_next(step, call);
            }
            Work::Export => {
                self.set_job(call, Job::Export(Export::new()));
                self.ask_next(step, call);
            }
        }
    }

    /// What is known here of a record: what its session holds, or what was read lately.
    fn known<R: ?Sized>(&mut self, key: &K, step: &Step<'_, K, D, C, R>) -> Option<Arc<Record<D>>> {
        let held = self.seats.get(key).and_then(|seat| seat.session().base().cloned());
        held.or_else(|| self.cache.get(key, step.now))
    }

    fn set_job(&mut self, call: CallId, job: Job<D, C>) {
        if let Some(it) = self.calls.open.get_mut(&call) {
            it.job = job;
        }
    }

    pub(super) fn ask_call(&mut self, key: K, call: CallId, update: Update<D, C>) {
        self.requests.ask(Who::Call(key, call), Request::Durable(update), Priority::Asked);
    }

    pub(super) fn call_answered<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        call: CallId,
        outcome: Outcome<Record<D>>,
    ) {
        let Some(Call { key, job }) = self.calls.open.get(&call) else { return };
        match job {
            Job::Deliver(_) => {
                let written = if let Outcome::Wrote(written) = &outcome { written.as_deref() } else { None };
                let holder = written.and_then(|it| it.owner.map(|owner| (owner, it.epoch)));
                let key = key.clone();
                self.deliver(step, call, SenderInput::Durable(outcome));
                self.nudge(step, &key, holder);
            }
            Job::Erase(_) => self.erased(step, call, outcome, None),
            Job::Export(_) => self.exported(step, call, outcome),
            Job::Read => {
                let returned = match outcome {
                    Outcome::Read(record) | Outcome::Wrote(record) => Returned::Record(record),
                    Outcome::Conflict | Outcome::Unknown | Outcome::Unavailable => Returned::Outcome(outcome),
                };
                self.end(step, call, Some(returned));
            }
            Job::Run(..) | Job::Waiting(_) => {
                if !self.failed(step, call, &outcome) {
                    self.end(step, call, Some(Returned::Outcome(outcome)));
                }
            }
        }
    }

    /// After a failure, a call that may be made again is made again after a while; true if it is.
    pub(super) fn failed<T, R: ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        call: CallId,
        outcome: &Outcome<T>,
    ) -> bool {
        let failed = match self.calls.open.get_mut(&call).map(|it| &mut it.job) {
            Some(Job::Run(_, failed) | Job::Erase(Erase { failed, .. }) | Job::Export(Export { failed, .. })) => failed,
            Some(Job::Waiting(_) | Job::Read | Job::Deliver(_)) | None => return false,
        };
        let is_failure = matches!(outcome, Outcome::Conflict | Outcome::Unknown | Outcome::Unavailable);
        let goes_on = is_failure && failed.saturating_add(1) < step.config.settings().retry_attempts;
        if goes_on {
            let within = step.config.backoff(*failed);
            *failed = failed.saturating_add(1);
            more(&mut self.requests.statistics.retries, 1);
            step.arm(HostTimer::Call(call), within);
        }
        goes_on
    }

    pub(super) fn call_again<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>, call: CallId) {
        let Some(Call { key, job }) = self.calls.open.get(&call) else { return };
        match job {
            Job::Run(update, _) => {
                let (key, update) = (key.clone(), update.clone());
                if !self.requests.is_asked(&Who::Call(key.clone(), call)) {
                    self.ask_call(key, call, update);
                }
            }
            Job::Deliver(_) => self.deliver(step, call, SenderInput::Retry),
            Job::Erase(_) | Job::Export(_) => {
                let asked = [Who::Call(key.clone(), call), Who::CallJournal(key.clone(), call)];
                if !asked.iter().any(|who| self.requests.is_asked(who)) {
                    self.ask_next(step, call);
                }
            }
            Job::Waiting(_) | Job::Read => {}
        }
    }

    /// Steps the sender of a call and carries out what it says.
    fn deliver<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        call: CallId,
        input: SenderInput<D, C>,
    ) {
        let Some(Call { key, job: Job::Deliver(sender) }) = self.calls.open.get_mut(&call) else { return };
        let (key, mut effects) = (key.clone(), Effects::new());
        // It is sent one change, and its answers were asked for.
        if sender.step_with(step.rules, step.config, input, &mut effects).is_err() {
            return;
        }
        for effect in effects.drain() {
            match effect {
                Effect::Durable(update) => self.ask_call(key.clone(), call, update),
                Effect::Arm { within, .. } => {
                    more(&mut self.requests.statistics.retries, 1);
                    step.arm(HostTimer::Call(call), within);
                }
                Effect::Disarm(_) => step.out.push(HostEffect::Disarm(HostTimer::Call(call))),
                Effect::Event(Event::Verdict { verdict, .. }) => {
                    self.end(step, call, Some(Returned::Verdict(verdict)));
                }
                // A sender has no journal, asks nobody and says nothing else that a caller waits for.
                Effect::Event(_) | Effect::Journal(_) | Effect::Probe(_) | Effect::Tell { .. } => {}
            }
        }
    }

    /// Ends a call: whoever waits is told, and the next one of its key begins.
    pub(super) fn end<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        call: CallId,
        returned: Option<Returned<D, C>>,
    ) {
        let Some(Call { key, .. }) = self.calls.open.remove(&call) else { return };
        self.requests.forget(&Who::Call(key.clone(), call));
        self.requests.forget(&Who::CallJournal(key.clone(), call));
        step.out.push(HostEffect::Disarm(HostTimer::Call(call)));
        if let Some(returned) = returned {
            step.out.push(HostEffect::Returned(call, returned));
        }
        if let Some(next) = self.calls.locks.cancel(&key, &call) {
            self.begin(step, next);
        }
    }

    /// The server closes: what has not been begun is not begun any more.
    pub(super) fn close_calls<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>) {
        let waiting = self.calls.open.iter().filter(|(_, it)| matches!(it.job, Job::Waiting(_)));
        let waiting: Vec<_> = waiting.map(|(call, _)| *call).collect();
        // The last one first: so none of them is next when another goes.
        for call in waiting.into_iter().rev() {
            self.end(step, call, Some(Returned::Closed));
        }
    }

    /// The end of the close window: whoever still waits is told what can be told.
    pub(super) fn abandon_calls<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>) {
        self.close_calls(step);
        for call in self.calls.open.keys().copied().collect::<Vec<_>>() {
            self.deliver(step, call, SenderInput::GiveUp);
            // What may be erased by now is given back.
            self.end_erase(step, call, Outcome::Unknown, false);
            self.end(step, call, Some(Returned::Outcome(Outcome::Unknown)));
        }
    }
}
