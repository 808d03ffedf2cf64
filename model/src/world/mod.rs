//! The world: servers that run the real core, two stores that may fail, external writers, an operator.
//!
//! Coarse steps (the default): a request is applied when it is issued, and its answer travels separately and may be lost.
//! A conditional write that succeeds saw an unchanged record, so it may be put at the moment of its issue. Fine steps
//! keep the write in flight: it lands only if nothing was written since its read, perhaps after its sender gave up.

mod act;
mod actions;
mod apply;
mod bus;
mod ghost;
mod kept;
mod next;
mod outside;

pub use act::{Act, Action, Fate, letter};
pub use ghost::{Flag, Ghost};
pub use kept::Kept;

use crate::bounds::Bounds;
use crate::tally::{Deed, Tally, TallyShape};
use keyholder_core::config::Config;
use keyholder_core::few::Few;
use keyholder_core::ids::HostId;
use keyholder_core::input::{Notice, Outcome};
use keyholder_core::journal::Journal;
use keyholder_core::record::Record;
use keyholder_core::rules::{Rules, Standard};
use keyholder_core::sender::Sender;
use keyholder_core::session::Session;
use keyholder_core::update::Update;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The session under test.
pub type ModelSession = Session<Tally, Deed>;
/// The record under test.
pub type ModelRecord = Record<Tally>;
/// The rules under test, whichever they are.
pub type AnyRules = dyn Rules<Tally, Deed> + Send + Sync;

/// One reachable state.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct World {
    /// The durable store: the player's record.
    pub record: Kept<Option<Arc<ModelRecord>>>,
    /// The memory store: the player's journal.
    pub journal: Option<Arc<Journal<Deed>>>,
    /// The servers.
    pub hosts: Few<Kept<Host>, 3>,
    /// The external writer and the operator, where the world has them.
    pub outside: Option<Kept<Outside>>,
    /// Messages under way, where the world has a bus.
    pub bus: Few<(u8, Notice), 1>,
    /// What the environment has done so far; bounds it, never the protocol.
    pub spent: Spent,
    /// What only the properties look at.
    pub ghost: Ghost,
}

/// One server, as far as this player is concerned.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Host {
    /// Its session object, if it has one.
    pub session: Option<HostSession>,
    /// Whether its heartbeat entry is in the memory store (worlds with a handshake).
    pub beats: bool,
    /// Which boot of the server this is: a restarted server has a new label.
    pub boot: u8,
}

/// A session object and what is under way to it.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct HostSession {
    /// The real thing.
    pub session: ModelSession,
    /// The request on the record that is outstanding.
    pub flight: Option<Flight>,
    /// A second one, under rules that allow it.
    pub second: Option<Flight>,
    /// The answer to the outstanding request on the journal.
    pub answer: Option<Outcome<Journal<Deed>>>,
    /// A heartbeat is being read.
    pub probing: Option<HostId>,
    /// The operations of this session in order: four bits each, the number plus one.
    pub deeds: u32,
}

/// A request on the record that is outstanding.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Flight {
    /// It has been run; this answer is under way.
    Answered(Outcome<ModelRecord>),
    /// Fine steps: it was run on a record, and its result will be written unless somebody writes before.
    Landing(Arc<ModelRecord>),
    /// Fine steps: somebody has written since; the conditional write will fail.
    Stale,
}

/// Writers that never hold the record.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Outside {
    /// External sources, each with the answer that is under way to it.
    pub senders: Few<Outsider, 1>,
    /// The operator's requests that may have to be repeated: a wipe or restore, and a re-creation.
    pub errands: [Option<Errand>; 2],
    /// An old version of the record, kept for a restore from outside.
    pub version: Option<Arc<ModelRecord>>,
    /// Fine steps: writes whose sender has given up on them, and which may still land.
    pub abandoned: Few<Arc<ModelRecord>, 1>,
}

/// A request of the operator.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Errand {
    /// The request, with the epoch that it expects.
    pub update: Update<Tally, Deed>,
    /// It has reached the record: a repetition must not take effect any more.
    pub arrived: bool,
}

