//! The catalogue of worlds: what each is about, its bounds, and the counts that are pinned.

mod catalogue;

pub use catalogue::WORLDS;

use crate::bounds::Bounds;

/// How far a world is explored.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tier {
    /// In every run of CI: the standard check.
    Ci,
    /// At night: larger bounds.
    Nightly,
}

/// A world and its bounds.
#[derive(Clone, Copy, Debug)]
pub struct WorldSpec {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is about, in a sentence.
    pub about: &'static str,
    /// The bounds of the standard check.
    pub ci: Bounds,
    /// The bounds of the nightly check, if they are larger.
    pub nightly: Option<Bounds>,
    /// Distinct states (canonical ones where the servers are interchangeable): standard, nightly. A changed count is a
    /// changed protocol.
    pub states: [Option<u64>; 2],
    /// Whether L1 is checked on the standard bounds.
    pub liveness: bool,
    /// Whether stateright must report the same count in CI.
    pub twin: bool,
    /// Names of the [`crate::witness`] entries that must be seen, by position.
    pub shows: &'static [u32],
}

impl WorldSpec {
    /// The bounds at a tier.
    pub fn bounds(&self, tier: Tier) -> Bounds {
        match tier {
            Tier::Ci => self.ci,
            Tier::Nightly => self.nightly.unwrap_or(self.ci),
        }
    }

    /// What must be seen, as bits.
    pub fn wanted(&self) -> u64 {
        self.shows.iter().filter_map(|bit| 1_u64.checked_shl(*bit)).fold(0, |all, bit| all | bit)
    }

    /// Whether a property can say anything here.
    pub fn judges(&self, property: &str) -> bool {
        property != "P10" || self.ci.is_robbery_judged()
    }

    /// The pinned count at a tier.
    pub fn pinned(&self, tier: Tier) -> Option<u64> {
        match tier {
            Tier::Ci => self.states[0],
            Tier::Nightly => self.states[1].or(if self.nightly.is_none() { self.states[0] } else { None }),
        }
    }
}

/// A world by its name.
pub fn find(name: &str) -> Option<&'static WorldSpec> {
    WORLDS.iter().find(|world| world.name == name)
}

/// A world, and its distinct states at the standard bounds.
const fn world(name: &'static str, states: u64, about: &'static str, ci: Bounds, shows: &'static [u32]) -> WorldSpec {
    WorldSpec { name, about, ci, nightly: None, states: [Some(states), None], liveness: false, twin: false, shows }
}

/// The larger bounds of the nightly check, and the distinct states there.
const fn at_night(spec: WorldSpec, nightly: Bounds, states: u64) -> WorldSpec {
    WorldSpec { nightly: Some(nightly), states: [spec.states[0], Some(states)], ..spec }
}

/// With L1 in every run.
const fn live(spec: WorldSpec) -> WorldSpec {
    WorldSpec { liveness: true, ..spec }
}

/// With stateright as the second checker in every run.
const fn twice(spec: WorldSpec) -> WorldSpec {
    WorldSpec { twin: true, ..spec }
}
