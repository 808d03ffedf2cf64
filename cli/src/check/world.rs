//! One world: what is asked of it, and what came out.

use crate::catalogue;
use crate::figures::count;
use crate::tell::{self, Origin, Told};
use crate::watch::Watch;
use keyholder_core::rules::Standard;
use keyholder_model::driver::{Options, Progress, Report, Violation, explore, liveness, stateright_count};
use keyholder_model::properties::Listed;
use keyholder_model::witness;
use keyholder_model::world::{Action, Game, World};
use keyholder_model::worlds::{Tier, WorldSpec};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// What is known of a property in a world.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// It holds in every reachable state.
    Holds,
    /// It does not, and no run shows so in fewer steps.
    Violated {
        /// The steps of the shortest trace.
        steps: usize,
    },
    /// The search ended early, at the violation of another property.
    Undecided,
}

/// The count of stateright beside ours, without symmetry.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Twin {
    /// Distinct states, as our driver counts them.
    pub(crate) ours: u64,
    /// Distinct states, as stateright counts them.
    pub(crate) theirs: u64,
}

/// What the search of a world counted.
#[derive(Debug)]
pub(crate) struct Found {
    /// Distinct states.
    pub(crate) states: u64,
    /// Initial states and transitions.
    pub(crate) generated: u64,
    /// Steps to the farthest state.
    pub(crate) depth: usize,
    /// Seconds of the search alone.
    pub(crate) search_seconds: f64,
    /// Bytes of the visited table.
    pub(crate) table_bytes: u64,
    /// Whether states that differ in the names of the servers only are counted as one.
    pub(crate) symmetry: bool,
    /// Whether every reachable state was visited.
    pub(crate) complete: bool,
    /// The properties with their verdicts, L1 last where it is asked for.
    pub(crate) properties: Vec<(&'static str, Verdict)>,
    /// What the world is there to show, and did not.
    pub(crate) unseen: Vec<String>,
    /// The count of stateright, where it is asked for.
    pub(crate) twin: Option<Twin>,
}

/// What came out for a world.
pub(crate) struct Outcome {
    /// The world's name.
    pub(crate) name: &'static str,
    /// The protocol, or the machine.
    pub(crate) of: &'static str,
    /// The pinned number of its states at these bounds.
    pub(crate) pinned: Option<u64>,
    /// What was counted; `None` if the code under test panicked.
    pub(crate) found: Option<Found>,
    /// Why it does not pass, each in a sentence.
    pub(crate) failures: Vec<String>,
    /// The runs that must not be.
    pub(crate) counterexamples: Vec<Told>,
    /// Seconds for everything.
    pub(crate) seconds: f64,
}

impl Outcome {
    /// What comes out of an examination. A panic of the code under test is a finding like any other.
    pub(super) fn of(
        name: &'static str,
        of: &'static str,
        pinned: Option<u64>,
        examine: impl FnOnce(&mut Self),
    ) -> Self {
        let started = Instant::now();
        let (failures, counterexamples) = (Vec::new(), Vec::new());
        let mut outcome = Self { name, of, pinned, found: None, failures, counterexamples, seconds: 0.0 };
        // Whatever was found before the panic is still true: each part is added when it is complete.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| examine(&mut outcome))) {
            outcome.failures.push(format!("the code under test panicked: {}", message(panic.as_ref())));
        }
        outcome.seconds = started.elapsed().as_secs_f64();
        outcome
    }

    /// Whether everything is as it must be.
    pub(crate) fn passed(&self) -> bool {
        self.failures.is_empty()
    }

    /// Adds a run that must not be.
    pub(super) fn add(&mut self, told: Told) {
        self.failures.push(told.claim.clone());
        self.counterexamples.push(told);
    }

