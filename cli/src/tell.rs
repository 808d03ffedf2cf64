//! Stories: how a run that must not be is told and saved. The telling itself is the model's.

use crate::figures::counted;
use keyholder_model::driver::{Liveness, Trace};
use keyholder_model::explain;
use keyholder_model::machines;
use keyholder_model::properties::Listed;
use keyholder_model::scenario;
use keyholder_model::story::{ActorKind, Story, TextOptions};
use keyholder_model::world::{Action, Game, World};
use std::fs;
use std::path::{Path, PathBuf};

/// The name of the property that is checked on the graph of a world.
pub(crate) const LIVENESS: &str = "L1";

/// Where a run comes from, so that its scenario can say so.
pub(crate) struct Origin {
    /// The broken variant whose rules it ran under.
    pub(crate) variant: Option<&'static str>,
    /// The arguments that find it again.
    pub(crate) arguments: String,
}

/// A run that must not be, told for people and for machines.
pub(crate) struct Told {
    /// The property that it violates.
    pub(crate) property: &'static str,
    /// Its steps.
    pub(crate) steps: usize,
    /// What it shows, in a sentence.
    pub(crate) claim: String,
    story: Story,
    scenario: String,
}

impl Told {
    /// What it is, in a few words.
    pub(crate) fn heading(&self) -> String {
        // Of the ways into a circle it is one that gets there first; the way round may be longer than another.
        let kind = if self.property == LIVENESS { "a run" } else { "a shortest run" };
        format!("{kind} that violates {}", self.property)
    }

    /// The story for a terminal of this width.
    pub(crate) fn text(&self, width: usize) -> String {
        let options = TextOptions { width, ..TextOptions::default() };
        self.story.to_text(options).trim_end().to_owned()
    }

    /// Saves it in a folder as `<world>-<property>.txt` (a scenario) and `.svg` (a diagram).
    pub(crate) fn save(&self, folder: &Path, world: &str) -> Saved {
        let path = |extension| folder.join(format!("{world}-{}.{extension}", self.property));
        let (scenario, diagram) = (path("txt"), path("svg"));
        let write = || {
            fs::create_dir_all(folder)?;
            fs::write(&scenario, &self.scenario)?;
            fs::write(&diagram, self.story.to_svg())
        };
        match write() {
            Ok(()) => Ok([scenario, diagram]),
            Err(error) => Err(format!("it cannot be saved in {}: {error}", folder.display())),
        }
    }
}

/// The scenario and the diagram, or why there are none.
pub(crate) type Saved = Result<[PathBuf; 2], String>;

/// Where a story was saved, in a sentence.
pub(crate) fn place(saved: &Saved) -> String {
    match saved {
        Ok([scenario, diagram]) => format!("Saved as {} and {}.", scenario.display(), diagram.display()),
        Err(error) => format!("Not saved: {error}."),
    }
}

/// What a property says.
pub(crate) fn sentence(property: &str) -> &'static str {
    if property == LIVENESS {
        return "the world can always come to rest again, and the protocol never runs in circles by itself";
    }
    explain::sentence(property).or_else(|| machines::sentence(property)).unwrap_or("a property without a sentence")
}

/// How a property breaks.
pub(crate) fn violation<R: Listed + ?Sized>(
    game: &Game<R>,
    trace: &Trace<World, Action>,
    property: &'static str,
    origin: &Origin,
) -> Told {
    let steps = counted(trace.depth() as u64, "step");
    let claim = format!("{property} is violated after {steps}: {}", sentence(property));
    tell(game, trace, property, claim, None, origin)
}

/// How a property of a machine breaks: what it was given, in order, and its state at the end.
pub(crate) fn machine(
    machine: &'static str,
    trace: &Trace<String, String>,
    property: &'static str,
    arguments: &str,
) -> Told {
    let steps = counted(trace.depth() as u64, "step");
    let claim = format!("{property} is violated after {steps}: {}", sentence(property));
    let mut story = Story::new(format!("How {property} breaks"));
    story.sentence(format!("{property} says: {}. In {steps} it does not hold:", sentence(property)));
    story.actor(machine, machine, ActorKind::Host);
    for action in trace.actions() {
        story.local(machine, action.as_str());
    }
    story.ends(format!("{property} is violated: {}", sentence(property)), vec![trace.last().clone()], true);
    let scenario = format!("# {claim}.\n# Found by: keyholder {arguments}\n\n{story}");
    Told { property, steps: trace.depth(), claim, story, scenario }
}

/// How L1 breaks, if it does: the way to where the world can never come to rest again, or the way into a circle and once
/// round.
pub(crate) fn liveness<R: Listed + ?Sized>(
    game: &Game<R>,
    found: &Liveness<World, Action>,
    origin: &Origin,
) -> Option<Told> {
    if let Some(trace) = &found.stuck_trace {
        let steps = counted(trace.depth() as u64, "step");
        let stuck = counted(found.stuck, "state");
        let claim = format!("L1 is violated after {steps}: from {stuck} the world can never come to rest again");
        let ending = "from here the world can never come to rest";
        return Some(tell(game, trace, LIVENESS, claim, Some(ending), origin));
    }
    let livelock = found.livelock.as_ref()?;
    let mut trace = livelock.path.clone();
    trace.steps.extend(livelock.cycle.steps.iter().skip(1).cloned());
    let first = livelock.path.depth() + 1;
    let claim = format!("L1 is violated: the protocol can run in circles, from step {first} on");
    let ending = format!("the steps from {first} on can be repeated for ever");
    Some(tell(game, &trace, LIVENESS, claim, Some(&ending), origin))
}

/// The one place that asks the model for a story and a scenario.
fn tell<R: Listed + ?Sized>(
    game: &Game<R>,
    trace: &Trace<World, Action>,
    property: &'static str,
    claim: String,
    ending: Option<&str>,
    origin: &Origin,
) -> Told {
    // The model tells its own properties; L1 is none of a state, so what it comes to is said here.
    let mut story = explain::story(game, trace, ending.is_none().then_some(property));
    if let Some(ending) = ending {
        story.title = format!("How {property} breaks");
        story.summary = vec![format!("{property} says: {}.", sentence(property))];
        let lines = story.ending.take().map(|it| it.lines).unwrap_or_default();
        story.ends(format!("{property} is violated: {ending}"), lines, true);
    }
    let comments = [format!("{claim}."), format!("Found by: keyholder {}", origin.arguments)];
    let scenario = scenario::from_trace(game, trace, origin.variant, &comments).unwrap_or_else(|error| {
        let comments: String = comments.iter().map(|line| format!("# {line}\n")).collect();
        format!("{comments}# A scenario cannot say it ({error}), so this is its story.\n\n{story}")
    });
    Told { property, steps: trace.depth(), claim, story, scenario }
}
