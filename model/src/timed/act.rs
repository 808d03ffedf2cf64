//! What an action does to a timed world.

use super::clock::units;
use super::{Act, Breach, CONTENDER, Countdown, HOLDER, Holder, Request, State, Timed, Timetable, Who};
use crate::tally::{Deed, Tally};
use crate::world::ModelRecord;
use keyholder_core::effect::{Effect, Effects, Event};
use keyholder_core::heartbeat::{Pulse, PulseEffect, PulseEffects, PulseInput, PulseOutcome, answer_absent, liveness};
use keyholder_core::input::{Command, Input, Mode, Notice, Outcome};
use keyholder_core::session::Phase;
use keyholder_core::timer::{Millis, Timer, Window};
use keyholder_core::update::Update;
use std::sync::Arc;

impl Timed {
    /// Carries out one action.
    pub(super) fn act(&self, state: &mut State, act: Act) {
        match act {
            Act::Tick => self.pass(state),
            Act::Pause(who) => {
                state.spent.pauses += 1;
                set_paused(state, who, true);
            }
            Act::Resume(who) => set_paused(state, who, false),
            Act::Crash => {
                state.spent.crashes += 1;
                let entry = state.holder.entry;
                state.holder = Holder { alive: false, entry, ..Holder::silent() };
            }
            Act::Forget => {
                state.spent.forgotten += 1;
                state.holder.entry = None;
                state.ghost.excused = true;
            }
            Act::Renew => {
                state.holder.renewal = None;
                self.beat(state, PulseInput::Fired);
            }
            Act::Reach => {
                if let Some(request) = &mut state.holder.request {
                    request.applied = true;
                    let deletes = request.deletes;
                    self.apply(state, deletes);
                }
            }
            Act::Applied => self.end_request(state, true, PulseOutcome::Wrote),
            Act::Unheard => self.end_request(state, true, PulseOutcome::Unknown),
            Act::Lost => self.end_request(state, false, PulseOutcome::Unknown),
            Act::DeleteLate => {
                state.holder.late_delete = false;
                state.holder.entry = None;
            }
            Act::Leave => {
                let release = Update::Release { nonce: Self::owner(state.spent.returns).nonce, touch: false };
                self.write(state, &release);
                state.spent.returns += 1;
                self.beat(state, PulseInput::Stop);
            }
            Act::Return => {
                state.holder.returning = true;
                self.start_beating(state);
            }
            Act::Claim => {
                state.holder.returning = false;
                if let Some(record) = self.claimed(Some(&state.record), state.spent.returns) {
                    state.record = record;
                }
            }
            Act::Open => {
                state.ghost.dead_at_open = !state.holder.alive;
                self.feed(state, Input::Command(Command::Open(Mode::Exclusive)));
            }
            Act::Fire(timer) => {
                state.contender.timers.set(timer, None);
                self.feed(state, Input::Fired(timer));
            }
            Act::FireStale => {
                if let Some(timer) = state.contender.stale.take() {
                    self.feed(state, Input::Fired(timer));
                }
            }
            Act::Deliver => {
                if let Some((outcome, _)) = state.contender.answer.take() {
                    self.feed(state, Input::Durable(outcome));
                }
            }
            Act::Lose => {
                state.spent.lost += 1;
                state.contender.answer = None;
                self.feed(state, Input::Durable(Outcome::Unknown));
            }
            Act::Read => {
                if let Some((liveness, _)) = state.contender.reading.take() {
                    self.feed(state, Input::Probed(HOLDER, liveness));
                }
            }
            Act::Hear => self.hear(state),
        }
        self.note(state);
    }

    fn pass(&self, state: &mut State) {
        state.ghost.excused |= state.holder.paused && state.holder.is_late();
        state.ghost.dead_at_open &= !(state.contender.paused && state.contender.is_late());
        self.note_time(state);
        let holder = &mut state.holder;
        holder.entry = holder.entry.map(|left| left.saturating_sub(1)).filter(|left| *left > 0);
        if let Some(renewal) = &mut holder.renewal {
            renewal.pass();
        }
        if let Some(request) = &mut holder.request {
            request.left = request.left.saturating_sub(1);
        }
        let contender = &mut state.contender;
        contender.timers.pass();
        let answers = contender.answer.as_mut().map(|(_, left)| left);
        for left in answers.into_iter().chain(contender.reading.as_mut().map(|(_, left)| left)) {
            *left = left.saturating_sub(1);
        }
    }

    pub(super) fn start_beating(&self, state: &mut State) {
        self.beat(state, PulseInput::Start);
    }

    /// Gives the heartbeat one input and carries out what comes of it.
    fn beat(&self, state: &mut State, input: PulseInput) {
        let mut effects = PulseEffects::new();
        if state.holder.pulse.step(&self.config, input, &mut effects).is_err() {
            return;
        }
        let every = self.config.settings().heartbeat_every_ms;
        let failed = matches!(input, PulseInput::Answered(PulseOutcome::Unknown | PulseOutcome::Unavailable));
        for effect in effects {
            match effect {
                PulseEffect::Arm { within } => {
                    let armed = self.breach != Some(Breach::CountedFromAnswer) || failed;
                    state.holder.renewal = armed.then(|| Countdown::new(within));
                }
                PulseEffect::Write { .. } => {
                    state.holder.request = Some(Request { deletes: false, applied: false, left: self.setup.latency });
                }
                PulseEffect::Delete => {
                    state.holder.request = Some(Request { deletes: true, applied: false, left: self.setup.latency });
                }
            }
        }
        if failed && self.breach == Some(Breach::NoRepetition) {
            state.holder.renewal = None;
        }
        if self.breach == Some(Breach::CountedFromAnswer) && input == PulseInput::Answered(PulseOutcome::Wrote) {
            state.holder.renewal = Some(Countdown::new(Window::exactly(every)));
        }
    }

