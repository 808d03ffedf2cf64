//! `keyholder check --variant` and `--all-variants`: what goes wrong without one mechanism.

mod json;
mod table;
mod trial;

use crate::args::{CheckArguments, Reach};
use crate::catalogue::{self, Variant};
use crate::figures::{counted, seconds};
use crate::output::{self, Paint, Tone};
use crate::tell;
use crate::watch::Watch;
use keyholder_model::variants::Expected;
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Instant;
use trial::Trial;

pub(crate) use table::races;

/// Tries the variants and prints what was found. True if it was as expected.
pub(crate) fn run(arguments: &CheckArguments) -> io::Result<bool> {
    match arguments.variant {
        Some(variant) => one(arguments, variant),
        None => all(arguments),
    }
}

fn all(arguments: &CheckArguments) -> io::Result<bool> {
    let started = Instant::now();
    let deep = arguments.bounds == Reach::Nightly;
    let (wanted, left_out): (Vec<_>, Vec<_>) =
        catalogue::variants().into_iter().partition(|it| deep || !it.is_nightly());
    let trials = try_all(&wanted, usize::from(arguments.jobs));
    let seconds = started.elapsed().as_secs_f64();
    let passed = trials.iter().all(Trial::as_expected);
    if arguments.json {
        output::json(&json::document(passed, seconds, &trials, &left_out))?;
    } else {
        output::say(&table::render(Paint::new(), &trials, &left_out, seconds))?;
    }
    Ok(passed)
}

/// Tries the variants, so many at a time; the order of the answers is that of the variants.
fn try_all(wanted: &[Variant], jobs: usize) -> Vec<Trial> {
    let watch = Watch::new(wanted.len());
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(wanted.len()));
    let work = || {
        loop {
            let index = next.fetch_add(1, Relaxed);
            let Some(variant) = wanted.get(index) else {
                break;
            };
            watch.begin(index, variant.name());
            let trial = Trial::run(*variant, &watch);
            watch.ended(&table::line(&trial), !trial.as_expected());
            if let Ok(mut done) = done.lock() {
                done.push((index, trial));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..jobs.min(wanted.len()) {
            scope.spawn(work);
        }
    });
    let mut done = done.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, trial)| trial).collect()
}

fn one(arguments: &CheckArguments, variant: Variant) -> io::Result<bool> {
    let started = Instant::now();
    let trial = {
        let watch = Watch::new(1);
        watch.begin(0, variant.name());
        Trial::run(variant, &watch)
    };
    let passed = trial.as_expected();
    let saved = arguments.out.as_ref().zip(trial.told()).map(|(folder, told)| told.save(folder, variant.name()));
    if arguments.json {
        output::json(&json::document(passed, started.elapsed().as_secs_f64(), &[trial], &[]))?;
    } else {
        let paint = Paint::new();
        output::say(&introduction(paint, &variant))?;
        if let Some(told) = trial.told() {
            output::say(&format!("\n{}\n", told.text(output::width())))?;
        }
        if let Some(saved) = &saved {
            output::say(&tell::place(saved))?;
        }
        output::say(&conclusion(paint, &trial))?;
    }
    // The story is out; but whoever asked for files, and goes by the exit code, must not find none.
    match saved {
        Some(Err(error)) => Err(io::Error::other(error)),
        Some(Ok(_)) | None => Ok(passed),
    }
}

fn introduction(paint: Paint, variant: &Variant) -> String {
    let mut lines = vec![
        paint.text(Tone::Strong, variant.name()),
        format!("  instead    {}", variant.about()),
        format!(
            "  races      {}",
            if variant.races().is_empty() { "none".to_owned() } else { variant.races().join(", ") }
        ),
    ];
    lines.push(match variant.expected() {
        Expected::Found { property, steps } => format!(
            "  breaks     {property}: {}\n  expected   in {}",
            tell::sentence(property),
            counted(steps as u64, "step")
        ),
        Expected::Harmless => "  expected   that no property breaks".to_owned(),
    });
    lines.join("\n")
}

fn conclusion(paint: Paint, trial: &Trial) -> String {
    let found =
        format!("{} ({} looked at in {} s)", trial.answer(), counted(trial.states, "state"), seconds(trial.seconds));
    if trial.as_expected() {
        format!("{} {found}", paint.text(Tone::Good, "As expected:"))
    } else {
        format!("{} {found}; expected was {}", paint.text(Tone::Bad, "Not as expected:"), trial.expectation())
    }
}
