//! Our own explicit-state checker: breadth-first, level by level, over [`stateright::Model`].
//!
//! stateright stays the public face of the models (its `Model` trait, its Explorer) and an independent second opinion
//! ([`stateright_count`]). The gates run on this driver instead, because stateright 0.31
//!
//! * is not level-exact with several threads, and with two or more properties reports a *later* trace over an earlier one, so its
//!   counterexamples are not the shortest;
//! * ignores symmetry in its breadth-first checker;
//! * keeps 64-bit fingerprints and one heap-allocated action path for every waiting state;
//! * has no sound `eventually`: cycles and joins hide counterexamples. [`liveness()`] answers `AG EF goal` and "no livelock" on the explicit graph.
//!
//! **What a passed run means.** [`Report::passed`] holds only when the whole state space was explored and nothing was violated. A run that
//! was cut short says `complete: false` and never passes. States are known by 128-bit fingerprints: with `n` distinct states the chance that one was
//! taken for another is about `n² / 2^129`, which is `1.5e-23` for 10⁸ states (`2.7e-4` with 64 bits).
//!
//! **What does not depend on threads.** Distinct states, transitions, terminal states, depth, which properties fail and at which depth, and the traces.
//!
//! **Memory.** Sixteen bytes a slot in the visited table, no parent pointers; states themselves live only in the frontier. A trace is found
//! by a second pass that keeps parents, up to the depth of the violation and no further.

mod cycle;
mod frontier;
mod graph;
mod hasher;
mod liveness;
mod meter;
mod report;
mod search;
mod table;
mod trace;
mod twin;
mod worker;

use std::fmt::Debug;
use std::hash::Hash;

use stateright::Model;

pub use hasher::{Fingerprinter, fingerprint};
pub use liveness::{Livelock, Liveness, Truncated, liveness};
pub use meter::Progress;
pub use report::{Report, Trace, Violation};
pub use search::{Options, explore};
pub use twin::stateright_count;

/// A model this driver can check: a [`Model`] and what it promises.
///
/// The driver relies on three things and cannot check them all: `init_states`, `actions` and `next_state` are functions of their arguments; `Hash` feeds
/// every field that `Eq` compares (derive both: a field left out merges states and hides bugs); [`canonical`](Self::canonical) is a symmetry. The last one
/// is put to the test by every trace, and by comparing runs with and without it. An action whose `next_state` is `None` is no step.
pub trait Checked:
    Model<State: Clone + Hash + Eq + Debug + Send + Sync, Action: Clone + Debug + PartialEq + Send + Sync>
    + Send
    + Sync
    + 'static
{
    /// What holds in every reachable state. At most 64 properties; bit `i` of [`violated`](Self::violated) is entry `i`.
    fn always(&self) -> &'static [Always<Self>];

    /// Which properties this state violates, as bits.
    ///
    /// Override it where one pass over the state answers several properties at once. The driver compares an override with the list in the
    /// first states, in a sample of the others, and at the end of every trace.
    fn violated(&self, state: &Self::State) -> u64 {
        violated_by_list(self, state)
    }

    /// Names of what must be seen at least once, so that a run proves it went where it matters. At most 64.
    fn sometimes(&self) -> &'static [&'static str] {
        &[]
    }

    /// Which of the `wanted` `sometimes` entries this step shows, as bits. The driver ORs the answers of all steps, whichever state they lead to.
    ///
    /// Steps, not states, so that a ghost that is needed only to say "this happened" stays out of the state and does not multiply it. Under symmetry
    /// `from` is canonical and `to` is as `next_state` returned it. Wanted is what has not been seen so far.
    fn witness(&self, from: &Self::State, action: &Self::Action, to: &Self::State, wanted: u64) -> u64 {
        let (_, _, _, _) = (from, action, to, wanted);
        0
    }

    /// The representative of all states that differ from this one only by a renaming. Used with [`Options::symmetry`] only.
    ///
    /// A renaming must map steps to steps, properties to themselves, goals to goals and environment actions to environment actions.
    fn canonical(&self, state: Self::State) -> Self::State {
        state
    }

    /// A state from which nothing more needs to happen ([`liveness()`]).
    fn goal(&self, state: &Self::State) -> bool {
        let _ = state;
        true
    }

    /// Whether the action is the environment's (a command, a fault), not a step of the protocol. A cycle that needs the environment is no livelock.
    fn is_environment(&self, action: &Self::Action) -> bool {
        let _ = action;
        false
    }
}

/// A named property of every reachable state.
pub struct Always<M: Model> {
    /// The property's id, as the specification has it.
    pub name: &'static str,
    /// Whether the property holds in this state.
    pub holds: fn(&M, &M::State) -> bool,
}

impl<M: Model> Clone for Always<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Model> Copy for Always<M> {}

impl<M: Model> Debug for Always<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Always").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The properties violated, judged one by one: the meaning of [`Checked::violated`].
fn violated_by_list<M: Checked>(model: &M, state: &M::State) -> u64 {
    let failed = |(i, property): (usize, &Always<M>)| u64::from(!(property.holds)(model, state)) << i;
    model.always().iter().enumerate().map(failed).fold(0, |all, bit| all | bit)
}

/// The mask with the lowest `count` bits set.
///
/// # Panics
///
/// If there are more than 64.
fn low_bits(count: usize) -> u64 {
    assert!(count <= 64, "at most 64 properties of a kind, not {count}");
    if count == 64 { u64::MAX } else { (1 << count) - 1 }
}

/// The fingerprint under which the driver knows a state.
fn identity<M: Checked>(model: &M, symmetry: bool, state: &M::State) -> u128 {
    if symmetry { fingerprint(&model.canonical(state.clone())) } else { fingerprint(state) }
}
