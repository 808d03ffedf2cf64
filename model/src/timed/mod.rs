//! A tiny world with time: every duration is a countdown of a few units, and a step lets one unit pass.
//!
//! The other worlds have no clock: a heartbeat entry lapses and a timer fires whenever the environment likes. That covers every timing, and
//! says nothing of what the settings promise. Here one server holds a record and renews its heartbeat by the real [`Pulse`]; a contender waits
//! for the record by a real [`Session`] under the real rules; entries live as long as the settings say, and timers fire within their windows.
//!
//! **Time.** It passes for all at once ([`Act::Tick`]), and not beyond the moment at which a server that is not paused must act: a timer at the end
//! of its window, an answer that has taken as long as an answer may take. Within a unit everything happens in any order, so an entry that lapses
//! when its renewal is due lapses before it. A paused server does nothing, and time passes.

mod act;
mod clock;
mod judge;
mod possible;
pub mod variants;
mod worlds;

pub use clock::{Countdown, Timetable, UNIT_MS};
pub use judge::{ENTRY_KEPT, Ghost, NOT_FORSAKEN, NOT_ROBBED, SHOWN, WINDOW_KEPT};
pub use worlds::{CONTENTION, DEATH, LATENCY, RETURN, WINDOW, WORLDS};

use crate::driver::{Always, Checked};
use crate::tally::{Deed, Tally, TallyShape};
use crate::world::{AnyRules, ModelRecord, ModelSession};
use keyholder_core::config::{Config, Settings};
use keyholder_core::heartbeat::Pulse;
use keyholder_core::ids::{HostId, Nonce};
use keyholder_core::input::Outcome;
use keyholder_core::record::{Owner, Record};
use keyholder_core::rules::{Liveness, Standard};
use keyholder_core::session::Session;
use keyholder_core::timer::Timer;
use keyholder_core::update::{Claim, Permit, Ticket, Update};
use stateright::{Model, Property};
use std::sync::Arc;

/// The label of the server that holds the record.
pub const HOLDER: HostId = HostId(1);

/// The label of the server that waits for it.
pub const CONTENDER: HostId = HostId(2);

/// The settings of a timed world, and what its environment may do.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// The settings of both servers; a unit is [`UNIT_MS`].
    pub settings: Settings,
    /// The most units that an answer of a store takes.
    pub latency: u8,
    /// How many lost renewals in a row the settings bear: more excuse a lapsed entry.
    pub tolerated: u32,
    /// The most renewals in a row that are not known to be applied.
    pub failures: u32,
    /// Of what follows, how much in all.
    pub mishaps: u8,
    /// Pauses, over both servers.
    pub pauses: u8,
    /// Entries that the memory store forgets.
    pub forgotten: u8,
    /// Crashes of the server that holds the record.
    pub crashes: u8,
    /// Answers on the record that the contender never hears.
    pub lost: u8,
    /// How often the holder releases the record and claims it again, in a session of its own.
    pub returns: u8,
    /// Whether there is a contender.
    pub contended: bool,
}

/// A timed world: its settings and bounds, the rules, and what the host does wrong, if anything.
pub struct Timed {
    setup: Setup,
    config: Config<TallyShape>,
    rules: &'static AnyRules,
    breach: Option<Breach>,
}

/// What a host, or its memory store, does against the specification.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Breach {
    /// The store lets an entry live for so many units, whatever the settings say.
    Life(u8),
    /// After a write that is not known to be applied, no renewal is armed.
    NoRepetition,
    /// The next renewal is counted from the answer of the last one.
    CountedFromAnswer,
    /// The holder claims before its entry is known to be there.
    ClaimFirst,
    /// A delete of the entry that ended Unknown takes effect later.
    LateDelete,
    /// Arming the end of the window again leaves the earlier moment.
    WindowKeptOn,
    /// A fire whose moment had come before its timer was armed again is delivered all the same.
    StaleFire,
}

/// One state.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct State {
    /// The record.
    pub record: Arc<ModelRecord>,
    /// The server that holds it at the start.
    pub holder: Holder,
    /// The server that waits for it.
    pub contender: Contender,
    /// What the environment has done.
    pub spent: Spent,
    /// What the properties must remember.
    pub ghost: Ghost,
}

/// The server that holds the record, and its heartbeat.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Holder {
    /// Its heartbeat.
    pub pulse: Pulse,
    /// The next renewal.
    pub renewal: Option<Countdown>,
    /// The request on its entry that is under way.
    pub request: Option<Request>,
    /// How long its entry lives on; `None` if there is no entry.
    pub entry: Option<u8>,
    /// Its player is back, and it will claim the record.
    pub returning: bool,
    /// It has not crashed.
    pub alive: bool,
    /// It does nothing for a while.
    pub paused: bool,
    /// [`Breach::LateDelete`]: a delete is still under way of which nobody waits for the answer.
    pub late_delete: bool,
}

