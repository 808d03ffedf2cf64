//! All that can be checked, as one list: the worlds and variants of the protocol first, then those of the machines.

use keyholder_model::machines;
use keyholder_model::variants::{self, Expected};
use keyholder_model::worlds::{Tier, WORLDS, WorldSpec};
use std::fmt;

/// How tables call what is no machine.
pub(crate) const PROTOCOL: &str = "protocol";

/// A world.
#[derive(Clone, Copy)]
pub(crate) enum World {
    /// Of the protocol.
    Protocol(&'static WorldSpec),
    /// Of a machine, which has no larger bounds at night.
    Machine(&'static machines::World),
}

/// A broken variant.
#[derive(Clone, Copy)]
pub(crate) enum Variant {
    /// Of the protocol.
    Protocol(variants::Variant),
    /// Of a machine.
    Machine(&'static machines::Variant),
}

/// All worlds.
pub(crate) fn worlds() -> impl Iterator<Item = World> + Clone {
    WORLDS.iter().map(World::Protocol).chain(machines::worlds().iter().map(World::Machine))
}

/// All variants.
pub(crate) fn variants() -> Vec<Variant> {
    let protocol = variants::all().into_iter().map(Variant::Protocol);
    protocol.chain(machines::variants().iter().map(Variant::Machine)).collect()
}

impl World {
    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Protocol(it) => it.name,
            Self::Machine(it) => it.name,
        }
    }

    /// What it is about, in a sentence.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Protocol(it) => it.about,
            Self::Machine(it) => it.about,
        }
    }

    /// The protocol, or a machine.
    pub(crate) fn of(self) -> &'static str {
        match self {
            Self::Protocol(_) => PROTOCOL,
            Self::Machine(it) => it.machine,
        }
    }

    /// The pinned count of its states at a tier.
    pub(crate) fn pinned(self, tier: Tier) -> Option<u64> {
        match self {
            Self::Protocol(it) => it.pinned(tier),
            Self::Machine(it) => Some(it.states),
        }
    }

    /// Whether L1 is asked for.
    pub(crate) fn is_live(self) -> bool {
        match self {
            Self::Protocol(it) => it.liveness,
            Self::Machine(_) => false,
        }
    }

    /// Whether stateright must report the same count.
    pub(crate) fn is_counted_twice(self) -> bool {
        match self {
            Self::Protocol(it) => it.twin,
            Self::Machine(it) => it.is_counted_twice(),
        }
    }
}

impl Variant {
    /// Its name on the command line.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Protocol(it) => it.name,
            Self::Machine(it) => it.name,
        }
    }

    /// What is so instead, in a sentence.
    pub(crate) fn about(&self) -> &'static str {
        match self {
            Self::Protocol(it) => it.about,
            Self::Machine(it) => it.about,
        }
    }

    /// The protocol, or a machine.
    pub(crate) fn of(&self) -> &'static str {
        match self {
            Self::Protocol(_) => PROTOCOL,
            Self::Machine(it) => it.machine,
        }
    }

    /// The races that it tells.
    pub(crate) fn races(&self) -> &'static [&'static str] {
        match self {
            Self::Protocol(it) => it.races,
            Self::Machine(it) => it.races,
        }
    }

    /// What the checker must say.
    pub(crate) fn expected(&self) -> Expected {
        match self {
            Self::Protocol(it) => it.expected,
            Self::Machine(it) => Expected::Found { property: it.property, steps: it.steps },
        }
    }

    /// Whether it is too deep for every run of CI.
    pub(crate) fn is_nightly(&self) -> bool {
        match self {
            Self::Protocol(it) => it.nightly,
            Self::Machine(_) => false,
        }
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::{variants, worlds};
    use std::collections::BTreeSet;

    #[test]
    fn no_name_stands_twice() {
        let names: Vec<_> = worlds().map(|it| it.name()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
        let names: Vec<_> = variants().iter().map(|it| it.name()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    }
}
