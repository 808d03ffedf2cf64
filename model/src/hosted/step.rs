//! What a step does.

use super::judge::Flag;
use super::{About, Act, Action, Breach, Fate, Hosted, ModelHost, NOW, Server, State};
use crate::tally::{Deed, Tally};
use crate::world::{self, Flight, HostSession, Kept, ModelRecord};
use keyholder_core::heartbeat::PulseOutcome;
use keyholder_core::host::{Answer, HostEffect, HostInput, HostTimer, Phase, Told};
use keyholder_core::ids::Nonce;
use keyholder_core::input::{Command, Mode, Outcome};
use keyholder_core::update::Update;

type Effects = Vec<HostEffect<u8, Tally, Deed>>;

impl Hosted {
    /// Carries out one action.
    pub(super) fn act(&self, state: &mut State, action: Action) {
        let fate = action.fate;
        match action.act {
            Act::Open(server, key) => {
                let opens = state.keys[usize::from(key)].spent.opens + 1;
                let nonce = Nonce(u64::from(opens));
                state.keys[usize::from(key)].spent.opens = opens;
                if !self.step(state, server, HostInput::Open { key, mode: Mode::Exclusive, nonce }, fate) {
                    // Somebody waits already for the session before to end.
                    state.keys[usize::from(key)].spent.opens -= 1;
                }
            }
            Act::Change(server, key, kind) => {
                if let Some(deed) = self.game.note_change(&mut state.keys[usize::from(key)], server, kind) {
                    _ = self.step(state, server, HostInput::Command { key, command: Command::Change(deed) }, fate);
                }
            }
            Act::Close(server, key) => {
                _ = self.step(state, server, HostInput::Command { key, command: Command::Close }, fate);
            }
            Act::Fire(server, timer) => {
                state.servers[usize::from(server)].armed.remove(&timer);
                _ = self.step(state, server, HostInput::Fired(timer), fate);
            }
            Act::Answer(server, at) => self.answer(state, server, at, true, fate),
            Act::Lose(server, at) => self.answer(state, server, at, false, fate),
            Act::Crash(server) => {
                state.keys.iter_mut().for_each(|world| self.game.crash(world, server));
                let boot = state.keys[0].hosts.get(usize::from(server)).map_or(0, |it| it.boot);
                state.servers[usize::from(server)] = Kept::new(self.boot(server, boot));
            }
            Act::Shutdown(server) => _ = self.step(state, server, HostInput::Shutdown, fate),
            Act::End(server) => self.end(state, server),
        }
    }

    /// The close window is over. The deadline fires first, if it is armed; then the process is gone.
    fn end(&self, state: &mut State, server: u8) {
        if state.servers[usize::from(server)].armed.remove(&HostTimer::Deadline) {
            _ = self.step(state, server, HostInput::Fired(HostTimer::Deadline), Fate::Reach);
        }
        for at in 0..state.keys.len() {
            let world = &mut state.keys[at];
            let told = world.ghost.told();
            let left = world.session(server).is_some_and(|it| it.deeds().any(|deed| told >> deed & 1 == 0));
            if let Some(host) = world.hosts.get_mut(usize::from(server)) {
                host.session = None;
            }
            if left {
                state.raise(Flag::NoVerdict);
            }
        }
        let it = &mut *state.servers[usize::from(server)];
        (it.host, it.asked) = (None, Vec::new());
        it.armed.clear();
    }

    fn answer(&self, state: &mut State, server: u8, at: u8, arrives: bool, fate: Fate) {
        let (request, about) = state.servers[usize::from(server)].asked.remove(usize::from(at));
        let answer = match about {
            About::Record(_, outcome) if arrives => Answer::Durable(outcome),
            About::Record(key, _) => {
                state.keys[usize::from(key)].spent.lost += 1;
                Answer::Durable(Outcome::Unknown)
            }
            About::Journal(_, outcome) if arrives => Answer::Journal(outcome),
            About::Journal(key, _) => {
                let world = &mut state.keys[usize::from(key)];
                world.spent.lost += 1;
                let recovering = |it: &HostSession| *it.session.phase() == keyholder_core::session::Phase::Recovering;
                world.ghost.unread |= world.session(server).is_some_and(recovering);
                Answer::Journal(Outcome::Unknown)
            }
            About::Heartbeat => Answer::Heartbeat(PulseOutcome::Wrote),
        };
        _ = self.step(state, server, HostInput::Answered(request, answer), fate);
    }

    /// Gives a host one input and carries out what comes of it. False if the host refuses it, and nothing has changed.
    fn step(&self, state: &mut State, server: u8, input: HostInput<u8, Tally, Deed>, fate: Fate) -> bool {
        let at = usize::from(server);
        let begins = matches!(input, HostInput::Shutdown);
        let last = matches!(input, HostInput::Fired(HostTimer::Deadline));
        let mut effects = Effects::new();
        let Some(host) = state.servers[at].host.as_mut() else { return false };
        if host.step_with(self.game.rules, &self.config, NOW, input, &mut effects).is_err() {
            return false;
        }
        state.copy_sessions(server);
        for effect in effects {
            let deaf = last && self.does(Breach::DeafAtDeadline);
            match effect {
                HostEffect::Event(key, _) if deaf && usize::from(key) + 1 == state.keys.len() => {}
                effect => self.carry(state, server, effect, fate),
            }
        }
        if begins && self.does(Breach::ClosedAtOnce) {
            self.note_closed(state, server);
        }
        state.copy_new_sessions(server);
        true
    }

