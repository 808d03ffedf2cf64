//! What callers leave for the driver: nothing is forgotten, and nothing is carried out twice.

use super::{caught, explore};
use crate::sync::{Bell, Mutex, lock};
use loom::future::block_on;
use loom::thread;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// Where callers leave things, as `Shared` has it: a list behind a lock, and a bell beside it.
trait Rings: Default + Send + Sync + 'static {
    fn ring(&self);
    fn poll(&self, context: &Context<'_>) -> Poll<()>;
}

#[derive(Default)]
struct Mailbox<B> {
    out: Mutex<Vec<u32>>,
    bell: B,
}

impl Rings for Bell {
    fn ring(&self) {
        Bell::ring(self);
    }

    fn poll(&self, context: &Context<'_>) -> Poll<()> {
        self.poll_rung(context)
    }
}

/// Two callers leave two things each; the driver takes all of them.
fn callers<B: Rings>(name: &str) {
    explore(name, || {
        let mailbox = Arc::new(Mailbox::<B>::default());
        let callers: Vec<_> = [[1, 2], [3, 4]]
            .map(|things| {
                let mailbox = Arc::clone(&mailbox);
                thread::spawn(move || {
                    for thing in things {
                        lock(&mailbox.out).push(thing);
                        mailbox.bell.ring();
                    }
                })
            })
            .into();
        let mut taken = block_on(async {
            let mut taken = Vec::new();
            loop {
                taken.append(&mut lock(&mailbox.out));
                if taken.len() >= 4 {
                    return taken;
                }
                poll_fn(|context| mailbox.bell.poll(context)).await;
            }
        });
        callers.into_iter().for_each(|it| it.join().unwrap());
        assert!(lock(&mailbox.out).is_empty());
        taken.sort_unstable();
        assert_eq!(taken, [1, 2, 3, 4]);
    });
}

#[test]
fn whoever_sleeps_is_woken() {
    callers::<Bell>("the bell");
}

/// Rings at those only who wait already.
#[derive(Default)]
struct Forgetful(Mutex<Option<Waker>>);

impl Rings for Forgetful {
    fn ring(&self) {
        if let Some(waker) = lock(&self.0).take() {
            waker.wake();
        }
    }

    fn poll(&self, context: &Context<'_>) -> Poll<()> {
        let mut waker = lock(&self.0);
        if waker.is_none() {
            *waker = Some(context.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}

#[test]
fn a_bell_that_remembers_nothing_is_caught() {
    caught("bell::a_bell_that_remembers_nothing_is_caught", "deadlock", || {
        callers::<Forgetful>("a bell that remembers nothing")
    });
}

/// Looks first, and leaves its waker then.
#[derive(Default)]
struct Late {
    rung: Mutex<bool>,
    waker: Mutex<Option<Waker>>,
}

impl Rings for Late {
    fn ring(&self) {
        *lock(&self.rung) = true;
        if let Some(waker) = lock(&self.waker).take() {
            waker.wake();
        }
    }

    fn poll(&self, context: &Context<'_>) -> Poll<()> {
        if std::mem::take(&mut *lock(&self.rung)) {
            return Poll::Ready(());
        }
        *lock(&self.waker) = Some(context.waker().clone());
        Poll::Pending
    }
}

#[test]
fn a_waker_that_comes_after_the_look_is_caught() {
    caught("bell::a_waker_that_comes_after_the_look_is_caught", "deadlock", || {
        callers::<Late>("a waker that comes after the look")
    });
}

/// Wakes first, and says why then.
#[derive(Default)]
struct Hasty(Late);

impl Rings for Hasty {
    fn ring(&self) {
        if let Some(waker) = lock(&self.0.waker).take() {
            waker.wake();
        }
        *lock(&self.0.rung) = true;
    }

    fn poll(&self, context: &Context<'_>) -> Poll<()> {
        *lock(&self.0.waker) = Some(context.waker().clone());
        if std::mem::take(&mut *lock(&self.0.rung)) { Poll::Ready(()) } else { Poll::Pending }
    }
}

#[test]
fn a_bell_that_wakes_before_it_says_so_is_caught() {
    caught("bell::a_bell_that_wakes_before_it_says_so_is_caught", "deadlock", || {
        callers::<Hasty>("a bell that wakes before it says so")
    });
}
