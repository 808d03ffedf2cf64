//! The worlds of servers: what happens, and how often.

use crate::bounds::Bounds;
use crate::parts::World;

/// The bounds of servers.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// What the environment may do, over all keys.
    pub bounds: Bounds,
    /// Keys.
    pub keys: u8,
    /// How many of the servers may be told to close.
    pub shutdowns: u8,
    /// How many saves may run at once at a server.
    pub saves: u32,
    /// Whether a store may refuse a request, which counts as a lost one.
    pub refuses: bool,
}

/// All of them.
pub const WORLDS: &[World<Setup>] = &[
    World {
        name: "shutdown",
        about: "a server is told to close while two players come, change and leave; one save runs at a time, and requests are lost or refused",
        setup: SHUTDOWN,
        states: 180_345,
        shows: &[0, 1, 2, 3, 4, 5, 6],
    },
    World {
        name: "shutdown-journal",
        about: "a server is told to close while one player comes, changes twice, leaves and comes back, with a journal",
        setup: JOURNALLED,
        states: 55_290,
        shows: &[0, 1, 2, 4, 5, 6],
    },
    World {
        name: "shutdown-race",
        about: "two servers race for a player, one may die, and one is told to close",
        setup: Setup { shutdowns: 1, bounds: Bounds { lost: 1, ..TELEPORT.bounds }, ..TELEPORT },
        states: 108_275,
        shows: &[0, 1, 2, 4, 5, 6, 7, 8, 9],
    },
    World {
        name: "host-teleport",
        about: "two servers race for a player; answers and requests are lost, and one may die",
        setup: TELEPORT,
        states: 147_489,
        shows: &[5, 6, 7, 8, 9],
    },
];

/// Two players on one server that closes.
pub(super) const SHUTDOWN: Setup = Setup {
    bounds: Bounds { hosts: 1, opens: 2, deeds: 2, lost: 2, journal: false, asymmetric: true, ..Bounds::SMALL },
    keys: 2,
    shutdowns: 1,
    saves: 1,
    refuses: true,
};

/// One player on a server that closes, with a journal.
const JOURNALLED: Setup = Setup { bounds: Bounds { journal: true, ..SHUTDOWN.bounds }, keys: 1, ..SHUTDOWN };

/// Two servers, one player.
pub(super) const TELEPORT: Setup = Setup {
    bounds: Bounds { hosts: 2, deeds: 1, crashes: 1, ..JOURNALLED.bounds },
    shutdowns: 0,
    refuses: false,
    ..JOURNALLED
};
