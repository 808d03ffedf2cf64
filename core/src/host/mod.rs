//! The host: everything that one server does about its players' records, as one pure state machine.
//!
//! It owns a [`Session`](crate::session::Session) per key and decides *when* what they ask for is done: which request
//! goes first, how much of the platform's budget it may take, how long an idle player waits, who is let in while the
//! server starts, and what happens when it ends. Whether anything may be written at all is none of its business: that
//! the rules decide, on the record. So a host that is wrong costs time and never data.
//!
//! It is stepped like a session: one input in, every effect out of the same call, in order. `now` arrives with the
//! input, in milliseconds of a clock that does not go back.

mod boot;
mod calls;
mod effect;
mod erase;
mod input;
mod mail;
mod outline;
mod requests;
mod seat;
mod shutdown;
mod statistics;
mod visits;

pub use effect::{Exported, HostEffect, HostTimer, Returned, Told, Wiped};
pub use input::{Answer, CallId, HostInput, HostMisuse, Opening, Pace, RequestId, VisitId, Work};
pub use outline::Outline;
pub use statistics::Statistics;

use crate::budget::Kind;
use crate::cache::Cache;
use crate::config::Config;
use crate::document::Document;
use crate::heartbeat::{self, Pulse, PulseEffect, PulseEffects, PulseInput};
use crate::ids::HostId;
use crate::input::{Input, Outcome};
use crate::record::Record;
use crate::rules::{Rules, Standard};
use crate::timer::{Millis, Window};
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use boot::Boot;
use calls::Calls;
use core::hash::Hash;
use mail::Mail;
use requests::{Request, Requests, Who};
use seat::Seat;
use visits::Visits;

/// So many answers in a row that are none are an outage.
const OUTAGE: u32 = 5;

/// One server. Its keys say whose record: a location and a player, in whatever way the adapter has them.
#[derive(Clone, Debug)]
pub struct Host<K, D, C> {
    me: HostId,
    phase: Phase,
    boot: Boot<K>,
    seats: BTreeMap<K, Seat<D, C>>,
    /// How many of them have neither been opened nor refused yet.
    opening: usize,
    calls: Calls<K, D, C>,
    visits: Visits<K>,
    requests: Requests<K, D, C>,
    mail: Mail<K>,
    pulse: Pulse,
    cache: Cache<K, Arc<Record<D>>>,
    /// Answers of the durable store in a row that were none.
    failures: u32,
}

/// Where a host is in its life.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Phase {
    /// Made, not started.
    New,
    /// Starting up: who comes is kept in order.
    Booting,
    /// Players play.
    Open,
    /// Every session is being closed.
    Closing,
    /// Nothing is held any more.
    Closed,
}

/// What every transition needs at hand.
struct Step<'a, K, D: Document<C>, C: Clone, R: ?Sized> {
    rules: &'a R,
    config: &'a Config<D::Shape>,
    now: Millis,
    out: &'a mut Vec<HostEffect<K, D, C>>,
}

impl<K, D, C, R: ?Sized> Step<'_, K, D, C, R>
where
    D: Document<C>,
    C: Clone,
{
    fn arm(&mut self, timer: HostTimer<K>, within: Window) {
        self.out.push(HostEffect::Arm { timer, within });
    }

    fn told(&mut self, told: Told<K>) {
        self.out.push(HostEffect::Told(told));
    }
}

