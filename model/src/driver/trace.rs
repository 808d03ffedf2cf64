//! Traces: from a fingerprint back to an initial state, and forward again through the model.

use super::report::Trace;
use super::table::Table;
use super::worker::Parent;
use super::{Checked, identity};

/// A shortest run to a state, found in a table of parents.
pub(super) fn to_state<M: Checked>(
    model: &M,
    symmetry: bool,
    parents: &Table<Parent>,
    fingerprint: u128,
) -> Trace<M::State, M::Action> {
    let mut path = vec![fingerprint];
    let mut child = fingerprint;
    loop {
        match parents.get(child).expect("the second pass reaches what the first one reached") {
            Parent(0) => break,
            Parent(parent) => {
                path.push(parent);
                child = parent;
            }
        }
    }
    path.reverse();
    from_start(model, symmetry, path.len(), |step, fingerprint| path[step] == fingerprint)
}

/// The run of `length` states whose `i`-th state has a fingerprint that `wanted(i, _)` accepts.
///
/// Under symmetry fingerprints are those of canonical states, but the run consists of the model's own states: a trace in which
/// two hosts change names between steps would be no run of the model at all.
pub(super) fn from_start<M: Checked>(
    model: &M,
    symmetry: bool,
    length: usize,
    wanted: impl Fn(usize, u128) -> bool,
) -> Trace<M::State, M::Action> {
    let start = model
        .init_states()
        .into_iter()
        .find(|state| model.within_boundary(state) && wanted(0, identity(model, symmetry, state)));
    let mut trace = Trace { steps: vec![(None, start.expect("a trace begins in an initial state"))] };
    extend(model, symmetry, &mut trace, length - 1, |step, _, fingerprint| wanted(step + 1, fingerprint));
    trace
}

/// Continues a run by `count` steps; `wanted(i, _, _)` must accept the `i`-th by its action and the fingerprint it leads to.
pub(super) fn extend<M: Checked>(
    model: &M,
    symmetry: bool,
    trace: &mut Trace<M::State, M::Action>,
    count: usize,
    wanted: impl Fn(usize, &M::Action, u128) -> bool,
) {
    let mut actions = Vec::new();
    for i in 0..count {
        let from = trace.last();
        actions.clear();
        model.actions(from, &mut actions);
        let step = actions.drain(..).find_map(|action| {
            let to = model.next_state(from, action.clone())?;
            let leads_on = model.within_boundary(&to) && wanted(i, &action, identity(model, symmetry, &to));
            leads_on.then_some((Some(action), to))
        });
        trace.steps.push(step.expect("a transition does not repeat, or `canonical` is no symmetry"));
    }
}
