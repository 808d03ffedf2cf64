//! Liveness on the explicit graph: is a goal always still reachable, and can the protocol run in circles?

use std::fmt::{self, Display};

use super::graph::Graph;
use super::meter::Meter;
use super::report::Trace;
use super::search::Options;
use super::trace;
use super::{Checked, cycle};

/// Builds the graph of a model and asks it two questions.
///
/// * **`AG EF goal`.** From every reachable state a goal can still be reached. This says *not stuck*, not *will get there*: it needs a
///   kind schedule, and assumes no fairness.
/// * **No livelock.** No cycle avoids all goals and consists of the protocol's own steps. A step that changes nothing counts as such a cycle; a model
///   that means "ignored" should not offer the action, or return `None`.
///
/// Both are exact where stateright's `eventually` is not: on cycles and where paths join. Under symmetry a cycle closes up to a renaming; repeated,
/// it closes for good, so there is a livelock with symmetry exactly if there is one without.
///
/// Of the options `symmetry`, `max_states` and `progress` apply. The search uses one thread, and memory for the graph.
///
/// # Errors
///
/// [`Truncated`] if the model has more than `max_states` states, or more than 2³¹. Then neither question has an answer.
///
/// # Panics
///
/// If the model panics or contradicts itself, as with [`explore`](super::explore).
pub fn liveness<M: Checked>(model: &M, options: &Options<'_>) -> Result<Liveness<M::State, M::Action>, Truncated> {
    let mut meter = Meter::new(options.progress);
    let graph = Graph::build(model, options, &mut meter)?;

    let (reaches, scratch) = graph.reaches_goal();
    let stuck = reaches.iter().filter(|reaches| !**reaches).count() as u64;
    let first_stuck = reaches.iter().position(|reaches| !reaches);
    drop(reaches);
    let (on_cycle, cycle_scratch) = cycle::first_on_cycle(&graph);

    let run = Run { model, symmetry: options.symmetry, graph: &graph };
    Ok(Liveness {
        states: graph.len() as u64,
        edges: graph.edge_count() as u64,
        goals: (0..graph.len() as u32).filter(|state| graph.is_goal(*state)).count() as u64,
        depth: graph.depth(),
        stuck,
        stuck_trace: first_stuck.map(|state| run.to(state as u32)),
        livelock: on_cycle.map(|state| run.around(state)),
        peak_frontier: graph.peak_frontier() as u64,
        bytes: (graph.bytes() + scratch.max(cycle_scratch)) as u64,
        seconds: meter.seconds(),
    })
}

/// The outcome of [`liveness()`].
#[derive(Clone, Debug)]
pub struct Liveness<S, A> {
    /// Distinct states, up to symmetry if that was asked for.
    pub states: u64,
    /// Transitions.
    pub edges: u64,
    /// States that are goals.
    pub goals: u64,
    /// Steps from an initial state to the farthest state.
    pub depth: usize,
    /// States from which no goal can be reached.
    pub stuck: u64,
    /// A shortest run to one of them, the least deep.
    pub stuck_trace: Option<Trace<S, A>>,
    /// A livelock whose cycle is entered as early as any.
    pub livelock: Option<Livelock<S, A>>,
    /// States in the largest level; these were held in full while the graph was built.
    pub peak_frontier: u64,
    /// Bytes of the graph and of the larger of the two searches. The frontier's states come on top while the graph is built.
    pub bytes: u64,
    /// Seconds for everything.
    pub seconds: f64,
}

impl<S, A> Liveness<S, A> {
    /// Whether nothing is stuck and nothing runs in circles.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.stuck == 0 && self.livelock.is_none()
    }
}

/// A way for the protocol to be busy for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Livelock<S, A> {
    /// A shortest run to a state on the cycle.
    pub path: Trace<S, A>,
    /// From that state back to it, by the protocol's own steps (under symmetry: back to it up to a renaming).
    pub cycle: Trace<S, A>,
}

/// The graph was not built to its end, so it answers nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truncated {
    /// The states found until then.
    pub states: u64,
}

