//! The timed worlds: what the settings promise of heartbeats and steal windows holds, and breaks without each of them.

mod small;

use keyholder_model::timed::variants::{TimedVariant, VARIANTS};
use keyholder_model::timed::{SHOWN, Timed, TimedWorld, WORLDS};

#[test]
fn every_world_holds_and_shows_what_it_is_about() {
    let told = |world: &TimedWorld| small::world(world.name, &Timed::new(world.setup), world.states, world.shows);
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
    let told = |it: &TimedVariant| small::variant(it.name, &it.world(), it.property, it.steps);
    small::nothing(VARIANTS.iter().filter_map(told), "a changed trace is a changed protocol");
}
