//! A [`Value`] as a `Variant` of `rbx_types`, and back (feature `rbx-types`).

use super::types::{
    CFrame, Color3, ColorKeypoint, EnumItem, Font, NumberKeypoint, NumberRange, PhysicalProperties, Ray, Rect, Region3,
    Region3int16, UDim, UDim2, Vector2, Vector2int16, Vector3, Vector3int16,
};
use super::{Float, Map, Number, Reason, Refused, Roblox, Segment, Value};
use ::rbx_types::{
    Attributes, Axes, BrickColor, Content, ContentType, CustomPhysicalProperties, Faces, FontStyle, FontWeight,
    PhysicalProperties as TheirProperties, Variant,
};
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

const NEWER: &str = "of a newer rbx_types";

/// The same thing in the other crate.
trait Twin<T> {
    fn twin(&self) -> T;
}

macro_rules! same {
    ($($type:ty),*) => {$(
        impl Twin<$type> for $type {
            fn twin(&self) -> $type {
                *self
            }
        }
    )*};
}

same!(i16, i32);

impl Twin<f32> for Float {
    fn twin(&self) -> f32 {
        self.0
    }
}

impl Twin<Float> for f32 {
    fn twin(&self) -> Float {
        Float(*self)
    }
}

/// Types with the same fields on both sides.
macro_rules! twins {
    ($($type:ident { $($field:ident),* })*) => {$(
        impl Twin<::rbx_types::$type> for $type {
            fn twin(&self) -> ::rbx_types::$type {
                ::rbx_types::$type { $($field: self.$field.twin()),* }
            }
        }

        impl Twin<$type> for ::rbx_types::$type {
            fn twin(&self) -> $type {
                $type { $($field: self.$field.twin()),* }
            }
        }
    )*};
}

twins! {
    Vector2 { x, y }
    Vector2int16 { x, y }
    Vector3 { x, y, z }
    Vector3int16 { x, y, z }
    Color3 { r, g, b }
    NumberRange { min, max }
    UDim { scale, offset }
    UDim2 { x, y }
    Rect { min, max }
    Ray { origin, direction }
    Region3 { min, max }
    Region3int16 { min, max }
}

impl Twin<::rbx_types::CFrame> for CFrame {
    fn twin(&self) -> ::rbx_types::CFrame {
        let [x, y, z] = self.rotation.map(|row| row.twin());
        ::rbx_types::CFrame::new(self.position.twin(), ::rbx_types::Matrix3::new(x, y, z))
    }
}

impl Twin<CFrame> for ::rbx_types::CFrame {
    fn twin(&self) -> CFrame {
        let rows = [self.orientation.x, self.orientation.y, self.orientation.z];
        CFrame { position: self.position.twin(), rotation: rows.map(|row| row.twin()) }
    }
}

impl Twin<::rbx_types::ColorSequenceKeypoint> for ColorKeypoint {
    fn twin(&self) -> ::rbx_types::ColorSequenceKeypoint {
        ::rbx_types::ColorSequenceKeypoint { time: self.time.0, color: self.value.twin() }
    }
}

impl Twin<ColorKeypoint> for ::rbx_types::ColorSequenceKeypoint {
    fn twin(&self) -> ColorKeypoint {
        ColorKeypoint { time: Float(self.time), value: self.color.twin() }
    }
}

impl Twin<::rbx_types::NumberSequenceKeypoint> for NumberKeypoint {
    fn twin(&self) -> ::rbx_types::NumberSequenceKeypoint {
        ::rbx_types::NumberSequenceKeypoint::new(self.time.0, self.value.0, self.envelope.0)
    }
}

impl Twin<NumberKeypoint> for ::rbx_types::NumberSequenceKeypoint {
    fn twin(&self) -> NumberKeypoint {
        NumberKeypoint { time: Float(self.time), value: Float(self.value), envelope: Float(self.envelope) }
    }
}

