//! The steps of the picture, in three layers: bands, lifelines, and what happens on them.

use super::super::cast::{Act, Cast, Mark, label};
use super::super::measure::{pixels, wrap_pixels};
use super::super::{MessageStyle, Step, Story};
use super::lanes::Lanes;
use super::pen::{Pen, Stroke, Type};
use super::{colour, ink, signs};

/// The font sizes of labels and of notes, and the distances of their lines.
pub(super) const LABEL: i64 = 13;
pub(super) const NOTE: i64 = 12;
const LABEL_LINE: i64 = 17;
const NOTE_LINE: i64 = 16;

/// What an arrow's label leaves free of its gap.
pub(super) const ARROW_PAD: i64 = 32;
/// How far from the lifeline a text beside it starts.
pub(super) const LOOP_INDENT: i64 = 44;
pub(super) const MARK_INDENT: i64 = 16;
pub(super) const NOTE_INDENT: i64 = 12;
/// Between the edge of a note and its text.
pub(super) const NOTE_PAD: i64 = 9;
/// What a text beside a lifeline leaves free of its gap.
pub(super) const ASIDE_PAD: i64 = 12;

/// Draws all steps from `top` down, and says where they end.
pub(super) fn draw(pen: &mut Pen, story: &Story, cast: &Cast<'_>, lanes: &Lanes, top: i64, page: i64) -> i64 {
    let mut bands = Pen::default();
    let mut front = Pen::default();
    let mut lives: Vec<Vec<(i64, bool)>> = vec![vec![(top, false)]; cast.lanes.len()];
    let mut y = top + 10;
    for (nth, step) in story.steps.iter().enumerate() {
        let act = cast.act(step);
        front.open(&format!("{}. {}", step.number, cast.sentence(step, "→")));
        let mut scene = Scene { pen: &mut front, lanes };
        let (level, mut end) = match act {
            Act::Arrow { from, to, style } => scene.arrow(from, to, style, &label(step), y),
            Act::Loop { at, style } => scene.turn(at, style, &label(step), y),
            Act::Mark { at, mark } => scene.mark(at, mark, &label(step), y),
        };
        if step.note.iter().any(|line| !line.trim().is_empty()) {
            end = scene.note(act.seat(), step, end);
        }
        scene.number(step.number, level);
        front.close();
        if nth % 2 == 0 {
            bands.rect((0, y), (page, end - y), 0, "#f8fafc", None);
        }
        if let Some(lane) = act.awake() {
            lives[lane].push((level, false));
        }
        if let Act::Mark { at, mark: Mark::Crash } = act {
            lives[at].push((level, true));
        }
        y = end;
    }
    let bottom = y + 10;
    pen.layer(bands);
    for (lane, turns) in lives.iter().enumerate() {
        lifeline(pen, lanes.at[lane], turns, bottom);
    }
    pen.layer(front);
    bottom
}

/// A lifeline, broken from a crash until its actor acts again.
fn lifeline(pen: &mut Pen, x: i64, turns: &[(i64, bool)], bottom: i64) {
    let mut turns = turns.to_vec();
    turns.dedup_by_key(|turn| turn.1);
    for (nth, (from, gone)) in turns.iter().enumerate() {
        let to = turns.get(nth + 1).map_or(bottom, |next| next.0);
        let stroke = if *gone { Stroke::new(ink::GONE, 15).dashed() } else { Stroke::new(ink::LIFE, 15) };
        pen.line((x, *from), (x, to), stroke);
    }
}

struct Scene<'a> {
    pen: &'a mut Pen,
    lanes: &'a Lanes,
}