impl Display for Truncated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "more than {} states: liveness was not decided", self.states)
    }
}

impl std::error::Error for Truncated {}

/// Turns state numbers into runs of the model.
struct Run<'a, M> {
    model: &'a M,
    symmetry: bool,
    graph: &'a Graph,
}

impl<M: Checked> Run<'_, M> {
    fn to(&self, state: u32) -> Trace<M::State, M::Action> {
        let path = self.graph.path_to(state);
        trace::from_start(self.model, self.symmetry, path.len(), |step, fingerprint| {
            self.graph.number(fingerprint) == Some(path[step])
        })
    }

    fn around(&self, state: u32) -> Livelock<M::State, M::Action> {
        let path = self.to(state);
        let numbers = cycle::shortest_cycle(self.graph, state);
        let mut cycle = Trace { steps: vec![(None, path.last().clone())] };
        trace::extend(self.model, self.symmetry, &mut cycle, numbers.len(), |step, action, fingerprint| {
            // The environment may have an action with the same effect; that one would prove nothing.
            !self.model.is_environment(action) && self.graph.number(fingerprint) == Some(numbers[step])
        });
        Livelock { path, cycle }
    }
}

#[cfg(test)]
mod tests {
    use stateright::{Checker, Model, Property};

    use super::super::{Always, Checked, Options, explore, stateright_count};
    use super::liveness;

    /// Two like tokens on a ring of three places; the goal is to have both on the last one.
    struct Ring;

    impl Model for Ring {
        type State = [u8; 2];
        type Action = usize;

        fn init_states(&self) -> Vec<[u8; 2]> {
            vec![[1, 0]]
        }

        fn actions(&self, _: &[u8; 2], actions: &mut Vec<usize>) {
            actions.extend([0, 1]);
        }

        fn next_state(&self, state: &[u8; 2], token: usize) -> Option<[u8; 2]> {
            let mut next = *state;
            next[token] = (next[token] + 1) % 3;
            Some(next)
        }
    }

    impl Checked for Ring {
        fn always(&self) -> &'static [Always<Self>] {
            &[]
        }

        fn canonical(&self, mut state: [u8; 2]) -> [u8; 2] {
            state.sort_unstable();
            state
        }

