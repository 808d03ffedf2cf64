//! Roblox values: each type with plain numbers and with its edges.

use super::Named;
use keyholder_core::value::types::*;
use keyholder_core::value::{Float, Map, Roblox, Value};
use std::sync::Arc;

const fn float(number: f32) -> Float {
    Float(number)
}

const fn bits(bits: u32) -> Float {
    Float(f32::from_bits(bits))
}

const fn v3(x: f32, y: f32, z: f32) -> Vector3 {
    Vector3 { x: float(x), y: float(y), z: float(z) }
}

const fn v2(x: f32, y: f32) -> Vector2 {
    Vector2 { x: float(x), y: float(y) }
}

const ODD: Vector3 = Vector3 { x: bits(0x7fc0_0001), y: bits(0xff80_0000), z: bits(0x8000_0000) };
const SIGNALLING: Vector3 = Vector3 { x: bits(0x7f80_0001), y: bits(1), z: bits(0x7f7f_ffff) };
const TURNED: CFrame =
    CFrame { position: v3(1.0, 2.0, 3.0), rotation: [v3(0.0, -1.0, 0.0), v3(1.0, 0.0, 0.0), v3(0.0, 0.0, 1.0)] };
const NONE: Vector3int16 = Vector3int16 { x: i16::MIN, y: 0, z: i16::MAX };

fn color(r: f32, g: f32, b: f32) -> Color3 {
    Color3 { r: float(r), g: float(g), b: float(b) }
}

fn color_at(time: f32, value: Color3) -> ColorKeypoint {
    ColorKeypoint { time: float(time), value }
}

fn number_at(time: f32, value: f32, envelope: f32) -> NumberKeypoint {
    NumberKeypoint { time: float(time), value: float(value), envelope: float(envelope) }
}

fn font(family: &str, weight: u16, style: u8) -> Roblox {
    Roblox::Font(Arc::new(Font { family: family.into(), weight, style }))
}

fn item(kind: &str, value: u32) -> Roblox {
    Roblox::EnumItem(Arc::new(EnumItem { kind: kind.into(), value }))
}

fn waypoint(position: Vector3, action: u8, label: &str) -> Roblox {
    Roblox::PathWaypoint(Arc::new(PathWaypoint { position, action, label: label.into() }))
}

fn content(address: &str) -> Roblox {
    Roblox::Content(Some(Arc::new(address.to_owned())))
}

/// Roblox values.
pub(in super::super) fn roblox() -> Vec<Named> {
    let named = |(name, value): (&str, Roblox)| Named::new(format!("roblox-{name}"), "DIA-11 D28", value);
    let mut all: Vec<_> = points().into_iter().chain(looks()).chain(others()).map(named).collect();
    let vector = Value::Roblox(Roblox::Vector3(v3(1.0, -2.5, 0.1)));
    let tables: [(&str, Value); 2] = [
        ("in-an-array", vec![vector.clone(), vector.clone(), Roblox::BrickColor(21).into()].into()),
        ("in-a-map", Map::from_iter([("at", vector), ("is", item("Material", 256).into())]).into()),
    ];
    all.extend(tables.map(|(name, value)| Named::new(format!("roblox-{name}"), "DIA-11 D28", value)));
    all
}

fn points() -> Vec<(&'static str, Roblox)> {
    vec![
        ("vector2", Roblox::Vector2(v2(1.5, -2.0))),
        ("vector2-odd", Roblox::Vector2(Vector2 { x: bits(0x7fc0_0000), y: bits(0x8000_0000) })),
        ("vector2int16", Roblox::Vector2int16(Vector2int16 { x: 1, y: -1 })),
        ("vector2int16-edges", Roblox::Vector2int16(Vector2int16 { x: i16::MIN, y: i16::MAX })),
        ("vector3", Roblox::Vector3(v3(1.0, -2.5, 0.1))),
        ("vector3-zero", Roblox::Vector3(v3(0.0, 0.0, 0.0))),
        ("vector3-nan", Roblox::Vector3(ODD)),
        ("vector3-nan-signalling", Roblox::Vector3(SIGNALLING)),
        ("vector3int16", Roblox::Vector3int16(Vector3int16 { x: 1, y: 2, z: 3 })),
        ("vector3int16-edges", Roblox::Vector3int16(NONE)),
        (
            "cframe-identity",
            Roblox::CFrame(Arc::new(CFrame {
                position: v3(0.0, 0.0, 0.0),
                rotation: [v3(1.0, 0.0, 0.0), v3(0.0, 1.0, 0.0), v3(0.0, 0.0, 1.0)],
            })),
        ),
        ("cframe-turned", Roblox::CFrame(Arc::new(TURNED))),
        ("cframe-no-rotation-at-all", Roblox::CFrame(Arc::new(CFrame { position: ODD, rotation: [SIGNALLING; 3] }))),
        ("rect", Roblox::Rect(Arc::new(Rect { min: v2(0.0, 1.0), max: v2(10.0, 20.0) }))),
        ("ray", Roblox::Ray(Arc::new(Ray { origin: v3(0.0, 5.0, 0.0), direction: v3(0.0, -1.0, 0.0) }))),
        ("region3", Roblox::Region3(Arc::new(Region3 { min: v3(-1.0, -1.0, -1.0), max: v3(1.0, 1.0, 1.0) }))),
        ("region3-odd", Roblox::Region3(Arc::new(Region3 { min: SIGNALLING, max: ODD }))),
        ("region3int16", Roblox::Region3int16(Region3int16 { min: NONE, max: Vector3int16 { x: 4, y: 5, z: 6 } })),
        ("waypoint", waypoint(v3(1.0, 2.0, 3.0), 1, "jump")),
        ("waypoint-without-label", waypoint(v3(0.0, 0.0, 0.0), 0, "")),
        ("waypoint-label-with-quotes", waypoint(ODD, 255, "\"\u{e9}\n\u{1f511}")),
    ]
}

