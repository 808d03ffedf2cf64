//! Why a text is refused, and where: a second pass over one that was, with the strict reader, which keeps the path.

use super::{BadText, string};
use crate::codec::number;
use crate::json::{JsonError, JsonProblem, Kind, Limits, Reader};
use crate::value::{Path, Value};

/// Where in `text` the first mistake is. `error` is what was told of it without a path.
pub(super) fn bad_text(text: &str, limits: Limits, error: JsonError) -> BadText {
    let mut path = Path::root();
    let error = match Reader::new(text, limits).and_then(|mut reader| find(&mut reader, &mut path)) {
        Ok(()) => error,
        Err(error) => error,
    };
    BadText { at: error.at, path, what: error.what }
}

/// The first mistake in the next value, which was refused.
pub(super) fn first(reader: &mut Reader<'_>) -> JsonError {
    // Both readers take the same texts: there always is a mistake.
    find(reader, &mut Path::root()).err().unwrap_or(reader.refuse("a value"))
}

/// Reads a value and keeps nothing of it. On failure, `path` leads to where it was.
fn find(from: &mut Reader<'_>, path: &mut Path) -> Result<(), JsonError> {
    let at = from.position();
    let refused = |expected| JsonError { at, what: JsonProblem::Refused { expected } };
    match from.peek()? {
        Kind::Null => from.null(),
        Kind::Bool => from.bool().map(drop),
        Kind::Number => match number::read(from.number()?.as_bytes()) {
            Some(_) => Ok(()),
            None => Err(refused("a number that 64 bits hold")),
        },
        Kind::String => match string(&from.string()?) {
            Some(_) => Ok(()),
            None => Err(refused("a payload of the tag's type")),
        },
        Kind::Array => from.array(|index, reader| {
            path.push(u32::try_from(index).unwrap_or(u32::MAX));
            find(reader, path)?;
            path.pop();
            Ok(())
        }),
        Kind::Object => from.object(|key, reader| {
            let Some(Value::Text(key)) = string(&key) else {
                return Err(reader.refuse("a key that is a string"));
            };
            path.push(key);
            if reader.peek()? == Kind::Null {
                return Err(reader.refuse("no null in an object: the key is left out"));
            }
            find(reader, path)?;
            path.pop();
            Ok(())
        }),
    }
}
