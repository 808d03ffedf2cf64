//! A call that adds one to a store which answers as it likes, and the machine that says what to do next.

pub mod variants;

use super::World;
use crate::driver::{Always, Checked};
use keyholder_core::config::{Config, Settings};
use keyholder_core::retry::{Failure, GaveUp, Heard, Next, Retry};
use stateright::{Model, Property};

/// What is added is added once at the most (R13).
pub const ONCE: &str = "retry-once";

/// A call that is told to have failed has added nothing, and one that is told to have succeeded has; in doubt, nobody says.
pub const TRUTHFUL: &str = "retry-truthful";

/// No more attempts are made than may be, nor reads.
pub const BOUNDED: &str = "retry-bounded";

/// After a permanent failure nothing is sent.
pub const PERMANENT_ENDS: &str = "retry-permanent-ends";

const ALWAYS: &[Always<Retrying>] = &[
    Always { name: ONCE, holds: |_, it| it.added <= 1 },
    Always { name: TRUTHFUL, holds: |_, it| it.is_truthful() },
    Always { name: BOUNDED, holds: |world, it| it.sent <= world.setup.attempts && it.reads <= world.setup.attempts },
    Always { name: PERMANENT_ENDS, holds: |_, it| !it.permanent || it.told.is_some() },
];

/// What must be seen.
pub const SHOWN: &[&str] = &[
    "a read finds what nobody knew of",
    "a read finds nothing, and the call is made again",
    "the last attempt is given up",
    "a call ends in doubt",
];

/// The bounds of a call.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// The most attempts.
    pub attempts: u8,
}

/// All of them.
pub const WORLDS: &[World<Setup>] = &[World {
    name: "call",
    about: "one call, three attempts, every answer of a store",
    setup: CALL,
    states: 89,
    shows: &[0, 1, 2, 3],
}];

/// A call.
pub const CALL: Setup = Setup { attempts: 3 };

/// A call, and what it does wrong, if anything.
pub struct Retrying {
    setup: Setup,
    config: Config<()>,
    breach: Option<Breach>,
}

/// What a call does against the specification.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Breach {
    /// An unknown outcome is taken for a failure.
    UnknownIsFailure,
    /// A permanent failure is taken for one that passes.
    PermanentPasses,
    /// It goes on for ever.
    ForEver,
    /// A read that fails is taken for one that finds nothing.
    UnreadIsAbsent,
}

/// One state.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct State {
    /// The machine.
    pub retry: Retry,
    /// The request that is outstanding is a read.
    pub reading: bool,
    /// What the store holds.
    pub added: u8,
    /// Attempts.
    pub sent: u8,
    /// Reads.
    pub reads: u8,
    /// What the caller was told.
    pub told: Option<Told>,
    permanent: bool,
}

/// What a caller is told.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Told {
    /// It is done.
    Done,
    /// It is not.
    GaveUp(GaveUp),
}

/// What a store answers to the outstanding request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Act {
    /// It was carried out.
    Success,
    /// It was carried out, and the answer is lost.
    AppliedUnknown,
    /// It failed, without effect.
    Fails(Failure),
}

impl Retrying {
    /// The call as it is built.
    ///
    /// # Panics
    ///
    /// If the settings are wrong.
    pub fn new(setup: Setup) -> Self {
        let settings = Settings { retry_attempts: u32::from(setup.attempts), ..Settings::DEFAULT };
        let config = Config::new(settings, ()).expect("the settings are valid");
        Self { setup, config, breach: None }
    }

    fn act(&self, state: &mut State, act: Act) {
        state.added += u8::from(!state.reading && !matches!(act, Act::Fails(_)));
        let mut heard = match act {
            Act::Success if state.reading && state.added == 0 => Heard::Absent,
            Act::Success => {
                state.told = Some(Told::Done);
                return;
            }
            Act::AppliedUnknown => Heard::Failed(Failure::Unknown),
            Act::Fails(failure) => Heard::Failed(failure),
        };
        state.permanent |= heard == Heard::Failed(Failure::Permanent);
        match (self.breach, heard) {
            (Some(Breach::UnknownIsFailure), Heard::Failed(Failure::Unknown)) => {
                heard = Heard::Failed(Failure::Transient);
            }
            (Some(Breach::PermanentPasses), Heard::Failed(Failure::Permanent)) => {
                heard = Heard::Failed(Failure::Transient);
            }
            (Some(Breach::UnreadIsAbsent), Heard::Failed(_)) if state.reading => heard = Heard::Absent,
            (Some(Breach::ForEver), _) if !state.reading => state.retry = Retry::new(),
            _ => {}
        }
        let Ok(next) = state.retry.heard(&self.config, heard) else { return };
        match next {
            Next::Again { .. } => {
                state.reading = false;
                // Enough to break the bound; more would be no end.
                state.sent = (state.sent + 1).min(self.setup.attempts + 1);
            }
            Next::ReadBack { .. } => {
                state.reading = true;
                state.reads += 1;
            }
            Next::GiveUp(why) => state.told = Some(Told::GaveUp(why)),
        }
    }
}

impl State {
    fn is_truthful(&self) -> bool {
        match self.told {
            Some(Told::Done) => self.added >= 1,
            Some(Told::GaveUp(GaveUp::Permanent | GaveUp::Attempts)) => self.added == 0,
            Some(Told::GaveUp(GaveUp::InDoubt)) | None => true,
        }
    }
}

impl Model for Retrying {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        let retry = Retry::new();
        vec![State { retry, reading: false, added: 0, sent: 1, reads: 0, told: None, permanent: false }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Act>) {
        if state.told.is_some() {
            return;
        }
        actions.extend([Act::Success, Act::AppliedUnknown]);
        let failures = [Failure::Throttled(None), Failure::Transient, Failure::Unknown, Failure::Permanent];
        actions.extend(failures.map(Act::Fails));
    }

    fn next_state(&self, state: &State, act: Act) -> Option<State> {
        let mut next = state.clone();
        self.act(&mut next, act);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        ALWAYS.iter().map(|it| Property::always(it.name, it.holds)).collect()
    }
}

impl Checked for Retrying {
    fn always(&self) -> &'static [Always<Self>] {
        ALWAYS
    }

    fn sometimes(&self) -> &'static [&'static str] {
        SHOWN
    }

    fn witness(&self, from: &State, _: &Act, to: &State, _wanted: u64) -> u64 {
        let seen = [
            from.reading && to.told == Some(Told::Done),
            from.reading && !to.reading && to.told.is_none(),
            to.told == Some(Told::GaveUp(GaveUp::Attempts)),
            to.told == Some(Told::GaveUp(GaveUp::InDoubt)),
        ];
        seen.iter().enumerate().map(|(bit, seen)| u64::from(*seen) << bit).sum()
    }
}
