//! Random walks through worlds larger than the checker's: every property holds at every step.
//!
//! The seeds are fixed, so a failure here fails everywhere. `KEYHOLDER_WALK_SEED=fresh` walks from a seed drawn from the
//! clock, which is printed; `KEYHOLDER_WALK_SEED=123` walks from that one. `KEYHOLDER_WALK_STEPS` makes it longer.

use keyholder_core::config::StealPolicy;
use keyholder_core::ids::Seq;
use keyholder_core::input::Mode;
use keyholder_model::bounds::Bounds;
use keyholder_model::driver::Checked;
use keyholder_model::tally::{CoinBounds, Kind};
use keyholder_model::witness;
use keyholder_model::world::{Act, Action, Game, World};
use std::time::SystemTime;

/// Steps of a test, over all of its walks.
const STEPS: u64 = 400_000;

/// Four servers, six opens, every operation that can be numbered, and faults of every kind.
const LARGE: Bounds =
    Bounds { hosts: 4, opens: 6, deeds: 8, crashes: 2, lost: 3, vanished: 1, blind: 1, quits: 1, ..Bounds::SMALL };

#[test]
fn servers_race_for_a_player() {
    let kinds = &[Kind::Count, Kind::Spend, Kind::Earn, Kind::Trade, Kind::Set];
    let seen = walk("race", Bounds { coins: 2, kinds, ..LARGE }, 1);
    assert_seen(seen, &["two servers believe to hold the record", "a session is fenced", "a journal is recovered"]);
    assert_seen(seen, &["a hand-back is applied", "a hand-back is refused and sealed", "a close is completed"]);
}

#[test]
fn writes_land_late() {
    walk("late", Bounds { fine: true, senders: 1, sends: &[Kind::Count], ..LARGE }, 2);
}

#[test]
fn external_writers_meet_sessions() {
    let bounds = Bounds { senders: 2, sends: &[Kind::Earn, Kind::Charge], coins: 1, exists: true, ..LARGE };
    let seen = walk("external", Bounds { kinds: &[Kind::Count, Kind::Charge], window: Some(2), ..bounds }, 3);
    assert_seen(seen, &["an external change meets a live session"]);
}

#[test]
fn operators_erase_and_others_go_on() {
    let seen = walk("erase", Bounds { errands: 4, recreates: true, senders: 1, sends: &[Kind::Count], ..LARGE }, 4);
    assert_seen(seen, &["a tombstone is written", "a superseded verdict is told"]);
}

/// What is restored was not erased: the kept version of a record that was wiped meanwhile is the operator's own.
#[test]
fn operators_restore_an_old_version() {
    let restores = Bounds { errands: 4, wipes: false, restores: true, ..LARGE };
    walk("restore", Bounds { senders: 1, sends: &[Kind::Count], ..restores }, 11);
}

#[test]
fn records_are_restored_and_deleted_from_outside() {
    walk("foreign", Bounds { foreign: 2, deletes: true, ..LARGE }, 5);
}

#[test]
fn servers_ask_each_other() {
    let bounds = Bounds { labels: true, mislaid: 2, lapsed: 2, steal: StealPolicy::Never, ..LARGE };
    let seen = walk("handshake", bounds, 6);
    assert_seen(seen, &["a take-over by answer, silence or window"]);
}

#[test]
fn deltas_are_upgraded() {
    let modes = &[Mode::Exclusive, Mode::DeltaOnly, Mode::ReadOnly];
    let bounds = Bounds { modes, asymmetric: true, exists: true, quits: 2, ..LARGE };
    walk("modes", Bounds { kinds: &[Kind::Count, Kind::Set], ..bounds }, 7);
    walk("late modes", Bounds { kinds: &[Kind::Count, Kind::Charge], coins: 2, fine: true, ..bounds }, 12);
}

#[test]
fn old_and_new_code_share_a_record() {
    let seen = walk("mixed", Bounds { mixed: true, exists: true, ..LARGE }, 8);
    assert_seen(seen, &["a schema is raised"]);
}

