//! Values to text and back, bit for bit (DIA-11, decisions D28 to D31, race R39).

#[path = "value/any.rs"]
mod any;

use any::{any_leaf, any_text, any_value, hostile_string, read, text};
use keyholder_core::json::Writer;
use keyholder_core::storable::{Size, text_len};
use keyholder_core::value::types::{Color3, EnumItem, Vector2, Vector3};
use keyholder_core::value::{Float, Map, Roblox, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::Arc;

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_value_comes_back_bit_for_bit(value in any_value()) {
        let text = text(&value);
        let back = read(&text);
        prop_assert_eq!(back.as_ref(), Ok(&value), "{}", text);
    }

    /// Whatever is read is written as one text, which reads as the same value: two values never share a text.
    #[test]
    fn whatever_is_read_has_one_text(string in hostile_string()) {
        let mut quoted = String::new();
        Writer::new(&mut quoted).string(&string);
        if let Ok(value) = read(&quoted) {
            prop_assert_eq!(text(&value), quoted);
        }
    }

    #[test]
    fn the_size_is_that_of_the_text(value in any_value()) {
        let text = text(&value);
        prop_assert_eq!(text_len(&value), Size { bytes: text.len(), chars: text.chars().count() }, "{}", text);
    }

    #[test]
    fn different_values_have_different_texts(a in any_value(), b in any_value()) {
        prop_assert_eq!(a == b, text(&a) == text(&b));
    }

    #[test]
    fn the_order_of_the_keys_is_not_part_of_a_value(entries in vec((any_text(), any_leaf()), 0..6)) {
        let forwards: Map = entries.iter().cloned().collect();
        let mut distinct = entries;
        distinct.reverse();
        let mut seen = std::collections::BTreeSet::new();
        distinct.retain(|(key, _)| seen.insert(key.clone()));
        let backwards: Map = distinct.into_iter().collect();
        prop_assert_eq!(&forwards, &backwards);
        prop_assert_eq!(text(&forwards.into()), text(&backwards.into()));
    }
}

/// The sizes of the seed: twelve bytes are sixteen characters, forty-eight are sixty-four.
#[test]
fn fixed_types_take_what_their_bytes_take() {
    let payload = |value: Roblox| text(&value.into()).len() - r#""$v3""#.len();
    assert_eq!(payload(Roblox::Vector3(Vector3::default())), 16);
    assert_eq!(payload(Roblox::Color3(Color3::default())), 16);
    assert_eq!(payload(Roblox::CFrame(Arc::default())), 64);
    assert_eq!(payload(Roblox::Vector2(Vector2::default())), 11);
    assert_eq!(payload(Roblox::BrickColor(1)), 3);
}

#[test]
fn texts_are_as_specified() {
    let vector = Vector3 { x: Float(1.0), y: Float(-2.5), z: Float(0.1) };
    let item = EnumItem { kind: "Material".into(), value: 256 };
    let examples: [(Value, &str); 14] = [
        (Value::Nil, "null"),
        (true.into(), "true"),
        (0.1.into(), "0.1"),
        ((-0.0).into(), "-0"),
        (f64::INFINITY.into(), r#""$nuAAAAAAAA8H8""#),
        ("plain".into(), r#""plain""#),
        ("$5".into(), r#""$$5""#),
        ([0xff_u8].as_slice().into(), r#""$sb/w""#),
        (vec![Value::from(1), "a".into()].into(), r#"[1,"a"]"#),
        (Map::from_iter([("$b", Value::from(2)), ("a", Value::from(1))]).into(), r#"{"$$b":2,"a":1}"#),
        (Value::Buffer([1_u8, 2, 3].into()), r#""$buAQID""#),
        (Roblox::Vector3(vector).into(), r#""$v3AACAPwAAIMDNzMw9""#),
        (Roblox::EnumItem(Arc::new(item)).into(), r#""$enAAEAAAMaterial""#),
        (Roblox::Content(None).into(), r#""$cn""#),
    ];
    for (value, expected) in examples {
        assert_eq!(text(&value), expected);
        assert_eq!(read(expected), Ok(value));
    }
}

#[test]
fn unknown_tags_are_kept_and_wrong_payloads_refused() {
    for kept in [r#""$""#, r#""$x""#, r#""$zzAAAA and more""#, r#""$é""#] {
        assert_eq!(text(&read(kept).unwrap()), kept);
    }
    let refused = [
        r#""$v3AAAA""#,
        r#""$v3AACAPwAAIMDNzMw9A""#,
        r#""$v3AACAPwAAIMDNzMw=""#,
        r#""$bcAAB""#,
        r#""$cnx""#,
        r#""$sbYQ""#,
        r#""$nuAAAAAAAA8D8""#,
        r#""$twAAAAAAAAAAAAAAAAAgAAAAA""#,
        r#"{"$v3AACAPwAAIMDNzMw9":1}"#,
        r#"{"a":null}"#,
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":1}"#,
        "1e999",
        "-1e999",
        "NaN",
    ];
    for text in refused {
        assert!(read(text).is_err(), "{text}");
    }
}
