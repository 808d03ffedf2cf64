use keyholder_core::rules::Standard;
use keyholder_core::{config::StealPolicy, input::Mode};
use keyholder_model::{bounds::Bounds, driver::*, world::Game, tally::{Kind, CoinBounds}};
fn run(name: &str, bounds: Bounds, sym: bool) {
    let game: Game = Game::new(&Standard, bounds);
    let r = explore(&game, &Options { threads: 2, symmetry: sym, max_states: Some(6_000_000), ..Options::default() });
    println!("{name}: states {} generated {} depth {} {:.1}s {:.0}k/s complete {} witnessed {:020b} peak {} B/st {:.0}", r.states, r.generated, r.depth, r.seconds, r.states_per_second()/1e3, r.complete, r.witnessed, r.peak_frontier, r.bytes_per_state());
    for v in &r.violations {
        println!("  VIOLATED {} depth {}", v.name, v.depth);
        for a in v.trace.actions() { println!("     {a}"); }
        let w = v.trace.last();
        println!("   record {:?}", w.record);
        println!("   journal {:?}", w.journal);
        for h in w.hosts.iter() { println!("   host {:?}", h); }
        println!("   ghost {:?}", w.ghost);
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
        ("spend", Bounds { opens: 3, deeds: 2, lost: 1, crashes: 1, coins: 1, kinds: &[Kind::Spend, Kind::Count], ..s }),
        ("ext", Bounds { opens: 2, deeds: 2, lost: 1, senders: 1, sends: &[Kind::Count], ..s }),
        ("extcrash", Bounds { opens: 2, deeds: 2, lost: 1, crashes: 1, senders: 1, sends: &[Kind::Count], ..s }),
        ("extdebit", Bounds { opens: 3, deeds: 2, lost: 1, crashes: 1, coins: 1, kinds: &[Kind::Spend], senders: 1, sends: &[Kind::Charge], exists: true, ..s }),
        ("window", Bounds { opens: 3, deeds: 2, lost: 1, window: Some(1), senders: 1, sends: &[Kind::Count], ..s }),
        ("wipe", Bounds { opens: 3, deeds: 2, lost: 1, crashes: 1, errands: 2, recreates: true, ..s }),
        ("wipeext", Bounds { opens: 2, deeds: 2, lost: 1, errands: 3, recreates: true, senders: 1, sends: &[Kind::Count], ..s }),
        ("mixed", Bounds { opens: 3, deeds: 2, lost: 1, crashes: 1, mixed: true, exists: true, ..s }),
        ("mixedext", Bounds { opens: 2, deeds: 2, lost: 1, mixed: true, exists: true, senders: 1, sends: &[Kind::Count], ..s }),
        ("shake", Bounds { opens: 2, deeds: 1, lost: 1, crashes: 1, lapsed: 1, mislaid: 1, labels: true, steal: StealPolicy::Never, ..s }),
        ("shake3", Bounds { opens: 3, deeds: 1, lapsed: 1, mislaid: 1, labels: true, steal: StealPolicy::Never, ..s }),
        ("cancel", Bounds { opens: 3, deeds: 1, lost: 2, quits: 1, ..s }),
        ("foreign", Bounds { opens: 2, deeds: 2, crashes: 1, foreign: 1, deletes: true, ..s }),
        ("foreignlost", Bounds { opens: 3, deeds: 1, lost: 1, foreign: 1, deletes: true, ..s }),
        ("restore", Bounds { opens: 3, deeds: 2, lost: 1, errands: 2, restores: true, ..s }),
        ("delta", Bounds { opens: 3, deeds: 2, lost: 1, crashes: 1, modes: &[Mode::Exclusive, Mode::DeltaOnly], asymmetric: true, exists: true, ..s }),
        ("deltaspend", Bounds { opens: 3, deeds: 2, lost: 1, coins: 1, kinds: &[Kind::Charge], modes: &[Mode::Exclusive, Mode::DeltaOnly], asymmetric: true, exists: true, ..s }),
        ("bounds", Bounds { opens: 2, deeds: 3, lost: 1, crashes: 1, coins: 1, coin_bounds: Some(CoinBounds { max: 1, clamps: false }), kinds: &[Kind::Spend, Kind::Earn], senders: 1, sends: &[Kind::Earn], exists: true, ..s }),
        ("clamps", Bounds { opens: 2, deeds: 3, lost: 1, crashes: 1, coins: 1, coin_bounds: Some(CoinBounds { max: 1, clamps: true }), kinds: &[Kind::Spend, Kind::Earn], senders: 1, sends: &[Kind::Earn], exists: true, ..s }),
        ("register", Bounds { opens: 3, deeds: 2, lost: 1, crashes: 1, kinds: &[Kind::Set], ..s }),
        ("fine", Bounds { opens: 2, deeds: 2, lost: 1, crashes: 1, fine: true, ..s }),
        ("finecancel", Bounds { opens: 2, deeds: 1, lost: 2, quits: 1, fine: true, ..s }),
        ("fineext", Bounds { opens: 2, deeds: 2, lost: 1, senders: 1, sends: &[Kind::Count], fine: true, ..s }),
        ("three", Bounds { hosts: 3, opens: 3, deeds: 2, lost: 1, crashes: 1, ..s }),
    ];
    for (name, b) in list { if which.is_empty() || name == which { run(name, b, b.is_symmetric()); } }
}