fn looks() -> Vec<(&'static str, Roblox)> {
    let [black, red] = [color(0.0, 0.0, 0.0), color(1.0, 0.25, 0.0)];
    vec![
        ("color3", Roblox::Color3(red)),
        ("color3-beyond-one", Roblox::Color3(color(2.5, -1.0, 1e30))),
        ("colorsequence", Roblox::ColorSequence(Arc::new(vec![color_at(0.0, black), color_at(1.0, red)]))),
        (
            "colorsequence-of-three",
            Roblox::ColorSequence(Arc::new(vec![color_at(0.0, black), color_at(0.5, red), color_at(1.0, black)])),
        ),
        ("colorsequence-empty", Roblox::ColorSequence(Arc::new(Vec::new()))),
        ("colorsequencekeypoint", Roblox::ColorSequenceKeypoint(Arc::new(color_at(0.5, red)))),
        ("numbersequence", Roblox::NumberSequence(Arc::new(vec![number_at(0.0, 1.0, 0.0), number_at(1.0, 0.0, 0.5)]))),
        ("numbersequence-empty", Roblox::NumberSequence(Arc::new(Vec::new()))),
        ("numbersequence-of-one", Roblox::NumberSequence(Arc::new(vec![number_at(0.0, 1.0, 0.0)]))),
        ("numbersequencekeypoint", Roblox::NumberSequenceKeypoint(number_at(0.25, 3.0, 0.125))),
        ("udim", Roblox::UDim(UDim { scale: float(0.5), offset: -10 })),
        ("udim-edges", Roblox::UDim(UDim { scale: bits(0x7fc0_0000), offset: i32::MIN })),
        (
            "udim2",
            Roblox::UDim2(Arc::new(UDim2 {
                x: UDim { scale: float(1.0), offset: 0 },
                y: UDim { scale: float(0.0), offset: i32::MAX },
            })),
        ),
        ("brickcolor", Roblox::BrickColor(194)),
        ("brickcolor-largest", Roblox::BrickColor(u16::MAX)),
        ("font", font("rbxasset://fonts/families/SourceSansPro.json", 400, 0)),
        ("font-italic-bold", font("rbxassetid://12187365364", 700, 1)),
        ("font-without-family", font("", 0, 255)),
        ("font-family-with-the-sign", font("$v3", u16::MAX, 0)),
        ("content", content("rbxassetid://1234")),
        ("content-empty", content("")),
        ("content-none", Roblox::Content(None)),
        ("content-with-escapes", content("a\"b\\\u{1}")),
    ]
}

fn others() -> Vec<(&'static str, Roblox)> {
    let tween = |repeat_count, reverses| {
        Roblox::TweenInfo(Arc::new(TweenInfo {
            time: float(1.5),
            easing_style: 3,
            easing_direction: 1,
            repeat_count,
            reverses,
            delay: float(0.25),
        }))
    };
    let physical = |all: Float| {
        Roblox::PhysicalProperties(Arc::new(PhysicalProperties {
            density: float(0.7),
            friction: float(0.3),
            elasticity: float(0.5),
            friction_weight: float(1.0),
            elasticity_weight: float(1.0),
            acoustic_absorption: all,
        }))
    };
    let mut all = vec![
        ("numberrange", Roblox::NumberRange(NumberRange { min: float(1.0), max: float(2.0) })),
        ("numberrange-turned-round", Roblox::NumberRange(NumberRange { min: float(f32::INFINITY), max: float(-0.0) })),
        ("enumitem", item("Material", 256)),
        ("enumitem-unknown", item("NoSuchEnum", u32::MAX)),
        ("enumitem-without-name", item("", 0)),
        ("tweeninfo", tween(0, false)),
        ("tweeninfo-for-ever", tween(-1, true)),
        ("datetime", Roblox::DateTime(1_700_000_000_123)),
        ("datetime-before-1970", Roblox::DateTime(-1)),
        ("datetime-first", Roblox::DateTime(i64::MIN)),
        ("datetime-last", Roblox::DateTime(i64::MAX)),
        ("physicalproperties", physical(float(0.0))),
        ("physicalproperties-odd", physical(bits(0xffff_ffff))),
        ("axes-none", Roblox::Axes(0)),
        ("axes-all", Roblox::Axes(7)),
        ("axes-unknown-bits", Roblox::Axes(255)),
        ("faces", Roblox::Faces(0b10_1001)),
        ("faces-all", Roblox::Faces(63)),
    ];
    let opaque = [
        ("opaque", "zzAAAA"),
        ("opaque-empty", ""),
        ("opaque-one-letter", "x"),
        ("opaque-with-text", "q7 and \"more\" \u{e9}"),
        ("opaque-capitals", "V3AACAPwAAIMDNzMw9"),
        ("opaque-no-ascii", "\u{e9}"),
    ];
    all.extend(
        opaque.into_iter().filter_map(|(name, content)| Some((name, super::super::super::roblox::opaque(content)?))),
    );
    all
}
