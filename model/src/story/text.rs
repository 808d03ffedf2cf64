//! The story for a terminal: lanes with lifelines, one step below the other, readable without colour.

mod canvas;
mod frame;
mod glyphs;
mod lanes;
mod list;
mod step;

use std::fmt;

use self::lanes::Lanes;
use super::Story;
use super::cast::Cast;
use super::measure::{clean, width, wrap};

pub use self::glyphs::Glyphs;

/// Below this not even single words are readable, above it lines are no longer read in one go.
const WIDTHS: std::ops::RangeInclusive<usize> = 24..=400;

/// Prose is set no wider than this, however wide the terminal is.
const PROSE: i64 = 100;

/// How [`Story::to_text`] draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextOptions {
    /// The greatest length of a line in columns. Values outside 24 to 400 are brought to the nearer end.
    pub width: usize,
    /// The characters to draw with.
    pub glyphs: Glyphs,
}

impl Default for TextOptions {
    /// 100 columns of box-drawing characters.
    fn default() -> Self {
        Self { width: 100, glyphs: Glyphs::Unicode }
    }
}

impl Story {
    /// The story as lines of text, none longer than asked for and none with trailing spaces.
    ///
    /// Where the lanes do not fit side by side the steps are written as sentences instead.
    #[must_use]
    pub fn to_text(&self, options: TextOptions) -> String {
        let room = options.width.clamp(*WIDTHS.start(), *WIDTHS.end()) as i64;
        let glyphs = options.glyphs.set();
        let cast = Cast::new(self);
        let mut out: Vec<String> = Vec::new();

        let title = wrap(&self.title, room);
        let rule = title.iter().map(|line| width(line)).max().unwrap_or(0);
        out.extend(title);
        if rule > 0 {
            out.push(glyphs.rule.to_string().repeat(usize::try_from(rule).unwrap_or(0)));
        }
        for sentence in self.summary.iter().filter(|sentence| !clean(sentence).is_empty()) {
            out.extend(wrap(sentence, room.min(PROSE)));
        }

        let body = match Lanes::fit(self, &cast, room) {
            Some(lanes) => {
                let mut rows = lanes.heads(&cast, glyphs);
                rows.extend(step::rows(self, &cast, &lanes, glyphs));
                rows.extend(frame::legend(self, &cast, glyphs, room));
                rows
            }
            None => list::rows(self, &cast, glyphs, room),
        };
        paragraph(&mut out, body);
        if let Some(ending) = &self.ending {
            paragraph(&mut out, frame::ending(ending, glyphs, room));
        }
        if out.is_empty() {
            out.push("(an empty story)".to_owned());
        }
        out.push(String::new());
        out.join("\n")
    }
}

impl fmt::Display for Story {
    /// The text with the default options.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text(TextOptions::default()))
    }
}

/// Adds lines below an empty one.
fn paragraph(out: &mut Vec<String>, lines: Vec<String>) {
    if !out.is_empty() && !lines.is_empty() {
        out.push(String::new());
    }
    out.extend(lines);
}
