//! Which actions are possible: commands within the bounds, faults within the bounds, and the protocol's own steps.

use super::{Act, Action, Fate, Flight, Game, Host, HostSession, World};
use crate::tally::{Deed, Kind, Tally};
use keyholder_core::document::{Applied, Document};
use keyholder_core::ids::Seq;
use keyholder_core::input::{Command, Mode, Notice, Outcome};
use keyholder_core::record::Life;
use keyholder_core::rules::Rules;
use keyholder_core::session::Phase;
use keyholder_core::timer::Timer;

impl<R: Rules<Tally, Deed> + ?Sized> Game<R> {
    /// Puts every possible action into `actions`, always in the same order.
    pub fn possible(&self, world: &World, actions: &mut Vec<Action>) {
        for (host, it) in (0..self.bounds.hosts).zip(world.hosts.iter()) {
            match &it.session {
                None => self.opens(world, host, it, actions),
                Some(session) => self.session_acts(world, host, session, actions),
            }
            if self.bounds.labels {
                if it.beats && world.spent.lapsed < self.bounds.lapsed {
                    actions.push(Action::plain(Act::Lapse(host)));
                } else if !it.beats {
                    actions.push(Action::plain(Act::Beat(host)));
                }
            }
        }
        if world.journal.is_some() && world.spent.vanished < self.bounds.vanished {
            actions.push(Action::plain(Act::Vanish));
        }
        for at in 0..world.bus.len().min(usize::from(u8::MAX)) as u8 {
            self.record_act(world, Act::Hear(at), actions);
            if world.spent.mislaid < self.bounds.mislaid {
                actions.push(Action::plain(Act::Mislay(at)));
            }
        }
        self.outside_acts(world, actions);
    }

    fn opens(&self, world: &World, host: u8, it: &Host, actions: &mut Vec<Action>) {
        if world.spent.opens >= self.bounds.opens {
            return;
        }
        // Interchangeable idle servers: the first of them stands for all.
        let symmetric = self.bounds.is_symmetric();
        let first = (0..host).all(|other| world.hosts.get(usize::from(other)).is_none_or(|other| **other != *it));
        if symmetric && !first {
            return;
        }
        for mode in self.bounds.modes {
            self.record_act(world, Act::Open(host, *mode), actions);
        }
    }

    fn session_acts(&self, world: &World, host: u8, it: &HostSession, actions: &mut Vec<Action>) {
        let session = &it.session;
        let phase = session.phase();
        if world.spent.deeds < self.bounds.deeds {
            for kind in self.bounds.kinds {
                if self.may_change(host, it, *kind, world.spent.deeds) {
                    // Only a session that delivers sends a request at once.
                    if session.sender().is_some() {
                        self.record_act(world, Act::Change(host, *kind), actions);
                    } else {
                        actions.push(Action::plain(Act::Change(host, *kind)));
                    }
                }
            }
        }
        let second = self.rules.requests_at_once() > 1 && it.flight.is_some() && it.second.is_none();
        let looks = self.bounds.looks && *phase == Phase::Active && !session.is_asked() && !session.is_dirty();
        if looks || session.heeds(Timer::Save) || (second && *phase == Phase::Active && session.is_dirty()) {
            self.record_act(world, Act::Save(host), actions);
        }
        if session.heeds(Timer::Journal) && self.bounds.journal {
            let act = Act::Fire(host, Timer::Journal);
            actions.push(Action::plain(act));
            if world.spent.blind < self.bounds.blind {
                actions.push(Action { act, fate: Fate::Blind });
            }
        }
        let opening = matches!(phase, Phase::Claiming(_) | Phase::Waiting(_) | Phase::Recovering | Phase::Settling);
        if opening && world.spent.quits < self.bounds.quits {
            self.record_act(world, Act::Close(host), actions);
        }
        if self.bounds.closes && matches!(phase, Phase::Active | Phase::Delegating | Phase::Reading) {
            self.record_act(world, Act::Close(host), actions);
        }
        if world.spent.quits < self.bounds.quits && !opening {
            actions.push(Action::plain(Act::Abandon(host)));
        }
        if *phase == Phase::Delegating
            && world.spent.opens < self.bounds.opens
            && session.accepts(&Command::Open(Mode::Exclusive))
            && self.bounds.modes.contains(&Mode::Exclusive)
        {
            self.record_act(world, Act::Open(host, Mode::Exclusive), actions);
        }
        if session.heeds(Timer::Retry) {
            self.record_act(world, Act::Fire(host, Timer::Retry), actions);
        }
        if self.bounds.labels && session.heeds(Timer::Patience) {
            self.record_act(world, Act::Fire(host, Timer::Patience), actions);
        }
        // The wait for an answer is longer than the bus takes, unless a message was lost.
        if session.heeds(Timer::Answer) && !is_being_asked(world, host, phase) {
            self.record_act(world, Act::Fire(host, Timer::Answer), actions);
        }
        if matches!(self.bounds.steal, keyholder_core::config::StealPolicy::After(_)) && session.heeds(Timer::Observe) {
            self.record_act(world, Act::Fire(host, Timer::Observe), actions);
        }
        self.answers(world, host, it, actions);
        if world.spent.crashes < self.bounds.crashes {
            actions.push(Action::plain(Act::Crash(host)));
        }
    }

