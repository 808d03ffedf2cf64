//! The arguments, and what `--help` says of them.

use crate::catalogue::{Variant, World};
use crate::emulate::args::EmulateArguments;
use crate::names;
use crate::record::args::RecordCommand;
use crate::replay::args::ReplayArguments;
use crate::teleport::args::TeleportArguments;
use clap::{Args, Parser, Subcommand, ValueEnum};
use keyholder_model::variants;
use keyholder_model::worlds::{Tier, WorldSpec};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Keyholder keeps player data safe while players move between game servers. This is its proof, as a program.
#[derive(Debug, Parser)]
#[command(name = "keyholder", version, after_help = EXAMPLES, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check the protocol exhaustively, or show what goes wrong without one of its mechanisms
    #[command(long_about = CHECK, after_help = CHECK_EXAMPLES)]
    Check(CheckArguments),
    /// Walk through a world by hand, in the browser
    #[command(long_about = EXPLORE, after_help = EXPLORE_EXAMPLES)]
    Explore(ExploreArguments),
    /// List the worlds, the broken variants and the properties
    #[command(after_help = LIST_EXAMPLES)]
    List(ListArguments),
    /// Run a small fleet on this machine: teleports, faults, servers that are killed
    #[command(long_about = DEMO, after_help = DEMO_EXAMPLES)]
    Demo(DemoArguments),
    /// Run the recording of a server again, step by step
    #[command(long_about = crate::replay::args::ABOUT, after_help = crate::replay::args::EXAMPLES)]
    Replay(ReplayArguments),
    /// Stand in for Roblox Open Cloud on this machine
    #[command(long_about = crate::emulate::args::ABOUT, after_help = crate::emulate::args::EXAMPLES)]
    Emulate(EmulateArguments),
    /// Move a player between two server processes on Open Cloud
    #[command(long_about = crate::teleport::args::ABOUT, after_help = crate::teleport::args::EXAMPLES)]
    Teleport(TeleportArguments),
    /// Look at a record in a local store or on Open Cloud, and mend it by the rules
    #[command(
        subcommand,
        long_about = crate::record::args::ABOUT,
        after_help = crate::record::args::EXAMPLES,
        disable_help_subcommand = true
    )]
    Record(RecordCommand),
    /// Run the conformance vectors that ports run, or write them anew
    #[command(subcommand, long_about = VECTORS, after_help = VECTORS_EXAMPLES, disable_help_subcommand = true)]
    Vectors(VectorsCommand),
}

/// The arguments of `check`.
#[derive(Args, Debug)]
pub(crate) struct CheckArguments {
    /// Worlds to check; without a name all of them (`keyholder list` describes them)
    #[arg(value_name = "WORLD", value_parser = names::world, conflicts_with_all = ["variant", "all_variants"])]
    pub(crate) worlds: Vec<World>,

    /// How far to go
    #[arg(long, value_enum, default_value_t = Reach::Ci, conflicts_with = "variant")]
    pub(crate) bounds: Reach,

    /// Tell the story of one broken variant of the protocol
    #[arg(long, value_name = "NAME", value_parser = names::variant, conflicts_with = "all_variants")]
    pub(crate) variant: Option<Variant>,

    /// Try every broken variant: race, variant, property, length of the shortest trace
    #[arg(long)]
    pub(crate) all_variants: bool,

    /// Write the result as one JSON document to standard output
    #[arg(long)]
    pub(crate) json: bool,

    /// Threads of a search; with --all-variants, searches at a time
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) jobs: u16,

    /// Save counterexamples here, each as scenario and diagram [default: counterexamples; --variant: nowhere]
    #[arg(long, value_name = "DIR", conflicts_with = "all_variants")]
    pub(crate) out: Option<PathBuf>,
}

/// The arguments of `explore`.
#[derive(Args, Debug)]
pub(crate) struct ExploreArguments {
    /// The world of the protocol, within its standard bounds
    #[arg(value_name = "WORLD", value_parser = names::protocol_world, required_unless_present = "variant")]
    pub(crate) world: Option<&'static WorldSpec>,

