use keyholder_model::{driver::*, properties::NAMES, variants::{self, Expected}, world::Game};
fn main() {
    let only = std::env::args().nth(1);
    for v in variants::all() {
        if only.as_ref().is_some_and(|o| !v.name.contains(o.as_str())) { continue; }
        let game = Game::new(v.rules, v.bounds);
        let (prop, steps) = match v.expected { Expected::Found { property, steps } => (property, steps), Expected::Harmless => ("", 0) };
        if prop == "L1" {
            let l = liveness(&game, &Options { threads: 2, ..Options::default() }).unwrap();
            let t = l.stuck_trace.as_ref();
            println!("{:32} L1 stuck {} steps {:?} expected {} livelock {:?} states {}", v.name, l.stuck, t.map(|t| t.depth()), steps, l.livelock.as_ref().map(|x| (x.path.depth(), x.cycle.depth())), l.states);
            if only.is_some() { if let Some(t) = t { for a in t.actions() { println!("     {a}"); } println!("{:?}", t.last()); } }
            continue;
        }
        let index = NAMES.iter().position(|n| *n == prop);
        let r = explore(&game, &Options { threads: 2, max_states: Some(6_000_000), only: index, ..Options::default() });
        let got = r.violations.first().map(|x| (x.name, x.depth));
        let mark = if prop.is_empty() { got.is_none() && r.complete } else { got == Some((prop, steps)) };
        println!("{:32} {} {:?} expected {} {} states {} {:.1}s complete {}", v.name, if mark {"ok"} else {"DIFF"}, got, prop, steps, r.states, r.seconds, r.complete);
        if only.is_some() { if let Some(x) = r.violations.first() { for a in x.trace.actions() { println!("     {a}"); } println!("{:?}", x.trace.last()); } }
    }
}