/// Each of these draws from `y` down and says on which level the step took place and where the next one may start.
impl Scene<'_> {
    /// An arrow; its label stands above it in the gap beside the sender.
    fn arrow(&mut self, from: usize, to: usize, style: MessageStyle, label: &str, y: i64) -> (i64, i64) {
        let (start, end) = (self.lanes.at[from], self.lanes.at[to]);
        let right = start < end;
        let near = if right { from } else { from - 1 };
        let lines = wrap_pixels(label, LABEL, self.lanes.gaps[near] - ARROW_PAD);
        let middle = self.lanes.at[near] + self.lanes.gaps[near] / 2;
        for (nth, line) in lines.iter().enumerate() {
            self.pen.text(middle, y + 19 + nth as i64 * LABEL_LINE, line, Type::middle(LABEL, colour(style)));
        }
        let level = y + 10 + lines.len() as i64 * LABEL_LINE;
        // The point stays clear of the lifeline it reaches.
        let tip = match style {
            MessageStyle::Lost => self.half_way(start, end),
            _ if right => end - 2,
            _ => end + 2,
        };
        self.pen.dot((start, level), 3, colour(style));
        signs::shaft(self.pen, style, start, tip, level);
        (level, level + 14)
    }

    /// Where a lost message ends. On the lifeline of a third party the cross would look as if that one had died.
    fn half_way(&self, start: i64, end: i64) -> i64 {
        let middle = (start + end) / 2;
        match self.lanes.at.iter().find(|lane| (**lane - middle).abs() < 24) {
            Some(lane) if start < end => lane - 36,
            Some(lane) => lane + 36,
            None => middle,
        }
    }

    /// A message to oneself, with its label beside the loop.
    fn turn(&mut self, at: usize, style: MessageStyle, label: &str, y: i64) -> (i64, i64) {
        let x = self.lanes.at[at];
        let lines = wrap_pixels(label, LABEL, self.lanes.gaps[at] - LOOP_INDENT - ASIDE_PAD);
        let (level, back, out) = (y + 14, y + 36, x + 32);
        let lowest = if style == MessageStyle::Lost { level } else { back };
        self.pen.dot((x, level), 3, colour(style));
        if style == MessageStyle::Lost {
            signs::shaft(self.pen, style, x, out - 8, level);
        } else {
            let stroke = Stroke::new(colour(style), 16);
            let stroke = if style == MessageStyle::Late { stroke.dashed() } else { stroke };
            let path = format!(
                "M{x} {level}H{}Q{out} {level} {out} {}V{}Q{out} {back} {} {back}H{}",
                out - 6,
                level + 6,
                back - 6,
                out - 6,
                x + 8
            );
            self.pen.path(&path, "none", Some(stroke));
            signs::head(self.pen, style, x + 2, back, false);
        }
        for (nth, line) in lines.iter().enumerate() {
            let baseline = y + 19 + nth as i64 * LABEL_LINE;
            self.pen.text(x + LOOP_INDENT, baseline, line, Type::start(LABEL, colour(style)));
        }
        (level, (lowest + 14).max(y + 12 + lines.len() as i64 * LABEL_LINE))
    }

    /// A mark on the lifeline, with its label beside it.
    fn mark(&mut self, at: usize, mark: Mark, label: &str, y: i64) -> (i64, i64) {
        let x = self.lanes.at[at];
        let lines = wrap_pixels(label, LABEL, self.lanes.gaps[at] - MARK_INDENT - ASIDE_PAD);
        let level = y + 16;
        signs::mark(self.pen, mark, x, level);
        for (nth, line) in lines.iter().enumerate() {
            let set = Type::start(LABEL, signs::mark_colour(mark));
            self.pen.text(x + MARK_INDENT, level + 5 + nth as i64 * LABEL_LINE, line, set);
        }
        (level, level + 16 + (lines.len() as i64 - 1).max(0) * LABEL_LINE)
    }

    /// The state at this point, as a slip of paper beside the lifeline.
    fn note(&mut self, at: usize, step: &Step, y: i64) -> i64 {
        let limit = self.lanes.gaps[at] - NOTE_INDENT - 2 * NOTE_PAD - ASIDE_PAD;
        let lines: Vec<String> = step.note.iter().flat_map(|line| wrap_pixels(line, NOTE, limit)).collect();
        let wide = lines.iter().map(|line| pixels(line, NOTE)).max().unwrap_or(0) + 2 * NOTE_PAD;
        let tall = lines.len() as i64 * NOTE_LINE + 10;
        let (left, top, fold) = (self.lanes.at[at] + NOTE_INDENT, y - 4, 7);
        let (right, bottom) = (left + wide, top + tall);
        let edge = Some(Stroke::new("#ca8a04", 10));
        self.pen.line((self.lanes.at[at], top + 13), (left, top + 13), Stroke::new("#ca8a04", 10));
        let sheet = format!("M{left} {top}H{}L{right} {}V{bottom}H{left}Z", right - fold, top + fold);
        self.pen.path(&sheet, "#fefce8", edge);
        self.pen.path(&format!("M{} {top}V{}H{right}", right - fold, top + fold), "none", edge);
        for (nth, line) in lines.iter().enumerate() {
            self.pen.text(left + NOTE_PAD, top + 17 + nth as i64 * NOTE_LINE, line, Type::start(NOTE, "#713f12"));
        }
        bottom + 10
    }

    /// The number of the step, on the level where it took place.
    fn number(&mut self, number: usize, level: i64) {
        let text = number.to_string();
        let wide = (pixels(&text, 12) + 10).max(22);
        let x = self.lanes.numbers;
        self.pen.rect((x - wide / 2, level - 10), (wide, 20), 10, "#e2e8f0", None);
        self.pen.text(x, level + 4, &text, Type::middle(12, ink::SOFT).bold());
    }
}
