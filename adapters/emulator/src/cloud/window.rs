//! Limits of so much in so long.

use crate::time::Timestamp;
use jiff::SignedDuration;

/// A minute: what most of the platform's limits are in.
pub(crate) const MINUTE: SignedDuration = SignedDuration::from_secs(60);

/// What was taken since a window began. The next one begins with what is taken after its end.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Window {
    begun: Option<Timestamp>,
    taken: u64,
}

impl Window {
    /// Takes `cost`, if no more than `limit` is taken in a window of this length.
    pub(crate) fn take(&mut self, cost: u64, limit: u64, length: SignedDuration, now: Timestamp) -> bool {
        if self.is_over(length, now) {
            *self = Self { begun: Some(now), taken: 0 };
        }
        let fits = self.taken.saturating_add(cost) <= limit;
        if fits {
            self.taken += cost;
        }
        fits
    }

    /// Whether the next thing that is taken begins a window. So it is when the clock was set back.
    pub(crate) fn is_over(&self, length: SignedDuration, now: Timestamp) -> bool {
        self.begun.is_none_or(|begun| now < begun || now.duration_since(begun) >= length)
    }
}

#[cfg(test)]
mod tests {
    use super::{MINUTE, Window};
    use jiff::Timestamp;

    #[test]
    fn a_window_gives_its_limit_and_then_begins_anew() {
        let at = |seconds: i64| Timestamp::from_second(1_000 + seconds).unwrap();
        let mut window = Window::default();
        assert!(window.take(7, 10, MINUTE, at(0)));
        assert!(!window.take(4, 10, MINUTE, at(59)));
        assert!(window.take(3, 10, MINUTE, at(59)), "what was refused was not taken");
        assert!(window.take(10, 10, MINUTE, at(60)));
        assert!(!window.take(1, 10, MINUTE, at(61)));
        assert!(window.take(1, 10, MINUTE, at(-5)), "the clock was set back");
    }
}
