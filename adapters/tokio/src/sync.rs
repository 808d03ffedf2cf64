//! The lock that a server and the stores in memory stand behind, and the bell that wakes the driver.
//!
//! Under `--cfg keyholder_loom` the lock is loom's, so that `server/models.rs` explores the orders in which threads may take
//! it. The channels on which callers wait are tokio's, which has models of its own; here each of their operations is one.

#[cfg(keyholder_loom)]
pub(crate) use loom::sync::{Mutex, MutexGuard};
#[cfg(not(keyholder_loom))]
pub(crate) use std::sync::{Mutex, MutexGuard};

use std::future::poll_fn;
use std::sync::PoisonError;
use std::task::{Context, Poll, Waker};

/// Every state behind such a lock is whole between two statements, so one who panicked left it whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Wakes the one task that waits for it. Rung while nobody waits, it is heard by who waits next; rung twice, once.
#[derive(Debug, Default)]
pub(crate) struct Bell(Mutex<Rope>);

#[derive(Debug, Default)]
struct Rope {
    rung: bool,
    waker: Option<Waker>,
}

impl Bell {
    /// What was done before is seen by who hears it.
    pub(crate) fn ring(&self) {
        let waker = {
            let rope = &mut *lock(&self.0);
            rope.rung = true;
            rope.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Waits until it is rung. Dropping the future loses nothing.
    pub(crate) async fn rung(&self) {
        poll_fn(|context| self.poll_rung(context)).await;
    }

    pub(crate) fn poll_rung(&self, context: &Context<'_>) -> Poll<()> {
        // To look and to leave the waker is one thing: nobody rings in between.
        let rope = &mut *lock(&self.0);
        if std::mem::take(&mut rope.rung) {
            return Poll::Ready(());
        }
        match &mut rope.waker {
            Some(waker) => waker.clone_from(context.waker()),
            None => rope.waker = Some(context.waker().clone()),
        }
        Poll::Pending
    }
}