/// | `Variant` | value | and back |
/// |---|---|---|
/// | `Bool` | boolean | the same |
/// | `Float64` | number | the same |
/// | `Float32`, `Int32`, `Int64` | number; refused beyond 2^53 | `Float64` |
/// | `String` | string | the same; refused if it is no UTF-8 |
/// | `BinaryString` | buffer | the same |
/// | `Attributes` | map | the same |
/// | `Vector2`, `Vector2int16`, `Vector3`, `Vector3int16`, `CFrame`, `Color3`, `ColorSequence`, `NumberSequence`, `NumberRange`, `UDim`, `UDim2`, `Rect`, `Ray`, `Region3`, `Region3int16` | the same | the same |
/// | `BrickColor`, `Axes`, `Faces` | the same, by number or bits | the same; refused where `rbx_types` knows no such |
/// | `Font` | the same, without the face that is cached | the same; refused at another weight or style |
/// | `EnumItem` | the same | the same |
/// | `PhysicalProperties::Custom` | the same | the same |
/// | `Content` of an address, or of nothing | the same | the same |
///
/// Everything else is refused with its name. Of `Variant`s: `Enum`, whose enumeration is not known, `Content` of an
/// object, `PhysicalProperties::Default`, and `Color3uint8`, `ContentId`, `MaterialColors`, `NetAssetRef`,
/// `OptionalCFrame`, `Ref`, `SecurityCapabilities`, `SharedString`, `Tags`, `UniqueId`. Of values: `Nil`, arrays,
/// `ColorSequenceKeypoint`, `NumberSequenceKeypoint`, `TweenInfo`, `DateTime`, `PathWaypoint`, unknown kinds.
impl TryFrom<&Variant> for Value {
    type Error = Refused;

    /// Refused, with the path inside attributes, where nothing here stands for it: [`Reason::Unknown`],
    /// [`Reason::NoCounterpart`], [`Reason::Inexact`], and [`Reason::TooDeep`] beyond 255 levels.
    fn try_from(variant: &Variant) -> Result<Self, Refused> {
        from_variant(variant, u8::MAX)
    }
}

impl TryFrom<Variant> for Value {
    type Error = Refused;

    /// As from a reference.
    fn try_from(variant: Variant) -> Result<Self, Refused> {
        Self::try_from(&variant)
    }
}

impl TryFrom<&Value> for Variant {
    type Error = Refused;

    /// Refused, with the path inside maps, where `rbx_types` has nothing for it: [`Reason::Unknown`],
    /// [`Reason::NoCounterpart`], [`Reason::NotUtf8`], [`Reason::KeyNotUtf8`], and [`Reason::TooDeep`] beyond 255
    /// levels.
    fn try_from(value: &Value) -> Result<Self, Refused> {
        to_variant(value, u8::MAX)
    }
}

impl TryFrom<Value> for Variant {
    type Error = Refused;

    /// As from a reference.
    fn try_from(value: Value) -> Result<Self, Refused> {
        Self::try_from(&value)
    }
}

fn unknown<T>(name: &'static str) -> Result<T, Refused> {
    Err(Reason::Unknown { name }.into())
}

fn none(what: &'static str) -> Refused {
    Reason::NoCounterpart { what }.into()
}

fn deeper(levels: u8) -> Result<u8, Refused> {
    levels.checked_sub(1).ok_or(Reason::TooDeep { limit: u8::MAX }.into())
}

