//! What callers and driver share: the host behind a lock that is held for one step at a time.
//!
//! A step is a computation in memory, so whoever calls makes it right there; what comes of it is left for the driver, which
//! is woken. What is left is bounded by the host's own bounds, for the host asks for each thing once.

use super::guard::{self, Panicked, Watch, Whose};
use super::observe::{self, Spans};
use super::outbox::{Outbox, SOON};
use super::visits::Visits;
use super::waits::Waits;
use super::{CallError, Gone};
use crate::backend::Key;
use crate::dice::Dice;
use crate::recording::Observer;
use crate::sync::{Bell, Mutex, MutexGuard, lock};
use keyholder_core::config::Config;
use keyholder_core::document::Document;
use keyholder_core::effect::{End, Event};
use keyholder_core::host::{
    Answer, CallId, Host, HostEffect, HostInput, HostMisuse, Pace, Phase, RequestId, Returned, Told,
};
use keyholder_core::ids::{HostId, Nonce};
use keyholder_core::timer::Millis;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

/// How a server ended.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// Sessions that were saved and released.
    pub closed: u64,
    /// Sessions that were still under way at the end of the close window.
    pub abandoned: u64,
    /// Sessions that ended otherwise: refused, cancelled, lost to another server.
    pub others: u64,
}

pub(super) struct Shared<D: Document<C>, C: Clone> {
    state: Mutex<State<D, C>>,
    /// Wakes the driver.
    pub(super) wake: Bell,
    pub(super) watch: Arc<Watch>,
    start: Instant,
    events: Option<mpsc::Sender<(Key, Event)>>,
    /// Of the locations that have one of their own.
    paces: BTreeMap<String, Pace>,
    closed: watch::Sender<Option<Report>>,
}

pub(super) struct State<D: Document<C>, C: Clone> {
    pub(super) host: Host<Key, D, C>,
    /// Changes when a template is registered anew.
    config: Arc<Config<D::Shape>>,
    /// What the driver has to carry out; a timer is here by the moment it is due at.
    pub(super) out: Outbox<HostEffect<Key, D, C>>,
    /// Whose saves were asked for by somebody who does not wait: the driver asks the host for them.
    pub(super) saves: BTreeSet<Key>,
    /// What a step emits, while it is looked through.
    fresh: Vec<HostEffect<Key, D, C>>,
    pub(super) waits: Waits,
    pub(super) spans: Spans,
    calls: BTreeMap<CallId, oneshot::Sender<Returned<D, C>>>,
    pub(super) visits: Visits,
    last_call: u64,
    /// Of nonces, and of moments in a window.
    dice: Dice,
    report: Report,
    /// Events that the application has not taken out in time.
    missed: u64,
    /// The driver does not run any more.
    gone: bool,
    /// Who writes down each step.
    observer: Option<Box<dyn Observer<D, C>>>,
}

/// What is to be carried out, and by when.
pub(super) type Todo<D, C> = (Instant, HostEffect<Key, D, C>);

impl<D: Document<C>, C: Clone> Shared<D, C> {
    pub(super) fn new(
        me: HostId,
        config: Config<D::Shape>,
        events: Option<mpsc::Sender<(Key, Event)>>,
        paces: BTreeMap<String, Pace>,
        seed: u64,
        observer: Option<Box<dyn Observer<D, C>>>,
    ) -> Self {
        let state = State {
            host: Host::new(me, &config),
            config: Arc::new(config),
            out: Outbox::default(),
            saves: BTreeSet::new(),
            fresh: Vec::new(),
            waits: Waits::default(),
            spans: Spans::default(),
            calls: BTreeMap::new(),
            visits: Visits::default(),
            last_call: 0,
            dice: Dice::new(seed),
            report: Report::default(),
            missed: 0,
            gone: false,
            observer,
        };
        let (closed, _) = watch::channel(None);
        Self {
            state: Mutex::new(state),
            wake: Bell::default(),
            watch: Arc::new(Watch::new()),
            start: Instant::now(),
            events,
            paces,
            closed,
        }
    }

