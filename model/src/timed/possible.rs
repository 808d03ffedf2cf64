//! Which actions are possible in a timed world: commands and faults within the bounds, and what the servers owe.

use super::{Act, Breach, Contender, Holder, State, Timed, Who};
use keyholder_core::session::Phase;

impl Timed {
    /// Puts every possible action into `actions`, always in the same order. There is none once the contender's open is over.
    pub(super) fn possible(&self, state: &State, actions: &mut Vec<Act>) {
        if state.contender.over {
            return;
        }
        let waits = |who| !self.must_act(state, who);
        if waits(Who::Holder) && waits(Who::Contender) {
            actions.push(Act::Tick);
        }
        self.faults(state, actions);
        if state.holder.alive && !state.holder.paused {
            self.holder_acts(state, actions);
        }
        if state.holder.late_delete {
            actions.push(Act::DeleteLate);
        }
        if self.setup.contended && !state.contender.paused {
            contender_acts(state, actions);
            if state.contender.answer.is_some() && self.may_befall(state, state.spent.lost, self.setup.lost) {
                actions.push(Act::Lose);
            }
        }
    }

    fn faults(&self, state: &State, actions: &mut Vec<Act>) {
        let paused = [(Who::Holder, state.holder.paused), (Who::Contender, state.contender.paused)];
        for (who, paused) in paused {
            let there =
                if who == Who::Holder { state.holder.alive } else { *state.contender.session.phase() != Phase::New };
            if paused {
                actions.push(Act::Resume(who));
            } else if there && self.may_befall(state, state.spent.pauses, self.setup.pauses) {
                actions.push(Act::Pause(who));
            }
        }
        if state.holder.alive && self.may_befall(state, state.spent.crashes, self.setup.crashes) {
            actions.push(Act::Crash);
        }
        if state.holder.entry.is_some() && self.may_befall(state, state.spent.forgotten, self.setup.forgotten) {
            actions.push(Act::Forget);
        }
    }

    /// Whether one more mishap of a kind fits the bounds.
    fn may_befall(&self, state: &State, before: u8, bound: u8) -> bool {
        let spent = &state.spent;
        before < bound && spent.pauses + spent.forgotten + spent.crashes + spent.lost < self.setup.mishaps
    }

    fn holder_acts(&self, state: &State, actions: &mut Vec<Act>) {
        let holder = &state.holder;
        if holder.renewal.is_some_and(|it| it.earliest == 0) {
            actions.push(Act::Renew);
        }
        if let Some(request) = holder.request {
            actions.push(Act::Applied);
            // Where time cannot pass before the answer, nobody can tell the two moments apart.
            if self.setup.latency > 0 && !request.applied {
                actions.push(Act::Reach);
            }
            if request.deletes || holder.pulse.unsure() <= self.setup.failures {
                actions.push(Act::Unheard);
                if !request.applied {
                    actions.push(Act::Lost);
                }
            }
        }
        if state.held().is_some() {
            if state.spent.returns < self.setup.returns {
                actions.push(Act::Leave);
            }
        } else if !holder.returning {
            actions.push(Act::Return);
        } else {
            // Known to be in the store, and nothing under way that could take it away.
            let known = holder.pulse.unsure() == 0 && holder.request.is_none();
            if known || self.breach == Some(Breach::ClaimFirst) {
                actions.push(Act::Claim);
            }
        }
    }

    /// Whether time must wait for this server.
    fn must_act(&self, state: &State, who: Who) -> bool {
        match who {
            Who::Holder => !state.holder.paused && state.holder.is_late(),
            Who::Contender => !state.contender.paused && state.contender.is_late(),
        }
    }
}

fn contender_acts(state: &State, actions: &mut Vec<Act>) {
    let contender = &state.contender;
    if *contender.session.phase() == Phase::New {
        actions.push(Act::Open);
    }
    let due = contender.timers.armed().filter(|(_, countdown)| countdown.earliest == 0);
    actions.extend(due.map(|(timer, _)| Act::Fire(timer)));
    if contender.stale.is_some() {
        actions.push(Act::FireStale);
    }
    if contender.answer.is_some() {
        actions.push(Act::Deliver);
    }
    if contender.reading.is_some() {
        actions.push(Act::Read);
    }
    if contender.asked.is_some() && state.holder.alive && !state.holder.paused {
        actions.push(Act::Hear);
    }
}

impl Holder {
    /// Whether it must act before time passes.
    pub(super) fn is_late(&self) -> bool {
        self.renewal.is_some_and(|it| it.latest == 0) || self.request.is_some_and(|it| it.left == 0)
    }
}

impl Contender {
    /// Whether it must act before time passes.
    pub(super) fn is_late(&self) -> bool {
        let fires = self.timers.armed().any(|(_, countdown)| countdown.latest == 0);
        let hears = self.answer.as_ref().map(|(_, left)| *left).into_iter().chain(self.reading.map(|(_, left)| left));
        fires || hears.into_iter().any(|left| left == 0)
    }
}