fn from_variant(variant: &Variant, levels: u8) -> Result<Value, Refused> {
    let value = match variant {
        Variant::Bool(it) => return Ok((*it).into()),
        Variant::Float32(it) => return Ok(f64::from(*it).into()),
        Variant::Float64(it) => return Ok((*it).into()),
        Variant::Int32(it) => return Ok((*it).into()),
        Variant::Int64(it) => return Value::try_from(*it),
        Variant::String(it) => return Ok(it.as_str().into()),
        Variant::BinaryString(it) => return Ok(Value::Buffer(AsRef::<[u8]>::as_ref(it).into())),
        Variant::Attributes(it) => {
            let levels = deeper(levels)?;
            let mut map = Map::new();
            for (key, variant) in it.iter() {
                let value = from_variant(variant, levels);
                map.insert(key.as_str(), value.map_err(|refused| refused.within(Segment::from(key.as_str())))?);
            }
            return Ok(map.into());
        }
        Variant::Vector2(it) => it.twin().into(),
        Variant::Vector2int16(it) => it.twin().into(),
        Variant::Vector3(it) => it.twin().into(),
        Variant::Vector3int16(it) => it.twin().into(),
        Variant::CFrame(it) => it.twin().into(),
        Variant::Color3(it) => it.twin().into(),
        Variant::ColorSequence(it) => Roblox::ColorSequence(twins(&it.keypoints).into()),
        Variant::NumberSequence(it) => Roblox::NumberSequence(twins(&it.keypoints).into()),
        Variant::NumberRange(it) => it.twin().into(),
        Variant::UDim(it) => it.twin().into(),
        Variant::UDim2(it) => it.twin().into(),
        Variant::Rect(it) => it.twin().into(),
        Variant::Ray(it) => it.twin().into(),
        Variant::Region3(it) => it.twin().into(),
        Variant::Region3int16(it) => it.twin().into(),
        Variant::BrickColor(it) => Roblox::BrickColor(*it as u16),
        Variant::Axes(it) => Roblox::Axes(it.bits()),
        Variant::Faces(it) => Roblox::Faces(it.bits()),
        Variant::Font(it) => {
            Font { family: it.family.as_str().into(), weight: it.weight.as_u16(), style: it.style.as_u8() }.into()
        }
        Variant::EnumItem(it) => EnumItem { kind: it.ty.as_str().into(), value: it.value }.into(),
        Variant::PhysicalProperties(it) => match it {
            TheirProperties::Custom(it) => PhysicalProperties {
                density: Float(it.density()),
                friction: Float(it.friction()),
                elasticity: Float(it.elasticity()),
                friction_weight: Float(it.friction_weight()),
                elasticity_weight: Float(it.elasticity_weight()),
                acoustic_absorption: Float(it.acoustic_absorption()),
            }
            .into(),
            TheirProperties::Default => return Err(none("the PhysicalProperties of a material")),
        },
        Variant::Content(it) => match it.value() {
            ContentType::None => Roblox::Content(None),
            ContentType::Uri(it) => Roblox::Content(Some(Arc::new(it.clone()))),
            ContentType::Object(_) => return Err(none("Content that is an object")),
            _ => return unknown(NEWER), // wildcard: theirs is not exhaustive
        },
        Variant::Enum(_) => return unknown("Enum"),
        Variant::Color3uint8(_) => return unknown("Color3uint8"),
        Variant::ContentId(_) => return unknown("ContentId"),
        Variant::MaterialColors(_) => return unknown("MaterialColors"),
        Variant::NetAssetRef(_) => return unknown("NetAssetRef"),
        Variant::OptionalCFrame(_) => return unknown("OptionalCFrame"),
        Variant::Ref(_) => return unknown("Ref"),
        Variant::SecurityCapabilities(_) => return unknown("SecurityCapabilities"),
        Variant::SharedString(_) => return unknown("SharedString"),
        Variant::Tags(_) => return unknown("Tags"),
        Variant::UniqueId(_) => return unknown("UniqueId"),
        _ => return unknown(NEWER), // wildcard: theirs is not exhaustive
    };
    Ok(Value::Roblox(value))
}

