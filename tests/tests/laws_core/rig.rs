//! A session with its stores, its host's timers and whoever else writes. It panics as soon as a law is broken.

use crate::moves::{Answer, Move, Order, TIMERS};
use crate::others;
use keyholder_core::config::{BlindPolicy, Config, Settings, StealPolicy};
use keyholder_core::document::Document;
use keyholder_core::effect::{Effect, Effects, Event};
use keyholder_core::ids::{Epoch, HostId, Nonce, SchemaVersion, Seq};
use keyholder_core::input::{Input, Misuse, Notice, Outcome};
use keyholder_core::journal::{Journal, JournalChange, JournalUpdate};
use keyholder_core::record::{Owner, Record};
use keyholder_core::rules::{Answer as Answered, Standard};
use keyholder_core::session::{Phase, Session};
use keyholder_core::timer::{Millis, Timer};
use keyholder_core::update::Update;
use keyholder_model::tally::{CoinBounds, DEEDS, Deed, Tally, TallyShape};
use std::collections::BTreeSet;
use std::sync::Arc;

type Tested = Session<Tally, Deed>;
/// An input of the session under test.
pub type TestedInput = Input<Tally, Deed>;
type Stored = Option<Arc<Record<Tally>>>;

/// The session under test and its surroundings.
pub struct Rig {
    /// Its settings.
    pub config: Config<TallyShape>,
    /// The session.
    pub session: Tested,
    /// The record store.
    pub record: Stored,
    /// The memory store.
    pub journal: Option<Arc<Journal<Deed>>>,
    /// A version that somebody has kept.
    pub version: Stored,
    /// Timers that are armed.
    pub timers: BTreeSet<Timer>,
    request: Option<Update<Tally, Deed>>,
    journal_request: Option<JournalUpdate<Tally, Deed>>,
    /// A write that was given up, and the record on which its rule was run.
    late: Option<(Stored, Arc<Record<Tally>>)>,
    /// Accepted changes without a verdict, by number.
    open: BTreeSet<u32>,
    /// The effects of the last step: the next ones come behind them.
    last: Effects<Tally, Deed>,
    changes: u8,
    opens: u64,
    /// A later session's journal stands where this session's should.
    displaced: bool,
    /// An answer was forged: the invariants need not hold any more, and what it hides may stay without a verdict.
    forged: bool,
}

/// The settings of a code.
pub fn config(code: u8) -> Config<TallyShape> {
    let bit = |at: u8| code >> at & 1 == 1;
    let steal = [StealPolicy::Never, StealPolicy::After(Millis(1_000)), StealPolicy::Now, StealPolicy::Never];
    let settings = Settings {
        schema: SchemaVersion(1 + u32::from(bit(0))),
        steal: steal[usize::from(code >> 1 & 3)],
        blind: if bit(3) { BlindPolicy::Claim } else { BlindPolicy::Wait },
        refuse_when_busy: bit(4),
        journal: !bit(5),
        journal_max_bytes: if bit(6) { 3 } else { 1_000 },
        log_max_changes: 6,
        window_epochs: 4,
        ledger_prune_entries: 3,
        ledger_max_entries: 6,
        allow_small_window: true,
        create: !bit(7),
        ..Settings::DEFAULT
    };
    let bounds = bit(7).then_some(CoinBounds { max: 2, clamps: bit(6) });
    Config::new(settings, TallyShape { coins: 1, bounds, converts: bit(4), migrates: true })
        .expect("the settings of the laws are sound")
}

impl Rig {
    /// A session that is not open, over a record that exists, or over none.
    pub fn new(code: u8, exists: bool) -> Self {
        let config = config(code);
        let record = exists.then(|| {
            let version = SchemaVersion(1);
            let mut record = Record::new(version, version, Tally::fresh(config.shape(), version));
            record.epoch = Epoch(1);
            Arc::new(record)
        });
        Self {
            config,
            session: Session::new(owner(1)),
            record,
            journal: None,
            version: None,
            timers: BTreeSet::new(),
            request: None,
            journal_request: None,
            late: None,
            open: BTreeSet::new(),
            last: Effects::new(),
            changes: 0,
            opens: 1,
            displaced: false,
            forged: false,
        }
    }

