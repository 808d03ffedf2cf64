//! Servers as hosts: every state is sound, and every broken variant is found.

#[allow(dead_code, reason = "these worlds are too large for the other checker here")]
mod small;

use keyholder_model::hosted::variants::{VARIANTS, world};
use keyholder_model::hosted::{Hosted, SHOWN, WORLDS};
use keyholder_model::parts::{Variant, World};

#[test]
fn every_world_holds_and_shows_what_it_is_about() {
    let told = |world: &World<_>| small::world(world.name, &Hosted::new(world.setup), world.states, world.shows);
    small::nothing(WORLDS.iter().filter_map(told), "a changed count is a changed host, or a changed protocol");
    let shown = |at: &usize| WORLDS.iter().any(|world| world.shows.contains(at));
    assert!((0..SHOWN.len()).all(|at| shown(&at)));
}

#[test]
fn every_variant_is_told_as_pinned() {
    let told = |it: &Variant<_, _>| small::variant(it.name, &world(it), it.property, it.steps);
    small::nothing(VARIANTS.iter().filter_map(told), "a changed trace is a changed host, or a changed protocol");
}
