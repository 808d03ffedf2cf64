//! What callers and driver share: the host behind a lock that is held for one step at a time.
//!
//! A step is a computation in memory, so whoever calls makes it right there; what comes of it is left for the driver, which
//! is woken. What is left is bounded by the host's own bounds, for the host asks for each thing once.

use super::visits::Visits;
use super::waits::Waits;
use super::{CallError, Gone};
use crate::backend::Key;
use crate::dice::Dice;
use crate::recording::Observer;
use keyholder_core::config::Config;
use keyholder_core::document::Document;
use keyholder_core::effect::{End, Event};
use keyholder_core::host::{CallId, Host, HostEffect, HostInput, HostMisuse, Pace, Phase, Returned, Told};
use keyholder_core::ids::{HostId, Nonce};
use keyholder_core::timer::Millis;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, mpsc, oneshot, watch};
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
    pub(super) config: Config<D::Shape>,
    state: Mutex<State<D, C>>,
    /// Wakes the driver.
    pub(super) wake: Notify,
    start: Instant,
    events: Option<mpsc::Sender<(Key, Event)>>,
    /// Of the locations that have one of their own.
    paces: HashMap<String, Pace>,
    closed: watch::Sender<Option<Report>>,
}

pub(super) struct State<D: Document<C>, C: Clone> {
    pub(super) host: Host<Key, D, C>,
    /// What the driver has to carry out.
    out: Vec<HostEffect<Key, D, C>>,
    pub(super) waits: Waits,
    calls: HashMap<CallId, oneshot::Sender<Returned<D, C>>>,
    pub(super) visits: Visits,
    last_call: u64,
    nonces: Dice,
    report: Report,
    /// Events that the application has not taken out in time.
    missed: u64,
    /// The driver does not run any more.
    gone: bool,
    /// Who writes down each step.
    observer: Option<Box<dyn Observer<D, C>>>,
}

impl<D: Document<C>, C: Clone> Shared<D, C> {
    pub(super) fn new(
        me: HostId,
        config: Config<D::Shape>,
        events: Option<mpsc::Sender<(Key, Event)>>,
        paces: HashMap<String, Pace>,
        seed: u64,
        observer: Option<Box<dyn Observer<D, C>>>,
    ) -> Self {
        let state = State {
            host: Host::new(me, &config),
            out: Vec::new(),
            waits: Waits::default(),
            calls: HashMap::new(),
            visits: Visits::default(),
            last_call: 0,
            nonces: Dice::new(seed),
            report: Report::default(),
            missed: 0,
            gone: false,
            observer,
        };
        let (closed, _) = watch::channel(None);
        Self { config, state: Mutex::new(state), wake: Notify::new(), start: Instant::now(), events, paces, closed }
    }

    /// The state, between two steps.
    pub(super) fn lock(&self) -> MutexGuard<'_, State<D, C>> {
        // A step that panicked is a fault of the core; what it was stepping stays as it is.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
        if state.gone {
            return Err(HostMisuse::Closing);
        }
        let now = self.millis(now);
        let before = state.out.len();
        state.step(&self.config, now, input)?;
        if state.out.len() > before {
            for effect in state.out.split_off(before) {
                if let HostEffect::Event(key, Event::Opened { .. }) = &effect
                    && let Some(pace) = self.paces.get(key.location())
                {
                    let pace = HostInput::Pace { key: key.clone(), pace: *pace };
                    // It has no effect but on what comes later.
                    let _ = state.step(&self.config, now, pace);
                }
                if let Some(effect) = self.tell(state, effect) {
                    state.out.push(effect);
                }
            }
            if !state.out.is_empty() {
                self.wake.notify_one();
            }
        }
        Ok(())
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
            other => Some(other),
        }
    }

    /// Takes out what is to be carried out; true if nothing will follow but answers.
    pub(super) fn take(&self) -> (Vec<HostEffect<Key, D, C>>, bool) {
        let state = &mut *self.lock();
        (std::mem::take(&mut state.out), state.host.phase() == Phase::Closed)
    }

    /// The driver stops: nobody is left to wait for what does not come.
    pub(super) fn stop(&self) -> Report {
        let mut state = self.lock();
        state.gone = true;
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
    /// Steps the host, for whoever writes it down as well.
    fn step(&mut self, config: &Config<D::Shape>, now: Millis, input: HostInput<Key, D, C>) -> Result<(), HostMisuse> {
        let before = self.out.len();
        if let Some(observer) = &mut self.observer {
            observer.before(now, &input);
        }
        let taken = self.host.step(config, now, input, &mut self.out);
        if let Some(observer) = &mut self.observer {
            observer.after(taken.is_err(), self.out.get(before..).unwrap_or_default());
        }
        taken
    }

    pub(super) fn nonce(&mut self) -> Nonce {
        Nonce(self.nonces.next())
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
