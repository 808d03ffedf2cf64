//! Saves that nobody waits for.

use super::outbox::SOON;
use super::shared::Shared;
use crate::backend::Key;
use keyholder_core::document::Document;
use keyholder_core::host::{HostInput, HostMisuse};
use keyholder_core::input::Command;
use keyholder_core::session::Phase;
use tokio::time::Instant;

impl<D: Document<C>, C: Clone> Shared<D, C> {
    /// Asks for a save that nobody waits for. To make the request takes longer than to ask for it, so that is the driver's.
    pub(super) fn save_soon(&self, key: &Key) -> Result<(), HostMisuse> {
        let (state, now) = (&mut *self.lock(), Instant::now());
        let is_open = state.host.session(key).is_some_and(|it| *it.phase() == Phase::Active);
        if state.is_gone() || !is_open {
            // Refused, with the reason.
            return self.step_in(state, now, HostInput::Command { key: key.clone(), command: Command::Save });
        }
        if state.saves.insert(key.clone()) {
            state.out.remind(now + SOON);
            // A driver that is awake may have asked for saves already: the bell makes it look again.
            if state.out.is_urgent() {
                self.wake.ring();
            }
        }
        Ok(())
    }

    /// Asks the host for the saves that were asked for. One whose session has been closed meanwhile was saved by that.
    pub(super) fn save_asked(&self) {
        loop {
            let state = &mut *self.lock();
            let Some(key) = state.saves.pop_first() else { return };
            let _ = self.step_in(state, Instant::now(), HostInput::Command { key, command: Command::Save });
        }
    }

    /// The driver sleeps until then unless it is woken. False if there is something for it already.
    pub(super) fn sleep(&self, until: Instant) -> bool {
        self.lock().out.sleep(until)
    }
}
