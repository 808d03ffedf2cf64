//! Roblox values described by the name of their type, their numbers as bytes, and their text.
//!
//! Little-endian, component after component, nothing between: the same order as in the stored forms, written down a second
//! time, so that a vector does not rest on the codec that it checks.

use super::hex::Bytes;
use super::kinds::stored_text;
use keyholder_core::value::types::*;
use keyholder_core::value::{Float, Roblox, Value};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A Roblox value.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plain {
    /// The name of the type; `Opaque` for a kind that this code does not know.
    r#type: String,
    /// The components.
    #[serde(default, skip_serializing_if = "is_empty")]
    bytes: Bytes,
    /// The family, enumeration, label or address; of an opaque kind, its letters and payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

fn is_empty(bytes: &Bytes) -> bool {
    bytes.0.is_empty()
}

/// The one table of types, for both directions.
macro_rules! types {
    ($($kind:ident)*) => {
        impl Plain {
            /// Describes a value.
            pub(super) fn of(value: &Roblox) -> Result<Self, String> {
                let (name, (bytes, text)) = match value {
                    $(Roblox::$kind(it) => (stringify!($kind), it.describe()),)*
                    Roblox::Opaque(it) => ("Opaque", (Vec::new(), Some(it.as_str().to_owned()))),
                    other => return Err(format!("no description of {other:?}")),
                };
                Ok(Self { r#type: name.to_owned(), bytes: Bytes(bytes), text })
            }

            /// The value that is described.
            pub(super) fn value(&self) -> Result<Roblox, String> {
                let text = self.text.as_deref();
                match self.r#type.as_str() {
                    $(stringify!($kind) => Payload::build(&self.bytes.0, text).map(Roblox::$kind),)*
                    "Opaque" => opaque(text.unwrap_or_default()),
                    _ => None,
                }
                .ok_or_else(|| format!("no {} has these bytes and this text", self.r#type))
            }
        }
    };
}

types! {
    Vector2 Vector2int16 Vector3 Vector3int16 CFrame Color3 ColorSequence ColorSequenceKeypoint NumberSequence
    NumberSequenceKeypoint NumberRange UDim UDim2 Rect Ray Region3 Region3int16 BrickColor Font EnumItem TweenInfo DateTime
    PhysicalProperties Axes Faces PathWaypoint Content
}

/// Code that knows a kind never makes an opaque value of it, so there is no way but by its text form.
pub(super) fn opaque(content: &str) -> Option<Roblox> {
    let text = serde_json::to_string(&format!("${content}")).ok()?;
    match stored_text::read(&text) {
        Ok(Value::Roblox(it @ Roblox::Opaque(_))) => Some(it),
        Ok(_) | Err(_) => None,
    }
}

/// A whole value.
trait Payload: Sized {
    fn describe(&self) -> (Vec<u8>, Option<String>);
    fn build(bytes: &[u8], text: Option<&str>) -> Option<Self>;
}

impl<P: Part> Payload for P {
    fn describe(&self) -> (Vec<u8>, Option<String>) {
        (bytes(|out| self.put(out)), None)
    }

    fn build(bytes: &[u8], text: Option<&str>) -> Option<Self> {
        if text.is_some() { None } else { whole(bytes) }
    }
}

impl<P: Part> Payload for Arc<P> {
    fn describe(&self) -> (Vec<u8>, Option<String>) {
        (**self).describe()
    }

    fn build(bytes: &[u8], text: Option<&str>) -> Option<Self> {
        Payload::build(bytes, text).map(Self::new)
    }
}

impl<P: Part> Payload for Arc<Vec<P>> {
    fn describe(&self) -> (Vec<u8>, Option<String>) {
        (bytes(|out| self.iter().for_each(|part| part.put(out))), None)
    }

    fn build(mut bytes: &[u8], text: Option<&str>) -> Option<Self> {
        let mut parts = Vec::new();
        while !bytes.is_empty() {
            parts.push(P::take(&mut bytes)?);
        }
        text.is_none().then(|| Self::new(parts))
    }
}

impl Payload for Arc<Font> {
    fn describe(&self) -> (Vec<u8>, Option<String>) {
        (bytes(|out| (self.weight, self.style).put(out)), Some((*self.family).into()))
    }

    fn build(bytes: &[u8], text: Option<&str>) -> Option<Self> {
        let (weight, style) = whole(bytes)?;
        Some(Self::new(Font { family: text?.into(), weight, style }))
    }
}

impl Payload for Arc<EnumItem> {
    fn describe(&self) -> (Vec<u8>, Option<String>) {
        (bytes(|out| self.value.put(out)), Some((*self.kind).into()))
    }

    fn build(bytes: &[u8], text: Option<&str>) -> Option<Self> {
        Some(Self::new(EnumItem { value: whole(bytes)?, kind: text?.into() }))
    }
}

impl Payload for Arc<PathWaypoint> {
    fn describe(&self) -> (Vec<u8>, Option<String>) {
        (bytes(|out| (self.position, self.action).put(out)), Some((*self.label).into()))
    }

    fn build(bytes: &[u8], text: Option<&str>) -> Option<Self> {
        let (position, action) = whole(bytes)?;
        Some(Self::new(PathWaypoint { position, action, label: text?.into() }))
    }
}

impl Payload for Option<Arc<String>> {
    fn describe(&self) -> (Vec<u8>, Option<String>) {
        (Vec::new(), self.as_ref().map(|address| (**address).clone()))
    }

    fn build(bytes: &[u8], text: Option<&str>) -> Option<Self> {
        bytes.is_empty().then(|| text.map(|address| Arc::new(address.to_owned())))
    }
}

fn bytes(put: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out);
    out
}

fn whole<P: Part>(mut bytes: &[u8]) -> Option<P> {
    P::take(&mut bytes).filter(|_| bytes.is_empty())
}

/// A component, or several.
trait Part: Sized {
    fn put(&self, out: &mut Vec<u8>);
    fn take(bytes: &mut &[u8]) -> Option<Self>;
}

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl Part for $type {
            fn put(&self, out: &mut Vec<u8>) {
                out.extend(self.to_le_bytes());
            }

            fn take(bytes: &mut &[u8]) -> Option<Self> {
                let (first, rest) = bytes.split_first_chunk()?;
                *bytes = rest;
                Some(Self::from_le_bytes(*first))
            }
        }
    )*};
}