    /// Run this broken variant in it, or without a WORLD in the variant's own small one
    #[arg(long, value_name = "NAME", value_parser = names::protocol_variant)]
    pub(crate) variant: Option<Named>,

    /// Where to serve, on loopback; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:3000", value_parser = names::loopback)]
    pub(crate) address: SocketAddr,
}

/// The arguments of `list`.
#[derive(Args, Debug)]
pub(crate) struct ListArguments {
    /// Write the lists as one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// What can be done with vectors.
#[derive(Debug, Subcommand)]
pub(crate) enum VectorsCommand {
    /// Write all files of vectors, the same bytes each time
    #[command(after_help = GENERATE_EXAMPLES)]
    Generate(GenerateArguments),
    /// Run the core on the inputs of each vector, and compare what comes of it
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(VerifyArguments),
}

/// The arguments of `vectors generate`.
#[derive(Args, Debug)]
pub(crate) struct GenerateArguments {
    /// The folder to write into [default: tests/vectors, here or where cargo runs this]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// The arguments of `vectors verify`.
#[derive(Args, Debug)]
pub(crate) struct VerifyArguments {
    /// Files to run; without one, all of the folder
    #[arg(value_name = "FILE", conflicts_with = "dir")]
    pub(crate) files: Vec<PathBuf>,

    /// The folder whose files are run [default: tests/vectors, here or where cargo runs this]
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,

    /// Write the result as one JSON document to standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// The arguments of `demo`.
#[derive(Args, Debug)]
pub(crate) struct DemoArguments {
    /// How many servers
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(crate) servers: u16,

    /// How many players
    #[arg(long, value_name = "N", default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub(crate) players: u16,

    /// How long they play
    #[arg(long, value_name = "S", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) seconds: u64,

    /// How much goes wrong: lost, late and stale answers, lost messages, servers that are killed
    #[arg(long, value_enum, default_value_t = Trouble::Some)]
    pub(crate) faults: Trouble,

    /// What the dice begin with; with many tasks on a real clock, a run is alike and not the same [default: random]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,

    /// The database file, which must not be in use; it is kept [default: one that is removed again]
    #[arg(long, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,

    /// Write the result as one JSON document to standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// How much goes wrong in a demo.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Trouble {
    /// Nothing: no faults, and no server is killed
    None,
    /// A few requests in a hundred
    Some,
    /// One request in three
    Many,
}

/// How far a check goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Reach {
    /// The standard check: seconds to minutes
    Ci,
    /// Larger bounds, and the variants that are found deep: hours, and several GiB
    Nightly,
}

impl Reach {
    /// The same, as the model calls it.
    pub(crate) fn tier(self) -> Tier {
        match self {
            Self::Ci => Tier::Ci,
            Self::Nightly => Tier::Nightly,
        }
    }

    /// The word on the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ci => "ci",
            Self::Nightly => "nightly",
        }
    }
}

/// A variant of the protocol that was named on the command line.
#[derive(Clone, Copy)]
pub(crate) struct Named(pub(crate) variants::Variant);

impl std::fmt::Debug for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.name)
    }
}

const EXAMPLES: &str = "\
Examples:
  keyholder check                                check every world at the standard bounds
  keyholder check --variant save-without-fence   how data is lost without the fence
  keyholder explore teleport                     walk through a world in the browser
  keyholder list                                 what there is to check
  keyholder vectors verify                       run the conformance vectors
  keyholder demo                                 run a small fleet, and kill its servers
  keyholder emulate                              a local Open Cloud, for tests without an account
  keyholder teleport                             move a player between two server processes on it
  keyholder replay server.rec                    run the recording of a server again
  keyholder record explain players ann --store store.redb
                                                 who holds a record, and what would be safe to do