    /// Makes one move and checks what always holds.
    pub fn play(&mut self, what: Move) {
        match what {
            Move::Command(order) => self.order(order),
            Move::Fire(timer) => {
                if self.timers.remove(&timer) {
                    self.ok(Input::Fired(timer));
                }
            }
            Move::Stray(timer) => self.ok(Input::Fired(timer)),
            Move::Answer(how) => self.answer(how),
            Move::AnswerJournal(how) => self.answer_journal(how),
            Move::Probe(host, liveness) => self.ok(Input::Probed(host, liveness)),
            Move::Hear(notice) => self.ok(Input::Heard(notice)),
            Move::Reply(answer) => {
                if let Phase::Waiting(contention) = *self.session.phase() {
                    let held = contention.held;
                    self.ok(Input::Heard(match answer {
                        Answered::Gone => Notice::Gone { held },
                        Answered::Busy => Notice::Busy { held, closing: false },
                        Answered::Closing => Notice::Busy { held, closing: true },
                    }));
                }
            }
            Move::Other(other) => others::act(self, other),
            Move::Land => {
                if let Some((base, result)) = self.late.take().filter(|(base, _)| same(base, &self.record)) {
                    drop(base);
                    self.record = Some(result);
                }
            }
            Move::Join(mode) => {
                if matches!(self.session.phase(), Phase::New | Phase::Ended(_)) {
                    self.renew();
                    self.order(Order::Open(mode));
                }
            }
            Move::Crash => self.renew(),
            Move::Forge(a, b) => self.forge(a, b),
        }
        self.check();
    }

    fn order(&mut self, order: Order) {
        let command = order.command(self.changes % DEEDS);
        let accepts = self.session.accepts(&command);
        let before = self.session.clone();
        let result = self.step(Input::Command(command));
        match result {
            Ok(()) => {
                self.changes = self.changes.wrapping_add(u8::from(matches!(order, Order::Change(_))));
                assert!(accepts || self.session == before, "{order:?} had an effect, and `accepts` says no");
            }
            Err(misuse) => {
                let limit = matches!(misuse, Misuse::Full | Misuse::Refused(_) | Misuse::Exhausted);
                assert!(!accepts || limit, "{order:?} is {misuse:?}, and `accepts` says yes");
            }
        }
    }

    fn answer(&mut self, how: Answer) {
        let Some(request) = self.request.take() else {
            assert_eq!(self.step(Input::Durable(Outcome::Unknown)), Err(Misuse::NotAsked));
            return;
        };
        let result = request.run(&Standard, &self.config, self.record.as_deref());
        assert_eq!(result, request.run(&Standard, &self.config, self.record.as_deref()), "a rule is pure");
        let result = result.map(Arc::new);
        let outcome = match (how, result) {
            (Answer::Conflict, _) => Outcome::Conflict,
            (Answer::Unavailable, _) => Outcome::Unavailable,
            (Answer::LostUnknown, result) => {
                self.late = result.map(|result| (self.record.clone(), result));
                Outcome::Unknown
            }
            (Answer::Done, None) => Outcome::Read(self.record.clone()),
            (Answer::DoneUnknown, None) => Outcome::Unknown,
            (Answer::Done | Answer::DoneUnknown, Some(result)) => {
                self.record = Some(result.clone());
                if how == Answer::Done { Outcome::Wrote(Some(result)) } else { Outcome::Unknown }
            }
        };
        self.ok(Input::Durable(outcome));
    }

    fn answer_journal(&mut self, how: Answer) {
        let Some(request) = self.journal_request.take() else {
            assert_eq!(self.step(Input::Journal(Outcome::Unknown)), Err(Misuse::NotAsked));
            return;
        };
        let change = request.run(&Standard, &self.config, self.journal.as_deref());
        let outcome = match (how, change) {
            (Answer::Conflict, _) => Outcome::Conflict,
            (Answer::Unavailable, _) => Outcome::Unavailable,
            (Answer::LostUnknown, _) => Outcome::Unknown,
            (_, JournalChange::Keep) => {
                self.displaced |= matches!(request, JournalUpdate::Write { .. });
                Outcome::Read(self.journal.clone())
            }
            (_, JournalChange::Delete) => {
                self.journal = None;
                Outcome::Wrote(None)
            }
            (_, JournalChange::Put(journal)) => {
                self.journal = Some(Arc::new(journal));
                Outcome::Wrote(self.journal.clone())
            }
        };
        self.ok(Input::Journal(if how == Answer::DoneUnknown { Outcome::Unknown } else { outcome }));
    }

