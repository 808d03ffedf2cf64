use keyholder_core::rules::Standard;
use keyholder_model::{bounds::Bounds, driver::*, world::Game};
fn run(name: &str, bounds: Bounds, sym: bool) {
    let game: Game = Game::new(&Standard, bounds);
    let r = explore(&game, &Options { threads: 2, symmetry: sym, max_states: Some(6_000_000), ..Options::default() });
    println!("{name}: states {} generated {} depth {} {:.1}s {:.0}k/s complete {} witnessed {:020b} peak {} B/st {:.0}", r.states, r.generated, r.depth, r.seconds, r.states_per_second()/1e3, r.complete, r.witnessed, r.peak_frontier, r.bytes_per_state());
    for v in &r.violations {
        println!("  VIOLATED {} depth {}", v.name, v.depth);
        for a in v.trace.actions() { println!("     {a}"); }
        println!("{:#?}", v.trace.last());
    }
}
fn main() {
    println!("World {} B, session {} B, effect {}", std::mem::size_of::<keyholder_model::world::World>(), std::mem::size_of::<keyholder_model::world::HostSession>(), std::mem::size_of::<keyholder_core::effect::Effect<keyholder_model::tally::Tally, keyholder_model::tally::Deed>>());
    let which = std::env::args().nth(1).unwrap_or_default();
    let s = Bounds::SMALL;
    let list: Vec<(&str, Bounds)> = vec![
        ("small", s),
        ("two", Bounds { opens: 3, deeds: 2, ..s }),
        ("crash", Bounds { opens: 3, deeds: 2, crashes: 1, ..s }),
        ("lose", Bounds { opens: 3, deeds: 2, lost: 1, ..s }),
        ("all", Bounds { opens: 3, deeds: 2, lost: 1, crashes: 1, vanished: 1, blind: 1, ..s }),
        ("spend", Bounds { opens: 3, deeds: 2, lost: 1, crashes: 1, coins: 1, kinds: &[keyholder_model::tally::Kind::Spend, keyholder_model::tally::Kind::Count], ..s }),
    ];
    for (name, b) in list { if which.is_empty() || name == which { run(name, b, b.is_symmetric()); } }
}
