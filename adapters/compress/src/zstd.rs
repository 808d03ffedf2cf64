//! What zstd is asked, in bounds.

use crate::BadPacked;
use core::fmt;
use core::num::NonZeroU32;
use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::{
    find_frame_compressed_size, get_dict_id_from_dict, get_dict_id_from_frame, get_frame_content_size,
};

/// The usual level: the higher ones take several times as long for a few hundredths of the size.
pub const LEVEL: i32 = 3;

/// A dictionary was refused, or could not be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum BadDictionary {
    /// These are not the bytes of a dictionary with an id.
    Unnamed,
    /// Too few samples, or too little in them, to learn from.
    TooFewSamples,
}

impl fmt::Display for BadDictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unnamed => "other bytes, expected a dictionary with an id",
            Self::TooFewSamples => "too few samples, expected some dozens, and a hundred times the dictionary in all",
        })
    }
}

impl core::error::Error for BadDictionary {}

/// A dictionary of at most `max_bytes` out of samples of what will be packed, one for each packing: it pays for small
/// ones, which have no past of their own to refer to. It learns their bytes: samples of players hold what is theirs.
///
/// # Errors
/// There is not enough to learn from.
pub fn train<S: AsRef<[u8]>>(samples: &[S], max_bytes: usize) -> Result<Vec<u8>, BadDictionary> {
    zstd::dict::from_samples(samples, max_bytes).map_err(|_| BadDictionary::TooFewSamples)
}

/// Both directions; each is set up when it is first used, since that takes memory and most packers need one.
pub(crate) struct Zstd {
    level: Option<i32>,
    dictionary: Vec<u8>,
    id: Option<NonZeroU32>,
    compressor: Option<Compressor<'static>>,
    decompressor: Option<Decompressor<'static>>,
}

impl Zstd {
    pub(crate) fn new(level: i32) -> Self {
        Self { level: Some(level), dictionary: Vec::new(), id: None, compressor: None, decompressor: None }
    }

    /// One that compresses nothing.
    pub(crate) fn reader() -> Self {
        Self { level: None, dictionary: Vec::new(), id: None, compressor: None, decompressor: None }
    }

    pub(crate) fn with_dictionary(dictionary: &[u8], level: i32) -> Result<Self, BadDictionary> {
        let id = get_dict_id_from_dict(dictionary).ok_or(BadDictionary::Unnamed)?;
        Ok(Self { dictionary: dictionary.to_vec(), id: Some(id), ..Self::new(level) })
    }

    /// The frame of some bytes, if it is smaller than these.
    pub(crate) fn frame(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        if self.compressor.is_none() {
            self.compressor = Some(Compressor::with_dictionary(self.level?, &self.dictionary).ok()?);
        }
        // What it cannot compress stays as it is.
        let frame = self.compressor.as_mut()?.compress(bytes).ok()?;
        (frame.len() < bytes.len()).then_some(frame)
    }

    /// The content of a frame that says how large it is.
    pub(crate) fn content(&mut self, frame: &[u8], max_bytes: usize) -> Result<Vec<u8>, BadPacked> {
        let too_big = BadPacked::TooBig { limit: max_bytes };
        let size = get_frame_content_size(frame).map_err(|_| BadPacked::Corrupt)?.ok_or(too_big)?;
        let size = usize::try_from(size).ok().filter(|size| *size <= max_bytes).ok_or(too_big)?;
        if let Some(needed) = get_dict_id_from_frame(frame).filter(|needed| self.id != Some(*needed)) {
            return Err(BadPacked::WrongDictionary { needed, held: self.id });
        }
        if find_frame_compressed_size(frame).map_err(|_| BadPacked::Corrupt)? != frame.len() {
            return Err(BadPacked::TrailingBytes);
        }
        if self.decompressor.is_none() {
            self.decompressor = Decompressor::with_dictionary(&self.dictionary).ok();
        }
        let decompressor = self.decompressor.as_mut().ok_or(BadPacked::Corrupt)?;
        let content = decompressor.decompress(frame, size).map_err(|_| BadPacked::Corrupt)?;
        if content.len() == size { Ok(content) } else { Err(BadPacked::Corrupt) }
    }
}
