//! Broken variants of the queue. Each names the property that the checker must find broken.

use super::{BOUND, FAIR_TURNS, NOTHING_LOST, ONE_AND_ONE, ORDER, PROMPT, RESTS, VERDICTS};
use super::{Breach, LINE, MOMENTS, Queueing, Setup, TURNS};
use crate::parts::{Variant, variant};

/// The world of a variant.
pub fn world(variant: &Variant<Setup, Breach>) -> Queueing {
    Queueing { setup: variant.setup, breach: Some(variant.breach) }
}

/// All of them.
pub const VARIANTS: &[Variant<Setup, Breach>] = &[
    variant(
        "queue-drops-at-the-cap",
        "what has no place is dropped without an answer",
        &["R36"],
        NOTHING_LOST,
        3,
        TURNS,
        Breach::DropsAtTheCap,
    ),
    variant(
        "queue-drops-another",
        "what has no place takes that of another key",
        &["R36"],
        NOTHING_LOST,
        3,
        TURNS,
        Breach::DropsAnother,
    ),
    variant(
        "queue-cap-grows",
        "there is one more place than there should be",
        &["R36"],
        BOUND,
        3,
        TURNS,
        Breach::CapGrows,
    ),
    variant(
        "queue-two-of-one-key",
        "a key's next write starts while its first runs",
        &["R12", "R36"],
        ONE_AND_ONE,
        4,
        LINE,
        Breach::TwoOfOneKey,
    ),
    variant("queue-too-many-run", "one more write runs than may", &["R26"], ONE_AND_ONE, 6, LINE, Breach::TooManyRun),
    variant(
        "queue-keeps-older",
        "a newer write is superseded by the older",
        &["R36"],
        NOTHING_LOST,
        2,
        LINE,
        Breach::KeepsOlder,
    ),
    variant(
        "queue-loses-place",
        "a write that takes the place of an older one waits behind all others",
        &["R36"],
        ORDER,
        4,
        TURNS,
        Breach::LosesPlace,
    ),
    variant("queue-starves", "the most urgent goes first, always", &["R36"], FAIR_TURNS, 12, TURNS, Breach::Starves),
    variant(
        "queue-no-priorities",
        "whoever came first goes first, however urgent others are",
        &["R26"],
        ORDER,
        3,
        TURNS,
        Breach::NoPriorities,
    ),
    variant("queue-no-cooldown", "autosaves wait for nothing", &["R26"], RESTS, 5, MOMENTS, Breach::NoCooldown),
    variant("queue-leave-waits", "a leave waits for the cooldown", &["R26"], PROMPT, 4, MOMENTS, Breach::LeaveWaits),
    variant(
        "queue-forgets-verdict",
        "a key has no verdict at the deadline",
        &["R26"],
        VERDICTS,
        4,
        MOMENTS,
        Breach::ForgetsVerdict,
    ),
    variant(
        "queue-verdict-too-early",
        "a key has its verdict when its first write ends",
        &["R26"],
        VERDICTS,
        5,
        MOMENTS,
        Breach::VerdictTooEarly,
    ),
    variant(
        "queue-no-wake-up",
        "a host is not told when to look again",
        &["R36"],
        PROMPT,
        1,
        MOMENTS,
        Breach::NoWakeUp,
    ),
];
