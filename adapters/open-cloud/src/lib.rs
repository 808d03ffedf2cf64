//! Keyholder's stores on Roblox Open Cloud.
//!
//! ```no_run
//! use keyholder_open_cloud::{ApiKey, Client, Records, Settings};
//! use keyholder_tokio::backend::Key;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new(&Settings::new(1234), &ApiKey::from_env("OPEN_CLOUD_API_KEY")?)?;
//! // Refuses to start on a platform that takes a write whose condition does not hold.
//! let records = Records::open(client, &Key::new("keyholder-check", "server-1")?).await?;
//! # drop(records);
//! # Ok(())
//! # }
//! ```
//!
//! | type | trait of `keyholder_tokio::backend` | on |
//! |---|---|---|
//! | [`Records`] | `DurableStore` | data stores, through v2 or the older interface ([`Engine`]) |
//! | [`Entries`] | `MemoryStore`, unconditional | a sorted map |
//! | [`Messages`] | `Bus`, publishing only | the messaging service |
//! | [`Bans`] | `Moderation` | user restrictions |
//!
//! What the API key needs: `universe-datastores.objects:create`, `:read`, `:update`, `:delete` and `:list`,
//! `universe-datastores.versions:list` and `:read`, `universe-datastores.control:create` (and `:list` to know a wrong universe by
//! more than a refusal, [`Records::reach`]); `memory-store.sorted-map:read` and
//! `:write`; `universe-messaging-service:publish`; `universe.user-restriction:read` and `:write`.
//!
//! A value is at most 4 MiB as JSON, and comes back as it was written, whatever its numbers: a text that the platform would change is
//! stored as a string. Names, users and attributes are held against the platform's limits before anything is sent, and each error
//! ([`StoreError`](keyholder_tokio::backend::StoreError)) says what to do.
//!
//! A request is made once. Whatever it ends in is said as it is ([`Answer`]); whoever asked runs its rule again on what is
//! there then. Only parts of a list are asked for again, when they were throttled.

pub mod answer;
mod ask;
mod bus;
mod canonical;
mod client;
mod durable;
mod key;
mod limits;
mod memory;
mod moderation;
mod names;
mod settings;
mod values;

pub use answer::{Answer, Asked};
pub use bus::Messages;
pub use client::Client;
pub use durable::{Records, StartError};
pub use key::{ApiKey, BadApiKey};
pub use memory::{Entries, ITEM_MAX_BYTES};
pub use moderation::Bans;
pub use names::{ITEM_MAX_CHARS, NAME_MAX_CHARS};
pub use settings::{BASE_URL, BadSettings, Engine, Settings};

/// The largest value of a data store, as JSON. Documentation: Data stores, Error codes and limits.
pub const VALUE_MAX_BYTES: usize = 4_194_304;
