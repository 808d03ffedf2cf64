//! What callers and driver share: the host behind a lock that is held for one step at a time.
//!
//! A step is a computation in memory, so whoever calls makes it right there; what comes of it is left for the driver, which
//! is woken. What is left is bounded by the host's own bounds, for the host asks for each thing once.

use super::waits::Waits;
use super::{CallError, Gone};
use crate::backend::Key;
use crate::dice::Dice;
use crate::sync::{Bell, Mutex, MutexGuard, lock};
use keyholder_core::config::Config;
use keyholder_core::document::Document;
use keyholder_core::effect::{End, Event};
use keyholder_core::host::{CallId, Host, HostEffect, HostInput, HostMisuse, Phase, Returned, Told};
use keyholder_core::ids::{HostId, Nonce};
use keyholder_core::timer::Millis;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
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
    pub(super) config: Config<D::Shape>,
    state: Mutex<State<D, C>>,
    /// Wakes the driver.
    pub(super) wake: Bell,
    start: Instant,
    events: Option<mpsc::Sender<(Key, Event)>>,
    closed: watch::Sender<Option<Report>>,
}

pub(super) struct State<D: Document<C>, C: Clone> {
    pub(super) host: Host<Key, D, C>,
    /// What the driver has to carry out.
    out: Vec<HostEffect<Key, D, C>>,
    pub(super) waits: Waits,
    calls: BTreeMap<CallId, oneshot::Sender<Returned<D>>>,
    last_call: u64,
    nonces: Dice,
    report: Report,
    /// Events that the application has not taken out in time.
    missed: u64,
    /// The driver does not run any more.
    gone: bool,
}

impl<D: Document<C>, C: Clone> Shared<D, C> {
    pub(super) fn new(
        me: HostId,
        config: Config<D::Shape>,
        events: Option<mpsc::Sender<(Key, Event)>>,
        seed: u64,
    ) -> Self {
        let state = State {
            host: Host::new(me, &config),
            out: Vec::new(),
            waits: Waits::default(),
            calls: BTreeMap::new(),
            last_call: 0,
            nonces: Dice::new(seed),
            report: Report::default(),
            missed: 0,
            gone: false,
        };
        let (closed, _) = watch::channel(None);
        Self { config, state: Mutex::new(state), wake: Bell::default(), start: Instant::now(), events, closed }
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
        if state.gone {
            return Err(HostMisuse::Closing);
        }
        let now = u64::try_from(now.saturating_duration_since(self.start).as_millis()).unwrap_or(u64::MAX);
        let before = state.out.len();
        state.host.step(&self.config, Millis(now), input, &mut state.out)?;
        if state.out.len() > before {
            for effect in state.out.split_off(before) {
                if let Some(effect) = self.tell(state, effect) {
                    state.out.push(effect);
                }
            }
            if !state.out.is_empty() {
                self.wake.ring();
            }
        }
        Ok(())
    }

    /// What somebody waits for is told right away; all else is given back.
    fn tell(&self, state: &mut State<D, C>, effect: HostEffect<Key, D, C>) -> Option<HostEffect<Key, D, C>> {
        match effect {
            HostEffect::Event(key, event) => {
                state.waits.event(&key, event);
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
        state.waits = Waits::default();
        state.calls.clear();
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
        Nonce(self.nonces.next())
    }

    /// A call that is about to be made.
    pub(super) fn call(&mut self) -> (CallId, oneshot::Receiver<Returned<D>>) {
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
