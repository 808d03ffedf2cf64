//! The arguments of `replay`, and what `--help` says of them.

use clap::Args;
use std::path::PathBuf;

/// The arguments of `replay`.
#[derive(Args, Debug)]
pub(crate) struct ReplayArguments {
    /// The recording
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Stop after this step, and print the state of the host
    #[arg(long, value_name = "STEP", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) until: Option<u64>,

    /// Print what went into this step, and what came out: player data included
    #[arg(long, value_name = "STEP", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) show: Option<u64>,

    /// Write the result as one JSON document to standard output
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) const ABOUT: &str = "\
Run the recording of a server again, step by step.

A server that was given a recorder writes down every input of its host and what came out. The same core gives
the same again; this runs it and compares every effect. It stops at the first step that comes out otherwise and
prints what was recorded and what was found. A recording whose process was killed ends at its last whole step.
A redacted recording can be shown, and not be verified.

Exit code: 0 every step came out again (or a step of a redacted recording was shown), 1 one did not, 2 a mistake
on the command line, or a file that cannot be replayed.";

pub(crate) const EXAMPLES: &str = "\
Examples:
  keyholder replay server.rec                    verify all of it
  keyholder replay server.rec --until 1200       the state of the host after step 1200
  keyholder replay server.rec --show 1201        what went into the next one, and what came out
  keyholder replay server.rec --json | jq .verified";