impl<K, D, C> Host<K, D, C>
where
    K: Clone + Ord + Hash,
    D: Document<C>,
    C: Clone,
{
    /// A server that does nothing yet. Its id is random, and of this run of the process alone.
    pub fn new(me: HostId, config: &Config<D::Shape>) -> Self {
        Self {
            me,
            phase: Phase::New,
            boot: Boot::new(),
            seats: BTreeMap::new(),
            opening: 0,
            calls: Calls::new(config.settings()),
            visits: Visits::new(),
            requests: Requests::new(config.settings()),
            mail: Mail::new(),
            pulse: Pulse::new(),
            cache: Cache::new(&config.settings().cache),
            failures: 0,
        }
    }

    /// Takes one input under the standard rules and puts all of its effects, in order, behind those in `out`.
    ///
    /// # Errors
    /// [`HostMisuse`] is the caller's mistake or a limit: nothing has changed, and `out` is as it was.
    pub fn step(
        &mut self,
        config: &Config<D::Shape>,
        now: Millis,
        input: HostInput<K, D, C>,
        out: &mut Vec<HostEffect<K, D, C>>,
    ) -> Result<(), HostMisuse> {
        self.step_with(&Standard, config, now, input, out)
    }

    /// Takes one input under the given rules.
    ///
    /// # Errors
    /// As [`Host::step`].
    pub fn step_with<R: Rules<D, C> + ?Sized>(
        &mut self,
        rules: &R,
        config: &Config<D::Shape>,
        now: Millis,
        input: HostInput<K, D, C>,
        out: &mut Vec<HostEffect<K, D, C>>,
    ) -> Result<(), HostMisuse> {
        let step = &mut Step { rules, config, now, out };
        match input {
            HostInput::Start => self.start(step)?,
            HostInput::Ready => self.ready(step)?,
            HostInput::Open { key, mode, nonce } => self.open(step, key, mode, nonce)?,
            HostInput::Command { key, command } => self.command(step, &key, command)?,
            HostInput::Join { visit, records } => self.join(step, visit, records)?,
            HostInput::Leave(visit) => self.leave_visit(step, visit)?,
            HostInput::Pace { key, pace } => self.pace(&key, pace)?,
            HostInput::Active(key) => self.active(step, &key),
            HostInput::Throttled(kind, wait) => self.requests.throttled(kind, wait, step.now),
            HostInput::Observed { kind, remaining, lasts } => self.requests.observed(kind, remaining, lasts, step.now),
            HostInput::Call { key, call, work } => self.call(step, key, call, work)?,
            HostInput::Cancel { key, call } => self.cancel(step, &key, call)?,
            HostInput::Answered(request, answer) => self.answered(step, request, answer)?,
            HostInput::Fired(timer) => self.fired(step, timer),
            HostInput::Heard { key, notice } => self.heard(step, key, notice),
            HostInput::Shutdown => self.shutdown(step)?,
        }
        self.requests.pump(step);
        self.finish(step);
        Ok(())
    }

    fn start<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>) -> Result<(), HostMisuse> {
        if self.phase != Phase::New {
            return Err(HostMisuse::Phase);
        }
        self.phase = Phase::Booting;
        self.beat(step, PulseInput::Start);
        step.arm(HostTimer::Janitor, Window::exactly(step.config.settings().janitor_every_ms));
        Ok(())
    }

    /// Refuses what needs a host that has been started and does not close.
    fn must_run(&self) -> Result<(), HostMisuse> {
        match self.phase {
            Phase::New => Err(HostMisuse::Phase),
            Phase::Closing | Phase::Closed => Err(HostMisuse::Closing),
            Phase::Booting | Phase::Open => Ok(()),
        }
    }

    fn answered<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        request: RequestId,
        answer: Answer<D, C>,
    ) -> Result<(), HostMisuse> {
        let Some(who) = self.requests.answered(request, &answer, step.now).ok_or(HostMisuse::NotAsked)? else {
            // Whoever asked has left.
            return Ok(());
        };
        if let Answer::Durable(outcome) | Answer::Wiped(outcome, _) = &answer {
            self.requests.statistics.answer(outcome);
            self.health(step, outcome);
            self.remember(&who, outcome, step.now);
        }
        match (who, answer) {
            (Who::Session(key), Answer::Durable(outcome)) => self.run(step, &key, Input::Durable(outcome))?,
            (Who::Journal(key), Answer::Journal(outcome)) => self.run(step, &key, Input::Journal(outcome))?,
            (Who::Probe(key, host), Answer::Probed(alive)) => self.run(step, &key, Input::Probed(host, alive))?,
            (Who::Call(_, call), Answer::Durable(outcome)) => self.call_answered(step, call, outcome),
            (Who::Call(_, call), Answer::Wiped(outcome, before)) => self.erased(step, call, outcome, before),
            (Who::CallJournal(_, call), Answer::Journal(outcome)) => self.call_journal(step, call, outcome),
            (Who::Pulse, Answer::Heartbeat(outcome)) => self.beat(step, PulseInput::Answered(outcome)),
            (_, _) => {} // wildcard: the requests know that it is of the kind that was asked for
        }
        Ok(())
    }

    fn fired<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>, timer: HostTimer<K>) {
        match timer {
            HostTimer::Session(key, timer) => {
                if let Some(seat) = self.seats.get_mut(&key) {
                    seat.disarmed(timer);
                    let _ = self.run(step, &key, Input::Fired(timer));
                }
            }
            HostTimer::Call(call) => self.call_again(step, call),
            HostTimer::Heartbeat => self.beat(step, PulseInput::Fired),
            // They are made after every step.
            HostTimer::Requests => self.requests.woken(),
            HostTimer::Batch => self.mail.send(step, &mut self.requests),
            HostTimer::Janitor => self.look_around(step),
            HostTimer::Deadline => self.deadline(step),
        }
    }

    /// Steps the heartbeat and carries out what it says.
    fn beat<R: ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>, input: PulseInput) {
        let mut effects = PulseEffects::new();
        // Its answers were asked for: the requests know.
        let _ = self.pulse.step(step.config, input, &mut effects);
        for effect in effects.drain() {
            match effect {
                PulseEffect::Arm { within } => step.arm(HostTimer::Heartbeat, within),
                PulseEffect::Write { ttl } => self.requests.beat(step, Some(ttl)),
                PulseEffect::Delete => self.requests.beat(step, None),
            }
        }
    }

    /// Tells of an outage, and of its end.
    fn health<R: ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>, outcome: &Outcome<Record<D>>) {
        match outcome {
            Outcome::Unknown | Outcome::Unavailable => {
                self.failures = self.failures.saturating_add(1);
                if self.failures == OUTAGE {
                    step.told(Told::Outage(self.failures));
                }
            }
            Outcome::Read(_) | Outcome::Wrote(_) | Outcome::Conflict => {
                if self.failures >= OUTAGE {
                    step.told(Told::Recovered);
                }
                self.failures = 0;
            }
        }
    }

    /// Keeps what was read for those who read next (DIA-21).
    fn remember(&mut self, who: &Who<K>, outcome: &Outcome<Record<D>>, now: Millis) {
        let (Who::Session(key) | Who::Call(key, _)) = who else { return };
        match outcome {
            Outcome::Read(Some(record)) | Outcome::Wrote(Some(record)) => {
                let _ = self.cache.put_clean(key.clone(), record.clone(), now);
            }
            // Nothing is there, or what is in the store may be newer now.
            Outcome::Read(None) | Outcome::Wrote(None) | Outcome::Conflict | Outcome::Unknown => {
                _ = self.cache.remove(key);
            }
            Outcome::Unavailable => {}
        }
    }

    /// Reports what has been outstanding for long, and ends nothing (D38).
    fn look_around<R: ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>) {
        let every = step.config.settings().janitor_every_ms;
        for (key, age) in self.requests.older_than(step.now, Millis(every)) {
            step.out.push(HostEffect::Told(Told::Late(key, age)));
        }
        if self.phase < Phase::Closed {
            step.arm(HostTimer::Janitor, Window::exactly(every));
        }
    }

    /// Where the host is.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// This server.
    pub fn id(&self) -> HostId {
        self.me
    }

    /// The keys that have a session here, with it.
    pub fn sessions(&self) -> impl Iterator<Item = (&K, &crate::session::Session<D, C>)> {
        self.seats.iter().map(|(key, seat)| (key, seat.session()))
    }

    /// The session of a key.
    pub fn session(&self, key: &K) -> Option<&crate::session::Session<D, C>> {
        self.seats.get(key).map(Seat::session)
    }

    /// The cache of reads without a session.
    pub fn cache(&self) -> &Cache<K, Arc<Record<D>>> {
        &self.cache
    }

    /// What it has done so far.
    pub fn statistics(&self) -> Statistics {
        self.requests.statistics
    }

    /// How many requests of a kind the budget has room for now (KIT-4).
    pub fn budget_left(&self, kind: Kind, now: Millis) -> u32 {
        self.requests.left(kind, now)
    }

    /// How many calls are open, and how many visits are here.
    pub fn open_calls_and_visits(&self) -> (usize, usize) {
        (self.calls.len(), self.visits.len())
    }

    /// How many requests wait, and how many are outstanding.
    pub fn load(&self) -> (usize, usize) {
        self.requests.load()
    }
}
