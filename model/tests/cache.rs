//! The small caches: every state is sound, and every broken variant is found.

mod small;

use keyholder_model::cache::variants::{VARIANTS, world};
use keyholder_model::cache::{Cached, SHOWN, WORLDS};
use keyholder_model::parts::{Variant, World};

#[test]
fn every_cache_holds_and_shows_what_it_is_about() {
    let told = |world: &World<_>| small::world(world.name, &Cached::new(world.setup), world.states, world.shows);
    small::nothing(WORLDS.iter().filter_map(told), "a changed count is a changed cache");
    let shown = |at: &usize| WORLDS.iter().any(|world| world.shows.contains(at));
    assert!((0..SHOWN.len()).all(|at| shown(&at)));
}

/// The third world takes the other checker longer than all the rest of this file.
#[test]
fn both_checkers_count_the_same_states() {
    for world in &WORLDS[..2] {
        small::counted(world.name, Cached::new(world.setup), world.states);
    }
}

#[test]
fn every_variant_is_told_as_pinned() {
    let told = |it: &Variant<_, _>| small::variant(it.name, &world(it), it.property, it.steps);
    small::nothing(VARIANTS.iter().filter_map(told), "a changed trace is a changed cache");
}
