//! A pull reader: the caller says what it expects, the reader gives that or refuses.

use alloc::borrow::Cow;
use core::str::FromStr;

use super::cursor::{Container, Cursor};
use super::error::{JsonError, JsonProblem, Kind};
use super::hex::{parse_hex64, parse_hex128};
use super::keys::Keys;
use super::limits::Limits;
use super::skip;

/// Reads one text, value by value.
///
/// Each method reads one whole value, with the white space before it. `Err` leaves the reader where it was.
/// Commas, colons and brackets are read by [`object`](Self::object) and [`array`](Self::array) alone, so a caller that
/// reads two values where one stands, or none, gets an error.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    cursor: Cursor<'a>,
}

impl<'a> Reader<'a> {
    /// A reader at the start of `text`.
    ///
    /// # Errors
    /// [`JsonProblem::TooBig`]: the text is longer than `limits` allow.
    pub fn new(text: &'a str, limits: Limits) -> Result<Self, JsonError> {
        Cursor::new(text, limits).map(|cursor| Self { cursor })
    }

    /// Reads an object: `field` is called for each field, in the order of the text, with its key, and has to read its
    /// value. Keys are unique: the second of a kind is refused before `field` sees it.
    ///
    /// # Errors
    /// Not an object, too deep, malformed, a duplicate key, a value left unread, or the error of `field`.
    pub fn object(
        &mut self,
        mut field: impl FnMut(Cow<'a, str>, &mut Self) -> Result<(), JsonError>,
    ) -> Result<(), JsonError> {
        self.attempt(|reader| {
            let mut keys = Keys::default();
            let mut more = reader.cursor.open(Container::Object)?;
            while more {
                let at = reader.position();
                let key = reader.cursor.key()?.decode()?;
                if !keys.admit(key.clone()) {
                    return Err(JsonError::new(at, JsonProblem::DuplicateKey));
                }
                reader.watched(|reader| field(key, reader))?;
                more = reader.cursor.more(Container::Object)?;
            }
            Ok(())
        })
    }

    /// Reads an array: `element` is called for each element with its index, from 0, and has to read it.
    ///
    /// # Errors
    /// Not an array, too deep, malformed, an element left unread, or the error of `element`.
    pub fn array(
        &mut self,
        mut element: impl FnMut(usize, &mut Self) -> Result<(), JsonError>,
    ) -> Result<(), JsonError> {
        self.attempt(|reader| {
            let mut index = 0;
            let mut more = reader.cursor.open(Container::Array)?;
            while more {
                reader.watched(|reader| element(index, reader))?;
                index += 1;
                more = reader.cursor.more(Container::Array)?;
            }
            Ok(())
        })
    }

    /// Reads `null` as `None`, anything else with `value`.
    ///
    /// # Errors
    /// That of `value`; malformed.
    pub fn null_or<T>(
        &mut self,
        value: impl FnOnce(&mut Self) -> Result<T, JsonError>,
    ) -> Result<Option<T>, JsonError> {
        self.attempt(|reader| match reader.peek()? {
            Kind::Null => reader.null().map(|()| None),
            Kind::Bool | Kind::Number | Kind::String | Kind::Array | Kind::Object => value(reader).map(Some),
        })
    }

    /// Reads `null`.
    ///
    /// # Errors
    /// Not `null`.
    pub fn null(&mut self) -> Result<(), JsonError> {
        self.attempt(|reader| reader.cursor.null())
    }

    /// Reads `true` or `false`.
    ///
    /// # Errors
    /// Neither.
    pub fn bool(&mut self) -> Result<bool, JsonError> {
        self.attempt(|reader| reader.cursor.bool())
    }

    /// Reads a plain decimal integer: no sign, no fraction, no exponent, no leading zeros.
    ///
    /// # Errors
    /// Anything else, or greater than `u32::MAX`.
    pub fn u32(&mut self) -> Result<u32, JsonError> {
        self.integer("a plain integer from 0 to 2^32-1")
    }

    /// Reads a plain decimal integer, as [`u32`](Self::u32) does. Programs that read numbers as doubles keep it exact
    /// up to 2^53 only: for identifiers use [`hex64`](Self::hex64).
    ///
    /// # Errors
    /// Anything else, or greater than `u64::MAX`.
    pub fn u64(&mut self) -> Result<u64, JsonError> {
        self.integer("a plain integer from 0 to 2^64-1")
    }

    /// Reads a plain decimal integer, negative with a minus sign; `-0` is refused, there is one way to write zero.
    ///
    /// # Errors
    /// Anything else, or outside of `i64`.
    pub fn i64(&mut self) -> Result<i64, JsonError> {
        self.integer("a plain integer from -2^63 to 2^63-1")
    }

    /// Reads any number and gives its exact text, of whatever magnitude and precision.
    ///
    /// # Errors
    /// Not a number, or malformed.
    pub fn number(&mut self) -> Result<&'a str, JsonError> {
        self.attempt(|reader| reader.cursor.number())
    }

