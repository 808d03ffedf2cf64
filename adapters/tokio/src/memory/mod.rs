//! Stores, bus and bans in memory, and a layer of faults around any store. Nothing outlives the process.
//!
//! Time is tokio's: a test that pauses it decides when an hour is over and when an entry lapses.

mod bans;
mod bus;
mod durable;
mod entries;
mod fault;
mod quota;

pub use bans::Bans;
pub use bus::Topics;
pub use durable::{Durable, DurableSettings};
pub use entries::{Entries, EntriesSettings};
pub use fault::{Faults, Faulty};
pub use quota::DurableQuota;
