//! Parts of items, and what their readers have in common.

use crate::json::{JsonError, JsonProblem, Reader, Writer};
use alloc::borrow::ToOwned;
use alloc::string::String;

/// A value inside an item: how a document, a change or a value of it is written. Equal values give equal texts, and
/// reading what was written gives an equal value; then the same holds of the item.
///
/// Keys of an object must be different, levels of nesting must stay within what [`MAX_DEPTH`](super::MAX_DEPTH) leaves.
pub trait Stored: Sized {
    /// Writes the value into its place.
    fn write(&self, to: Writer<'_>);

    /// Reads a value, and nothing after it.
    ///
    /// # Errors
    /// Another value stands here.
    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError>;
}

impl Stored for i64 {
    fn write(&self, to: Writer<'_>) {
        to.i64(*self);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        from.i64()
    }
}

impl Stored for u8 {
    fn write(&self, to: Writer<'_>) {
        to.u32(u32::from(*self));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        let at = from.position();
        Self::try_from(from.u32()?).map_err(|_| refused(at, "an integer from 0 to 255"))
    }
}

impl Stored for u32 {
    fn write(&self, to: Writer<'_>) {
        to.u32(*self);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        from.u32()
    }
}

impl Stored for bool {
    fn write(&self, to: Writer<'_>) {
        to.bool(*self);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        from.bool()
    }
}

impl Stored for String {
    fn write(&self, to: Writer<'_>) {
        to.string(self);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        from.string().map(|text| text.as_ref().to_owned())
    }
}

/// The error that says: at byte `at` stands something else than `expected`.
pub(crate) fn refused(at: usize, expected: &'static str) -> JsonError {
    JsonError { at, what: JsonProblem::Refused { expected } }
}

/// The error for a field that an object of this layout does not have. Only the header of a record keeps such fields;
/// dropped elsewhere, they would be lost with the next write.
pub(super) fn unknown(reader: &Reader<'_>) -> JsonError {
    reader.refuse("no field beyond those of this layout")
}

/// Reads an array of exactly two values.
pub(super) fn pair<'a, A, B>(
    reader: &mut Reader<'a>,
    expected: &'static str,
    mut first: impl FnMut(&mut Reader<'a>) -> Result<A, JsonError>,
    mut second: impl FnMut(&mut Reader<'a>) -> Result<B, JsonError>,
) -> Result<(A, B), JsonError> {
    let at = reader.position();
    let (mut a, mut b) = (None, None);
    reader.array(|index, reader| {
        match index {
            0 => a = Some(first(reader)?),
            1 => b = Some(second(reader)?),
            _ => return Err(reader.refuse(expected)),
        }
        Ok(())
    })?;
    a.zip(b).ok_or(refused(at, expected))
}

/// Reads one of some words.
pub(super) fn word<T: Copy>(
    reader: &mut Reader<'_>,
    expected: &'static str,
    words: &[(&'static str, T)],
) -> Result<T, JsonError> {
    let at = reader.position();
    let text = reader.string()?;
    words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning).ok_or(refused(at, expected))
}
