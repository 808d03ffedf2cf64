//! The table of the variants: which race needs which mechanism.

use super::trial::Trial;
use crate::catalogue::Variant;
use crate::figures::{count, counted, seconds};
use crate::output::{Paint, Tone};
use keyholder_model::variants::Expected;
use std::collections::BTreeSet;

/// Race, variant, property, length of the shortest trace; then the totals and whatever differs.
pub(super) fn render(paint: Paint, trials: &[Trial], left_out: &[Variant], total_seconds: f64) -> String {
    let mut table = paint.table(&["of", "~races", "variant", "breaks", ">steps", ">states", ">seconds"]);
    for trial in trials {
        let (breaks, tone) = breaks(trial);
        let steps_tone = if trial.as_expected() { Tone::Plain } else { Tone::Bad };
        table.add_row([
            paint.cell(Tone::Quiet, trial.variant.of()),
            paint.cell(Tone::Plain, races(&trial.variant)),
            paint.cell(Tone::Strong, trial.variant.name()),
            paint.cell(tone, breaks),
            paint.cell(steps_tone, steps(trial)),
            paint.cell(Tone::Quiet, count(trial.states)),
            paint.cell(Tone::Quiet, seconds(trial.seconds)),
        ]);
    }
    let races: BTreeSet<_> = trials.iter().flat_map(|it| it.variant.races()).collect();
    let broken = trials.iter().filter(|it| it.property().is_some()).count() as u64;
    let mut lines = vec![table.trim_fmt(), String::new()];
    lines.push(format!(
        "{} in {} s: {} break a property, {} do not; {} told",
        counted(trials.len() as u64, "variant"),
        seconds(total_seconds),
        count(broken),
        count(trials.len() as u64 - broken),
        counted(races.len() as u64, "race"),
    ));
    if !left_out.is_empty() {
        let names: Vec<_> = left_out.iter().map(|it| it.name()).collect();
        lines.push(format!("Only with --bounds nightly: {}.", names.join(", ")));
    }
    let wrong: Vec<_> = trials.iter().filter(|it| !it.as_expected()).collect();
    for trial in &wrong {
        let name = paint.text(Tone::Bad, &format!("{}:", trial.variant.name()));
        lines.push(format!("{name} {}; expected was {}.", trial.answer(), trial.expectation()));
    }
    lines.push(if wrong.is_empty() {
        format!("{} Each does what is written of it.", paint.text(Tone::Good, "Passed."))
    } else {
        let differ = counted(wrong.len() as u64, "variant");
        format!("{} {differ} not as expected.", paint.text(Tone::Bad, "Not passed:"))
    });
    lines.join("\n")
}

/// The races of a variant, for a cell.
pub(crate) fn races(variant: &Variant) -> String {
    if variant.races().is_empty() { "-".to_owned() } else { variant.races().join(" ") }
}

/// A variant in one line, for a log.
pub(super) fn line(trial: &Trial) -> String {
    let verdict = if trial.as_expected() { "" } else { "NOT AS EXPECTED: " };
    format!("{}: {verdict}{}", trial.variant.name(), trial.answer())
}

fn breaks(trial: &Trial) -> (String, Tone) {
    match (trial.property(), trial.as_expected()) {
        (Some(property), true) => (property.to_owned(), Tone::Good),
        (Some(property), false) => (property.to_owned(), Tone::Bad),
        (None, true) => ("nothing".to_owned(), Tone::Quiet),
        (None, false) => ("nothing".to_owned(), Tone::Bad),
    }
}

/// The steps that were found; where they are not as expected, with what was.
fn steps(trial: &Trial) -> String {
    let found = trial.steps().map_or("-".to_owned(), |it| it.to_string());
    match trial.variant.expected() {
        Expected::Found { property, steps } if !trial.as_expected() => format!("{found}, not {steps} ({property})"),
        Expected::Harmless if !trial.as_expected() => format!("{found}, not harmless"),
        Expected::Found { .. } | Expected::Harmless => found,
    }
}
