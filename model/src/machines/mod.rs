//! The worlds and variants beside those of the protocol, in one list whatever their states are: the small machines of a
//! host, the caches, time, and the host that puts them together.

mod catalogue;
mod sentences;

pub use catalogue::{variants, worlds};
pub use sentences::{SENTENCES, sentence};

use crate::driver::{Checked, Options, Report, Trace, explore, stateright_count};

/// The most states that stateright counts as well, in every check.
const TWIN_STATES: u64 = 100_000;

/// A world of a machine.
pub struct World {
    /// The machine, in a word.
    pub machine: &'static str,
    /// Its name, which no other world has.
    pub name: &'static str,
    /// What it is about, in a sentence.
    pub about: &'static str,
    /// Distinct states. A changed count is a changed machine.
    pub states: u64,
    /// Entries of [`Explored::shown`] that must be seen, by position.
    pub shows: &'static [usize],
    /// Itself.
    pub model: Box<dyn Explored>,
}

impl World {
    /// Whether stateright must report the same count.
    pub fn is_counted_twice(&self) -> bool {
        self.states <= TWIN_STATES
    }
}

/// A broken variant of a machine.
pub struct Variant {
    /// The machine, in a word.
    pub machine: &'static str,
    /// Its name, which no other variant has.
    pub name: &'static str,
    /// What is so instead, in a sentence.
    pub about: &'static str,
    /// The races that it tells.
    pub races: &'static [&'static str],
    /// The property that breaks.
    pub property: &'static str,
    /// The steps of its shortest trace.
    pub steps: usize,
    /// Its world.
    pub model: Box<dyn Explored>,
}

/// A model that can be explored, whatever its states are. In a trace, they and the actions are text; of the states, only the last one is told.
pub trait Explored: Send + Sync {
    /// As [`explore`].
    fn explore(&self, options: &Options<'_>) -> Report<String, String>;

    /// As [`stateright_count`]: distinct states.
    fn count(&self, threads: usize) -> u64;

    /// Its properties, in the order of their positions.
    fn properties(&self) -> Vec<&'static str>;

    /// What may be seen in it, in the order of the positions.
    fn shown(&self) -> &'static [&'static str];
}

/// How a model is made anew for each who explores it.
struct Made<F>(F);

impl<M: Checked, F: Fn() -> M + Send + Sync> Explored for Made<F> {
    fn explore(&self, options: &Options<'_>) -> Report<String, String> {
        let model = (self.0)();
        explore(&model, options).map(|trace| told(&model, trace))
    }

    fn count(&self, threads: usize) -> u64 {
        stateright_count((self.0)(), threads).0
    }

    fn properties(&self) -> Vec<&'static str> {
        (self.0)().always().iter().map(|it| it.name).collect()
    }

    fn shown(&self) -> &'static [&'static str] {
        (self.0)().sometimes()
    }
}

fn told<M: Checked>(model: &M, trace: Trace<M::State, M::Action>) -> Trace<String, String> {
    let last = trace.depth();
    let step = |(at, (action, state)): (usize, (Option<M::Action>, M::State))| {
        let state = if at == last { format!("{state:?}") } else { String::new() };
        (action.as_ref().map(|action| model.format_action(action)), state)
    };
    Trace { steps: trace.steps.into_iter().enumerate().map(step).collect() }
}
