//! What an entry holds: a value of JSON, users and attributes, within their limits (documentation: Data stores, Error codes
//! and limits).

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

/// The longest value, in characters of its JSON.
pub(crate) const LONGEST_VALUE: usize = 4_194_304;

/// The longest name of a data store, of a scope and of a key: in characters here, in bytes in the first API.
pub(crate) const LONGEST_NAME: usize = 50;

/// A number beyond this on either side is set to it: all numbers are doubles, and these are the last whole ones without
/// gaps.
pub(crate) const LARGEST_NUMBER: i64 = 1 << 53;

const LONGEST_ATTRIBUTE_NAME: usize = 50;
const LONGEST_ATTRIBUTE_VALUE: usize = 250;
const LONGEST_ATTRIBUTES: usize = 300;

/// The value and the metadata of one version. A write replaces all three.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) value: Box<RawValue>,
    pub(crate) users: Box<[u64]>,
    pub(crate) attributes: Option<Box<RawValue>>,
}

/// Why something cannot be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadContent {
    #[error("The value is not JSON, or is nested deeper than 127 levels.")]
    NotJson,
    #[error("The value is longer than 4194304 characters.")]
    TooLong,
    #[error("The attributes are not an object.")]
    AttributesNotObject,
    #[error("An attribute is too long: a name may have 50 characters, a value 250, all together 300.")]
    AttributesTooLong,
}

impl Content {
    /// The number of bytes that a read or a write of it counts. Of users and attributes nothing is documented; one value of the
    /// greatest length can be written in a minute, whatever it has beside it.
    pub(crate) fn size(&self) -> usize {
        self.value.get().len()
    }
}

/// A value as it is stored: as it came, but for numbers out of range.
pub(crate) fn value(raw: &RawValue) -> Result<Box<RawValue>, BadContent> {
    let text = raw.get();
    if text.len() > LONGEST_VALUE && text.chars().count() > LONGEST_VALUE {
        return Err(BadContent::TooLong);
    }
    let Found { out_of_range } = serde_json::from_str(text).map_err(|_| BadContent::NotJson)?;
    if !out_of_range {
        return Ok(raw.to_owned());
    }
    let mut value = serde_json::from_str(text).map_err(|_| BadContent::NotJson)?;
    clamp(&mut value);
    serde_json::value::to_raw_value(&value).map_err(|_| BadContent::NotJson)
}

/// Attributes as they are stored. None if there are none.
pub(crate) fn attributes(raw: Option<&RawValue>) -> Result<Option<Box<RawValue>>, BadContent> {
    let Some(raw) = raw else { return Ok(None) };
    // Escapes make text longer, six times at the most; spaces are not taken without end.
    if raw.get().len() > LONGEST_ATTRIBUTES * 16 {
        return Err(BadContent::AttributesTooLong);
    }
    let map: Map<String, Value> = serde_json::from_str(raw.get()).map_err(|_| BadContent::AttributesNotObject)?;
    let mut all = 0;
    for (name, value) in &map {
        let name = name.chars().count();
        let value = match value {
            Value::String(text) => text.chars().count(),
            other => other.to_string().chars().count(),
        };
        all += name + value;
        if name > LONGEST_ATTRIBUTE_NAME || value > LONGEST_ATTRIBUTE_VALUE || all > LONGEST_ATTRIBUTES {
            return Err(BadContent::AttributesTooLong);
        }
    }
    if map.is_empty() {
        return Ok(None);
    }
    serde_json::value::to_raw_value(&map).map(Some).map_err(|_| BadContent::AttributesNotObject)
}

/// A whole number that is stored, or `None` if something else is: `1.0` is whole as well, since all numbers are doubles.
pub(crate) fn whole(raw: &RawValue) -> Option<i64> {
    let number: Number = serde_json::from_str(raw.get()).ok()?;
    whole_number(&number)
}

/// `number` if it is whole, set into the range of numbers.
pub(crate) fn whole_number(number: &Number) -> Option<i64> {
    if let Some(whole) = number.as_i64() {
        return Some(whole.clamp(-LARGEST_NUMBER, LARGEST_NUMBER));
    }
    let double = number.as_f64().filter(|d| d.fract() == 0.0)?;
    #[expect(clippy::cast_possible_truncation, reason = "a cast to an integer saturates, and the range is narrower")]
    Some((double as i64).clamp(-LARGEST_NUMBER, LARGEST_NUMBER))
}

/// A stored whole number.
pub(crate) fn of_whole(number: i64) -> Result<Box<RawValue>, BadContent> {
    serde_json::value::to_raw_value(&number).map_err(|_| BadContent::NotJson)
}

fn clamp(value: &mut Value) {
    match value {
        Value::Number(number) if is_out_of_range(number) => {
            let negative = number.as_f64().is_some_and(|double| double < 0.0);
            *value = Value::from(if negative { -LARGEST_NUMBER } else { LARGEST_NUMBER });
        }
        Value::Array(items) => items.iter_mut().for_each(clamp),
        Value::Object(fields) => fields.values_mut().for_each(clamp),
        _ => {}
    }
}

