//! A value of one of the Roblox types.

use super::Value;
use super::types::{
    CFrame, Color3, ColorKeypoint, EnumItem, Font, NumberKeypoint, NumberRange, PathWaypoint, PhysicalProperties, Ray,
    Rect, Region3, Region3int16, TweenInfo, UDim, UDim2, Vector2, Vector2int16, Vector3, Vector3int16,
};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A value of one of the Roblox types. A clone is O(1): what does not fit beside the kind is shared.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Roblox {
    /// `Vector2`.
    Vector2(Vector2),
    /// `Vector2int16`.
    Vector2int16(Vector2int16),
    /// `Vector3`.
    Vector3(Vector3),
    /// `Vector3int16`.
    Vector3int16(Vector3int16),
    /// `CFrame`.
    CFrame(Arc<CFrame>),
    /// `Color3`.
    Color3(Color3),
    /// `ColorSequence`.
    ColorSequence(Arc<Vec<ColorKeypoint>>),
    /// `ColorSequenceKeypoint`.
    ColorSequenceKeypoint(Arc<ColorKeypoint>),
    /// `NumberSequence`.
    NumberSequence(Arc<Vec<NumberKeypoint>>),
    /// `NumberSequenceKeypoint`.
    NumberSequenceKeypoint(NumberKeypoint),
    /// `NumberRange`.
    NumberRange(NumberRange),
    /// `UDim`.
    UDim(UDim),
    /// `UDim2`.
    UDim2(Arc<UDim2>),
    /// `Rect`.
    Rect(Arc<Rect>),
    /// `Ray`.
    Ray(Arc<Ray>),
    /// `Region3`.
    Region3(Arc<Region3>),
    /// `Region3int16`.
    Region3int16(Region3int16),
    /// `BrickColor`, by its number.
    BrickColor(u16),
    /// `Font`.
    Font(Arc<Font>),
    /// `EnumItem`.
    EnumItem(Arc<EnumItem>),
    /// `TweenInfo`.
    TweenInfo(Arc<TweenInfo>),
    /// `DateTime`, in milliseconds since 1970 (UTC).
    DateTime(i64),
    /// `PhysicalProperties`.
    PhysicalProperties(Arc<PhysicalProperties>),
    /// `Axes`: bits 0 to 2 are X, Y, Z.
    Axes(u8),
    /// `Faces`: bits 0 to 5 are Right, Top, Back, Left, Bottom, Front.
    Faces(u8),
    /// `PathWaypoint`.
    PathWaypoint(Arc<PathWaypoint>),
    /// `Content` by its address; `None` is no content. Content that is an object cannot be stored.
    Content(Option<Arc<String>>),
    /// A value of a kind that this code does not know: kept as it is, for code that knows it (D28).
    Opaque(Opaque),
}

/// The stored form of a value of a kind that this code does not know, without the sign in front: tag and payload.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Opaque(Arc<String>);

impl Opaque {
    /// The content behind the sign; the reader makes sure that no known type has its tag.
    pub(crate) fn new(content: String) -> Self {
        Self(Arc::new(content))
    }

    /// Tag and payload.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! from {
    ($($from:ty => |$it:ident| $into:expr),* $(,)?) => {$(
        impl From<$from> for Roblox {
            fn from($it: $from) -> Self {
                $into
            }
        }

        impl From<$from> for Value {
            fn from(it: $from) -> Self {
                Self::Roblox(it.into())
            }
        }
    )*};
}

from! {
    Vector2 => |it| Self::Vector2(it),
    Vector2int16 => |it| Self::Vector2int16(it),
    Vector3 => |it| Self::Vector3(it),
    Vector3int16 => |it| Self::Vector3int16(it),
    CFrame => |it| Self::CFrame(Arc::new(it)),
    Color3 => |it| Self::Color3(it),
    ColorKeypoint => |it| Self::ColorSequenceKeypoint(Arc::new(it)),
    NumberKeypoint => |it| Self::NumberSequenceKeypoint(it),
    NumberRange => |it| Self::NumberRange(it),
    UDim => |it| Self::UDim(it),
    UDim2 => |it| Self::UDim2(Arc::new(it)),
    Rect => |it| Self::Rect(Arc::new(it)),
    Ray => |it| Self::Ray(Arc::new(it)),
    Region3 => |it| Self::Region3(Arc::new(it)),
    Region3int16 => |it| Self::Region3int16(it),
    Font => |it| Self::Font(Arc::new(it)),
    EnumItem => |it| Self::EnumItem(Arc::new(it)),
    TweenInfo => |it| Self::TweenInfo(Arc::new(it)),
    PhysicalProperties => |it| Self::PhysicalProperties(Arc::new(it)),
    PathWaypoint => |it| Self::PathWaypoint(Arc::new(it)),
}