    /// Adds what both checkers have counted.
    pub(super) fn compare(&mut self, twin: Twin) {
        if let Some(found) = &mut self.found {
            found.twin = Some(twin);
        }
        if twin.ours != twin.theirs {
            let (ours, theirs) = (count(twin.ours), count(twin.theirs));
            self.failures.push(format!(
                "without symmetry our driver counts {ours} states, stateright {theirs}: one of the two is wrong"
            ));
        }
    }
}

/// How a world is searched.
pub(crate) struct Search<'a> {
    /// The world.
    pub(crate) spec: &'static WorldSpec,
    /// How far.
    pub(crate) tier: Tier,
    /// Worker threads.
    pub(crate) threads: usize,
    /// Who waits for it.
    pub(crate) watch: &'a Watch,
}

impl Search<'_> {
    /// Searches the world under the rules that run in production.
    pub(crate) fn run_standard(&self) -> Outcome {
        self.run(&Standard)
    }

    /// Searches the world under any rules.
    pub(super) fn run<R: Listed + ?Sized>(&self, rules: &'static R) -> Outcome {
        let world = catalogue::World::Protocol(self.spec);
        Outcome::of(world.name(), world.of(), world.pinned(self.tier), |outcome| self.examine(rules, outcome))
    }

    fn examine<R: Listed + ?Sized>(&self, rules: &'static R, outcome: &mut Outcome) {
        let bounds = self.spec.bounds(self.tier);
        let game = Game::new(rules, bounds);
        let symmetry = bounds.is_symmetric();
        let options = Options { threads: self.threads, symmetry, wanted: self.spec.wanted(), ..search() };
        let report = self.explore(&game, self.spec.name, options);
        let mut properties: Vec<_> = R::list().iter().map(|it| it.name).collect();
        properties.extend(self.spec.liveness.then_some(tell::LIVENESS));
        outcome.found = Some(found(&properties, unseen(self.spec, report.witnessed), symmetry, &report));
        for violation in &report.violations {
            self.tell_violation(&game, violation, outcome);
        }
        if !report.violations.is_empty() {
            return;
        }
        judge(outcome);
        if self.spec.liveness {
            self.check_liveness(rules, outcome);
        }
        if self.spec.twin {
            self.check_twin(rules, outcome);
        }
    }

    fn explore<R: Listed + ?Sized>(&self, game: &Game<R>, what: &str, options: Options) -> Report<World, Action> {
        let tell = |at: Progress| self.watch.search(what, at);
        explore(game, &Options { progress: Some(&tell), ..options })
    }

    /// Searches for the property alone, with one thread and without symmetry: what is found then is a shortest run, and the
    /// same one every time.
    fn tell_violation<R: Listed + ?Sized>(
        &self,
        game: &Game<R>,
        violation: &Violation<World, Action>,
        outcome: &mut Outcome,
    ) {
        let name = violation.name;
        let what = format!("{}: shortest trace for {name}", self.spec.name);
        let again = self.explore(game, &what, Options { only: Some(violation.property), ..search() });
        let shortest = again.violations.first();
        if shortest.is_none_or(|it| it.depth != violation.depth) {
            outcome.failures.push(format!("{name} is violated with symmetry only: `canonical` is no symmetry"));
        }
        let trace = shortest.map_or(&violation.trace, |it| &it.trace);
        outcome.add(tell::violation(game, trace, name, &self.origin()));
    }

    fn origin(&self) -> Origin {
        let tier = match self.tier {
            Tier::Ci => "",
            Tier::Nightly => " --bounds nightly",
        };
        Origin { variant: None, arguments: format!("check {}{tier}", self.spec.name) }
    }

    /// L1, always within the standard bounds: the graph of larger ones would not fit into memory.
    fn check_liveness<R: Listed + ?Sized>(&self, rules: &'static R, outcome: &mut Outcome) {
        let bounds = self.spec.ci;
        let game = Game::new(rules, bounds);
        let what = format!("{}: L1", self.spec.name);
        let tell = |at: Progress| self.watch.search(&what, at);
        let options = Options { symmetry: bounds.is_symmetric(), progress: Some(&tell), ..search() };
        let verdict = match liveness(&game, &options).map(|found| tell::liveness(&game, &found, &self.origin())) {
            Ok(None) => Verdict::Holds,
            Ok(Some(told)) => {
                let steps = told.steps;
                outcome.add(told);
                Verdict::Violated { steps }
            }
            Err(truncated) => {
                outcome.failures.push(format!("L1: {truncated}"));
                Verdict::Undecided
            }
        };
        if let Some((_, l1)) = outcome.found.as_mut().and_then(|it| it.properties.last_mut()) {
            *l1 = verdict;
        }
    }

    /// The second opinion, always within the standard bounds: stateright keeps every path in memory.
    fn check_twin<R: Listed + ?Sized>(&self, rules: &'static R, outcome: &mut Outcome) {
        let Some(found) = &outcome.found else {
            return;
        };
        let bounds = self.spec.ci;
        let known = !found.symmetry && self.spec.bounds(self.tier) == bounds;
        let ours = if known {
            found.states
        } else {
            let what = format!("{}: without symmetry", self.spec.name);
            let options = Options { threads: self.threads, only: Some(0), stop_at_violation: false, ..search() };
            self.explore(&Game::new(rules, bounds), &what, options).states
        };
        self.watch.doing(&format!("{}: stateright counts {} states", self.spec.name, count(ours)));
        let (theirs, _) = stateright_count(Game::new(rules, bounds), self.threads);
        outcome.compare(Twin { ours, theirs });
    }
}

