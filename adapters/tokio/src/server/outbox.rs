//! What the driver has to carry out, and whether it has to be woken for it.
//!
//! To wake a task that sleeps takes longer than a step of the host. Most steps leave nothing that is urgent: a timer that is
//! due in seconds, a save that nobody waits for. So each thing has a moment by which the driver is to see it, the driver
//! says until when it sleeps, and it is woken only where it would sleep for too long.

use std::time::Duration;
use tokio::time::Instant;

/// So late the driver may see what nobody waits for. Timers of tokio are not finer than half of it.
pub(super) const SOON: Duration = Duration::from_millis(2);
/// So many things are waiting at most while the driver sleeps.
const MANY: usize = 1_024;

#[derive(Debug)]
pub(super) struct Outbox<T> {
    todo: Vec<(Instant, T)>,
    /// The earliest moment of them.
    first: Option<Instant>,
    /// None while the driver is awake: it looks here again before it sleeps.
    sleeps_until: Option<Instant>,
}

impl<T> Default for Outbox<T> {
    fn default() -> Self {
        Self { todo: Vec::new(), first: None, sleeps_until: None }
    }
}

impl<T> Outbox<T> {
    /// Leaves something that the driver is to see by this moment.
    pub(super) fn put(&mut self, by: Instant, what: T) {
        self.remind(by);
        self.todo.push((by, what));
    }

    /// The driver is to look by this moment, at what is elsewhere.
    pub(super) fn remind(&mut self, by: Instant) {
        self.first = Some(self.first.map_or(by, |first| first.min(by)));
    }

    /// Whether the driver has to be woken.
    pub(super) fn is_urgent(&self) -> bool {
        let in_time = |by| self.sleeps_until.is_some_and(|until| until <= by);
        self.todo.len() >= MANY || self.first.is_some_and(|by| !in_time(by))
    }

    /// The driver is awake and takes out everything, in order.
    pub(super) fn take(&mut self) -> Vec<(Instant, T)> {
        (self.first, self.sleeps_until) = (None, None);
        std::mem::take(&mut self.todo)
    }

    /// The driver sleeps until this moment unless it is woken. False if there is something for it already.
    pub(super) fn sleep(&mut self, until: Instant) -> bool {
        let may = self.first.is_none();
        self.sleeps_until = may.then_some(until);
        may
    }

    pub(super) fn clear(&mut self) {
        self.todo.clear();
        self.first = None;
    }
}

#[cfg(test)]
mod tests {
    use super::{MANY, Outbox, SOON};
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn who_sleeps_for_too_long_is_woken() {
        let (mut outbox, now) = (Outbox::default(), Instant::now());
        outbox.put(now + SOON, 1);
        assert!(outbox.is_urgent(), "a driver that is awake looks, and is told so at no cost");
        assert!(!outbox.sleep(now + SOON), "one that has something to do does not sleep");
        assert_eq!(outbox.take(), [(now + SOON, 1)]);
        assert!(outbox.sleep(now + SOON));
        outbox.put(now + SOON, 2);
        assert!(!outbox.is_urgent());
        outbox.put(now, 3);
        assert!(outbox.is_urgent());
        assert_eq!(outbox.take().into_iter().map(|(_, what)| what).collect::<Vec<_>>(), [2, 3]);
        outbox.remind(now + SOON);
        assert!(!outbox.sleep(now), "one that has to look does not sleep");
    }

    #[test]
    fn not_too_much_waits_for_one_who_sleeps() {
        let (mut outbox, now) = (Outbox::default(), Instant::now());
        assert!(outbox.sleep(now));
        let later = now + Duration::from_secs(60);
        (0..MANY - 1).for_each(|at| outbox.put(later, at));
        assert!(!outbox.is_urgent());
        outbox.put(later, MANY);
        assert!(outbox.is_urgent());
    }
}
