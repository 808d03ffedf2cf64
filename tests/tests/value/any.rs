//! Values of every kind, to draw from.
#![allow(dead_code, reason = "not every test draws all of them")]

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

pub(crate) fn text(value: &Value) -> String {
    let mut text = String::new();
    value.write(Writer::new(&mut text));
    text
}

pub(crate) fn read(text: &str) -> Result<Value, json::JsonError> {
    let mut reader = Reader::new(text, Limits::default())?;
    let value = Value::read(&mut reader)?;
    reader.end()?;
    Ok(value)
}

pub(crate) fn any_float() -> impl Strategy<Value = Float> {
    any::<u32>().prop_map(|bits| Float(f32::from_bits(bits)))
}

pub(crate) fn vector2() -> impl Strategy<Value = Vector2> {
    (any_float(), any_float()).prop_map(|(x, y)| Vector2 { x, y })
}

pub(crate) fn vector3() -> impl Strategy<Value = Vector3> {
    (any_float(), any_float(), any_float()).prop_map(|(x, y, z)| Vector3 { x, y, z })
}

pub(crate) fn vector3int16() -> impl Strategy<Value = Vector3int16> {
    any::<(i16, i16, i16)>().prop_map(|(x, y, z)| Vector3int16 { x, y, z })
}

pub(crate) fn color() -> impl Strategy<Value = Color3> {
    vector3().prop_map(|Vector3 { x, y, z }| Color3 { r: x, g: y, b: z })
}

pub(crate) fn color_keypoint() -> impl Strategy<Value = ColorKeypoint> {
    (any_float(), color()).prop_map(|(time, value)| ColorKeypoint { time, value })
}

pub(crate) fn number_keypoint() -> impl Strategy<Value = NumberKeypoint> {
    vector3().prop_map(|Vector3 { x, y, z }| NumberKeypoint { time: x, value: y, envelope: z })
}

pub(crate) fn udim() -> impl Strategy<Value = UDim> {
    (any_float(), any::<i32>()).prop_map(|(scale, offset)| UDim { scale, offset })
}

pub(crate) fn shapes() -> impl Strategy<Value = Roblox> {
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

pub(crate) fn looks() -> impl Strategy<Value = Roblox> {
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

pub(crate) fn others() -> impl Strategy<Value = Roblox> {
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

pub(crate) fn any_text() -> impl Strategy<Value = Text> {
    prop_oneof![
        hostile_string().prop_map(|it| Text::from(it.as_str())),
        vec(any::<u8>(), 0..30).prop_map(|it| Text::from(it.as_slice()))
    ]
}

/// Strings that look like something else.
pub(crate) fn hostile_string() -> impl Strategy<Value = String> {
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

pub(crate) fn any_leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(|bits| Value::Number(Number(f64::from_bits(bits)))),
        any_float().prop_map(|it| Value::from(f64::from(it.0))),
        (-2_i64..=2, any::<bool>(), 50..56).prop_map(|(off, minus, bits)| {
            let number = ((1_i64 << bits) + off) as f64;
            Value::from(if minus { -number } else { number })
        }),
        (-10_000..10_000).prop_map(Value::from),
        any_text().prop_map(Value::Text),
        vec(any::<u8>(), 0..30).prop_map(|it| Value::Buffer(it.into())),
        shapes().prop_map(Value::Roblox),
        looks().prop_map(Value::Roblox),
        others().prop_map(Value::Roblox),
        select(vec!["$", "$x", "$zz\"\u{e9}", "$\u{e9}"]).prop_map(|it| read(&format!("{it:?}")).unwrap()),
    ]
}

pub(crate) fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![9 => any_leaf(), 1 => Just(Value::Nil)];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let entries = vec((any_text(), inner.clone()), 0..6);
        prop_oneof![
            vec(inner, 0..6).prop_map(Value::from),
            entries.prop_map(|entries| entries.into_iter().collect::<Map>().into()),
        ]
    })
}