    /// The state, between two steps.
    pub(super) fn lock(&self) -> MutexGuard<'_, State<D, C>> {
        lock(&self.state)
    }

    pub(super) fn step(&self, input: HostInput<Key, D, C>) -> Result<(), HostMisuse> {
        self.step_at(Instant::now(), input)
    }

    pub(super) fn step_at(&self, now: Instant, input: HostInput<Key, D, C>) -> Result<(), HostMisuse> {
        self.step_in(&mut self.lock(), now, input)
    }

    /// Steps the host, and tells those who wait what its sessions say.
    pub(super) fn step_in(
        &self,
        state: &mut State<D, C>,
        now: Instant,
        input: HostInput<Key, D, C>,
    ) -> Result<(), HostMisuse> {
        self.step_by(state, now, now, input)
    }

    /// Steps the host for somebody who does not wait for what comes of it.
    pub(super) fn step_soon(
        &self,
        state: &mut State<D, C>,
        now: Instant,
        input: HostInput<Key, D, C>,
    ) -> Result<(), HostMisuse> {
        self.step_by(state, now, now + SOON, input)
    }

    fn step_by(
        &self,
        state: &mut State<D, C>,
        now: Instant,
        by: Instant,
        input: HostInput<Key, D, C>,
    ) -> Result<(), HostMisuse> {
        let whose = Whose::of(&input);
        self.step_of(state, now, by, whose, input)
    }

    /// The answer to a request about the record of this key.
    pub(super) fn answered(&self, request: RequestId, key: Option<Key>, answer: Answer<D, C>) {
        let whose = key.map_or(Whose::Server, Whose::Session);
        // The host asked for it, so it takes it.
        let now = Instant::now();
        let _ = self.step_of(&mut self.lock(), now, now, whose, HostInput::Answered(request, answer));
    }

    fn step_of(
        &self,
        state: &mut State<D, C>,
        at: Instant,
        by: Instant,
        whose: Whose,
        input: HostInput<Key, D, C>,
    ) -> Result<(), HostMisuse> {
        if state.gone {
            return Err(HostMisuse::Closing);
        }
        let now = self.millis(at);
        let stepped = self.guarded(state, now, whose, input);
        if state.fresh.is_empty() {
            return stepped;
        }
        // Looked through in place: both lists are used again and again.
        let mut todo = std::mem::take(&mut state.fresh);
        while !todo.is_empty() {
            for effect in todo.drain(..) {
                if let HostEffect::Event(key, Event::Opened { .. }) = &effect
                    && let Some(pace) = self.paces.get(key.location())
                {
                    let _ = self.guarded(state, now, Whose::Server, HostInput::Pace { key: key.clone(), pace: *pace });
                }
                if let Some(effect) = self.tell(state, effect) {
                    let by = match &effect {
                        HostEffect::Arm { within, .. } => {
                            at + Duration::from_millis(state.dice.within(within.min.0, within.max.0))
                        }
                        _ => by,
                    };
                    state.out.put(by, effect);
                }
            }
            std::mem::swap(&mut todo, &mut state.fresh);
        }
        if state.out.is_urgent() {
            self.wake.ring();
        }
        stepped
    }

    /// Steps the host, for whoever writes it down as well, and ends whose document panics.
    fn guarded(
        &self,
        state: &mut State<D, C>,
        now: Millis,
        whose: Whose,
        input: HostInput<Key, D, C>,
    ) -> Result<(), HostMisuse> {
        let State { host, config, fresh, observer, .. } = state;
        if let Some(observer) = observer {
            observer.before(now, &input);
        }
        match self.watch.measure(|| guard::step(host, config, now, input, fresh)) {
            Ok(stepped) => {
                if let Some(observer) = observer {
                    observer.after(stepped.is_err(), fresh);
                }
                stepped
            }
            Err(Panicked) => {
                // What follows could not be run again as it was.
                *observer = None;
                if guard::recover(host, config, now, whose, fresh).is_err() {
                    self.stop_in(state);
                    self.wake.ring();
                }
                Err(HostMisuse::Panicked)
            }
        }
    }

    /// The host's clock: since this server was made.
    pub(super) fn millis(&self, now: Instant) -> Millis {
        Millis(u64::try_from(now.saturating_duration_since(self.start).as_millis()).unwrap_or(u64::MAX))
    }

    /// What somebody waits for is told right away; all else is given back.
    fn tell(&self, state: &mut State<D, C>, effect: HostEffect<Key, D, C>) -> Option<HostEffect<Key, D, C>> {
        match effect {
            HostEffect::Event(key, event) => {
                state.waits.event(&key, event);
                state.visits.event(&key, event);
                state.spans.event(&key, &event);
                match event {
                    Event::Ended(End::Closed) => state.report.closed += 1,
                    Event::Ended(End::Abandoned) => state.report.abandoned += 1,
                    Event::Ended(_) => state.report.others += 1,
                    _ => {}
                }
                if let Some(events) = &self.events
                    && events.try_send((key, event)).is_err()
                {
                    state.missed += 1;
                    metrics::counter!("keyholder_missed_events_total").increment(1);
                }
                None
            }
            HostEffect::Returned(call, returned) => {
                if let Some(tell) = state.calls.remove(&call) {
                    // Who has stopped waiting has cancelled the call, or is about to.
                    let _ = tell.send(returned);
                }
                None
            }
            HostEffect::Told(Told::Dropped(key)) => {
                state.waits.dropped(&key);
                None
            }
            HostEffect::Told(Told::Joined(visit)) => {
                state.visits.joined(visit);
                None
            }
            HostEffect::Told(Told::Parted(visit, key)) => {
                state.visits.parted(visit, key);
                None
            }
            HostEffect::Told(Told::Left(visit)) => {
                state.visits.left(visit);
                None
            }
            HostEffect::Told(Told::Closed) => {
                self.closed.send_replace(Some(state.report));
                Some(HostEffect::Told(Told::Closed))
            }
            other => {
                if let HostEffect::Durable { key, .. } = &other
                    && state.host.session(key).is_some()
                {
                    state.spans.begin(key);
                }
                Some(other)
            }
        }
    }

    /// Takes out what is to be carried out; true if nothing will follow but answers.
    pub(super) fn take(&self) -> (Vec<Todo<D, C>>, bool) {
        let state = &mut *self.lock();
        observe::load(state);
        (state.out.take(), state.gone || state.host.phase() == Phase::Closed)
    }

    /// The driver stops: nobody is left to wait for what does not come.
    pub(super) fn stop(&self) -> Report {
        self.stop_in(&mut self.lock())
    }

    fn stop_in(&self, state: &mut State<D, C>) -> Report {
        state.gone = true;
        state.out.clear();
        state.saves.clear();
        state.fresh.clear();
        state.spans = Spans::default();
        state.observer = None;
        state.waits = Waits::default();
        state.calls.clear();
        state.visits = Visits::default();
        let report = state.report;
        self.closed.send_if_modified(|closed| closed.replace(report) != Some(report));
        report
    }

    /// The end of the server.
    pub(super) fn closed(&self) -> watch::Receiver<Option<Report>> {
        self.closed.subscribe()
    }
}