fn to_variant(value: &Value, levels: u8) -> Result<Variant, Refused> {
    match value {
        Value::Nil => unknown("nil"),
        Value::Bool(it) => Ok(Variant::Bool(*it)),
        Value::Number(Number(it)) => Ok(Variant::Float64(*it)),
        Value::Text(it) => it.as_str().map(Variant::from).ok_or(Reason::NotUtf8.into()),
        Value::Buffer(it) => Ok(Variant::BinaryString(it.to_vec().into())),
        Value::Array(_) => unknown("array"),
        Value::Map(it) => {
            let levels = deeper(levels)?;
            let entries = it.iter().map(|(key, value)| {
                let text = key.as_str().ok_or(Refused::from(Reason::KeyNotUtf8));
                let entry = text.and_then(|text| Ok((text.to_string(), to_variant(value, levels)?)));
                entry.map_err(|refused| refused.within(Segment::Key(key.clone())))
            });
            Ok(Variant::Attributes(entries.collect::<Result<Attributes, _>>()?))
        }
        Value::Roblox(it) => roblox(it),
    }
}

fn roblox(value: &Roblox) -> Result<Variant, Refused> {
    Ok(match value {
        Roblox::Vector2(it) => Variant::Vector2(it.twin()),
        Roblox::Vector2int16(it) => Variant::Vector2int16(it.twin()),
        Roblox::Vector3(it) => Variant::Vector3(it.twin()),
        Roblox::Vector3int16(it) => Variant::Vector3int16(it.twin()),
        Roblox::CFrame(it) => Variant::CFrame(it.twin()),
        Roblox::Color3(it) => Variant::Color3(it.twin()),
        Roblox::ColorSequence(it) => ::rbx_types::ColorSequence { keypoints: twins(it) }.into(),
        Roblox::NumberSequence(it) => ::rbx_types::NumberSequence { keypoints: twins(it) }.into(),
        Roblox::NumberRange(it) => Variant::NumberRange(it.twin()),
        Roblox::UDim(it) => Variant::UDim(it.twin()),
        Roblox::UDim2(it) => Variant::UDim2(it.twin()),
        Roblox::Rect(it) => Variant::Rect(it.twin()),
        Roblox::Ray(it) => Variant::Ray(it.twin()),
        Roblox::Region3(it) => Variant::Region3(it.twin()),
        Roblox::Region3int16(it) => Variant::Region3int16(it.twin()),
        Roblox::BrickColor(it) => BrickColor::from_number(*it).ok_or(none("a BrickColor of this number"))?.into(),
        Roblox::Axes(it) => Axes::from_bits(*it).ok_or(none("Axes of these bits"))?.into(),
        Roblox::Faces(it) => Faces::from_bits(*it).ok_or(none("Faces of these bits"))?.into(),
        Roblox::Font(it) => {
            let weight = FontWeight::from_u16(it.weight).ok_or(none("a Font of this weight"))?;
            let style = FontStyle::from_u8(it.style).ok_or(none("a Font of this style"))?;
            ::rbx_types::Font::new(&it.family, weight, style).into()
        }
        Roblox::EnumItem(it) => ::rbx_types::EnumItem { ty: it.kind.to_string(), value: it.value }.into(),
        Roblox::PhysicalProperties(it) => TheirProperties::Custom(CustomPhysicalProperties::new(
            it.density.0,
            it.friction.0,
            it.elasticity.0,
            it.friction_weight.0,
            it.elasticity_weight.0,
            it.acoustic_absorption.0,
        ))
        .into(),
        Roblox::Content(None) => Content::none().into(),
        Roblox::Content(Some(it)) => Content::from_uri(it.as_str()).into(),
        Roblox::ColorSequenceKeypoint(_) => return unknown("ColorSequenceKeypoint"),
        Roblox::NumberSequenceKeypoint(_) => return unknown("NumberSequenceKeypoint"),
        Roblox::TweenInfo(_) => return unknown("TweenInfo"),
        Roblox::DateTime(_) => return unknown("DateTime"),
        Roblox::PathWaypoint(_) => return unknown("PathWaypoint"),
        Roblox::Opaque(_) => return unknown("of a tag that this code does not know"),
    })
}

fn twins<T, U: Twin<T>>(keypoints: &[U]) -> Vec<T> {
    keypoints.iter().map(Twin::twin).collect()
}
