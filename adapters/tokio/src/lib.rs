//! Stores for Keyholder on tokio: what a store has to do, stores in memory with faults, an embedded durable store, and a
//! suite that tells whether a store keeps its word.
//!
//! ```
//! use keyholder_tokio::backend::{DurableStore, Expected, Key, Meta, StoreError};
//! use keyholder_tokio::memory::{Durable, DurableSettings};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = Durable::new(DurableSettings::PLATFORM);
//! let key = Key::new("players", "Player_1")?;
//! let first = store.write(&key, Expected::Absent, "1".into(), &Meta::default()).await?;
//! store.write(&key, Expected::Tag(first.clone()), "2".into(), &Meta::default()).await?;
//! // The first tag is stale: what came in between is not written over.
//! let stale = store.write(&key, Expected::Tag(first), "3".into(), &Meta::default()).await;
//! assert_eq!(stale, Err(StoreError::Conflict));
//! # Ok(())
//! # }
//! ```
//!
//! | module | what is in it |
//! |---|---|
//! | [`backend`] | the traits, keys, tags and errors; how a rule of the core runs on a store |
//! | [`memory`] | stores, bus and bans in memory, with the platform's limits; a layer of faults around any store |
//! | [`local`] | the embedded durable store: one file, group commit |
//! | [`server`] | one server: the host with stores, a clock and callers |
//! | [`recipes`] | a purchase, a gift from a web backend, and what each policy costs |
//! | [`recording`] | what a server did, in a file, and how to run it again |
//! | [`conformance`] | the suite for any store, and the self-test at the start |
//!
//! Only a committed conditional write permits anything, so [`conformance::self_test`] belongs in front of every start: a
//! store that takes a stale write loses data, and nothing above it can notice.

pub mod backend;
mod clock;
pub mod conformance;
mod dice;
mod history;
pub mod local;
pub mod memory;
#[doc = include_str!("recipes.md")]
pub mod recipes {}
pub mod recording;
pub mod server;
mod sync;

pub use clock::Clock;
pub use history::KEEP_MS;