impl<D: Document<C>, C: Clone> State<D, C> {
    pub(super) fn nonce(&mut self) -> Nonce {
        Nonce(self.dice.next())
    }

    /// A call that is about to be made.
    pub(super) fn call(&mut self) -> (CallId, oneshot::Receiver<Returned<D, C>>) {
        self.last_call += 1;
        let call = CallId(self.last_call);
        let (tell, told) = oneshot::channel();
        self.calls.insert(call, tell);
        (call, told)
    }

    pub(super) fn forget(&mut self, call: CallId) {
        self.calls.remove(&call);
    }

    /// The settings and the schema.
    pub(super) fn config(&self) -> &Arc<Config<D::Shape>> {
        &self.config
    }

    /// From now on another schema.
    pub(super) fn set_config(&mut self, config: Config<D::Shape>) {
        self.config = Arc::new(config);
    }

    pub(super) fn missed(&self) -> u64 {
        self.missed
    }

    pub(super) fn is_gone(&self) -> bool {
        self.gone
    }
}

impl<D: Document<C>, C: Clone> fmt::Debug for Shared<D, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl From<oneshot::error::RecvError> for CallError {
    fn from(_: oneshot::error::RecvError) -> Self {
        Self::Gone(Gone)
    }
}

/// One server for many: a clone of the pointer.
pub(super) type Common<D, C> = Arc<Shared<D, C>>;
