//! Recordings: what went into a host, step by step, and what came out, so that the same steps can be run again.
//!
//! The core is a function of its inputs: with the settings, the schema, the server's id and every input in order, a second
//! host gives the same effects. A [`Recorder`] in [`Options::recorder`](crate::server::Options::recorder) writes these
//! down; a [`Reader`] reads them; a [`Machine`] runs them again and says where it differs. `keyholder replay FILE` is that
//! as a command.
//!
//! A recording never gets in the way of the server. A step is put into a buffer in memory, which a thread of its own writes
//! out; when the buffer or the file is full, the recording ends with a mark that says so, and the server goes on. Steps are written every 50 ms, so a process that is killed leaves a recording
//! that ends so long before.
//!
//! # The file
//!
//! It begins with the 8 bytes `KEYHREC` and the format, one byte, now 1. Frames follow, each of
//!
//! | bytes | meaning |
//! |---|---|
//! | 4 | length of the payload, little-endian |
//! | 4 | the low half of the XXH64 of these 4 bytes, seeded with the check of the frame before |
//! | 8 | XXH64 of the payload, seeded with the check of the frame before, little-endian; the first frame is seeded with 0 |
//! | length | the payload, in the postcard format |
//!
//! So a byte that was changed, and a frame that was cut out or moved, is noticed; a file that stops between or inside of
//! frames is one whose process was killed. The payload is one of:
//!
//! | first byte | what | content |
//! |---|---|---|
//! | 0 | the header, once and first | [`Header`] |
//! | 1 | a step | `now` in ms; the [`HostInput`](keyholder_core::host::HostInput); true if the host refused it; a list of effects, each a [`Mark`] |
//! | 2 | a step of a redacted recording | an [`Outline`] |
//! | 3 | the end | an [`End`] |
//!
//! Records, journals and changes stand in it as their stored texts (SPEC.md section 4). The effects are what the host gave:
//! whole up to [`WHOLE_BYTES`] bytes, beyond that by their digest.
//!
//! # Redaction
//!
//! A recording holds what players have, and who they are. A redacted one holds neither: kinds, sizes and moments are kept,
//! a key becomes a number that is the same throughout the file and comes from a secret that is thrown away, everything else
//! is left out, the schema included. It can be shown, and not be replayed.
//!
//! # What it costs
//!
//! `cargo run --release -p keyholder-tokio --example recording` measures it on the machine where it runs.

mod form;
mod frame;
mod reader;
mod replay;
mod sink;
mod tape;

pub use form::SchemaForm;
pub use frame::{FORMAT, Unreadable};
pub use reader::{Entry, Reader, Step};
pub use replay::{Divergence, Effect, Input, Machine, NotReplayable};
pub use sink::{Recording, Summary};
pub use tape::{Recorder, RecorderSettings};

pub(crate) use tape::Observer;

use keyholder_core::config::Settings;
use keyholder_core::ids::HostId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Effects of up to so many bytes are written whole.
pub const WHOLE_BYTES: usize = 512;

/// What a recording begins with.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[allow(clippy::exhaustive_structs, reason = "part of the layout of the file")]
pub struct Header {
    /// The server.
    pub host: HostId,
    /// The version of this crate that wrote it.
    pub writer: String,
    /// The steps are outlines: they can be shown, and not be replayed.
    pub redacted: bool,
    /// The settings of the server.
    pub settings: Settings,
    /// Its schema; `None` if it was redacted, or has steps that are code.
    pub schema: Option<SchemaForm>,
}

/// An effect as it was recorded.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[allow(clippy::exhaustive_enums, reason = "part of the layout of the file")]
pub enum Mark {
    /// All of it, in the postcard format.
    Whole(Vec<u8>),
    /// A large one.
    Digest {
        /// The first byte, which says of what kind it is.
        kind: u8,
        /// How many bytes it has.
        bytes: u64,
        /// Their XXH64, seeded with 0.
        digest: u64,
    },
}

/// A step of a redacted recording: no key, no id and no value.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[allow(clippy::exhaustive_structs, reason = "part of the layout of the file")]
pub struct Outline {
    /// When, in ms of the server's clock.
    pub now: u64,
    /// The kind of the input: its position among the cases of `HostInput`.
    pub input: u8,
    /// A number that stands for the key, if the input names one.
    pub key: Option<u64>,
    /// How many bytes the input has.
    pub bytes: u64,
    /// The host refused it.
    pub refused: bool,
    /// The effects: the kind of each, its position among the cases of `HostEffect`, and how many bytes it has.
    pub effects: Vec<(u8, u64)>,
}

/// Why a recording ends.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[allow(clippy::exhaustive_enums, reason = "part of the layout of the file")]
pub enum End {
    /// The server ended.
    Closed,
    /// The file reached its limit; the server went on.
    Full,
    /// The disk was slower than the server, and the buffer was full; the server went on.
    Behind,
    /// A step could not be written in this format; the server went on.
    Unwritable,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "the server ended",
            Self::Full => "the recording reached its limit, and the server went on",
            Self::Behind => "the disk was too slow for the recording, and the server went on",
            Self::Unwritable => "a step could not be recorded, and the server went on",
        })
    }
}

/// The kinds of inputs by the first byte of their serialised form.
pub const INPUTS: [&str; 16] = [
    "start",
    "ready",
    "open",
    "join",
    "leave",
    "pace",
    "command",
    "active",
    "call",
    "cancel",
    "answered",
    "fired",
    "throttled",
    "observed",
    "heard",
    "shutdown",
];

/// The kinds of effects by the first byte of their serialised form.
pub const EFFECTS: [&str; 10] =
    ["durable", "journal", "probe", "heartbeat", "tell", "arm", "disarm", "event", "returned", "told"];