/// Whole numbers are compared as they are: as a double, the first one out of range looks like the last one in it.
fn is_out_of_range(number: &Number) -> bool {
    match number.as_i64() {
        Some(whole) => whole.unsigned_abs() > LARGEST_NUMBER.unsigned_abs(),
        None => out_of_range(number.as_f64()),
    }
}

#[expect(clippy::cast_precision_loss, reason = "2^53 is a double")]
fn out_of_range(double: Option<f64>) -> bool {
    double.is_none_or(|double| double.abs() > LARGEST_NUMBER as f64)
}

/// Walks through a value without keeping it: serde's bound on nesting holds, strings must be text, and numbers are looked at.
struct Found {
    out_of_range: bool,
}

impl<'de> Deserialize<'de> for Found {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Walk)
    }
}

struct Walk;

impl Walk {
    const FINE: Found = Found { out_of_range: false };
}

impl<'de> Visitor<'de> for Walk {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Found, E> {
        Ok(Self::FINE)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Found, E> {
        Ok(Self::FINE)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Found, E> {
        Ok(Self::FINE)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Found, E> {
        Ok(Found { out_of_range: number > LARGEST_NUMBER.unsigned_abs() })
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Found, E> {
        Ok(Found { out_of_range: number.unsigned_abs() > LARGEST_NUMBER.unsigned_abs() })
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Found, E> {
        Ok(Found { out_of_range: out_of_range(Some(number)) })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Found, A::Error> {
        let mut found = Self::FINE;
        while let Some(item) = items.next_element::<Found>()? {
            found.out_of_range |= item.out_of_range;
        }
        Ok(found)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Found, A::Error> {
        let mut found = Self::FINE;
        // A key is looked at as a string: what it escapes must be text.
        while let Some((_, field)) = fields.next_entry::<Text, Found>()? {
            found.out_of_range |= field.out_of_range;
        }
        Ok(found)
    }
}

struct Text;

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(IgnoredText)
    }
}

struct IgnoredText;

impl Visitor<'_> for IgnoredText {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Text, E> {
        Ok(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(text: &str) -> Result<String, BadContent> {
        let raw = RawValue::from_string(text.to_owned()).unwrap();
        value(&raw).map(|v| v.get().to_owned())
    }

    #[test]
    fn values_stay_as_they_came_but_for_numbers_out_of_range() {
        for text in ["{}", "[]", "{\"b\":1,\"a\":[]}", "0.1", "9007199254740992", "\"x\"", "true", "-0.0"] {
            assert_eq!(stored(text).unwrap(), text);
        }
        assert_eq!(stored("9007199254740993").unwrap(), "9007199254740992");
        assert_eq!(
            stored("[-1e300,{\"a\":18446744073709551615}]").unwrap(),
            "[-9007199254740992,{\"a\":9007199254740992}]"
        );
    }

    #[test]
    fn what_is_no_text_or_too_deep_is_refused() {
        assert_eq!(stored("\"\\ud800\""), Err(BadContent::NotJson));
        assert_eq!(stored("{\"\\ud800\":1}"), Err(BadContent::NotJson));
        assert!(stored(&format!("{}{}", "[".repeat(127), "]".repeat(127))).is_ok());
        assert_eq!(stored(&format!("{}{}", "[".repeat(128), "]".repeat(128))), Err(BadContent::NotJson));
        assert_eq!(stored(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))), Err(BadContent::NotJson));
        assert_eq!(stored("1e999"), Err(BadContent::NotJson));
    }

    #[test]
    fn attributes_have_their_limits() {
        let read = |text: &str| {
            let raw = RawValue::from_string(text.to_owned()).unwrap();
            attributes(Some(&raw)).map(|a| a.map(|a| a.get().to_owned()))
        };
        assert_eq!(read("{ }").unwrap(), None);
        assert_eq!(read("{\"a\": 1}").unwrap().as_deref(), Some("{\"a\":1}"));
        assert_eq!(read("[]"), Err(BadContent::AttributesNotObject));
        assert!(read(&format!("{{\"{}\":1}}", "k".repeat(50))).is_ok());
        assert_eq!(read(&format!("{{\"{}\":1}}", "k".repeat(51))), Err(BadContent::AttributesTooLong));
        assert_eq!(read(&format!("{{\"k\":\"{}\"}}", "v".repeat(251))), Err(BadContent::AttributesTooLong));
        let two = format!("{{\"a\":\"{0}\",\"b\":\"{0}\"}}", "v".repeat(150));
        assert_eq!(read(&two), Err(BadContent::AttributesTooLong));
    }

    #[test]
    fn whole_numbers_are_told_from_others() {
        let read = |text: &str| whole(&RawValue::from_string(text.to_owned()).unwrap());
        assert_eq!(
            (read("7"), read("7.0"), read("7.5"), read("\"7\""), read("null")),
            (Some(7), Some(7), None, None, None)
        );
    }
}
