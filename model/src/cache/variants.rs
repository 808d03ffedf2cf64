//! Broken variants of the cache. Each names the property that the checker must find broken.

use super::{AGE_OF_CLEAN, CAP_KEPT, OLDEST_CLEAN_GOES, ORDER_OF_USE, READS_COUNTED, UNSAVED_KEPT};
use super::{Breach, Cached, Setup, TWO};
use crate::parts::Variant;

/// The world of a variant.
pub fn world(variant: &Variant<Setup, Breach>) -> Cached {
    Cached { setup: variant.setup, breach: Some(variant.breach) }
}

/// All of them.
pub const VARIANTS: &[Variant<Setup, Breach>] = &[
    Variant {
        name: "age-of-dirty",
        about: "a dirty entry that is too old is evicted when it is read",
        races: &["R27"],
        property: UNSAVED_KEPT,
        steps: 4,
        setup: TWO,
        breach: Breach::AgeOfDirty,
    },
    Variant {
        name: "age-of-dirty-read",
        about: "the same, seen by who reads it",
        races: &["R27"],
        property: AGE_OF_CLEAN,
        steps: 4,
        setup: TWO,
        breach: Breach::AgeOfDirty,
    },
    Variant {
        name: "evicts-dirty",
        about: "the least recently used entry goes, dirty or not",
        races: &["R27"],
        property: UNSAVED_KEPT,
        steps: 3,
        setup: TWO,
        breach: Breach::EvictsDirty,
    },
    Variant {
        name: "evicts-newest",
        about: "the most recently used clean entry goes",
        races: &[],
        property: OLDEST_CLEAN_GOES,
        steps: 3,
        setup: TWO,
        breach: Breach::EvictsNewest,
    },
    Variant {
        name: "cleared-by-older-save",
        about: "any answer to a save makes an entry clean",
        races: &["R28"],
        property: UNSAVED_KEPT,
        steps: 2,
        setup: TWO,
        breach: Breach::ClearedByOlderSave,
    },
    Variant {
        name: "cleared-when-queued",
        about: "an entry is clean once its write is queued",
        races: &["R28"],
        property: UNSAVED_KEPT,
        steps: 2,
        setup: TWO,
        breach: Breach::ClearedWhenQueued,
    },
    Variant {
        name: "clean-replaces-dirty",
        about: "what a store holds replaces what is not saved",
        races: &["R27"],
        property: UNSAVED_KEPT,
        steps: 2,
        setup: TWO,
        breach: Breach::CleanReplacesDirty,
    },
    Variant {
        name: "older-replaces-newer",
        about: "an older change replaces a newer one",
        races: &["R28"],
        property: UNSAVED_KEPT,
        steps: 2,
        setup: TWO,
        breach: Breach::OlderReplacesNewer,
    },
    Variant {
        name: "cap-grows",
        about: "where all entries are dirty, there is place for one more",
        races: &[],
        property: CAP_KEPT,
        steps: 3,
        setup: TWO,
        breach: Breach::CapGrows,
    },
    Variant {
        name: "drops-silently",
        about: "where all entries are dirty, an insert is dropped without an answer",
        races: &["R27", "R36"],
        property: UNSAVED_KEPT,
        steps: 3,
        setup: TWO,
        breach: Breach::DropsSilently,
    },
    Variant {
        name: "read-is-no-use",
        about: "a read leaves an entry where it was in the order of use",
        races: &[],
        property: ORDER_OF_USE,
        steps: 3,
        setup: TWO,
        breach: Breach::ReadIsNoUse,
    },
    Variant {
        name: "read-is-no-use-evicted",
        about: "the same, seen by what is evicted",
        races: &[],
        property: OLDEST_CLEAN_GOES,
        steps: 4,
        setup: TWO,
        breach: Breach::ReadIsNoUse,
    },
    Variant {
        name: "saved-is-use",
        about: "an entry that is saved counts as used",
        races: &[],
        property: ORDER_OF_USE,
        steps: 3,
        setup: TWO,
        breach: Breach::SavedIsUse,
    },
    Variant {
        name: "expired-is-hit",
        about: "a read that finds an entry too old counts as a hit",
        races: &[],
        property: READS_COUNTED,
        steps: 4,
        setup: TWO,
        breach: Breach::ExpiredIsHit,
    },
];
