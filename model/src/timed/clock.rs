//! Time in units.

use keyholder_core::timer::{Millis, Timer, Window};

/// The milliseconds of a unit: the least for which a window of the shortest retry has two ends.
pub const UNIT_MS: u64 = 2;

/// An armed timer: it may fire when the first number is 0, and must before time passes when both are.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Countdown {
    /// Units until the window begins.
    pub earliest: u8,
    /// Units until it ends.
    pub latest: u8,
}

impl Countdown {
    /// A timer that was armed this moment. A window that begins within a unit begins with it, and one that ends within a unit ends with it.
    pub fn new(within: Window) -> Self {
        Self { earliest: whole(within.min.0 / UNIT_MS), latest: units(within.max) }
    }

    pub(super) fn pass(&mut self) {
        self.earliest = self.earliest.saturating_sub(1);
        self.latest = self.latest.saturating_sub(1);
    }
}

/// A duration in units, rounded up.
pub(super) fn units(duration: Millis) -> u8 {
    whole(duration.0.div_ceil(UNIT_MS))
}

/// A timed world is tiny: a duration that does not fit was not meant for it.
fn whole(units: u64) -> u8 {
    u8::try_from(units).unwrap_or(u8::MAX)
}

/// The timers of a session that waits for a record.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Timetable([Option<Countdown>; TIMERS.len()]);

/// What a session is woken for before it holds the record.
const TIMERS: [Timer; 4] = [Timer::Retry, Timer::Answer, Timer::Observe, Timer::Patience];

impl Timetable {
    fn slot(&mut self, timer: Timer) -> Option<&mut Option<Countdown>> {
        let at = TIMERS.iter().position(|it| *it == timer)?;
        self.0.get_mut(at)
    }

    /// Arms a timer, or disarms it.
    pub(super) fn set(&mut self, timer: Timer, countdown: Option<Countdown>) {
        if let Some(slot) = self.slot(timer) {
            *slot = countdown;
        }
    }

    /// The armed timers.
    pub fn armed(&self) -> impl Iterator<Item = (Timer, Countdown)> {
        TIMERS.into_iter().zip(self.0).filter_map(|(timer, countdown)| Some((timer, countdown?)))
    }

    /// The moment of one timer.
    pub fn get(&self, timer: Timer) -> Option<Countdown> {
        self.armed().find(|(it, _)| *it == timer).map(|(_, countdown)| countdown)
    }

    pub(super) fn pass(&mut self) {
        self.0.iter_mut().flatten().for_each(Countdown::pass);
    }
}
