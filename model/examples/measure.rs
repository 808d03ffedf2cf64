use keyholder_model::{driver::*, variants, world::Game};
fn main() {
    let only = std::env::args().nth(1);
    for v in variants::all() {
        if only.as_ref().is_some_and(|o| !v.name.contains(o.as_str())) { continue; }
        let game = Game::new(v.rules, v.bounds);
        let r = explore(&game, &Options { threads: 2, max_states: Some(400_000), stop_at_violation: false, ..Options::default() });
        print!("{:32} states {:8} depth {:3} {:5.1}s complete {} :", v.name, r.states, r.depth, r.seconds, r.complete);
        for x in &r.violations { print!(" {}@{}", x.name, x.depth); }
        println!("   expected {:?}", v.expected);
        if only.is_some() { if let Some(x) = r.violations.first() { for a in x.trace.actions() { println!("     {a}"); } println!("{:?}", x.trace.last()); } }
    }
}
