//! A program for WebAssembly that calls the core, to be linked and looked at, never to be run.
//!
//! It is no module of this package: `.ci/run wasm` builds it as a package of its own which depends on the core alone.
//! What is not called is not linked, so every entrance to the core belongs here. `black_box` keeps the optimiser from
//! knowing what goes in, so that every phase and every rule has to be linked, and from dropping what comes out.

use keyholder_core::budget::{Budget, Kind, Urgency};
use keyholder_core::cache::Cache;
use keyholder_core::config::{Config, Settings};
use keyholder_core::document::{Applied, Document, MigrationFailed};
use keyholder_core::effect::Effects;
use keyholder_core::ids::{HostId, Nonce, SchemaVersion, Seq};
use keyholder_core::input::{Command, Input, Mode, Outcome};
use keyholder_core::lock::Locks;
use keyholder_core::queue::{Ended, Priority, Queue};
use keyholder_core::record::Owner;
use keyholder_core::retry::{Failure, Heard, Retry};
use keyholder_core::session::Session;
use keyholder_core::timer::Millis;
use std::hint::black_box;

/// The smallest document there is: a number that changes add to.
#[derive(Clone, PartialEq)]
struct Sum(u64);

impl Document<u64> for Sum {
    type Shape = ();

    fn fresh(_: &(), _: SchemaVersion) -> Self {
        Self(0)
    }

    fn apply(&mut self, _: &(), change: &u64) -> Applied {
        self.0 = self.0.wrapping_add(*change);
        Applied::Whole
    }

    fn is_credit(_: &(), _: &u64) -> bool {
        black_box(true)
    }

    fn migrate(&mut self, _: &(), _: SchemaVersion, to: SchemaVersion) -> Result<(), MigrationFailed> {
        black_box(Err(MigrationFailed::Missing(to)))
    }
}

fn main() {
    let config = Config::new(black_box(Settings::DEFAULT), ()).expect("the default settings are valid");
    let mut session = Session::new(Owner { host: HostId(1), nonce: Nonce(2) });
    let inputs: Vec<Input<Sum, u64>> = vec![
        Input::Command(Command::Open(Mode::Exclusive)),
        Input::Durable(Outcome::Read(None)),
        Input::Durable(Outcome::Unknown),
        Input::Command(Command::Change(1)),
    ];
    for input in black_box(inputs) {
        let mut effects = Effects::new();
        let answer = session.step(&config, input, &mut effects);
        black_box((answer.is_ok(), effects.len(), session.view().map(|sum| sum.0)));
    }
    cache();
    parts(&config);
}

fn parts(config: &Config<()>) {
    let settings = black_box(Settings::DEFAULT);
    let mut locks: Locks<u64, u64> = Locks::new(&settings.lock);
    let mut queue: Queue<u64, u64> = Queue::new(&settings.queue, &settings.shutdown);
    let mut budget = Budget::new(&settings.budget, Millis(0));
    let mut retry = Retry::new();
    for key in black_box(vec![1, 2, 3]) {
        black_box((locks.acquire(1, key), locks.release(&1, &key).is_ok(), locks.cancel(&1, &key)));
        queue.track(key);
        black_box((queue.push(key, key, Priority::Leave).is_ok(), queue.next(Millis(key)), queue.wake_at()));
        black_box((queue.flush(Millis(key)), queue.done(&key, Ended::Done, Millis(key)).is_ok(), queue.remove(&key)));
        black_box((queue.expire(Millis(key)), queue.check().is_ok(), locks.check().is_ok()));
        budget.players(1, Millis(key));
        budget.throttled(Kind::Read, Millis(key), Millis(key));
        black_box(budget.take_all(&[(Kind::Read, 1), (Kind::Write, 1)], Urgency::Urgent, Millis(key)));
        black_box(retry.heard(config, Heard::Failed(Failure::Unknown)).is_ok());
    }
}

fn cache() {
    let mut cache: Cache<u64, u64> = Cache::new(&black_box(Settings::DEFAULT.cache));
    for key in black_box(vec![1, 2, 3]) {
        black_box(cache.put_clean(key, key, Millis(key)).is_ok());
        black_box(cache.put_dirty(key, key, Seq(1), Millis(key)).is_ok());
        black_box((cache.get(&key, Millis(key)), cache.saved(&key, Seq(1)), cache.dirty().count()));
        black_box((cache.remove(&key), cache.check().is_ok(), cache.stats().hit_rate(), cache.clear()));
    }
}
