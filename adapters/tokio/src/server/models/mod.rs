//! Models for loom, which tries the orders in which threads may come: the real host, handle and stores in memory, behind
//! loom's lock.
//!
//! `RUSTFLAGS="--cfg keyholder_loom" cargo test -p keyholder-tokio --lib --target-dir target/loom models::`
//!
//! Of the driver, its loop is modelled: tasks and a clock belong to tokio, which cannot be built for loom. Stores answer at
//! once, and a timer that somebody waits for fires as soon as there is nothing else to do. A thread is interrupted where it
//! would not have to wait at most [`PREEMPTIONS`] times in one order, unless `LOOM_MAX_PREEMPTIONS` says otherwise.
//!
//! Beside each model stands one that is broken, and that loom has to catch: in a process of its own, for that ends by it.

mod bell;
mod calls;
mod ends;
mod race;
mod saves;

use super::Handle;
use super::driver::Stop;
use super::shared::{Common, Shared};
use super::timers::Timers;
use crate::backend::{self, DurableStore, Key};
use crate::memory::{Durable, DurableSettings};
use keyholder_core::config::{Budget, Config, Settings, StealPolicy};
use keyholder_core::heartbeat::PulseOutcome;
use keyholder_core::host::{Answer, HostEffect, HostInput, HostTimer};
use keyholder_core::ids::{HostId, SchemaVersion};
use keyholder_core::input::Outcome;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::rules::{Liveness, Standard};
use keyholder_core::timer::Timer;
use keyholder_core::tree::{Change, Declared, Schema, Tree};
use keyholder_core::value::{Map, Path, Value};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;
use tokio::time::Instant;

const PREEMPTIONS: usize = 3;

/// Nothing that is asked for here is due later.
const FOR_EVER: Duration = Duration::from_secs(1_000_000);

/// Runs a model in every order of its threads, within the bound. One order alone would be no exploration.
fn explore(name: &str, model: impl Fn() + Send + Sync + 'static) {
    // Time stands still, so that the same order is the same run.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let _paused = runtime.enter();
    let mut builder = loom::model::Builder::new();
    let bound = *builder.preemption_bound.get_or_insert(PREEMPTIONS);
    let orders = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&orders);
    builder.check(move || {
        count.fetch_add(1, Ordering::SeqCst);
        model();
    });
    let orders = orders.load(Ordering::SeqCst);
    println!("{name}: {orders} orders, at most {bound} preemptions each");
    assert!(orders > 1, "{name} was not explored");
}

/// Explores a broken model in a process of its own, and looks that it ends by what loom is to find.
fn caught(test: &str, finding: &str, model: impl FnOnce()) {
    const BROKEN: &str = "KEYHOLDER_BROKEN_MODEL";
    if std::env::var_os(BROKEN).is_some() {
        return model();
    }
    let test = format!("server::models::{test}");
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    let ran =
        child.args([&test, "--exact", "--nocapture"]).env(BROKEN, "1").env("RUST_BACKTRACE", "0").output().unwrap();
    let said = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
    assert!(said.contains("running 1 test"), "there is no {test}: {said}");
    assert!(!ran.status.success() && said.contains(finding), "{test} was not caught by {finding:?}: {said}");
}

fn config(steal: StealPolicy) -> Config<Schema> {
    let settings = Settings {
        steal,
        journal: false,
        max_unflushed_ms: None,
        refuse_when_busy: false,
        budget: Budget::AMPLE,
        ..Settings::DEFAULT
    };
    let coins = Declared::counter("coins", Bounds::new(0, 1_000, BoundsPolicy::Reject).unwrap());
    Config::new(settings, Schema::new(SchemaVersion(1), Map::new().into(), vec![coins]).unwrap()).unwrap()
}

/// A server that is ready, whose driver does not run yet.
fn server(me: u64, steal: StealPolicy) -> Common<Tree, Change> {
    let shared = Arc::new(Shared::new(HostId(me), config(steal), None, BTreeMap::new(), me, None));
    shared.step(HostInput::Start).unwrap();
    shared.step(HostInput::Ready).unwrap();
    shared
}

fn handle(shared: &Common<Tree, Change>) -> Handle<Tree, Change> {
    Handle::new(Arc::clone(shared))
}