    fn carry(&self, state: &mut State, server: u8, effect: HostEffect<u8, Tally, Deed>, fate: Fate) {
        let at = usize::from(server);
        match effect {
            HostEffect::Durable { request, key, update } => {
                state.note_request(server);
                let outcome = self.issue(state, key, &update, fate);
                state.servers[at].asked.push((request, About::Record(key, outcome)));
            }
            HostEffect::Journal { request, key, update, .. } => {
                state.note_request(server);
                let outcome = self.game.issue_journal(&mut state.keys[usize::from(key)], 0, &update);
                state.servers[at].asked.push((request, About::Journal(key, outcome)));
            }
            HostEffect::Heartbeat { request, .. } => state.servers[at].asked.push((request, About::Heartbeat)),
            // Servers have no labels here, so nobody is asked; and what a host says of itself is for people.
            HostEffect::Probe { .. } | HostEffect::Tell { .. } => {}
            HostEffect::Arm { timer: HostTimer::Deadline, .. } if self.does(Breach::NoDeadline) => {}
            HostEffect::Arm { timer, .. } => _ = state.servers[at].armed.insert(timer),
            HostEffect::Disarm(timer) => _ = state.servers[at].armed.remove(&timer),
            HostEffect::Event(key, event) => self.game.note_event(&mut state.keys[usize::from(key)], server, event),
            HostEffect::Told(Told::Closed) => self.note_closed(state, server),
            HostEffect::Told(_) | HostEffect::Returned(..) => {}
        }
    }

    fn note_closed(&self, state: &mut State, server: u8) {
        let it = &mut state.servers[usize::from(server)];
        let again = it.closed;
        it.closed = true;
        if again || state.keys.iter().any(|world| world.session(server).is_some()) {
            state.raise(Flag::ClosedTooEarly);
        }
    }

    /// A request on a record: it is run at once, or lost before, or refused.
    fn issue(&self, state: &mut State, key: u8, update: &Update<Tally, Deed>, fate: Fate) -> Outcome<ModelRecord> {
        let world = &mut state.keys[usize::from(key)];
        let run = |world: &mut world::World, fate| match self.game.issue(world, 0, update, fate) {
            Flight::Answered(outcome) => outcome,
            // Coarse steps leave nothing in flight.
            Flight::Landing(_) | Flight::Stale => Outcome::Unknown,
        };
        match fate {
            Fate::Reach => run(world, world::Fate::Reaches),
            Fate::Dropped => run(world, world::Fate::Dropped),
            Fate::Refused => {
                world.spent.lost += 1;
                Outcome::Unavailable
            }
        }
    }

    /// Start-up, before anything can happen: the heartbeat entry is written, and timers are armed.
    pub(super) fn set_up(&self, server: &mut Server, input: HostInput<u8, Tally, Deed>) {
        let Some(host) = server.host.as_mut() else { return };
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            let mut effects = Effects::new();
            let _ = host.step_with(self.game.rules, &self.config, NOW, input, &mut effects);
            for effect in effects {
                match effect {
                    HostEffect::Heartbeat { request, .. } => {
                        inputs.push(HostInput::Answered(request, Answer::Heartbeat(PulseOutcome::Wrote)));
                    }
                    HostEffect::Arm { timer, .. } => _ = server.armed.insert(timer),
                    _ => {}
                }
            }
        }
    }
}

impl State {
    /// What was spent of something, over all keys.
    pub(super) fn spent(&self, of: fn(&world::Spent) -> u8) -> u8 {
        self.keys.iter().map(|world| of(&world.spent)).sum()
    }

    /// Nothing is asked any more once the end was told.
    fn note_request(&mut self, server: u8) {
        let it = &self.servers[usize::from(server)];
        let over = it.closed || it.host.as_ref().is_some_and(|host| host.phase() == Phase::Closed);
        if over {
            self.raise(Flag::AskedAfterClosed);
        }
    }

    /// Copies the sessions that go on. One that has ended stays as it was until that is told.
    fn copy_sessions(&mut self, server: u8) {
        let Self { keys, servers, .. } = self;
        let Some(host) = &servers[usize::from(server)].host else { return };
        for (key, world) in (0..).zip(keys) {
            if let (Some(session), Some(it)) = (host.session(&key), world.session(server))
                && session.owner() == it.session.owner()
                && *session != it.session
                && let Some(it) = world.session_mut(server)
            {
                it.session = session.clone();
            }
        }
    }

    /// Copies those that have begun.
    fn copy_new_sessions(&mut self, server: u8) {
        let Self { keys, servers, .. } = self;
        let Some(host) = &servers[usize::from(server)].host else { return };
        let session_of = |host: &ModelHost, key: u8| host.session(&key).cloned();
        for (key, world) in (0..).zip(keys) {
            if world.session(server).is_none()
                && let Some(session) = session_of(host, key)
                && let Some(it) = world.hosts.get_mut(usize::from(server))
            {
                it.session = Some(HostSession::new(session));
            }
        }
    }
}
