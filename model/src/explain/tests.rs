//! The clone that tells a story does what the session in the world does: walks through many worlds compare the two.

use super::{given, handed, observe};
use crate::bounds::Bounds;
use crate::tally::Kind;
use crate::world::{Action, Fate, Flight, Game, World};
use keyholder_core::config::StealPolicy;
use keyholder_core::input::{Mode, Outcome};
use keyholder_core::rules::Standard;
use keyholder_core::session::Phase;

const FAULTS: Bounds =
    Bounds { opens: 5, deeds: 4, crashes: 1, lost: 3, vanished: 1, blind: 2, quits: 1, ..Bounds::SMALL };

fn worlds() -> [Bounds; 5] {
    let modes = &[Mode::Exclusive, Mode::DeltaOnly, Mode::ReadOnly];
    let outside = Bounds { senders: 1, sends: &[Kind::Count, Kind::Charge], errands: 4, recreates: true, ..FAULTS };
    let handshake = Bounds { labels: true, mislaid: 1, lapsed: 1, steal: StealPolicy::Never, ..FAULTS };
    [
        Bounds { modes, mixed: true, exists: true, ..FAULTS },
        Bounds { kinds: &[Kind::Earn, Kind::Spend], coins: 2, restores: true, foreign: 1, ..outside },
        handshake,
        Bounds { fine: true, ..outside },
        Bounds { hosts: 3, journal: false, modes, asymmetric: true, ..FAULTS },
    ]
}

/// Steps of a walk, drawn from a seed: the same in every run.
fn walk(bounds: Bounds, seed: u64, mut each: impl FnMut(&Game, &World, Action, &World)) {
    let game: Game = Game::new(&Standard, bounds);
    let mut world = game.start();
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for _ in 0..80 {
        let mut actions = Vec::new();
        game.possible(&world, &mut actions);
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let Some(action) = actions.get((random >> 33) as usize % actions.len().max(1)) else {
            return;
        };
        let before = world.clone();
        game.act(&mut world, *action);
        each(&game, &before, *action, &world);
    }
}

#[test]
fn the_clone_does_what_the_session_does() {
    let mut seen = 0;
    for bounds in worlds() {
        for seed in 0..60 {
            walk(bounds, seed, |game, before, action, after| {
                let Some(given) = given(game, before, action) else { return };
                let host = given.host;
                let Ok((_, session)) = observe::session(game, before, given, action.fate) else {
                    panic!("a possible action was refused: {action}")
                };
                match after.session(host) {
                    Some(it) => assert_eq!(it.session, session, "{action}"),
                    None => assert!(matches!(session.phase(), Phase::Ended(_)), "{action}"),
                }
                seen += 1;
            });
        }
    }
    assert!(seen > 5_000, "the walks went far enough: {seen}");
}

#[test]
fn what_is_seen_of_a_store_is_what_the_store_holds() {
    for bounds in worlds() {
        for seed in 0..60 {
            walk(bounds, seed, |game, before, action, after| {
                let seen = match (given(game, before, action), handed(game, before, action.act)) {
                    (Some(given), _) => observe::session(game, before, given, action.fate).map(|(seen, _)| seen),
                    (None, Some(handed)) => observe::writer(game, before, handed, action.fate),
                    (None, None) => return,
                };
                for it in seen.expect("a possible action is taken") {
                    match it {
                        super::Seen::Record(_, super::Met::Wrote(record)) => {
                            assert_eq!(record, *after.record, "{action}")
                        }
                        super::Seen::Record(_, super::Met::Read(record)) if action.fate == Fate::Reaches => {
                            assert_eq!(record, *after.record, "{action}");
                        }
                        super::Seen::Record(_, super::Met::UnderWay(result)) => {
                            let flights = after.hosts.iter().filter_map(|it| it.session.as_ref()?.flight.as_ref());
                            let out = after.outside.iter().flat_map(|it| it.senders.iter());
                            let mut all = flights.chain(out.filter_map(|it| it.flight.as_ref()));
                            assert!(all.any(|flight| *flight == Flight::Landing(result.clone())), "{action}");
                        }
                        super::Seen::Record(_, super::Met::Lost) => {
                            let unknown = Flight::Answered(Outcome::Unknown);
                            let flights = after.hosts.iter().filter_map(|it| it.session.as_ref()?.flight.as_ref());
                            let out = after.outside.iter().flat_map(|it| it.senders.iter());
                            let mut all = flights.chain(out.filter_map(|it| it.flight.as_ref()));
                            assert!(all.any(|flight| *flight == unknown), "{action}");
                        }
                        super::Seen::Journal(_, super::Met::Wrote(journal)) => {
                            assert_eq!(journal, after.journal, "{action}")
                        }
                        _ => {}
                    }
                }
            });
        }
    }
}
