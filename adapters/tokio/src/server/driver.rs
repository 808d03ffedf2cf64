//! The task that carries out what the host asks for: requests, timers, messages.

use super::guard::Watcher;
use super::observe;
use super::outbox::SOON;
use super::shared::{Common, Report};
use super::timers::Timers;
use super::{Options, Stores, topic, wire};
use crate::backend::{self, Bus, DurableStore, Key, MemoryStore, NotApplied, StoreError, Subscription, Trouble};
use crate::sync::{Mutex, lock};
use keyholder_core::budget::Kind;
use keyholder_core::document::Document;
use keyholder_core::heartbeat::PulseOutcome;
use keyholder_core::host::{Answer, HostEffect, HostInput, RequestId, Told};
use keyholder_core::ids::HostId;
use keyholder_core::input::{Notice, Outcome};
use keyholder_core::record::Record;
use keyholder_core::rules::{Liveness, Standard};
use keyholder_core::stored::Stored;
use keyholder_core::timer::Millis;
use keyholder_core::update::Update;
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};
use tracing::{Instrument, debug, info, warn};

/// Carries out what a server asks for, until the server has closed. Dropped before, it is as a crash: what is held is
/// recovered by whoever opens it next.
#[must_use = "a server does nothing unless its driver runs"]
#[derive(Debug)]
pub struct Driver<S, M, B, D: Document<C>, C: Clone> {
    shared: Common<D, C>,
    /// However this ends, run or not, nobody waits for ever.
    _stop: Stop<D, C>,
    stores: Stores<S, M, B>,
    options: Options,
    subscription: Option<Subscription>,
    timers: Timers,
    tasks: JoinSet<Answered<D, C>>,
    /// What each task was asked.
    asked: HashMap<Id, Asked<D, C>>,
}

#[derive(Debug)]
struct Asked<D, C> {
    request: RequestId,
    key: Option<Key>,
    late: Late<D, C>,
    told: observe::Request,
}

/// The answer if a task takes too long or panics.
#[derive(Debug)]
enum Late<D, C> {
    Answer(Answer<D, C>),
    /// Of an erasure, nobody knows; with what it was about to erase.
    Erased(About<D>),
}

impl<D, C> Late<D, C> {
    fn answer(self) -> Answer<D, C> {
        match self {
            Self::Answer(answer) => answer,
            Self::Erased(about) => Answer::Wiped(Outcome::Unknown, lock(&about).take()),
        }
    }
}

type About<D> = Arc<Mutex<Option<Arc<Record<D>>>>>;

/// After there was something to do, the driver looks so often whether there is more, before it sleeps for long.
const LOOKS: u32 = 5;
/// It never sleeps for longer.
const LONG: Duration = Duration::from_secs(60);

type Answered<D, C> = Option<(RequestId, Answer<D, C>)>;