    fn answers(&self, world: &World, host: u8, it: &HostSession, actions: &mut Vec<Action>) {
        let losable = world.spent.lost < self.bounds.lost;
        match &it.flight {
            Some(Flight::Answered(outcome)) => {
                self.both_acts(world, Act::Deliver(host), actions);
                if losable && *outcome != Outcome::Unknown {
                    actions.push(Action::plain(Act::Lose(host)));
                }
            }
            Some(Flight::Landing(_) | Flight::Stale) => {
                actions.push(Action::plain(Act::Land(host)));
                if losable {
                    actions.push(Action::plain(Act::TimeOut(host)));
                }
            }
            None => {}
        }
        if matches!(it.second, Some(Flight::Answered(_))) {
            self.both_acts(world, Act::DeliverSecond(host), actions);
        }
        if let Some(outcome) = &it.answer {
            self.record_act(world, Act::DeliverJournal(host), actions);
            if losable && *outcome != Outcome::Unavailable {
                self.record_act(world, Act::LoseJournal(host), actions);
            }
        }
        if it.probing.is_some() {
            self.both_acts(world, Act::Probe(host), actions);
        }
    }

    /// Would the application change the data so? It looks at what the player sees.
    pub(crate) fn may_change(&self, host: u8, it: &HostSession, kind: Kind, id: u8) -> bool {
        let deed = Deed { id, kind, vocabulary: 1 };
        let Some(mut view) = it.session.view().copied() else {
            return false;
        };
        if !it.session.accepts(&Command::Change(deed)) {
            return false;
        }
        let looks = self.bounds.coin_bounds.is_none();
        let affordable = match kind {
            Kind::Count | Kind::Earn | Kind::Set => true,
            Kind::Spend | Kind::Charge | Kind::Trade => !looks || view.coins > 0,
            Kind::SpendGem => view.gems > 0,
        };
        affordable && !matches!(view.apply(self.config(host).shape(), &deed), Applied::Skipped(_))
    }

    fn outside_acts(&self, world: &World, actions: &mut Vec<Action>) {
        let Some(outside) = &world.outside else {
            return;
        };
        for (at, it) in (0..).zip(outside.senders.iter()) {
            // A sender delivers a receipt once.
            let done = self.bounds.receipts
                && (world.spent.deliveries >= self.bounds.senders || it.sender.outbox().last > Seq(0));
            let may_start = !it.sender.is_busy() && it.flight.is_none() && world.spent.deeds < self.bounds.deeds;
            if may_start && !done {
                for kind in self.bounds.sends {
                    self.record_act(world, Act::Send(at, *kind), actions);
                }
            }
            if it.sender.is_busy() && it.flight.is_none() && !it.sender.is_asked() {
                self.record_act(world, Act::Resend(at), actions);
            }
            if let Some(flight) = &it.flight {
                actions.push(Action::plain(Act::DeliverOut(at)));
                if world.spent.lost < self.bounds.lost && *flight != Flight::Answered(Outcome::Unknown) {
                    actions.push(Action::plain(Act::LoseOut(at)));
                }
            }
        }
        for at in 0..outside.abandoned.len().min(4) as u8 {
            actions.push(Action::plain(Act::LandLate(at)));
        }
        let Some(record) = &*world.record else {
            return;
        };
        if world.spent.errands < self.bounds.errands {
            for (slot, errand) in (0..).zip(&outside.errands) {
                if errand.is_some() {
                    self.record_act(world, Act::Repeat(slot), actions);
                }
            }
            if self.bounds.wipes {
                self.record_act(world, Act::Wipe, actions);
            }
            if record.life == Life::Live {
                if self.bounds.restores && outside.version.is_some() {
                    actions.push(Action::plain(Act::Restore));
                }
            } else if self.bounds.recreates {
                self.record_act(world, Act::Recreate, actions);
            }
        }
        let keeps = self.bounds.restores || self.bounds.foreign > 0;
        if keeps && outside.version.is_none() && world.spent.foreign == 0 {
            actions.push(Action::plain(Act::KeepVersion));
        }
        if world.spent.foreign < self.bounds.foreign {
            if outside.version.as_ref().is_some_and(|version| version != record) {
                actions.push(Action::plain(Act::RestoreForeign));
            }
            if self.bounds.deletes {
                actions.push(Action::plain(Act::DeleteForeign));
            }
        }
    }

    /// An act that may issue a request on the record: it may also be lost on its way.
    fn record_act(&self, world: &World, act: Act, actions: &mut Vec<Action>) {
        actions.push(Action::plain(act));
        if !self.bounds.fine && world.spent.lost < self.bounds.lost {
            actions.push(Action { act, fate: Fate::Dropped });
        }
    }

    /// An act that may also issue a request on the memory store, which may be unreachable.
    fn both_acts(&self, world: &World, act: Act, actions: &mut Vec<Action>) {
        self.record_act(world, act, actions);
        if world.spent.blind < self.bounds.blind {
            actions.push(Action { act, fate: Fate::Blind });
        }
    }
}

/// A question about the session that `host` waits for, or its answer, is under way.
fn is_being_asked(world: &World, host: u8, phase: &Phase) -> bool {
    let Phase::Waiting(contention) = phase else {
        return false;
    };
    world.bus.iter().any(|(to, notice)| match notice {
        Notice::Ask { held, .. } => *held == contention.held,
        Notice::Busy { held, .. } | Notice::Gone { held } => *to == host && *held == contention.held,
        Notice::Look { .. } => false,
    })
}
