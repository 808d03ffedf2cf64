//! Every broken variant is caught: by the property that is named, with the pinned shortest trace, or it is harmless.
//!
//! One property at a time, one thread, no symmetry: the trace is a shortest one. What is told at night is left out here
//! and runs with `check --all-variants --bounds nightly`.

use keyholder_model::driver::{Options, explore, liveness};
use keyholder_model::properties::NAMES;
use keyholder_model::variants::{self, Expected, Variant};
use keyholder_model::world::Game;

#[test]
fn every_variant_is_told_as_pinned() {
    let mut wrong = Vec::new();
    for variant in variants::all().into_iter().filter(|variant| !variant.nightly) {
        let found = told(&variant);
        let expected = match variant.expected {
            Expected::Found { property, steps } => Some((property, steps)),
            Expected::Harmless => None,
        };
        if found != expected {
            wrong.push(format!("{}: expected {expected:?}, found {found:?}", variant.name));
        }
    }
    assert!(wrong.is_empty(), "a changed trace is a changed protocol:\n{}", wrong.join("\n"));
}

#[test]
fn names_are_unique_and_races_are_known() {
    let all = variants::all();
    for (at, variant) in all.iter().enumerate() {
        assert!(all[..at].iter().all(|other| other.name != variant.name), "{} stands twice", variant.name);
        for race in variant.races {
            let number = race.strip_prefix('R').and_then(|digits| digits.parse::<u8>().ok());
            assert!(number.is_some_and(|number| (1..=43).contains(&number)), "{race} is no race");
        }
    }
    assert!(all.len() >= 60, "only {} variants", all.len());
}

fn told(variant: &Variant) -> Option<(&'static str, usize)> {
    let game = Game::new(variant.rules, variant.bounds);
    let only = match variant.expected {
        Expected::Harmless => None,
        Expected::Found { property: "L1", .. } => {
            let answer = liveness(&game, &Options::default()).expect("the world of a variant is small");
            return answer.stuck_trace.map(|trace| ("L1", trace.depth()));
        }
        Expected::Found { property, .. } => {
            Some(NAMES.iter().position(|name| *name == property).expect("a variant names a property"))
        }
    };
    let report = explore(&game, &Options { only, wanted: 0, ..Options::default() });
    assert!(report.complete || !report.violations.is_empty());
    report.violations.first().map(|violation| (violation.name, violation.depth))
}
