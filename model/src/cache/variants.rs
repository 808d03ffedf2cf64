//! Broken variants of the cache. Each names the property that the checker must find broken.

use super::{AGE_OF_CLEAN, CAP_KEPT, OLDEST_CLEAN_GOES, ORDER_OF_USE, READS_COUNTED, UNSAVED_KEPT};
use super::{Breach, Cached, TWO};

/// One broken variant.
#[derive(Clone, Copy, Debug)]
pub struct CacheVariant {
    /// Its name.
    pub name: &'static str,
    /// What is so instead, in a sentence.
    pub about: &'static str,
    /// The races that it tells.
    pub races: &'static [&'static str],
    /// The property that breaks.
    pub property: &'static str,
    /// The steps of its shortest trace.
    pub steps: usize,
    breach: Breach,
}

impl CacheVariant {
    /// Its world: two entries.
    pub fn world(&self) -> Cached {
        Cached { setup: TWO, breach: Some(self.breach) }
    }
}

/// All of them.
pub const VARIANTS: &[CacheVariant] = &[
    CacheVariant {
        name: "age-of-dirty",
        about: "a dirty entry that is too old is evicted when it is read",
        races: &["R27"],
        property: UNSAVED_KEPT,
        steps: 4,
        breach: Breach::AgeOfDirty,
    },
    CacheVariant {
        name: "age-of-dirty-read",
        about: "the same, seen by who reads it",
        races: &["R27"],
        property: AGE_OF_CLEAN,
        steps: 4,
        breach: Breach::AgeOfDirty,
    },
    CacheVariant {
        name: "evicts-dirty",
        about: "the least recently used entry goes, dirty or not",
        races: &["R27"],
        property: UNSAVED_KEPT,
        steps: 3,
        breach: Breach::EvictsDirty,
    },
    CacheVariant {
        name: "evicts-newest",
        about: "the most recently used clean entry goes",
        races: &[],
        property: OLDEST_CLEAN_GOES,
        steps: 3,
        breach: Breach::EvictsNewest,
    },
    CacheVariant {
        name: "cleared-by-older-save",
        about: "any answer to a save makes an entry clean",
        races: &["R28"],
        property: UNSAVED_KEPT,
        steps: 2,
        breach: Breach::ClearedByOlderSave,
    },
    CacheVariant {
        name: "cleared-when-queued",
        about: "an entry is clean once its write is queued",
        races: &["R28"],
        property: UNSAVED_KEPT,
        steps: 2,
        breach: Breach::ClearedWhenQueued,
    },
    CacheVariant {
        name: "clean-replaces-dirty",
        about: "what a store holds replaces what is not saved",
        races: &["R27"],
        property: UNSAVED_KEPT,
        steps: 2,
        breach: Breach::CleanReplacesDirty,
    },
    CacheVariant {
        name: "older-replaces-newer",
        about: "an older change replaces a newer one",
        races: &["R28"],
        property: UNSAVED_KEPT,
        steps: 2,
        breach: Breach::OlderReplacesNewer,
    },
    CacheVariant {
        name: "cap-grows",
        about: "where all entries are dirty, there is place for one more",
        races: &[],
        property: CAP_KEPT,
        steps: 3,
        breach: Breach::CapGrows,
    },
    CacheVariant {
        name: "drops-silently",
        about: "where all entries are dirty, an insert is dropped without an answer",
        races: &["R27", "R36"],
        property: UNSAVED_KEPT,
        steps: 3,
        breach: Breach::DropsSilently,
    },
    CacheVariant {
        name: "read-is-no-use",
        about: "a read leaves an entry where it was in the order of use",
        races: &[],
        property: ORDER_OF_USE,
        steps: 3,
        breach: Breach::ReadIsNoUse,
    },
    CacheVariant {
        name: "read-is-no-use-evicted",
        about: "the same, seen by what is evicted",
        races: &[],
        property: OLDEST_CLEAN_GOES,
        steps: 4,
        breach: Breach::ReadIsNoUse,
    },
    CacheVariant {
        name: "saved-is-use",
        about: "an entry that is saved counts as used",
        races: &[],
        property: ORDER_OF_USE,
        steps: 3,
        breach: Breach::SavedIsUse,
    },
    CacheVariant {
        name: "expired-is-hit",
        about: "a read that finds an entry too old counts as a hit",
        races: &[],
        property: READS_COUNTED,
        steps: 4,
        breach: Breach::ExpiredIsHit,
    },
];
