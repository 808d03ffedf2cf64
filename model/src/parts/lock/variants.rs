//! Broken variants of the locks. Each names the property that the checker must find broken.

use super::{BOUND, EXCLUSIVE, FIRST_COME, NO_LOST_WAKE_UP, SOUND};
use super::{Breach, Locking, ONE, Setup};
use crate::parts::Variant;

/// The world of a variant.
pub fn world(variant: &Variant<Setup, Breach>) -> Locking {
    Locking { setup: variant.setup, breach: Some(variant.breach) }
}

/// All of them.
pub const VARIANTS: &[Variant<Setup, Breach>] = &[
    Variant {
        name: "lock-loses-wake-up",
        about: "nobody is told that the lock of a cancelled holder is theirs",
        races: &["R36"],
        property: NO_LOST_WAKE_UP,
        steps: 3,
        setup: ONE,
        breach: Breach::LosesWakeUp,
    },
    Variant {
        name: "lock-keeps-cancelled",
        about: "a holder that is cancelled keeps the lock",
        races: &["R36"],
        property: NO_LOST_WAKE_UP,
        steps: 3,
        setup: ONE,
        breach: Breach::KeepsCancelled,
    },
    Variant {
        name: "lock-keeps-key",
        about: "the same, seen by the memory that it takes",
        races: &[],
        property: SOUND,
        steps: 2,
        setup: ONE,
        breach: Breach::KeepsCancelled,
    },
    Variant {
        name: "lock-granted-twice",
        about: "the first who waits is told that it holds the lock",
        races: &["R12"],
        property: EXCLUSIVE,
        steps: 2,
        setup: ONE,
        breach: Breach::GrantedTwice,
    },
    Variant {
        name: "lock-released-by-anybody",
        about: "a call that waits, or does not, releases what another holds",
        races: &["R12"],
        property: EXCLUSIVE,
        steps: 3,
        setup: ONE,
        breach: Breach::ReleasedByAnybody,
    },
    Variant {
        name: "lock-last-first",
        about: "whoever came last is next",
        races: &["R12"],
        property: FIRST_COME,
        steps: 4,
        setup: ONE,
        breach: Breach::LastFirst,
    },
    Variant {
        name: "lock-line-grows",
        about: "one more may wait",
        races: &["R36"],
        property: BOUND,
        steps: 5,
        setup: ONE,
        breach: Breach::LineGrows,
    },
];
