//! Stores that keep section 10 of SPEC.md and refuse what cannot be stored: no session is kept from its record by what
//! the rules have put into it (rules ).

use keyholder_core::config::{Config, Settings, StealPolicy};
use keyholder_core::effect::{Effect, Effects, Event, Verdict};
use keyholder_core::fields::{Change, Declared, FieldName, Fields, Shape};
use keyholder_core::ids::{HostId, Nonce, ReceiptId, SchemaVersion, Seq};
use keyholder_core::input::{Command, Input, Mode, Outcome};
use keyholder_core::journal::{Journal, JournalChange};
use keyholder_core::ledger::Source;
use keyholder_core::ops::{Bounds, BoundsPolicy, Op};
use keyholder_core::record::{Owner, Record};
use keyholder_core::rules::{Liveness, Standard};
use keyholder_core::segment::Segment;
use keyholder_core::session::{Phase, Session};
use keyholder_core::stored::Item;
use keyholder_core::timer::Timer;
use keyholder_core::update::{External, Update};
use std::collections::VecDeque;
use std::sync::Arc;

type Player = Session<Fields<String>, Change<String>>;

/// The most changes without a verdict, and the most outcomes that an entry remembers.
const MOST: u32 = 4_096;

struct World {
    config: Config<Shape<String>>,
    record: Option<Arc<Record<Fields<String>>>>,
    journal: Option<Arc<Journal<Change<String>>>>,
    next: u64,
}

impl World {
    /// Counters `a` and `b` from 0 to `MOST`.
    fn new(policy: BoundsPolicy) -> Self {
        let bounds = Bounds::new(0, i64::from(MOST), policy).expect("in order");
        let counter = |field| Declared::counter(name(field), bounds, 0).expect("0 is within");
        let shape = Shape::new(SchemaVersion(1), vec![counter("a"), counter("b")]).expect("two names");
        let settings = Settings { steal: StealPolicy::Now, ..Settings::DEFAULT };
        let config = Config::new(settings, shape).expect("the settings are sound");
        Self { config, record: None, journal: None, next: 0 }
    }

    fn store(&mut self, update: &Update<Fields<String>, Change<String>>) -> Outcome<Record<Fields<String>>> {
        let Some(new) = update.run(&Standard, &self.config, self.record.as_deref()) else {
            return Outcome::Read(self.record.clone());
        };
        let text = new.to_text().unwrap_or_else(|error| panic!("{update:?} cannot be stored: {error}"));
        self.record = Some(Arc::new(Record::from_text(text).expect("what was written is read")));
        Outcome::Wrote(self.record.clone())
    }

    /// Carries out everything that comes of an input; gives back the events.
    fn drive(&mut self, session: &mut Player, input: Input<Fields<String>, Change<String>>) -> Vec<Event> {
        let (mut events, mut inputs) = (Vec::new(), VecDeque::from([input]));
        while let Some(input) = inputs.pop_front() {
            let mut effects = Effects::new();
            session.step(&self.config, input, &mut effects).expect("the input fits");
            for effect in effects.drain() {
                match effect {
                    Effect::Durable(update) => inputs.push_back(Input::Durable(self.store(&update))),
                    Effect::Journal(update) => {
                        let outcome = match update.run(&Standard, &self.config, self.journal.as_deref()) {
                            JournalChange::Keep => Outcome::Read(self.journal.clone()),
                            JournalChange::Put(new) => {
                                let read = Journal::from_text(new.to_text().expect("it fits")).expect("it is read");
                                self.journal = Some(Arc::new(read));
                                Outcome::Wrote(self.journal.clone())
                            }
                            JournalChange::Delete => {
                                self.journal = None;
                                Outcome::Wrote(None)
                            }
                        };
                        inputs.push_back(Input::Journal(outcome));
                    }
                    Effect::Probe(host) => inputs.push_back(Input::Probed(host, Liveness::Absent)),
                    Effect::Event(event) => events.push(event),
                    Effect::Tell { .. } | Effect::Arm { .. } | Effect::Disarm(_) => {}
                }
            }
        }
        events
    }

    fn open(&mut self, mode: Mode) -> Player {
        self.next += 1;
        let mut session = Session::new(Owner { host: HostId(self.next), nonce: Nonce(self.next) });
        self.drive(&mut session, Input::Command(Command::Open(mode)));
        session
    }

    fn add(&mut self, session: &mut Player, field: &str, times: u32) {
        for _ in 0..times {
            self.drive(session, Input::Command(Command::Change(Change::one(name(field), Op::Add(1)))));
        }
    }

