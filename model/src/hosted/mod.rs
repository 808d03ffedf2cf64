//! Servers as they run: the real host of the core with its sessions, queue, locks and heartbeat, over the stores of the
//! protocol's worlds, for one key or two.
//!
//! Beside each host stands the world of each key, as the protocol's worlds have it, with a copy of the session that the host has of
//! it: so the same properties judge the same record. A timer fires only while it is armed. Time stands still, and the budget is
//! ample: when something is asked is a matter of the small machines; here it is what is asked, and what becomes of it.

mod act;
mod judge;
mod possible;
mod step;
pub mod variants;
mod worlds;

pub use act::{Act, Action, Fate};
pub use judge::{CLOSE_VERDICTS, CLOSED_IS_SILENT, CLOSED_IS_TRUE, SHOWN};
pub use worlds::{Setup, WORLDS};

use crate::driver::{Always, Checked};
use crate::tally::{Deed, Tally, TallyShape};
use crate::world::{AnyRules, Game, Kept, ModelRecord, World};
use keyholder_core::config::{self, Config, Settings};
use keyholder_core::host::{Host, HostInput, HostTimer, RequestId};
use keyholder_core::input::Outcome;
use keyholder_core::journal::Journal;
use keyholder_core::rules::Standard;
use keyholder_core::timer::Millis;
use stateright::{Model, Property};
use std::collections::BTreeSet;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A host under test.
pub type ModelHost = Host<u8, Tally, Deed>;

/// The one moment.
const NOW: Millis = Millis(0);

/// Servers, and what their adapter does wrong, if anything.
pub struct Hosted {
    game: Game<AnyRules>,
    config: Config<TallyShape>,
    setup: Setup,
    breach: Option<Breach>,
}

/// What an adapter does against the specification.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Breach {
    /// The deadline of a shutdown is not armed.
    NoDeadline,
    /// What the sessions of the last key say at the deadline is not passed on.
    DeafAtDeadline,
    /// The end of a shutdown is told when it begins.
    ClosedAtOnce,
}

/// One state.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct State {
    /// The record and the journal of each key, and copies of its sessions.
    pub keys: Vec<World>,
    /// The servers.
    pub servers: Vec<Kept<Server>>,
    /// What must never happen, as bits.
    pub flags: u8,
}

/// One server.
#[derive(Clone, Debug)]
pub struct Server {
    /// The real thing, while its process runs.
    pub host: Option<ModelHost>,
    /// Its requests that have been run, in the order in which they were made: the answers are under way.
    pub asked: Vec<(RequestId, About)>,
    /// The timers that are armed.
    pub armed: BTreeSet<HostTimer<u8>>,
    /// It was told to close, and has said that it has.
    pub closed: bool,
}

/// A request that is outstanding, with its answer.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum About {
    /// The record of a key.
    Record(u8, Outcome<ModelRecord>),
    /// The journal of a key.
    Journal(u8, Outcome<Journal<Deed>>),
    /// The server's own heartbeat entry, which is deleted.
    Heartbeat,
}

/// The numbers of requests are left out: what is outstanding stands in the order in which it was asked, in the host as here.
impl Hash for Server {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.outline().hash(state);
    }
}

impl PartialEq for Server {
    fn eq(&self, other: &Self) -> bool {
        self.outline() == other.outline()
    }
}

impl Eq for Server {}

impl Server {
    fn outline(&self) -> impl Hash + PartialEq {
        let Self { host, asked, armed, closed } = self;
        let asked: Vec<&About> = asked.iter().map(|(_, about)| about).collect();
        (host.as_ref().map(Host::outline), asked, armed, *closed)
    }
}

/// In short: a host in full is no reading.
impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (key, world) in self.keys.iter().enumerate() {
            let record = world.record.as_ref().map(|it| (it.epoch.0, it.owner.map(|owner| owner.nonce.0), it.data));
            write!(f, "key {key}: epoch, owner, data {record:?}; told {:#b}. ", world.ghost.told())?;
        }
        for (server, it) in (0..).zip(&self.servers) {
            let phase = it.host.as_ref().map(|host| host.phase());
            write!(f, "server {}: {phase:?}, {} outstanding. ", crate::world::letter(server), it.asked.len())?;
        }
        Ok(())
    }
}

impl Hosted {
    /// Servers under the rules that run in production.
    pub fn new(setup: Setup) -> Self {
        Self::under(&Standard, setup, None)
    }

    /// Servers under any rules.
    ///
    /// # Panics
    /// If the settings are wrong.
    fn under(rules: &'static AnyRules, setup: Setup, breach: Option<Breach>) -> Self {
        let mut game = Game::new(rules, setup.bounds);
        let of_protocol = *game.configs[0].settings();
        let settings = Settings {
            budget: config::Budget::AMPLE,
            queue: config::Queue { cooldown_ms: 0, ..of_protocol.queue },
            join: config::Join { batch_ms: 0, surge_extra_ms: 0, ..of_protocol.join },
            shutdown: config::Shutdown { max_concurrent_saves: setup.saves, ..of_protocol.shutdown },
            ..of_protocol
        };
        let config = Config::new(settings, *game.configs[0].shape()).expect("the settings are valid");
        game.configs = [config.clone(), config.clone()];
        Self { game, config, setup, breach }
    }

    fn does(&self, breach: Breach) -> bool {
        self.breach == Some(breach)
    }

    /// A server that has started, in this boot: its heartbeat is there, and players may come.
    fn boot(&self, server: u8, boot: u8) -> Server {
        let host = Host::new(self.game.label(server, boot), &self.config);
        let (asked, armed) = (Vec::new(), BTreeSet::new());
        let mut it = Server { host: Some(host), asked, armed, closed: false };
        for input in [HostInput::Start, HostInput::Ready] {
            self.set_up(&mut it, input);
        }
        it
    }

    fn start(&self) -> State {
        let world = self.game.start();
        let servers = (0..self.setup.bounds.hosts).map(|server| Kept::new(self.boot(server, 0)));
        let keys = vec![world; usize::from(self.setup.keys)];
        State { keys, servers: servers.collect(), flags: 0 }
    }
}

impl Model for Hosted {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let mut start = self.start();
        start.seal();
        vec![start]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        self.possible(state, actions);
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut next = state.clone();
        self.act(&mut next, action);
        next.seal();
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        judge::ALWAYS.iter().map(|it| Property::always(it.name, it.holds)).collect()
    }

    fn format_action(&self, action: &Action) -> String {
        action.to_string()
    }
}

impl Checked for Hosted {
    fn always(&self) -> &'static [Always<Self>] {
        judge::ALWAYS
    }

    fn sometimes(&self) -> &'static [&'static str] {
        SHOWN
    }

    fn witness(&self, from: &State, action: &Action, to: &State, _wanted: u64) -> u64 {
        judge::shown(from, *action, to)
    }
}

impl State {
    /// Finds the fingerprints of the parts that a step has written.
    fn seal(&mut self) {
        self.keys.iter_mut().for_each(World::seal);
        self.servers.iter_mut().for_each(Kept::seal);
    }
}
