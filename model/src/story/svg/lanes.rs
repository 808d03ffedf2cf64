//! Where the lanes of the picture stand, and their heads.

use super::super::cast::Cast;
use super::super::columns::{Slot, Want, spread, wants};
use super::super::measure::{pixels, wrap_pixels};
use super::super::{ActorKind, Story};
use super::pen::{Pen, Stroke, Type};
use super::{MARGIN, ink, step};

/// Lanes nearer to each other than this leave no room for labels.
const NARROWEST: i64 = 150;

/// A label wraps rather than drive two lanes further apart than this.
const WIDEST: i64 = 300;

/// The lanes share this much where their labels would like more, so that the picture is read without scrolling.
const ROOM: i64 = 1000;

/// The font size of a head; it is measured one larger because it is bold.
const HEAD: i64 = 14;

/// The positions of the picture.
pub(super) struct Lanes {
    /// The middle of the column of numbers.
    pub(super) numbers: i64,
    /// Each lifeline.
    pub(super) at: Vec<i64>,
    /// The free room right of each lifeline.
    pub(super) gaps: Vec<i64>,
    /// Where the last gap ends.
    pub(super) right: i64,
    heads: Vec<Vec<String>>,
}

impl Lanes {
    pub(super) fn new(story: &Story, cast: &Cast<'_>) -> Self {
        let heads: Vec<Vec<String>> = cast.lanes.iter().map(|lane| wrap_pixels(&lane.label, HEAD + 1, 150)).collect();
        let halves: Vec<i64> = heads.iter().map(|lines| head_width(lines) / 2).collect();
        let floors: Vec<i64> = (0..heads.len())
            .map(|lane| match halves.get(lane + 1) {
                Some(next) => (halves[lane] + next + 20).max(NARROWEST),
                None => halves[lane].max(NARROWEST),
            })
            .collect();
        let digits = story.steps.iter().map(|step| pixels(&step.number.to_string(), 12)).max().unwrap_or(0);
        let gutter = digits.max(18) + 14;
        let first = MARGIN + gutter + 20 + halves.first().copied().unwrap_or(0);
        let wants: Vec<Want> = wants(story, cast, |slot, text| match slot {
            Slot::Arrow => pixels(text, step::LABEL) + step::ARROW_PAD,
            Slot::Loop => pixels(text, step::LABEL) + step::LOOP_INDENT + step::ASIDE_PAD,
            Slot::Mark => pixels(text, step::LABEL) + step::MARK_INDENT + step::ASIDE_PAD,
            Slot::Note => pixels(text, step::NOTE) + step::NOTE_INDENT + 2 * step::NOTE_PAD + step::ASIDE_PAD,
        })
        .into_iter()
        .map(|want| Want { first: want.near, last: want.near, ..want })
        .collect();
        let gaps = spread(&floors, &wants, WIDEST, ROOM);
        let mut at = Vec::with_capacity(gaps.len());
        let mut right = first;
        for gap in &gaps {
            at.push(right);
            right += gap;
        }
        Self { numbers: MARGIN + gutter / 2, at, gaps, right, heads }
    }

    /// The heads from `y` down, and where they end.
    pub(super) fn heads(&self, pen: &mut Pen, cast: &Cast<'_>, y: i64) -> i64 {
        let lines = self.heads.iter().map(Vec::len).max().unwrap_or(0) as i64;
        let tall = lines * 18 + 30;
        for (lane, lines_here) in self.heads.iter().enumerate() {
            let (fill, edge, word) = match cast.lanes[lane].kind {
                Some(kind @ ActorKind::Host) => ("#dbeafe", "#2563eb", kind.word()),
                Some(kind @ ActorKind::Store) => ("#d1fae5", "#059669", kind.word()),
                Some(kind @ ActorKind::Writer) => ("#ede9fe", "#7c3aed", kind.word()),
                Some(kind @ ActorKind::Operator) => ("#ffedd5", "#ea580c", kind.word()),
                None => ("#f1f5f9", "#64748b", "not declared"),
            };
            let (x, wide) = (self.at[lane], head_width(lines_here));
            let stroke = Stroke::new(edge, 15);
            let stroke = if cast.lanes[lane].kind.is_none() { stroke.dashed() } else { stroke };
            pen.open(&format!("{} ({word})", cast.lanes[lane].label));
            pen.rect((x - wide / 2, y), (wide, tall), 7, fill, Some(stroke));
            // The label and the word below it are centred together, however many lines the neighbours have.
            let top = y + (tall - lines_here.len() as i64 * 18 - 14) / 2;
            for (nth, line) in lines_here.iter().enumerate() {
                pen.text(x, top + 14 + nth as i64 * 18, line, Type::middle(HEAD, ink::DARK).bold());
            }
            pen.text(x, top + lines_here.len() as i64 * 18 + 11, word, Type::middle(11, ink::SOFT));
            pen.close();
        }
        y + tall
    }
}

/// How wide the box of a head is: even, so that its middle is a whole pixel.
fn head_width(lines: &[String]) -> i64 {
    let text = lines.iter().map(|line| pixels(line, HEAD + 1)).max().unwrap_or(0);
    ((text + 28).max(96) + 1) & !1
}
