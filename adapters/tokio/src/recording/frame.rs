//! Frames: pieces of the file, each of which proves that it is whole and where it belongs.

use super::{End, Header, Mark, Outline};
use std::io::{self, Read};
use thiserror::Error;
use twox_hash::XxHash64;

/// The format that this code writes, and the newest that it reads.
pub const FORMAT: u8 = 1;

/// What every recording begins with; the format follows.
const MAGIC: [u8; 7] = *b"KEYHREC";

/// What stands in front of a payload.
pub(super) const HEAD_BYTES: usize = 16;

/// The first byte of a payload.
pub(super) const HEADER: u8 = 0;
pub(super) const STEP: u8 = 1;
pub(super) const OUTLINE: u8 = 2;
pub(super) const END: u8 = 3;

/// A recording that cannot be read; what was read before holds.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// Some other file.
    #[error("the file is no recording; name one that a server has written")]
    Foreign,
    /// It was written by newer code.
    #[error("the recording has format {found}, and this code knows up to {FORMAT}; update the code")]
    Newer {
        /// Its format.
        found: u8,
    },
    /// It does not even hold its header.
    #[error("the recording ends before its first step; its process was killed at the start")]
    NoHeader,
    /// It contradicts itself.
    #[error("the recording is damaged behind step {after}: {why}; get another copy of it")]
    Damaged {
        /// The last step that was whole; 0 if none was.
        after: u64,
        /// What is wrong.
        why: &'static str,
    },
    /// The operating system refused.
    #[error("the recording cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// A digest that is the same in every build and on every machine.
pub(super) fn digest(seed: u64, bytes: &[u8]) -> u64 {
    XxHash64::oneshot(seed, bytes)
}

/// What the file begins with.
pub(super) fn beginning() -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.push(FORMAT);
    bytes
}

/// The head of a frame, and its check for the next one; `None` if the payload is too long for one.
pub(super) fn head(before: u64, payload: &[u8]) -> Option<([u8; HEAD_BYTES], u64)> {
    let len = u32::try_from(payload.len()).ok()?.to_le_bytes();
    let check = digest(before, payload);
    let mut head = [0; HEAD_BYTES];
    head[..4].copy_from_slice(&len);
    head[4..8].copy_from_slice(&digest(before, &len).to_le_bytes()[..4]);
    head[8..].copy_from_slice(&check.to_le_bytes());
    Some((head, check))
}

/// The content of a frame that is no step to be replayed.
pub(super) fn payload<T: serde::Serialize>(kind: u8, content: &T) -> postcard::Result<Vec<u8>> {
    postcard::to_extend(content, vec![kind])
}

/// Reads frames.
#[derive(Debug)]
pub(super) struct Frames<R> {
    from: R,
    check: u64,
}

/// What was found where a frame could begin.
pub(super) enum Found {
    Frame(Vec<u8>),
    /// The file ends here, or in the middle of a frame.
    Nothing,
    Damaged(&'static str),
}

impl<R: Read> Frames<R> {
    /// Reads what every recording begins with.
    pub(super) fn open(mut from: R) -> Result<Self, Unreadable> {
        let begins = some(&mut from, MAGIC.len() as u64 + 1)?;
        match begins.split_at_checked(MAGIC.len()) {
            Some((magic, [FORMAT])) if magic == MAGIC => Ok(Self { from, check: 0 }),
            Some((magic, [found])) if magic == MAGIC && *found > FORMAT => Err(Unreadable::Newer { found: *found }),
            Some((magic, [])) if magic == MAGIC => Err(Unreadable::NoHeader),
            _ => Err(Unreadable::Foreign),
        }
    }

    pub(super) fn next(&mut self) -> io::Result<Found> {
        let head = some(&mut self.from, HEAD_BYTES as u64)?;
        let (Some(len), Some(length_check), Some(check)) = (head.get(..4), head.get(4..8), head.get(8..HEAD_BYTES))
        else {
            return Ok(Found::Nothing);
        };
        if digest(self.check, len).to_le_bytes()[..4] != *length_check {
            return Ok(Found::Damaged("the length of the next step is not what was written"));
        }
        let len = len.iter().rev().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
        let payload = some(&mut self.from, len)?;
        if (payload.len() as u64) < len {
            return Ok(Found::Nothing);
        }
        let found = digest(self.check, &payload);
        if found.to_le_bytes() != *check {
            return Ok(Found::Damaged("the next step is not what was written"));
        }
        self.check = found;
        Ok(Found::Frame(payload))
    }

    /// Nothing follows.
    pub(super) fn is_at_end(&mut self) -> io::Result<bool> {
        some(&mut self.from, 1).map(|it| it.is_empty())
    }
}

/// At most so many bytes: as many as there are, and no more memory than for these.
fn some(from: &mut impl Read, len: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(len).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The content of a step that can be replayed, but for its input.
pub(super) type Rest = (bool, Vec<Mark>);

/// Reads the whole of a payload.
pub(super) fn content<'a, T: serde::Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, &'static str> {
    match postcard::take_from_bytes(bytes) {
        Ok((content, [])) => Ok(content),
        Ok(_) => Err("more stands in a step than belongs there"),
        Err(_) => Err("a step does not say what it has to"),
    }
}

/// A payload that is no step.
pub(super) enum Other {
    Header(Box<Header>),
    Outline(Outline),
    End(End),
}

/// Reads a payload that is no step to be replayed.
pub(super) fn other(kind: u8, bytes: &[u8]) -> Result<Other, &'static str> {
    match kind {
        HEADER => content(bytes).map(|header| Other::Header(Box::new(header))),
        OUTLINE => content(bytes).map(Other::Outline),
        END => content(bytes).map(Other::End),
        _ => Err("a step is of a kind that this format does not have"),
    }
}
