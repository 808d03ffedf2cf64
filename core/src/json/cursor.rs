//! A place in a text, moved token by token: brackets, commas and depth, words, numbers and strings.
//!
//! An error may leave the cursor anywhere; the [`Reader`](super::Reader) puts it back.

use super::error::{JsonError, JsonProblem, Kind};
use super::limits::Limits;
use super::scan::{self, StringToken};

/// How far a text has been read.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    max_depth: u8,
    mark: Mark,
}

/// A place to which a cursor can be put back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// Offset of the next byte.
    at: usize,
    /// Objects and arrays that are open.
    depth: u8,
}

/// What holds other values.
#[derive(Clone, Copy, Debug)]
pub(super) enum Container {
    Array,
    Object,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str, limits: Limits) -> Result<Self, JsonError> {
        if text.len() > limits.max_bytes {
            return Err(JsonError::new(0, JsonProblem::TooBig { limit: limits.max_bytes }));
        }
        Ok(Self { text, max_depth: limits.max_depth, mark: Mark { at: 0, depth: 0 } })
    }

    /// Opens a container; true if it holds something, else it is closed again.
    pub(super) fn open(&mut self, container: Container) -> Result<bool, JsonError> {
        self.expect(container.kind())?;
        if self.mark.depth >= self.max_depth {
            return Err(JsonError::new(self.mark.at, JsonProblem::TooDeep { limit: self.max_depth }));
        }
        self.mark.depth += 1;
        self.mark.at += 1;
        Ok(!self.close(container))
    }

    /// After an element: true if a comma promises another one, false if the container is closed.
    pub(super) fn more(&mut self, container: Container) -> Result<bool, JsonError> {
        if self.close(container) {
            return Ok(false);
        }
        self.byte(b',', container.separator()).map(|()| true)
    }

    /// Reads a key and its colon.
    pub(super) fn key(&mut self) -> Result<StringToken<'a>, JsonError> {
        self.white();
        if self.next() != Some(b'"') {
            return Err(self.unexpected("a key in quotes"));
        }
        let key = self.string()?;
        self.byte(b':', "a colon")?;
        Ok(key)
    }

    /// Reads a string that stays as it is written.
    pub(super) fn string(&mut self) -> Result<StringToken<'a>, JsonError> {
        self.expect(Kind::String)?;
        let token = scan::string(self.text, self.mark.at)?;
        self.mark.at = token.end;
        Ok(token)
    }

    /// Reads a number that stays as it is written.
    pub(super) fn number(&mut self) -> Result<&'a str, JsonError> {
        self.expect(Kind::Number)?;
        let start = self.mark.at;
        self.mark.at = scan::number(self.text, start)?;
        self.since(start)
    }

    pub(super) fn bool(&mut self) -> Result<bool, JsonError> {
        self.expect(Kind::Bool)?;
        let value = self.next() == Some(b't');
        self.word(if value { "true" } else { "false" })?;
        Ok(value)
    }

    pub(super) fn null(&mut self) -> Result<(), JsonError> {
        self.expect(Kind::Null)?;
        self.word("null")
    }

    /// Moves over white space.
    pub(super) fn white(&mut self) {
        self.mark.at = self.position();
    }

    /// The kind of the next value; only its first byte has been looked at.
    pub(super) fn peek(&self) -> Result<Kind, JsonError> {
        let at = self.position();
        match self.text.as_bytes().get(at) {
            Some(b'n') => Ok(Kind::Null),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b'"') => Ok(Kind::String),
            Some(b'[') => Ok(Kind::Array),
            Some(b'{') => Ok(Kind::Object),
            Some(_) | None => Err(JsonError::unexpected(self.text, at, "a value")),
        }
    }

    /// Offset of the next byte that is not white space.
    pub(super) fn position(&self) -> usize {
        let rest = self.text.as_bytes().get(self.mark.at..).unwrap_or_default();
        self.mark.at + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count()
    }

    /// Offset of the next byte, white space or not.
    pub(super) fn offset(&self) -> usize {
        self.mark.at
    }

    /// The text from `start` to here.
    pub(super) fn since(&self, start: usize) -> Result<&'a str, JsonError> {
        scan::slice(self.text, start, self.mark.at)
    }

    /// The text, the place of the next token, and how many more containers may be open.
    pub(super) fn rest(&self) -> (&'a str, usize, u8) {
        (self.text, self.position(), self.max_depth.saturating_sub(self.mark.depth))
    }

    pub(super) fn move_to(&mut self, at: usize) {
        self.mark.at = at;
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.position() >= self.text.len()
    }

    pub(super) fn mark(&self) -> Mark {
        self.mark
    }

    pub(super) fn put_back(&mut self, mark: Mark) {
        self.mark = mark;
    }

    /// Moves to the next value, which has to be of this kind.
    fn expect(&mut self, expected: Kind) -> Result<(), JsonError> {
        let found = self.peek()?;
        self.white();
        if found != expected {
            return Err(JsonError::new(self.mark.at, JsonProblem::WrongKind { expected, found }));
        }
        Ok(())
    }

    fn close(&mut self, container: Container) -> bool {
        self.white();
        let closed = self.next() == Some(container.closing());
        if closed {
            self.mark.at += 1;
            self.mark.depth = self.mark.depth.saturating_sub(1);
        }
        closed
    }

    fn byte(&mut self, byte: u8, expected: &'static str) -> Result<(), JsonError> {
        self.white();
        if self.next() != Some(byte) {
            return Err(self.unexpected(expected));
        }
        self.mark.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &'static str) -> Result<(), JsonError> {
        for &byte in word.as_bytes() {
            if self.next() != Some(byte) {
                return Err(self.unexpected(word));
            }
            self.mark.at += 1;
        }
        Ok(())
    }

    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.mark.at).copied()
    }

    fn unexpected(&self, expected: &'static str) -> JsonError {
        JsonError::unexpected(self.text, self.mark.at, expected)
    }
}

impl Container {
    fn kind(self) -> Kind {
        match self {
            Self::Array => Kind::Array,
            Self::Object => Kind::Object,
        }
    }

    fn closing(self) -> u8 {
        match self {
            Self::Array => b']',
            Self::Object => b'}',
        }
    }

    fn separator(self) -> &'static str {
        match self {
            Self::Array => "a comma or ]",
            Self::Object => "a comma or }",
        }
    }
}