    /// The server's next session. Changes without a verdict died with the last one; its request may still land.
    fn renew(&mut self) {
        if let Some(request) = self.request.take() {
            let result = request.run(&Standard, &self.config, self.record.as_deref());
            self.late = result.map(|result| (self.record.clone(), Arc::new(result)));
        }
        self.opens += 1;
        self.session = Session::new(owner(self.opens));
        (self.journal_request, self.displaced) = (None, false);
        self.open.clear();
        self.timers.clear();
    }

    fn forge(&mut self, a: u8, b: u8) {
        let ticket = self.session.ticket();
        let version = SchemaVersion(u32::from(b % 3));
        let mut record = match &self.record {
            Some(record) if a.is_multiple_of(2) => Record::clone(record),
            Some(_) | None => Record::new(version, SchemaVersion(0), Tally::default()),
        };
        if a & 2 > 0 {
            record.epoch = ticket.epoch;
            record.owner = Some(self.session.owner());
        }
        if a & 4 > 0 {
            (record.floor, record.wiped) = (Epoch(u32::from(b)), Epoch(u32::from(b / 2)));
        }
        if a & 8 > 0 {
            let odd = [b, a, 0].map(|at| (Seq(u32::from(at)), keyholder_core::document::Applied::Clamped));
            record.ledger.update(ticket.source(), |entry| {
                entry.seq = Seq(if a & 16 > 0 { u32::MAX } else { u32::from(b % 8) });
                entry.odd = odd.to_vec();
                entry.sealed = a & 32 > 0;
            });
        }
        let record = (a & 64 == 0).then(|| Arc::new(record));
        let outcome = if a & 128 > 0 { Outcome::Read(record) } else { Outcome::Wrote(record) };
        let asked = self.request.take().is_some();
        self.forged |= asked;
        assert_eq!(self.step(Input::Durable(outcome)).is_ok(), asked);
    }

    /// An input that is never refused.
    fn ok(&mut self, input: TestedInput) {
        assert_eq!(self.step(input), Ok(()), "this is never the caller's mistake");
    }

    /// One input: all of its effects behind those that were there; an `Err` changes nothing.
    fn step(&mut self, input: TestedInput) -> Result<(), Misuse> {
        let (before, mut out) = (self.session.clone(), self.last.clone());
        let result = self.session.step(&self.config, input, &mut out);
        if result.is_err() {
            assert!(self.session == before && out == self.last, "an `Err` has changed something");
            return result;
        }
        assert!(out.iter().take(self.last.len()).eq(self.last.iter()), "earlier effects stay where they are");
        let old = self.last.len();
        self.last = Effects::new();
        std::mem::swap(&mut self.last, &mut out);
        let fresh: Vec<_> = self.last.drain().skip(old).collect();
        for effect in fresh {
            self.carry_out(effect);
        }
        // The next step finds the effects of another one before its own.
        let mut other = Tested::new(owner(0));
        let opened = Input::Command(keyholder_core::input::Command::Open(keyholder_core::input::Mode::Exclusive));
        other.step(&self.config, opened, &mut self.last).expect("a new session opens");
        result
    }

    fn carry_out(&mut self, effect: Effect<Tally, Deed>) {
        match effect {
            Effect::Durable(update) => {
                assert!(self.request.replace(update).is_none(), "two requests on the record are outstanding");
            }
            Effect::Journal(update) => {
                assert!(self.journal_request.replace(update).is_none(), "two requests on the journal are outstanding");
            }
            Effect::Arm { timer, within } => {
                assert!(within.min <= within.max && within.max > Millis(0), "{within:?}");
                self.timers.insert(timer);
            }
            Effect::Disarm(timer) => drop(self.timers.remove(&timer)),
            Effect::Event(event) => self.hear(event),
            Effect::Probe(_) | Effect::Tell { .. } => {}
        }
    }

