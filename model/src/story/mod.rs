//! A counterexample or a scenario as a story that a person can follow: who spoke to whom, which store, what came
//! back.
//!
//! A [`Story`] is plain data. Whoever has a trace writes it down as steps; the renderings know nothing of the
//! protocol, so a counterexample from the checker, a scenario file and a recorded run all look alike:
//!
//! * [`Story::to_text`] draws it for a terminal, readable without colour;
//! * [`Story::to_svg`] draws it as one self-contained picture;
//! * [`Story::to_mermaid`] writes it as the source of a diagram inside a Markdown document.
//!
//! Every rendering is a pure function of the story: the same story gives the same bytes. No story is refused: a name
//! that no actor bears goes to a lane of its own, a label that does not fit is wrapped, a character that would
//! disturb the medium is replaced.

mod build;
mod cast;
mod columns;
mod measure;
mod mermaid;
mod svg;
mod text;

pub use text::{Glyphs, TextOptions};

/// A sequence of steps between actors, with a title, a summary and, where it has one, an ending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Story {
    /// What the story is about, in a few words.
    pub title: String,
    /// The story in sentences, one per entry.
    pub summary: Vec<String>,
    /// Who takes part, in the order of the lanes from left to right.
    pub actors: Vec<Actor>,
    /// What happens, in order.
    pub steps: Vec<Step>,
    /// What it comes to: the violated property, or the state that was reached.
    pub ending: Option<Ending>,
}

/// Somebody who takes part in a [`Story`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The name by which steps refer to the actor. Should two actors share an id, the first one is meant.
    pub id: String,
    /// The name that is shown. Where it is empty, the id is shown.
    pub label: String,
    /// What the actor is.
    pub kind: ActorKind,
}

/// What an [`Actor`] is. It decides how the head of the lane looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActorKind {
    /// A game server that runs the protocol.
    Host,
    /// A store: the record store, the memory store, the bus.
    Store,
    /// Somebody who sends changes from outside, without a session.
    Writer,
    /// A person with a tool: a restore, a wipe, a dashboard.
    Operator,
}

impl ActorKind {
    /// The kind in one word, as it stands under the actor's name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Store => "store",
            Self::Writer => "writer",
            Self::Operator => "operator",
        }
    }
}

/// One step of a [`Story`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The number that is shown. It is the writer's: a story may leave steps out and keep the numbers of the trace.
    pub number: usize,
    /// What happens.
    pub kind: StepKind,
    /// The state at this point, line by line. It is shown at the actor that the step reaches (a lost message: its
    /// sender).
    pub note: Vec<String>,
}

/// What happens in a [`Step`]. Actors are named by their [`Actor::id`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// A message travels. Where both ends are the same actor it is drawn as a loop.
    Message {
        /// Who sent it.
        from: String,
        /// Whom it is for.
        to: String,
        /// What it says.
        label: String,
        /// How it fares.
        style: MessageStyle,
    },
    /// An actor does something by itself.
    Local {
        /// Who does it.
        at: String,
        /// What it does.
        label: String,
    },
    /// An actor stops and forgets. Its lifeline is broken until it acts again; a late message does not count as
    /// acting.
    Crash {
        /// Who crashes.
        at: String,
        /// What is lost with it.
        label: String,
    },
    /// The world misbehaves at an actor, which lives on: an entry expires, a store is out of reach.
    Fault {
        /// Where it happens.
        at: String,
        /// What happens.
        label: String,
    },
}

/// How a message fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageStyle {
    /// It asks for something, and arrives.
    Request,
    /// It answers, and arrives.
    Reply,
    /// It never arrives: the arrow ends in a cross half way.
    Lost,
    /// It arrives after its sender has given it up: the arrow is dashed.
    Late,
}

/// What a [`Story`] comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The verdict in a few words, for example the violated property.
    pub label: String,
    /// The verdict in detail, line by line.
    pub lines: Vec<String>,
    /// Whether this is a violation. A counterexample ends badly, a scenario well.
    pub bad: bool,
}
