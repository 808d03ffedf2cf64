//! How far apart the lanes stand. A gap lies to the right of its lane, the last one is the right margin: whatever
//! belongs to one lane (marks, notes) is written in its own gap, so that it never runs over a neighbour's lifeline.

use super::Story;
use super::cast::{Act, Cast, label};
use super::measure::clean;

/// A text that wants room.
pub(super) struct Want {
    /// The first gap that it may use.
    pub(super) first: usize,
    /// The last gap that it may use.
    pub(super) last: usize,
    /// The gap next to where it starts, for a rendering that keeps every text inside one gap.
    pub(super) near: usize,
    /// How much room it wants in all.
    pub(super) width: i64,
}

/// What kind of text wants room; each has its own padding and font.
pub(super) enum Slot {
    /// On an arrow.
    Arrow,
    /// On a loop.
    Loop,
    /// Beside a mark.
    Mark,
    /// In a note.
    Note,
}

/// All texts of a story that want room, measured by the rendering that will draw them.
pub(super) fn wants(story: &Story, cast: &Cast<'_>, width: impl Fn(&Slot, &str) -> i64) -> Vec<Want> {
    let mut wants = Vec::new();
    for step in &story.steps {
        let act = cast.act(step);
        let (first, last, near, slot) = match act {
            Act::Arrow { from, to, .. } if from < to => (from, to - 1, from, Slot::Arrow),
            Act::Arrow { from, to, .. } => (to, from - 1, from - 1, Slot::Arrow),
            Act::Loop { at, .. } => (at, at, at, Slot::Loop),
            Act::Mark { at, .. } => (at, at, at, Slot::Mark),
        };
        wants.push(Want { first, last, near, width: width(&slot, &label(step)) });
        let seat = act.seat();
        for line in &step.note {
            wants.push(Want { first: seat, last: seat, near: seat, width: width(&Slot::Note, &clean(line)) });
        }
    }
    wants
}

/// The gaps: none below its floor, as wide as the texts want them up to `cap`, and in all no more than `room` unless
/// the floors alone are more than that. Where room is short the widest gaps give way first.
pub(super) fn spread(floors: &[i64], wants: &[Want], cap: i64, room: i64) -> Vec<i64> {
    let mut gaps = floors.to_vec();
    for want in wants.iter().filter(|want| want.first == want.last) {
        gaps[want.first] = gaps[want.first].max(want.width.min(cap));
    }
    for want in wants.iter().filter(|want| want.first < want.last) {
        let span = &mut gaps[want.first..=want.last];
        let lacking = want.width - span.iter().sum::<i64>();
        if lacking > 0 {
            let share = (lacking + span.len() as i64 - 1) / span.len() as i64;
            for gap in span {
                *gap = (*gap).max((*gap + share).min(cap));
            }
        }
    }
    let lowered = |level: i64| gaps.iter().zip(floors).map(move |(gap, floor)| (*gap).min(level).max(*floor));
    // The highest level at which the gaps fit; at level zero only the floors are left.
    let (mut low, mut high) = (0, gaps.iter().copied().max().unwrap_or(0));
    while low < high {
        let middle = (low + high + 1) / 2;
        if lowered(middle).sum::<i64>() <= room { low = middle } else { high = middle - 1 }
    }
    lowered(low).collect()
}
