//! What must hold in a timed world, what must be seen in it, and what has to be remembered for that.

use super::clock::units;
use super::{Act, CONTENDER, State, Timed};
use crate::driver::Always;
use keyholder_core::config::StealPolicy;
use keyholder_core::session::Phase;
use keyholder_core::update::Ticket;

/// A server that holds the record has a heartbeat entry, unless since its last renewal it was late because of a pause, more renewals in a row were
/// lost than the settings bear, or the store forgot the entry.
pub const ENTRY_KEPT: &str = "entry-kept";

/// A contender takes the record from a session only if, while it waited, that session's server was without an entry, and dead or excused as above.
pub const NOT_ROBBED: &str = "not-robbed";

/// A contender with a steal window takes the record from a session only as above, or when it has waited for that very session for the whole window.
pub const WINDOW_KEPT: &str = "window-kept";

/// An open that begins after the holder died is not refused as held, unless the opener itself was late.
pub const NOT_FORSAKEN: &str = "not-forsaken";

pub(super) const ALWAYS: &[Always<Timed>] = &[
    Always { name: ENTRY_KEPT, holds: |_, it| it.is_entry_kept() },
    Always { name: NOT_ROBBED, holds: |_, it| !it.ghost.robbed },
    Always { name: WINDOW_KEPT, holds: |_, it| !it.ghost.hasty },
    Always { name: NOT_FORSAKEN, holds: |_, it| !it.ghost.forsaken },
];

/// What must be seen.
pub const SHOWN: &[&str] = &[
    "an entry lapses because its server was paused",
    "an entry lapses after more lost renewals than the settings bear",
    "a lost renewal is made good before the entry lapses",
    "a dead server's entry lapses",
    "the contender takes the record of a dead server",
    "the contender takes the record of a live server that was without an entry",
    "the contender takes the record after a whole window",
    "the window begins again for another session",
    "an open is given up while the holder is there",
    "an entry that the store forgot is written again",
];

/// What the properties must remember.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Ghost {
    /// The session that the record names, once the contender has read so, and the units since then, at most those of the window.
    pub watched: Option<(Ticket, u8)>,
    /// The holder was without an entry since then, and dead or excused.
    pub absent: bool,
    /// Renewals in a row that were lost.
    pub missed: u32,
    /// Since its last renewal the holder was late because of a pause, the store forgot the entry, or too many renewals were lost.
    pub excused: bool,
    /// The holder was dead when the contender opened, which was never late.
    pub dead_at_open: bool,
    /// The record was taken against [`NOT_ROBBED`].
    pub robbed: bool,
    /// The record was taken against [`WINDOW_KEPT`].
    pub hasty: bool,
    /// The open was refused against [`NOT_FORSAKEN`].
    pub forsaken: bool,
}

impl State {
    fn is_entry_kept(&self) -> bool {
        let holds = self.holder.alive && self.held().is_some();
        !holds || self.holder.entry.is_some() || self.ghost.excused
    }
}

impl Timed {
    /// The units of the steal window.
    fn window(&self) -> Option<u8> {
        match self.config.settings().steal {
            StealPolicy::After(window) => Some(units(window)),
            StealPolicy::Never | StealPolicy::Now => None,
        }
    }

    /// After every action: whom the contender watches, and whether he was without an entry.
    pub(super) fn note(&self, state: &mut State) {
        let held = state.held();
        let ghost = &mut state.ghost;
        if let Phase::Waiting(contention) = state.contender.session.phase()
            && held == Some(contention.held)
            && ghost.watched.is_none_or(|(ticket, _)| ticket != contention.held)
        {
            ghost.watched = Some((contention.held, 0));
            ghost.absent = false;
        }
        if ghost.watched.is_some_and(|(ticket, _)| held != Some(ticket)) {
            ghost.watched = None;
            ghost.absent = false;
        }
        let fair = !state.holder.alive || ghost.excused;
        ghost.absent |= ghost.watched.is_some() && state.holder.entry.is_none() && fair;
    }

    pub(super) fn note_time(&self, state: &mut State) {
        if let Some((_, units)) = &mut state.ghost.watched {
            *units = units.saturating_add(1).min(self.window().unwrap_or(0));
        }
    }

    /// The contender's claim is about to replace the session that holds the record.
    pub(super) fn note_taking(&self, state: &mut State) {
        if state.held().is_none() || state.ghost.absent {
            return;
        }
        match self.window() {
            Some(window) => state.ghost.hasty |= state.ghost.watched.is_none_or(|(_, units)| units < window),
            None => state.ghost.robbed = true,
        }
    }
}

/// Which entries of [`SHOWN`] a step shows, as bits.
pub(super) fn shown(world: &Timed, from: &State, act: Act, to: &State) -> u64 {
    let lapsed = act == Act::Tick && from.holder.entry.is_some() && to.holder.entry.is_none() && from.held().is_some();
    let too_many = to.ghost.missed > world.setup.tolerated;
    let taken = from.held().is_some() && to.record.owner.is_some_and(|owner| owner.host == CONTENDER);
    let written = matches!(act, Act::Reach | Act::Applied | Act::Unheard) && to.holder.entry.is_some();
    let waits = |state: &State| match state.contender.session.phase() {
        Phase::Waiting(contention) => Some(contention.held),
        _ => None,
    };
    let another = world.window().is_some() && waits(from).zip(waits(to)).is_some_and(|(one, other)| one != other);
    let given_up = matches!(to.contender.session.phase(), Phase::Ended(_)) && !from.contender.over;
    let seen = [
        lapsed && to.holder.alive && !too_many,
        lapsed && to.holder.alive && too_many,
        written && from.holder.entry.is_some() && from.ghost.missed > 0,
        lapsed && !to.holder.alive,
        taken && !from.holder.alive,
        taken && from.holder.alive && from.ghost.absent,
        taken && !from.ghost.absent,
        another,
        given_up && to.holder.alive && to.holder.entry.is_some(),
        written && from.holder.entry.is_none() && from.ghost.excused && from.spent.forgotten > 0,
    ];
    seen.iter().enumerate().map(|(bit, seen)| u64::from(*seen) << bit).sum()
}
