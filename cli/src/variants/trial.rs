//! One broken variant, put to the test.

use crate::figures::counted;
use crate::tell::{self, Told};
use crate::watch::Watch;
use keyholder_model::driver::{Options, Progress, Report, Trace, explore};
use keyholder_model::properties::Listed;
use keyholder_model::variants::{Expected, Variant};
use keyholder_model::world::{Action, AnyRules, Game, World};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// What was found.
enum Answer {
    /// This property breaks, by this shortest run.
    Broken { property: &'static str, trace: Trace<World, Action> },
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
        let tried = catch_unwind(AssertUnwindSafe(|| attempt(&variant, watch)));
        let (states, answer) = tried.unwrap_or_else(|panic| (0, Answer::None(said(panic.as_ref()))));
        Self { variant, states, seconds: started.elapsed().as_secs_f64(), answer }
    }

    /// Whether it is what the catalogue says.
    pub(super) fn as_expected(&self) -> bool {
        match (self.variant.expected, &self.answer) {
            (Expected::Found { property, steps }, Answer::Broken { property: found, trace }) => {
                property == *found && steps == trace.depth()
            }
            (Expected::Harmless, Answer::Holds) => true,
            (Expected::Found { .. } | Expected::Harmless, _) => false,
        }
    }

    /// The property that was found to break.
    pub(super) fn property(&self) -> Option<&'static str> {
        match &self.answer {
            Answer::Broken { property, .. } => Some(property),
            Answer::Holds | Answer::None(_) => None,
        }
    }

    /// The steps of the shortest run that breaks it.
    pub(super) fn steps(&self) -> Option<usize> {
        match &self.answer {
            Answer::Broken { trace, .. } => Some(trace.depth()),
            Answer::Holds | Answer::None(_) => None,
        }
    }

    /// Its story, if it breaks something.
    pub(super) fn told(&self) -> Option<Told> {
        match &self.answer {
            Answer::Broken { property, trace } => Some(tell::violation(&game(&self.variant), trace, property)),
            Answer::Holds | Answer::None(_) => None,
        }
    }

    /// What was found, as a clause.
    pub(super) fn answer(&self) -> String {
        match (&self.answer, self.variant.expected) {
            (Answer::Broken { property, trace }, _) => {
                format!("{property} breaks after {}, and after no fewer", counted(trace.depth() as u64, "step"))
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
        match self.variant.expected {
            Expected::Found { property, steps } => format!("{property} after {}", counted(steps as u64, "step")),
            Expected::Harmless => "that no property breaks".to_owned(),
        }
    }
}

fn game(variant: &Variant) -> Game<AnyRules> {
    Game::new(variant.rules, variant.bounds)
}

fn attempt(variant: &Variant, watch: &Watch) -> (u64, Answer) {
    let only = match variant.expected {
        Expected::Harmless => None,
        Expected::Found { property, .. } => {
            match AnyRules::list().iter().position(|it| it.name == property) {
                Some(index) => Some(index),
                None => return (0, Answer::None(format!("there is no property {property}"))),
            }
        }
    };
    let tell = |at: Progress| watch.search(variant.name, at);
    let report = explore(&game(variant), &Options { only, progress: Some(&tell), ..Options::default() });
    (report.states, answer(report))
}

fn answer(report: Report<World, Action>) -> Answer {
    let complete = report.passed();
    match report.violations.into_iter().next() {
        Some(violation) => Answer::Broken { property: violation.name, trace: violation.trace },
        None if complete => Answer::Holds,
        None => Answer::None("the search did not come to its end".to_owned()),
    }
}

fn said(panic: &(dyn Any + Send)) -> String {
    format!("the code under test panicked: {}", crate::check::message(panic))
}
