//! The steps as numbered sentences, for stories with more lanes than the terminal has room.

use super::super::Story;
use super::super::cast::Cast;
use super::super::measure::{width, wrap};
use super::glyphs::Set;

/// Who takes part, then the steps, with what belongs to a step indented below it.
pub(super) fn rows(story: &Story, cast: &Cast<'_>, glyphs: &Set, room: i64) -> Vec<String> {
    let mut rows = Vec::new();
    let digits = story.steps.iter().map(|step| width(&step.number.to_string())).max().unwrap_or(1);
    let indent = digits + 2;
    let hanging = |lead: &str, text: &str, rows: &mut Vec<String>| {
        for (nth, line) in wrap(text, room - indent).iter().enumerate() {
            let lead = if nth == 0 { lead } else { "" };
            rows.push(format!("{}{lead}{line}", " ".repeat(usize::try_from(indent - width(lead)).unwrap_or(0))));
        }
    };
    for lane in &cast.lanes {
        let kind = lane.kind.map_or("unknown", |kind| kind.word());
        hanging("", &format!("{} ({kind})", lane.label), &mut rows);
    }
    for step in &story.steps {
        hanging(&format!("{}  ", step.number), &cast.sentence(step, glyphs.arrow), &mut rows);
        for line in &step.note {
            hanging("", &format!("- {line}"), &mut rows);
        }
    }
    rows
}
