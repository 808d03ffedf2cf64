//! The session of one key, and what a host keeps beside it.

use super::boot::has_room;
use super::{Host, HostEffect, HostMisuse, HostTimer, Pace, Phase, Request, Step, Who};
use crate::config::Settings;
use crate::document::Document;
use crate::effect::{Effect, Effects, Event};
use crate::ids::Nonce;
use crate::input::{Command, Input, Mode, Notice};
use crate::queue::Priority;
use crate::record::Owner;
use crate::rules::Rules;
use crate::session::{self, Session};
use crate::timer::{Millis, Timer, Window};
use crate::update::Update;
use core::hash::Hash;

/// One key at this server.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Seat<D, C> {
    session: Session<D, C>,
    /// The timers that are armed, a bit each.
    armed: u8,
    /// When the player last did something, once that was told: else nobody is taken for idle.
    active: Option<Millis>,
    /// The application has asked for a save that is not yet durable: it goes before those that nobody waits for.
    asked: bool,
    /// It has neither been opened nor refused yet.
    opening: bool,
    /// Who waits until the session ends.
    next: Option<(Mode, Nonce)>,
    /// How its journal is kept, if not as the settings say.
    pace: Option<Pace>,
}

impl<D: Document<C>, C: Clone> Seat<D, C> {
    fn new(me: Owner) -> Self {
        Self { session: Session::new(me), armed: 0, active: None, asked: false, opening: true, next: None, pace: None }
    }

    pub(super) fn session(&self) -> &Session<D, C> {
        &self.session
    }

    pub(super) fn disarmed(&mut self, timer: Timer) {
        self.armed &= !bit(timer);
    }

    fn pace(&self, settings: &Settings) -> Pace {
        let Settings { journal_every_ms, autosave, .. } = *settings;
        self.pace.unwrap_or(Pace { journal_every_ms, autosave })
    }

    fn is_idle(&self, settings: &Settings, now: Millis) -> bool {
        let after = self.pace(settings).autosave.idle_after_ms;
        self.active.is_some_and(|at| now.0.saturating_sub(at.0) >= after)
    }

    /// When the journal is written next: at its pace, or the slow one.
    fn spread(&self, settings: &Settings, now: Millis) -> Window {
        let Pace { journal_every_ms, autosave } = self.pace(settings);
        let factor = if self.is_idle(settings, now) { autosave.idle_factor } else { 1 };
        Window::up_to(journal_every_ms.saturating_mul(factor.into()))
    }

    /// How urgent a request on the record is.
    fn priority(&self, update: &Update<D, C>) -> Priority {
        match update {
            Update::Save { release: true, .. } | Update::Release { .. } | Update::HandBack { .. } => Priority::Leave,
            Update::Save { release: false, .. } if !self.asked => Priority::Autosave,
            Update::Save { .. } | Update::Look | Update::Claim(_) | Update::Settle { .. } => Priority::Asked,
            Update::Want { .. } | Update::External(_) | Update::Wipe { .. } | Update::Recreate { .. } => {
                Priority::Asked
            }
            Update::ForgetReceipts { .. } | Update::Restore { .. } => Priority::Asked,
        }
    }
}