impl<S, M, B, D, C> Driver<S, M, B, D, C>
where
    S: DurableStore,
    M: MemoryStore,
    B: Bus,
    D: Document<C> + Stored + Send + Sync + 'static,
    D::Shape: Send + Sync + 'static,
    C: Clone + Stored + Send + Sync + 'static,
{
    pub(super) fn new(
        shared: Common<D, C>,
        stores: Stores<S, M, B>,
        options: Options,
        subscription: Option<Subscription>,
    ) -> Self {
        Self {
            _stop: Stop(Arc::clone(&shared)),
            shared,
            stores,
            options,
            subscription,
            timers: Timers::default(),
            tasks: JoinSet::new(),
            asked: HashMap::new(),
        }
    }

    /// Runs the server until it has closed.
    pub async fn run(mut self) -> Report {
        let shared = Arc::clone(&self.shared);
        let _watcher = Watcher::new(Arc::clone(&shared.watch));
        let mut looks_left = LOOKS;
        loop {
            shared.save_asked();
            let (effects, is_closed) = shared.take();
            looks_left = if effects.is_empty() { looks_left.saturating_sub(1) } else { LOOKS };
            for (by, effect) in effects {
                self.carry(by, effect);
            }
            if is_closed && self.tasks.is_empty() {
                break;
            }
            // Who calls next need not wake it: that would take longer than what they ask for.
            let next = Instant::now() + if looks_left > 0 { SOON } else { LONG };
            let until = self.timers.next().map_or(next, |timer| timer.min(next));
            if !shared.sleep(until) {
                continue;
            }
            let mut heard = None;
            tokio::select! {
                // In this order, so that the same order of things is the same run. It starves nobody: whatever comes first,
                // what else is due is done below.
                biased;
                message = listen(&mut self.subscription) => heard = Some(message),
                () = shared.wake.rung() => {}
                () = sleep_until(until) => {}
                Some(done) = self.tasks.join_next_with_id(), if !self.tasks.is_empty() => self.answered(done),
            }
            // One look at the clock for all that is due.
            let now = Instant::now();
            match heard {
                Some(Some(message)) => {
                    for (key, notice) in wire::read(&message) {
                        let _ = shared.step_at(now, HostInput::Heard { key, notice });
                    }
                }
                // The bus has ended: silence is safe.
                Some(None) => self.subscription = None,
                None => {}
            }
            while let Some(done) = self.tasks.try_join_next_with_id() {
                self.answered(done);
            }
            while let Some(timer) = self.timers.pop_due(now) {
                let _ = shared.step_at(now, HostInput::Fired(timer));
            }
        }
        shared.stop()
    }

    fn carry(&mut self, by: Instant, effect: HostEffect<Key, D, C>) {
        match effect {
            HostEffect::Durable { request, key, update } => {
                let (store, shared, tries) =
                    (Arc::clone(&self.stores.durable), Arc::clone(&self.shared), self.options.tries);
                let kind = observe::kind(&update);
                let about = matches!(update, Update::Wipe { .. }).then(About::default);
                // A request that is given up may have been applied.
                let unknown = || Late::Answer(Answer::Durable(Outcome::Unknown));
                let late = about.clone().map_or_else(unknown, Late::Erased);
                self.ask(request, Some(key.clone()), kind, late, async move {
                    let config = &Arc::clone(shared.lock().config());
                    let note = |old: Option<&Arc<Record<D>>>| {
                        if let Some(about) = &about {
                            *lock(about) = old.cloned();
                        }
                    };
                    let answer = backend::update_from(&*store, &key, &update, &Standard, config, tries, note).await;
                    if let Some(trouble) = &answer.trouble {
                        debug!(%key, %trouble, "a request on a record had trouble");
                        let writes = if matches!(update, Update::Look) { None } else { Some(Kind::Write) };
                        throttled(&shared, trouble, [Some(Kind::Read), writes]);
                    }
                    match &about {
                        Some(about) => Answer::Wiped(answer.outcome, lock(about).take()),
                        None => Answer::Durable(answer.outcome),
                    }
                });
            }
            HostEffect::Journal { request, key, update, ttl } => {
                let (store, shared, tries) =
                    (Arc::clone(&self.stores.memory), Arc::clone(&self.shared), self.options.tries);
                let kind = observe::journal_kind(&update);
                self.ask(
                    request,
                    Some(key.clone()),
                    kind,
                    Late::Answer(Answer::Journal(Outcome::Unknown)),
                    async move {
                        let ttl = Duration::from_millis(ttl.0);
                        let config = &Arc::clone(shared.lock().config());
                        let answer =
                            backend::update_journal(&*store, &key, &update, &Standard, config, ttl, tries).await;
                        if let Some(trouble) = &answer.trouble {
                            debug!(%key, %trouble, "a request on a journal had trouble");
                            throttled(&shared, trouble, [Some(Kind::Memory), None]);
                        }
                        Answer::Journal(answer.outcome)
                    },
                );
            }
            HostEffect::Probe { request, host } => {
                let store = Arc::clone(&self.stores.memory);
                self.ask(request, None, "probe", Late::Answer(Answer::Probed(Liveness::Unreadable)), async move {
                    Answer::Probed(backend::probe(&*store, host).await.0)
                });
            }
            HostEffect::Heartbeat { request, ttl } => {
                let (store, me) = (Arc::clone(&self.stores.memory), self.shared.lock().host.id());
                self.ask(
                    request,
                    None,
                    "heartbeat",
                    Late::Answer(Answer::Heartbeat(PulseOutcome::Unknown)),
                    async move {
                        let (outcome, trouble) = match ttl {
                            Some(ttl) => backend::write_heartbeat(&*store, me, Duration::from_millis(ttl.0)).await,
                            None => backend::delete_heartbeat(&*store, me).await,
                        };
                        if let Some(trouble) = trouble {
                            warn!(%trouble, "the heartbeat could not be written");
                        }
                        Answer::Heartbeat(outcome)
                    },
                );
            }
            HostEffect::Tell { to, notices } => self.send(to, notices),
            HostEffect::Arm { timer, .. } => {
                observe::armed(&timer);
                self.timers.arm(timer, by);
            }
            HostEffect::Disarm(timer) => self.timers.disarm(&timer),
            HostEffect::Told(told) => tell(&told),
            // Whoever waits for these has been told.
            HostEffect::Event(..) | HostEffect::Returned(..) => {}
        }
    }

    /// Makes a request in a task of its own.
    fn ask(
        &mut self,
        request: RequestId,
        key: Option<Key>,
        kind: &'static str,
        late: Late<D, C>,
        work: impl Future<Output = Answer<D, C>> + Send + 'static,
    ) {
        let limit = self.options.request_timeout;
        let told = observe::Request::new(kind, self.shared.lock().spans.request(key.as_ref(), kind));
        let work = async move { timeout(limit, work).await.ok().map(|answer| (request, answer)) };
        let task = self.tasks.spawn(work.instrument(told.span.clone()));
        self.asked.insert(task.id(), Asked { request, key, late, told });
    }

    fn answered(&mut self, done: Result<(Id, Answered<D, C>), JoinError>) {
        let (id, answer) = match done {
            Ok((id, answer)) => (id, answer),
            Err(error) => {
                warn!(%error, "a store panicked; what it was asked may have been done");
                (error.id(), None)
            }
        };
        // A message has no answer.
        let Some(Asked { request, key, late, told }) = self.asked.remove(&id) else { return };
        let answer = answer.map_or_else(|| late.answer(), |(_, answer)| answer);
        told.answered(&answer);
        self.shared.answered(request, key, answer);
    }

    fn send(&mut self, to: HostId, notices: Vec<(Key, Notice)>) {
        let Ok(topic) = topic(to) else { return };
        let (bus, limit) = (Arc::clone(&self.stores.bus), self.options.request_timeout);
        let messages = wire::write(&notices, bus.capabilities().max_message_bytes);
        self.tasks.spawn(async move {
            for message in messages {
                if let Ok(Err(error)) = timeout(limit, bus.publish(&topic, message.into())).await {
                    debug!(%to, %error, "a message was not sent");
                }
            }
            None
        });
    }
}