/// A request on the heartbeat entry.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Request {
    /// Whether it deletes the entry instead of writing it.
    pub deletes: bool,
    /// The store has done it, and only the answer is under way.
    pub applied: bool,
    /// The units within which it ends.
    pub left: u8,
}

/// The server that waits for the record.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Contender {
    /// Its open attempt.
    pub session: ModelSession,
    /// Its armed timers.
    pub timers: Timetable,
    /// [`Breach::StaleFire`]: a fire that was under way when its timer was armed again.
    pub stale: Option<Timer>,
    /// The answer on the record that is under way, and the units within which it arrives.
    pub answer: Option<(Outcome<ModelRecord>, u8)>,
    /// What the holder's heartbeat said, and the units within which that arrives.
    pub reading: Option<(Liveness, u8)>,
    /// The session that the holder was asked about, until it answers; a question may stay without an answer.
    pub asked: Option<Ticket>,
    /// It does nothing for a while.
    pub paused: bool,
    /// Its open has come to an end: it holds the record, or has given up.
    pub over: bool,
}

/// What the environment has done.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Spent {
    /// Pauses.
    pub pauses: u8,
    /// Forgotten entries.
    pub forgotten: u8,
    /// Crashes.
    pub crashes: u8,
    /// Releases of the record by its holder.
    pub returns: u8,
    /// Lost answers.
    pub lost: u8,
}

/// One of the two servers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Who {
    /// The one that holds the record.
    Holder,
    /// The one that waits for it.
    Contender,
}

/// What happens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Act {
    /// A unit of time passes.
    Tick,
    /// A server pauses.
    Pause(Who),
    /// It goes on as if nothing had happened.
    Resume(Who),
    /// The holder dies.
    Crash,
    /// The memory store forgets the holder's entry.
    Forget,
    /// The holder's renewal timer fires.
    Renew,
    /// The request on the entry is applied; its answer is under way.
    Reach,
    /// The request on the entry is applied, if it was not before, and the holder hears so.
    Applied,
    /// The request on the entry is applied, if it was not before, and the holder does not hear so.
    Unheard,
    /// The request on the entry is lost: it is never applied.
    Lost,
    /// [`Breach::LateDelete`]: a delete that was given up takes effect.
    DeleteLate,
    /// The holder's player leaves: it releases the record, and stops its heartbeat.
    Leave,
    /// Its player comes back: it starts its heartbeat.
    Return,
    /// It claims the record again.
    Claim,
    /// The contender opens the record.
    Open,
    /// A timer of the contender fires.
    Fire(Timer),
    /// [`Breach::StaleFire`]: a fire is delivered whose timer was armed again meanwhile.
    FireStale,
    /// The answer on the record arrives.
    Deliver,
    /// The answer on the record is lost.
    Lose,
    /// What the heartbeat says arrives.
    Read,
    /// The holder's answer to the contender's question arrives.
    Hear,
}

impl Timed {
    /// The world under the standard rules.
    ///
    /// # Panics
    /// If the settings are refused: an inequality that a world breaks on purpose is broken by a [`Breach`].
    pub fn new(setup: Setup) -> Self {
        let shape = TallyShape { coins: 0, bounds: None, converts: false, migrates: true };
        let config = Config::new(setup.settings, shape).unwrap_or_else(|error| panic!("{error}"));
        Self { setup, config, rules: &Standard, breach: None }
    }

    /// The holder's session number `returns` of this world.
    fn owner(returns: u8) -> Owner {
        Owner { host: HOLDER, nonce: Nonce(u64::from(returns) + 1) }
    }

    /// The holder's claim of the record, as it is at the moment.
    fn claimed(&self, record: Option<&ModelRecord>, returns: u8) -> Option<Arc<ModelRecord>> {
        let claim = Claim { by: Self::owner(returns), permit: Permit::Vacant };
        Update::<Tally, Deed>::Claim(claim).run(self.rules, &self.config, record).map(Arc::new)
    }

    /// The one initial state: the record is held, and the entry was written this very moment.
    fn start(&self) -> State {
        let record = self.claimed(None, 0).unwrap_or_else(|| panic!("a world lets its holder create the record"));
        let mut state = State {
            record,
            holder: Holder::silent(),
            contender: Contender {
                session: Session::new(Owner { host: CONTENDER, nonce: Nonce(9) }),
                timers: Timetable::default(),
                stale: None,
                answer: None,
                reading: None,
                asked: None,
                paused: false,
                over: false,
            },
            spent: Spent::default(),
            ghost: Ghost::default(),
        };
        self.start_beating(&mut state);
        self.act(&mut state, Act::Applied);
        state
    }
}

impl State {
    /// The session of the holder that the record names, if it does.
    pub fn held(&self) -> Option<Ticket> {
        let record: &Record<Tally> = &self.record;
        record.owner.filter(|it| it.host == HOLDER).map(|it| Ticket { epoch: record.epoch, nonce: it.nonce })
    }
}

impl Model for Timed {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        vec![self.start()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Act>) {
        self.possible(state, actions);
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

impl Checked for Timed {
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
