//! Every state of the small machines that a host is built of: the real ones, under every order of inputs.
//!
//! Beside each stands what it must do, in the plainest form (a ghost); what it answered is judged in the step in which it did. The ghost follows from the machine as
//! long as that is right, so it adds no states.

pub mod budget;
pub mod lock;
pub mod queue;
pub mod retry;

/// A small machine that is explored.
#[derive(Clone, Copy, Debug)]
pub struct World<S> {
    /// Its name.
    pub name: &'static str,
    /// What it is about, in a sentence.
    pub about: &'static str,
    /// Its bounds.
    pub setup: S,
    /// Distinct states. A changed count is a changed machine.
    pub states: u64,
    /// What must be seen, by position.
    pub shows: &'static [usize],
}

/// A broken variant of a small machine.
#[derive(Clone, Copy, Debug)]
pub struct Variant<S, B> {
    /// Its name.
    pub name: &'static str,
    /// What is so instead, in a sentence.
    pub about: &'static str,
    /// The races that it tells.
    pub races: &'static [&'static str],
    /// The property that breaks.
    pub property: &'static str,
    /// The steps of its shortest trace.
    pub steps: usize,
    /// The bounds of its world.
    pub setup: S,
    /// What it does.
    pub breach: B,
}

/// A broken variant.
const fn variant<S: Copy, B: Copy>(
    name: &'static str,
    about: &'static str,
    races: &'static [&'static str],
    property: &'static str,
    steps: usize,
    setup: S,
    breach: B,
) -> Variant<S, B> {
    Variant { name, about, races, property, steps, setup, breach }
}
