//! The small caches.

use super::Setup;
use crate::parts::World;

/// All of them.
pub const WORLDS: &[World<Setup>] = &[
    World {
        name: "one-entry",
        about: "one entry, three keys, changes 1 to 2, moments 0 to 3, an age of at most 1",
        setup: ONE,
        states: 1_086,
        shows: &[0, 3, 4, 5, 6, 7, 8],
    },
    World {
        name: "two-entries",
        about: "two entries, three keys, changes 1 to 2, moments 0 to 2, an age of at most 1",
        setup: TWO,
        states: 95_340,
        shows: &[0, 1, 2, 3, 4, 5, 6, 7, 8],
    },
    World {
        name: "three-entries",
        about: "three entries, four keys, one change, no time",
        setup: THREE,
        states: 647_917,
        shows: &[0, 1, 2, 6, 8],
    },
];

/// One entry, which is each of the oldest and the newest.
pub const ONE: Setup = Setup { max_entries: 1, ttl: 1, keys: 3, seqs: 2, moments: 3 };

/// Two entries and time.
pub const TWO: Setup = Setup { max_entries: 2, moments: 2, ..ONE };

/// Three entries, so that one has a neighbour on each side.
pub const THREE: Setup = Setup { max_entries: 3, keys: 4, seqs: 1, moments: 0, ..ONE };