impl<K, D, C> Host<K, D, C>
where
    K: Clone + Ord + Hash,
    D: Document<C>,
    C: Clone,
{
    pub(super) fn open<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        key: K,
        mode: Mode,
        nonce: Nonce,
    ) -> Result<(), HostMisuse> {
        self.must_run()?;
        if self.phase == Phase::Booting {
            return self.boot.keep(step.config.settings(), key, mode, nonce);
        }
        let delegates = |seat: &Seat<D, C>| *seat.session.phase() == session::Phase::Delegating;
        if mode == Mode::Exclusive && self.seats.get(&key).is_some_and(delegates) {
            return self.run(step, &key, Input::Command(Command::Open(mode)));
        }
        self.may_open(step.config.settings(), &key, 1)?;
        match self.seats.get_mut(&key) {
            Some(seat) => seat.next = Some((mode, nonce)),
            None => self.seat(step, key, mode, nonce),
        }
        Ok(())
    }

    /// Whether a key, as one of `count`, may be opened or wait for the end of the session that is there.
    pub(super) fn may_open(&self, settings: &Settings, key: &K, count: usize) -> Result<(), HostMisuse> {
        if self.phase == Phase::Booting {
            return self.boot.may_keep(settings, key, count);
        }
        let Some(seat) = self.seats.get(key) else { return has_room(settings, self.seats.len(), count) };
        let leaving = matches!(
            seat.session.phase(),
            session::Phase::Closing
                | session::Phase::Fenced
                | session::Phase::Cancelling
                | session::Phase::Parting
                | session::Phase::Ended(_)
        );
        // Two sessions of one key here would fence each other; the second one waits (KIT-9).
        if leaving && seat.next.is_none() { Ok(()) } else { Err(HostMisuse::Taken) }
    }

    /// Begins the session of a key that has none.
    pub(super) fn seat<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        key: K,
        mode: Mode,
        nonce: Nonce,
    ) {
        self.opening = self.opening.saturating_add(1);
        self.seats.insert(key.clone(), Seat::new(Owner { host: self.me, nonce }));
        self.requests.track(Who::Session(key.clone()));
        self.requests.players(self.seats.len(), step.now);
        // A new session takes an open.
        let _ = self.run(step, &key, Input::Command(Command::Open(mode)));
    }

    pub(super) fn command<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        key: &K,
        command: Command<C>,
    ) -> Result<(), HostMisuse> {
        // The most frequent ones look for their seat once.
        if !matches!(command, Command::Save | Command::Close | Command::Abandon) {
            return self.run(step, key, Input::Command(command));
        }
        if let Some(seat) = self.seats.get_mut(key) {
            let urgency = match command {
                // A player who leaves again before the session before theirs has ended.
                Command::Close | Command::Abandon if seat.next.is_some() => {
                    if let Some((_, nonce)) = seat.next.take() {
                        self.dropped(step, key, nonce);
                    }
                    return Ok(());
                }
                Command::Save => Some(Priority::Asked),
                Command::Close => Some(Priority::Leave),
                Command::Open(_) | Command::Steal | Command::Change(_) | Command::Refresh | Command::Abandon => None,
            };
            seat.asked |= urgency.is_some();
            self.run(step, key, Input::Command(command))?;
            if let Some(priority) = urgency {
                self.requests.raise(key, priority);
            }
            return Ok(());
        }
        if matches!(command, Command::Close | Command::Abandon)
            && let Some(nonce) = self.boot.drop(key)
        {
            self.dropped(step, key, nonce);
            return Ok(());
        }
        Err(HostMisuse::NoSession)
    }

    /// Takes back an open attempt that has not been begun.
    pub(super) fn drop_next<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        key: &K,
        nonce: Nonce,
    ) {
        let next = self.seats.get_mut(key).map(|seat| &mut seat.next);
        if let Some(next) = next.filter(|it| it.is_some_and(|(_, of)| of == nonce)) {
            *next = None;
            self.dropped(step, key, nonce);
        } else if self.boot.holds(key, nonce) {
            self.boot.drop(key);
            self.dropped(step, key, nonce);
        }
    }

    pub(super) fn pace(&mut self, key: &K, pace: Pace) -> Result<(), HostMisuse> {
        let seat = self.seats.get_mut(key).ok_or(HostMisuse::NoSession)?;
        seat.pace = Some(pace);
        Ok(())
    }

    pub(super) fn active<R: ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>, key: &K) {
        if let Some(seat) = self.seats.get_mut(key) {
            seat.active = Some(step.now);
        }
    }

    /// Steps the session of a key and carries out what it says.
    pub(super) fn run<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
        key: &K,
        input: Input<D, C>,
    ) -> Result<(), HostMisuse> {
        let seat = self.seats.get_mut(key).ok_or(HostMisuse::NoSession)?;
        let mut effects = Effects::new();
        seat.session.step_with(step.rules, step.config, input, &mut effects)?;
        if effects.is_empty() {
            // Who ends says so.
            return Ok(());
        }
        for effect in effects.drain() {
            self.carry(step, key, effect);
        }
        self.leave(step, key);
        Ok(())
    }

    fn carry<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>, key: &K, effect: Effect<D, C>) {
        let settings = step.config.settings();
        let Some(seat) = self.seats.get_mut(key) else { return };
        match effect {
            Effect::Durable(update) => {
                let priority = seat.priority(&update);
                self.requests.ask(Who::Session(key.clone()), Request::Durable(update), priority);
            }
            Effect::Journal(update) => {
                let autosave = seat.pace(settings).autosave;
                let idle = seat.is_idle(settings, step.now);
                let ttl = Millis(if idle { autosave.idle_ttl_ms } else { autosave.active_ttl_ms });
                let request = Request::Journal(update, ttl);
                self.requests.ask(Who::Journal(key.clone()), request, Priority::Autosave);
            }
            Effect::Probe(host) => {
                self.requests.ask(Who::Probe(key.clone(), host), Request::Probe, Priority::Asked);
            }
            Effect::Tell { to, notice } => self.mail.put(step, &mut self.requests, to, key, notice, self.opening),
            Effect::Arm { timer, within } => {
                seat.armed |= bit(timer);
                let within = if timer == Timer::Journal { seat.spread(settings, step.now) } else { within };
                step.arm(HostTimer::Session(key.clone(), timer), within);
            }
            Effect::Disarm(timer) => {
                seat.disarmed(timer);
                step.out.push(HostEffect::Disarm(HostTimer::Session(key.clone(), timer)));
            }
            Effect::Event(event) => {
                if let Event::Verdict { .. } = event
                    && !seat.session.is_dirty()
                {
                    seat.asked = false;
                }
                let is_in = matches!(event, Event::Opened { .. } | Event::Refused(_) | Event::Ended(_));
                if is_in && core::mem::take(&mut seat.opening) {
                    self.opening = self.opening.saturating_sub(1);
                }
                let nonce = seat.session.owner().nonce;
                self.requests.statistics.event(&event);
                step.out.push(HostEffect::Event(key.clone(), event));
                if matches!(event, Event::Opened { .. }) {
                    self.part_opened(step, key, nonce);
                }
            }
        }
    }

    /// Frees the seat of a session that has ended, and seats who waited for that.
    fn leave<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>, key: &K) {
        let Some(seat) = self.seats.get(key) else { return };
        if !matches!(seat.session.phase(), session::Phase::Ended(_)) {
            return;
        }
        let (armed, next, nonce) = (seat.armed, seat.next, seat.session.owner().nonce);
        for timer in TIMERS.into_iter().filter(|timer| armed & bit(*timer) != 0) {
            step.out.push(HostEffect::Disarm(HostTimer::Session(key.clone(), timer)));
        }
        self.seats.remove(key);
        self.requests.forget_session(key);
        self.mail.forget(key);
        self.requests.players(self.seats.len(), step.now);
        match (self.phase, next) {
            (Phase::Open, Some((mode, nonce))) => self.seat(step, key.clone(), mode, nonce),
            (_, Some((_, nonce))) => self.dropped(step, key, nonce), // wildcard: nobody is let in any more
            (_, None) => {}                                          // wildcard: nobody waits, whatever the host does
        }
        self.part_ended(step, key, nonce);
    }

    /// A message about the record of a key: its session answers, or the host that there is none (rule R-19).
    pub(super) fn heard<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>, key: K, notice: Notice) {
        if self.seats.contains_key(&key) {
            // A session takes every message.
            let _ = self.run(step, &key, Input::Heard(notice));
        } else if let (Notice::Ask { from, held }, false) = (notice, self.phase == Phase::Closed) {
            let answer = super::heartbeat::answer_absent(step.rules, held);
            self.mail.put(step, &mut self.requests, from, &key, answer, self.opening);
        }
    }
}

const TIMERS: [Timer; 6] = [Timer::Retry, Timer::Answer, Timer::Observe, Timer::Patience, Timer::Journal, Timer::Save];

fn bit(timer: Timer) -> u8 {
    match timer {
        Timer::Retry => 1,
        Timer::Answer => 2,
        Timer::Observe => 4,
        Timer::Patience => 8,
        Timer::Journal => 16,
        Timer::Save => 32,
    }
}
