use keyholder_core::rules::Standard;
use keyholder_model::{driver::*, world::Game, worlds::find};
fn main() {
    let b = find("recovery").unwrap().ci;
    for only in [Some(0), Some(6), Some(19), None] {
        let game: Game = Game::new(&Standard, b);
        let r = explore(&game, &Options { threads: 2, symmetry: b.is_symmetric(), only, max_states: Some(1_500_000), ..Options::default() });
        println!("{only:?} {} {:.2}s {:.0}k/s gen {}", r.states, r.seconds, r.states_per_second()/1e3, r.generated);
    }
}