    /// Every accepted change gets one verdict, and has it when the session ends.
    fn hear(&mut self, event: Event) {
        match event {
            Event::Accepted(seq) => assert!(self.open.insert(seq.0), "{seq} was accepted twice"),
            Event::Verdict { from, to, .. } => {
                assert!(from <= to, "a verdict on nothing");
                for seq in from.0..=to.0 {
                    assert!(self.open.remove(&seq), "a verdict on {seq}, which waits for none");
                }
            }
            Event::Ended(_) => {
                assert!(self.forged || self.open.is_empty(), "ended without a verdict on {:?}", self.open)
            }
            Event::Opened { .. } | Event::Refused(_) | Event::ViewChanged => {}
            Event::TakeOverRequested(_) | Event::SessionLost(_) => {}
        }
    }

    fn check(&self) {
        assert_eq!(self.session.is_asked(), self.request.is_some(), "a request is outstanding until its answer");
        assert_eq!(self.session.is_journal_asked(), self.journal_request.is_some(), "and so is one on the journal");
        if !self.forged {
            assert_eq!(self.session.check(&self.config), Ok(()), "{:?}", self.session);
            assert_eq!(self.record.as_ref().map_or(Ok(()), |record| record.check()), Ok(()), "{:?}", self.record);
            assert_eq!(self.journal.as_ref().map_or(Ok(()), |journal| journal.check()), Ok(()), "{:?}", self.journal);
        }
        self.check_strays();
    }

    /// A timer that is not waited for writes nothing and tells nothing, and a message that comes twice does no more
    /// than one that comes once.
    fn check_strays(&self) {
        for timer in TIMERS.into_iter().filter(|timer| !self.session.heeds(*timer)) {
            let (_, effects) = self.tried(&self.session, Input::Fired(timer));
            // What is concluded about a holder is the rules' business, whoever wakes the session.
            let handshake = matches!(timer, Timer::Answer | Timer::Observe);
            let loud = |it: &_| match it {
                Effect::Durable(_) | Effect::Journal(_) => true,
                Effect::Event(_) => !handshake,
                Effect::Probe(_) | Effect::Tell { .. } | Effect::Arm { .. } | Effect::Disarm(_) => false,
            };
            assert!(!effects.iter().any(loud), "{timer:?} is not heeded, yet it does {effects:?}");
        }
        let held = match self.session.phase() {
            Phase::Waiting(contention) => contention.held,
            _ => self.session.ticket(),
        };
        let busy = |closing| Notice::Busy { held, closing };
        for notice in [Notice::Ask { from: HostId(9), held }, busy(false), busy(true), Notice::Gone { held }] {
            let (once, _) = self.tried(&self.session, Input::Heard(notice));
            let (twice, effects) = self.tried(&once, Input::Heard(notice));
            let asks = effects.iter().any(|it| matches!(it, Effect::Durable(_) | Effect::Journal(_)));
            assert!(once == twice && !asks, "{notice:?} comes twice and does more than once");
        }
    }

    fn tried(&self, session: &Tested, input: TestedInput) -> (Tested, Effects<Tally, Deed>) {
        let (mut session, mut effects) = (session.clone(), Effects::new());
        assert_eq!(session.step(&self.config, input, &mut effects), Ok(()));
        (session, effects)
    }

    /// Whoever waits is woken: for each request that is due, and for each change that is not durable, a timer is armed.
    pub fn check_wakes(&self) {
        let settings = self.config.settings();
        for timer in [Timer::Retry, Timer::Save, Timer::Journal, Timer::Patience] {
            // The answer to the outstanding request looks at what is due; what is too big for the journal is saved.
            let journalled = settings.journal && settings.journal_max_bytes > 3 && !self.displaced;
            let off = self.session.is_asked() || (timer == Timer::Journal && !journalled);
            let due = self.session.heeds(timer) && !off;
            assert!(!due || self.timers.contains(&timer), "nothing will wake {:?} for {timer:?}", self.session.phase());
        }
    }
}

fn owner(open: u64) -> Owner {
    Owner { host: HostId(1), nonce: Nonce(open) }
}

fn same(a: &Stored, b: &Stored) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (a, b) => a.is_none() && b.is_none(),
    }
}
