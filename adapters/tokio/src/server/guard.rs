//! Code of the application that panics, or takes its time, inside a step.
//!
//! A step calls the application's [`Document`]: it applies changes and migrates. (The rules call it as well, in the task of
//! a request: who panics there has that request answered as unknown.) A document that panics ends the session that the step
//! was for, and nobody else's: see [`Whose`]. In a program that is built with `panic = "abort"` it ends the program.
//!
//! A step that does not return cannot be ended, and all others wait for it. It is reported: see [`Watch`].

use crate::backend::Key;
use keyholder_core::config::Config;
use keyholder_core::document::Document;
use keyholder_core::host::{Host, HostEffect, HostInput, HostMisuse, HostTimer};
use keyholder_core::input::Command;
use keyholder_core::timer::Millis;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tracing::{error, warn};

/// A step that takes longer is reported when it returns.
pub(super) const SLOW: Duration = Duration::from_millis(100);
/// How often is looked for a step that does not return.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Whose session a panic ends.
pub(super) enum Whose {
    /// That of this key. It is abandoned: what was not durable is unknown.
    Session(Key),
    /// The same, where only a new change was tried: what was accepted before is saved, and the record is released.
    Change(Key),
    /// Everybody is on the way out, and goes on alone.
    Everybody,
    /// No code of the application belongs there, so nobody knows what is left: the server stops.
    Server,
}

impl Whose {
    pub(super) fn of<D, C>(input: &HostInput<Key, D, C>) -> Self {
        match input {
            HostInput::Command { key, command: Command::Change(_) } => Self::Change(key.clone()),
            HostInput::Open { key, .. }
            | HostInput::Command { key, .. }
            | HostInput::Heard { key, .. }
            | HostInput::Fired(HostTimer::Session(key, _)) => Self::Session(key.clone()),
            HostInput::Shutdown => Self::Everybody,
            _ => Self::Server,
        }
    }
}

/// Code of the application panicked.
pub(super) struct Panicked;

/// Steps a host. What was emitted before a panic stays, for the host counts on it.
pub(super) fn step<D: Document<C>, C: Clone>(
    host: &mut Host<Key, D, C>,
    config: &Config<D::Shape>,
    now: Millis,
    input: HostInput<Key, D, C>,
    out: &mut Vec<HostEffect<Key, D, C>>,
) -> Result<Result<(), HostMisuse>, Panicked> {
    // What a panic leaves half done is dropped with its session.
    catch_unwind(AssertUnwindSafe(|| host.step(config, now, input, out))).map_err(|_| Panicked)
}

/// After a panic: ends whose step it was. An error means that the host cannot be relied on any more.
pub(super) fn recover<D: Document<C>, C: Clone>(
    host: &mut Host<Key, D, C>,
    config: &Config<D::Shape>,
    now: Millis,
    whose: Whose,
    out: &mut Vec<HostEffect<Key, D, C>>,
) -> Result<(), Panicked> {
    metrics::counter!("keyholder_panics_total").increment(1);
    let (keys, saves, all) = match whose {
        Whose::Session(key) => (vec![key], false, false),
        Whose::Change(key) => (vec![key], true, false),
        Whose::Everybody => (host.sessions().map(|(key, _)| key.clone()).collect(), true, true),
        Whose::Server => {
            error!("a step panicked; the server stops, and what it holds is recovered by whoever opens it next");
            return Err(Panicked);
        }
    };
    for key in keys {
        if !all {
            error!(%key, "the document of a session panicked; the session is ended");
        }
        let mut end = |command| step(host, config, now, HostInput::Command { key: key.clone(), command }, out);
        let is_closing = saves
            && match end(Command::Close) {
                Ok(Ok(())) => true,
                // One of all who is on the way out already goes on.
                Ok(Err(_)) => all,
                Err(Panicked) => false,
            };
        if !is_closing {
            let _ = end(Command::Abandon)?;
        }
    }
    Ok(())
}

/// When the step began that is under way.
#[derive(Debug)]
pub(super) struct Watch {
    start: Instant,
    /// In ns after the start; 0 while there is none.
    since: AtomicU64,
}

impl Watch {
    pub(super) fn new() -> Self {
        Self { start: Instant::now(), since: AtomicU64::new(0) }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Measures a step.
    pub(super) fn measure<T>(&self, step: impl FnOnce() -> T) -> T {
        let began = self.now().max(1);
        self.since.store(began, Ordering::Relaxed);
        let done = step();
        self.since.store(0, Ordering::Relaxed);
        let took = Duration::from_nanos(self.now().saturating_sub(began));
        metrics::histogram!("keyholder_step_seconds").record(took);
        if took >= SLOW {
            let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            warn!(ms, "a step was slow, and everybody waited for it; is there much to do in the document?");
        }
        done
    }

    /// How long the step that is under way has taken.
    pub(super) fn under_way(&self) -> Option<Duration> {
        let since = self.since.load(Ordering::Relaxed);
        (since > 0).then(|| Duration::from_nanos(self.now().saturating_sub(since)))
    }

    /// Reports a step that does not return.
    fn look(&self) {
        if let Some(took) = self.under_way().filter(|took| *took >= LOOK_EVERY) {
            metrics::counter!("keyholder_stuck_total").increment(1);
            error!(seconds = took.as_secs(), "a step does not return; every caller of this server waits for it");
        }
    }
}

/// Looks at a server's steps until it is dropped. From a thread of its own, for each of the runtime's may be waiting for the
/// very step that is to be reported.
#[derive(Debug)]
pub(super) struct Watcher {
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    pub(super) fn new(watch: Arc<Watch>) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        // What is reported goes where the reports of this thread go.
        let reports = tracing::dispatcher::get_default(Clone::clone);
        let look = {
            let ended = Arc::clone(&ended);
            move || {
                tracing::dispatcher::with_default(&reports, || {
                    while !ended.load(Ordering::Relaxed) {
                        watch.look();
                        std::thread::park_timeout(LOOK_EVERY);
                    }
                });
            }
        };
        let thread = std::thread::Builder::new().name("keyholder-watch".into()).spawn(look);
        let thread = thread.inspect_err(|error| warn!(%error, "nobody looks for steps that do not return")).ok();
        Self { ended, thread }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }
}
