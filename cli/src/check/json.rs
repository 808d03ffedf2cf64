//! What a check says to a machine.

use super::world::{Found, Outcome, Verdict};
use crate::tell::{Saved, Told};
use serde::Serialize;
use std::path::PathBuf;

/// The whole result.
#[derive(Serialize)]
pub(super) struct Document<'a> {
    passed: bool,
    seconds: f64,
    total_states: u64,
    peak_table_bytes: u64,
    worlds: Vec<World<'a>>,
}

#[derive(Serialize)]
struct World<'a> {
    name: &'a str,
    /// `protocol`, or the machine.
    of: &'a str,
    bounds: &'a str,
    passed: bool,
    states: u64,
    /// The count that must come out, if there is one.
    pinned: Option<u64>,
    generated: u64,
    depth: usize,
    /// Everything that was asked of this world; the search alone is below.
    seconds: f64,
    search_seconds: f64,
    /// Whether states that differ in the names of the servers only are counted as one.
    symmetry: bool,
    complete: bool,
    table_bytes: u64,
    properties: Vec<Property<'a>>,
    /// What should have been seen at least once.
    never_seen: &'a [String],
    stateright: Option<Twin>,
    failures: &'a [String],
    counterexamples: Vec<Counterexample<'a>>,
}

#[derive(Serialize)]
struct Property<'a> {
    name: &'a str,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<usize>,
}

/// Both counts without symmetry.
#[derive(Serialize)]
struct Twin {
    states: u64,
    ours: u64,
}

#[derive(Serialize)]
struct Counterexample<'a> {
    property: &'a str,
    steps: usize,
    scenario: Option<&'a PathBuf>,
    diagram: Option<&'a PathBuf>,
    /// Why it could not be saved.
    error: Option<&'a String>,
}

/// The document of a check.
pub(super) fn document<'a>(
    passed: bool,
    seconds: f64,
    bounds: &'a str,
    outcomes: &'a [Outcome],
    saved: &'a [Vec<Saved>],
) -> Document<'a> {
    let found = || outcomes.iter().filter_map(|it| it.found.as_ref());
    Document {
        passed,
        seconds,
        total_states: found().map(|it| it.states).sum(),
        peak_table_bytes: found().map(|it| it.table_bytes).max().unwrap_or(0),
        worlds: outcomes.iter().zip(saved).map(|(outcome, saved)| world(bounds, outcome, saved)).collect(),
    }
}

fn world<'a>(bounds: &'a str, outcome: &'a Outcome, saved: &'a [Saved]) -> World<'a> {
    let found = outcome.found.as_ref();
    let told = outcome.counterexamples.iter().zip(saved);
    World {
        name: outcome.name,
        of: outcome.of,
        bounds,
        passed: outcome.passed(),
        states: found.map_or(0, |it| it.states),
        pinned: outcome.pinned,
        generated: found.map_or(0, |it| it.generated),
        depth: found.map_or(0, |it| it.depth),
        seconds: outcome.seconds,
        search_seconds: found.map_or(0.0, |it| it.search_seconds),
        symmetry: found.is_some_and(|it| it.symmetry),
        complete: found.is_some_and(|it| it.complete),
        table_bytes: found.map_or(0, |it| it.table_bytes),
        properties: found.map(properties).unwrap_or_default(),
        never_seen: found.map_or(&[], |it| &it.unseen),
        stateright: found.and_then(|it| it.twin).map(|it| Twin { states: it.theirs, ours: it.ours }),
        failures: &outcome.failures,
        counterexamples: told.map(|(told, saved)| counterexample(told, saved)).collect(),
    }
}

fn properties(found: &Found) -> Vec<Property<'_>> {
    let property = |(name, verdict): &(&'static str, Verdict)| match *verdict {
        Verdict::Holds => Property { name, verdict: "holds", steps: None },
        Verdict::Violated { steps } => Property { name, verdict: "violated", steps: Some(steps) },
        Verdict::Undecided => Property { name, verdict: "undecided", steps: None },
    };
    found.properties.iter().map(property).collect()
}

fn counterexample<'a>(told: &'a Told, saved: &'a Saved) -> Counterexample<'a> {
    let (scenario, diagram, error) = match saved {
        Ok([scenario, diagram]) => (Some(scenario), Some(diagram), None),
        Err(error) => (None, None, Some(error)),
    };
    Counterexample { property: told.property, steps: told.steps, scenario, diagram, error }
}
