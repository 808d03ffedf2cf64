//! Roblox values: a tag byte, the fixed part, then text where the type has one.

use super::cursor::{Cursor, put_length};
use super::error::{BinaryProblem, Refused};
use super::put::put_text;
use crate::codec::payload::Part;
use crate::codec::roblox as letters;
use crate::codec::text::SIGN;
use crate::value::types::{EnumItem, Font, PathWaypoint};
use crate::value::{Opaque, Roblox, Value};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What stands behind the tag of a type.
trait Payload: Sized {
    fn write(&self, out: &mut Vec<u8>);
    fn read(from: &mut Cursor<'_>) -> Result<Self, Refused>;
}

/// The one table of tags, for both directions.
macro_rules! kinds {
    ($($tag:literal $kind:ident)*) => {
        /// Puts tag and payload behind `out`.
        pub(super) fn put(value: &Roblox, out: &mut Vec<u8>) {
            match value {
                $(Roblox::$kind(it) => {
                    out.push($tag);
                    it.write(out);
                })*
            }
        }

        /// The value of a tag, which stood at `at`, and of the payload that follows.
        pub(super) fn take(tag: u8, at: usize, from: &mut Cursor<'_>) -> Result<Roblox, Refused> {
            match tag {
                $($tag => Payload::read(from).map(Roblox::$kind),)*
                _ => Err(Refused { at, what: BinaryProblem::UnknownTag { found: tag } }), // wildcard: of no kind
            }
        }
    };
}

kinds! {
    0xd0 Vector2
    0xd1 Vector2int16
    0xd2 Vector3
    0xd3 Vector3int16
    0xd4 CFrame
    0xd5 Color3
    0xd6 ColorSequence
    0xd7 ColorSequenceKeypoint
    0xd8 NumberSequence
    0xd9 NumberSequenceKeypoint
    0xda NumberRange
    0xdb UDim
    0xdc UDim2
    0xdd Rect
    0xde Ray
    0xdf Region3
    0xe0 Region3int16
    0xe1 BrickColor
    0xe2 Font
    0xe3 EnumItem
    0xe4 TweenInfo
    0xe5 DateTime
    0xe6 PhysicalProperties
    0xe7 Axes
    0xe8 Faces
    0xe9 PathWaypoint
    0xea Content
    0xeb Opaque
}

impl<P: Part> Payload for P {
    fn write(&self, out: &mut Vec<u8>) {
        self.put(out);
    }

    fn read(from: &mut Cursor<'_>) -> Result<Self, Refused> {
        from.part()
    }
}

impl<P: Part> Payload for Arc<P> {
    fn write(&self, out: &mut Vec<u8>) {
        self.put(out);
    }

    fn read(from: &mut Cursor<'_>) -> Result<Self, Refused> {
        from.part().map(Self::new)
    }
}

/// Their number, then one after the other.
impl<P: Part> Payload for Arc<Vec<P>> {
    fn write(&self, out: &mut Vec<u8>) {
        put_length(self.len(), out);
        self.iter().for_each(|part| part.put(out));
    }

    fn read(from: &mut Cursor<'_>) -> Result<Self, Refused> {
        let len = from.length()?;
        (0..len).map(|_| from.part()).collect::<Result<_, _>>().map(Self::new)
    }
}

impl Payload for Arc<Font> {
    fn write(&self, out: &mut Vec<u8>) {
        (self.weight, self.style).put(out);
        put_text(self.family.as_bytes(), out);
    }

    fn read(from: &mut Cursor<'_>) -> Result<Self, Refused> {
        let (weight, style) = from.part()?;
        Ok(Self::new(Font { family: take_text(from)?.into(), weight, style }))
    }
}

impl Payload for Arc<EnumItem> {
    fn write(&self, out: &mut Vec<u8>) {
        self.value.put(out);
        put_text(self.kind.as_bytes(), out);
    }

    fn read(from: &mut Cursor<'_>) -> Result<Self, Refused> {
        let value = from.part()?;
        Ok(Self::new(EnumItem { kind: take_text(from)?.into(), value }))
    }
}

impl Payload for Arc<PathWaypoint> {
    fn write(&self, out: &mut Vec<u8>) {
        (self.position, self.action).put(out);
        put_text(self.label.as_bytes(), out);
    }

    fn read(from: &mut Cursor<'_>) -> Result<Self, Refused> {
        let (position, action) = from.part()?;
        Ok(Self::new(PathWaypoint { position, action, label: take_text(from)?.into() }))
    }
}

/// Whether there is content, and its address.
impl Payload for Option<Arc<String>> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(address) = self {
            put_text(address.as_bytes(), out);
        }
    }

    fn read(from: &mut Cursor<'_>) -> Result<Self, Refused> {
        let is_some: bool = from.part()?;
        if !is_some {
            return Ok(None);
        }
        Ok(Some(Arc::new(take_text(from)?.into())))
    }
}

/// The open kind: letters and payload as in the text form, so that code which knows the kind finds the same in both. A kind
/// that comes later is written so as well, as long as the version is this one: whoever does not know it keeps it.
impl Payload for Opaque {
    fn write(&self, out: &mut Vec<u8>) {
        put_text(self.as_str().as_bytes(), out);
    }

    /// Only what is opaque to the text form as well: each value has one form.
    fn read(from: &mut Cursor<'_>) -> Result<Self, Refused> {
        let at = from.at();
        let content = take_text(from)?;
        match letters::read(content) {
            Ok(Value::Roblox(Roblox::Opaque(it))) if !content.starts_with(SIGN) => Ok(it),
            Ok(_) | Err(_) => Err(Refused { at, what: BinaryProblem::KnownKind }),
        }
    }
}

fn take_text<'a>(from: &mut Cursor<'a>) -> Result<&'a str, Refused> {
    let len = from.length()?;
    let at = from.at();
    core::str::from_utf8(from.bytes(len)?).map_err(|_| Refused { at, what: BinaryProblem::NotUtf8 })
}
