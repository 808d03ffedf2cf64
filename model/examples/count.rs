use keyholder_core::rules::Standard;
use keyholder_model::{driver::*, witness, world::Game, worlds::{Tier, WORLDS}};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let tier = if args.iter().any(|a| a == "nightly") { Tier::Nightly } else { Tier::Ci };
    let (mut total, mut secs) = (0, 0.0);
    for w in WORLDS {
        if args.len() > 2 && !args[2..].iter().any(|a| a == w.name) { continue; }
        let b = w.bounds(tier);
        let game: Game = Game::new(&Standard, b);
        let r = explore(&game, &Options { threads: 2, symmetry: b.is_symmetric(), max_states: Some(30_000_000), ..Options::default() });
        total += r.states; secs += r.seconds;
        let missing: Vec<_> = w.shows.iter().filter(|s| r.witnessed >> **s & 1 == 0).map(|s| witness::NAMES[*s as usize]).collect();
        println!("{:20} {:9} gen {:9} depth {:3} {:5.1}s {:4.0}k/s complete {} peak {} missing {:?}", w.name, r.states, r.generated, r.depth, r.seconds, r.states_per_second()/1e3, r.complete, r.peak_frontier, missing);
        for v in &r.violations { println!("  VIOLATED {} depth {}", v.name, v.depth); for a in v.trace.actions() { println!("     {a}"); } if args.len() > 2 { println!("{:?}", v.trace.last()); } }
    }
    println!("total {total} in {secs:.1}s");
}
