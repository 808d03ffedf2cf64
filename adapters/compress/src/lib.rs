//! Bytes made smaller for stores that count them: an envelope that holds them plain or compressed, whichever is less.
//!
//! ```
//! use keyholder_compress::{Packer, from_text, to_text};
//!
//! let mut packer = Packer::plain();
//! let packed = packer.pack(b"what has to be kept");
//! assert_eq!(packer.unpack(&packed, 4_096).as_deref(), Ok(&b"what has to be kept"[..]));
//! // For a store that takes text only.
//! assert_eq!(from_text(&to_text(&packed)), Ok(packed));
//! ```
//!
//! The envelope is two bytes and what they say:
//!
//! | byte | meaning |
//! |---|---|
//! | 0 | version: 1 |
//! | 1 | 0: the bytes follow as they are; 1: one zstd frame follows, with its content size, and with the id of its dictionary if it has one |
//!
//! Bytes have many envelopes: a level, a dictionary and a version of zstd each give their own. What is compared or signed is
//! what is inside. Unpacking takes no more memory than the caller's maximum, and does not look at what lies beyond it.
//!
//! The feature `zstd` (default) compresses and can read what is compressed; without it, that is refused with a name.

mod error;
mod packer;
mod text;
#[cfg(feature = "zstd")]
mod zstd;

pub use error::BadPacked;
pub use packer::Packer;
pub use text::{from_text, to_text};
#[cfg(feature = "zstd")]
pub use zstd::{BadDictionary, LEVEL, train};
