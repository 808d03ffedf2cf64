//! The steps of a terminal drawing.

use super::super::cast::{Act, Cast, Mark, label};
use super::super::measure::{width, wrap};
use super::super::{MessageStyle, Story};
use super::canvas::Row;
use super::glyphs::Set;
use super::lanes::Lanes;

/// All steps, each below a free row.
pub(super) fn rows(story: &Story, cast: &Cast<'_>, lanes: &Lanes, glyphs: &Set) -> Vec<String> {
    let mut sheet = Sheet { lanes, glyphs, gone: vec![false; cast.lanes.len()], rows: Vec::new() };
    for step in &story.steps {
        let act = cast.act(step);
        sheet.free();
        if let Some(lane) = act.awake() {
            sheet.gone[lane] = false;
        }
        let first = sheet.rows.len();
        let label = label(step);
        match act {
            Act::Arrow { from, to, style } => sheet.arrow(from, to, style, &label),
            Act::Loop { at, style } => sheet.turn(at, style, &label),
            Act::Mark { at, mark } => sheet.mark(at, mark, &label),
        }
        let number = step.number.to_string();
        sheet.rows[first].put(lanes.gutter - 2 - width(&number), &number);
        for line in &step.note {
            sheet.note(act.seat(), line);
        }
    }
    sheet.free();
    sheet.rows.iter().map(Row::line).collect()
}

/// The rows so far, and who is gone.
struct Sheet<'a> {
    lanes: &'a Lanes,
    glyphs: &'a Set,
    gone: Vec<bool>,
    rows: Vec<Row>,
}

impl Sheet<'_> {
    /// Adds a row with nothing but lifelines.
    fn free(&mut self) -> &mut Row {
        let at = self.rows.len();
        self.rows.push(self.lanes.row(&self.gone, self.glyphs));
        &mut self.rows[at]
    }

    /// An arrow with its label in the shaft, or above it where the shaft is too short.
    fn arrow(&mut self, from: usize, to: usize, style: MessageStyle, label: &str) {
        let (start, end) = (self.lanes.at[from], self.lanes.at[to]);
        let right = start < end;
        let inside = (end - start).abs() - 1;
        let wide = width(label);
        // Two cells of shaft on either side, a space around the label, the head, and what a lost message may fall
        // short of half way.
        let fits = wide > 0 && wide + 9 <= inside;
        if !fits {
            let left = start.min(end);
            for line in wrap(label, inside - 2) {
                let space = (inside - width(&line)) / 2;
                self.free().put(left + space, &format!(" {line} "));
            }
        }
        let toward = |cells: i64| if right { start + cells } else { start - cells };
        let (glyphs, passed) = (self.glyphs, self.lanes.at.clone());
        let reach = match style {
            MessageStyle::Lost => {
                let half = ((inside + 1) / 2).max(if fits { wide + 8 } else { 0 });
                // On the lifeline of a third party the cross would look as if that one had died.
                if passed.iter().any(|lane| (lane - toward(half)).abs() <= 1) { half - 4 } else { half }
            }
            _ => inside,
        };
        let row = self.free();
        row.set(start, glyphs.leave[usize::from(!right)]);
        for cell in 1..reach {
            let column = toward(cell);
            let shaft = if passed.contains(&column) { glyphs.pass } else { glyphs.shaft(style, cell) };
            row.set(column, shaft);
        }
        row.set(toward(reach), if style == MessageStyle::Lost { glyphs.lost } else { glyphs.head(style, right) });
        if fits {
            let (near, far) = (toward(1), toward(reach - 1));
            let space = (reach - 1 - wide) / 2;
            row.put(near.min(far) + space - 1, &format!(" {label} "));
        }
    }

    /// A message to oneself: out, round and back.
    fn turn(&mut self, at: usize, style: MessageStyle, label: &str) {
        let column = self.lanes.at[at];
        let lines = wrap(label, self.lanes.aside(at, 5));
        let (glyphs, lost) = (self.glyphs, style == MessageStyle::Lost);
        // A loop has at least two rows, a lost one never comes back.
        for nth in 0..lines.len().max(if lost { 1 } else { 2 }) {
            let row = self.free();
            match nth {
                0 => {
                    row.set(column, glyphs.leave[0]);
                    row.set(column + 1, glyphs.shaft(style, 0));
                    row.set(column + 2, glyphs.shaft(style, 0));
                    row.set(column + 3, if lost { glyphs.lost } else { glyphs.turn[0] });
                }
                1 if !lost => {
                    row.set(column + 1, glyphs.head(style, false));
                    row.set(column + 2, glyphs.shaft(style, 0));
                    row.set(column + 3, glyphs.turn[1]);
                }
                _ => {}
            }
            if let Some(line) = lines.get(nth) {
                row.put(column + 5, line);
            }
        }
    }

    /// A mark on the lifeline with its label beside it.
    fn mark(&mut self, at: usize, mark: Mark, label: &str) {
        let column = self.lanes.at[at];
        let lines = wrap(label, self.lanes.aside(at, 2));
        for nth in 0..lines.len().max(1) {
            let sign = self.glyphs.mark(mark);
            let row = self.free();
            if nth == 0 {
                row.set(column, sign);
            }
            if let Some(line) = lines.get(nth) {
                row.put(column + 2, line);
            }
            if nth == 0 && mark == Mark::Crash {
                self.gone[at] = true;
            }
        }
    }

    /// A line of state, tied to its lifeline.
    fn note(&mut self, at: usize, text: &str) {
        let column = self.lanes.at[at];
        for (nth, line) in wrap(text, self.lanes.aside(at, 2)).iter().enumerate() {
            let tie = self.glyphs.tie;
            let row = self.free();
            if nth == 0 {
                row.put(column, tie);
            }
            row.put(column + 2, line);
        }
    }
}
