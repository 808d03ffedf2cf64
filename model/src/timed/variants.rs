//! Broken variants of the timed worlds: one setting beyond its inequality, one duty of a host or store neglected, or one rule overridden. Each
//! names the property that the checker must find broken.

use super::worlds::QUICK;
use super::{Breach, Setup, Timed};
use super::{CONTENTION, DEATH, LATENCY, RETURN, WINDOW};
use super::{ENTRY_KEPT, NOT_FORSAKEN, NOT_ROBBED, WINDOW_KEPT};
use crate::parts::Variant;
use crate::tally::{Deed, Tally, TallyShape};
use crate::world::AnyRules;
use keyholder_core::config::{Config, Settings};
use keyholder_core::rules::{Contention, Next, Rules, Standard};
use keyholder_core::update::Permit;

/// What is broken.
#[derive(Clone, Copy)]
pub enum Broken {
    /// Nothing but the setup.
    Setup,
    /// What a host or a store does.
    Breach(Breach),
    /// A rule.
    Rules(&'static AnyRules),
}

/// The world of a variant.
///
/// # Panics
/// As [`Timed::new`].
pub fn world(variant: &Variant<Setup, Broken>) -> Timed {
    let timed = Timed::new(variant.setup);
    match variant.breach {
        Broken::Setup => timed,
        Broken::Breach(breach) => Timed { breach: Some(breach), ..timed },
        Broken::Rules(rules) => Timed { rules, ..timed },
    }
}

/// Renewed each second unit, with an entry of three.
const SLOW: Setup = Setup {
    settings: Settings { heartbeat_every_ms: 4, allow_short_wait: true, ..QUICK },
    contended: false,
    ..CONTENTION
};

/// An open of three units, with an entry of three.
const HASTY: Setup = Setup { settings: Settings { acquire_ms: 6, allow_short_wait: true, ..QUICK }, ..DEATH };

/// All of them.
pub const VARIANTS: &[Variant<Setup, Broken>] = &[
    Variant {
        name: "entry-no-longer-than-renewal",
        about: "an entry lives as long as the time between two renewals",
        races: &["R11"],
        property: ENTRY_KEPT,
        steps: 1,
        setup: CONTENTION,
        breach: Broken::Breach(Breach::Life(1)),
    },
    Variant {
        name: "renewal-beyond-a-third",
        about: "an entry is renewed after two thirds of its life, and the repetition may take the last third",
        races: &["R11"],
        property: ENTRY_KEPT,
        steps: 5,
        setup: SLOW,
        breach: Broken::Setup,
    },
    Variant {
        name: "answers-too-slow",
        about: "an answer of the memory store takes as long as the time between two renewals",
        races: &["R11"],
        property: ENTRY_KEPT,
        steps: 9,
        setup: Setup { latency: 2, ..LATENCY },
        breach: Broken::Setup,
    },
    Variant {
        name: "renewal-not-repeated",
        about: "a renewal that failed is not armed again",
        races: &["R11"],
        property: ENTRY_KEPT,
        steps: 5,
        setup: CONTENTION,
        breach: Broken::Breach(Breach::NoRepetition),
    },
    Variant {
        name: "renewal-counted-from-answer",
        about: "the next renewal is counted from the answer to the last one",
        races: &["R11"],
        property: ENTRY_KEPT,
        steps: 14,
        setup: LATENCY,
        breach: Broken::Breach(Breach::CountedFromAnswer),
    },
    Variant {
        name: "claim-before-entry",
        about: "a server claims before its entry is known to be there",
        races: &["R11"],
        property: NOT_ROBBED,
        steps: 10,
        setup: RETURN,
        breach: Broken::Breach(Breach::ClaimFirst),
    },
    Variant {
        name: "delete-lands-late",
        about: "a delete of the entry that ended Unknown takes effect after the entry was written anew",
        races: &["R11"],
        property: NOT_ROBBED,
        steps: 11,
        setup: RETURN,
        breach: Broken::Breach(Breach::LateDelete),
    },
    Variant {
        name: "entry-not-read",
        about: "a contender takes the record of a silent server without reading its entry",
        races: &["R10", "R11"],
        property: NOT_ROBBED,
        steps: 4,
        setup: CONTENTION,
        breach: Broken::Rules(&EntryNotRead),
    },
    Variant {
        name: "open-shorter-than-entry",
        about: "an open gives up before the entry of a dead server lapses",
        races: &["R11"],
        property: NOT_FORSAKEN,
        steps: 13,
        setup: HASTY,
        breach: Broken::Setup,
    },
    Variant {
        name: "window-not-restarted",
        about: "the window goes on when the record names another session",
        races: &["R11"],
        property: WINDOW_KEPT,
        steps: 12,
        setup: WINDOW,
        breach: Broken::Breach(Breach::WindowKeptOn),
    },
    Variant {
        name: "stale-fire",
        about: "the end of a window is delivered although the timer was armed again meanwhile",
        races: &["R11"],
        property: WINDOW_KEPT,
        steps: 14,
        setup: WINDOW,
        breach: Broken::Breach(Breach::StaleFire),
    },
];

struct EntryNotRead;
impl Rules<Tally, Deed> for EntryNotRead {
    fn contend(&self, config: &Config<TallyShape>, contention: &Contention) -> Next {
        match Rules::<Tally, Deed>::contend(&Standard, config, contention) {
            Next::Probe => Next::Claim(Permit::Gone(contention.held)),
            next => next,
        }
    }
}
