//! The few shapes the picture is made of, one element per line.

/// A text with nothing in it that XML would read as markup. It must be [`clean`](super::super::measure::clean)
/// already.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            _ => out.push(c),
        }
    }
    out
}

/// How a text is set.
#[derive(Clone, Copy)]
pub(super) struct Type {
    size: i64,
    colour: &'static str,
    bold: bool,
    middle: bool,
}

impl Type {
    /// From its position to the right.
    pub(super) const fn start(size: i64, colour: &'static str) -> Self {
        Self { size, colour, bold: false, middle: false }
    }

    /// Centred on its position.
    pub(super) const fn middle(size: i64, colour: &'static str) -> Self {
        Self { size, colour, bold: false, middle: true }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }
}

/// How a line is drawn.
#[derive(Clone, Copy)]
pub(super) struct Stroke {
    pub(super) colour: &'static str,
    /// In tenths of a pixel.
    pub(super) tenths: i64,
    pub(super) dashed: bool,
}

impl Stroke {
    pub(super) const fn new(colour: &'static str, tenths: i64) -> Self {
        Self { colour, tenths, dashed: false }
    }

    pub(super) const fn dashed(self) -> Self {
        Self { dashed: true, ..self }
    }

    fn attributes(self) -> String {
        let dashes = if self.dashed { " stroke-dasharray=\"6 4\"" } else { "" };
        format!("stroke=\"{}\" stroke-width=\"{}.{}\"{dashes}", self.colour, self.tenths / 10, self.tenths % 10)
    }
}

/// Collects elements.
#[derive(Default)]
pub(super) struct Pen {
    out: String,
}

impl Pen {
    pub(super) fn finish(self) -> String {
        self.out
    }

    /// Adds what another pen has drawn.
    pub(super) fn layer(&mut self, other: Self) {
        self.out.push_str(&other.out);
    }

    /// Opens a group that says in words what it shows.
    pub(super) fn open(&mut self, told: &str) {
        self.out.push_str(&format!("<g><title>{}</title>\n", escape(told)));
    }

    pub(super) fn close(&mut self) {
        self.out.push_str("</g>\n");
    }

    /// A text with its baseline at `y`.
    pub(super) fn text(&mut self, x: i64, y: i64, text: &str, set: Type) {
        let anchor = if set.middle { " text-anchor=\"middle\"" } else { "" };
        let weight = if set.bold { " font-weight=\"600\"" } else { "" };
        self.out.push_str(&format!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\" fill=\"{}\"{anchor}{weight}>{}</text>\n",
            set.size,
            set.colour,
            escape(text)
        ));
    }

    pub(super) fn line(&mut self, from: (i64, i64), to: (i64, i64), stroke: Stroke) {
        self.out.push_str(&format!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {}/>\n",
            from.0,
            from.1,
            to.0,
            to.1,
            stroke.attributes()
        ));
    }

    /// A box at its left top corner, with its corners rounded.
    pub(super) fn rect(&mut self, at: (i64, i64), size: (i64, i64), round: i64, fill: &str, stroke: Option<Stroke>) {
        let edge = stroke.map_or_else(String::new, |stroke| format!(" {}", stroke.attributes()));
        self.out.push_str(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{round}\" fill=\"{fill}\"{edge}/>\n",
            at.0, at.1, size.0, size.1
        ));
    }

    pub(super) fn dot(&mut self, at: (i64, i64), radius: i64, fill: &str) {
        self.out.push_str(&format!("<circle cx=\"{}\" cy=\"{}\" r=\"{radius}\" fill=\"{fill}\"/>\n", at.0, at.1));
    }

    /// A shape along a path; without a stroke it is only filled.
    pub(super) fn path(&mut self, path: &str, fill: &str, stroke: Option<Stroke>) {
        let edge = stroke.map_or_else(String::new, |stroke| {
            format!(" {} stroke-linejoin=\"round\" stroke-linecap=\"round\"", stroke.attributes())
        });
        self.out.push_str(&format!("<path d=\"{path}\" fill=\"{fill}\"{edge}/>\n"));
    }
}
