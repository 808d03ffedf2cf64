//! The end of a server: every session is saved and released in the close window, and each change has its verdict at the
//! end of it (KIT-3, DIA-16). How many saves are under way at once, the requests decide.

use super::{Host, HostEffect, HostMisuse, HostTimer, Phase, Step, Told};
use crate::document::Document;
use crate::heartbeat::PulseInput;
use crate::input::{Command, Input};
use crate::queue::Priority;
use crate::rules::Rules;
use crate::timer::{Millis, Window};
use alloc::vec::Vec;
use core::hash::Hash;

impl<K, D, C> Host<K, D, C>
where
    K: Clone + Ord + Hash,
    D: Document<C>,
    C: Clone,
{
    /// Closes every session; nothing new is begun.
    pub(super) fn shutdown<R: Rules<D, C> + ?Sized>(
        &mut self,
        step: &mut Step<'_, K, D, C, R>,
    ) -> Result<(), HostMisuse> {
        self.must_run()?;
        self.phase = Phase::Closing;
        let window = step.config.settings().shutdown.close_window_ms;
        step.arm(HostTimer::Deadline, Window::exactly(window));
        self.requests.flush(Millis(step.now.0.saturating_add(window)));
        self.drop_boot(step);
        self.close_calls(step);
        for key in self.keys() {
            // One that is on its way out already goes on.
            let _ = self.run(step, &key, Input::Command(Command::Close));
            self.requests.raise(&key, Priority::Leave);
        }
        Ok(())
    }

    /// The end of the close window: what has no verdict yet gets one.
    pub(super) fn deadline<R: Rules<D, C> + ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>) {
        if self.phase != Phase::Closing {
            return;
        }
        for key in self.keys() {
            let _ = self.run(step, &key, Input::Command(Command::Abandon));
        }
        self.abandon_calls(step);
        self.beat(step, PulseInput::Stop);
        self.close(step);
    }

    /// After each step: a host that closes and holds nothing any more is closed.
    pub(super) fn finish<R: ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>) {
        if self.phase != Phase::Closing || !self.seats.is_empty() || !self.calls.is_empty() {
            return;
        }
        // The heartbeat lasts as long as something is held.
        if self.pulse.is_beating() {
            self.beat(step, PulseInput::Stop);
            self.requests.pump(step);
        }
        if !self.pulse.is_asked() {
            self.close(step);
        }
    }

    fn close<R: ?Sized>(&mut self, step: &mut Step<'_, K, D, C, R>) {
        self.phase = Phase::Closed;
        for timer in [HostTimer::Deadline, HostTimer::Janitor, HostTimer::Heartbeat, HostTimer::Batch] {
            step.out.push(HostEffect::Disarm(timer));
        }
        step.told(Told::Closed);
    }

    fn keys(&self) -> Vec<K> {
        self.seats.keys().cloned().collect()
    }
}
