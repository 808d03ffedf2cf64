//! The laws of the module, by concern.

mod hostile;
mod reading;
mod strings;
mod writing;

use alloc::vec::Vec;

use super::{JsonError, JsonProblem, Kind, Limits, Reader, read};

/// Reads with the default limits and a text that has to end.
fn of<'a, T>(text: &'a str, value: impl FnOnce(&mut Reader<'a>) -> Result<T, JsonError>) -> Result<T, JsonError> {
    read(text, Limits::default(), value)
}

/// What was refused in `text`, and where.
fn refused<'a, T>(
    text: &'a str,
    value: impl FnOnce(&mut Reader<'a>) -> Result<T, JsonError>,
) -> Option<(usize, JsonProblem)> {
    of(text, value).err().map(|error| (error.at, error.what))
}

/// Reads any value by recursion, as a caller with a tree of its own does; gives the texts of its scalars.
fn walk<'a>(reader: &mut Reader<'a>, scalars: &mut Vec<&'a str>) -> Result<(), JsonError> {
    match reader.peek()? {
        Kind::Object => reader.object(|_, reader| walk(reader, scalars)),
        Kind::Array => reader.array(|_, reader| walk(reader, scalars)),
        Kind::String => {
            reader.clone().string()?;
            scalars.push(reader.raw()?);
            Ok(())
        }
        Kind::Null | Kind::Bool | Kind::Number => {
            scalars.push(reader.raw()?);
            Ok(())
        }
    }
}
