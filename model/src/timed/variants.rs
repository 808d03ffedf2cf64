//! Broken variants of the timed worlds: one setting beyond its inequality, one duty of a host or store neglected, or one rule overridden. Each
//! names the property that the checker must find broken.

use super::worlds::QUICK;
use super::{Breach, Setup, Timed};
use super::{CONTENTION, DEATH, LATENCY, RETURN, WINDOW};
use super::{ENTRY_KEPT, NOT_FORSAKEN, NOT_ROBBED, WINDOW_KEPT};
use crate::tally::{Deed, Tally, TallyShape};
use crate::world::AnyRules;
use keyholder_core::config::{Config, Settings};
use keyholder_core::rules::{Contention, Next, Rules, Standard};
use keyholder_core::update::Permit;

/// One broken variant.
#[derive(Clone, Copy)]
pub struct TimedVariant {
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
    setup: Setup,
    breach: Option<Breach>,
    rules: &'static AnyRules,
}

impl TimedVariant {
    /// Its world.
    ///
    /// # Panics
    /// As [`Timed::new`].
    pub fn world(&self) -> Timed {
        Timed { rules: self.rules, breach: self.breach, ..Timed::new(self.setup) }
    }
}

const UNNAMED: &str = "";

/// What is not broken.
const STANDARD: TimedVariant = TimedVariant {
    name: UNNAMED,
    about: UNNAMED,
    races: &[],
    property: UNNAMED,
    steps: 0,
    setup: CONTENTION,
    breach: None,
    rules: &Standard,
};

/// Renewed each second unit, with an entry of three.
const SLOW: Setup = Setup {
    settings: Settings { heartbeat_every_ms: 4, allow_short_wait: true, ..QUICK },
    contended: false,
    ..CONTENTION
};

/// An open of three units, with an entry of three.
const HASTY: Setup = Setup { settings: Settings { acquire_ms: 6, allow_short_wait: true, ..QUICK }, ..DEATH };

/// All of them.
pub const VARIANTS: &[TimedVariant] = &[
    TimedVariant {
        name: "entry-no-longer-than-renewal",
        about: "an entry lives as long as the time between two renewals",
        races: &["R11"],
        property: ENTRY_KEPT,
        steps: 1,
        setup: CONTENTION,
        breach: Some(Breach::Life(1)),
        ..STANDARD
    },
    TimedVariant {
        name: "renewal-beyond-a-third",
        about: "an entry is renewed after two thirds of its life, and the repetition may take the last third",
        races: &["R11"],
        property: ENTRY_KEPT,
        steps: 5,
        setup: SLOW,
        ..STANDARD
    },
    TimedVariant {
        name: "answers-too-slow",
        about: "an answer of the memory store takes as long as the time between two renewals",
        races: &["R11"],
        property: ENTRY_KEPT,
        steps: 9,
        setup: Setup { latency: 2, ..LATENCY },
        ..STANDARD
    },
    TimedVariant {
        name: "renewal-not-repeated",
        about: "a renewal that failed is not armed again",
        races: &["R11"],
        property: ENTRY_KEPT,
        steps: 5,
        setup: CONTENTION,
        breach: Some(Breach::NoRepetition),
        ..STANDARD
    },
    TimedVariant {
        name: "renewal-counted-from-answer",
        about: "the next renewal is counted from the answer to the last one",
        races: &["R11"],
        property: ENTRY_KEPT,
        steps: 14,
        setup: LATENCY,
        breach: Some(Breach::CountedFromAnswer),
        ..STANDARD
    },
    TimedVariant {
        name: "claim-before-entry",
        about: "a server claims before its entry is known to be there",
        races: &["R11"],
        property: NOT_ROBBED,
        steps: 10,
        setup: RETURN,
        breach: Some(Breach::ClaimFirst),
        ..STANDARD
    },
    TimedVariant {
        name: "delete-lands-late",
        about: "a delete of the entry that ended Unknown takes effect after the entry was written anew",
        races: &["R11"],
        property: NOT_ROBBED,
        steps: 11,
        setup: RETURN,
        breach: Some(Breach::LateDelete),
        ..STANDARD
    },
    TimedVariant {
        name: "entry-not-read",
        about: "a contender takes the record of a silent server without reading its entry",
        races: &["R10", "R11"],
        property: NOT_ROBBED,
        steps: 4,
        setup: CONTENTION,
        rules: &EntryNotRead,
        ..STANDARD
    },
    TimedVariant {
        name: "open-shorter-than-entry",
        about: "an open gives up before the entry of a dead server lapses",
        races: &["R11"],
        property: NOT_FORSAKEN,
        steps: 13,
        setup: HASTY,
        ..STANDARD
    },
    TimedVariant {
        name: "window-not-restarted",
        about: "the window goes on when the record names another session",
        races: &["R11"],
        property: WINDOW_KEPT,
        steps: 12,
        setup: WINDOW,
        breach: Some(Breach::WindowKeptOn),
        ..STANDARD
    },
    TimedVariant {
        name: "stale-fire",
        about: "the end of a window is delivered although the timer was armed again meanwhile",
        races: &["R11"],
        property: WINDOW_KEPT,
        steps: 14,
        setup: WINDOW,
        breach: Some(Breach::StaleFire),
        ..STANDARD
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
