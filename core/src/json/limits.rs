//! The bounds of what is read.

/// How much JSON the reader accepts.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_structs, reason = "a caller names both limits, or takes the default")]
pub struct Limits {
    /// Objects and arrays that may be open at once; 0 allows scalars only. Callers read nested values by recursion,
    /// so this bounds their stack too: hence no more than 255.
    pub max_depth: u8,
    /// Length of the whole text in bytes.
    pub max_bytes: usize,
}

impl Default for Limits {
    /// 32 levels and 4 MiB: the size of the largest item that a Roblox data store takes.
    fn default() -> Self {
        Self { max_depth: 32, max_bytes: 4_194_304 }
    }
}
