//! What a check says of worlds that must not pass. No world of the catalogue is one, so these run under broken rules.

use super::world::{Outcome, Search, Verdict};
use super::{json, table};
use crate::output::Paint;
use crate::watch::Watch;
use keyholder_core::record::Record;
use keyholder_core::rules::{Rules, Standard};
use keyholder_core::update::Ticket;
use keyholder_model::bounds::Bounds;
use keyholder_model::properties::Listed;
use keyholder_model::tally::{Deed, Tally};
use keyholder_model::variants::{self, Expected};
use keyholder_model::worlds::{Tier, WorldSpec};

const SMALL: WorldSpec = WorldSpec {
    name: "test",
    about: "a world of this test",
    ci: Bounds { opens: 2, deeds: 1, ..Bounds::SMALL },
    nightly: None,
    states: [None, None],
    liveness: false,
    twin: false,
    shows: &[],
};

fn check<R: Listed + ?Sized>(spec: WorldSpec, rules: &'static R) -> Outcome {
    let spec = Box::leak(Box::new(spec));
    Search { spec, tier: Tier::Ci, threads: 2, watch: &Watch::new(1) }.run(rules)
}

/// Everything that is said of an outcome: on a terminal, and to a machine.
fn said(outcome: Outcome) -> (String, serde_json::Value) {
    let (passed, paint) = (outcome.passed(), Paint::new());
    let saved: Vec<_> = outcome.counterexamples.iter().map(|_| Err("not in a test".to_owned())).collect();
    let outcomes = [outcome];
    let text = [table::render(paint, &outcomes, 1.0), table::line(&outcomes[0]), table::verdict(paint, &outcomes)];
    let document = json::document(passed, 1.0, "ci", &outcomes, std::slice::from_ref(&saved));
    (text.join("\n"), serde_json::to_value(document).expect("a document is JSON"))
}

#[test]
fn a_world_passes_with_its_pin_its_witnesses_and_both_checkers() {
    let count = check(SMALL, &Standard).found.expect("it was searched").states;
    let spec = WorldSpec { states: [Some(count), None], liveness: true, twin: true, shows: &[0, 8], ..SMALL };
    let outcome = check(spec, &Standard);
    assert_eq!(outcome.failures, Vec::<String>::new());
    let (text, document) = said(outcome);
    assert!(text.contains("agrees") && text.contains("L1 holds") && text.contains("Passed."), "{text}");
    let world = &document["worlds"][0];
    assert_eq!((&world["pinned"], &document["total_states"]), (&count.into(), &count.into()));
    assert!(world["stateright"]["states"].as_u64() >= Some(count));
    assert_eq!(world["properties"].as_array().and_then(|it| it.last()).map(|it| it["name"] == "L1"), Some(true));
}

#[test]
fn another_count_and_a_missing_witness_are_failures() {
    // A write that lands late needs fine steps.
    let outcome = check(WorldSpec { states: [Some(7), None], shows: &[19, 63, 200], ..SMALL }, &Standard);
    assert!(!outcome.passed());
    let (text, document) = said(outcome);
    let parts =
        ["a changed count is a changed protocol", "but 7 are pinned", "never seen: a write lands late; witness 63"];
    for part in parts {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert!(text.contains("Not passed: test"), "{text}");
    assert_eq!(document["passed"], false);
    assert_eq!(document["worlds"][0]["never_seen"].as_array().map(Vec::len), Some(3));
}

#[test]
fn a_violation_is_told_by_its_shortest_run() {
    let variant = variants::find("save-without-fence").expect("the variant exists");
    let spec = WorldSpec { ci: variant.bounds, states: [Some(1), None], liveness: true, twin: true, ..SMALL };
    let outcome = check(spec, variant.rules);
    let told = outcome.counterexamples.first().expect("it is told");
    let property = told.property;
    let story = told.text(100);
    assert!(story.contains("server a") && story.lines().all(|line| line.chars().count() <= 100), "{story}");
    let steps = told.steps;
    let found = outcome.found.as_ref().expect("it was searched");
    assert!(found.properties.contains(&(property, Verdict::Violated { steps })));
    assert!(found.properties.contains(&("L1", Verdict::Undecided)), "it is not asked any more");
    assert!(!found.complete);

    let (text, document) = said(outcome);
    assert!(text.contains(&format!("{property} violated ({steps} steps)")), "{text}");
    assert!(!text.contains("pinned:"), "an early end has no count to compare: {text}");
    let counterexamples = document["worlds"][0]["counterexamples"].as_array().expect("a list");
    assert!(counterexamples.iter().any(|it| it["property"] == property && it["steps"] == steps));
}

#[test]
fn a_world_that_gets_stuck_violates_l1() {
    let is_stuck = |expected| matches!(expected, Expected::Found { property: "L1", .. });
    let all = variants::all().into_iter().filter(|it| is_stuck(it.expected) && !it.nightly);
    for variant in all {
        // Other properties may break as well, and earlier.
        let spec = WorldSpec { ci: variant.bounds, liveness: true, ..SMALL };
        let outcome = check(spec, variant.rules);
        assert!(!outcome.passed(), "{}", variant.name);
        if let [told] = &outcome.counterexamples[..]
            && told.property == "L1"
        {
            assert!(told.text(100).contains("How L1 breaks"));
            let (text, _) = said(outcome);
            assert!(text.contains("violated"), "{text}");
        }
    }
}

/// Rules that give up.
struct Panicking;

impl Rules<Tally, Deed> for Panicking {
    fn may_save(&self, _record: &Record<Tally>, _me: Ticket) -> bool {
        panic!("no idea")
    }
}

static PANICKING: &keyholder_model::world::AnyRules = &Panicking;

#[test]
fn a_panic_of_the_code_under_test_is_a_finding() {
    let outcome = check(SMALL, PANICKING);
    assert_eq!(outcome.failures, ["the code under test panicked: no idea"]);
    let (text, document) = said(outcome);
    assert!(text.contains("panicked"), "{text}");
    assert_eq!(document["worlds"][0]["properties"].as_array().map(Vec::len), Some(0));
}
