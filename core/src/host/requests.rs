//! What is asked of the stores: which request goes first, and when the budget has room for it (KIT-11, DIA-6, DIA-7).
//!
//! Writes of records stand in the [`Queue`]; whoever asks for one has at most one. Reads of records, and what is asked of
//! the memory store, go in the order in which they came. A request that was let out of its line waits, if it must, for
//! the budget; it is never dropped.

use super::statistics::more;
use super::{Answer, HostEffect, HostTimer, RequestId, Statistics, Step};
use crate::budget::{Budget, Kind, Taken, Urgency};
use crate::config::Settings;
use crate::document::Document;
use crate::ids::HostId;
use crate::journal::JournalUpdate;
use crate::queue::{Ended, Priority, Queue};
use crate::timer::{Millis, Window};
use crate::update::Update;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;

/// How long nothing of a kind is sent that a store has throttled without saying for how long.
const THROTTLED: Millis = Millis(1_000);

/// Who asks.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) enum Who<K> {
    /// The session of a key, about its record.
    Session(K),
    /// The same, about its journal entry.
    Journal(K),
    /// The same, about the heartbeat of another server.
    Probe(K, HostId),
    /// A call about the record of a key.
    Call(K, super::CallId),
    /// The same, about its journal entry.
    CallJournal(K, super::CallId),
    /// The host itself, about its own heartbeat.
    Pulse,
}

/// What is asked.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum Request<D, C> {
    Durable(Update<D, C>),
    Journal(JournalUpdate<D, C>, Millis),
    /// Of the server that is named by who asks.
    Probe,
}

/// Requests that wait, and requests that are outstanding.
#[derive(Clone, Debug)]
pub(super) struct Requests<K, D, C> {
    /// Writes of records in their order.
    writes: Queue<Who<K>, ()>,
    /// Reads of records, and requests on the memory store.
    reads: VecDeque<Who<K>>,
    memory: VecDeque<Who<K>>,
    /// What waits, wherever it waits.
    waiting: BTreeMap<Who<K>, Request<D, C>>,
    /// Writes that were let out of their line and wait for the budget.
    short: Vec<(Who<K>, Urgency)>,
    budget: Budget,
    running: BTreeMap<RequestId, Running<K>>,
    /// The request of each who waits for an answer. Where somebody has left, the answer that comes is nobody's.
    asked: BTreeMap<Who<K>, RequestId>,
    next: u64,
    /// When the timer fires.
    wake: Option<Millis>,
    pub(super) statistics: Statistics,
}

#[derive(Clone, Debug)]
struct Running<K> {
    who: Who<K>,
    since: Millis,
    write: bool,
}