integers! { u8 i16 u16 i32 u32 i64 }

impl Part for Float {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.to_bits().put(out);
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        u32::take(bytes).map(|bits| Self(f32::from_bits(bits)))
    }
}

impl Part for bool {
    fn put(&self, out: &mut Vec<u8>) {
        u8::from(*self).put(out);
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        match u8::take(bytes)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl<A: Part, B: Part> Part for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        Some((A::take(bytes)?, B::take(bytes)?))
    }
}

impl Part for [Vector3; 3] {
    fn put(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|row| row.put(out));
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        Some([Vector3::take(bytes)?, Vector3::take(bytes)?, Vector3::take(bytes)?])
    }
}

macro_rules! components {
    ($($type:ident: $($field:ident)*;)*) => {$(
        impl Part for $type {
            fn put(&self, out: &mut Vec<u8>) {
                $(self.$field.put(out);)*
            }

            fn take(bytes: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: Part::take(bytes)?),* })
            }
        }
    )*};
}

components! {
    Vector2: x y;
    Vector2int16: x y;
    Vector3: x y z;
    Vector3int16: x y z;
    CFrame: position rotation;
    Color3: r g b;
    ColorKeypoint: time value;
    NumberKeypoint: time value envelope;
    NumberRange: min max;
    UDim: scale offset;
    UDim2: x y;
    Rect: min max;
    Ray: origin direction;
    Region3: min max;
    Region3int16: min max;
    TweenInfo: time easing_style easing_direction repeat_count reverses delay;
    PhysicalProperties: density friction elasticity friction_weight elasticity_weight acoustic_absorption;
}
