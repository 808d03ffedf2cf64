//! What must hold of servers, and what must be seen.

use super::{Act, Action, Hosted, State};
use crate::driver::Always;
use crate::properties::{Listed, NAMES};
use crate::world::{AnyRules, World};
use keyholder_core::host::Phase;

/// At the end of the close window, each change that the server has accepted has its verdict.
pub const CLOSE_VERDICTS: &str = "close-verdicts";

/// A server that has told its end asks nothing any more.
pub const CLOSED_IS_SILENT: &str = "closed-is-silent";

/// The end of a server is told once, and when no session is left.
pub const CLOSED_IS_TRUE: &str = "closed-is-true";

/// What must never happen; each belongs to a property.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(super) enum Flag {
    /// [`CLOSE_VERDICTS`]
    NoVerdict = 1,
    /// [`CLOSED_IS_SILENT`]
    AskedAfterClosed = 2,
    /// [`CLOSED_IS_TRUE`]
    ClosedTooEarly = 4,
}

impl State {
    pub(super) fn raise(&mut self, flag: Flag) {
        self.flags |= flag as u8;
    }

    fn never(&self, flag: Flag) -> bool {
        self.flags & flag as u8 == 0
    }
}

/// The properties of the protocol, of each key.
macro_rules! of_protocol {
    ($($at:literal)*) => {
        &[
            $(Always {
                name: NAMES[$at],
                holds: |model, it| {
                    let Some(property) = AnyRules::list().get($at) else { return false };
                    it.keys.iter().all(|world| (property.holds)(&model.game, world))
                },
            },)*
            Always { name: CLOSE_VERDICTS, holds: |_, it| it.never(Flag::NoVerdict) },
            Always { name: CLOSED_IS_SILENT, holds: |_, it| it.never(Flag::AskedAfterClosed) },
            Always { name: CLOSED_IS_TRUE, holds: |_, it| it.never(Flag::ClosedTooEarly) },
        ]
    };
}

pub(super) const ALWAYS: &[Always<Hosted>] = of_protocol!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19);

/// What must be seen.
pub const SHOWN: &[&str] = &[
    "a server closes before the end of its close window, and everything is saved and released",
    "the close window ends while a session waits for an answer",
    "a change has no other verdict than that nobody knows, at the end of the close window",
    "a write waits while another one runs, and the server closes",
    "an open is cancelled by a shutdown",
    "an answer comes after its session has ended",
    "a player who comes back waits until the session before has ended",
    "a server takes the record from another one that still has a session of it",
    "a server takes the record of a server that died",
    "a change is told to be durable after its player has moved on",
];

/// Which entries of [`SHOWN`] a step shows, as bits.
pub(super) fn shown(from: &State, action: Action, to: &State) -> u64 {
    let phase = |state: &State, at: u8| {
        state.servers.get(usize::from(at)).and_then(|it| it.host.as_ref()).map(|host| host.phase())
    };
    let server = match action.act {
        Act::Open(server, _) | Act::Change(server, ..) | Act::Close(server, _) | Act::Fire(server, _) => server,
        Act::Answer(server, _) | Act::Lose(server, _) | Act::Crash(server) => server,
        Act::Shutdown(server) | Act::End(server) => server,
    };
    let at = usize::from(server);
    let closing = phase(from, server) == Some(Phase::Closing);
    let ends = matches!(action.act, Act::End(_)) && closing;
    let any = |holds: &dyn Fn(&World, &World) -> bool| from.keys.iter().zip(&to.keys).any(|(a, b)| holds(a, b));
    let is_free = |world: &World| world.record.as_ref().is_none_or(|record| record.owner.is_none());
    let had = |world: &World| world.session(server).is_some();
    let waiting = |state: &State| state.servers[at].host.as_ref().is_some_and(|host| host.load().0 > 0);
    let claims = |a: &World, b: &World| {
        let (Some(before), Some(after)) = (a.record.as_ref(), b.record.as_ref()) else { return false };
        before.owner.is_some() && after.epoch > before.epoch
    };
    let others = |world: &World| (0..world.hosts.len() as u8).any(|it| it != server && world.session(it).is_some());
    let answered = matches!(action.act, Act::Answer(..));
    let seen = [
        closing && phase(to, server) == Some(Phase::Closed) && to.keys.iter().all(is_free),
        ends && from.keys.iter().any(had) && !from.servers[at].asked.is_empty(),
        ends && any(&|a, b| b.ghost.unknown & !a.ghost.unknown != 0),
        phase(to, server) == Some(Phase::Closing) && waiting(to),
        closing && any(&|a, b| a.ghost.cancelled != b.ghost.cancelled),
        answered && from.keys.iter().all(|world| !had(world)),
        !matches!(action.act, Act::Open(..))
            && any(&|a, b| {
                let nonce = |world: &World| world.session(server).map(|it| it.session.owner());
                nonce(a).is_some() && nonce(b).is_some() && nonce(a) != nonce(b)
            }),
        any(&|a, b| claims(a, b) && others(a)),
        any(&|a, b| claims(a, b) && !others(a) && a.spent.crashes > 0),
        answered && any(&|a, b| a.ghost.durable != b.ghost.durable && others(a)),
    ];
    seen.iter().enumerate().map(|(bit, seen)| u64::from(*seen) << bit).sum()
}
