//! What is possible in a state.

use super::{About, Act, Action, Fate, Hosted, Server, State};
use crate::world::HostSession;
use keyholder_core::host::{HostTimer, Phase};
use keyholder_core::input::Outcome;
use keyholder_core::session;
use keyholder_core::timer::Timer;

impl Hosted {
    /// Puts every possible action into `actions`, always in the same order.
    pub(super) fn possible(&self, state: &State, actions: &mut Vec<Action>) {
        for (at, server) in (0..).zip(&state.servers) {
            if let Some(host) = &server.host {
                self.of_server(state, at, server, host.phase(), actions);
            }
        }
    }

    fn of_server(&self, state: &State, at: u8, server: &Server, phase: Phase, actions: &mut Vec<Action>) {
        let bounds = &self.setup.bounds;
        for (key, world) in (0..).zip(&state.keys) {
            let it = world.session(at);
            if phase == Phase::Open && state.spent(|it| it.opens) < bounds.opens && may_open(it) {
                self.both(state, Act::Open(at, key), actions);
            }
            let Some(it) = it else { continue };
            for kind in bounds.kinds {
                let id = world.spent.deeds;
                if state.spent(|it| it.deeds) < bounds.deeds && self.game.may_change(at, it, *kind, id) {
                    actions.push(plain(Act::Change(at, key, *kind)));
                }
            }
            if bounds.closes && *it.session.phase() == session::Phase::Active {
                self.both(state, Act::Close(at, key), actions);
            }
        }
        for timer in server.armed.iter().filter(|timer| self.may_fire(**timer)) {
            self.both(state, Act::Fire(at, *timer), actions);
        }
        for (index, (_, about)) in (0..).zip(&server.asked) {
            self.both(state, Act::Answer(at, index), actions);
            // One that says that nobody knows cannot be lost.
            let losable = match about {
                About::Record(_, outcome) => *outcome != Outcome::Unknown,
                About::Journal(_, outcome) => *outcome != Outcome::Unknown,
                About::Heartbeat => false,
            };
            if losable && state.spent(|it| it.lost) < bounds.lost {
                self.both(state, Act::Lose(at, index), actions);
            }
        }
        let crashed = state.keys.first().map_or(0, |world| world.spent.crashes);
        let is_used = state.keys.iter().any(|world| world.session(at).is_some());
        if crashed < bounds.crashes && is_used && phase == Phase::Open {
            actions.push(plain(Act::Crash(at)));
        }
        if at < self.setup.shutdowns && phase == Phase::Open && is_used {
            self.both(state, Act::Shutdown(at), actions);
        }
        if matches!(phase, Phase::Closing | Phase::Closed) {
            actions.push(plain(Act::End(at)));
        }
    }

    /// Renewals and the janitor are left out, and the deadline comes with the end of the close window. Nobody waits for the holder of a
    /// record here: servers have no labels.
    fn may_fire(&self, timer: HostTimer<u8>) -> bool {
        match timer {
            HostTimer::Session(_, Timer::Answer | Timer::Patience | Timer::Observe) => false,
            HostTimer::Session(_, Timer::Journal) => self.setup.bounds.journal,
            HostTimer::Session(_, Timer::Retry | Timer::Save) => true,
            HostTimer::Call(_) | HostTimer::Requests | HostTimer::Batch => true,
            HostTimer::Heartbeat | HostTimer::Janitor | HostTimer::Deadline => false,
        }
    }

    /// An act that may issue requests on records.
    fn both(&self, state: &State, act: Act, actions: &mut Vec<Action>) {
        actions.push(plain(act));
        if state.spent(|it| it.lost) < self.setup.bounds.lost {
            actions.push(Action { act, fate: Fate::Dropped });
            if self.setup.refuses {
                actions.push(Action { act, fate: Fate::Refused });
            }
        }
    }
}

fn plain(act: Act) -> Action {
    Action { act, fate: Fate::Reach }
}

/// A player comes where there is no session of theirs, or one that is on its way out.
fn may_open(it: Option<&HostSession>) -> bool {
    use session::Phase;
    it.is_none_or(|it| matches!(it.session.phase(), Phase::Closing | Phase::Fenced | Phase::Cancelling))
}
