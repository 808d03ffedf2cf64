//! A place in bytes, moved forward only, and never behind their end.

use super::error::{BinaryProblem, Refused};
use crate::codec::payload::Part;
use crate::value::Text;

/// How far bytes have been read. Whatever fails leaves it anywhere: a refusal is the end.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
    len: usize,
}

impl<'a> Cursor<'a> {
    /// The start of `bytes`.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, len: bytes.len() }
    }

    /// Offset of the next byte.
    pub(crate) fn at(&self) -> usize {
        self.len.saturating_sub(self.rest.len())
    }

    /// How many bytes are left.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    /// All that is left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next byte.
    #[inline]
    pub(crate) fn byte(&mut self) -> Result<u8, Refused> {
        let (first, rest) = self.rest.split_first().ok_or_else(|| self.refused(BinaryProblem::Ended))?;
        self.rest = rest;
        Ok(*first)
    }

    /// The next `len` bytes. They are in place: nothing is allocated for a length that only claims.
    #[inline]
    pub(crate) fn bytes(&mut self, len: usize) -> Result<&'a [u8], Refused> {
        let (first, rest) = self.rest.split_at_checked(len).ok_or_else(|| self.refused(BinaryProblem::Ended))?;
        self.rest = rest;
        Ok(first)
    }

    /// The next `len` bytes, of which `text` becomes a copy.
    #[inline]
    pub(crate) fn text(&mut self, len: usize, text: &mut Text) -> Result<&'a [u8], Refused> {
        let wide = self.rest.first_chunk();
        let bytes = self.bytes(len)?;
        match (wide, u8::try_from(len)) {
            (Some(wide), Ok(short)) if len <= Text::INLINE => text.fill(wide, short),
            (Some(_) | None, Ok(_) | Err(_)) => *text = bytes.into(),
        }
        Ok(bytes)
    }

    /// A part of fixed length.
    #[inline]
    pub(in crate::codec) fn part<P: Part>(&mut self) -> Result<P, Refused> {
        let at = self.at();
        let mut bytes = self.bytes(P::BYTES)?;
        P::take(&mut bytes).ok_or(Refused { at, what: BinaryProblem::BadPayload })
    }

    /// A number of up to 64 bits, seven a byte, the lowest first, where each byte but the last has its top bit set. Only
    /// the shortest form is taken: the last byte is not 0, unless it is the first.
    #[inline]
    pub(crate) fn varint(&mut self) -> Result<u64, Refused> {
        match self.byte()? {
            small @ 0..=0x7f => Ok(u64::from(small)),
            first @ 0x80.. => self.long_varint(first),
        }
    }

    #[cold]
    fn long_varint(&mut self, first: u8) -> Result<u64, Refused> {
        let start = self.at().saturating_sub(1);
        let mut number = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            number |= bits << shift;
            if bits << shift >> shift != bits {
                break;
            }
            match byte {
                0 => return Err(Refused { at: start, what: BinaryProblem::NotShortest }),
                1..=0x7f => return Ok(number),
                0x80.. => {}
            }
        }
        Err(Refused { at: start, what: BinaryProblem::OutOfRange })
    }

    /// An integer, as [`put_zigzag`] puts it.
    #[inline]
    pub(crate) fn zigzag(&mut self) -> Result<i64, Refused> {
        let word = self.varint()?;
        let magnitude = (word >> 1).cast_signed();
        Ok(if word & 1 == 0 { magnitude } else { !magnitude })
    }

    /// A length or a count as a varint: what is beyond the memory of this machine is beyond the bytes that are left.
    pub(crate) fn length(&mut self) -> Result<usize, Refused> {
        let at = self.at();
        usize::try_from(self.varint()?).map_err(|_| Refused { at, what: BinaryProblem::Ended })
    }

    /// The end of the bytes.
    pub(crate) fn end(&self) -> Result<(), Refused> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.refused(BinaryProblem::TrailingBytes)) }
    }

    /// A refusal of what stands here.
    pub(crate) fn refused(&self, what: BinaryProblem) -> Refused {
        Refused { at: self.at(), what }
    }
}

/// Puts a number behind `out`, as [`Cursor::varint`] takes it.
#[inline]
pub(crate) fn put_varint(mut number: u64, out: &mut alloc::vec::Vec<u8>) {
    while number >= 0x80 {
        let [low, ..] = number.to_le_bytes();
        out.push(low | 0x80);
        number >>= 7;
    }
    let [low, ..] = number.to_le_bytes();
    out.push(low);
}

/// An integer as a varint that is short near 0, on both sides of it.
#[inline]
pub(crate) fn put_zigzag(integer: i64, out: &mut alloc::vec::Vec<u8>) {
    put_varint((integer << 1 ^ integer >> 63).cast_unsigned(), out);
}

/// A length or a count, as [`Cursor::length`] takes it.
#[inline]
pub(crate) fn put_length(length: usize, out: &mut alloc::vec::Vec<u8>) {
    // No machine has addresses of more than 64 bits.
    put_varint(u64::try_from(length).unwrap_or(u64::MAX), out);
}
