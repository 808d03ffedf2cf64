//! The worlds themselves.

use super::{WorldSpec, at_night, live, twice, world};
use crate::bounds::Bounds;
use crate::tally::{CoinBounds, Kind};
use keyholder_core::config::StealPolicy;
use keyholder_core::input::Mode;
use keyholder_core::timer::Millis;

const S: Bounds = Bounds::SMALL;

/// A coin that may be spent once.
const COIN: Bounds = Bounds { coins: 1, kinds: &[Kind::Spend, Kind::Count], ..S };

/// A coin that may be spent once, and a writer who charges it.
const CHARGED: Bounds = Bounds {
    deeds: 2,
    lost: 1,
    crashes: 1,
    coins: 1,
    kinds: &[Kind::Spend],
    senders: 1,
    sends: &[Kind::Charge],
    exists: true,
    ..S
};

/// Servers with labels, heartbeats and a bus; a take-over needs a reason.
const BUS: Bounds = Bounds { labels: true, steal: StealPolicy::Never, ..S };

/// A counter with bounds, and a writer who competes for the room.
const ROOM: Bounds = Bounds {
    coins: 1,
    coin_bounds: Some(CoinBounds { max: 1, clamps: false }),
    kinds: &[Kind::Spend, Kind::Earn],
    senders: 1,
    sends: &[Kind::Earn],
    exists: true,
    ..S
};

/// One purchase, delivered by two servers that know nothing of each other.
const RECEIPT: Bounds = Bounds {
    senders: 2,
    sends: &[Kind::Count],
    receipts: true,
    errands: 1,
    wipes: false,
    restores: true,
    exists: true,
    ..S
};

const CLAMPS: Option<CoinBounds> = Some(CoinBounds { max: 1, clamps: true });

/// A session that may begin without holding the record.
const DELEGATE: Bounds = Bounds { modes: &[Mode::Exclusive, Mode::DeltaOnly], asymmetric: true, exists: true, ..S };