`keyholder COMMAND --help` has more of them.";

const CHECK: &str = "\
Check the protocol exhaustively, or show what goes wrong without one of its mechanisms.

A world is a few servers that run the real core, two stores, and an environment that crashes, delays and
loses within bounds. Every reachable state is visited, and every property is evaluated in each. A world
passes if no property is violated, if it showed what it is there to show, if the number of its states is
the pinned one, and, where it says so, if it can always come to rest (L1) and stateright counts the same
states. This says nothing about what lies beyond the bounds. The machines that a host is built of (locks, queue,
cache and so on), and the host itself, have worlds of their own.

A violation is searched again for its shortest trace, which is told as a sequence of messages and saved as
a scenario and as a diagram.

Exit code: 0 passed, 1 not passed or not saved, 2 a mistake on the command line.";

const CHECK_EXAMPLES: &str = "\
Examples:
  keyholder check                            every world, standard bounds
  keyholder check teleport spends --jobs 4   two worlds, on four threads
  keyholder check line moments               the write queue of a host
  keyholder check --bounds nightly           larger bounds: hours, and several GiB
  keyholder check --json | jq .passed        for a machine; progress stays on standard error
  keyholder check --variant save-without-fence --out stories
                                             the story of a broken variant, saved as well
  keyholder check --all-variants             which race needs which mechanism";

const EXPLORE: &str = "\
Walk through a world by hand, in the browser.

Serves stateright's Explorer: the steps that are possible in a state, the state after each, the properties,
and the way so far as a sequence diagram. It is served on loopback only and ends with Ctrl-C.";

const EXPLORE_EXAMPLES: &str = "\
Examples:
  keyholder explore teleport
  keyholder explore teleport --address 127.0.0.1:0           on any free port
  keyholder explore teleport --variant save-without-fence    the same world under broken rules
  keyholder explore --variant save-without-fence             the variant's own small world";

const LIST_EXAMPLES: &str = "\
Examples:
  keyholder list
  keyholder list --json | jq -r '.worlds[].name'";

const DEMO: &str = "\
Run a small fleet on this machine: teleports, faults, servers that are killed.

Servers with tasks of their own share an embedded database, a memory store and a message bus, all of which
fail as a network does. Players come, change things and wait until that is durable, leave, turn up elsewhere
without having left, and are given things from outside, some of them twice. Servers are killed where they
stand and replaced. In the end the database is compared with what every player was told.

Exit code: 0 nothing lost and nothing doubled, 1 otherwise or the fleet could not be run, 2 a mistake on the
command line.";

const DEMO_EXAMPLES: &str = "\
Examples:
  keyholder demo                                        ten seconds
  keyholder demo --servers 8 --players 200 --seconds 60 --faults many
  keyholder demo --json | jq '{acknowledged, lost, doubled}'
  keyholder demo --store demo.redb                      and keep the database";

const VECTORS: &str = "\
Run the conformance vectors that ports run, or write them anew.

A vector is an input and what the core makes of it, as JSON: values and their two stored forms, deltas,
changes, migrations, and requests on a record with the record that is written. SPEC.md section 14 says
what stands in the files, so that a port in another language can run them.

Exit code: 0 all passed, 1 a vector failed or a file could not be read or written, 2 a mistake on the
command line.";

const VECTORS_EXAMPLES: &str = "\
Examples:
  keyholder vectors verify
  keyholder vectors verify --json | jq .failed
  keyholder vectors generate --out vectors";

const GENERATE_EXAMPLES: &str = "\
Examples:
  keyholder vectors generate                  into tests/vectors
  keyholder vectors generate --out vectors    into another folder";

const VERIFY_EXAMPLES: &str = "\
Examples:
  keyholder vectors verify                                   all of tests/vectors
  keyholder vectors verify --dir vectors                     those of another folder
  keyholder vectors verify tests/vectors/change-sets.json    one file
  keyholder vectors verify --json | jq '.failures[].name'";
