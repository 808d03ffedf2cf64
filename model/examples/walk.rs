use keyholder_core::input::Mode;
use keyholder_core::rules::Standard;
use keyholder_model::{bounds::Bounds, tally::Kind, world::{Action, Game, World}};
fn main() {
    let s = Bounds::SMALL;
    let b = Bounds { opens: 2, deeds: 2, lost: 1, coins: 1, kinds: &[Kind::Charge], modes: &[Mode::Exclusive, Mode::DeltaOnly], asymmetric: true, exists: true, ..s };
    let game: Game = Game::new(&Standard, b);
    let mut seed = 1u64;
    let mut best: Option<Vec<Action>> = None;
    for _ in 0..20000 {
        let mut w: World = game.start();
        let mut trace = vec![];
        for _ in 0..60 {
            let mut acts = vec![]; game.possible(&w, &mut acts);
            if acts.is_empty() { break; }
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let a = acts[(seed >> 33) as usize % acts.len()];
            game.act(&mut w, a); trace.push(a);
            let bad = w.hosts.iter().filter_map(|h| h.session.as_ref()).filter_map(|h| h.session.sender()).any(|s| format!("{s:?}").contains("last: Seq(4)"));
            if bad && best.as_ref().is_none_or(|b| b.len() > trace.len()) { best = Some(trace.clone()); break; }
        }
    }
    if let Some(t) = best { let mut w = game.start(); for a in t { game.act(&mut w, a); println!("{a}"); } println!("{w:?}"); }
}
