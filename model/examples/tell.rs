//! scratch
use keyholder_model::{driver::*, world::Game, variants, explain, story::TextOptions};
fn main() {
    let which = std::env::args().nth(1).unwrap_or("save-without-fence".into());
    let v = variants::find(&which).unwrap();
    let game: Game<keyholder_model::world::AnyRules> = Game::new(v.rules, v.bounds);
    let prop = match v.expected { variants::Expected::Found{property, ..} => property, _ => panic!() };
    let only = keyholder_model::properties::NAMES.iter().position(|n| *n == prop);
    let r = explore(&game, &Options { threads: 2, symmetry: false, only, max_states: Some(3_000_000), ..Options::default() });
    let _ = only;
    for viol in &r.violations {
        if viol.name != prop { continue; }
        println!("{}", explain::story(&game, &viol.trace, Some(viol.name)).to_text(TextOptions { width: 120, ..TextOptions::default() }));
    }
}
