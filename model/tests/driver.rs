//! The driver against models whose answers are known.

use keyholder_model::driver::{Always, Checked, Options, Report, Truncated, explore, liveness, stateright_count};
use stateright::{Checker, Model, Property};

#[test]
fn two_phase_commit_has_its_known_size() {
    for (rms, states) in [(3, 288), (5, 8_832)] {
        assert_sizes_agree(TwoPhase { rms }, states);
    }
}

#[cfg(not(debug_assertions))]
#[test]
fn two_phase_commit_with_seven_has_its_known_size() {
    assert_sizes_agree(TwoPhase { rms: 7 }, 296_448);
}

/// Both checkers, one thread and two: the same states, transitions and depth.
fn assert_sizes_agree(model: TwoPhase, states: u64) {
    let one = explore(&model, &consistent(1));
    let two = explore(&model, &consistent(2));
    assert!(one.passed() && two.passed());
    assert_eq!(one.states, states);
    assert_eq!(counts(&one), counts(&two));
    assert_eq!(one.unwitnessed(model.sometimes()), Vec::<&str>::new());
    assert_eq!(two.witnessed, one.witnessed);

    assert_eq!(stateright_count(model, 1), (states, one.depth));
    assert_eq!(stateright_count(model, 2).0, states);
    let checker = model.checker().spawn_bfs().join();
    assert_eq!(checker.state_count() as u64, one.generated);
}

#[test]
fn every_trace_is_a_shortest_one_whatever_the_threads() {
    // Counters (a, b) go up one at a time; property `i` fails at its own sum, reachable in many ways.
    let all = Options { stop_at_violation: false, ..threads(1) };
    let one = explore(&COUNTERS, &all);
    let two = explore(&COUNTERS, &Options { threads: 2, ..all });
    let found = |report: &Report<_, _>| {
        let each = report.violations.iter().map(|v| (v.name, v.depth, v.trace.clone()));
        each.collect::<Vec<_>>()
    };
    assert_eq!(found(&one), found(&two));
    let depths: Vec<_> = one.violations.iter().map(|v| (v.property, v.name, v.depth)).collect();
    assert_eq!(depths, [(0, "sum below 9", 9), (1, "a below 4", 4), (2, "b below 6", 6)]);
    assert!(one.complete && !one.passed());
    for violation in &one.violations {
        assert_eq!(violation.trace.actions().count(), violation.depth);
    }
}

#[test]
fn threads_agree_on_one_trace_among_many() {
    // Three received messages take six steps; 56 states of that level have them, each with several parents.
    let model = TwoPhase { rms: 8 };
    let [first, others @ ..] = [1, 2, 2, 2, 4].map(|n| explore(&model, &Options { only: Some(1), ..threads(n) }));
    assert!(first.peak_frontier > 4 * 512, "a level of {} states is one chunk", first.peak_frontier);
    assert_eq!(first.violations[0].depth, 6);
    for other in others {
        assert_eq!(counts(&other), counts(&first));
        assert_eq!(other.violations[0].trace, first.violations[0].trace);
    }
}

#[test]
fn a_run_stops_after_the_first_level_with_a_violation() {
    let report = explore(&COUNTERS, &threads(2));
    assert_eq!(report.violations.len(), 1);
    assert_eq!(report.violations[0].name, "a below 4");
    assert_eq!(report.depth, 4);
    assert!(!report.complete && !report.passed());
}

#[test]
fn only_one_property_is_checked_when_asked() {
    for (only, depth) in [(0, 9), (1, 4), (2, 6)] {
        let report = explore(&COUNTERS, &Options { only: Some(only), ..threads(2) });
        assert_eq!(report.violations.len(), 1);
        assert_eq!((report.violations[0].property, report.violations[0].depth), (only, depth));
    }
}

#[test]
#[should_panic(expected = "there is no property 3")]
fn asking_for_a_property_that_does_not_exist_is_no_pass() {
    explore(&COUNTERS, &Options { only: Some(3), ..threads(1) });
}

