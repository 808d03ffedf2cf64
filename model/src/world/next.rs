//! The step: what an action does to a world.

use super::outside::foreign;
use super::{Act, Action, Fate, Flag, Flight, Game, HostSession, World};
use crate::tally::{Deed, Kind, Tally};
use keyholder_core::document::Document;
use keyholder_core::effect::{Effect, Effects, End, Event};
use keyholder_core::ids::{Epoch, Nonce};
use keyholder_core::input::{Command, Input, Mode, Notice, Outcome};
use keyholder_core::journal::JournalUpdate;
use keyholder_core::record::Owner;
use keyholder_core::rules::Rules;
use keyholder_core::sender::SenderInput;
use keyholder_core::session::{Phase, Session};

impl<R: Rules<Tally, Deed> + ?Sized> Game<R> {
    /// Carries out one action.
    pub fn act(&self, world: &mut World, action: Action) {
        let fate = action.fate;
        match action.act {
            Act::Open(host, mode) => self.open(world, host, mode, fate),
            Act::Change(host, kind) => self.change(world, host, kind, fate),
            Act::Save(host) => self.feed(world, host, Input::Command(Command::Save), fate),
            Act::Close(host) => {
                let opened = world.session(host).is_some_and(|it| it.session.view().is_some());
                world.spent.quits += u8::from(!opened);
                self.feed(world, host, Input::Command(Command::Close), fate);
            }
            Act::Abandon(host) => {
                world.spent.quits += 1;
                self.feed(world, host, Input::Command(Command::Abandon), fate);
            }
            Act::Fire(host, timer) => self.feed(world, host, Input::Fired(timer), fate),
            Act::Deliver(host) => {
                if let Some(Flight::Answered(outcome)) = world.session_mut(host).and_then(|it| it.flight.take()) {
                    if let Some(it) = world.session_mut(host) {
                        it.flight = it.second.take();
                    }
                    self.feed(world, host, Input::Durable(outcome), fate);
                }
            }
            Act::DeliverSecond(host) => {
                if let Some(Flight::Answered(outcome)) = world.session_mut(host).and_then(|it| it.second.take()) {
                    self.feed(world, host, Input::Durable(outcome), fate);
                }
            }
            Act::Lose(host) | Act::TimeOut(host) => {
                world.spent.lost += 1;
                let flight = world.session_mut(host).and_then(|it| it.flight.take());
                world.abandon(flight);
                if let Some(it) = world.session_mut(host) {
                    it.flight = it.second.take();
                }
                self.feed(world, host, Input::Durable(Outcome::Unknown), fate);
            }
            Act::Land(host) => self.land(world, host),
            Act::LandLate(at) => self.land_late(world, at),
            Act::DeliverJournal(host) => {
                if let Some(outcome) = world.session_mut(host).and_then(|it| it.answer.take()) {
                    self.feed(world, host, Input::Journal(outcome), fate);
                }
            }
            Act::LoseJournal(host) => {
                world.spent.lost += 1;
                world.ghost.unread |= world.session(host).is_some_and(|it| *it.session.phase() == Phase::Recovering);
                if world.session_mut(host).and_then(|it| it.answer.take()).is_some() {
                    self.feed(world, host, Input::Journal(Outcome::Unknown), fate);
                }
            }
            Act::Crash(host) => self.crash(world, host),
            Act::Vanish => {
                world.spent.vanished += 1;
                world.journal = None;
                world.ghost.journalled = 0;
                world.ghost.tied = 0;
            }
            Act::Send(at, kind) => self.send(world, at, kind, fate),
            Act::Resend(at) => self.feed_sender(world, at, SenderInput::Retry, fate),
            Act::DeliverOut(at) => self.answer_sender(world, at, true),
            Act::LoseOut(at) => self.answer_sender(world, at, false),
            Act::Wipe | Act::Recreate | Act::Restore | Act::Repeat(_) => self.errand(world, action.act, fate),
            Act::KeepVersion | Act::RestoreForeign | Act::DeleteForeign => foreign(world, action.act),
            Act::Hear(at) => self.hear(world, at, fate),
            Act::Mislay(at) => {
                world.spent.mislaid += 1;
                world.take_message(at);
            }
            Act::Probe(host) => self.probe(world, host, fate),
            Act::Lapse(host) => {
                world.spent.lapsed += 1;
                world.set_beat(host, false);
            }
            Act::Beat(host) => world.set_beat(host, true),
        }
    }

