//! The second opinion: stateright's own breadth-first checker on the same model.

use stateright::{Checker, Model, Property};

use super::Checked;

/// Explores the model with stateright and returns its distinct states and its depth in steps.
///
/// The number of states must equal [`Report::states`](super::Report::states) of a complete run without symmetry. Why this is a comparison and not the gate:
///
/// * With `threads > 1` stateright is not level-exact: the depth may come out too large. It is exact with one thread.
/// * stateright stops once every property has a discovery, and at once if the model has no properties; a stopped run looks like a finished one. So this
///   explores a twin of the model whose only property is true everywhere: what it counts is the whole state space.
/// * `timeout`, `target_state_count` and `target_max_depth` end a run early and `assert_properties` then passes, bug or not. Never gate on a run that used one.
/// * It compares 64-bit fingerprints (`ahash`), we compare 128-bit ones: a difference of a state or two at 10⁹ states would be its collision.
///
/// # Panics
///
/// If the model panics.
#[must_use]
pub fn stateright_count<M: Checked>(model: M, threads: usize) -> (u64, usize) {
    let checker = Twin(model).checker().threads(threads.max(1)).spawn_bfs().join();
    // stateright counts states on the path, the initial one included.
    (checker.unique_state_count() as u64, checker.max_depth().saturating_sub(1))
}

/// A model with its properties replaced by one that never fails.
struct Twin<M>(M);

impl<M: Checked> Model for Twin<M> {
    type State = M::State;
    type Action = M::Action;

    fn init_states(&self) -> Vec<M::State> {
        self.0.init_states()
    }

    fn actions(&self, state: &M::State, actions: &mut Vec<M::Action>) {
        self.0.actions(state, actions);
    }

    fn next_state(&self, state: &M::State, action: M::Action) -> Option<M::State> {
        self.0.next_state(state, action)
    }

    fn within_boundary(&self, state: &M::State) -> bool {
        self.0.within_boundary(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("explored to the end", |_, _| true)]
    }
}
