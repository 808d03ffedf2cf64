//! What a run found.

use std::fmt::{self, Debug, Display};

/// The outcome of [`explore`](super::explore).
#[derive(Clone, Debug)]
pub struct Report<S, A> {
    /// Distinct states, up to symmetry if that was asked for.
    pub states: u64,
    /// Initial states and transitions, each counted as often as it was taken: stateright's `state_count`.
    pub generated: u64,
    /// Steps from an initial state to the farthest state found.
    pub depth: usize,
    /// States without a successor inside the boundary, among those expanded.
    pub terminal: u64,
    /// Whether every reachable state was found and expanded. A run stopped by a violation or by `max_states` is not complete.
    pub complete: bool,
    /// The first violation of each property that failed, in the order of the properties.
    pub violations: Vec<Violation<S, A>>,
    /// Bits of the `sometimes` entries that were seen.
    pub witnessed: u64,
    /// States in the largest level.
    pub peak_frontier: u64,
    /// Bytes of the visited table at the end, when it is largest.
    pub table_bytes: u64,
    /// Seconds of exploration, without the second pass for traces.
    pub seconds: f64,
}

impl<S, A> Report<S, A> {
    /// Whether everything was explored, there was something to explore, and nothing was violated. Says nothing about [`unwitnessed`](Self::unwitnessed).
    #[must_use]
    pub fn passed(&self) -> bool {
        self.complete && self.states > 0 && self.violations.is_empty()
    }

    /// The `sometimes` names, as the model lists them, that were never seen.
    #[must_use]
    pub fn unwitnessed<'n>(&self, names: &'n [&'n str]) -> Vec<&'n str> {
        let unseen = |(i, _): &(usize, &&str)| self.witnessed >> i & 1 == 0;
        names.iter().enumerate().filter(unseen).map(|(_, name)| *name).collect()
    }

    /// Bytes of the visited table for each state.
    #[must_use]
    pub fn bytes_per_state(&self) -> f64 {
        self.table_bytes as f64 / self.states.max(1) as f64
    }

    /// The same, each trace as something else.
    pub fn map<T, B>(self, mut tell: impl FnMut(Trace<S, A>) -> Trace<T, B>) -> Report<T, B> {
        let Self {
            states, generated, depth, terminal, complete, witnessed, peak_frontier, table_bytes, seconds, ..
        } = self;
        let violation = |it: Violation<S, A>| Violation {
            property: it.property,
            name: it.name,
            depth: it.depth,
            trace: tell(it.trace),
        };
        let violations = self.violations.into_iter().map(violation).collect();
        Report {
            states,
            generated,
            depth,
            terminal,
            complete,
            violations,
            witnessed,
            peak_frontier,
            table_bytes,
            seconds,
        }
    }

    /// Distinct states found in a second.
    #[must_use]
    pub fn states_per_second(&self) -> f64 {
        self.states as f64 / self.seconds.max(f64::MIN_POSITIVE)
    }
}

/// A property that failed, and a shortest way to make it fail.
#[derive(Clone, Debug)]
pub struct Violation<S, A> {
    /// Position in [`Checked::always`](super::Checked::always).
    pub property: usize,
    /// The property's name.
    pub name: &'static str,
    /// Steps to the violation. No run violates the property in fewer.
    pub depth: usize,
    /// A run of that many steps.
    pub trace: Trace<S, A>,
}

/// A run: an initial state, then each action with the state it led to. Only the first entry has no action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace<S, A> {
    /// The steps, oldest first. Never empty.
    pub steps: Vec<(Option<A>, S)>,
}

impl<S, A> Trace<S, A> {
    /// The actions, oldest first.
    pub fn actions(&self) -> impl Iterator<Item = &A> {
        self.steps.iter().filter_map(|(action, _)| action.as_ref())
    }

    /// The state in which the run ends.
    #[must_use]
    pub fn last(&self) -> &S {
        let (_, state) = self.steps.last().expect("a trace begins with an initial state");
        state
    }

    /// The number of steps.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.steps.len() - 1
    }
}

/// One action a line, numbered, and the state at the end.
impl<S: Debug, A: Debug> Display for Trace<S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, action) in self.actions().enumerate() {
            writeln!(f, "{:3}  {action:?}", i + 1)?;
        }
        write!(f, "     {:?}", self.last())
    }
}
