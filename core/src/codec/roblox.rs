//! Roblox values as tagged strings: two letters, the fixed part in base64, then text where the type has one (DIA-11).

use super::base64;
use super::payload::Part;
use crate::value::types::{EnumItem, Font, PathWaypoint, Vector3};
use crate::value::{Number, Opaque, Roblox, Value};
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What stands behind a tag is not what its type has there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct BadPayload;

/// The letters of a buffer, of a string that is no UTF-8, of a number that JSON has not, of content, and of no content.
const BUFFER: [u8; 2] = *b"bu";
const BYTES: [u8; 2] = *b"sb";
const NUMBER: [u8; 2] = *b"nu";
const CONTENT: [u8; 2] = *b"co";
const NO_CONTENT: [u8; 2] = *b"cn";

/// Puts tag and payload behind `out`.
pub(super) fn write(value: &Roblox, out: &mut String) {
    match value {
        Roblox::Vector2(it) => fixed(*b"v2", it, out),
        Roblox::Vector2int16(it) => fixed(*b"w2", it, out),
        Roblox::Vector3(it) => fixed(*b"v3", it, out),
        Roblox::Vector3int16(it) => fixed(*b"w3", it, out),
        Roblox::CFrame(it) => fixed(*b"cf", &**it, out),
        Roblox::Color3(it) => fixed(*b"c3", it, out),
        Roblox::ColorSequence(it) => many(*b"cs", it, out),
        Roblox::ColorSequenceKeypoint(it) => fixed(*b"ck", &**it, out),
        Roblox::NumberSequence(it) => many(*b"ns", it, out),
        Roblox::NumberSequenceKeypoint(it) => fixed(*b"nk", it, out),
        Roblox::NumberRange(it) => fixed(*b"nr", it, out),
        Roblox::UDim(it) => fixed(*b"u1", it, out),
        Roblox::UDim2(it) => fixed(*b"u2", &**it, out),
        Roblox::Rect(it) => fixed(*b"re", &**it, out),
        Roblox::Ray(it) => fixed(*b"ra", &**it, out),
        Roblox::Region3(it) => fixed(*b"r3", &**it, out),
        Roblox::Region3int16(it) => fixed(*b"ri", it, out),
        Roblox::BrickColor(it) => fixed(*b"bc", it, out),
        Roblox::TweenInfo(it) => fixed(*b"tw", &**it, out),
        Roblox::DateTime(it) => fixed(*b"dt", it, out),
        Roblox::PhysicalProperties(it) => fixed(*b"pp", &**it, out),
        Roblox::Axes(it) => fixed(*b"ax", it, out),
        Roblox::Faces(it) => fixed(*b"fa", it, out),
        Roblox::Font(it) => {
            fixed(*b"fo", &(it.weight, it.style), out);
            out.push_str(&it.family);
        }
        Roblox::EnumItem(it) => {
            fixed(*b"en", &it.value, out);
            out.push_str(&it.kind);
        }
        Roblox::PathWaypoint(it) => {
            fixed(*b"pw", &(it.position, it.action), out);
            out.push_str(&it.label);
        }
        Roblox::Content(Some(it)) => {
            tag(CONTENT, out);
            out.push_str(it);
        }
        Roblox::Content(None) => tag(NO_CONTENT, out),
        Roblox::Opaque(it) => out.push_str(it.as_str()),
    }
}

pub(super) fn write_buffer(buffer: &[u8], out: &mut String) {
    tag(BUFFER, out);
    base64::encode(buffer, out);
}

/// A string that is no UTF-8.
pub(super) fn write_bytes(text: &[u8], out: &mut String) {
    tag(BYTES, out);
    base64::encode(text, out);
}

/// NaN and the infinities, bit for bit.
pub(super) fn write_number(number: Number, out: &mut String) {
    fixed(NUMBER, &number.0.to_bits(), out);
}