    /// Reads a string. Borrowed from the text, unless it has escapes.
    ///
    /// # Errors
    /// Not a string, or one that stands for no sequence of characters.
    pub fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        self.attempt(|reader| reader.cursor.string()?.decode())
    }

    /// Reads a 64-bit identifier: a string of exactly 16 lowercase hex digits.
    ///
    /// # Errors
    /// Anything else.
    pub fn hex64(&mut self) -> Result<u64, JsonError> {
        self.hex(16, parse_hex64)
    }

    /// Reads a 128-bit identifier: a string of exactly 32 lowercase hex digits, in the order of its bytes.
    ///
    /// # Errors
    /// Anything else.
    pub fn hex128(&mut self) -> Result<[u8; 16], JsonError> {
        self.hex(32, parse_hex128)
    }

    /// Reads one value of any kind and gives its exact text, from its first byte to its last: so a field that this
    /// version does not know is kept. The text is valid and within the limits; duplicate keys *inside* it are not
    /// looked for, since nobody here takes a meaning from them.
    ///
    /// # Errors
    /// Too deep, or malformed.
    pub fn raw(&mut self) -> Result<&'a str, JsonError> {
        self.attempt(|reader| {
            let start = reader.position();
            skip::value(&mut reader.cursor)?;
            reader.cursor.since(start)
        })
    }

    /// The end of reading: only white space may be left.
    ///
    /// # Errors
    /// [`JsonProblem::TrailingText`].
    pub fn end(self) -> Result<(), JsonError> {
        if !self.cursor.is_at_end() {
            return Err(JsonError::new(self.position(), JsonProblem::TrailingText));
        }
        Ok(())
    }

    /// The kind of the next value, which stays unread. It may still turn out to be malformed.
    ///
    /// # Errors
    /// No value starts here.
    pub fn peek(&self) -> Result<Kind, JsonError> {
        self.cursor.peek()
    }

    /// Offset of the next byte that is not white space.
    pub fn position(&self) -> usize {
        self.cursor.position()
    }

    /// The error that says: a value starts here that the caller cannot take, it expects `expected`.
    pub fn refuse(&self, expected: &'static str) -> JsonError {
        JsonError::new(self.position(), JsonProblem::Refused { expected })
    }

    /// The value of a field that had to be there, asked for when the object has ended.
    ///
    /// # Errors
    /// [`JsonProblem::MissingField`] if it was not.
    pub fn require<T>(&self, name: &'static str, value: Option<T>) -> Result<T, JsonError> {
        value.ok_or(JsonError::new(self.cursor.offset(), JsonProblem::MissingField(name)))
    }

    /// The whole text, where the next value begins, and how many more objects and arrays may be open: for who reads one
    /// value by itself and then [moves on](Self::move_to).
    pub(crate) fn rest(&self) -> (&'a str, usize, u8) {
        self.cursor.rest()
    }

    /// Moves behind a value that was read.
    pub(crate) fn move_to(&mut self, at: usize) {
        self.cursor.move_to(at);
    }

    /// Runs `read`; on failure the reader is where it was.
    fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, JsonError>) -> Result<T, JsonError> {
        let mark = self.cursor.mark();
        let result = read(self);
        if result.is_err() {
            self.cursor.put_back(mark);
        }
        result
    }

    /// Runs a caller's `read`, which has to move forward: a value that it forgets must not pass as one that it read.
    fn watched(&mut self, read: impl FnOnce(&mut Self) -> Result<(), JsonError>) -> Result<(), JsonError> {
        let before = self.position();
        read(self)?;
        if self.cursor.offset() <= before {
            return Err(JsonError::new(before, JsonProblem::Unread));
        }
        Ok(())
    }

    fn integer<T: FromStr>(&mut self, expected: &'static str) -> Result<T, JsonError> {
        self.attempt(|reader| {
            let at = reader.position();
            let number = reader.cursor.number()?;
            if number == "-0" || number.contains(['.', 'e', 'E']) {
                return Err(JsonError::new(at, JsonProblem::NotAnInteger { expected }));
            }
            number.parse().map_err(|_| JsonError::new(at, JsonProblem::OutOfRange { expected }))
        })
    }

    fn hex<T>(&mut self, digits: u8, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, JsonError> {
        self.attempt(|reader| {
            let at = reader.position();
            let token = reader.cursor.string()?;
            parse(token.inner).ok_or(JsonError::new(at, JsonProblem::NotHex { digits }))
        })
    }
}
