//! What a check says on a terminal.

use super::world::{Found, Outcome, Verdict};
use crate::catalogue::PROTOCOL;
use crate::figures::{bytes, count, counted, seconds};
use crate::output::{Paint, Tone};
use crate::tell::LIVENESS;

const NOTHING: &str = "-";

/// The table of all worlds, the totals, and why a world does not pass.
pub(super) fn render(paint: Paint, outcomes: &[Outcome], total_seconds: f64) -> String {
    let mut table = paint.table(&["of", "world", ">states", ">depth", ">seconds", "~properties", "L1", "stateright"]);
    for outcome in outcomes {
        let time = paint.cell(Tone::Plain, seconds(outcome.seconds));
        let of = paint.cell(Tone::Quiet, outcome.of);
        let name = paint.cell(if outcome.passed() { Tone::Good } else { Tone::Bad }, outcome.name);
        let Some(found) = &outcome.found else {
            let nothing = || paint.cell(Tone::Quiet, NOTHING);
            let panicked = paint.cell(Tone::Bad, "panicked");
            table.add_row([of, name, nothing(), nothing(), time, panicked, nothing(), nothing()]);
            continue;
        };
        let (l1, l1_tone) = liveness(found);
        let (twin, twin_tone) = twin(found);
        table.add_row([
            of,
            name,
            paint.cell(states_tone(outcome, found), states(found)),
            paint.cell(Tone::Plain, found.depth.to_string()),
            time,
            paint.cell(if is_clean(found) { Tone::Good } else { Tone::Bad }, properties(found)),
            paint.cell(l1_tone, l1),
            paint.cell(twin_tone, twin),
        ]);
    }
    let mut lines = vec![table.trim_fmt(), String::new(), totals(outcomes, total_seconds)];
    lines.extend(unpinned(outcomes).map(|note| paint.text(Tone::Odd, &note)));
    for outcome in outcomes {
        for failure in &outcome.failures {
            lines.push(format!("{} {failure}.", paint.text(Tone::Bad, &format!("{}:", outcome.name))));
        }
    }
    lines.join("\n")
}

/// The last word.
pub(super) fn verdict(paint: Paint, outcomes: &[Outcome]) -> String {
    let failed: Vec<_> = outcomes.iter().filter(|it| !it.passed()).map(|it| it.name).collect();
    if failed.is_empty() {
        let passed = paint.text(Tone::Good, "Passed.");
        format!("{passed} Within these bounds every property holds in every reachable state.")
    } else {
        format!("{} {}", paint.text(Tone::Bad, "Not passed:"), failed.join(", "))
    }
}

/// A world in one line, for a log.
pub(super) fn line(outcome: &Outcome) -> String {
    let name = outcome.name;
    if let Some(failure) = outcome.failures.first() {
        return format!("{name}: NOT PASSED: {failure}");
    }
    let Some(found) = &outcome.found else {
        return format!("{name}: nothing was counted");
    };
    let mut line = format!(
        "{name}: {}, depth {}, {} s, {} properties hold",
        counted(found.states, "state"),
        found.depth,
        seconds(outcome.seconds),
        properties(found)
    );
    if liveness(found).1 == Tone::Good {
        line.push_str(", L1 holds");
    }
    if found.twin.is_some() {
        line.push_str(", stateright agrees");
    }
    line
}

fn totals(outcomes: &[Outcome], total_seconds: f64) -> String {
    let found = || outcomes.iter().filter_map(|it| it.found.as_ref());
    let states = found().map(|it| it.states).sum();
    let table = found().map(|it| it.table_bytes).max().unwrap_or(0);
    let machines = outcomes.iter().filter(|it| it.of != PROTOCOL).count() as u64;
    let group = match outcomes.len() as u64 - machines {
        0 => "of machines".to_owned(),
        protocol => format!("({} of the protocol, {} of machines)", count(protocol), count(machines)),
    };
    format!(
        "{} {group}, {} in {} s; the largest visited table took {}",
        counted(outcomes.len() as u64, "world"),
        counted(states, "distinct state"),
        seconds(total_seconds),
        bytes(table)
    )
}

/// A count that is pinned nowhere was compared with nothing.
fn unpinned(outcomes: &[Outcome]) -> Option<String> {
    let names: Vec<_> = outcomes.iter().filter(|it| it.pinned.is_none()).map(|it| it.name).collect();
    match names.len() {
        0 => None,
        all if all == outcomes.len() => Some("No count is pinned at these bounds, so none was compared.".to_owned()),
        _ => Some(format!("No count is pinned at these bounds for {}.", names.join(", "))),
    }
}

/// An early end leaves states uncounted.
fn states(found: &Found) -> String {
    let states = count(found.states);
    if found.complete { states } else { format!("≥ {states}") }
}

fn states_tone(outcome: &Outcome, found: &Found) -> Tone {
    match outcome.pinned {
        None => Tone::Odd,
        Some(_) if !found.complete => Tone::Plain,
        Some(pinned) if pinned == found.states => Tone::Plain,
        Some(_) => Tone::Bad,
    }
}

fn safety(found: &Found) -> impl Iterator<Item = &(&'static str, Verdict)> {
    found.properties.iter().filter(|(name, _)| *name != LIVENESS)
}

fn is_clean(found: &Found) -> bool {
    safety(found).all(|(_, verdict)| *verdict == Verdict::Holds)
}

/// How many hold, and which do not.
fn properties(found: &Found) -> String {
    let violated = |(name, verdict): &(&'static str, Verdict)| match verdict {
        Verdict::Violated { steps } => Some(format!("{name} violated ({steps} steps)")),
        Verdict::Holds | Verdict::Undecided => None,
    };
    let mut parts: Vec<_> = safety(found).filter_map(violated).collect();
    let undecided = safety(found).filter(|(_, verdict)| *verdict == Verdict::Undecided).count();
    if parts.is_empty() && undecided == 0 {
        let all = safety(found).count();
        return format!("{all}/{all}");
    }
    if undecided > 0 {
        parts.push(format!("{undecided} undecided"));
    }
    parts.join(", ")
}

fn liveness(found: &Found) -> (String, Tone) {
    match found.properties.iter().find(|(name, _)| *name == LIVENESS) {
        None => (NOTHING.to_owned(), Tone::Quiet),
        Some((_, Verdict::Holds)) => ("holds".to_owned(), Tone::Good),
        Some((_, Verdict::Violated { .. })) => ("violated".to_owned(), Tone::Bad),
        Some((_, Verdict::Undecided)) => ("undecided".to_owned(), Tone::Odd),
    }
}

fn twin(found: &Found) -> (String, Tone) {
    match found.twin {
        None => (NOTHING.to_owned(), Tone::Quiet),
        Some(twin) if twin.ours == twin.theirs => ("agrees".to_owned(), Tone::Good),
        Some(_) => ("differs".to_owned(), Tone::Bad),
    }
}
