//! One broken variant, put to the test.

use crate::catalogue::Variant;
use crate::figures::counted;
use crate::tell::{self, LIVENESS, Origin, Told};
use crate::watch::Watch;
use keyholder_model::driver::{Options, Progress, explore, liveness};
use keyholder_model::machines;
use keyholder_model::properties::Listed;
use keyholder_model::variants::{self, Expected};
use keyholder_model::world::{AnyRules, Game};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// What was found.
enum Answer {
    /// A property breaks, by this shortest run.
    Broken(Told),
    /// Every reachable state was visited, and what was asked for holds.
    Holds,
    /// There is no answer, and why.
    None(String),
}

/// A variant and what was found.
pub(super) struct Trial {
    /// The variant.
    pub(super) variant: Variant,
    /// States that were looked at.
    pub(super) states: u64,
    /// Seconds for everything.
    pub(super) seconds: f64,
    answer: Answer,
}

impl Trial {
    /// Tries a variant in its world: for the property that it is expected to break alone, or for all of them if it is
    /// expected to be harmless. One thread and no symmetry, so that the trace is a shortest one and always the same.
    pub(super) fn run(variant: Variant, watch: &Watch) -> Self {
        let started = Instant::now();
        let tried = catch_unwind(AssertUnwindSafe(|| match &variant {
            Variant::Protocol(it) => attempt(it, watch),
            Variant::Machine(it) => attempt_machine(it, watch),
        }));
        let (states, answer) = tried.unwrap_or_else(|panic| (0, Answer::None(said(panic.as_ref()))));
        Self { variant, states, seconds: started.elapsed().as_secs_f64(), answer }
    }

    /// Whether it is what the catalogue says.
    pub(super) fn as_expected(&self) -> bool {
        match (self.variant.expected(), &self.answer) {
            (Expected::Found { property, steps }, Answer::Broken(told)) => {
                property == told.property && steps == told.steps
            }
            (Expected::Harmless, Answer::Holds) => true,
            (Expected::Found { .. } | Expected::Harmless, _) => false,
        }
    }

    /// The story, if a property breaks.
    pub(super) fn told(&self) -> Option<&Told> {
        match &self.answer {
            Answer::Broken(told) => Some(told),
            Answer::Holds | Answer::None(_) => None,
        }
    }

    /// The property that was found to break.
    pub(super) fn property(&self) -> Option<&'static str> {
        self.told().map(|told| told.property)
    }

    /// The steps of the shortest run that breaks it.
    pub(super) fn steps(&self) -> Option<usize> {
        self.told().map(|told| told.steps)
    }

    /// What was found, as a clause.
    pub(super) fn answer(&self) -> String {
        match (&self.answer, self.variant.expected()) {
            (Answer::Broken(told), _) => {
                format!("{} breaks after {}, and after no fewer", told.property, counted(told.steps as u64, "step"))
            }
            (Answer::Holds, Expected::Found { property, .. }) => {
                format!("{property} holds in every reachable state of its world")
            }
            (Answer::Holds, Expected::Harmless) => {
                "every property holds in every reachable state of its world".to_owned()
            }
            (Answer::None(why), _) => why.clone(),
        }
    }

    /// What the catalogue says, as a clause.
    pub(super) fn expectation(&self) -> String {
        match self.variant.expected() {
            Expected::Found { property, steps } => format!("{property} after {}", counted(steps as u64, "step")),
            Expected::Harmless => "that no property breaks".to_owned(),
        }
    }
}

fn attempt(variant: &variants::Variant, watch: &Watch) -> (u64, Answer) {
    let game: Game<AnyRules> = Game::new(variant.rules, variant.bounds);
    let tell = |at: Progress| watch.search(variant.name, at);
    let options = Options { progress: Some(&tell), wanted: 0, ..Options::default() };
    let origin = Origin { variant: Some(variant.name), arguments: format!("check --variant {}", variant.name) };
    match variant.expected {
        Expected::Harmless => search(&game, &options, &origin),
        Expected::Found { property: LIVENESS, .. } => match liveness(&game, &options) {
            Ok(found) => (found.states, tell::liveness(&game, &found, &origin).map_or(Answer::Holds, Answer::Broken)),
            Err(truncated) => (truncated.states, Answer::None(truncated.to_string())),
        },
        Expected::Found { property, .. } => match AnyRules::list().iter().position(|it| it.name == property) {
            Some(index) => search(&game, &Options { only: Some(index), ..options }, &origin),
            None => (0, Answer::None(format!("there is no property {property}"))),
        },
    }
}

fn attempt_machine(variant: &machines::Variant, watch: &Watch) -> (u64, Answer) {
    let property = variant.property;
    let Some(index) = variant.model.properties().iter().position(|name| *name == property) else {
        return (0, Answer::None(format!("there is no property {property}")));
    };
    let tell = |at: Progress| watch.search(variant.name, at);
    let options = Options { progress: Some(&tell), wanted: 0, only: Some(index), ..Options::default() };
    let report = variant.model.explore(&options);
    let arguments = format!("check --variant {}", variant.name);
    let answer = match report.violations.first() {
        Some(found) => Answer::Broken(tell::machine(variant.machine, &found.trace, property, &arguments)),
        None if report.passed() => Answer::Holds,
        None => Answer::None(CUT_SHORT.to_owned()),
    };
    (report.states, answer)
}

/// Why there is no answer, where a search ended early.
const CUT_SHORT: &str = "the search did not come to its end";

fn search(game: &Game<AnyRules>, options: &Options<'_>, origin: &Origin) -> (u64, Answer) {
    let report = explore(game, options);
    let answer = match report.violations.first() {
        Some(violation) => Answer::Broken(tell::violation(game, &violation.trace, violation.name, origin)),
        None if report.passed() => Answer::Holds,
        None => Answer::None(CUT_SHORT.to_owned()),
    };
    (report.states, answer)
}

fn said(panic: &(dyn Any + Send)) -> String {
    format!("the code under test panicked: {}", crate::check::message(panic))
}
