//! The Roblox types, bit for bit (DIA-11, decision D28). Plain data: nothing is normalised, nothing is refused.

use super::Float;
use alloc::sync::Arc;

/// A point or direction in two dimensions.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct Vector2 {
    /// Component.
    pub x: Float,
    /// Component.
    pub y: Float,
}

/// A point in two dimensions, in 16-bit integers.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct Vector2int16 {
    /// Component.
    pub x: i16,
    /// Component.
    pub y: i16,
}

/// A point or direction in space.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct Vector3 {
    /// Component.
    pub x: Float,
    /// Component.
    pub y: Float,
    /// Component.
    pub z: Float,
}

/// A point in space, in 16-bit integers.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct Vector3int16 {
    /// Component.
    pub x: i16,
    /// Component.
    pub y: i16,
    /// Component.
    pub z: i16,
}

/// A position and a rotation: a copy of the twelve numbers, whether or not the matrix is orthonormal (D30).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct CFrame {
    /// Where.
    pub position: Vector3,
    /// The rows of the rotation matrix.
    pub rotation: [Vector3; 3],
}

/// A colour; 0 to 1 is usual, anything is kept.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct Color3 {
    /// Red.
    pub r: Float,
    /// Green.
    pub g: Float,
    /// Blue.
    pub b: Float,
}

/// A colour at a time of a [`Roblox::ColorSequence`](super::Roblox::ColorSequence).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct ColorKeypoint {
    /// From 0 to 1.
    pub time: Float,
    /// The colour.
    pub value: Color3,
}

/// A number at a time of a [`Roblox::NumberSequence`](super::Roblox::NumberSequence).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct NumberKeypoint {
    /// From 0 to 1.
    pub time: Float,
    /// The number.
    pub value: Float,
    /// How far it may be off.
    pub envelope: Float,
}

/// A range of numbers.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct NumberRange {
    /// The least.
    pub min: Float,
    /// The greatest.
    pub max: Float,
}

/// A length on a screen: a share of the parent's, and pixels.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct UDim {
    /// Share.
    pub scale: Float,
    /// Pixels.
    pub offset: i32,
}

/// Two lengths on a screen.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct UDim2 {
    /// Horizontal.
    pub x: UDim,
    /// Vertical.
    pub y: UDim,
}

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct Rect {
    /// One corner.
    pub min: Vector2,
    /// The other.
    pub max: Vector2,
}

/// A half line.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct Ray {
    /// Where it begins.
    pub origin: Vector3,
    /// Where it goes.
    pub direction: Vector3,
}

/// A box in space.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct Region3 {
    /// One corner.
    pub min: Vector3,
    /// The other.
    pub max: Vector3,
}

/// A box in space, in 16-bit integers.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct Region3int16 {
    /// One corner.
    pub min: Vector3int16,
    /// The other.
    pub max: Vector3int16,
}

/// A font.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct Font {
    /// The asset of its family.
    pub family: Arc<str>,
    /// 100 to 900.
    pub weight: u16,
    /// 0 normal, 1 italic.
    pub style: u8,
}

/// An item of an enumeration, by its number: a name may change. One that the reader does not know is kept all the same.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct EnumItem {
    /// The name of the enumeration, `Material`.
    pub kind: Arc<str>,
    /// The number of the item.
    pub value: u32,
}

/// How a change of a property is spread over time.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct TweenInfo {
    /// Seconds.
    pub time: Float,
    /// Number of the `EasingStyle`.
    pub easing_style: u8,
    /// Number of the `EasingDirection`.
    pub easing_direction: u8,
    /// How often again; -1 for ever.
    pub repeat_count: i32,
    /// Whether it goes back each time.
    pub reverses: bool,
    /// Seconds before it begins.
    pub delay: Float,
}

/// What a part is made of.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct PhysicalProperties {
    /// Density.
    pub density: Float,
    /// Friction.
    pub friction: Float,
    /// Elasticity.
    pub elasticity: Float,
    /// Weight of the friction.
    pub friction_weight: Float,
    /// Weight of the elasticity.
    pub elasticity_weight: Float,
    /// Acoustic absorption.
    pub acoustic_absorption: Float,
}

/// A step of a path.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "the components are part of the stored layout")]
pub struct PathWaypoint {
    /// Where.
    pub position: Vector3,
    /// Number of the `PathWaypointAction`.
    pub action: u8,
    /// Its label.
    pub label: Arc<str>,
}
