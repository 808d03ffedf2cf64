//! Servers over shared stores in a time of their own: what hosts ask for is done after a moment, or not, as the test says.

use keyholder_core::config::{Budget, Config, Settings};
use keyholder_core::document::Applied;
use keyholder_core::effect::{Event, Verdict};
use keyholder_core::heartbeat::PulseOutcome;
use keyholder_core::host::{Answer, CallId, Host, HostEffect, HostInput, HostMisuse, HostTimer};
use keyholder_core::host::{RequestId, Returned, Told, Work};
use keyholder_core::ids::{HostId, Nonce, SchemaVersion, Seq};
use keyholder_core::input::{Command, Mode, Notice, Outcome};
use keyholder_core::journal::{Journal, JournalChange};
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::record::Record;
use keyholder_core::rules::{Liveness, Standard};
use keyholder_core::timer::Millis;
use keyholder_core::tree::{Change, Declared, Schema, Tree};
use keyholder_core::update::{Ticket, Update};
use keyholder_core::value::{Map, Path, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) type Key = u32;
pub(crate) type Effect = HostEffect<Key, Tree, Change>;
type Input = HostInput<Key, Tree, Change>;

/// The default settings, and as many requests as anybody wants.
pub(crate) const ROOMY: Settings = Settings { budget: Budget::AMPLE, ..Settings::DEFAULT };

/// A change is durable as it was asked.
pub(crate) const WHOLE: Verdict = Verdict::Durable(Applied::Whole);

/// What becomes of a request on the durable store.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fate {
    Works,
    /// Applied, and nobody knows.
    AppliedUnknown,
    /// Not applied, and nobody knows.
    LostUnknown,
    Refused,
    /// Never answered.
    Silent,
}

pub(crate) struct Server {
    pub(crate) host: Host<Key, Tree, Change>,
    timers: BTreeMap<HostTimer<Key>, u64>,
    pub(crate) is_up: bool,
}

/// What happens at a moment.
enum Due {
    /// A request on the durable store arrives there.
    Durable(usize, RequestId, Key, Update<Tree, Change>, Option<Arc<Record<Tree>>>),
    Input(usize, Input),
}

pub(crate) struct Fleet {
    pub(crate) config: Config<Schema>,
    pub(crate) now: u64,
    pub(crate) servers: Vec<Server>,
    pub(crate) records: BTreeMap<Key, Arc<Record<Tree>>>,
    pub(crate) journals: BTreeMap<Key, Arc<Journal<Change>>>,
    beats: BTreeMap<HostId, u64>,
    due: BTreeMap<(u64, u64), Due>,
    next: u64,
    /// How long a request takes, in ms.
    pub(crate) latency: u64,
    pub(crate) fate: Box<dyn FnMut(u64) -> Fate>,
    /// The durable store takes a write whatever has been written in between.
    pub(crate) lies: bool,
    /// Whether a server that is asked for a record gives it up.
    pub(crate) polite: bool,
    pub(crate) events: Vec<(u64, usize, Key, Event)>,
    pub(crate) returned: Vec<(CallId, Returned<Tree, Change>)>,
    pub(crate) told: Vec<(usize, Told<Key>)>,
    /// Messages that were sent: when, to whom, how many notices in one.
    pub(crate) mails: Vec<(u64, HostId, usize)>,
    /// Journal writes: when, whose, and the life of the entry.
    pub(crate) journalled: Vec<(u64, Key, u64)>,
    /// Requests on the durable store that are under way, and the most that ever were.
    pub(crate) running: (usize, usize),
    /// When which record was written.
    pub(crate) writes: Vec<(u64, Key)>,
    /// Changes that were accepted and have no verdict: server, key, number, and what they add.
    pub(crate) open_changes: BTreeMap<(usize, Key, Seq), i64>,
    /// Each change that was accepted, with its verdict; none where its server crashed before.
    pub(crate) settled: Vec<(Key, i64, Option<Verdict>)>,
    adding: i64,
}

impl Fleet {
    pub(crate) fn new(servers: usize, settings: Settings) -> Self {
        let bounds = Bounds::new(0, (1 << 53) - 1, BoundsPolicy::Reject).unwrap();
        let template: Value = Map::from_iter([("coins", Value::from(0))]).into();
        let schema = Schema::new(SchemaVersion(1), template, vec![Declared::counter("coins", bounds)]).unwrap();
        let config = Config::new(settings, schema).unwrap();
        let server = |at: usize| Server {
            host: Host::new(HostId(at as u64 + 1), &config),
            timers: BTreeMap::new(),
            is_up: true,
        };
        let servers = (0..servers).map(server).collect();
        Self {
            now: 1_000,
            servers,
            records: BTreeMap::new(),
            journals: BTreeMap::new(),
            beats: BTreeMap::new(),
            due: BTreeMap::new(),
            next: 0,
            latency: 20,
            fate: Box::new(|_| Fate::Works),
            lies: false,
            polite: true,
            events: Vec::new(),
            returned: Vec::new(),
            told: Vec::new(),
            mails: Vec::new(),
            journalled: Vec::new(),
            running: (0, 0),
            writes: Vec::new(),
            open_changes: BTreeMap::new(),
            settled: Vec::new(),
            adding: 0,
            config,
        }
    }

