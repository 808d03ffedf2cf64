//! What stands below the lanes: what the signs mean, and how it ended.

use std::collections::BTreeSet;

use super::super::cast::{Act, Cast, Mark};
use super::super::measure::{width, wrap};
use super::super::{Ending, MessageStyle, Story};
use super::glyphs::Set;

/// The signs that this story uses, and only those.
pub(super) fn legend(story: &Story, cast: &Cast<'_>, glyphs: &Set, room: i64) -> Vec<String> {
    let (mut styles, mut marks) = (BTreeSet::new(), BTreeSet::new());
    for step in &story.steps {
        match cast.act(step) {
            Act::Arrow { style, .. } | Act::Loop { style, .. } => {
                styles.insert(style);
            }
            Act::Mark { mark, .. } => {
                marks.insert(mark);
            }
        }
    }
    let arrows = styles.into_iter().map(|style| {
        let shaft: String = (0..3).map(|cell| glyphs.shaft(style, cell)).collect();
        let (end, word) = match style {
            MessageStyle::Request => (glyphs.head(style, true), "request"),
            MessageStyle::Reply => (glyphs.head(style, true), "reply"),
            MessageStyle::Lost => (glyphs.lost, "lost"),
            MessageStyle::Late => (glyphs.head(style, true), "late"),
        };
        format!("{shaft}{end} {word}")
    });
    let signs = marks.into_iter().map(|mark| {
        let word = match mark {
            Mark::Local => "by itself",
            Mark::Crash => "crash",
            Mark::Fault => "fault",
        };
        format!("{} {word}", glyphs.mark(mark))
    });
    let mut lines: Vec<String> = Vec::new();
    for entry in arrows.chain(signs) {
        match lines.last_mut() {
            Some(line) if width(line) + 2 + width(&entry) <= room => {
                line.push_str("  ");
                line.push_str(&entry);
            }
            _ => lines.push(format!("  {entry}")),
        }
    }
    lines
}

/// The ending in a frame; a violation in a heavy one.
pub(super) fn ending(ending: &Ending, glyphs: &Set, room: i64) -> Vec<String> {
    let verdict = glyphs.verdicts[usize::from(ending.bad)];
    let frame = if ending.bad { &glyphs.loud } else { &glyphs.thin };
    let hang = width(verdict);
    let limit = room.min(super::PROSE) - 4 - hang;
    let mut texts = wrap(&ending.label, limit);
    if texts.is_empty() {
        texts.push(String::new());
    }
    texts.extend(ending.lines.iter().flat_map(|line| wrap(line, limit)));
    let wide = texts.iter().map(|text| width(text)).max().unwrap_or(0) + hang;
    let times = |c: char, n: i64| c.to_string().repeat(usize::try_from(n).unwrap_or(0));
    let edge = |from: char, to: char| format!("{from}{}{to}", times(frame.across, wide + 2));

    let mut rows = vec![edge(frame.corners[0], frame.corners[1])];
    for (nth, text) in texts.iter().enumerate() {
        let lead = if nth == 0 { verdict.to_owned() } else { times(' ', hang) };
        let fill = times(' ', wide - hang - width(text));
        rows.push(format!("{} {lead}{text}{fill} {}", frame.down, frame.down));
    }
    rows.push(edge(frame.corners[2], frame.corners[3]));
    rows
}
