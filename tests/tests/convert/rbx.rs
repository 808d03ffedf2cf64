//! Values as `rbx_types::Variant`.

use super::any::{any_leaf, any_value};
use super::cases;
use keyholder_core::value::types::{CFrame, Font, Vector3};
use keyholder_core::value::{Float, Map, Number, Reason, Refused, Roblox, Value};
use proptest::prelude::*;
use rbx_types::{
    Attributes, Axes, BinaryString, BrickColor, Color3, Color3uint8, ColorSequence, ColorSequenceKeypoint, Content,
    ContentId, CustomPhysicalProperties, Enum, EnumItem, Faces, FontStyle, FontWeight, MaterialColors, Matrix3,
    NumberRange, NumberSequence, NumberSequenceKeypoint, PhysicalProperties, Ref, SecurityCapabilities, Tags, UDim,
    UDim2, UniqueId, Variant, Vector2, Vector2int16, Vector3int16,
};
use std::sync::Arc;

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn whatever_has_a_variant_comes_back(value in prop_oneof![any_leaf(), any_value()]) {
        if let Ok(variant) = Variant::try_from(&value) {
            prop_assert_eq!(Value::try_from(variant), Ok(value));
        }
    }
}

#[test]
fn every_variant_that_both_know_comes_back() {
    let [a, b] = [rbx_types::Vector3::new(1.0, -2.5, 0.1), rbx_types::Vector3::new(4.0, 5.0, f32::MIN_POSITIVE)];
    let small = Vector3int16::new(1, -2, i16::MAX);
    let udim = UDim::new(0.5, -7);
    let variants: Vec<Variant> = vec![
        true.into(),
        0.1_f64.into(),
        String::from("$text").into(),
        BinaryString::from(vec![0, 255]).into(),
        Attributes::new().with("a", 1.0).with("b", Attributes::new().with("c", a)).into(),
        Vector2::new(1.0, 2.0).into(),
        Vector2int16::new(1, i16::MIN).into(),
        a.into(),
        small.into(),
        rbx_types::CFrame::new(a, Matrix3::new(a, b, a)).into(),
        Color3::new(0.1, 0.2, 3.0).into(),
        ColorSequence { keypoints: vec![ColorSequenceKeypoint::new(0.5, Color3::new(0.1, 0.2, 0.3))] }.into(),
        NumberSequence { keypoints: vec![NumberSequenceKeypoint::new(0.5, 1.0, 2.0)] }.into(),
        NumberRange::new(-1.0, 2.0).into(),
        udim.into(),
        UDim2::new(udim, UDim::new(1.0, 2)).into(),
        rbx_types::Rect::new(Vector2::new(1.0, 2.0), Vector2::new(3.0, 4.0)).into(),
        rbx_types::Ray::new(a, b).into(),
        rbx_types::Region3::new(a, b).into(),
        rbx_types::Region3int16::new(small, Vector3int16::new(4, 5, 6)).into(),
        BrickColor::from_number(21).expect("it is bright red").into(),
        Axes::from_bits(5).expect("they are X and Z").into(),
        Faces::from_bits(33).expect("they are right and front").into(),
        rbx_types::Font::new("rbxasset://fonts", FontWeight::Bold, FontStyle::Italic).into(),
        EnumItem { ty: "Material".into(), value: 256 }.into(),
        PhysicalProperties::Custom(CustomPhysicalProperties::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0)).into(),
        Content::from_uri("rbxassetid://1").into(),
        Content::none().into(),
    ];
    for variant in variants {
        let value = Value::try_from(&variant).unwrap();
        assert_eq!(Variant::try_from(&value), Ok(variant));
    }
}

#[test]
fn numbers_of_other_sizes_are_numbers() {
    let number = |variant: Variant| Value::try_from(variant).map_err(|refused| refused.why);
    assert_eq!(number(0.1_f32.into()), Ok(Value::Number(Number(f64::from(0.1_f32)))));
    assert_eq!(number(i32::MIN.into()), Ok(i32::MIN.into()));
    assert_eq!(number((1_i64 << 53).into()), Ok((2.0_f64).powi(53).into()));
    assert_eq!(number(((1_i64 << 53) + 1).into()), Err(Reason::Inexact));
}

#[test]
fn the_rows_of_a_rotation_stay_rows() {
    let row = |x: f32| Vector3 { x: Float(x), y: Float(x + 1.0), z: Float(x + 2.0) };
    let value = CFrame { position: row(9.0), rotation: [row(0.0), row(3.0), row(6.0)] };
    let Ok(Variant::CFrame(variant)) = Variant::try_from(&Value::from(value)) else { panic!("it is a CFrame") };
    assert_eq!(variant.orientation.x, rbx_types::Vector3::new(0.0, 1.0, 2.0));
    assert_eq!(variant.orientation.transpose().x, rbx_types::Vector3::new(0.0, 3.0, 6.0));
    assert_eq!(variant.position, rbx_types::Vector3::new(9.0, 10.0, 11.0));
}

#[test]
fn variants_without_a_value_are_refused_by_name() {
    let variants: Vec<(Variant, &str)> = vec![
        (Enum::from_u32(1).into(), "Enum"),
        (Color3uint8::new(1, 2, 3).into(), "Color3uint8"),
        (ContentId::from("rbxassetid://1").into(), "ContentId"),
        (MaterialColors::new().into(), "MaterialColors"),
        (None::<rbx_types::CFrame>.into(), "OptionalCFrame"),
        (Ref::none().into(), "Ref"),
        (SecurityCapabilities::from_bits(0).into(), "SecurityCapabilities"),
        (rbx_types::SharedString::new(vec![1]).into(), "SharedString"),
        (Tags::new().into(), "Tags"),
        (UniqueId::nil().into(), "UniqueId"),
    ];
    for (variant, name) in variants {
        assert_eq!(Value::try_from(&variant).unwrap_err().why, Reason::Unknown { name }, "{variant:?}");
    }
    let default = Attributes::new().with("p", PhysicalProperties::Default);
    let Refused { path, why } = Value::try_from(Variant::from(default)).unwrap_err();
    assert_eq!((path.to_string().as_str(), matches!(why, Reason::NoCounterpart { .. })), ("$.p", true));
    let object = Value::try_from(Variant::from(Content::from_referent(Ref::new())));
    assert!(matches!(object.unwrap_err().why, Reason::NoCounterpart { .. }));
}

#[test]
fn values_without_a_variant_are_refused_with_their_place() {
    let font = |weight, style| Roblox::Font(Arc::new(Font { family: "f".into(), weight, style }));
    let refused = |value: Value| {
        let map = Value::from(Map::from_iter([("a", value)]));
        let Refused { path, why } = Variant::try_from(&map).unwrap_err();
        assert_eq!(path.to_string(), "$.a");
        why
    };
    for value in [Roblox::BrickColor(0), Roblox::Axes(8), Roblox::Faces(64), font(401, 0), font(400, 2)] {
        assert!(matches!(refused(value.into()), Reason::NoCounterpart { .. }));
    }
    assert!(Variant::try_from(Value::from(font(400, 1))).is_ok());
    assert_eq!(refused(vec![].into()), Reason::Unknown { name: "array" });
    assert_eq!(refused(Roblox::DateTime(0).into()), Reason::Unknown { name: "DateTime" });
    assert_eq!(refused([0xff_u8].as_slice().into()), Reason::NotUtf8);
}
