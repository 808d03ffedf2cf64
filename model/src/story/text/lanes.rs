//! Where the lanes of a terminal drawing stand, and their heads.

use super::super::cast::Cast;
use super::super::columns::{Slot, spread, wants};
use super::super::measure::{width, wrap};
use super::super::{ActorKind, Story};
use super::canvas::Row;
use super::glyphs::Set;

/// A gap narrower than this breaks most labels inside words.
const NARROWEST: i64 = 14;

/// A gap wider than this takes arrows apart more than it helps labels.
const WIDEST: i64 = 46;

/// How wide the label of a head may be, from comfortable to cramped.
const HEADS: [i64; 3] = [18, 13, 9];

/// The columns of a drawing.
pub(super) struct Lanes {
    /// How wide the column of the numbers is.
    pub(super) gutter: i64,
    /// The column of each lifeline.
    pub(super) at: Vec<i64>,
    /// The free columns right of each lifeline.
    gaps: Vec<i64>,
    heads: Vec<Vec<String>>,
}

impl Lanes {
    /// The columns, or `None` where there is nobody or the lanes do not fit side by side.
    pub(super) fn fit(story: &Story, cast: &Cast<'_>, room: i64) -> Option<Self> {
        if cast.lanes.is_empty() {
            return None;
        }
        let digits = story.steps.iter().map(|step| width(&step.number.to_string())).max().unwrap_or(0);
        let gutter = digits.max(2) + 2;
        HEADS.iter().find_map(|limit| Self::with_heads(story, cast, room, gutter, *limit))
    }

    fn with_heads(story: &Story, cast: &Cast<'_>, room: i64, gutter: i64, limit: i64) -> Option<Self> {
        let heads: Vec<Vec<String>> = cast.lanes.iter().map(|lane| wrap(&lane.label, limit)).collect();
        let halves: Vec<i64> = heads.iter().map(|lines| frame_width(lines) / 2).collect();
        let floors: Vec<i64> = (0..heads.len())
            .map(|lane| match halves.get(lane + 1) {
                Some(next) => (halves[lane] + next + 2).max(NARROWEST),
                None => halves[lane].max(NARROWEST) + 1,
            })
            .collect();
        let first = gutter + halves[0];
        if first + floors.iter().sum::<i64>() > room {
            return None;
        }
        let wants = wants(story, cast, |slot, text| match slot {
            Slot::Arrow => width(text) + 10,
            Slot::Loop => width(text) + 7,
            Slot::Mark | Slot::Note => width(text) + 4,
        });
        let gaps = spread(&floors, &wants, WIDEST, room - first);
        let mut at = Vec::with_capacity(gaps.len());
        let mut column = first;
        for gap in &gaps {
            at.push(column);
            column += gap;
        }
        Some(Self { gutter, at, gaps, heads })
    }

    /// How wide a text right of a lifeline may be when it starts `indent` columns after it.
    pub(super) fn aside(&self, lane: usize, indent: i64) -> i64 {
        self.gaps[lane] - indent - 1
    }

    /// A row of lifelines.
    pub(super) fn row(&self, gone: &[bool], glyphs: &Set) -> Row {
        let mut row = Row::default();
        for (lane, at) in self.at.iter().enumerate() {
            row.set(*at, if gone[lane] { glyphs.gone } else { glyphs.life });
        }
        row
    }

    /// The heads, all as tall as the tallest.
    pub(super) fn heads(&self, cast: &Cast<'_>, glyphs: &Set) -> Vec<String> {
        let tall = self.heads.iter().map(Vec::len).max().unwrap_or(0);
        let mut rows = vec![Row::default(); tall + 2];
        for (lane, lines) in self.heads.iter().enumerate() {
            let frame = match cast.lanes[lane].kind {
                Some(ActorKind::Store) => &glyphs.store,
                _ => &glyphs.thin,
            };
            let wide = frame_width(lines);
            let left = self.at[lane] - wide / 2;
            let edge = |from: char, to: char| {
                let across = frame.across.to_string().repeat(usize::try_from(wide - 2).unwrap_or(0));
                format!("{from}{across}{to}")
            };
            rows[0].put(left, &edge(frame.corners[0], frame.corners[1]));
            rows[tall + 1].put(left, &edge(frame.corners[2], frame.corners[3]));
            rows[tall + 1].set(self.at[lane], frame.stem);
            // Short labels sink to the lifeline, where the reader's eye goes on.
            let above = tall - lines.len();
            for line in 0..tall {
                rows[line + 1].set(left, frame.down);
                rows[line + 1].set(left + wide - 1, frame.down);
                if let Some(text) = line.checked_sub(above).and_then(|nth| lines.get(nth)) {
                    rows[line + 1].put(left + (wide - width(text)) / 2, text);
                }
            }
        }
        rows.iter().map(Row::line).collect()
    }
}

/// How wide the frame around a label is: odd, so that its lifeline leaves from the middle.
fn frame_width(lines: &[String]) -> i64 {
    let text = lines.iter().map(|line| width(line)).max().unwrap_or(0);
    (text + 4) | 1
}