#[test]
fn bounds_are_met_at_the_commit() {
    for clamps in [false, true] {
        let coin_bounds = Some(CoinBounds { max: 1, clamps });
        let bounds = Bounds { coin_bounds, coins: 1, senders: 1, sends: &[Kind::Earn], exists: true, ..LARGE };
        walk("bounds", Bounds { kinds: &[Kind::Earn, Kind::Spend, Kind::Count], ..bounds }, 9 + u64::from(clamps));
    }
}

/// Walks from the start to the end, and again, until the steps are used up; returns what was seen on the way.
fn walk(name: &str, bounds: Bounds, fixed: u64) -> u64 {
    let game: Game = Game::new(&keyholder_core::rules::Standard, bounds);
    let seed = seed(name, fixed);
    let mut dice = Dice(seed);
    let (mut seen, mut steps) = (0, number("KEYHOLDER_WALK_STEPS").unwrap_or(STEPS));
    while steps > 0 {
        let (mut world, mut path, mut possible) = (game.start(), Vec::new(), Vec::new());
        loop {
            possible.clear();
            game.possible(&world, &mut possible);
            let Some(action) = dice.pick(&possible) else { break };
            let before = world.clone();
            game.act(&mut world, action);
            path.push(action);
            seen |= game.witness(&before, &action, &world, !seen);
            assert!(positions_are_known(&world), "births do not say a position; {}", story(&game, seed, 0, &path));
            let violated = game.violated(&world);
            assert!(violated == 0, "{}", story(&game, seed, violated, &path));
            steps = steps.saturating_sub(1);
            if steps == 0 || path.len() > 400 {
                break;
            }
        }
    }
    seen
}

/// What P6 forgives rests on it: births alone say where an operation stands in its session's stream.
fn positions_are_known(world: &World) -> bool {
    let exclusive = world.sessions().filter(|it| it.session.sender().is_none());
    world.ghost.rolled_back
        || exclusive.flat_map(|it| (1..).zip(it.deeds())).all(|(seq, it)| world.ghost.position(it) == Some(Seq(seq)))
}

fn story(game: &Game, seed: u64, violated: u64, path: &[Action]) -> String {
    let names = game.always().iter().enumerate().filter(|(bit, _)| violated >> bit & 1 == 1).map(|(_, it)| it.name);
    let names = names.collect::<Vec<_>>().join(", ");
    let steps = path.iter().enumerate().map(|(at, action)| format!("{:4}  {action}\n", at + 1)).collect::<String>();
    format!("{names} does not hold after {} steps from seed {seed}:\n{steps}", path.len())
}

fn assert_seen(seen: u64, wanted: &[&str]) {
    for name in wanted {
        let bit = witness::NAMES.iter().position(|it| it == name).expect("a witness has this name");
        assert!(seen >> bit & 1 == 1, "never seen: {name}");
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn seed(name: &str, fixed: u64) -> u64 {
    match std::env::var("KEYHOLDER_WALK_SEED").as_deref() {
        Ok("fresh") => {
            let since = SystemTime::UNIX_EPOCH.elapsed().expect("the clock is past 1970");
            let seed = since.as_nanos() as u64 ^ fixed;
            println!("{name}: KEYHOLDER_WALK_SEED={seed}");
            seed
        }
        Ok(_) => number("KEYHOLDER_WALK_SEED").expect("KEYHOLDER_WALK_SEED is `fresh` or a number"),
        Err(_) => fixed,
    }
}

/// splitmix64: small, known, the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// One of the actions. Ends, crashes and faults come less often than what leads somewhere.
    fn pick(&mut self, actions: &[Action]) -> Option<Action> {
        let at = |roll: u64| actions.get((roll % actions.len().max(1) as u64) as usize).copied();
        let first = at(self.roll())?;
        let ends =
            matches!(first.act, Act::Close(_) | Act::Crash(_) | Act::Abandon(_) | Act::Wipe | Act::DeleteForeign);
        if ends && !self.roll().is_multiple_of(4) { at(self.roll()) } else { Some(first) }
    }
}
