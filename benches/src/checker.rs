//! The checker on one world: our driver with one thread and with two, and stateright's breadth-first search beside it.

use keyholder_core::rules::Standard;
use keyholder_model::bounds::Bounds;
use keyholder_model::driver::{Options, explore, stateright_count};
use keyholder_model::world::Game;
use keyholder_model::worlds;
use std::time::Instant;

/// The world that is measured for the table of figures, at the bounds of the standard check.
pub const WORLD: &str = "teleport";

/// States, and how many of them were found in a second.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Distinct states.
    pub states: u64,
    /// Distinct states a second.
    pub per_second: f64,
}

/// The bounds of the world.
///
/// # Panics
/// If no world has the name.
pub fn large() -> Bounds {
    worlds::find(WORLD).expect("the catalogue has the world").ci
}

/// The same race with two opens: small enough to be run many times.
pub fn small() -> Bounds {
    Bounds { opens: 2, ..large() }
}

/// Our driver, without symmetry, so that it does the same work as stateright.
///
/// # Panics
/// If the world does not pass: a run that is cut short has no rate.
pub fn ours(bounds: Bounds, threads: usize) -> Rate {
    let game: Game = Game::new(&Standard, bounds);
    let report = explore(&game, &Options { threads, wanted: 0, ..Options::default() });
    assert!(report.passed(), "the world does not pass");
    Rate { states: report.states, per_second: report.states_per_second() }
}

/// stateright's breadth-first search over the same model with one property that is always true: it checks less.
pub fn stateright(bounds: Bounds, threads: usize) -> Rate {
    let game: Game = Game::new(&Standard, bounds);
    let began = Instant::now();
    let (states, _) = stateright_count(game, threads);
    Rate { states, per_second: states as f64 / began.elapsed().as_secs_f64() }
}
