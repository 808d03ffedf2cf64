//! `keyholder check`: every world, one after the other.

mod json;
mod machine;
mod table;
#[cfg(test)]
mod tests;
mod world;

pub(crate) use world::message;

use crate::args::CheckArguments;
use crate::catalogue::{self, World};
use crate::output::{self, Paint, Tone};
use crate::tell::{self, Saved};
use crate::watch::Watch;
use std::io;
use std::path::PathBuf;
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
    let save = |it: &Outcome| it.counterexamples.iter().map(|told| told.save(&folder, it.name)).collect();
    let saved: Vec<Vec<Saved>> = outcomes.iter().map(save).collect();
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
    let mut worlds: Vec<World> = Vec::new();
    let wanted = if arguments.worlds.is_empty() { catalogue::worlds().collect() } else { arguments.worlds.clone() };
    for world in wanted {
        if worlds.iter().all(|known| known.name() != world.name()) {
            worlds.push(world);
        }
    }
    let watch = Watch::new(worlds.len());
    let (tier, threads) = (arguments.bounds.tier(), usize::from(arguments.jobs));
    let check = |(index, world): (usize, &World)| {
        watch.begin(index, world.name());
        let outcome = match *world {
            World::Protocol(spec) => Search { spec, tier, threads, watch: &watch }.run_standard(),
            World::Machine(world) => machine::run(world, threads, &watch),
        };
        watch.ended(&table::line(&outcome), !outcome.passed());
        outcome
    };
    worlds.iter().enumerate().map(check).collect()
}

fn stories(paint: Paint, outcome: &Outcome, saved: &[Saved]) -> io::Result<()> {
    for (told, saved) in outcome.counterexamples.iter().zip(saved) {
        let heading = format!("{}: {}", outcome.name, told.heading());
        output::say(&format!("\n{}\n", paint.text(Tone::Bad, &heading)))?;
        output::say(&format!("{}\n\n{}\n", told.text(output::width()), tell::place(saved)))?;
    }
    Ok(())
}