impl<K: Clone + Ord, D: Document<C>, C: Clone> Requests<K, D, C> {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            writes: Queue::new(&settings.queue, &settings.shutdown),
            reads: VecDeque::new(),
            memory: VecDeque::new(),
            waiting: BTreeMap::new(),
            short: Vec::new(),
            budget: Budget::new(&settings.budget, Millis(0)),
            running: BTreeMap::new(),
            asked: BTreeMap::new(),
            next: 0,
            wake: None,
            statistics: Statistics::default(),
        }
    }

    /// A key is open here, and has its places in the queue.
    pub(super) fn track(&mut self, who: Who<K>) {
        self.writes.track(who);
    }

    /// So many players are here: the platform gives more to more.
    pub(super) fn players(&mut self, count: usize, now: Millis) {
        self.budget.players(u32::try_from(count).unwrap_or(u32::MAX), now);
    }

    /// Puts a request into its line.
    pub(super) fn ask(&mut self, who: Who<K>, request: Request<D, C>, priority: Priority) {
        match &request {
            Request::Durable(Update::Look) => self.reads.push_back(who.clone()),
            Request::Durable(_) => {
                // Whoever asks is tracked, so there is a place.
                let _ = self.writes.push(who.clone(), (), priority);
            }
            Request::Journal(..) | Request::Probe => self.memory.push_back(who.clone()),
        }
        self.waiting.insert(who, request);
    }

    /// Makes the write that waits for this key more urgent: somebody waits for it now.
    pub(super) fn raise(&mut self, key: &K, priority: Priority) {
        let who = Who::Session(key.clone());
        if !matches!(self.waiting.get(&who), Some(Request::Durable(update)) if !matches!(update, Update::Look)) {
            return;
        }
        match self.short.iter_mut().find(|(other, _)| *other == who) {
            Some((_, urgency)) => *urgency = urgency_of(priority).max(*urgency),
            // The newer one takes the place of the older one, which is the same.
            None => _ = self.writes.push(who, (), priority),
        }
    }

    /// Writes the heartbeat entry at once: it is one for the whole server, and what all others rely on.
    pub(super) fn beat<R: ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>, ttl: Option<Millis>) {
        let _ = self.budget.take(Kind::Memory, 1, Urgency::Urgent, step.now);
        more(&mut self.statistics.memory, 1);
        let request = self.begin(Who::Pulse, false, step.now);
        step.out.push(HostEffect::Heartbeat { request, ttl });
    }

    /// Whether the budget has room for a message, which is then taken.
    pub(super) fn may_tell<R: ?Sized>(&mut self, step: &Step<'_, K, D, C, R>) -> Taken {
        let taken = self.budget.take(Kind::Message, 1, Urgency::Urgent, step.now);
        if taken == Taken::Ready {
            more(&mut self.statistics.messages, 1);
        }
        taken
    }

    /// A store wants fewer requests of a kind.
    pub(super) fn throttled(&mut self, kind: Kind, wait: Option<Millis>, now: Millis) {
        more(&mut self.statistics.throttled, 1);
        let wait = wait.unwrap_or(THROTTLED);
        self.budget.throttled(kind, Millis(now.0.saturating_add(wait.0)), now);
    }

    /// A store says what is left of a kind.
    pub(super) fn observed(&mut self, kind: Kind, remaining: u32, lasts: Millis, now: Millis) {
        self.budget.observed(kind, remaining, Millis(now.0.saturating_add(lasts.0)));
    }

    /// How many requests of a kind could be made now.
    pub(super) fn left(&self, kind: Kind, now: Millis) -> u32 {
        self.budget.left(kind, now)
    }

    /// Makes what may be made now, and arms the timer for the rest.
    pub(super) fn pump<R: ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>) {
        if self.waiting.is_empty() {
            return;
        }
        let mut wake: Option<Millis> = None;
        let mut later = |at: Millis| wake = Some(wake.map_or(at, |it| it.min(at)));
        for (who, urgency) in core::mem::take(&mut self.short) {
            if let Some(at) = self.write(step, who, urgency) {
                later(at);
            }
        }
        while let Some(start) = self.writes.next(step.now) {
            if let Some(at) = self.write(step, start.key, urgency_of(start.priority)) {
                later(at);
            }
        }
        for lane in [Lane::Reads, Lane::Memory] {
            if let Some(at) = self.drain(step, lane) {
                later(at);
            }
        }
        if let Some(at) = self.writes.wake_at() {
            later(at);
        }
        if let Some(at) = wake.filter(|at| self.wake.is_none_or(|armed| *at < armed)) {
            self.wake = Some(at);
            step.arm(HostTimer::Requests, Window::exactly(at.0.saturating_sub(step.now.0).max(1)));
        }
    }

    /// The timer has fired.
    pub(super) fn woken(&mut self) {
        self.wake = None;
    }

    /// Makes a write if the budget has room (it reads as well, so it counts as both), else keeps it, and says when there will be.
    fn write<R: ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>, who: Who<K>, urgency: Urgency) -> Option<Millis> {
        let at = match self.budget.take_all(&[(Kind::Read, 1), (Kind::Write, 1)], urgency, step.now) {
            Taken::Ready => {
                self.send(step, who, true);
                return None;
            }
            Taken::At(at) => Some(at),
            Taken::Never => None,
        };
        self.short.push((who, urgency));
        at
    }

    fn drain<R: ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>, lane: Lane) -> Option<Millis> {
        loop {
            let (line, kind) = match lane {
                Lane::Reads => (&mut self.reads, Kind::Read),
                Lane::Memory => (&mut self.memory, Kind::Memory),
            };
            line.front()?;
            match self.budget.take(kind, 1, Urgency::Normal, step.now) {
                Taken::Ready => {
                    let who = line.pop_front()?;
                    self.send(step, who, false);
                }
                Taken::At(at) => return Some(at),
                Taken::Never => return None,
            }
        }
    }

    fn send<R: ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>, who: Who<K>, write: bool) {
        let Some(asked) = self.waiting.remove(&who) else { return };
        let counts = &mut self.statistics;
        match &asked {
            Request::Durable(Update::Look) => more(&mut counts.reads, 1),
            Request::Durable(_) => more(&mut counts.writes, 1),
            Request::Journal(..) | Request::Probe => more(&mut counts.memory, 1),
        }
        let request = self.begin(who.clone(), write, step.now);
        let effect = match (asked, who) {
            (Request::Durable(update), Who::Session(key) | Who::Call(key, _)) => {
                HostEffect::Durable { request, key, update }
            }
            (Request::Journal(update, ttl), Who::Journal(key) | Who::CallJournal(key, _)) => {
                HostEffect::Journal { request, key, update, ttl }
            }
            (Request::Probe, Who::Probe(_, host)) => HostEffect::Probe { request, host },
            (Request::Durable(_) | Request::Journal(..) | Request::Probe, _) => return, // wildcard: each asks for its own kind
        };
        step.out.push(effect);
    }

    fn begin(&mut self, who: Who<K>, write: bool, since: Millis) -> RequestId {
        self.next = self.next.wrapping_add(1);
        let request = RequestId(self.next);
        self.asked.insert(who.clone(), request);
        self.running.insert(request, Running { who, since, write });
        request
    }

    /// Takes note of an answer, and says whose it is; `None` if it was not asked for. Inside, nothing if nobody waits any
    /// more.
    pub(super) fn answered(
        &mut self,
        request: RequestId,
        answer: &Answer<D, C>,
        now: Millis,
    ) -> Option<Option<Who<K>>> {
        let running = self.running.get(&request)?;
        let fits = match (&running.who, answer) {
            (Who::Session(_) | Who::Call(..), Answer::Durable(_)) => true,
            (Who::Call(..), Answer::Wiped(..)) => true,
            (Who::Journal(_) | Who::CallJournal(..), Answer::Journal(_)) => true,
            (Who::Probe(..), Answer::Probed(_)) => true,
            (Who::Pulse, Answer::Heartbeat(_)) => true,
            (_, _) => false, // wildcard: another kind
        };
        if !fits {
            return None;
        }
        let Running { who, write, .. } = self.running.remove(&request)?;
        if write {
            // It runs, so it is known; of a flush, the session tells the verdict.
            let _ = self.writes.done(&who, Ended::Done, now);
        }
        let is_waiting = self.asked.get(&who) == Some(&request);
        if is_waiting {
            self.asked.remove(&who);
        }
        Some(is_waiting.then_some(who))
    }

    /// Nobody waits for what this one asked: what waits is dropped, and an answer that comes is none of anybody's.
    pub(super) fn forget(&mut self, who: &Who<K>) {
        if self.waiting.remove(who).is_some() {
            self.reads.retain(|it| it != who);
            self.memory.retain(|it| it != who);
            if self.short.iter().any(|(it, _)| it == who) {
                self.short.retain(|(it, _)| it != who);
                let _ = self.writes.done(who, Ended::Failed, Millis(0));
            }
        }
        let _ = self.writes.remove(who);
        self.asked.remove(who);
    }

    /// The same of everything that the session of a key has asked.
    pub(super) fn forget_session(&mut self, key: &K) {
        self.forget(&Who::Session(key.clone()));
        self.forget(&Who::Journal(key.clone()));
        let probes = Who::Probe(key.clone(), HostId(0))..=Who::Probe(key.clone(), HostId(u64::MAX));
        let waiting = self.waiting.range(probes.clone()).map(|(who, _)| who);
        let probes: Vec<_> = waiting.chain(self.asked.range(probes).map(|(who, _)| who)).cloned().collect();
        for who in probes {
            self.forget(&who);
        }
    }

    /// Nothing waits for a cooldown any more.
    pub(super) fn flush(&mut self, deadline: Millis) {
        self.writes.flush(deadline);
    }

    /// True while this one has asked and has no answer.
    pub(super) fn is_asked(&self, who: &Who<K>) -> bool {
        self.waiting.contains_key(who) || self.asked.contains_key(who)
    }

    /// Requests of sessions that are outstanding for longer than this, with their key and age.
    pub(super) fn older_than(&self, now: Millis, age: Millis) -> Vec<(K, Millis)> {
        let old = self.running.iter().filter_map(|(request, it)| {
            let since = Millis(now.0.saturating_sub(it.since.0));
            let Who::Session(key) = &it.who else { return None };
            let is_late = since >= age && self.asked.get(&it.who) == Some(request);
            is_late.then(|| (key.clone(), since))
        });
        old.collect()
    }

    /// All of it that decides what is asked next, but for the budget and the numbers of requests. Of those that are
    /// outstanding, in the order in which they were made: who asked, whether it is a write, whether an answer is waited for.
    pub(super) fn outline(&self) -> Outline<'_, K, D, C> {
        // Every field by name, as in the outline of a host.
        let Self { writes, reads, memory, waiting, short, budget: _, running, asked, next: _, wake, statistics: _ } =
            self;
        let running = running.iter().map(|(request, it)| {
            let Running { who, since: _, write } = it;
            (who, *write, asked.get(who) == Some(request))
        });
        Outline { writes, reads, memory, waiting, short, running: running.collect(), wake: *wake }
    }

    /// How many wait, and how many are outstanding.
    pub(super) fn load(&self) -> (usize, usize) {
        (self.waiting.len(), self.running.len())
    }
}

/// As [`super::Outline`] says.
#[derive(Debug, Eq, Hash, PartialEq)]
pub(super) struct Outline<'a, K: Ord, D, C> {
    writes: &'a Queue<Who<K>, ()>,
    reads: &'a VecDeque<Who<K>>,
    memory: &'a VecDeque<Who<K>>,
    waiting: &'a BTreeMap<Who<K>, Request<D, C>>,
    short: &'a [(Who<K>, Urgency)],
    running: Vec<(&'a Who<K>, bool, bool)>,
    wake: Option<Millis>,
}

#[derive(Clone, Copy)]
enum Lane {
    Reads,
    Memory,
}

/// Who leaves may use what is kept for the end.
fn urgency_of(priority: Priority) -> Urgency {
    match priority {
        Priority::Leave => Urgency::Urgent,
        Priority::Asked | Priority::Autosave => Urgency::Normal,
    }
}
