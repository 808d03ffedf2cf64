//! Envelopes, closed and opened.

use crate::BadPacked;
#[cfg(feature = "zstd")]
use crate::zstd::Zstd;

const VERSION: u8 = 1;
const PLAIN: u8 = 0;
#[cfg(feature = "zstd")]
const ZSTD: u8 = 1;

/// Closes and opens envelopes. It keeps what compression needs from one to the next, so one packer serves many.
#[derive(Default)]
pub struct Packer {
    #[cfg(feature = "zstd")]
    zstd: Option<Zstd>,
}

impl Packer {
    /// One that compresses nothing, and opens what is not compressed.
    pub fn plain() -> Self {
        Self::default()
    }

    /// One that compresses at a level from 1 to 19 ([`LEVEL`](crate::LEVEL) is usual), without a dictionary.
    #[cfg(feature = "zstd")]
    pub fn new(level: i32) -> Self {
        Self { zstd: Some(Zstd::new(level)) }
    }

    /// The same with a dictionary of [`train`](crate::train), which whoever opens needs as well. It opens what was packed
    /// without one too.
    ///
    /// # Errors
    /// These are not the bytes of a dictionary with an id.
    #[cfg(feature = "zstd")]
    pub fn with_dictionary(dictionary: &[u8], level: i32) -> Result<Self, crate::BadDictionary> {
        Ok(Self { zstd: Some(Zstd::with_dictionary(dictionary, level)?) })
    }

    /// The envelope of some bytes: at most two more than these.
    pub fn pack(&mut self, bytes: &[u8]) -> Vec<u8> {
        #[cfg(feature = "zstd")]
        if let Some(frame) = self.zstd.as_mut().and_then(|zstd| zstd.frame(bytes)) {
            return [&[VERSION, ZSTD], frame.as_slice()].concat();
        }
        [&[VERSION, PLAIN], bytes].concat()
    }

    /// The content of an envelope, of at most `max_bytes`. No more is allocated, whatever the envelope claims.
    ///
    /// # Errors
    /// It is no envelope, one that needs another packer, or one of a larger content.
    pub fn unpack(&mut self, packed: &[u8], max_bytes: usize) -> Result<Vec<u8>, BadPacked> {
        match packed {
            [] | [VERSION] => Err(BadPacked::Ended),
            [VERSION, PLAIN, bytes @ ..] if bytes.len() > max_bytes => Err(BadPacked::TooBig { limit: max_bytes }),
            [VERSION, PLAIN, bytes @ ..] => Ok(bytes.to_vec()),
            #[cfg(feature = "zstd")]
            [VERSION, ZSTD, frame @ ..] => self.zstd.get_or_insert_with(Zstd::reader).content(frame, max_bytes),
            [VERSION, found, ..] => Err(BadPacked::UnknownForm { found: *found }),
            [found, ..] => Err(BadPacked::Version { found: *found }),
        }
    }
}

impl core::fmt::Debug for Packer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Packer").finish_non_exhaustive()
    }
}
