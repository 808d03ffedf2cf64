//! Erasure and export: calls that make several requests, one after the other (DIA-13, DIA-14).
//!
//! The tombstone first, for it fences whoever plays; then the message to them; then the journal entry. A ban comes last,
//! and is the adapter's (D24).

use super::calls::{Call, Job};
use super::{CallId, Exported, Host, Request, Returned, Step, Who, Wiped};
use crate::document::Document;
use crate::ids::Epoch;
use crate::input::{Command, Input, Notice, Outcome};
use crate::journal::{Journal, JournalUpdate};
use crate::queue::Priority;
use crate::record::{Life, Owner, Record};
use crate::rules::Rules;
use crate::timer::Millis;
use crate::update::{Ticket, Update};
use alloc::sync::Arc;
use core::hash::Hash;

/// An erasure that is under way.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Erase<D> {
    /// How often the present request has failed.
    pub(super) failed: u32,
    at: At<D>,
    /// What is erased if the tombstone is there.
    copy: Option<Arc<Record<D>>>,
}

/// The request that is made.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum At<D> {
    /// The record is read: the tombstone names its epoch.
    Looking,
    /// The tombstone is written over this.
    Writing(Arc<Record<D>>),
    /// It is there, and the journal entry is deleted.
    Clearing(Arc<Record<D>>, Outcome<Record<D>>),
}

/// An export that is under way.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Export<D> {
    /// How often the record could not be read.
    pub(super) failed: u32,
    /// Once it was read.
    record: Option<Option<Arc<Record<D>>>>,
}

impl<D> Erase<D> {
    pub(super) fn new() -> Self {
        Self { failed: 0, at: At::Looking, copy: None }
    }

    /// Goes on to the next request, which has not failed yet.
    fn go(&mut self, at: At<D>) {
        self.at = at;
        self.failed = 0;
    }

    /// What is known of it if it ends now.
    pub(super) fn ended(self, outcome: Outcome<Record<D>>) -> Wiped<D> {
        let (copy, outcome) = match self.at {
            At::Clearing(_, outcome) => (self.copy, outcome),
            // It is under way: what was read for it is the best that is known.
            At::Writing(seen) if matches!(outcome, Outcome::Unknown) => (self.copy.or(Some(seen)), outcome),
            At::Writing(_) | At::Looking => (self.copy, outcome),
        };
        Wiped { copy, outcome, journal: false }
    }
}

impl<D> Export<D> {
    pub(super) fn new() -> Self {
        Self { failed: 0, record: None }
    }
}