/// One external source.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Outsider {
    /// The real thing.
    pub sender: Sender<Deed>,
    /// The request that is outstanding.
    pub flight: Option<Flight>,
    /// The operation in delivery, plus one.
    pub deed: u8,
}

/// What the environment has done, counted against [`Bounds`].
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Spent {
    /// Open attempts.
    pub opens: u8,
    /// Operations.
    pub deeds: u8,
    /// Crashes.
    pub crashes: u8,
    /// Lost requests and answers.
    pub lost: u8,
    /// Vanished journal entries.
    pub vanished: u8,
    /// Unreachable memory store.
    pub blind: u8,
    /// Errands of the operator, and their repetitions.
    pub errands: u8,
    /// Restores and deletions from outside the protocol.
    pub foreign: u8,
    /// Lost messages.
    pub mislaid: u8,
    /// Lapsed heartbeats.
    pub lapsed: u8,
    /// Cancelled opens and abandoned sessions.
    pub quits: u8,
    /// Deliveries of a purchase that was delivered before.
    pub deliveries: u8,
}

impl Hash for Spent {
    /// In two words instead of one a field.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { opens, deeds, crashes, lost, vanished, blind, errands, foreign, mislaid, lapsed, quits, deliveries } =
            *self;
        state.write_u64(u64::from_le_bytes([opens, deeds, crashes, lost, vanished, blind, errands, foreign]));
        state.write_u32(u32::from_le_bytes([mislaid, lapsed, quits, deliveries]));
    }
}

/// A world: the rules, the settings of each server, the bounds.
pub struct Game<R: ?Sized + 'static = Standard> {
    /// The rules that its servers and stores run.
    pub rules: &'static R,
    /// Its bounds.
    pub bounds: Bounds,
    /// The settings of old and of new code.
    pub configs: [Config<TallyShape>; 2],
}

impl<R: Rules<Tally, Deed> + ?Sized> Game<R> {
    /// A world within these bounds under these rules.
    pub fn new(rules: &'static R, bounds: Bounds) -> Self {
        let configs = [bounds.config(1), bounds.config(bounds.newest_schema())];
        Self { rules, bounds, configs }
    }

    /// The settings of a server.
    pub fn config(&self, host: u8) -> &Config<TallyShape> {
        &self.configs[usize::from(self.bounds.runs_new_code(host))]
    }

    /// The label of a server in its current boot.
    pub fn label(&self, host: u8, boot: u8) -> HostId {
        if self.bounds.labels { HostId(u64::from(host) + 1 + 16 * u64::from(boot)) } else { HostId(0) }
    }

    /// The one initial state.
    pub fn start(&self) -> World {
        let idle = Host { session: None, beats: true, boot: 0 };
        let outside = self.bounds.has_outside().then(|| Kept::new(self.outside()));
        World {
            record: Kept::new(self.bounds.first_record(&self.configs[0]).map(Arc::new)),
            journal: None,
            hosts: (0..self.bounds.hosts).map(|_| Kept::new(idle.clone())).collect(),
            outside,
            bus: Few::new(),
            spent: Spent::default(),
            ghost: Ghost::default(),
        }
    }

    fn outside(&self) -> Outside {
        let outsider = |index| Outsider { sender: Sender::new(self.bounds.source(index)), flight: None, deed: 0 };
        Outside {
            senders: (0..self.bounds.senders).map(outsider).collect(),
            errands: [None, None],
            version: None,
            abandoned: Few::new(),
        }
    }
}

impl HostSession {
    /// A session object with nothing under way.
    pub fn new(session: ModelSession) -> Self {
        Self { session, flight: None, second: None, answer: None, probing: None, deeds: 0 }
    }

    /// The operations of this session, in order.
    pub fn deeds(&self) -> impl Iterator<Item = u8> + use<> {
        let deeds = self.deeds;
        (0..8).map(move |at| (deeds >> (4 * at) & 15) as u8).take_while(|deed| *deed > 0).map(|deed| deed - 1)
    }

    /// The operation under a number of this session.
    pub fn deed(&self, seq: u32) -> Option<u8> {
        self.deeds().nth(seq.checked_sub(1)? as usize)
    }
}
