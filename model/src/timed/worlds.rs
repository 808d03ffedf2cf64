//! The timed worlds: how long what takes, and what the environment may do.

use super::Setup;
use crate::parts::World;
use keyholder_core::config::{Join, Settings, StealPolicy};
use keyholder_core::timer::Millis;

/// All of them.
pub const WORLDS: &[World<Setup>] = &[
    World {
        name: "latency",
        about: "a heartbeat alone, with answers that take up to a unit: losses, pauses, a store that forgets, a server that stops and starts",
        setup: LATENCY,
        states: 22_009,
        shows: &[0, 1, 2, 3, 9],
    },
    World {
        name: "contention",
        about: "a contender waits while the server that holds the record pauses, dies or loses its entry; renewals are lost",
        setup: CONTENTION,
        states: 232_523,
        shows: &[0, 1, 2, 3, 4, 5, 8, 9],
    },
    World {
        name: "return",
        about: "the holder's player leaves and comes back, on a server that stops and starts its heartbeat",
        setup: RETURN,
        states: 87_495,
        shows: &[2, 8],
    },
    World {
        name: "death",
        about: "the holder dies; answers are lost, and servers pause",
        setup: DEATH,
        states: 72_215,
        shows: &[0, 3, 4, 5, 8],
    },
    World {
        name: "steal-window",
        about: "a contender with a steal window of two units, and a holder that comes back in another session",
        setup: WINDOW,
        states: 235_052,
        shows: &[0, 5, 6, 7, 8, 9],
    },
];

/// The inequalities between the settings at their edges: a renewal each unit, an entry of three, an open of five.
pub(super) const QUICK: Settings = Settings {
    heartbeat_every_ms: 2,
    heartbeat_ttl_ms: 6,
    retry_ms: 2,
    answer_ms: 2,
    acquire_retry_ms: 2,
    acquire_ms: 10,
    refuse_when_busy: false,
    journal: false,
    join: Join { batch_ms: 0, surge_extra_ms: 0, surge_from: 10, max_open: 1_024 },
    ..Settings::DEFAULT
};

/// A contender waits for a record whose server pauses, dies or loses its entry; renewals are lost.
pub const CONTENTION: Setup = Setup {
    settings: QUICK,
    latency: 0,
    tolerated: 1,
    failures: 2,
    mishaps: 1,
    pauses: 1,
    forgotten: 1,
    crashes: 1,
    lost: 0,
    returns: 0,
    contended: true,
};

/// The holder's player leaves and comes back while a contender waits: the record names another session of the same server.
pub const RETURN: Setup = Setup { returns: 1, failures: 1, mishaps: 0, ..CONTENTION };

/// The holder dies; answers are lost, and servers pause.
pub const DEATH: Setup = Setup { failures: 0, mishaps: 3, forgotten: 0, lost: 1, ..CONTENTION };

/// A contender with a steal window of two units. Renewals are not lost: that is what the other worlds are about.
pub const WINDOW: Setup = Setup {
    settings: Settings { steal: StealPolicy::After(Millis(4)), ..QUICK },
    failures: 0,
    crashes: 0,
    lost: 1,
    returns: 1,
    ..CONTENTION
};

/// Nobody contends, and every answer may take a unit: a renewal each second unit, an entry of six.
pub const LATENCY: Setup = Setup {
    settings: Settings { heartbeat_every_ms: 4, heartbeat_ttl_ms: 12, acquire_ms: 20, ..QUICK },
    latency: 1,
    mishaps: 3,
    returns: 2,
    contended: false,
    ..CONTENTION
};