    /// Fills a counter up from outside, so that what the session has added breaks its bound.
    fn gift(&mut self, field: &str) {
        self.next += 1;
        let source = Source::Receipt(ReceiptId(u128::from(self.next).to_be_bytes()));
        let changes = std::iter::once(Change::one(name(field), Op::Add(i64::from(MOST)))).collect();
        let segment = Arc::new(Segment { source, from: Seq(0), to: Seq(1), schema: SchemaVersion(1), changes });
        let seen = self.record.as_ref().map(|record| record.epoch);
        assert!(matches!(self.store(&Update::External(External { segment, seen })), Outcome::Wrote(_)));
    }

    /// A session whose every change so far had an outcome, all of them told, and that goes on.
    fn outcomes_told(&mut self) -> Player {
        let mut session = self.open(Mode::Exclusive);
        self.add(&mut session, "a", MOST);
        self.gift("a");
        self.drive(&mut session, Input::Command(Command::Save));
        assert_eq!(session.told(), Seq(MOST));
        self.add(&mut session, "b", 1_000);
        session
    }
}

fn name(field: &str) -> FieldName {
    FieldName::new(field).expect("a name")
}

/// How many changes got a verdict in these events.
fn verdicts(events: &[Event]) -> u32 {
    let told = |event: &Event| match event {
        Event::Verdict { from, to, verdict: Verdict::Durable(_) | Verdict::Lost(_) } => to.0 - from.0 + 1,
        _ => 0,
    };
    events.iter().map(told).sum()
}

#[test]
fn a_recovery_of_more_outcomes_than_an_entry_takes_opens() {
    for policy in [BoundsPolicy::Reject, BoundsPolicy::Clamp] {
        let mut world = World::new(policy);
        let mut session = world.outcomes_told();
        world.drive(&mut session, Input::Fired(Timer::Journal));
        assert!(world.journal.is_some());
        world.gift("b");
        drop(session);
        let mut next = world.open(Mode::Exclusive);
        assert_eq!(*next.phase(), Phase::Active);
        world.drive(&mut next, Input::Command(Command::Close));
        assert!(matches!(next.phase(), Phase::Ended(_)));
    }
}

#[test]
fn a_hand_back_of_more_outcomes_than_an_entry_takes_ends_with_every_verdict() {
    for policy in [BoundsPolicy::Reject, BoundsPolicy::Clamp] {
        let mut world = World::new(policy);
        let mut session = world.outcomes_told();
        world.gift("b");
        let _thief = world.open(Mode::Exclusive);
        let events = world.drive(&mut session, Input::Command(Command::Save));
        assert!(matches!(session.phase(), Phase::Ended(_)));
        assert_eq!(verdicts(&events), 1_000, "each of the last changes");
    }
}

/// One change clamps for ever: no session of a player at the limit is locked out, however often it crashes.
#[test]
fn a_counter_at_its_limit_locks_nobody_out() {
    let mut world = World::new(BoundsPolicy::Clamp);
    for _ in 0..3 {
        let mut session = world.open(Mode::Exclusive);
        assert_eq!(*session.phase(), Phase::Active);
        world.add(&mut session, "a", MOST);
        world.drive(&mut session, Input::Command(Command::Save));
        world.add(&mut session, "a", 1);
        world.drive(&mut session, Input::Fired(Timer::Journal));
    }
}

#[test]
fn upgrades_leave_the_ledger_within_its_settings() {
    let mut world = World::new(BoundsPolicy::Clamp);
    drop(world.open(Mode::Exclusive));
    for _ in 0..Settings::DEFAULT.ledger_max_entries {
        world.gift("a");
    }
    for _ in 0..50 {
        let mut session = world.open(Mode::DeltaOnly);
        let change = Command::Change(Change::one(name("b"), Op::Add(1)));
        let mut effects = Effects::new();
        session.step(&world.config, Input::Command(change), &mut effects).expect("it delivers");
        // The record is looked at; the delivery itself is refused for want of room, and taken along by the upgrade.
        let look = effects.drain().find(|effect| matches!(effect, Effect::Durable(_)));
        assert!(look.is_some());
        let answer = Outcome::Read(world.record.clone());
        let mut effects = Effects::new();
        session.step(&world.config, Input::Durable(answer), &mut effects).expect("it was asked for");
        world.drive(&mut session, Input::Command(Command::Open(Mode::Exclusive)));
        assert_eq!(*session.phase(), Phase::Active);
    }
    let settings = world.config.settings();
    let most = settings.ledger_max_entries + settings.window_epochs as usize + 1;
    let record = world.record.expect("it is there");
    assert!(record.ledger.len() <= most, "{} entries, {most} were reckoned with", record.ledger.len());
}
