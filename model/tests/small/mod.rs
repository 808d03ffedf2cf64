//! What is asked of every small model: pinned counts, witnesses, and the lengths of the variants' shortest traces.

use keyholder_model::driver::{Checked, Options, explore, stateright_count};

/// Explores a world, which holds; says what is not as pinned.
pub(crate) fn world<M: Checked>(name: &str, model: &M, states: u64, shows: &[usize]) -> Option<String> {
    let report = explore(model, &Options::default());
    assert!(report.passed(), "{name}: {:?}", report.violations);
    let seen: Vec<_> = (0..model.sometimes().len()).filter(|at| report.witnessed >> at & 1 == 1).collect();
    (report.states != states || seen != shows).then(|| format!("{name}: {} states, shows {seen:?}", report.states))
}

/// The other checker counts the same states.
pub(crate) fn counted<M: Checked>(name: &str, model: M, pinned: u64) {
    let (states, _) = stateright_count(model, 1);
    assert_eq!(states, pinned, "{name}");
}

/// Explores a variant; says what is not as pinned.
pub(crate) fn variant<M: Checked>(name: &str, model: &M, property: &str, pinned: usize) -> Option<String> {
    let only = model.always().iter().position(|it| it.name == property);
    let report = explore(model, &Options { only, ..Options::default() });
    let steps = report.violations.first().map(|it| it.depth);
    let fits = only.is_some() && steps == Some(pinned);
    (!fits).then(|| format!("{name}: {property} in {pinned} steps, found {steps:?}"))
}

/// Fails with all that is not as pinned.
pub(crate) fn nothing(wrong: impl Iterator<Item = String>, what: &str) {
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{what}:\n{}", wrong.join("\n"));
}