        fn goal(&self, state: &[u8; 2]) -> bool {
            *state == [2, 2]
        }
    }

    #[test]
    fn symmetry_changes_no_answer_and_its_runs_are_real() {
        for (symmetry, states) in [(false, 9), (true, 6)] {
            let options = Options { symmetry, ..Options::default() };
            let found = liveness(&Ring, &options).expect("complete");
            assert_eq!((found.states, found.edges, found.stuck), (states, 2 * states, 0));
            let report = explore(&Ring, &options);
            assert_eq!((report.states, report.depth, report.peak_frontier), (states, found.depth, found.peak_frontier));

            let livelock = found.livelock.expect("one token can go round for ever");
            assert_eq!(livelock.path.depth(), 0);
            let run = &livelock.cycle.steps;
            assert_eq!(run[0].1, [1, 0]);
            for pair in run.windows(2) {
                let token = pair[1].0.expect("only the first step has none");
                assert_eq!(Ring.next_state(&pair[0].1, token), Some(pair[1].1));
            }
            let back = Ring.canonical(*livelock.cycle.last());
            assert_eq!(back, [0, 1]);
        }
        assert_eq!(stateright_count(Ring, 2).0, 9);
    }

    #[test]
    fn a_goal_that_can_no_longer_be_reached_is_found_on_a_cycle() {
        // 0 -> 1 -> 0 with goal 5: stateright's `eventually` finds nothing here.
        let model = Maze::new([(0, 1), (1, 0)], &[5], &[]);
        assert!(model.clone().checker().spawn_bfs().join().discovery("eventually a goal").is_none());
        let found = liveness(&model, &Options::default()).expect("complete");
        assert_eq!((found.states, found.edges, found.stuck), (2, 2, 2));
        assert_eq!(found.stuck_trace.expect("stuck").depth(), 0);
        let livelock = found.livelock.expect("it runs in circles");
        assert_eq!(livelock.path.last(), &0);
        assert_eq!(livelock.cycle.actions().collect::<Vec<_>>(), [&1, &0]);
    }

    #[test]
    fn a_goal_that_can_no_longer_be_reached_is_found_behind_a_join() {
        // 0 -> {1, 2} -> 4, goal 1: the path through 2 never meets it, and the join hides that from `eventually`.
        let model = Maze::new([(0, 1), (0, 2), (1, 4), (2, 4)], &[1], &[]);
        assert!(model.clone().checker().spawn_bfs().join().discovery("eventually a goal").is_none());
        let found = liveness(&model, &Options::default()).expect("complete");
        assert_eq!((found.states, found.goals, found.stuck, found.depth), (4, 1, 2, 2));
        assert_eq!(found.stuck_trace.expect("stuck").actions().collect::<Vec<_>>(), [&2]);
        assert_eq!(found.livelock, None);
    }

    #[test]
    fn a_livelock_is_found_although_the_goal_stays_reachable() {
        let edges = [(0, 1), (1, 2), (2, 3), (3, 2), (3, 9), (9, 0), (1, 9)];
        let model = Maze::new(edges, &[9], &[]);
        let found = liveness(&model, &Options::default()).expect("complete");
        assert_eq!(found.stuck, 0);
        let livelock = found.livelock.expect("2 and 3 alternate");
        assert_eq!(livelock.path.actions().collect::<Vec<_>>(), [&1, &2]);
        assert_eq!(livelock.cycle.actions().collect::<Vec<_>>(), [&3, &2]);

        // The same cycle with the environment's help is none, nor is one through the goal.
        let helped = Maze::new(edges, &[9], &[2]);
        assert!(liveness(&helped, &Options::default()).expect("complete").passed());
        let standing = Maze::new([(0, 9), (0, 0)], &[9], &[]);
        let cycle = liveness(&standing, &Options::default()).expect("complete").livelock.expect("0 stands still").cycle;
        assert_eq!(cycle.depth(), 1);
    }

    #[test]
    fn long_graphs_need_no_stack() {
        let ring = (0..300_000).map(|i| (i, (i + 1) % 300_000));
        let found = liveness(&Maze::new(ring, &[], &[]), &Options::default()).expect("complete");
        assert_eq!((found.states, found.depth, found.stuck), (300_000, 299_999, 300_000));
        let livelock = found.livelock.expect("a ring");
        assert_eq!((livelock.path.depth(), livelock.cycle.depth()), (0, 300_000));
    }

    /// Any directed graph, begun at 0; an action is the number it leads to.
    #[derive(Clone)]
    struct Maze {
        edges: Vec<(u32, u32)>,
        goals: &'static [u32],
        environment: &'static [u32],
    }

    impl Maze {
        fn new(
            edges: impl IntoIterator<Item = (u32, u32)>,
            goals: &'static [u32],
            environment: &'static [u32],
        ) -> Self {
            let mut edges: Vec<_> = edges.into_iter().collect();
            edges.sort_unstable();
            Self { edges, goals, environment }
        }
    }

    impl Model for Maze {
        type State = u32;
        type Action = u32;

        fn init_states(&self) -> Vec<u32> {
            vec![0]
        }

        fn actions(&self, state: &u32, actions: &mut Vec<u32>) {
            let first = self.edges.partition_point(|(from, _)| from < state);
            let row = self.edges[first..].iter().take_while(|(from, _)| from == state);
            actions.extend(row.map(|(_, to)| *to));
        }

        fn next_state(&self, _: &u32, action: u32) -> Option<u32> {
            Some(action)
        }

        fn properties(&self) -> Vec<Property<Self>> {
            vec![Property::eventually("eventually a goal", |model, state| model.goal(state))]
        }
    }

    impl Checked for Maze {
        fn always(&self) -> &'static [Always<Self>] {
            &[]
        }

        fn goal(&self, state: &u32) -> bool {
            self.goals.contains(state)
        }

        fn is_environment(&self, action: &u32) -> bool {
            self.environment.contains(action)
        }
    }
}