    /// A fleet whose servers are ready.
    pub(crate) fn ready(servers: usize, settings: Settings) -> Self {
        let mut fleet = Self::new(servers, settings);
        for at in 0..servers {
            fleet.input(at, HostInput::Start).unwrap();
            fleet.input(at, HostInput::Ready).unwrap();
        }
        fleet
    }

    pub(crate) fn input(&mut self, at: usize, input: Input) -> Result<(), HostMisuse> {
        let mut out = Vec::new();
        let before = format!("{:?}", self.servers[at].host.load());
        let result = self.servers[at].host.step(&self.config, Millis(self.now), input, &mut out);
        if result.is_err() {
            assert!(out.is_empty(), "what is refused has no effect");
            assert_eq!(format!("{:?}", self.servers[at].host.load()), before);
        }
        for effect in out {
            self.carry(at, effect);
        }
        result
    }

    pub(crate) fn open(&mut self, at: usize, key: Key) {
        self.next += 1;
        let nonce = Nonce(self.next);
        self.input(at, HostInput::Open { key, mode: Mode::Exclusive, nonce }).unwrap();
    }

    pub(crate) fn command(&mut self, at: usize, key: Key, command: Command<Change>) -> Result<(), HostMisuse> {
        self.input(at, HostInput::Command { key, command })
    }

    pub(crate) fn add(&mut self, at: usize, key: Key, coins: i64) -> Result<(), HostMisuse> {
        self.adding = coins;
        self.command(at, key, Command::Change(Self::coins(coins)))
    }

    pub(crate) fn call(&mut self, at: usize, key: Key, call: u64, work: Work<Tree, Change>) -> Result<(), HostMisuse> {
        self.input(at, HostInput::Call { key, call: CallId(call), work })
    }

    pub(crate) fn coins(by: i64) -> Change {
        Change::new(vec![(Path::from_iter(["coins"]), Op::Add(by))]).unwrap()
    }

    /// The coins in the record of a key.
    pub(crate) fn stored(&self, key: Key) -> Option<i64> {
        coins_in(&self.records.get(&key)?.data)
    }

    fn carry(&mut self, at: usize, effect: Effect) {
        self.next += 1;
        let soon = (self.now + self.latency, self.next);
        match effect {
            HostEffect::Durable { request, key, update } => {
                self.running.0 += 1;
                self.running.1 = self.running.1.max(self.running.0);
                self.due.insert(soon, Due::Durable(at, request, key, update, self.records.get(&key).cloned()));
            }
            HostEffect::Journal { request, key, update, ttl } => {
                let old = self.journals.get(&key).cloned();
                let answer = match update.run(&Standard, &self.config, old.as_deref()) {
                    JournalChange::Keep => Outcome::Read(old),
                    JournalChange::Put(journal) => {
                        self.journalled.push((self.now, key, ttl.0));
                        self.journals.insert(key, Arc::new(journal));
                        Outcome::Wrote(self.journals.get(&key).cloned())
                    }
                    JournalChange::Delete => {
                        self.journals.remove(&key);
                        Outcome::Wrote(None)
                    }
                };
                self.due.insert(soon, Due::Input(at, HostInput::Answered(request, Answer::Journal(answer))));
            }
            HostEffect::Probe { request, host } => {
                let lives = self.beats.get(&host).is_some_and(|until| *until > self.now);
                let alive = if lives { Liveness::Alive } else { Liveness::Absent };
                self.due.insert(soon, Due::Input(at, HostInput::Answered(request, Answer::Probed(alive))));
            }
            HostEffect::Heartbeat { request, ttl } => {
                match ttl {
                    Some(ttl) => _ = self.beats.insert(self.servers[at].host.id(), self.now + ttl.0),
                    None => _ = self.beats.remove(&self.servers[at].host.id()),
                }
                let answer = Answer::Heartbeat(PulseOutcome::Wrote);
                self.due.insert(soon, Due::Input(at, HostInput::Answered(request, answer)));
            }
            HostEffect::Tell { to, notices } => {
                self.mails.push((self.now, to, notices.len()));
                let to = self.servers.iter().position(|it| it.host.id() == to && it.is_up);
                for (key, notice) in notices {
                    self.next += 1;
                    if let Some(to) = to {
                        let due = Due::Input(to, HostInput::Heard { key, notice });
                        self.due.insert((self.now + self.latency, self.next), due);
                    }
                }
            }
            HostEffect::Arm { timer, within } => {
                assert!(within.min <= within.max);
                self.servers[at].timers.insert(timer, self.now + within.max.0);
            }
            HostEffect::Disarm(timer) => _ = self.servers[at].timers.remove(&timer),
            HostEffect::Event(key, event) => {
                self.events.push((self.now, at, key, event));
                self.account(at, key, event);
                if self.polite && matches!(event, Event::TakeOverRequested(_)) {
                    let close = HostInput::Command { key, command: Command::Close };
                    self.due.insert((self.now, self.next), Due::Input(at, close));
                }
            }
            HostEffect::Returned(call, returned) => self.returned.push((call, returned)),
            HostEffect::Told(told) => self.told.push((at, told)),
        }
    }

