//! The small machines of a host: every state is sound, and every broken variant is found.

mod small;

use keyholder_model::driver::Checked;
use keyholder_model::parts::{Variant, World, budget, lock, queue, retry};

/// Explores the worlds of a machine with both checkers, and looks for its variants.
fn prove<S: Copy, B: Copy, M: Checked>(
    worlds: &[World<S>],
    new: fn(S) -> M,
    variants: &[Variant<S, B>],
    broken: fn(&Variant<S, B>) -> M,
) {
    let told = |world: &World<S>| small::world(world.name, &new(world.setup), world.states, world.shows);
    small::nothing(worlds.iter().filter_map(told), "a changed count is a changed machine");
    let seen = new(worlds[0].setup).sometimes().len();
    assert!((0..seen).all(|at| worlds.iter().any(|world| world.shows.contains(&at))));
    let told = |it: &Variant<S, B>| small::variant(it.name, &broken(it), it.property, it.steps);
    small::nothing(variants.iter().filter_map(told), "a changed trace is a changed machine");
    let least = worlds.iter().min_by_key(|world| world.states).expect("there are worlds");
    small::counted(least.name, new(least.setup), least.states);
}

#[test]
fn locks() {
    prove(lock::WORLDS, lock::Locking::new, lock::variants::VARIANTS, lock::variants::world);
}

#[test]
fn queues() {
    prove(queue::WORLDS, queue::Queueing::new, queue::variants::VARIANTS, queue::variants::world);
}

#[test]
fn budgets() {
    prove(budget::WORLDS, budget::Budgeting::new, budget::variants::VARIANTS, budget::variants::world);
}

#[test]
fn retries() {
    prove(retry::WORLDS, retry::Retrying::new, retry::variants::VARIANTS, retry::variants::world);
}
