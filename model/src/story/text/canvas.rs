//! One row of character cells.

use super::super::measure::columns;

/// A row under construction. A cell holds a character with whatever combines with it; a wide character leaves the
/// next cell empty.
#[derive(Clone, Default)]
pub(super) struct Row {
    cells: Vec<String>,
}

impl Row {
    /// Writes a text from a column on, over what is there.
    pub(super) fn put(&mut self, column: i64, text: &str) {
        let mut at = usize::try_from(column).unwrap_or(0);
        for c in text.chars() {
            let wide = usize::try_from(columns(c)).unwrap_or(0);
            if wide == 0 {
                // It combines with what was written before; at the start of a row there is nothing, and it is shown
                // alone.
                self.reach(at.max(1));
                self.cells[at.max(1) - 1].push(c);
                continue;
            }
            self.reach(at + wide);
            self.cells[at] = c.to_string();
            for rest in &mut self.cells[at + 1..at + wide] {
                rest.clear();
            }
            at += wide;
        }
    }

    /// Writes one character.
    pub(super) fn set(&mut self, column: i64, c: char) {
        self.put(column, c.encode_utf8(&mut [0; 4]));
    }

    /// The row as text, without spaces at its end.
    pub(super) fn line(&self) -> String {
        let mut line = self.cells.concat();
        line.truncate(line.trim_end().len());
        line
    }

    fn reach(&mut self, length: usize) {
        if self.cells.len() < length {
            self.cells.resize(length, " ".to_owned());
        }
    }
}
