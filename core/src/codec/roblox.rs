//! Roblox values as tagged strings: two letters, the fixed part in base64, then text where the type has one (DIA-11).

use super::payload::{LONGEST, Part};
use super::{base64, push};
use crate::json;
use crate::value::types::{EnumItem, Font, PathWaypoint, Vector3};
use crate::value::{Number, Opaque, Roblox, Value};
use alloc::borrow::ToOwned;
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

/// Puts tag and payload behind `out`, as they stand in a string of JSON.
pub(super) fn write(value: &Roblox, out: &mut Vec<u8>) {
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
            text(&it.family, out);
        }
        Roblox::EnumItem(it) => {
            fixed(*b"en", &it.value, out);
            text(&it.kind, out);
        }
        Roblox::PathWaypoint(it) => {
            fixed(*b"pw", &(it.position, it.action), out);
            text(&it.label, out);
        }
        Roblox::Content(Some(it)) => {
            tag(CONTENT, out);
            text(it, out);
        }
        Roblox::Content(None) => tag(NO_CONTENT, out),
        Roblox::Opaque(it) => text(it.as_str(), out),
    }
}

pub(super) fn write_buffer(buffer: &[u8], out: &mut Vec<u8>) {
    tag(BUFFER, out);
    base64::push(buffer, out);
}

/// A string that is no UTF-8.
pub(super) fn write_bytes(text: &[u8], out: &mut Vec<u8>) {
    tag(BYTES, out);
    base64::push(text, out);
}

/// NaN and the infinities, bit for bit.
pub(super) fn write_number(number: Number, out: &mut Vec<u8>) {
    fixed(NUMBER, &number.0.to_bits(), out);
}

/// The value of a tag and its payload.
pub(super) fn read(content: &str) -> Result<Value, BadPayload> {
    let split = content.as_bytes().first_chunk::<2>().zip(content.get(2..));
    let Some((tag, payload)) = split else {
        return Ok(opaque(content));
    };
    let value = match tag {
        b"v2" => Roblox::Vector2(part(payload.as_bytes())?),
        b"w2" => Roblox::Vector2int16(part(payload.as_bytes())?),
        b"v3" => Roblox::Vector3(part(payload.as_bytes())?),
        b"w3" => Roblox::Vector3int16(part(payload.as_bytes())?),
        b"cf" => Roblox::CFrame(Arc::new(part(payload.as_bytes())?)),
        b"c3" => Roblox::Color3(part(payload.as_bytes())?),
        b"cs" => Roblox::ColorSequence(list(payload)?),
        b"ck" => Roblox::ColorSequenceKeypoint(Arc::new(part(payload.as_bytes())?)),
        b"ns" => Roblox::NumberSequence(list(payload)?),
        b"nk" => Roblox::NumberSequenceKeypoint(part(payload.as_bytes())?),
        b"nr" => Roblox::NumberRange(part(payload.as_bytes())?),
        b"u1" => Roblox::UDim(part(payload.as_bytes())?),
        b"u2" => Roblox::UDim2(Arc::new(part(payload.as_bytes())?)),
        b"re" => Roblox::Rect(Arc::new(part(payload.as_bytes())?)),
        b"ra" => Roblox::Ray(Arc::new(part(payload.as_bytes())?)),
        b"r3" => Roblox::Region3(Arc::new(part(payload.as_bytes())?)),
        b"ri" => Roblox::Region3int16(part(payload.as_bytes())?),
        b"bc" => Roblox::BrickColor(part(payload.as_bytes())?),
        b"tw" => Roblox::TweenInfo(Arc::new(part(payload.as_bytes())?)),
        b"dt" => Roblox::DateTime(part(payload.as_bytes())?),
        b"pp" => Roblox::PhysicalProperties(Arc::new(part(payload.as_bytes())?)),
        b"ax" => Roblox::Axes(part(payload.as_bytes())?),
        b"fa" => Roblox::Faces(part(payload.as_bytes())?),
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
        &BUFFER => return Ok(Value::Buffer(base64::to_vec(payload.as_bytes()).ok_or(BadPayload)?.into())),
        &BYTES => {
            let bytes = base64::to_vec(payload.as_bytes()).ok_or(BadPayload)?;
            // What is UTF-8 is written as it is: one value, one text.
            return if core::str::from_utf8(&bytes).is_ok() {
                Err(BadPayload)
            } else {
                Ok(Value::Text(bytes.as_slice().into()))
            };
        }
        &NUMBER => {
            let number = f64::from_bits(part(payload.as_bytes())?);
            // As above, for what JSON has.
            return if number.is_finite() { Err(BadPayload) } else { Ok(Value::Number(Number(number))) };
        }
        _ => return Ok(opaque(content)),
    };
    Ok(Value::Roblox(value))
}