/// The value of a tag and its payload.
pub(super) fn read(content: &str) -> Result<Value, BadPayload> {
    let split = content.as_bytes().first_chunk::<2>().zip(content.get(2..));
    let Some((tag, payload)) = split else {
        return Ok(opaque(content));
    };
    let value = match tag {
        b"v2" => Roblox::Vector2(whole(payload)?),
        b"w2" => Roblox::Vector2int16(whole(payload)?),
        b"v3" => Roblox::Vector3(whole(payload)?),
        b"w3" => Roblox::Vector3int16(whole(payload)?),
        b"cf" => Roblox::CFrame(Arc::new(whole(payload)?)),
        b"c3" => Roblox::Color3(whole(payload)?),
        b"cs" => Roblox::ColorSequence(list(payload)?),
        b"ck" => Roblox::ColorSequenceKeypoint(Arc::new(whole(payload)?)),
        b"ns" => Roblox::NumberSequence(list(payload)?),
        b"nk" => Roblox::NumberSequenceKeypoint(whole(payload)?),
        b"nr" => Roblox::NumberRange(whole(payload)?),
        b"u1" => Roblox::UDim(whole(payload)?),
        b"u2" => Roblox::UDim2(Arc::new(whole(payload)?)),
        b"re" => Roblox::Rect(Arc::new(whole(payload)?)),
        b"ra" => Roblox::Ray(Arc::new(whole(payload)?)),
        b"r3" => Roblox::Region3(Arc::new(whole(payload)?)),
        b"ri" => Roblox::Region3int16(whole(payload)?),
        b"bc" => Roblox::BrickColor(whole(payload)?),
        b"tw" => Roblox::TweenInfo(Arc::new(whole(payload)?)),
        b"dt" => Roblox::DateTime(whole(payload)?),
        b"pp" => Roblox::PhysicalProperties(Arc::new(whole(payload)?)),
        b"ax" => Roblox::Axes(whole(payload)?),
        b"fa" => Roblox::Faces(whole(payload)?),
        b"fo" => {
            let ((weight, style), family) = head::<(u16, u8)>(payload)?;
            Roblox::Font(Arc::new(Font { family, weight, style }))
        }
        b"en" => {
            let (head, kind) = head::<u32>(payload)?;
            Roblox::EnumItem(Arc::new(EnumItem { kind, value: head }))
        }
        b"pw" => {
            let ((position, action), label) = head::<(Vector3, u8)>(payload)?;
            Roblox::PathWaypoint(Arc::new(PathWaypoint { position, action, label }))
        }
        &CONTENT => Roblox::Content(Some(Arc::new(payload.to_owned()))),
        &NO_CONTENT if payload.is_empty() => Roblox::Content(None),
        &NO_CONTENT => return Err(BadPayload),
        &BUFFER => return Ok(Value::Buffer(base64::decode(payload.as_bytes()).ok_or(BadPayload)?.into())),
        &BYTES => {
            let bytes = base64::decode(payload.as_bytes()).ok_or(BadPayload)?;
            // What is UTF-8 is written as it is: one value, one text.
            return if core::str::from_utf8(&bytes).is_ok() {
                Err(BadPayload)
            } else {
                Ok(Value::Text(bytes.as_slice().into()))
            };
        }
        &NUMBER => {
            let number = f64::from_bits(whole(payload)?);
            // As above, for what JSON has.
            return if number.is_finite() { Err(BadPayload) } else { Ok(Value::Number(Number(number))) };
        }
        _ => return Ok(opaque(content)),
    };
    Ok(Value::Roblox(value))
}

fn opaque(content: &str) -> Value {
    Value::Roblox(Roblox::Opaque(Opaque::new(content.to_owned())))
}

fn tag(letters: [u8; 2], out: &mut String) {
    out.extend(letters.map(char::from));
}

fn bytes(letters: [u8; 2], put: impl FnOnce(&mut Vec<u8>), out: &mut String) {
    let mut payload = Vec::new();
    put(&mut payload);
    tag(letters, out);
    base64::encode(&payload, out);
}

fn fixed(letters: [u8; 2], part: &impl Part, out: &mut String) {
    bytes(letters, |payload| part.put(payload), out);
}

fn many(letters: [u8; 2], parts: &[impl Part], out: &mut String) {
    bytes(letters, |payload| parts.iter().for_each(|part| part.put(payload)), out);
}

/// A payload that is one part.
fn whole<P: Part>(payload: &str) -> Result<P, BadPayload> {
    let (part, rest) = head(payload)?;
    if rest.is_empty() { Ok(part) } else { Err(BadPayload) }
}

/// A payload that is any number of parts.
fn list<P: Part>(payload: &str) -> Result<Arc<Vec<P>>, BadPayload> {
    let bytes = base64::decode(payload.as_bytes()).ok_or(BadPayload)?;
    let mut rest = bytes.as_slice();
    let mut parts = Vec::with_capacity(bytes.len().checked_div(P::BYTES).unwrap_or_default());
    while !rest.is_empty() {
        parts.push(P::take(&mut rest).ok_or(BadPayload)?);
    }
    Ok(Arc::new(parts))
}

/// A part, and the text behind it.
fn head<P: Part>(payload: &str) -> Result<(P, Arc<str>), BadPayload> {
    let at = base64::encoded_len(P::BYTES);
    let (fixed, rest) = payload.split_at_checked(at).ok_or(BadPayload)?;
    let bytes = base64::decode(fixed.as_bytes()).ok_or(BadPayload)?;
    let part = P::take(&mut bytes.as_slice()).ok_or(BadPayload)?;
    Ok((part, rest.into()))
}
