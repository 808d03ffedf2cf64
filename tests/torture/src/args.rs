//! The arguments, and what `--help` says of them.

use clap::{Parser, ValueEnum};
use keyholder_tokio::memory::Faults;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// Kill servers and their store at random moments, and account for every acknowledged change
#[derive(Debug, Parser)]
#[command(name = "keyholder-torture", version, long_about = ABOUT, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// How long players play
    #[arg(long, value_name = "S", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) seconds: u64,

    /// The same in minutes
    #[arg(long, value_name = "N", conflicts_with = "seconds", value_parser = clap::value_parser!(u64).range(1..=1_440))]
    pub(crate) minutes: Option<u64>,

    /// What the servers keep records in
    #[arg(long, value_enum, default_value_t = On::File)]
    pub(crate) on: On,

    /// How many server processes
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=32))]
    pub(crate) servers: u16,

    /// How many players
    #[arg(long, value_name = "N", default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..=2_000))]
    pub(crate) players: u16,

    /// What goes wrong between servers and store, beside the kills: lost, late and stale answers, lost messages,
    /// connections that end
    #[arg(long, value_enum, default_value_t = Trouble::Some)]
    pub(crate) faults: Trouble,

    /// What all dice begin with [default: random, printed first]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,

    /// Write the result as one JSON document to standard output
    #[arg(long)]
    pub(crate) json: bool,

    /// Put the store file and the history here, and keep them whatever comes out [default: kept only at a failure]
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,

    /// What the store does wrong, to see that it is found
    #[arg(long = "break", value_enum, value_name = "HOW", hide = true)]
    pub(crate) broken: Option<Broken>,

    /// What this process is, when it was started by itself.
    #[arg(long, value_enum, hide = true)]
    pub(crate) role: Option<Role>,
}

/// What a process is that was started by this program.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Role {
    Store,
    Server,
    Web,
}

/// What the store is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum On {
    /// A file of the embedded store
    File,
    /// Open Cloud, over HTTP, as the emulator has it; with writers from the web and erasures
    Emulator,
}

/// A promise that the store breaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Broken {
    /// It writes whatever is there: what a write expects is ignored
    BlindWrites,
}

/// How much goes wrong between servers and store.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Trouble {
    /// Nothing but kills and pauses
    None,
    /// A few requests in a hundred
    Some,
    /// One request in three
    Many,
}

impl Trouble {
    /// The same as the layer of faults has it.
    pub(crate) fn faults(self) -> Faults {
        let times = Faults {
            late_by: Duration::from_millis(200),
            reorder_by: Duration::from_millis(50),
            latency_max: Duration::from_millis(4),
            ..Faults::default()
        };
        match self {
            Self::None => Faults::default(),
            Self::Some => Faults {
                reply_lost: 20,
                late: 10,
                request_lost: 10,
                stale: 10,
                vanish: 10,
                repeat: 10,
                reorder: 20,
                ..times
            },
            Self::Many => Faults {
                reply_lost: 100,
                late: 60,
                request_lost: 60,
                stale: 60,
                vanish: 60,
                repeat: 60,
                reorder: 100,
                ..times
            },
        }
    }

    /// What the emulator does to requests by itself, in shares of all. It throttles nobody: a store that does is left alone for
    /// a second, and all that would be seen is how a fleet waits.
    pub(crate) fn emulated(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Some => "before=0.005,after=0.01,drop=0.01,unavailable=0.005,html=0.005,empty=0.005",
            Self::Many => "before=0.03,after=0.05,drop=0.05,unavailable=0.02,html=0.02,empty=0.03",
        }
    }

    /// How many of a thousand requests end the connection behind them.
    pub(crate) fn cut(self) -> u16 {
        match self {
            Self::None => 0,
            Self::Some => 1,
            Self::Many => 5,
        }
    }
}

impl Arguments {
    /// How long players play.
    pub(crate) fn length(&self) -> Duration {
        Duration::from_secs(self.minutes.map_or(self.seconds, |minutes| minutes * 60))
    }
}

const ABOUT: &str = "\
Kill servers and their store at random moments, and account for every acknowledged change.

One process is the store: records in a file, and everything else. Each server is a process as well. Players come,
change things, are given things from outside, some of them twice, leave, turn up elsewhere before they have
left, and take records over. Meanwhile servers are killed (SIGKILL) and started anew, stopped for a while and
let go on, and the store is killed and started anew on its file.

On file, the store is the embedded one, behind a socket of this machine; entries and messages are in its memory
and are gone with it. On emulator, it is Open Cloud as the emulator has it, reached over HTTP through the
adapter: records in data stores, heartbeats in a sorted map, no journal, and messages that nobody hears, for
Open Cloud only publishes. There, processes without a server grant things and erase records straight over Open
Cloud, and are killed as well.

Each process says what it acknowledges the moment it does. In the end that is compared with the file: nothing
acknowledged may be missing, nothing may be there twice, nothing that was refused may be there, nothing from
before an erasure may be there after it, and no server may have written to a record after another one had
claimed it. An acknowledgement is the verdict Durable; what was only taken, or only journalled, may get lost
with a server and the store.

Players whose server was killed have to be in again within the lapse of its heartbeat, a round of the
handshake, a retry and five seconds for a busy machine, unless the store was down, their record was being
erased, or their new server was stopped or killed meanwhile.

The seed decides what players do and who is killed when. It does not decide how the processes are
interleaved: a run with the same seed is alike, and not the same. What is exact is the history, which is
kept at a failure, with the store file.

Exit code: 0 nothing lost, doubled, back or stale, and all in again in time; 1 otherwise, or it could not be
run; 2 a mistake on the command line.";

const EXAMPLES: &str = "\
Examples:
  keyholder-torture                                   a minute, as in CI
  keyholder-torture --on emulator --seconds 90        on Open Cloud, as in CI
  keyholder-torture --minutes 30 --faults many --servers 5 --players 100
  keyholder-torture --seed 7 --keep torture           and keep store file and history
  keyholder-torture --json | jq '{acknowledged, lost, doubled, stale}'";