/// A store that wants fewer requests is asked less.
fn throttled<D: Document<C>, C: Clone>(shared: &Common<D, C>, trouble: &Trouble, kinds: [Option<Kind>; 2]) {
    let Trouble::Store(StoreError::NotApplied(NotApplied::Throttled { wait })) = trouble else { return };
    let wait = wait.map(|it| Millis(u64::try_from(it.as_millis()).unwrap_or(u64::MAX)));
    for kind in kinds.into_iter().flatten() {
        let _ = shared.step(HostInput::Throttled(kind, wait));
    }
}

/// The next message; never one without a bus.
async fn listen(subscription: &mut Option<Subscription>) -> Option<Arc<str>> {
    match subscription {
        Some(subscription) => subscription.next().await,
        None => std::future::pending().await,
    }
}

fn tell(told: &Told<Key>) {
    match told {
        Told::Outage(failures) => warn!(failures, "the durable store does not answer; nothing can be saved at present"),
        Told::Recovered => info!("the durable store answers again"),
        Told::Late(key, age) => warn!(%key, ms = age.0, "a request has been outstanding for long"),
        Told::Closed => info!("the server has closed"),
        Told::Dropped(_) => {}
        _ => {}
    }
}

/// Whoever waits is told that the driver has stopped, also when it is dropped.
#[derive(Debug)]
pub(super) struct Stop<D: Document<C>, C: Clone>(pub(super) Common<D, C>);

impl<D: Document<C>, C: Clone> Drop for Stop<D, C> {
    fn drop(&mut self) {
        self.0.stop();
    }
}
