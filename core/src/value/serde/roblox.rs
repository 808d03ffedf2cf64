//! The Roblox types in serde's formats: in a [`Value`] themselves, elsewhere the tagged string of the text form.

use super::TAGGED;
use super::values::{Tagged, any, string, wrong};
use crate::value::types::{
    CFrame, Color3, ColorKeypoint, EnumItem, Font, NumberKeypoint, NumberRange, PathWaypoint, PhysicalProperties, Ray,
    Rect, Region3, Region3int16, TweenInfo, UDim, UDim2, Vector2, Vector2int16, Vector3, Vector3int16,
};
use crate::value::{Roblox, Value};
use ::serde::{Deserialize, Deserializer, Serialize, Serializer};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A value of a Roblox type; nothing else, and in particular no string that looks like one.
fn read<'de, D: Deserializer<'de>, T>(
    from: D,
    name: &'static str,
    it: impl FnOnce(Roblox) -> Option<T>,
) -> Result<T, D::Error> {
    // A format that does not describe itself has to be told that a string comes.
    let value = if from.is_human_readable() { any(from)? } else { from.deserialize_newtype_struct(TAGGED, Tagged)? };
    let Value::Roblox(value) = value else {
        return Err(wrong(name));
    };
    it(value).ok_or_else(|| wrong(name))
}

impl Serialize for Roblox {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        string(&Value::Roblox(self.clone()), to)
    }
}

impl<'de> Deserialize<'de> for Roblox {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        read(from, "a Roblox value", Some)
    }
}

/// What stands in a `Roblox`: in place, or shared.
trait Held<T> {
    fn out(self) -> T;
}

impl<T: Copy> Held<T> for T {
    fn out(self) -> T {
        self
    }
}

impl<T: Clone> Held<T> for Arc<T> {
    fn out(self) -> T {
        Self::unwrap_or_clone(self)
    }
}

macro_rules! types {
    ($($type:ident: $variant:ident),* $(,)?) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                Roblox::from(self.clone()).serialize(to)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                read(from, stringify!($variant), |it| {
                    if let Roblox::$variant(it) = it { Some(it.out()) } else { None }
                })
            }
        }
    )*};
}

types! {
    Vector2: Vector2, Vector2int16: Vector2int16, Vector3: Vector3, Vector3int16: Vector3int16, CFrame: CFrame,
    Color3: Color3, ColorKeypoint: ColorSequenceKeypoint, NumberKeypoint: NumberSequenceKeypoint,
    NumberRange: NumberRange, UDim: UDim, UDim2: UDim2, Rect: Rect, Ray: Ray, Region3: Region3,
    Region3int16: Region3int16, Font: Font, EnumItem: EnumItem, TweenInfo: TweenInfo,
    PhysicalProperties: PhysicalProperties, PathWaypoint: PathWaypoint,
}

macro_rules! with {
    ($($module:ident, $variant:ident($type:ty), $about:literal, $into:expr, $out:expr;)*) => {$(
        #[doc = $about]
        pub mod $module {
            use super::*;

            /// For `#[serde(with)]` and `#[serde(serialize_with)]`.
            ///
            /// # Errors
            /// Those of the format.
            #[allow(clippy::ptr_arg, reason = "serde gives a reference to the field")]
            pub fn serialize<S: Serializer>(it: &$type, to: S) -> Result<S::Ok, S::Error> {
                let into: fn($type) -> _ = $into;
                Roblox::$variant(into(it.clone())).serialize(to)
            }

            /// For `#[serde(with)]` and `#[serde(deserialize_with)]`.
            ///
            /// # Errors
            /// Those of the format, and another type.
            pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<$type, D::Error> {
                let out: fn(_) -> $type = $out;
                read(from, stringify!($variant), |it| if let Roblox::$variant(it) = it { Some(out(it)) } else { None })
            }
        }
    )*};
}

with! {
    date_time, DateTime(i64), "`DateTime`, in milliseconds since 1970 (UTC).", |it| it, |it| it;
    brick_color, BrickColor(u16), "`BrickColor`, by its number.", |it| it, |it| it;
    axes, Axes(u8), "`Axes`, by its bits.", |it| it, |it| it;
    faces, Faces(u8), "`Faces`, by its bits.", |it| it, |it| it;
    content, Content(Option<String>), "`Content`, by its address.", |it| it.map(Arc::new),
        |it: Option<Arc<String>>| it.map(Arc::unwrap_or_clone);
    color_sequence, ColorSequence(Vec<ColorKeypoint>), "`ColorSequence`, by its keypoints.", Arc::new,
        Arc::unwrap_or_clone;
    number_sequence, NumberSequence(Vec<NumberKeypoint>), "`NumberSequence`, by its keypoints.", Arc::new,
        Arc::unwrap_or_clone;
}
