//! Stories: how a run of a world is told and saved. The telling itself is the model's.

use keyholder_model::driver::{Livelock, Trace};
use keyholder_model::properties::{Listed, NAMES, SENTENCES};
use keyholder_model::story::{Story, TextOptions};
use keyholder_model::world::{Action, Game, World};
use std::fs;
use std::path::{Path, PathBuf};

/// The name of the property that is checked on the graph of a world.
pub(crate) const LIVENESS: &str = "L1";

/// A run, told for people and for machines.
pub(crate) struct Told {
    story: Story,
    scenario: String,
}

impl Told {
    /// The story for a terminal of this width.
    pub(crate) fn text(&self, width: usize) -> String {
        let options = TextOptions { width, ..TextOptions::default() };
        self.story.to_text(options).trim_end().to_owned()
    }
}

/// What a property says.
pub(crate) fn sentence(property: &str) -> &'static str {
    if property == LIVENESS {
        return "the world can always come to rest again, and the protocol never runs in circles by itself";
    }
    let known = NAMES.iter().zip(SENTENCES.iter()).find(|(name, _)| **name == property);
    known.map_or("a property without a sentence", |(_, sentence)| sentence)
}

/// The story of how a property breaks.
pub(crate) fn violation<R: Listed + ?Sized>(
    game: &Game<R>,
    trace: &Trace<World, Action>,
    property: &'static str,
) -> Told {
    tell(game, trace, Some(property), format!("{property} is violated: {}", sentence(property)))
}

/// The story of how the world comes where it can never come to rest again.
pub(crate) fn stuck<R: Listed + ?Sized>(game: &Game<R>, trace: &Trace<World, Action>) -> Told {
    tell(game, trace, None, format!("L1 is violated: from here the world can never come to rest. {}", sentence(LIVENESS)))
}

/// The story of how the protocol comes to run in circles: the way there, and once round.
pub(crate) fn circle<R: Listed + ?Sized>(game: &Game<R>, livelock: &Livelock<World, Action>) -> Told {
    let mut trace = livelock.path.clone();
    trace.steps.extend(livelock.cycle.steps.iter().skip(1).cloned());
    let first = livelock.path.depth() + 1;
    tell(game, &trace, None, format!("L1 is violated: the steps from {first} on can be repeated for ever"))
}

/// The one place that asks the model for a story.
fn tell<R: Listed + ?Sized>(
    game: &Game<R>,
    trace: &Trace<World, Action>,
    property: Option<&str>,
    outcome: String,
) -> Told {
    let mut story = Story::new(outcome.clone());
    let _ = (game, property);
    for action in trace.actions() {
        story.local(action.act.host().map_or("world".to_owned(), |it| format!("server {it}")), action.to_string());
    }
    story.ends(outcome, vec![], true);
    let scenario = story.to_string();
    Told { story, scenario }
}

/// Saves a story as `<name>.txt` (a scenario) and `<name>.svg` (a diagram).
pub(crate) fn save(folder: &Path, name: &str, told: &Told) -> Result<[PathBuf; 2], String> {
    let paths = ["txt", "svg"].map(|extension| folder.join(format!("{name}.{extension}")));
    let write = || {
        fs::create_dir_all(folder)?;
        fs::write(&paths[0], &told.scenario)?;
        fs::write(&paths[1], told.story.to_svg())
    };
    write().map_err(|error| format!("cannot save it in {}: {error}", folder.display()))?;
    Ok(paths)
}

/// Where a story was saved, in a sentence.
pub(crate) fn saved(saved: &Result<[PathBuf; 2], String>) -> String {
    match saved {
        Ok([scenario, diagram]) => format!("Saved as {} and {}", scenario.display(), diagram.display()),
        Err(error) => error.clone(),
    }
}
