//! Torture: server processes over one store process, all of them killed at random moments, and an account of every change
//! that was acknowledged.
//!
//! One process plays the players and kills; it starts itself again for the store ([`store`]), for each server ([`server`])
//! and, on Open Cloud, for each web writer ([`web`]). What everybody was told goes into a history, which [`account`]
//! compares with the records in the end.

mod account;
mod args;
mod documents;
mod erasure;
mod fleet;
mod history;
mod killer;
mod orders;
mod player;
mod remote;
mod report;
mod run;
mod server;
mod store;
mod web;
mod wire;

use args::{Arguments, Role};
use clap::Parser;
use std::error::Error;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done: Result<bool, Box<dyn Error>> = match arguments.role {
        Some(Role::Store) => store::run().await.map(|()| true),
        Some(Role::Server) => server::run().await.map(|()| true),
        Some(Role::Web) => web::run().await.map(|()| true),
        None => run::run(&arguments).await,
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            use std::io::Write;
            // Nobody is left to hear that standard error is closed as well.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
