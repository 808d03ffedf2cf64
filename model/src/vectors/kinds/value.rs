//! Values beside their two stored forms, and what is no such form.

use super::{stored_text, words};
use crate::vectors::Case;
use crate::vectors::config::Configs;
use crate::vectors::described::Described;
use crate::vectors::hex::Bytes;
use keyholder_core::codec::binary::{self, BadBinary};
use keyholder_core::codec::delta;
use keyholder_core::json::{JsonError, Limits};
use keyholder_core::value::Value;
use serde::{Deserialize, Serialize};

/// A value and its text. Each of the two is computed from the other.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct Text {
    pub(in crate::vectors) value: Described,
    pub(in crate::vectors) text: String,
    /// Other texts of the same value, which are read and never written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::vectors) also: Vec<String>,
}

impl Case for Text {
    fn run(&self, _: &Configs) -> Result<Self, String> {
        let value = self.value.value()?;
        let is_same = |text: &&String| stored_text::read::<Value>(text).as_ref() == Ok(&value);
        Ok(Self {
            value: Described::of(&stored_text::read(&self.text).map_err(|why| why.to_string())?)?,
            text: stored_text::write(&value),
            also: self.also.iter().filter(is_same).cloned().collect(),
        })
    }
}

/// A text that is refused.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct TextRefused {
    pub(in crate::vectors) text: String,
    /// Where, in bytes from the start.
    pub(in crate::vectors) at: usize,
}

impl Case for TextRefused {
    fn run(&self, _: &Configs) -> Result<Self, String> {
        match stored_text::read::<Value>(&self.text) {
            Ok(_) => Err("it was taken for the text of a value".to_owned()),
            Err(JsonError { at, .. }) => Ok(Self { text: self.text.clone(), at }),
        }
    }
}

/// A value and its bytes. Each of the two is computed from the other.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct Binary {
    pub(in crate::vectors) value: Described,
    pub(in crate::vectors) bytes: Bytes,
}

impl Case for Binary {
    fn run(&self, _: &Configs) -> Result<Self, String> {
        let value = binary::read(&self.bytes.0, Limits::default()).map_err(|why| why.to_string())?;
        let mut bytes = Vec::new();
        binary::write(&self.value.value()?, &mut bytes);
        Ok(Self { value: Described::of(&value)?, bytes: Bytes(bytes) })
    }
}

/// Bytes that are refused, as a value or as a change.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vectors) struct BinaryRefused {
    /// `value` or `change`.
    pub(in crate::vectors) read_as: ReadAs,
    pub(in crate::vectors) bytes: Bytes,
    /// Where, in bytes from the start.
    pub(in crate::vectors) at: usize,
    pub(in crate::vectors) why: String,
}

/// What bytes are taken for.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::vectors) enum ReadAs {
    Value,
    Change,
}

impl Case for BinaryRefused {
    fn run(&self, _: &Configs) -> Result<Self, String> {
        let read = match self.read_as {
            ReadAs::Value => binary::read(&self.bytes.0, Limits::default()).map(drop),
            ReadAs::Change => delta::read(&self.bytes.0, Limits::default()).map(drop),
        };
        match read {
            Ok(()) => Err("they were taken".to_owned()),
            Err(BadBinary { at, what, .. }) => Ok(Self { at, why: words::problem(what).to_owned(), ..self.clone() }),
        }
    }
}
