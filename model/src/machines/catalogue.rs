//! All of them.

use super::{Made, Variant, World};
use crate::driver::Checked;
use crate::parts::{self, budget, lock, queue, retry};
use crate::{cache, hosted, timed};
use std::sync::LazyLock;

/// The names of the machines, as a table shows them.
const LOCKS: &str = "locks";
const QUEUE: &str = "queue";
const BUDGET: &str = "budget";
const RETRY: &str = "retry";
const CACHE: &str = "cache";
const TIME: &str = "time";
const HOST: &str = "host";

/// The worlds, machine by machine.
pub fn worlds() -> &'static [World] {
    static WORLDS: LazyLock<Vec<World>> = LazyLock::new(|| {
        let mut all = Vec::new();
        part(&mut all, LOCKS, lock::WORLDS, lock::Locking::new);
        part(&mut all, QUEUE, queue::WORLDS, queue::Queueing::new);
        part(&mut all, BUDGET, budget::WORLDS, budget::Budgeting::new);
        part(&mut all, RETRY, retry::WORLDS, retry::Retrying::new);
        part(&mut all, CACHE, cache::WORLDS, cache::Cached::new);
        part(&mut all, TIME, timed::WORLDS, timed::Timed::new);
        part(&mut all, HOST, hosted::WORLDS, hosted::Hosted::new);
        all
    });
    &WORLDS
}

/// The variants, machine by machine.
pub fn variants() -> &'static [Variant] {
    static VARIANTS: LazyLock<Vec<Variant>> = LazyLock::new(|| {
        let mut all = Vec::new();
        broken(&mut all, LOCKS, lock::variants::VARIANTS, lock::variants::world);
        broken(&mut all, QUEUE, queue::variants::VARIANTS, queue::variants::world);
        broken(&mut all, BUDGET, budget::variants::VARIANTS, budget::variants::world);
        broken(&mut all, RETRY, retry::variants::VARIANTS, retry::variants::world);
        broken(&mut all, CACHE, cache::variants::VARIANTS, cache::variants::world);
        broken(&mut all, TIME, timed::variants::VARIANTS, timed::variants::world);
        broken(&mut all, HOST, hosted::variants::VARIANTS, hosted::variants::world);
        all
    });
    &VARIANTS
}

fn part<S: Copy + Sync, M: Checked>(
    all: &mut Vec<World>,
    machine: &'static str,
    worlds: &'static [parts::World<S>],
    new: fn(S) -> M,
) {
    all.extend(worlds.iter().map(|it| World {
        machine,
        name: it.name,
        about: it.about,
        states: it.states,
        shows: it.shows,
        model: Box::new(Made(move || new(it.setup))),
    }));
}

fn broken<S: Sync, B: Sync, M: Checked>(
    all: &mut Vec<Variant>,
    machine: &'static str,
    variants: &'static [parts::Variant<S, B>],
    world: fn(&parts::Variant<S, B>) -> M,
) {
    all.extend(variants.iter().map(|it| Variant {
        machine,
        name: it.name,
        about: it.about,
        races: it.races,
        property: it.property,
        steps: it.steps,
        model: Box::new(Made(move || world(it))),
    }));
}
