//! The small caches: every state is sound, and every broken variant is found.

use keyholder_model::cache::variants::VARIANTS;
use keyholder_model::cache::{Cached, SHOWN, WORLDS};
use keyholder_model::driver::{Checked, Options, explore, stateright_count};

#[test]
fn every_cache_holds_and_shows_what_it_is_about() {
    let mut wrong = Vec::new();
    for world in WORLDS {
        let report = explore(&Cached::new(world.setup), &Options::default());
        assert!(report.passed(), "{}: {:?}", world.name, report.violations);
        let seen: Vec<_> = (0..SHOWN.len()).filter(|at| report.witnessed >> at & 1 == 1).collect();
        if report.states != world.states || seen != world.shows {
            wrong.push(format!("{}: {} states, shows {seen:?}", world.name, report.states));
        }
    }
    assert!(wrong.is_empty(), "a changed count is a changed cache:\n{}", wrong.join("\n"));
    let shown = |at: &usize| WORLDS.iter().any(|world| world.shows.contains(at));
    assert!((0..SHOWN.len()).all(|at| shown(&at)));
}

/// The third world takes the other checker longer than all the rest of this file.
#[test]
fn both_checkers_count_the_same_states() {
    for world in &WORLDS[..2] {
        let (states, _) = stateright_count(Cached::new(world.setup), 1);
        assert_eq!(states, world.states, "{}", world.name);
    }
}

#[test]
fn every_variant_is_told_as_pinned() {
    let mut wrong = Vec::new();
    for variant in VARIANTS {
        let world = variant.world();
        let only = world.always().iter().position(|it| it.name == variant.property);
        let report = explore(&world, &Options { only, ..Options::default() });
        let steps = report.violations.first().map(|it| it.depth);
        if only.is_none() || steps != Some(variant.steps) {
            wrong.push(format!("{}: {} in {} steps, found {steps:?}", variant.name, variant.property, variant.steps));
        }
    }
    assert!(wrong.is_empty(), "a changed trace is a changed cache:\n{}", wrong.join("\n"));
}
