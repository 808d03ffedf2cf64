//! The command line of Keyholder: it checks the protocol, tells what breaks it, and shows it in a browser.
//!
//! Everything it knows stands in `keyholder-model`; what is here asks, waits, and prints.
//!
//! Exit codes: 0 passed, 1 a violation or anything else that must not be so (what was to be saved was not), 2 a mistake on the command line,
//! or a file or store that `replay`, `record`, `emulate` or `teleport` cannot use.

mod args;
mod catalogue;
mod check;
mod cloud;
mod demo;
mod emulate;
mod explore;
mod figures;
mod list;
mod names;
mod output;
mod record;
mod replay;
mod settings;
mod teleport;
mod tell;
mod variants;
mod vectors;
mod watch;

use crate::args::{Arguments, Command};
use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

/// States are made by one thread and freed by another, which the system's allocator serves one thread at a time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Check(it) if it.all_variants || it.variant.is_some() => variants::run(&it),
        Command::Check(it) => check::run(&it),
        Command::Explore(it) => explore::run(&it),
        Command::List(it) => list::run(&it),
        Command::Demo(it) => demo::run(&it),
        Command::Vectors(it) => vectors::run(&it),
        Command::Replay(it) => return with_file(replay::run(&it)),
        Command::Emulate(it) => return with_file(emulate::run(&it)),
        Command::Teleport(it) => return with_file(teleport::run(&it)),
        Command::Record(it) => return with_file(record::run(&it)),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Nobody is left to hear that standard error is closed as well.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What works on a file that somebody names: that it cannot be used is no answer about what is in it.
fn with_file(done: Result<bool, Box<dyn std::error::Error>>) -> ExitCode {
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}