    fn open(&self, world: &mut World, host: u8, mode: Mode, fate: Fate) {
        let upgrade = world.session(host).is_some();
        world.spent.opens += 1;
        if !upgrade {
            let boot = world.hosts.get(usize::from(host)).map_or(0, |it| it.boot);
            let me = Owner { host: self.label(host, boot), nonce: Nonce(u64::from(world.spent.opens)) };
            if let Some(it) = world.hosts.get_mut(usize::from(host)) {
                it.session = Some(HostSession::new(Session::new(me)));
                it.beats = true;
            }
        }
        self.feed(world, host, Input::Command(Command::Open(mode)), fate);
    }

    fn change(&self, world: &mut World, host: u8, kind: Kind, fate: Fate) {
        if let Some(deed) = self.note_change(world, host, kind) {
            self.feed(world, host, Input::Command(Command::Change(deed)), fate);
        }
    }

    /// Numbers an operation of the session of a server, and notes it.
    pub(crate) fn note_change(&self, world: &mut World, host: u8, kind: Kind) -> Option<Deed> {
        let id = world.spent.deeds;
        let it = world.session(host)?;
        let schema = it.session.base().map_or(1, |base| base.schema.0);
        let deed = Deed { id, kind, vocabulary: if schema == 2 { 2 } else { 1 } };
        let exclusive = it.session.sender().is_none();
        let epoch = it.session.ticket().epoch.0;
        world.spent.deeds += 1;
        world.ghost.debits |= u8::from(!Tally::is_credit(self.config(host).shape(), &deed)) << id;
        world.ghost.old_words |= u8::from(self.bounds.mixed && deed.vocabulary == 1) << id;
        if exclusive {
            world.ghost.set_born(id, epoch);
        } else {
            world.ghost.external |= 1 << id;
        }
        if let Some(it) = world.session_mut(host) {
            let at = it.deeds().count();
            it.deeds |= u32::from(id + 1) << (4 * at);
        }
        Some(deed)
    }

    /// Gives a session one input and carries out what comes of it.
    pub(crate) fn feed(&self, world: &mut World, host: u8, input: Input<Tally, Deed>, fate: Fate) {
        let mut effects = Effects::new();
        let Some(it) = world.session_mut(host) else {
            return;
        };
        let _ = it.session.step_with(self.rules, self.config(host), input, &mut effects);
        let code = u8::from(self.bounds.runs_new_code(host));
        for effect in effects.drain() {
            match effect {
                Effect::Durable(update) => {
                    let flight = self.issue(world, code, &update, fate);
                    if let Some(it) = world.session_mut(host) {
                        if it.flight.is_none() {
                            it.flight = Some(flight);
                        } else {
                            it.second = Some(flight);
                        }
                    }
                }
                Effect::Journal(update) => {
                    let answer = if fate == Fate::Blind {
                        world.spent.blind += 1;
                        world.ghost.unread |= matches!(update, JournalUpdate::Read);
                        Outcome::Unavailable
                    } else {
                        self.issue_journal(world, code, &update)
                    };
                    if let Some(it) = world.session_mut(host) {
                        it.answer = Some(answer);
                    }
                }
                Effect::Probe(label) => {
                    if let Some(it) = world.session_mut(host) {
                        it.probing = Some(label);
                    }
                }
                Effect::Tell { to, notice } => self.tell(world, to, notice),
                Effect::Arm { .. } | Effect::Disarm(_) => {}
                Effect::Event(event) => self.note_event(world, host, event),
            }
        }
    }

    pub(crate) fn note_event(&self, world: &mut World, host: u8, event: Event) {
        match event {
            Event::Verdict { from, to, verdict } => {
                for seq in from.0..=to.0 {
                    if let Some(deed) = world.session(host).and_then(|it| it.deed(seq)) {
                        world.ghost.tell(deed, verdict);
                    }
                }
            }
            Event::Opened { epoch, mode: Mode::Exclusive } => {
                let ticket = world.session(host).map(|it| it.session.ticket()).unwrap_or_default();
                let committed = world.record.as_ref().is_some_and(|record| {
                    let code = self.config(host).settings().schema;
                    let mine = record.is_held_by(ticket.epoch, ticket.nonce);
                    record.epoch > epoch || (mine && record.schema >= code && record.compat <= code)
                });
                if !committed && !world.ghost.rolled_back {
                    world.ghost.raise(Flag::Early);
                }
                if let Some(it) = world.session_mut(host) {
                    it.deeds = 0;
                }
            }
            Event::Ended(end) => self.note_end(world, host, end),
            Event::Opened { .. } | Event::Refused(_) | Event::Accepted(_) | Event::ViewChanged => {}
            Event::TakeOverRequested(_) | Event::SessionLost(_) => {}
        }
    }