impl<K, D, C> Host<K, D, C>
where
    K: Clone + Ord + Hash,
    D: Document<C>,
    C: Clone,
{
    /// Makes the present request of an erasure or an export.
    pub(super) fn ask_next<R: ?Sized>(&mut self, step: &Step<'_, K, D, C, R>, call: CallId) {
        let Some(Call { key, job }) = self.calls.get(call) else { return };
        let key = key.clone();
        let update = match job {
            Job::Erase(Erase { at: At::Looking, .. }) | Job::Export(Export { record: None, .. }) => {
                return self.ask_call(key, call, Update::Look);
            }
            Job::Erase(Erase { at: At::Writing(seen), .. }) => {
                let expected = seen.epoch;
                return self.ask_call(key, call, Update::Wipe { expected });
            }
            Job::Erase(Erase { at: At::Clearing(tombstone, _), .. }) => {
                JournalUpdate::Delete { base: Arc::clone(tombstone) }
            }
            Job::Export(Export { record: Some(_), .. }) => JournalUpdate::Read,
            Job::Waiting(_) | Job::Read | Job::Deliver(_) | Job::Run(..) => return,
        };
        let ttl = Millis(step.config.settings().autosave.active_ttl_ms);
        self.requests.ask(Who::CallJournal(key, call), Request::Journal(update, ttl), Priority::Asked);
    }

    /// The answer about the record of an erasure, with what the rule was run on if that is known.
    pub(super) fn erased<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        call: CallId,
        outcome: Outcome<Record<D>>,
        before: Option<Arc<Record<D>>>,
    ) {
        let Some(Call { key, job: Job::Erase(erase) }) = self.calls.get_mut(call) else {
            // A rule that the application runs by itself.
            return self.call_answered(step, call, outcome);
        };
        let seen = if let At::Writing(seen) = &erase.at { Some(Arc::clone(seen)) } else { None };
        let before = before.or_else(|| seen.clone());
        match (&outcome, seen) {
            (Outcome::Unknown, Some(seen)) => {
                // Run on the tombstone of an earlier attempt, it has erased nothing more.
                let erased = before.filter(|it| !step.rules.is_wiped(it, seen.epoch));
                erase.copy = erased.or_else(|| erase.copy.take());
            }
            (Outcome::Wrote(Some(tombstone)), Some(_)) => {
                erase.copy.clone_from(&before);
                let (key, tombstone) = (key.clone(), Arc::clone(tombstone));
                let holder = before.and_then(|it| it.owner.map(|owner| (owner, it.epoch)));
                erase.go(At::Clearing(tombstone, outcome));
                self.nudge(step, &key, holder);
                return self.ask_next(step, call);
            }
            // It had been erased before, by an earlier attempt of this call or by somebody else.
            (Outcome::Read(Some(record)), Some(seen)) if step.rules.is_wiped(record, seen.epoch) => {
                erase.go(At::Clearing(Arc::clone(record), outcome));
                return self.ask_next(step, call);
            }
            (Outcome::Read(Some(record)), None) => {
                let record = Arc::clone(record);
                let is_erased = record.life == Life::Tombstone;
                erase.go(if is_erased { At::Clearing(record, outcome) } else { At::Writing(record) });
                return self.ask_next(step, call);
            }
            // wildcard: no record, or no answer
            (_, _) => {}
        }
        if !self.failed(step, call, &outcome) {
            self.end_erase(step, call, outcome, false);
        }
    }

    /// The answer about the record of an export.
    pub(super) fn exported<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        call: CallId,
        outcome: Outcome<Record<D>>,
    ) {
        let Some(Call { job: Job::Export(export), .. }) = self.calls.get_mut(call) else { return };
        match outcome {
            Outcome::Read(record) | Outcome::Wrote(record) => {
                export.record = Some(record);
                self.ask_next(step, call);
            }
            Outcome::Conflict | Outcome::Unknown | Outcome::Unavailable => {
                if !self.failed(step, call, &outcome) {
                    self.end(step, call, Some(Returned::Outcome(outcome)));
                }
            }
        }
    }

    /// The answer about the journal entry of either.
    pub(super) fn call_journal<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        call: CallId,
        outcome: Outcome<Journal<C>>,
    ) {
        match self.calls.get(call) {
            Some(Call { job: Job::Erase(_), .. }) => {
                if !self.failed(step, call, &outcome) {
                    let is_gone = matches!(outcome, Outcome::Read(None) | Outcome::Wrote(None));
                    self.end_erase(step, call, Outcome::Unknown, is_gone);
                }
            }
            Some(Call { key, job: Job::Export(Export { record: Some(record), .. }) }) => {
                let view = self.seats.get(key).and_then(|seat| seat.session().view().cloned());
                let exported = Exported { record: record.clone(), journal: outcome, view };
                self.end(step, call, Some(Returned::Exported(exported)));
            }
            Some(_) | None => {}
        }
    }

    /// Ends an erasure, and no other call.
    pub(super) fn end_erase<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        call: CallId,
        outcome: Outcome<Record<D>>,
        journal: bool,
    ) {
        let Some(Call { job: Job::Erase(erase), .. }) = self.calls.get(call) else { return };
        let wiped = Wiped { journal, ..erase.clone().ended(outcome) };
        self.end(step, call, Some(Returned::Wiped(wiped)));
    }

    /// Somebody else than the session that holds a record has written it: that session is told to look at it.
    pub(super) fn nudge<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        key: &K,
        holder: Option<(Owner, Epoch)>,
    ) {
        let Some((owner, epoch)) = holder else { return };
        let held = Ticket { epoch, nonce: owner.nonce };
        if owner.host != self.me {
            self.mail.put(step, &mut self.requests, owner.host, key, Notice::Look { held }, self.opening);
        } else if self.seats.get(key).is_some_and(|seat| seat.session().ticket() == held) {
            // One that cannot look now does so at its next request.
            let _ = self.run(step, key, Input::Command(Command::Refresh));
        }
    }
}