/// Reads one of the types of which a document has most, whose text has no end to look for: from behind the quote onto
/// `to`. Gives what is behind the string; `None` of others, and of a payload that is none.
#[inline]
pub(super) fn read_often<'a>(text: &'a [u8], to: &mut Vec<Value>) -> Option<&'a [u8]> {
    match text.first_chunk()? {
        b"$v3" => {
            let (vector, rest) = known::<_, 16, 12>(text)?;
            push(to, || Value::Roblox(Roblox::Vector3(vector)));
            Some(rest)
        }
        b"$c3" => {
            let (color, rest) = known::<_, 16, 12>(text)?;
            push(to, || Value::Roblox(Roblox::Color3(color)));
            Some(rest)
        }
        b"$cf" => {
            let (frame, rest) = known::<_, 64, 48>(text)?;
            let frame = Arc::new(frame);
            push(to, || Value::Roblox(Roblox::CFrame(frame)));
            Some(rest)
        }
        _ => None, // wildcard: any other string
    }
}

/// A part whose text has this length and is closed by a quote, and what is behind that.
#[inline(always)]
fn known<P: Part, const TEXT: usize, const BYTES: usize>(text: &[u8]) -> Option<(P, &[u8])> {
    let (payload, rest) = text.get(3..)?.split_first_chunk::<TEXT>()?;
    let rest = rest.strip_prefix(b"\"")?;
    let bytes: [u8; BYTES] = base64::decode(payload)?;
    Some((P::take(&mut bytes.as_slice())?, rest))
}

fn opaque(content: &str) -> Value {
    Value::Roblox(Roblox::Opaque(Opaque::new(content.to_owned())))
}

fn tag(letters: [u8; 2], out: &mut Vec<u8>) {
    out.extend_from_slice(&letters);
}

/// Text of somebody: only this may have what JSON escapes.
fn text(text: &str, out: &mut Vec<u8>) {
    json::escape(text, |part| out.extend_from_slice(part.as_bytes()));
}

/// A part, whose length is known when compiling: no allocation, no loop over characters.
fn fixed<P: Part>(letters: [u8; 2], part: &P, out: &mut Vec<u8>) {
    let mut payload = [0; LONGEST];
    let _ = part.fill(&mut payload);
    tag(letters, out);
    base64::push(payload.get(..P::BYTES).unwrap_or_default(), out);
}

fn many(letters: [u8; 2], parts: &[impl Part], out: &mut Vec<u8>) {
    let mut payload = Vec::new();
    parts.iter().for_each(|part| part.put(&mut payload));
    tag(letters, out);
    base64::push(&payload, out);
}

/// A payload that is any number of parts.
fn list<P: Part>(payload: &str) -> Result<Arc<Vec<P>>, BadPayload> {
    let bytes = base64::to_vec(payload.as_bytes()).ok_or(BadPayload)?;
    let mut rest = bytes.as_slice();
    let mut parts = Vec::with_capacity(bytes.len().checked_div(P::BYTES).unwrap_or_default());
    while !rest.is_empty() {
        parts.push(P::take(&mut rest).ok_or(BadPayload)?);
    }
    Ok(Arc::new(parts))
}

/// A part, and the text behind it.
fn head<P: Part>(payload: &str) -> Result<(P, Arc<str>), BadPayload> {
    let (fixed, rest) = payload.split_at_checked(base64::encoded_len(P::BYTES)).ok_or(BadPayload)?;
    Ok((part(fixed.as_bytes())?, rest.into()))
}

/// A part of exactly this text.
#[inline]
fn part<P: Part>(text: &[u8]) -> Result<P, BadPayload> {
    let mut payload = [0; LONGEST];
    let payload = payload.get_mut(..P::BYTES).ok_or(BadPayload)?;
    base64::read(text, payload).ok_or(BadPayload)?;
    P::take(&mut &*payload).ok_or(BadPayload)
}
