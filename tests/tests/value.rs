//! Values to text and back, bit for bit (DIA-11, decisions D28 to D31, race R39).

use keyholder_core::json::{self, Limits, Reader, Writer};
use keyholder_core::stored::Stored;
use keyholder_core::value::types::{
    CFrame, Color3, ColorKeypoint, EnumItem, Font, NumberKeypoint, NumberRange, PathWaypoint, PhysicalProperties, Ray,
    Rect, Region3, Region3int16, TweenInfo, UDim, UDim2, Vector2, Vector2int16, Vector3, Vector3int16,
};
use keyholder_core::value::{Float, Map, Number, Roblox, Text, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
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

fn text(value: &Value) -> String {
    let mut text = String::new();
    value.write(Writer::new(&mut text));
    text
}

fn read(text: &str) -> Result<Value, json::JsonError> {
    let mut reader = Reader::new(text, Limits::default())?;
    let value = Value::read(&mut reader)?;
    reader.end()?;
    Ok(value)
}

fn any_float() -> impl Strategy<Value = Float> {
    any::<u32>().prop_map(|bits| Float(f32::from_bits(bits)))
}

fn vector2() -> impl Strategy<Value = Vector2> {
    (any_float(), any_float()).prop_map(|(x, y)| Vector2 { x, y })
}

fn vector3() -> impl Strategy<Value = Vector3> {
    (any_float(), any_float(), any_float()).prop_map(|(x, y, z)| Vector3 { x, y, z })
}

fn vector3int16() -> impl Strategy<Value = Vector3int16> {
    any::<(i16, i16, i16)>().prop_map(|(x, y, z)| Vector3int16 { x, y, z })
}

fn color() -> impl Strategy<Value = Color3> {
    vector3().prop_map(|Vector3 { x, y, z }| Color3 { r: x, g: y, b: z })
}

fn color_keypoint() -> impl Strategy<Value = ColorKeypoint> {
    (any_float(), color()).prop_map(|(time, value)| ColorKeypoint { time, value })
}

fn number_keypoint() -> impl Strategy<Value = NumberKeypoint> {
    vector3().prop_map(|Vector3 { x, y, z }| NumberKeypoint { time: x, value: y, envelope: z })
}

fn udim() -> impl Strategy<Value = UDim> {
    (any_float(), any::<i32>()).prop_map(|(scale, offset)| UDim { scale, offset })
}

fn shapes() -> impl Strategy<Value = Roblox> {
    prop_oneof![
        vector2().prop_map(Roblox::Vector2),
        any::<(i16, i16)>().prop_map(|(x, y)| Roblox::Vector2int16(Vector2int16 { x, y })),
        vector3().prop_map(Roblox::Vector3),
        vector3int16().prop_map(Roblox::Vector3int16),
        (vector3(), [vector3(), vector3(), vector3()])
            .prop_map(|(position, rotation)| Roblox::CFrame(Arc::new(CFrame { position, rotation }))),
        (vector2(), vector2()).prop_map(|(min, max)| Roblox::Rect(Arc::new(Rect { min, max }))),
        (vector3(), vector3()).prop_map(|(origin, direction)| Roblox::Ray(Arc::new(Ray { origin, direction }))),
        (vector3(), vector3()).prop_map(|(min, max)| Roblox::Region3(Arc::new(Region3 { min, max }))),
        (vector3int16(), vector3int16()).prop_map(|(min, max)| Roblox::Region3int16(Region3int16 { min, max })),
        (vector3(), any::<u8>(), ".{0,9}").prop_map(|(position, action, label)| {
            Roblox::PathWaypoint(Arc::new(PathWaypoint { position, action, label: label.into() }))
        }),
    ]
}

fn looks() -> impl Strategy<Value = Roblox> {
    prop_oneof![
        color().prop_map(Roblox::Color3),
        vec(color_keypoint(), 0..4).prop_map(|it| Roblox::ColorSequence(Arc::new(it))),
        color_keypoint().prop_map(|it| Roblox::ColorSequenceKeypoint(Arc::new(it))),
        vec(number_keypoint(), 0..4).prop_map(|it| Roblox::NumberSequence(Arc::new(it))),
        number_keypoint().prop_map(Roblox::NumberSequenceKeypoint),
        udim().prop_map(Roblox::UDim),
        (udim(), udim()).prop_map(|(x, y)| Roblox::UDim2(Arc::new(UDim2 { x, y }))),
        any::<u16>().prop_map(Roblox::BrickColor),
        (".{0,9}", any::<u16>(), any::<u8>()).prop_map(|(family, weight, style)| Roblox::Font(Arc::new(Font {
            family: family.into(),
            weight,
            style
        }))),
        proptest::option::of(".{0,9}").prop_map(|it| Roblox::Content(it.map(Arc::new))),
    ]
}

fn others() -> impl Strategy<Value = Roblox> {
    prop_oneof![
        vector2().prop_map(|Vector2 { x, y }| Roblox::NumberRange(NumberRange { min: x, max: y })),
        (".{0,9}", any::<u32>())
            .prop_map(|(kind, value)| Roblox::EnumItem(Arc::new(EnumItem { kind: kind.into(), value }))),
        (vector2(), any::<(u8, u8, i32, bool)>()).prop_map(
            |(Vector2 { x, y }, (style, direction, count, reverses))| {
                let (easing_style, easing_direction, repeat_count) = (style, direction, count);
                let it = TweenInfo { time: x, easing_style, easing_direction, repeat_count, reverses, delay: y };
                Roblox::TweenInfo(Arc::new(it))
            }
        ),
        any::<i64>().prop_map(Roblox::DateTime),
        (vector3(), vector3()).prop_map(|(a, b)| {
            let (density, friction, elasticity) = (a.x, a.y, a.z);
            let (friction_weight, elasticity_weight, acoustic_absorption) = (b.x, b.y, b.z);
            let it = PhysicalProperties {
                density,
                friction,
                elasticity,
                friction_weight,
                elasticity_weight,
                acoustic_absorption,
            };
            Roblox::PhysicalProperties(Arc::new(it))
        }),
        any::<u8>().prop_map(Roblox::Axes),
        any::<u8>().prop_map(Roblox::Faces),
    ]
}

fn any_text() -> impl Strategy<Value = Text> {
    prop_oneof![
        hostile_string().prop_map(|it| Text::from(it.as_str())),
        vec(any::<u8>(), 0..30).prop_map(|it| Text::from(it.as_slice()))
    ]
}

/// Strings that look like something else.
fn hostile_string() -> impl Strategy<Value = String> {
    let tags = vec![
        "",
        "$",
        "$$",
        "$v3",
        "$v3AACAPwAAIMDNzMw9",
        "$sb/w",
        "$nuAAAAAAAA8H8",
        "$cn",
        "$zz",
        "__type",
        "\u{1}v3:",
        "null",
        "\"",
        "\\u0024",
        "$fo",
        "$enAAEAAAx",
    ];
    prop_oneof![select(tags).prop_map(str::to_owned), "\\$?[a-z0-9]{0,2}[A-Za-z0-9+/]{0,24}", ".{0,30}"]
}

fn any_leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(|bits| Value::Number(Number(f64::from_bits(bits)))),
        (-10_000..10_000).prop_map(Value::from),
        any_text().prop_map(Value::Text),
        vec(any::<u8>(), 0..30).prop_map(|it| Value::Buffer(it.into())),
        shapes().prop_map(Value::Roblox),
        looks().prop_map(Value::Roblox),
        others().prop_map(Value::Roblox),
        select(vec!["$", "$x", "$zz\"\u{e9}", "$\u{e9}"]).prop_map(|it| read(&format!("{it:?}")).unwrap()),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![9 => any_leaf(), 1 => Just(Value::Nil)];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let entries = vec((any_text(), inner.clone()), 0..6);
        prop_oneof![
            vec(inner, 0..6).prop_map(Value::from),
            entries.prop_map(|entries| entries.into_iter().collect::<Map>().into()),
        ]
    })
}
