//! The store process: records in a file, entries and messages in its memory, on a socket of this machine.

mod client;
mod protocol;
mod pump;
mod service;
#[cfg(test)]
mod tests;

pub(crate) use client::{Client, Link};
pub(crate) use service::Committed;

use crate::wire::{self, Reader};
use keyholder_tokio::local::{Local, LocalSettings};
use serde::{Deserialize, Serialize};
use service::Service;
use std::error::Error;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

/// What a store process is told first.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Begin {
    pub(crate) file: PathBuf,
    /// Whoever connects has to know it.
    pub(crate) token: String,
    /// It ignores what a write expects, and so breaks its word.
    pub(crate) is_blind: bool,
}

/// What a store process says.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Says {
    Listens(SocketAddr),
    Committed(Committed),
}

/// Runs the store until standard input ends.
pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let mut input = Reader::new(tokio::io::stdin());
    let Some(begin) = input.next::<Begin>().await? else { return Ok(()) };
    let local = Local::open(&begin.file, LocalSettings::default()).await?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    say(&Says::Listens(listener.local_addr()?))?;
    let tell = |committed| {
        // Who listens to nothing has ended, and this ends with it.
        if say(&Says::Committed(committed)).is_err() {
            std::process::exit(1);
        }
    };
    let service = Service::new(local.clone(), begin.token, begin.is_blind, Arc::new(tell));
    tokio::spawn(service.serve(listener));
    while input.next::<()>().await?.is_some() {}
    local.close().await;
    Ok(())
}

fn say(says: &Says) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(wire::line(says)?.as_bytes())?;
    stdout.flush()
}