    /// Each change has one verdict, and none is left when its session ends.
    fn account(&mut self, at: usize, key: Key, event: Event) {
        match event {
            Event::Accepted(seq) => {
                let before = self.open_changes.insert((at, key, seq), self.adding);
                assert_eq!(before, None, "accepted once");
            }
            Event::Verdict { from, to, verdict } => {
                for seq in from.0..=to.0 {
                    let coins = self.open_changes.remove(&(at, key, Seq(seq))).expect("one verdict each");
                    self.settled.push((key, coins, Some(verdict)));
                }
            }
            Event::Ended(_) => {
                let mut left = self.open_changes.range((at, key, Seq(0))..=(at, key, Seq(u32::MAX)));
                assert_eq!(left.next(), None, "a session ended without a verdict");
            }
            _ => {}
        }
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, ms: u64) {
        let end = self.now + ms;
        loop {
            let due = self.due.keys().next().copied();
            let timers = self.servers.iter().enumerate().filter(|(_, it)| it.is_up);
            let timers = timers.flat_map(|(at, it)| it.timers.iter().map(move |(timer, when)| (*when, at, *timer)));
            let timer = timers.min();
            match (due, timer) {
                (Some((when, _)), other) if when <= end && other.is_none_or(|(later, ..)| when <= later) => {
                    self.now = self.now.max(when);
                    let (_, due) = self.due.pop_first().unwrap();
                    self.happen(due);
                }
                (_, Some((when, at, timer))) if when <= end => {
                    self.now = self.now.max(when);
                    self.servers[at].timers.remove(&timer);
                    self.input(at, HostInput::Fired(timer)).unwrap();
                }
                _ => break,
            }
        }
        self.now = end;
    }

    fn happen(&mut self, due: Due) {
        match due {
            Due::Input(at, input) => {
                if self.servers[at].is_up {
                    // The session that was asked for may have ended in between.
                    let _ = self.input(at, input);
                }
            }
            Due::Durable(at, request, key, update, sent) => {
                self.running.0 -= 1;
                let fate = (self.fate)(self.now);
                // A store that does not compare writes what came of the record that was there when it was asked.
                let old = if self.lies { sent } else { self.records.get(&key).cloned() };
                let (is_wipe, before) = (matches!(update, Update::Wipe { .. }), old.clone());
                let mut outcome = match fate {
                    Fate::Works | Fate::AppliedUnknown => match update.run(&Standard, &self.config, old.as_deref()) {
                        None => Outcome::Read(old),
                        Some(record) => {
                            self.writes.push((self.now, key));
                            self.records.insert(key, Arc::new(record));
                            Outcome::Wrote(self.records.get(&key).cloned())
                        }
                    },
                    Fate::LostUnknown | Fate::Silent => Outcome::Unknown,
                    Fate::Refused => Outcome::Unavailable,
                };
                if fate == Fate::AppliedUnknown {
                    outcome = Outcome::Unknown;
                }
                if fate != Fate::Silent && self.servers[at].is_up {
                    let answer = if is_wipe { Answer::Wiped(outcome, before) } else { Answer::Durable(outcome) };
                    self.input(at, HostInput::Answered(request, answer)).unwrap();
                }
            }
        }
    }

    /// The server is gone at once, and comes back as another one.
    pub(crate) fn crash(&mut self, at: usize) {
        self.servers[at].is_up = false;
        self.servers[at].timers.clear();
        for ((_, key, _), coins) in self.open_changes.extract_if((at, 0, Seq(0))..(at + 1, 0, Seq(0)), |_, _| true) {
            self.settled.push((key, coins, None));
        }
    }

    /// Another server comes up.
    pub(crate) fn boot(&mut self) -> usize {
        let at = self.servers.len();
        let host = Host::new(HostId(at as u64 + 1), &self.config);
        self.servers.push(Server { host, timers: BTreeMap::new(), is_up: true });
        self.input(at, HostInput::Start).unwrap();
        self.input(at, HostInput::Ready).unwrap();
        at
    }

    pub(crate) fn of(&self, at: usize, key: Key) -> Vec<Event> {
        self.events.iter().filter(|(_, server, of, _)| (*server, *of) == (at, key)).map(|it| it.3).collect()
    }

    pub(crate) fn is_open(&self, at: usize, key: Key) -> bool {
        let session = self.servers[at].host.session(&key);
        session.is_some_and(|it| *it.phase() == keyholder_core::session::Phase::Active)
    }
}

/// The coins of a player.
pub(crate) fn coins_in(data: &Tree) -> Option<i64> {
    let Value::Map(map) = data.root() else { return None };
    let Some(Value::Number(coins)) = map.get("coins") else { return None };
    coins.integer()
}

/// Only asks; for tests that look at what is sent.
pub(crate) fn ask(from: HostId, held: Ticket) -> Notice {
    Notice::Ask { from, held }
}
