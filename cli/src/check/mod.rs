//! `keyholder check`: every world, one after the other.

mod json;
mod table;
mod world;

pub(crate) use world::message;

use crate::args::CheckArguments;
use crate::output::{self, Paint, Tone};
use crate::tell;
use crate::watch::Watch;
use keyholder_model::worlds::{WORLDS, WorldSpec};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;
use world::{Outcome, Search};

/// Where counterexamples go, if nothing else is said.
const FOLDER: &str = "counterexamples";

/// Checks the worlds and prints what was found. True if all of them passed.
pub(crate) fn run(arguments: &CheckArguments) -> io::Result<bool> {
    let started = Instant::now();
    let outcomes = outcomes(arguments);
    let seconds = started.elapsed().as_secs_f64();
    let passed = outcomes.iter().all(Outcome::passed);

    let folder = arguments.out.clone().unwrap_or_else(|| PathBuf::from(FOLDER));
    let saved: Vec<_> = outcomes.iter().map(|it| save(&folder, it)).collect();
    if arguments.json {
        output::json(&json::document(passed, seconds, arguments.bounds.word(), &outcomes, &saved))?;
    } else {
        let paint = Paint::new();
        output::say(&table::render(paint, &outcomes, seconds))?;
        for (outcome, saved) in outcomes.iter().zip(&saved) {
            stories(paint, outcome, saved)?;
        }
        output::say(&table::verdict(paint, &outcomes))?;
    }
    Ok(passed)
}

fn outcomes(arguments: &CheckArguments) -> Vec<Outcome> {
    let mut worlds: Vec<&'static WorldSpec> = Vec::new();
    let wanted = if arguments.worlds.is_empty() { WORLDS.iter().collect() } else { arguments.worlds.clone() };
    for world in wanted {
        if worlds.iter().all(|known| known.name != world.name) {
            worlds.push(world);
        }
    }
    let watch = Watch::new(worlds.len());
    let check = |(index, spec): (usize, &&'static WorldSpec)| {
        watch.begin(index, spec.name);
        let search =
            Search { spec, tier: arguments.bounds.tier(), threads: usize::from(arguments.jobs), watch: &watch };
        let outcome = search.run_standard();
        watch.ended(&table::line(&outcome), !outcome.passed());
        outcome
    };
    worlds.iter().enumerate().map(check).collect()
}

/// Saves the counterexamples of a world; for each the files, or why there are none.
fn save(folder: &Path, outcome: &Outcome) -> Vec<Result<[PathBuf; 2], String>> {
    let name = |property: &str| format!("{}-{property}", outcome.spec.name);
    outcome.counterexamples.iter().map(|it| tell::save(folder, &name(&it.property), &it.told)).collect()
}

fn stories(paint: Paint, outcome: &Outcome, saved: &[Result<[PathBuf; 2], String>]) -> io::Result<()> {
    for (counterexample, saved) in outcome.counterexamples.iter().zip(saved) {
        let heading = format!("{}: {}", outcome.spec.name, counterexample.title());
        output::say(&format!("\n{}\n", paint.text(Tone::Bad, &heading)))?;
        output::say(&counterexample.told.text(output::width()))?;
        output::say(&tell::saved(saved))?;
    }
    Ok(())
}
