//! The story as one self-contained picture: no style sheet, no script, no font but what the reader has, so that it
//! looks the same alone, inside a page and in a repository's preview.

mod frame;
mod lanes;
mod pen;
mod signs;
mod step;

use self::lanes::Lanes;
use self::pen::{Pen, Type};
use super::cast::Cast;
use super::measure::{clean, wrap_pixels};
use super::{MessageStyle, Story};

/// The free border of the page.
const MARGIN: i64 = 28;

/// A page is at least this wide, for the sake of its prose.
const NARROWEST: i64 = 640;

/// With more steps than this the heads stand below the lanes as well.
const TALL: usize = 12;

/// The colours of ink; fills stand where they are used.
mod ink {
    pub(super) const DARK: &str = "#1e293b";
    pub(super) const SOFT: &str = "#475569";
    pub(super) const LIFE: &str = "#94a3b8";
    pub(super) const GONE: &str = "#cbd5e1";
    pub(super) const RED: &str = "#b91c1c";
    pub(super) const AMBER: &str = "#b45309";
    pub(super) const GREEN: &str = "#15803d";
}

/// The colour of a message and of its label.
const fn colour(style: MessageStyle) -> &'static str {
    match style {
        MessageStyle::Request => ink::DARK,
        MessageStyle::Reply => ink::SOFT,
        MessageStyle::Lost => ink::RED,
        MessageStyle::Late => ink::AMBER,
    }
}

impl Story {
    /// The story as an SVG document.
    ///
    /// A label never runs over a lifeline: it stands in the gap beside its sender. Whoever cannot see the picture
    /// finds the summary in its description and each step as a sentence.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let cast = Cast::new(self);
        let lanes = Lanes::new(self, &cast);
        let page = (lanes.right + MARGIN).max(NARROWEST);
        let room = page - 2 * MARGIN;
        let mut pen = Pen::default();

        let mut y = MARGIN;
        for line in wrap_pixels(&self.title, 22, room) {
            pen.text(MARGIN, y + 20, &line, Type::start(20, ink::DARK).bold());
            y += 30;
        }
        for sentence in &self.summary {
            for line in wrap_pixels(sentence, 14, room.min(860)) {
                pen.text(MARGIN, y + 14, &line, Type::start(14, ink::SOFT));
                y += 20;
            }
            y += 4;
        }
        if !cast.lanes.is_empty() {
            y = lanes.heads(&mut pen, &cast, y + 18);
            y = step::draw(&mut pen, self, &cast, &lanes, y, page);
            if self.steps.len() > TALL {
                y = lanes.heads(&mut pen, &cast, y);
            }
            y = frame::legend(&mut pen, self, &cast, y + 14, room);
        }
        if let Some(ending) = &self.ending {
            y = frame::ending(&mut pen, ending, y + 14, room);
        }
        self.document(pen, page, y + MARGIN)
    }

    /// The drawing inside its document, with what a screen reader says.
    fn document(&self, pen: Pen, wide: i64, tall: i64) -> String {
        let title = clean(&self.title);
        let mut told: Vec<String> = self.summary.iter().map(|sentence| clean(sentence)).collect();
        if let Some(ending) = &self.ending {
            told.push(clean(&ending.label));
            told.extend(ending.lines.iter().map(|line| clean(line)));
        }
        told.retain(|sentence| !sentence.is_empty());
        let title = pen::escape(if title.is_empty() { "A story" } else { &title });
        let told = if told.is_empty() { "A sequence of steps between actors.".to_owned() } else { told.join(" ") };
        let told = pen::escape(&told);
        let fonts = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{wide}\" height=\"{tall}\" \
             viewBox=\"0 0 {wide} {tall}\" font-family=\"{fonts}\">\n<title>{title}</title>\n<desc>{told}</desc>\n\
             <rect width=\"{wide}\" height=\"{tall}\" fill=\"#ffffff\"/>\n{}</svg>\n",
            pen.finish()
        )
    }
}
