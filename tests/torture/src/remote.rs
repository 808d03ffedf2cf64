//! A process that carries out orders, as players see it: a server, or a web writer.

use crate::history::{History, Line};
use crate::orders::{Done, Order, Says, Task};
use crate::wire::{self, Reader};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::io::AsyncWriteExt;
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::{mpsc, oneshot};

/// How many orders wait until the process takes them.
const WAITING: usize = 1_024;

/// What carries out orders.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Server,
    /// A web writer.
    Writer,
}

impl Kind {
    /// What a process of this kind is told that it is.
    pub(crate) fn role(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Writer => "web",
        }
    }
}

/// A process. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Remote(Arc<Inside>);

#[derive(Debug)]
struct Inside {
    kind: Kind,
    number: u64,
    orders: mpsc::Sender<Order>,
    /// The orders that are not carried out yet; `None` once the process has ended.
    asked: Mutex<Option<HashMap<u64, oneshot::Sender<Done>>>>,
    next: AtomicU64,
    /// When it was killed.
    killed: Mutex<Option<Instant>>,
    /// How often it was stopped or let go on: odd while it is stopped.
    turns: AtomicU64,
    history: Arc<History>,
}

/// The process has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Died;

impl Remote {
    /// A process that reads and writes there. `ready` is told once it carries out orders.
    pub(crate) fn new(
        kind: Kind,
        number: u64,
        stdin: ChildStdin,
        stdout: Reader<ChildStdout>,
        ready: oneshot::Sender<()>,
        history: Arc<History>,
    ) -> Self {
        let (orders, waiting) = mpsc::channel(WAITING);
        let inside = Inside {
            kind,
            number,
            orders,
            asked: Mutex::new(Some(HashMap::new())),
            next: AtomicU64::new(0),
            killed: Mutex::new(None),
            turns: AtomicU64::new(0),
            history,
        };
        let remote = Self(Arc::new(inside));
        tokio::spawn(write(stdin, waiting));
        tokio::spawn(remote.clone().listen(stdout, ready));
        remote
    }

    /// What it is.
    pub(crate) fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Each process has another number.
    pub(crate) fn number(&self) -> u64 {
        self.0.number
    }

    /// Asks for something and waits until it is done, or cannot be.
    pub(crate) async fn ask(&self, player: u64, task: Task) -> Result<Done, Died> {
        self.order(|id| Order::Do { id, player, task }).await
    }

    /// Saves and releases everybody.
    pub(crate) async fn shutdown(&self) -> Result<Done, Died> {
        self.order(|id| Order::Shutdown { id }).await
    }

    async fn order(&self, order: impl FnOnce(u64) -> Order) -> Result<Done, Died> {
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        let (reply, done) = oneshot::channel();
        lock(&self.0.asked).as_mut().ok_or(Died)?.insert(id, reply);
        self.send(order(id)).await?;
        done.await.map_err(|_| Died)
    }

    /// Tells it something.
    pub(crate) async fn send(&self, order: Order) -> Result<(), Died> {
        self.0.orders.send(order).await.map_err(|_| Died)
    }

    /// It is being killed.
    pub(crate) fn killed(&self) {
        lock(&self.0.killed).get_or_insert(Instant::now());
    }

    /// When it was killed, if it was.
    pub(crate) fn killed_at(&self) -> Option<Instant> {
        *lock(&self.0.killed)
    }

    /// Waits until all that it said has been taken down.
    pub(crate) async fn heard_out(&self) {
        while lock(&self.0.asked).is_some() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    /// It was stopped, or let go on.
    pub(crate) fn turned(&self) {
        self.0.turns.fetch_add(1, Ordering::SeqCst);
    }

    /// Changes whenever it is stopped or let go on; odd while it is stopped.
    pub(crate) fn turns(&self) -> u64 {
        self.0.turns.load(Ordering::SeqCst)
    }

    /// Takes down what it says, until it has ended.
    async fn listen(self, mut stdout: Reader<ChildStdout>, ready: oneshot::Sender<()>) {
        let mut ready = Some(ready);
        // A last line that was cut off by the kill was not said.
        while let Ok(Some(says)) = stdout.next::<Says>().await {
            match says {
                Says::Ready => {
                    if let Some(ready) = ready.take() {
                        let _ = ready.send(());
                    }
                }
                Says::Word { player, change, word } => self.0.history.add(Line::Word { player, change, word }),
                Says::Done { id, done } => {
                    if let Some(reply) = lock(&self.0.asked).as_mut().and_then(|asked| asked.remove(&id)) {
                        let _ = reply.send(done);
                    }
                }
            }
        }
        // Whoever waits is told by this that it has ended.
        lock(&self.0.asked).take();
        if self.killed_at().is_none() {
            self.0.history.add(Line::Crashed { what: format!("{} {}", self.0.kind.role(), self.0.number) });
        }
    }
}

async fn write(mut stdin: ChildStdin, mut orders: mpsc::Receiver<Order>) {
    while let Some(order) = orders.recv().await {
        let Ok(line) = wire::line(&order) else { return };
        if stdin.write_all(line.as_bytes()).await.is_err() {
            return;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
