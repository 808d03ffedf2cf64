//! The storable text form: JSON, with a tagged string for each value that JSON has not (DIA-11, decision D29, race R39).
//!
//! Total and injective: every value has one text, and no other value has it. A string that begins with [`SIGN`] is written
//! with the sign twice, so nothing that a player writes is ever taken for a tag.

use super::{number, roblox};
use crate::json::{JsonError, JsonProblem, Kind, Reader, Writer};
use crate::stored::Stored;
use crate::value::{Map, Text, Value};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a tagged string begins with.
pub const SIGN: char = '$';

impl Stored for Value {
    fn write(&self, to: Writer<'_>) {
        match self {
            Self::Nil => to.null(),
            Self::Bool(it) => to.bool(*it),
            Self::Number(it) if it.0.is_finite() => {
                let mut text = String::new();
                number::write(it.0, &mut text);
                to.raw(&text);
            }
            Self::Number(it) => to.string(&tagged(|out| roblox::write_number(*it, out))),
            Self::Text(it) => write_text(it, |text| to.string(text)),
            Self::Array(it) => to.array(|elements| it.iter().for_each(|value| value.write(elements.element()))),
            Self::Map(it) => to.object(|fields| {
                for (key, value) in it.iter() {
                    write_text(key, |key| value.write(fields.field(key)));
                }
            }),
            Self::Buffer(it) => to.string(&tagged(|out| roblox::write_buffer(it, out))),
            Self::Roblox(it) => to.string(&tagged(|out| roblox::write(it, out))),
        }
    }

    /// Reads any JSON value: objects become maps, arrays arrays, tagged strings what they stand for.
    fn read(from: &mut Reader<'_>) -> Result<Self, JsonError> {
        let at = from.position();
        match from.peek()? {
            Kind::Null => from.null().map(|()| Self::Nil),
            Kind::Bool => from.bool().map(Self::Bool),
            Kind::String => {
                let text = from.string()?;
                read_text(&text).ok_or(refused(at, "a payload of the tag's type"))
            }
            Kind::Array => {
                let mut values = Vec::new();
                from.array(|_, reader| {
                    values.push(Self::read(reader)?);
                    Ok(())
                })?;
                Ok(Self::Array(Arc::new(values)))
            }
            Kind::Object => {
                let mut map = Map::new();
                from.object(|key, reader| {
                    let at = reader.position();
                    let Some(Self::Text(key)) = read_text(&key) else {
                        return Err(refused(at, "a key that is a string"));
                    };
                    let value = Self::read(reader)?;
                    if value == Self::Nil {
                        return Err(refused(at, "no null in an object: the key is left out"));
                    }
                    map.insert(key, value);
                    Ok(())
                })?;
                Ok(Self::Map(Arc::new(map)))
            }
            Kind::Number => {
                number::read(from.number()?).map(Self::Number).ok_or(refused(at, "a number that 64 bits hold"))
            }
        }
    }
}

/// Gives `write` the text of a string: as it is, with the sign doubled, or tagged where it is no UTF-8.
fn write_text(text: &Text, write: impl FnOnce(&str)) {
    match text.as_str() {
        Some(text) if text.starts_with(SIGN) => {
            let mut escaped = String::from(SIGN);
            escaped.push_str(text);
            write(&escaped);
        }
        Some(text) => write(text),
        None => write(&tagged(|out| roblox::write_bytes(text.as_bytes(), out))),
    }
}

fn read_text(text: &str) -> Option<Value> {
    match text.strip_prefix(SIGN) {
        None => Some(Value::Text(text.into())),
        Some(escaped) if escaped.starts_with(SIGN) => Some(Value::Text(escaped.into())),
        Some(content) => roblox::read(content).ok(),
    }
}

fn tagged(write: impl FnOnce(&mut String)) -> String {
    let mut text = String::from(SIGN);
    write(&mut text);
    text
}

fn refused(at: usize, expected: &'static str) -> JsonError {
    JsonError { at, what: JsonProblem::Refused { expected } }
}
