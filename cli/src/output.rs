//! Standard output: colour where somebody looks at it, and silence once nobody reads any more.

use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle,
};
use serde::Serialize;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Writes a text and ends its line. A reader that went away (`| head`) is no error.
pub(crate) fn say(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let written =
        stdout.write_all(text.as_bytes()).and_then(|()| stdout.write_all(b"\n")).and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// A text of somebody else, whose control characters do nothing to a terminal.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() { plain.extend(letter.escape_default()) } else { plain.push(letter) }
    }
    plain
}

/// Writes a document as JSON.
pub(crate) fn json(document: &impl Serialize) -> io::Result<()> {
    say(&serde_json::to_string_pretty(document)?)
}

/// A table with a rule below its headings and one at either end.
const RULED: TableStyle = {
    let rule = LineStyle::none().fill('─').junction('─');
    TableStyle::new().top_border(rule).header_separator(rule).bottom_border(rule)
};

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tone {
    /// Nothing special.
    Plain,
    /// As it should be.
    Good,
    /// As it must not be.
    Bad,
    /// Worth a look.
    Odd,
    /// Secondary.
    Quiet,
    /// A heading or a name.
    Strong,
}

/// Puts colour on text, or leaves it alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    colour: bool,
}

impl Paint {
    /// Colour if standard output is a terminal, unless `NO_COLOR` or a dumb terminal forbids it.
    pub(crate) fn new() -> Self {
        let forbidden = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|it| it == "dumb");
        Self { colour: io::stdout().is_terminal() && !forbidden && !dumb }
    }

    /// The text in the colour of its tone.
    pub(crate) fn text(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Plain => return text.to_owned(),
            Tone::Good => "32",
            Tone::Bad => "1;31",
            Tone::Odd => "33",
            Tone::Quiet => "2",
            Tone::Strong => "1",
        };
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// A cell of a table in the colour of its tone.
    pub(crate) fn cell(self, tone: Tone, text: impl Into<String>) -> Cell {
        let cell = Cell::new(text.into());
        match tone {
            Tone::Plain => cell,
            Tone::Good => cell.fg(Color::DarkGreen),
            Tone::Bad => cell.fg(Color::DarkRed).add_attribute(Attribute::Bold),
            Tone::Odd => cell.fg(Color::DarkYellow),
            Tone::Quiet => cell.add_attribute(Attribute::Dim),
            Tone::Strong => cell.add_attribute(Attribute::Bold),
        }
    }

    /// A table with these headings. Those that begin with `>` stand over figures, which are set to the right; those that
    /// begin with `~` over prose, which alone is wrapped where a terminal is narrow.
    pub(crate) fn table(self, headings: &[&str]) -> Table {
        let mut table = Table::new();
        table.load_style(RULED).set_content_arrangement(ContentArrangement::Dynamic);
        if !self.colour {
            // Without this a terminal's colours would go where `NO_COLOR` forbids them.
            let width = table.width();
            table.force_no_tty();
            if let Some(width) = width {
                table.set_width(width);
            }
        }
        table.set_header(headings.iter().map(|it| self.cell(Tone::Strong, it.trim_start_matches(['>', '~']))));
        table.discover_columns();
        for (column, heading) in table.column_iter_mut().zip(headings) {
            if heading.starts_with('>') {
                column.set_cell_alignment(CellAlignment::Right);
            }
            if !heading.starts_with('~') {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        table
    }
}

/// The columns of the terminal; 100 where there is none.
pub(crate) fn width() -> usize {
    Table::new().width().map_or(100, usize::from)
}