/// All worlds.
pub const WORLDS: &[WorldSpec] = &[
    live(at_night(
        world(
            "teleport",
            617_584,
            "two servers race for a player; answers and requests are lost",
            Bounds { opens: 3, deeds: 2, lost: 1, ..S },
            &[0, 1, 2, 3, 6, 8, 20, 21, 22, 25, 26, 32, 37, 38, 41],
        ),
        Bounds { opens: 3, deeds: 3, lost: 1, ..S },
        8_985_203,
    )),
    at_night(
        world(
            "three-servers",
            352_744,
            "three servers race for a player, and one may crash",
            Bounds { hosts: 3, opens: 3, deeds: 1, lost: 1, crashes: 1, ..S },
            &[0, 1, 2, 6, 8, 20],
        ),
        Bounds { hosts: 3, opens: 3, deeds: 2, crashes: 1, lost: 1, ..S },
        11_454_864,
    ),
    at_night(
        world(
            "recovery",
            2_979_559,
            "crashes, and a memory store that forgets or is unreachable: the journal must bring back what it kept",
            Bounds { opens: 3, deeds: 2, lost: 1, crashes: 1, vanished: 1, ..S },
            &[0, 1, 2, 3, 4, 5, 6, 14, 15, 23, 27],
        ),
        Bounds { opens: 3, deeds: 2, lost: 1, crashes: 1, vanished: 1, blind: 1, ..S },
        9_591_803,
    ),
    live(at_night(
        world(
            "external",
            464_897,
            "an external writer delivers to a live session, exactly once",
            Bounds { opens: 2, deeds: 2, lost: 1, crashes: 1, senders: 1, sends: &[Kind::Count], ..S },
            &[1, 2, 6, 9, 24, 25],
        ),
        Bounds { opens: 3, deeds: 3, lost: 1, senders: 1, sends: &[Kind::Count], ..S },
        55_665_126,
    )),
    at_night(
        world(
            "spends",
            1_527_401,
            "a coin must not be spent twice across take-over, recovery and hand-back",
            Bounds { opens: 3, deeds: 2, crashes: 1, blind: 1, ..COIN },
            &[1, 4, 5, 7, 10, 22],
        ),
        Bounds { opens: 3, deeds: 2, lost: 1, crashes: 1, blind: 1, ..COIN },
        15_475_253,
    ),
    at_night(
        world(
            "trades",
            367_771,
            "a coin becomes a gem in one change, and the gem is spent, across four sessions",
            Bounds { opens: 3, deeds: 3, coins: 1, kinds: &[Kind::Trade, Kind::SpendGem], ..S },
            &[1, 7, 10, 37],
        ),
        Bounds { opens: 4, deeds: 3, crashes: 1, blind: 1, coins: 1, kinds: &[Kind::Trade, Kind::SpendGem], ..S },
        16_996_813,
    ),
    at_night(
        world(
            "external-debits",
            375_455,
            "an external writer takes coins while nobody holds the record",
            Bounds { opens: 2, ..CHARGED },
            &[1, 2, 7, 35],
        ),
        Bounds { opens: 3, ..CHARGED },
        4_065_015,
    ),
    twice(at_night(
        world(
            "register",
            147_605,
            "a register is set across take-over and recovery: what is late is refused",
            Bounds { opens: 2, deeds: 2, lost: 1, crashes: 1, kinds: &[Kind::Set], ..S },
            &[1, 4, 7, 10],
        ),
        Bounds { opens: 3, deeds: 2, lost: 1, crashes: 1, kinds: &[Kind::Set], ..S },
        1_390_028,
    )),
    at_night(
        world(
            "bounds-reject",
            50_008,
            "a counter with bounds that reject, and a writer who competes for the room",
            Bounds { opens: 1, deeds: 3, lost: 1, ..ROOM },
            &[2, 9, 10, 35],
        ),
        Bounds { opens: 2, deeds: 3, lost: 1, ..ROOM },
        9_217_599,
    ),
    at_night(
        world(
            "bounds-clamp",
            186_791,
            "a counter with bounds that clamp",
            Bounds { opens: 1, deeds: 3, lost: 1, coin_bounds: CLAMPS, ..ROOM },
            &[2, 9, 36],
        ),
        Bounds { opens: 2, deeds: 3, lost: 1, coin_bounds: CLAMPS, ..ROOM },
        40_458_027,
    ),
    live(at_night(
        world(
            "erase",
            155_176,
            "an operator erases and re-creates while sessions and zombies write",
            Bounds { opens: 2, deeds: 2, errands: 2, recreates: true, ..S },
            &[1, 12, 13, 29, 38, 39],
        ),
        Bounds { opens: 2, deeds: 2, lost: 1, crashes: 1, errands: 3, recreates: true, ..S },
        8_994_369,
    )),
    twice(at_night(
        world(
            "erase-external",
            67_846,
            "an operator erases and re-creates while a writer delivers",
            Bounds { opens: 1, deeds: 2, lost: 1, errands: 2, recreates: true, senders: 1, sends: &[Kind::Count], ..S },
            &[9, 12, 13, 29, 39],
        ),
        Bounds { opens: 2, deeds: 2, lost: 1, errands: 2, recreates: true, senders: 1, sends: &[Kind::Count], ..S },
        7_819_092,
    )),
    at_night(
        world(
            "restore",
            506_405,
            "an operator restores an old version under a new epoch",
            Bounds { opens: 2, deeds: 2, errands: 2, wipes: false, restores: true, ..S },
            &[1, 40],
        ),
        Bounds { opens: 2, deeds: 2, lost: 1, errands: 2, wipes: false, restores: true, ..S },
        5_412_311,
    ),
    world(
        "restore-erased",
        45_829,
        "an operator erases, re-creates, and restores a version from before or after",
        Bounds { opens: 1, deeds: 2, errands: 3, recreates: true, restores: true, ..S },
        &[13, 39],
    ),
    at_night(
        world(
            "receipts",
            773_421,
            "two servers deliver one purchase while an old version is restored and the ledger forgets",
            Bounds { opens: 1, deeds: 2, lost: 1, window: Some(1), ..RECEIPT },
            &[9],
        ),
        Bounds { opens: 1, deeds: 2, lost: 2, window: Some(1), ..RECEIPT },
        3_203_193,
    ),
    world(
        "idle",
        1_333_589,
        "sessions with nothing to save look at the record, while a writer delivers and others take it over",
        Bounds { opens: 2, deeds: 2, lost: 1, senders: 1, sends: &[Kind::Count], looks: true, exists: true, ..S },
        &[0, 1, 9],
    ),
    at_night(
        world(
            "foreign",
            254_579,
            "the record is restored or deleted from outside the protocol",
            Bounds { opens: 2, deeds: 2, crashes: 1, foreign: 1, deletes: true, ..S },
            &[1],
        ),
        Bounds { opens: 3, deeds: 2, foreign: 1, deletes: true, ..S },
        1_552_110,
    ),
    at_night(
        world(
            "window",
            53_935,
            "the ledger remembers one epoch: what is older is refused",
            Bounds { opens: 3, deeds: 2, window: Some(1), ..S },
            &[1, 11],
        ),
        Bounds { opens: 3, deeds: 2, lost: 1, window: Some(1), senders: 1, sends: &[Kind::Count], ..S },
        2_174_535,
    ),
    at_night(
        world(
            "mixed-fleet",
            368_198,
            "server a runs code of schema 1, server b of schema 2, on one record; answers are lost",
            Bounds { opens: 2, deeds: 2, lost: 1, crashes: 1, mixed: true, exists: true, ..S },
            &[1, 2, 16, 28, 30, 31],
        ),
        Bounds { opens: 3, deeds: 2, lost: 1, crashes: 1, mixed: true, exists: true, ..S },
        3_908_219,
    ),
    at_night(
        world(
            "mixed-external",
            80_460,
            "an external writer still speaks schema 1 after the migration",
            Bounds { opens: 2, deeds: 2, mixed: true, exists: true, senders: 1, sends: &[Kind::Count], ..S },
            &[9, 16, 31],
        ),
        Bounds { opens: 2, deeds: 2, lost: 1, mixed: true, exists: true, senders: 1, sends: &[Kind::Count], ..S },
        961_461,
    ),
    live(at_night(
        world(
            "handshake",
            366_156,
            "a take-over needs an answer, or silence and a lapsed heartbeat",
            Bounds { opens: 2, deeds: 1, crashes: 1, lapsed: 1, mislaid: 1, ..BUS },
            &[18, 33, 34],
        ),
        Bounds { opens: 2, deeds: 1, lost: 1, crashes: 1, lapsed: 1, mislaid: 1, ..BUS },
        3_331_507,
    )),
    world(
        "narrow-journal",
        403_820,
        "the journal has no room for what another server left beside what this one writes",
        Bounds { opens: 2, deeds: 3, blind: 1, crashes: 1, narrow: true, ..S },
        &[14, 15, 42],
    ),
    at_night(
        world(
            "patience",
            289_966,
            "a contender waits for a holder that answers, until it is gone or asks no more",
            Bounds { opens: 2, deeds: 1, lapsed: 1, mislaid: 1, refuses_busy: false, ..BUS },
            &[18, 33, 34],
        ),
        Bounds { opens: 2, deeds: 1, crashes: 1, lapsed: 1, mislaid: 1, refuses_busy: false, ..BUS },
        406_940,
    ),
    twice(at_night(
        world(
            "observation",
            135_443,
            "a take-over by policy, when the record was seen unchanged for a window",
            Bounds { opens: 2, deeds: 1, mislaid: 1, steal: StealPolicy::After(Millis(60_000)), ..BUS },
            &[1, 18, 33],
        ),
        Bounds {
            opens: 2,
            deeds: 1,
            lost: 1,
            crashes: 1,
            mislaid: 1,
            steal: StealPolicy::After(Millis(60_000)),
            ..BUS
        },
        2_624_525,
    )),
    twice(live(world(
        "rejoin",
        40_127,
        "a server restarts under its own label and its player comes back",
        Bounds { hosts: 1, opens: 3, deeds: 2, lost: 1, crashes: 2, reboots: false, ..BUS },
        &[2, 4],
    ))),
    live(at_night(
        world(
            "cancel",
            88_802,
            "opens are cancelled and sessions abandoned at a deadline, with answers lost",
            Bounds { opens: 2, deeds: 1, lost: 2, quits: 1, ..S },
            &[1, 2, 11, 17, 21],
        ),
        Bounds { opens: 3, deeds: 1, lost: 2, quits: 1, ..S },
        1_118_423,
    )),
    at_night(
        world(
            "delta-only",
            781_462,
            "a session that does not hold the record delivers changes, and is upgraded with one in doubt, or not after all",
            Bounds { opens: 2, deeds: 2, lost: 1, crashes: 1, quits: 1, ..DELEGATE },
            &[2, 17, 24],
        ),
        Bounds { opens: 3, deeds: 2, lost: 1, crashes: 1, quits: 1, ..DELEGATE },
        23_674_941,
    ),
    world(
        "delta-only-debits",
        1_020_306,
        "the same with debits, which only an upgrade or a free record admits",
        Bounds { opens: 3, deeds: 2, lost: 1, coins: 1, kinds: &[Kind::Charge], ..DELEGATE },
        &[2, 35],
    ),
    at_night(
        world(
            "fine",
            704_650,
            "writes stay in flight: they land late, after their sender gave up, or fail because somebody wrote before",
            Bounds { opens: 2, deeds: 2, lost: 1, crashes: 1, fine: true, ..S },
            &[0, 1, 19],
        ),
        Bounds { opens: 3, deeds: 2, lost: 1, fine: true, ..S },
        2_949_545,
    ),
    twice(at_night(
        world(
            "fine-cancel",
            28_950,
            "cancelled opens whose claims land late",
            Bounds { opens: 2, deeds: 0, lost: 2, quits: 1, fine: true, ..S },
            &[17, 19],
        ),
        Bounds { opens: 2, deeds: 1, lost: 2, quits: 1, fine: true, ..S },
        382_116,
    )),
    at_night(
        world(
            "fine-external",
            6_249,
            "an external writer and a live session, with writes in flight",
            Bounds { opens: 1, deeds: 2, lost: 1, senders: 1, sends: &[Kind::Count], fine: true, ..S },
            &[9],
        ),
        Bounds { opens: 2, deeds: 2, lost: 1, senders: 1, sends: &[Kind::Count], fine: true, ..S },
        1_439_559,
    ),
];