#[test]
#[should_panic(expected = "`violated`")]
fn an_override_that_hides_a_violation_is_found_out() {
    explore(&Counters { blind: true, ..COUNTERS }, &threads(1));
}

#[test]
fn a_truncated_run_never_passes() {
    let model = TwoPhase { rms: 5 };
    for max_states in [0, 1, 100, 5_000] {
        let report = explore(&model, &Options { max_states: Some(max_states), ..consistent(2) });
        assert!(!report.complete && !report.passed());
        assert!((max_states..8_832).contains(&report.states));
    }
    let report = explore(&model, &Options { max_states: Some(1_000_000), ..consistent(2) });
    assert!(report.passed());
    let max_states = Some(100);
    assert_eq!(liveness(&model, &Options { max_states, ..threads(1) }).err(), Some(Truncated { states: 100 }));
}

#[test]
fn states_outside_the_boundary_do_not_exist() {
    let model = Counters { boundary: 3, ..COUNTERS };
    let report = explore(&model, &threads(1));
    // a + b <= 3, and the states on the edge have no successor.
    assert_eq!((report.states, report.terminal, report.depth), (10, 4, 3));
    assert!(report.passed());
    assert_eq!(stateright_count(model, 1), (10, 3));
}

#[test]
fn symmetry_counts_fewer_states_and_keeps_depth_and_trace() {
    let plain = Counters { boundary: 8, ..COUNTERS };
    let whole = explore(&plain, &Options { only: Some(0), ..threads(1) });
    let half = explore(&plain, &Options { only: Some(0), symmetry: true, ..threads(1) });
    assert_eq!((whole.states, whole.depth), (45, 8));
    assert_eq!((half.states, half.depth), (25, 8));

    let failing = COUNTERS;
    let report = explore(&failing, &Options { only: Some(0), symmetry: true, ..threads(2) });
    let trace = &report.violations[0].trace;
    assert_eq!(report.violations[0].depth, 9);
    for pair in trace.steps.windows(2) {
        let (from, (action, to)) = (&pair[0].1, &pair[1]);
        let action = action.expect("only the first step has none");
        assert_eq!(failing.next_state(from, action).as_ref(), Some(to), "a trace is a run of the model");
    }
}

#[test]
#[ignore = "a measurement: cargo test --release -p keyholder-model --test driver -- --ignored --nocapture"]
fn throughput() {
    for threads in [1, 2, 1, 2] {
        let report = explore(&TwoPhase { rms: 8 }, &consistent(threads));
        assert_eq!((report.states, report.generated), (1_745_408, 18_507_778));
        let (speed, bytes) = (report.states_per_second() / 1e6, report.bytes_per_state());
        println!("{threads} thread(s): {speed:.2} M states/s, {:.2} s, {bytes:.1} B/state", report.seconds);
    }
}

/// Only the property of two-phase commit that holds.
fn consistent(threads: usize) -> Options<'static> {
    Options { threads, only: Some(0), ..Options::default() }
}

fn threads(threads: usize) -> Options<'static> {
    Options { threads, ..Options::default() }
}

fn counts<S, A>(report: &Report<S, A>) -> (u64, u64, usize, u64, u64, bool) {
    (report.states, report.generated, report.depth, report.terminal, report.peak_frontier, report.complete)
}

/// Two-phase commit, packed: for each manager two bits of state, one "prepared" message and one mark that it was received.
#[derive(Clone, Copy)]
struct TwoPhase {
    rms: u32,
}

const COMMIT: u64 = 1 << 60;
const ABORT: u64 = 1 << 61;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Receive(u32),
    Decide(u64),
    Set(u32, u64),
}

impl TwoPhase {
    /// 0 working, 1 prepared, 2 committed, 3 aborted.
    fn manager(state: u64, rm: u32) -> u64 {
        state >> (2 * rm) & 3
    }

    fn count(&self, state: u64, wanted: u64) -> u32 {
        (0..self.rms).filter(|rm| Self::manager(state, *rm) == wanted).count() as u32
    }

