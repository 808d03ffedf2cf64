//! What an input does to a queue, right or wrong.

use super::{Act, Breach, Queueing, State};
use keyholder_core::queue::{Full, Priority, Pushed, Start, Verdict};
use keyholder_core::timer::Millis;

impl Queueing {
    /// Carries out one action, and judges what the queue made of it.
    pub(super) fn act(&self, state: &mut State, act: Act) {
        match act {
            Act::Push(key, priority) => {
                let item = state.ghost.pending(key).map_or(0, |it| 1 - it.item);
                let pushed = self.push(state, key, item, priority);
                self.judge_push(state, key, item, priority, pushed);
            }
            Act::Next => {
                let start = self.next(state);
                self.judge_start(state, start);
            }
            Act::Done(key, ended) => {
                let mut told = state.queue.done(&key, ended, state.moment());
                let early = self.does(Breach::VerdictTooEarly) && state.queue.is_flushing();
                if early && told == Ok(None) {
                    told = Ok(Some(Verdict::Done));
                }
                self.judge_done(state, key, ended, told);
            }
            Act::Track(key) => {
                state.queue.track(key);
                state.ghost.track(key);
            }
            Act::Untrack(key) => {
                state.queue.untrack(&key);
                state.ghost.untrack(key);
            }
            Act::Remove(key) => {
                let removed = state.queue.remove(&key);
                state.ghost.judge_removal(key, removed);
            }
            Act::Flush => {
                let deadline = Millis(state.moment().0 + 1);
                let keys = state.queue.flush(deadline);
                state.ghost.judge_flush(state.now + 1, keys);
            }
            Act::Expire => {
                let mut told = state.queue.expire(state.moment());
                if self.does(Breach::ForgetsVerdict) {
                    told.pop();
                }
                state.ghost.judge_expiry(state.now, told);
            }
            Act::Tick => state.now += 1,
        }
    }

    fn push(&self, state: &mut State, key: u8, item: u8, priority: Priority) -> Result<Pushed<u8>, Full<u8>> {
        let older = state.ghost.pending(key).map(|it| (it.item, it.priority));
        if self.does(Breach::TwoOfOneKey) && state.ghost.running.contains(&key) {
            let _ = state.queue.done(&key, keyholder_core::queue::Ended::Done, Millis(0));
        }
        match (self.breach, older) {
            (Some(Breach::KeepsOlder), Some(_)) => return Ok(Pushed::Superseded(item)),
            (Some(Breach::LosesPlace), Some((older, before))) => {
                state.queue.remove(&key);
                return state.queue.push(key, item, priority.max(before)).map(|_| Pushed::Superseded(older));
            }
            // A priority that comes to the same, but for the cooldown.
            (Some(Breach::LeaveWaits), _) => return state.queue.push(key, item, Priority::Autosave),
            _ => {}
        }
        let pushed = state.queue.push(key, item, priority);
        match (self.breach, pushed) {
            (Some(Breach::DropsAtTheCap), Err(_)) => Ok(Pushed::Queued),
            (Some(Breach::DropsAnother), Err(_)) => {
                let another = state.ghost.lines.first().map(|it| it.key);
                another.and_then(|another| state.queue.remove(&another));
                state.queue.push(key, item, priority)
            }
            (_, pushed) => pushed,
        }
    }

    fn next(&self, state: &mut State) -> Option<Start<u8, u8>> {
        let now = state.moment();
        let wanted = match self.breach {
            Some(Breach::Starves) => state.ghost.most_urgent(self, state.now),
            Some(Breach::NoPriorities) => state.ghost.startable(self, state.now).next(),
            _ => None,
        };
        let Some(wanted) = wanted.copied() else {
            return state.queue.next(now);
        };
        // Whatever else could start is taken out for a moment.
        let others: Vec<_> = state.ghost.lines.iter().filter(|it| it.key != wanted.key).copied().collect();
        for it in &others {
            state.queue.remove(&it.key);
        }
        let start = state.queue.next(now);
        for it in others {
            let _ = state.queue.push(it.key, it.item, it.priority);
        }
        start
    }
}