    /// The request on the entry ends: it is applied or not, and the holder hears this.
    fn end_request(&self, state: &mut State, applied: bool, outcome: PulseOutcome) {
        let Some(request) = state.holder.request.take() else {
            return;
        };
        match (request.applied, applied, request.deletes) {
            (true, _, _) => {}
            (false, true, deletes) => self.apply(state, deletes),
            (false, false, true) => state.holder.late_delete = self.breach == Some(Breach::LateDelete),
            (false, false, false) => {
                state.ghost.missed += 1;
                state.ghost.excused |= state.ghost.missed > self.setup.tolerated;
            }
        }
        self.beat(state, PulseInput::Answered(outcome));
    }

    /// The memory store does what the request on the entry says.
    fn apply(&self, state: &mut State, deletes: bool) {
        if deletes {
            state.holder.entry = None;
            return;
        }
        let ttl = units(Millis(self.config.settings().heartbeat_ttl_ms));
        state.holder.entry = Some(if let Some(Breach::Life(life)) = self.breach { life } else { ttl });
        state.ghost.missed = 0;
        state.ghost.excused = false;
    }

    /// Gives the contender's session one input and carries out what comes of it.
    fn feed(&self, state: &mut State, input: Input<Tally, Deed>) {
        let mut effects = Effects::new();
        let stepped = state.contender.session.step_with(self.rules, &self.config, input, &mut effects);
        debug_assert!(stepped.is_ok(), "a host gives a session what it asked for");
        for effect in effects.drain() {
            match effect {
                Effect::Durable(update) => {
                    let answer = self.write(state, &update);
                    state.contender.answer = Some((answer, self.setup.latency));
                }
                Effect::Probe(_) => {
                    let entry = Outcome::Read(state.holder.entry.map(Arc::new));
                    state.contender.reading = Some((liveness(&entry), self.setup.latency));
                }
                Effect::Tell { notice: Notice::Ask { held, .. }, .. } => state.contender.asked = Some(held),
                Effect::Arm { timer, within } => self.arm(state, timer, Countdown::new(within)),
                Effect::Disarm(timer) => state.contender.timers.set(timer, None),
                Effect::Event(Event::Refused(_)) => state.ghost.forsaken |= state.ghost.dead_at_open,
                // Settings without a journal; a contender is asked nothing, and what it is told is seen in its phase.
                Effect::Journal(_) | Effect::Tell { .. } | Effect::Event(_) => {}
            }
        }
        let contender = &mut state.contender;
        if matches!(contender.session.phase(), Phase::Active | Phase::Ended(_)) {
            contender.over = true;
            contender.timers = Timetable::default();
            (contender.answer, contender.reading, contender.asked, contender.stale) = (None, None, None, None);
        }
    }

    fn arm(&self, state: &mut State, timer: Timer, countdown: Countdown) {
        let before = state.contender.timers.get(timer);
        if timer == Timer::Observe && before.is_some() && self.breach == Some(Breach::WindowKeptOn) {
            return;
        }
        let due = before.is_some_and(|it| it.earliest == 0);
        if timer == Timer::Observe && due && self.breach == Some(Breach::StaleFire) {
            state.contender.stale = Some(timer);
        }
        state.contender.timers.set(timer, Some(countdown));
    }

    /// Runs a request on the record: it is applied when it is issued, and its answer may take its time.
    fn write(&self, state: &mut State, update: &Update<Tally, Deed>) -> Outcome<ModelRecord> {
        match update.run(self.rules, &self.config, Some(&state.record)) {
            None => Outcome::Read(Some(state.record.clone())),
            Some(record) => {
                if record.owner.is_some_and(|owner| owner.host == CONTENDER) {
                    self.note_taking(state);
                }
                state.record = Arc::new(record);
                Outcome::Wrote(Some(state.record.clone()))
            }
        }
    }

    /// The holder answers over the bus, as a server does that has or has not a session object.
    fn hear(&self, state: &mut State) {
        let Some(ask) = state.contender.asked.take() else {
            return;
        };
        let notice = match state.held() {
            Some(_) => Notice::Busy { held: ask, closing: false },
            None => answer_absent(self.rules, ask),
        };
        self.feed(state, Input::Heard(notice));
    }
}

fn set_paused(state: &mut State, who: Who, paused: bool) {
    match who {
        Who::Holder => state.holder.paused = paused,
        Who::Contender => state.contender.paused = paused,
    }
}

impl Holder {
    /// A server that does not beat, and has no entry.
    pub(super) fn silent() -> Self {
        Self {
            pulse: Pulse::new(),
            renewal: None,
            request: None,
            entry: None,
            returning: false,
            alive: true,
            paused: false,
            late_delete: false,
        }
    }
}