    fn sent(rm: u32) -> u64 {
        1 << (20 + rm)
    }

    fn received(rm: u32) -> u64 {
        1 << (40 + rm)
    }
}

impl Model for TwoPhase {
    type State = u64;
    type Action = Step;

    fn init_states(&self) -> Vec<u64> {
        vec![0]
    }

    fn actions(&self, state: &u64, actions: &mut Vec<Step>) {
        let open = state & (COMMIT | ABORT) == 0;
        if open {
            actions.push(Step::Decide(ABORT));
            if (0..self.rms).all(|rm| state & Self::received(rm) != 0) {
                actions.push(Step::Decide(COMMIT));
            }
        }
        for rm in 0..self.rms {
            if open && state & Self::sent(rm) != 0 {
                actions.push(Step::Receive(rm));
            }
            if Self::manager(*state, rm) == 0 {
                actions.extend([Step::Set(rm, 1), Step::Set(rm, 3)]);
            }
            if state & COMMIT != 0 {
                actions.push(Step::Set(rm, 2));
            }
            if state & ABORT != 0 {
                actions.push(Step::Set(rm, 3));
            }
        }
    }

    fn next_state(&self, state: &u64, action: Step) -> Option<u64> {
        Some(match action {
            Step::Receive(rm) => state | Self::received(rm),
            Step::Decide(message) => state | message,
            Step::Set(rm, to) => {
                let sent = if to == 1 { Self::sent(rm) } else { 0 };
                state & !(3 << (2 * rm)) | to << (2 * rm) | sent
            }
        })
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("consistent", |model, state| (Self::always(model)[0].holds)(model, state))]
    }
}

impl Checked for TwoPhase {
    fn always(&self) -> &'static [Always<Self>] {
        &[
            Always { name: "consistent", holds: |m, s| m.count(*s, 2) == 0 || m.count(*s, 3) == 0 },
            Always { name: "at most two received (false)", holds: |_, s| (s >> 40 & 0xff).count_ones() < 3 },
        ]
    }

    fn sometimes(&self) -> &'static [&'static str] {
        &["all committed", "all aborted"]
    }

    fn witness(&self, _: &u64, _: &Step, to: &u64, _: u64) -> u64 {
        u64::from(self.count(*to, 2) == self.rms) | u64::from(self.count(*to, 3) == self.rms) << 1
    }
}

/// Two counters that go up one at a time, as far as their sum stays inside the boundary.
#[derive(Clone, Copy)]
struct Counters {
    boundary: u8,
    blind: bool,
}

const COUNTERS: Counters = Counters { boundary: 12, blind: false };

impl Model for Counters {
    type State = [u8; 2];
    type Action = usize;

    fn init_states(&self) -> Vec<[u8; 2]> {
        vec![[0, 0]]
    }

    fn actions(&self, _: &[u8; 2], actions: &mut Vec<usize>) {
        actions.extend([0, 1]);
    }

    fn next_state(&self, state: &[u8; 2], action: usize) -> Option<[u8; 2]> {
        let mut next = *state;
        next[action] += 1;
        Some(next)
    }

    fn within_boundary(&self, [a, b]: &[u8; 2]) -> bool {
        a + b <= self.boundary
    }
}

impl Checked for Counters {
    fn always(&self) -> &'static [Always<Self>] {
        &[
            Always { name: "sum below 9", holds: |_, [a, b]| a + b < 9 },
            Always { name: "a below 4", holds: |_, [a, _]| *a < 4 },
            Always { name: "b below 6", holds: |_, [_, b]| *b < 6 },
        ]
    }

    fn violated(&self, state: &[u8; 2]) -> u64 {
        let failed = |i: usize| u64::from(!(self.always()[i].holds)(self, state)) << i;
        if self.blind { 0 } else { failed(0) | failed(1) | failed(2) }
    }

    fn canonical(&self, mut state: [u8; 2]) -> [u8; 2] {
        state.sort_unstable();
        state
    }
}
