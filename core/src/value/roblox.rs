//! A value of one of the Roblox types.

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
