//! What a trial of the variants says to a machine.

use super::trial::Trial;
use crate::catalogue::Variant;
use keyholder_model::variants::Expected;
use serde::Serialize;

/// The whole result.
#[derive(Serialize)]
pub(super) struct Document<'a> {
    passed: bool,
    seconds: f64,
    variants: Vec<Entry<'a>>,
    /// Those that are tried with `--bounds nightly` only.
    left_out: Vec<&'a str>,
}

#[derive(Serialize)]
struct Entry<'a> {
    /// `protocol`, or the machine.
    of: &'a str,
    name: &'a str,
    races: &'a [&'a str],
    expected: &'static str,
    /// Whether a property was found to break.
    found: bool,
    /// Which, and after how many steps.
    property: Option<&'a str>,
    steps: Option<usize>,
    as_expected: bool,
    expected_property: Option<&'a str>,
    expected_steps: Option<usize>,
    states: u64,
    seconds: f64,
    /// What was found, in words.
    answer: String,
}

/// The document of a trial.
pub(super) fn document<'a>(passed: bool, seconds: f64, trials: &'a [Trial], left_out: &'a [Variant]) -> Document<'a> {
    Document {
        passed,
        seconds,
        variants: trials.iter().map(entry).collect(),
        left_out: left_out.iter().map(|it| it.name()).collect(),
    }
}

fn entry(trial: &Trial) -> Entry<'_> {
    let (expected, property, steps) = match trial.variant.expected() {
        Expected::Found { property, steps } => ("found", Some(property), Some(steps)),
        Expected::Harmless => ("harmless", None, None),
    };
    Entry {
        of: trial.variant.of(),
        name: trial.variant.name(),
        races: trial.variant.races(),
        expected,
        found: trial.property().is_some(),
        property: trial.property(),
        steps: trial.steps(),
        as_expected: trial.as_expected(),
        expected_property: property,
        expected_steps: steps,
        states: trial.states,
        seconds: trial.seconds,
        answer: trial.answer(),
    }
}
