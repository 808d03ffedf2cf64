//! Values themselves in serde's formats.

use super::any::{any_text, any_value, hostile_string, read, text};
use super::cases;
use keyholder_core::value::serde::{from_value, to_value};
use keyholder_core::value::types::{UDim, Vector3};
use keyholder_core::value::{Map, Number, Roblox, Text, Value};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

/// What serde reads by way of a copy of its own, in which a deserialiser has no say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Place(Vector3),
    Name(String),
    Any(Value),
}

/// What newer code has put there stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Kept {
    coins: u32,
    absent: Value,
    #[serde(flatten)]
    rest: Map,
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_value_is_itself(value in any_value()) {
        prop_assert_eq!(to_value(&value), Ok(value.clone()));
        prop_assert_eq!(from_value::<Value>(&value), Ok(value.clone()));
    }

    #[test]
    fn json_has_the_text_form(value in any_value()) {
        let json = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), value.clone(), "{}", json);
        prop_assert_eq!(serde_json::from_str::<Value>(&text(&value)).unwrap(), value.clone());
        prop_assert_eq!(read(&json).unwrap(), value);
    }

    /// Whatever the text form reads, serde reads as the same, or both refuse it.
    #[test]
    fn json_means_the_same(string in hostile_string()) {
        let quoted = serde_json::to_string(&string).unwrap();
        for json in [quoted.clone(), format!("[{quoted}]"), format!("{{{quoted}:1}}")] {
            prop_assert_eq!(serde_json::from_str::<Value>(&json).ok(), read(&json).ok(), "{}", json);
        }
    }

    #[test]
    fn a_string_is_never_taken_for_a_tag(string in hostile_string()) {
        let name = Untagged::Name(string.clone());
        let value = to_value(&name).unwrap();
        prop_assert_eq!(&value, &Value::from(string.as_str()));
        prop_assert_eq!(from_value::<Untagged>(&value), Ok(name));
        prop_assert!(from_value::<Vector3>(&value).is_err());
    }

    #[test]
    fn what_is_flattened_is_itself(entries in proptest::collection::vec((any_text(), any_value()), 0..5)) {
        let entries = entries.into_iter().filter(|(key, _)| key.as_str().is_some_and(|it| it != "coins" && it != "absent"));
        let kept = Kept { coins: 7, absent: Value::Nil, rest: entries.collect() };
        let value = to_value(&kept).unwrap();
        prop_assert_eq!(from_value::<Kept>(&value), Ok(kept.clone()));
        let Value::Map(map) = value else { panic!("it is a map") };
        prop_assert_eq!(map.len(), kept.rest.len() + 1);
    }

    #[test]
    fn what_is_untagged_is_itself(value in any_value()) {
        let value = match value {
            Value::Text(_) | Value::Roblox(Roblox::Vector3(_)) | Value::Nil => Value::from(true),
            other => other,
        };
        prop_assert_eq!(from_value::<Untagged>(&value), Ok(Untagged::Any(value)));
    }

    #[test]
    fn parts_are_themselves(key in any_text(), bits in any::<u64>()) {
        let number = Number(f64::from_bits(bits));
        prop_assert_eq!(to_value(&number), Ok(Value::Number(number)));
        prop_assert_eq!(from_value::<Number>(&Value::Number(number)), Ok(number));
        prop_assert_eq!(to_value(&key), Ok(Value::Text(key.clone())));
        prop_assert_eq!(from_value::<Text>(&Value::Text(key.clone())), Ok(key.clone()));
        let json = serde_json::to_string(&(&key, number)).unwrap();
        prop_assert_eq!(serde_json::from_str::<(Text, Number)>(&json).unwrap(), (key, number));
    }
}

#[test]
fn a_roblox_type_is_a_tagged_string_elsewhere() {
    let home = Vector3 { x: 1.0.into(), y: (-2.5).into(), z: 0.1.into() };
    let json = serde_json::to_string(&home).unwrap();
    assert_eq!(json, r#""$v3AACAPwAAIMDNzMw9""#);
    assert_eq!(serde_json::from_str::<Vector3>(&json).unwrap(), home);
    assert_eq!(serde_json::from_str::<Roblox>(&json).unwrap(), Roblox::Vector3(home));
    assert!(serde_json::from_str::<UDim>(&json).is_err());
    assert!(serde_json::from_str::<Vector3>(r#""$$v3AACAPwAAIMDNzMw9""#).is_err());
    assert_eq!(serde_json::to_string(&Value::from(5.0)).unwrap(), "5");
}

/// Integers beyond 2^53 in the digits of the text form, and in others.
#[test]
fn json_integers_are_taken_where_they_come_back() {
    for digits in ["9007199254740992", "-9007199254740992", "9007199254740994", "1152921504606847000"] {
        let value = serde_json::from_str::<Value>(digits).unwrap();
        assert_eq!(Ok(&value), read(digits).as_ref());
        assert_eq!(text(&value), digits);
    }
    for digits in ["9007199254740993", "-9007199254740993", "1152921504606846976", "18446744073709551615"] {
        let error = serde_json::from_str::<Value>(digits).unwrap_err().to_string();
        assert!(error.contains("beyond 2^53"), "{error}");
    }
}

/// A format that does not describe itself: it has one string, and gives it to whoever asks for one.
struct OneString(String);

impl<'de> serde::Deserializer<'de> for OneString {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: serde::de::Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(serde::de::Error::custom("what is asked for?"))
    }

    fn deserialize_str<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_string(self.0)
    }

    fn deserialize_newtype_struct<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char string bytes byte_buf option unit unit_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[test]
fn a_format_that_does_not_describe_itself_has_roblox_types() {
    let home = Vector3 { x: 1.0.into(), y: (-2.5).into(), z: 0.1.into() };
    let tagged = || OneString("$v3AACAPwAAIMDNzMw9".into());
    assert_eq!(Vector3::deserialize(tagged()).unwrap(), home);
    assert!(UDim::deserialize(tagged()).is_err());
}
