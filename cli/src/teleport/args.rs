//! The arguments of `teleport`, and what `--help` says of them.

use crate::cloud::CloudArguments;
use clap::Args;

/// The arguments of `teleport`.
#[derive(Args, Debug)]
pub(crate) struct TeleportArguments {
    /// The player
    #[arg(value_name = "NAME", default_value = "ann")]
    pub(crate) player: String,

    /// The universe of the experience
    #[arg(long, value_name = "UNIVERSE", default_value_t = 1)]
    pub(crate) open_cloud: u64,

    #[command(flatten)]
    pub(crate) cloud: CloudArguments,

    /// How often the player goes from one server to the other
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    pub(crate) rounds: u16,

    /// Leave both servers alone at the end, where one is killed otherwise
    #[arg(long)]
    pub(crate) no_kill: bool,

    /// Write the result as one JSON document to standard output
    #[arg(long)]
    pub(crate) json: bool,

    /// This process is one of the servers, and hears on standard input what its player does.
    #[arg(long, hide = true)]
    pub(crate) server: bool,
}

pub(crate) const ABOUT: &str = "\
Move a player between two server processes on Open Cloud.

Two servers are started, each a process with a host of its own. The player comes to one of them, earns ten
coins, and goes to the other, which opens the record at the same time as the first one saves and releases it;
and back again. In the end the server where the player is gets killed (SIGKILL), and the player turns up at the
other one, which takes the record over as soon as the first one's heartbeat has lapsed. Each opening shows
whether the coins are as they must be, under which epoch the record is written, and how long it took.

Without --url it asks the emulator of this machine, http://127.0.0.1:8787 (`keyholder emulate`), with its key
\"local\" or that of --api-key-file. The status page there shows each request. The record stays: player
NAME of location \"teleport\". Heartbeats are quicker than a server's are by default, so that nobody waits a
minute for a server that was killed.

Exit code: 0 everything that was acknowledged was there at each opening; 1 something was not; 2 a mistake on
the command line, or the platform cannot be used.";

pub(crate) const EXAMPLES: &str = "\
Examples:
  keyholder emulate &
  keyholder teleport                                  then look at http://127.0.0.1:8787/
  keyholder teleport bob --rounds 20 --json
  keyholder record history teleport ann --open-cloud 1 --url http://127.0.0.1:8787
  keyholder teleport --open-cloud 1234567 --url https://apis.roblox.com --api-key-file key";
