//! The timed worlds: what the settings promise of heartbeats and steal windows holds, and breaks without each of them.

mod small;

use keyholder_model::parts::{Variant, World};
use keyholder_model::timed::variants::{VARIANTS, world};
use keyholder_model::timed::{SHOWN, Timed, WORLDS};

#[test]
fn every_world_holds_and_shows_what_it_is_about() {
    let told = |world: &World<_>| small::world(world.name, &Timed::new(world.setup), world.states, world.shows);
    small::nothing(WORLDS.iter().filter_map(told), "a changed count is a changed protocol");
    let shown = |at: &usize| WORLDS.iter().any(|world| world.shows.contains(at));
    assert!((0..SHOWN.len()).all(|at| shown(&at)));
}

#[test]
fn both_checkers_count_the_same_states() {
    for world in WORLDS {
        small::counted(world.name, Timed::new(world.setup), world.states);
    }
}

#[test]
fn every_variant_is_told_as_pinned() {
    let told = |it: &Variant<_, _>| small::variant(it.name, &world(it), it.property, it.steps);
    small::nothing(VARIANTS.iter().filter_map(told), "a changed trace is a changed protocol");
}