    /// A session object that has ended is dropped; every operation of it must have its verdict.
    fn note_end(&self, world: &mut World, host: u8, end: End) {
        let Some(it) = world.hosts.get_mut(usize::from(host)).and_then(|host| host.session.take()) else {
            return;
        };
        if it.deeds().any(|deed| world.ghost.told() >> deed & 1 == 0) {
            world.ghost.raise(Flag::Verdict);
        }
        let ticket = it.session.ticket();
        let held = world.record.as_ref().is_some_and(|record| record.is_held_by(ticket.epoch, ticket.nonce));
        if matches!(end, End::Cancelled | End::Refused) {
            world.ghost.cancelled |= 1 << it.session.owner().nonce.0;
        }
        if end == End::Closed && ticket.epoch > Epoch(0) && held && !world.ghost.rolled_back {
            world.ghost.raise(Flag::Early);
        }
        world.abandon(it.flight);
        world.abandon(it.second);
    }

    pub(crate) fn crash(&self, world: &mut World, host: u8) {
        world.spent.crashes += 1;
        let Some(it) = world.hosts.get_mut(usize::from(host)) else {
            return;
        };
        it.boot += u8::from(self.bounds.labels && self.bounds.reboots);
        it.beats = true;
        if let Some(it) = it.session.take() {
            let told = world.ghost.told();
            for deed in it.deeds().filter(|deed| told >> deed & 1 == 0) {
                world.ghost.orphaned |= 1 << deed;
            }
            world.abandon(it.flight);
            world.abandon(it.second);
        }
    }

    fn land(&self, world: &mut World, host: u8) {
        let Some(it) = world.session_mut(host) else {
            return;
        };
        let answer = match it.flight.take() {
            Some(Flight::Landing(result)) => {
                self.write(world, result.clone());
                Flight::Answered(Outcome::Wrote(Some(result)))
            }
            Some(Flight::Stale) => Flight::Answered(Outcome::Conflict),
            Some(Flight::Answered(outcome)) => Flight::Answered(outcome),
            None => return,
        };
        if let Some(it) = world.session_mut(host) {
            it.flight = Some(answer);
        }
    }

    fn land_late(&self, world: &mut World, at: u8) {
        let Some(outside) = &mut world.outside else {
            return;
        };
        let landing = outside.abandoned.get(usize::from(at)).cloned();
        let mut index = 0;
        outside.abandoned.retain(|_| {
            index += 1;
            index - 1 != at
        });
        if let Some(result) = landing {
            self.write(world, result);
        }
    }
}

impl World {
    /// Finds the fingerprints of the parts that a step has written.
    pub(crate) fn seal(&mut self) {
        self.record.seal();
        for host in 0..self.hosts.len() {
            if let Some(host) = self.hosts.get_mut(host) {
                host.seal();
            }
        }
        if let Some(outside) = &mut self.outside {
            outside.seal();
        }
    }

    /// The session objects of all servers.
    pub fn sessions(&self) -> impl Iterator<Item = &HostSession> {
        self.hosts.iter().filter_map(|host| host.session.as_ref())
    }

    /// The session object of a server.
    pub fn session(&self, host: u8) -> Option<&HostSession> {
        self.hosts.get(usize::from(host)).and_then(|host| host.session.as_ref())
    }

    pub(crate) fn session_mut(&mut self, host: u8) -> Option<&mut HostSession> {
        self.hosts.get_mut(usize::from(host)).and_then(|host| host.session.as_mut())
    }

    pub(super) fn sender_mut(&mut self, at: u8) -> Option<&mut super::Outsider> {
        self.outside.as_mut().and_then(|outside| outside.senders.get_mut(usize::from(at)))
    }

    fn set_beat(&mut self, host: u8, beats: bool) {
        if let Some(it) = self.hosts.get_mut(usize::from(host)) {
            it.beats = beats;
        }
    }

    pub(super) fn take_message(&mut self, at: u8) -> Option<(u8, Notice)> {
        let message = self.bus.get(usize::from(at)).copied();
        self.bus.retain(|other| Some(*other) != message);
        message
    }

    /// A write whose sender no longer waits for it may still land.
    pub(super) fn abandon(&mut self, flight: Option<Flight>) {
        if let (Some(Flight::Landing(result)), Some(outside)) = (flight, self.outside.as_mut()) {
            outside.abandoned.push(result);
        }
    }
}
