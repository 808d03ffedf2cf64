//! Narration: a trace as a [`Story`] that a person can follow: who, what, which store, what came back.
//!
//! A trace holds states, and states do not remember requests. Each step is therefore taken once more by a clone of the
//! session in it, which shows what it asks, tells and sends; what the stores answer is read off the same rules. Nothing
//! is guessed: the clone is the code that runs.

mod names;
mod observe;
mod phrases;
mod teller;
#[cfg(test)]
mod tests;

use crate::driver::Trace;
use crate::properties::{Listed, NAMES, SENTENCES};
use crate::story::{ActorKind, StepKind, Story};
use crate::world::{Action, Game, World, letter};

pub(crate) use names::{Manner, Names};
pub(crate) use observe::{Given, Handed, Met, Seen, errand, fresh, given, handed, on_record, session, writer};
pub(crate) use phrases::{data, event, journal, journal_update, misuse, notice, plain, record, update};
use teller::Teller;

/// Tells a trace as a story. With a property it is the story of how that property breaks.
///
/// The trace must be one of `game`; a trace of another world gives a story that makes no sense, but a story.
pub fn story<R: Listed + ?Sized>(game: &Game<R>, trace: &Trace<World, Action>, property: Option<&str>) -> Story {
    let mut names = Names::new(game, Manner::Story);
    let steps = || trace.steps.iter().zip(trace.steps.iter().skip(1));
    for ((_, before), (action, _)) in steps() {
        if let Some(action) = action {
            names.learn(before, *action);
        }
    }
    let sentence = property.map(|name| sentence(name).unwrap_or("a property that is not in the list"));
    let mut story = Story::new(match property {
        Some(name) => format!("How {name} breaks"),
        None => "What happens".to_owned(),
    });
    if let (Some(name), Some(sentence)) = (property, sentence) {
        story.sentence(format!("{name} says: {sentence}. In {} steps it does not hold:", trace.depth()));
    }
    cast(game, &mut story);
    let mut teller = Teller::new(game, &names, story);
    for (number, ((_, before), (action, after))) in (1..).zip(steps()) {
        if let Some(action) = action {
            teller.tell(number, before, *action, after);
        }
    }
    let mut story = teller.story;
    dismiss(&mut story);
    let last = trace.last();
    match (property, sentence) {
        (Some(name), Some(sentence)) => {
            story.ends(format!("{name} is violated: {sentence}"), state(&names, last), true);
        }
        _ => {
            story.ends("so it stands now", state(&names, last), false);
        }
    }
    story
}

/// What a property says, by its name.
pub fn sentence(property: &str) -> Option<&'static str> {
    NAMES.iter().zip(SENTENCES).find(|(name, _)| **name == property).map(|(_, sentence)| sentence)
}

/// Who takes part, in the order of the lanes.
fn cast<R: Listed + ?Sized>(game: &Game<R>, story: &mut Story) {
    for host in 0..game.bounds.hosts {
        let letter = letter(host);
        story.actor(letter.to_string(), format!("server {letter}"), ActorKind::Host);
    }
    story.actor(RECORD, "record (durable store)", ActorKind::Store);
    let memory = if game.bounds.journal { "journal (memory store)" } else { "heartbeats (memory store)" };
    story.actor(MEMORY, memory, ActorKind::Store);
    story.actor(BUS, "bus", ActorKind::Store);
    for at in 0..game.bounds.senders {
        story.actor(writer_id(at), format!("writer {}", at + 1), ActorKind::Writer);
    }
    story.actor(OPERATOR, "operator", ActorKind::Operator);
}

/// Leaves out who has nothing to do.
fn dismiss(story: &mut Story) {
    let idle = |id: &str| {
        !story.steps.iter().any(|step| match &step.kind {
            StepKind::Message { from, to, .. } => from == id || to == id,
            StepKind::Local { at, .. } | StepKind::Crash { at, .. } | StepKind::Fault { at, .. } => at == id,
        })
    };
    let acting: Vec<_> = story.actors.iter().filter(|actor| !idle(&actor.id)).cloned().collect();
    story.actors = acting;
}

const RECORD: &str = "record";
const MEMORY: &str = "journal";
const BUS: &str = "bus";
const OPERATOR: &str = "operator";

fn writer_id(at: u8) -> String {
    format!("w{}", at + 1)
}

/// The whole state in lines: the record, the journal, and what each player sees.
fn state(names: &Names, world: &World) -> Vec<String> {
    let mut lines = vec![format!("record: {}", record(names, world.record.as_deref()))];
    lines.push(format!("journal: {}", journal(names, world.journal.as_deref())));
    for (host, it) in (0..).zip(world.hosts.iter()) {
        if let Some(it) = &it.session {
            let view = it.session.view().map_or("nothing to see yet".to_owned(), |view| data(names, view));
            lines.push(format!("server {}: {}; its player sees: {view}", letter(host), phase(it.session.phase())));
        }
    }
    lines
}

/// The phase of a session in a word.
pub(crate) fn phase(phase: &keyholder_core::session::Phase) -> String {
    use keyholder_core::session::Phase;
    match phase {
        Phase::Claiming(_) => "claiming".to_owned(),
        Phase::Waiting(_) => "waiting".to_owned(),
        Phase::Looking(_) => "looking".to_owned(),
        Phase::Ended(_) => "ended".to_owned(),
        other => plain(other),
    }
}
