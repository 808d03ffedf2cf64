//! Calls: what is done to a record without a session here. Those of one key are carried out one after the other in the
//! order in which they came, those of others beside them (KIT-9).

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
struct Call<K, D, C> {
    key: K,
    job: Job<D, C>,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Job<D, C> {
    /// Not begun: it waits for others of its key.
    Waiting(Work<D, C>),
    Read,
    Deliver(Sender<C>),
    /// With how often it was made already.
    Run(Update<D, C>, u32),
}

impl<K: Clone + Ord, D, C> Calls<K, D, C> {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { locks: Locks::new(&settings.lock), open: BTreeMap::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
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

    fn ask_call(&mut self, key: K, call: CallId, update: Update<D, C>) {
        self.requests.ask(Who::Call(key, call), Request::Durable(update), Priority::Asked);
    }

    pub(super) fn call_answered<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        call: CallId,
        outcome: Outcome<Record<D>>,
    ) {
        let Some(Call { job, .. }) = self.calls.open.get_mut(&call) else { return };
        let failed = matches!(outcome, Outcome::Conflict | Outcome::Unknown | Outcome::Unavailable);
        match job {
            Job::Deliver(_) => self.deliver(step, call, SenderInput::Durable(outcome)),
            Job::Run(_, made) if failed && made.saturating_add(1) < step.config.settings().retry_attempts => {
                let within = step.config.backoff(*made);
                *made = made.saturating_add(1);
                step.arm(HostTimer::Call(call), within);
            }
            Job::Read => {
                let returned = match outcome {
                    Outcome::Read(record) | Outcome::Wrote(record) => Returned::Record(record),
                    Outcome::Conflict | Outcome::Unknown | Outcome::Unavailable => Returned::Outcome(outcome),
                };
                self.end(step, call, Some(returned));
            }
            Job::Run(..) | Job::Waiting(_) => self.end(step, call, Some(Returned::Outcome(outcome))),
        }
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
                Effect::Arm { within, .. } => step.arm(HostTimer::Call(call), within),
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
    fn end<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        call: CallId,
        returned: Option<Returned<D>>,
    ) {
        let Some(Call { key, .. }) = self.calls.open.remove(&call) else { return };
        self.requests.forget(&Who::Call(key.clone(), call));
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
            self.end(step, call, Some(Returned::Outcome(Outcome::Unknown)));
        }
    }
}
