//! Records in a file of the embedded store, over a socket with a protocol of its own.

mod client;
mod protocol;
mod pump;
mod service;
#[cfg(test)]
mod tests;

pub(crate) use client::{Client, Link};

use super::{Begin, Tell, listen};
use keyholder_tokio::local::{Local, LocalSettings};
use service::Service;
use std::error::Error;

/// Serves until it is ended.
pub(super) async fn run(begin: Begin, tell: Tell, ended: impl Future<Output = ()>) -> Result<(), Box<dyn Error>> {
    let local = Local::open(&begin.file, LocalSettings::default()).await?;
    let listener = listen(&begin).await?;
    let service = Service::new(local.clone(), begin.token, begin.is_blind, tell);
    tokio::spawn(service.serve(listener));
    ended.await;
    local.close().await;
    Ok(())
}
