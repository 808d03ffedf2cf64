//! The queue of writes: every order of pushes, starts, ends, removals, flushes and moments.

mod act;
mod judge;
pub mod variants;

pub use judge::{BOUND, FAIR_TURNS, Ghost, NOTHING_LOST, ONE_AND_ONE, ORDER, PROMPT, RESTS, SHOWN, SOUND, VERDICTS};

use super::World;
use crate::driver::{Always, Checked};
use keyholder_core::config;
use keyholder_core::queue::{Ended, Priority, Queue};
use keyholder_core::timer::Millis;
use stateright::{Model, Property};

/// The bounds of a queue and of what happens to it.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// Keys that are tracked from the beginning.
    pub tracked: u8,
    /// All keys; the others have their places in the reserve.
    pub keys: u8,
    /// Keys are tracked and untracked, and writes removed.
    pub leaves: bool,
    /// The places of the reserve.
    pub reserve: u8,
    /// How many run at once.
    pub at_once: u8,
    /// How urgent writes are.
    pub priorities: &'static [Priority],
    /// After how many moments a key's autosave may follow its last write.
    pub cooldown: u8,
    /// The last moment; the first is 0.
    pub moments: u8,
    /// There are flushes, until the next moment.
    pub flushes: bool,
}

/// All of them.
pub const WORLDS: &[World<Setup>] = &[
    World {
        name: "turns",
        about: "three keys of a reserve of two places, three priorities, one write at a time, no time",
        setup: TURNS,
        states: 1_462,
        shows: &[0, 1, 2, 3],
    },
    World {
        name: "line",
        about: "three tracked keys, three priorities, two writes at a time, no time",
        setup: LINE,
        states: 55_717,
        shows: &[0, 2, 3],
    },
    World {
        name: "moments",
        about: "a key that comes and goes and one of the reserve, two priorities, two writes at a time, moments 0 to 2, a cooldown of 1, flushes",
        setup: MOMENTS,
        states: 299_754,
        shows: &[0, 1, 2, 3, 4, 5, 6, 7],
    },
];

/// Places and priorities.
pub const TURNS: Setup = Setup {
    tracked: 0,
    keys: 3,
    leaves: false,
    reserve: 2,
    at_once: 1,
    priorities: &[Priority::Autosave, Priority::Asked, Priority::Leave],
    cooldown: 0,
    moments: 0,
    flushes: false,
};

/// Keys with places of their own.
pub const LINE: Setup = Setup { tracked: 3, reserve: 1, at_once: 2, ..TURNS };

/// Time.
pub const MOMENTS: Setup = Setup {
    priorities: &[Priority::Autosave, Priority::Leave],
    tracked: 1,
    keys: 2,
    leaves: true,
    reserve: 2,
    at_once: 2,
    cooldown: 1,
    moments: 2,
    flushes: true,
};

/// A queue, and what it does wrong, if anything.
pub struct Queueing {
    setup: Setup,
    breach: Option<Breach>,
}

/// What a queue does against the specification.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Breach {
    /// What has no place is dropped without an answer.
    DropsAtTheCap,
    /// What has no place takes that of another key.
    DropsAnother,
    /// There is one more place.
    CapGrows,
    /// A key's next write starts while its first runs.
    TwoOfOneKey,
    /// One more runs.
    TooManyRun,
    /// A newer write is superseded by the older.
    KeepsOlder,
    /// A write that takes the place of an older one waits behind all others.
    LosesPlace,
    /// The most urgent goes first, always.
    Starves,
    /// The first come goes first, however urgent others are.
    NoPriorities,
    /// Autosaves wait for nothing.
    NoCooldown,
    /// A leave waits for the cooldown.
    LeaveWaits,
    /// A key has no verdict at the deadline.
    ForgetsVerdict,
    /// A key has its verdict when its first write ends.
    VerdictTooEarly,
    /// A host is not told when to look again.
    NoWakeUp,
}

/// One state.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct State {
    /// The queue. A write is 0 or 1, never the same as the pending one of its key.
    pub queue: Queue<u8, u8>,
    /// The moment.
    pub now: u8,
    /// What the properties must remember.
    pub ghost: Ghost,
}

/// What happens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Act {
    /// A write is pushed.
    Push(u8, Priority),
    /// A write is asked for, to be made.
    Next,
    /// A write has ended.
    Done(u8, Ended),
    /// A key is tracked.
    Track(u8),
    /// It is not any more.
    Untrack(u8),
    /// A key's write is removed.
    Remove(u8),
    /// A flush is asked for, by the next moment.
    Flush,
    /// Deadlines are looked at.
    Expire,
    /// Time passes.
    Tick,
}

impl Queueing {
    /// The queue as it is built.
    pub fn new(setup: Setup) -> Self {
        Self { setup, breach: None }
    }

    fn does(&self, breach: Breach) -> bool {
        self.breach == Some(breach)
    }
}

impl State {
    /// The moment, as the queue is told it.
    fn moment(&self) -> Millis {
        Millis(u64::from(self.now))
    }
}

impl Model for Queueing {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        let Setup { reserve, at_once, cooldown, tracked, keys, .. } = self.setup;
        let reserve = u32::from(reserve) + u32::from(self.does(Breach::CapGrows));
        let max_concurrent_saves = u32::from(at_once) + u32::from(self.does(Breach::TooManyRun));
        let cooldown_ms = if self.does(Breach::NoCooldown) { 0 } else { u64::from(cooldown) };
        let shutdown = config::Shutdown { max_concurrent_saves, close_window_ms: 1 };
        let mut queue = Queue::new(&config::Queue { reserve, cooldown_ms }, &shutdown);
        (0..tracked).for_each(|key| queue.track(key));
        vec![State { queue, now: 0, ghost: Ghost::new(tracked, keys) }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Act>) {
        let Setup { keys, priorities, leaves, flushes, moments, .. } = self.setup;
        for key in 0..keys {
            actions.extend(priorities.iter().map(|it| Act::Push(key, *it)));
            actions.extend([Act::Done(key, Ended::Done), Act::Done(key, Ended::Failed)]);
            if leaves {
                actions.extend([Act::Track(key), Act::Untrack(key), Act::Remove(key)]);
            }
        }
        actions.push(Act::Next);
        if flushes {
            actions.extend([Act::Flush, Act::Expire]);
        }
        if state.now < moments {
            actions.push(Act::Tick);
        }
    }

    fn next_state(&self, state: &State, act: Act) -> Option<State> {
        let mut next = state.clone();
        self.act(&mut next, act);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        judge::ALWAYS.iter().map(|it| Property::always(it.name, it.holds)).collect()
    }
}

impl Checked for Queueing {
    fn always(&self) -> &'static [Always<Self>] {
        judge::ALWAYS
    }

    fn sometimes(&self) -> &'static [&'static str] {
        SHOWN
    }

    fn witness(&self, from: &State, act: &Act, to: &State, _wanted: u64) -> u64 {
        judge::shown(self, from, *act, to)
    }
}
