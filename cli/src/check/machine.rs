//! One world of a machine: what is asked of it, and what came out.

use super::world::{Outcome, Twin, found, judge};
use crate::figures::count;
use crate::tell;
use crate::watch::Watch;
use keyholder_model::driver::{Options, Progress};
use keyholder_model::machines::World;

/// Searches the world.
pub(super) fn run(world: &'static World, threads: usize, watch: &Watch) -> Outcome {
    Outcome::of(world.name, world.machine, Some(world.states), |outcome| {
        let tell = |at: Progress| watch.search(world.name, at);
        let wanted = world.shows.iter().fold(0, |all, bit| all | 1_u64 << bit);
        let report = world.model.explore(&Options { threads, wanted, progress: Some(&tell), ..Options::default() });
        let names = world.model.shown();
        let unseen = world.shows.iter().filter(|bit| report.witnessed >> **bit & 1 == 0);
        let unseen = unseen.map(|bit| names.get(*bit).map_or(format!("witness {bit}"), |it| (*it).to_owned()));
        outcome.found = Some(found(&world.model.properties(), unseen.collect(), false, &report));
        for violation in &report.violations {
            let arguments = format!("check {}", world.name);
            outcome.add(tell::machine(world.machine, &violation.trace, violation.name, &arguments));
        }
        if !report.violations.is_empty() {
            return;
        }
        judge(outcome);
        if world.is_counted_twice() {
            watch.doing(&format!("{}: stateright counts {} states", world.name, count(report.states)));
            outcome.compare(Twin { ours: report.states, theirs: world.model.count(threads) });
        }
    })
}