/// One thread, no symmetry, every property, to the first level with a violation, and nothing that must be seen.
fn search() -> Options<'static> {
    Options { wanted: 0, ..Options::default() }
}

/// What a search has found of these properties. L1 is no property of a state: it is undecided here.
pub(super) fn found<S, A>(
    properties: &[&'static str],
    unseen: Vec<String>,
    symmetry: bool,
    report: &Report<S, A>,
) -> Found {
    let verdict = |name: &str| match report.violations.iter().find(|it| it.name == name) {
        Some(violation) => Verdict::Violated { steps: violation.depth },
        None if report.passed() && name != tell::LIVENESS => Verdict::Holds,
        None => Verdict::Undecided,
    };
    Found {
        states: report.states,
        generated: report.generated,
        depth: report.depth,
        search_seconds: report.seconds,
        table_bytes: report.table_bytes,
        symmetry,
        complete: report.complete,
        properties: properties.iter().map(|name| (*name, verdict(name))).collect(),
        unseen,
        twin: None,
    }
}

/// What a world should have shown, and did not.
fn unseen(spec: &WorldSpec, witnessed: u64) -> Vec<String> {
    let unseen = spec.shows.iter().filter(|bit| witnessed.checked_shr(**bit).unwrap_or(0) & 1 == 0);
    let name = |bit: &u32| witness::NAMES.get(*bit as usize).map_or(format!("witness {bit}"), |it| (*it).to_owned());
    unseen.map(name).collect()
}

/// What must be so of a search without a violation.
pub(super) fn judge(outcome: &mut Outcome) {
    let Some(found) = &outcome.found else {
        return;
    };
    if !found.complete || found.states == 0 {
        outcome.failures.push("the search did not come to its end".to_owned());
    }
    if !found.unseen.is_empty() {
        outcome.failures.push(format!("never seen: {}", found.unseen.join("; ")));
    }
    if let Some(pinned) = outcome.pinned.filter(|pinned| *pinned != found.states) {
        outcome.failures.push(format!(
            "{} states, but {} are pinned: a changed count is a changed protocol. Find out what changed it; if it is \
             meant to be so, pin the new count and say why",
            count(found.states),
            count(pinned)
        ));
    }
}

/// What a panic said.
pub(crate) fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a word")
}
