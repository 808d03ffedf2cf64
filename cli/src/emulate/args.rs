//! The arguments of `emulate`, and what `--help` says of them.

use clap::Args;
use keyholder_emulator::settings::{ApiKey, Delivery, Drift, Faults, GameLoad};
use std::path::PathBuf;

/// The arguments of `emulate`.
#[derive(Args, Debug)]
pub(crate) struct EmulateArguments {
    /// Where to listen on 127.0.0.1; 0 takes any port that is free
    #[arg(long, value_name = "N", default_value_t = 8_787)]
    pub(crate) port: u16,

    /// Keep what is stored in this file; without it everything lives as long as the emulator
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,

    /// The id of an experience that exists; may be given several times
    #[arg(long, value_name = "ID", default_value = "1")]
    pub(crate) universe: Vec<u64>,

    /// A key that is accepted, and what it may do: SECRET is everything, SECRET=SCOPE+SCOPE is that; may be given several times
    #[arg(long, value_name = "KEY", default_value = "local", value_parser = ApiKey::parse)]
    pub(crate) api_key: Vec<ApiKey>,

    /// Players at the same time, which the budgets grow with
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) ccu: u32,

    /// What game servers use up of the budgets that they share with Open Cloud: 0.5 of each, or standard-write=0.9 of one
    #[arg(long, value_name = "SPEC", default_value = "", value_parser = GameLoad::parse)]
    pub(crate) game_load: GameLoad,

    /// Count no request against a limit
    #[arg(long)]
    pub(crate) no_limits: bool,

    /// What goes wrong on purpose, each in a share of all requests: after=0.05,drop=0.02,seed=7
    #[arg(long, value_name = "SPEC", default_value = "", value_parser = Faults::parse)]
    pub(crate) faults: Faults,

    /// How the platform behaves where its documentation is silent or wrong: conflict=412,rate-headers=absent
    #[arg(long, value_name = "SPEC", default_value = "", value_parser = Drift::parse)]
    pub(crate) drift: Drift,

    /// What becomes of published messages, each in a share of all: drop=0.1,duplicate=0.1,reorder=0.1,seed=7
    #[arg(long, value_name = "SPEC", default_value = "", value_parser = Delivery::parse)]
    pub(crate) delivery: Delivery,

    /// Write where it listens as one JSON document to standard output, and nothing else
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) const ABOUT: &str = "\
Stand in for Roblox Open Cloud on this machine: data stores (v1 and v2), ordered data stores, memory stores,
messaging and user restrictions, with their limits and traps. For whoever tests a program without an account.

It listens on 127.0.0.1 alone, for it has no encryption. Programs ask it as they ask https://apis.roblox.com; a
browser that opens its address sees what is stored, what is left of the budgets, and the last requests.

Faults: before (500, nothing was done), after (500, it was done), drop (the connection ends, it was done),
unavailable (503), html (502 with a page of HTML), empty (200 without a body, it was done), throttled (429).

Exit code: 0 it was asked to end, 2 a mistake on the command line, or it cannot listen or use the file.";

pub(crate) const EXAMPLES: &str = "\
Examples:
  keyholder emulate                                      on port 8787, universe 1, key local
  keyholder emulate --data cloud.redb --ccu 100          what is stored survives a restart
  keyholder emulate --ccu 100 --game-load 0.8            a fifth of the budgets is left to Open Cloud
  keyholder emulate --faults after=0.05,drop=0.02,seed=7
  curl -H 'x-api-key: local' http://127.0.0.1:8787/cloud/v2/universes/1/data-stores";