fn store() -> Durable {
    Durable::new(DurableSettings { quota: None, ..DurableSettings::PLATFORM })
}

fn ann() -> Key {
    Key::new("players", "ann").unwrap()
}

fn add(coins: i64) -> Change {
    Change::new(vec![(Path::from_iter(["coins"]), Op::Add(coins))]).unwrap()
}

fn coins(tree: &Tree) -> i64 {
    let Value::Map(map) = tree.root() else { return 0 };
    let Some(Value::Number(coins)) = map.get("coins") else { return 0 };
    coins.integer().unwrap()
}

/// Polls once. Dropped then, the future is that of a caller who has gone.
async fn once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    poll_fn(|context| match pin!(&mut *future).poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// The loop of [`super::Driver::run`].
struct Loop<S> {
    shared: Common<Tree, Change>,
    store: S,
    /// So many requests on records are never answered.
    silent: usize,
    /// Where messages go.
    peer: Option<Common<Tree, Change>>,
    timers: Timers,
    now: Instant,
}

impl<S: DurableStore> Loop<S> {
    fn new(shared: &Common<Tree, Change>, store: S) -> Self {
        let shared = Arc::clone(shared);
        Self { shared, store, silent: 0, peer: None, timers: Timers::default(), now: Instant::now() }
    }

    async fn run(self) {
        let _stop = Stop(Arc::clone(&self.shared));
        self.turn().await;
    }

    /// The loop alone: nobody is told when it is dropped.
    async fn turn(mut self) {
        let shared = Arc::clone(&self.shared);
        loop {
            shared.save_asked();
            let (effects, is_closed) = shared.take();
            let is_idle = effects.is_empty();
            for (_, effect) in effects {
                self.carry(effect).await;
            }
            if is_closed {
                break;
            }
            match self.timers.next() {
                Some(at) if is_idle => {
                    self.now = self.now.max(at);
                    while let Some(timer) = self.timers.pop_due(self.now) {
                        let _ = shared.step_at(self.now, HostInput::Fired(timer));
                    }
                    // What it waits for, others do.
                    let mut waited = false;
                    poll_fn(|context| {
                        loom::thread::yield_now();
                        context.waker().wake_by_ref();
                        if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }
                    })
                    .await;
                }
                Some(_) => {}
                // Whoever leaves something for before the end of the sleep rings.
                None => {
                    if shared.sleep(self.now + FOR_EVER) {
                        shared.wake.rung().await;
                    }
                }
            }
        }
    }

    async fn carry(&mut self, effect: HostEffect<Key, Tree, Change>) {
        let (request, answer) = match effect {
            HostEffect::Durable { .. } if self.silent > 0 => {
                self.silent -= 1;
                return;
            }
            HostEffect::Durable { request, key, update } => {
                let tries = NonZeroU32::new(5).unwrap();
                let config = &Arc::clone(self.shared.lock().config());
                let answer = backend::update(&self.store, &key, &update, &Standard, config, tries).await;
                (request, Answer::Durable(answer.outcome))
            }
            HostEffect::Journal { request, .. } => (request, Answer::Journal(Outcome::Read(None))),
            HostEffect::Probe { request, .. } => (request, Answer::Probed(Liveness::Alive)),
            HostEffect::Heartbeat { request, .. } => (request, Answer::Heartbeat(PulseOutcome::Wrote)),
            HostEffect::Tell { notices, .. } => {
                for (key, notice) in notices {
                    if let Some(peer) = &self.peer {
                        let _ = peer.step(HostInput::Heard { key, notice });
                    }
                }
                return;
            }
            // Those that end a wait; what is over in minutes does not come.
            HostEffect::Arm {
                timer:
                    timer @ (HostTimer::Requests
                    | HostTimer::Batch
                    | HostTimer::Call(_)
                    | HostTimer::Session(_, Timer::Retry | Timer::Answer | Timer::Observe)),
                within,
            } => {
                self.timers.arm(timer, self.now + Duration::from_millis(within.min.0));
                return;
            }
            HostEffect::Disarm(timer) => return self.timers.disarm(&timer),
            HostEffect::Arm { .. } | HostEffect::Event(..) | HostEffect::Returned(..) | HostEffect::Told(_) => return,
        };
        let _ = self.shared.step_at(self.now, HostInput::Answered(request, answer));
    }
}
