//! Items: what a store holds under one key, as one text with the number of its layout in front.

use super::StoredError;
use crate::json::{self, JsonError, JsonProblem, Limits, Reader};
use alloc::string::String;

/// What a store holds under one key.
///
/// Equal items give equal texts, and reading what was written gives an equal item.
pub trait Item: Sized {
    /// The layout that this code writes, and the newest that it reads.
    const LAYOUT: u32;

    /// How long and how deep the text may be.
    const LIMITS: Limits;

    /// Says whether the protocol can have led here. Checked before an item is written and after it was read.
    ///
    /// # Errors
    /// [`StoredError::Invariant`] or [`StoredError::TooMany`] names what is wrong.
    fn verify(&self) -> Result<(), StoredError>;

    /// Writes every field but the layout.
    fn write(&self, fields: &mut json::Fields<'_>);

    /// Reads the object with all of its fields; `layout` is among them and was looked at before.
    ///
    /// # Errors
    /// A field is missing, unknown, or not what it has to be.
    fn read(reader: &mut Reader<'_>) -> Result<Self, JsonError>;

    /// The stored form.
    ///
    /// # Errors
    /// What [`from_text`](Self::from_text) would refuse. Nothing is to be written then.
    fn to_text(&self) -> Result<String, StoredError> {
        self.verify()?;
        let mut text = String::new();
        json::Writer::new(&mut text).object(|fields| {
            fields.field("layout").u32(Self::LAYOUT);
            self.write(fields);
        });
        // The document and the fields of newer code come from outside of this module: that they can be read again is
        // worth one pass without allocations, since nobody opens a record that cannot be read.
        json::read(&text, Self::LIMITS, |reader| reader.raw().map(drop))?;
        Ok(text)
    }

    /// The item of this stored form. The fields may come in any order; the bytes come from a store and may be anything.
    ///
    /// # Errors
    /// [`StoredError`]: nothing is to be done with the item, least of all to write over it.
    fn from_text(text: impl AsRef<[u8]>) -> Result<Self, StoredError> {
        read(text.as_ref())
    }
}

fn read<T: Item>(bytes: &[u8]) -> Result<T, StoredError> {
    let limit = T::LIMITS.max_bytes;
    if bytes.len() > limit {
        return Err(StoredError::TooBig { limit });
    }
    let text = core::str::from_utf8(bytes).map_err(|_| StoredError::NotUtf8)?;
    let mut reader = Reader::new(text, T::LIMITS)?;
    let layout = layout(&reader)?;
    if layout > T::LAYOUT {
        return Err(StoredError::NewerLayout(layout));
    }
    let item = T::read(&mut reader)?;
    reader.end()?;
    item.verify()?;
    Ok(item)
}

/// Looks for the layout before anything else is given a meaning. It stands first in what this code writes; a store
/// that parses what it is given may have changed the order.
fn layout(reader: &Reader<'_>) -> Result<u32, JsonError> {
    let mut found = None;
    let mut reader = reader.clone();
    let scan = reader.object(|name, reader| {
        if name != "layout" {
            return reader.raw().map(drop);
        }
        let at = reader.position();
        let end = JsonError { at, what: JsonProblem::Refused { expected: "a layout from 1" } };
        found = Some(reader.u32()?).filter(|layout| *layout > 0);
        // Nothing else is of interest: an error ends the search, whether it is one or not.
        Err(end)
    });
    match found {
        Some(layout) => Ok(layout),
        None => {
            scan?;
            reader.require("layout", None)
        }
    }
}
