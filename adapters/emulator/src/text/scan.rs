//! Reads a text from left to right.

/// The longest text in bytes that is looked at: far more than two ids and two sort keys take.
const MAX_TEXT_BYTES: usize = 8_192;

/// A text that is not of its language.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {wanted} at byte {at}")]
pub struct BadText {
    /// Where, in bytes from the start of the text; its length for an early end.
    pub at: usize,
    /// What would have been right there.
    pub wanted: &'static str,
}

/// What is left of a text.
#[derive(Clone, Debug)]
pub(super) struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    /// Refuses what is too long, at the place where it becomes so.
    pub(super) fn new(text: &'a str) -> Result<Self, BadText> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(BadText {
                at: text.floor_char_boundary(MAX_TEXT_BYTES),
                wanted: "the end (the text is too long)",
            });
        }
        Ok(Self { text, at: 0 })
    }

    /// What was not read yet.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(super) fn is_done(&self) -> bool {
        self.rest().is_empty()
    }

    /// The failure at this place.
    pub(super) fn bad(&self, wanted: &'static str) -> BadText {
        BadText { at: self.at, wanted }
    }

    /// Steps over `word` if it comes next.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    /// Steps over `word`, which has to come next.
    pub(super) fn need(&mut self, word: &'static str) -> Result<(), BadText> {
        if self.take(word) { Ok(()) } else { Err(self.bad(word)) }
    }

    /// Steps over what fits `fits`.
    pub(super) fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = &rest[..rest.find(|c| !fits(c)).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    pub(super) fn skip_spaces(&mut self) {
        self.take_while(|c| c == ' ' || c == '\t');
    }

    /// Refuses anything that is left.
    pub(super) fn end(&self) -> Result<(), BadText> {
        if self.is_done() { Ok(()) } else { Err(self.bad("the end")) }
    }

    /// A string between double or single quotes; a backslash takes the next quote or backslash as it is.
    pub(super) fn string(&mut self) -> Result<String, BadText> {
        let quote = match self.rest().chars().next() {
            Some(quote @ ('"' | '\'')) => quote,
            _ => return Err(self.bad("a string in quotes")),
        };
        self.at += 1;
        let mut read = String::new();
        loop {
            let Some(c) = self.rest().chars().next() else { return Err(self.bad("the closing quote")) };
            self.at += c.len_utf8();
            match c {
                '\\' => match self.rest().chars().next() {
                    Some(escaped @ ('"' | '\'' | '\\')) => {
                        self.at += 1;
                        read.push(escaped);
                    }
                    _ => return Err(self.bad("a quote or a backslash after a backslash")),
                },
                c if c == quote => return Ok(read),
                c => read.push(c),
            }
        }
    }
}

/// Writes a string so that [`Scan::string`] reads it back.
pub(super) fn quoted(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    written.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            written.push('\\');
        }
        written.push(c);
    }
    written.push('"');
    written
}
