//! Two players on one server are two worlds side by side: without a shared crash, the states are exactly their product.

use keyholder_core::rules::Standard;
use keyholder_model::bounds::Bounds;
use keyholder_model::driver::{Options, explore};
use keyholder_model::two_keys::TwoKeys;
use keyholder_model::world::Game;

const ONE: Bounds = Bounds { hosts: 1, opens: 1, deeds: 1, lost: 1, ..Bounds::SMALL };

#[test]
fn without_a_crash_the_states_are_a_product() {
    let alone = explore(&Game::<Standard>::new(&Standard, ONE), &Options::default());
    let both = explore(&TwoKeys(Game::new(&Standard, ONE)), &Options::default());
    assert!(both.complete && both.violations.is_empty());
    assert_eq!(both.states, alone.states * alone.states);
}

#[test]
fn a_crash_hits_both_and_breaks_nothing() {
    let bounds = Bounds { crashes: 1, lost: 0, opens: 2, ..ONE };
    let both = explore(&TwoKeys(Game::new(&Standard, bounds)), &Options::default());
    assert!(both.complete && both.violations.is_empty());
    assert_eq!(both.states, 15_805, "a changed count is a changed protocol");
}
