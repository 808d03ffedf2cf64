//! What a store has to do. Conditional writes are *the* primitive: everything else is a hint or a convenience.
//!
//! Each call has one of three ends: done; not done, and why ([`StoreError::Conflict`], [`StoreError::NotApplied`]); or
//! nobody knows ([`StoreError::Unknown`]), when a write may have been applied, may still be applied later, or never. A
//! future that is dropped ends in the third way. A store never retries a write by itself: the rule that led to it has to
//! run again on what is there then.
//!
//! [`update`], [`update_journal`] and the functions of the heartbeat run the core's requests on a store.

mod bus;
mod durable;
mod entries;
mod error;
mod key;
mod moderation;
mod run;
mod tombstones;

pub use bus::{Bus, BusCapabilities, Subscription, TOPIC_MAX_CHARS, Topic};
pub use durable::{DurableCapabilities, DurableStore, Entry, Expected, Kept, Meta, Page, Tag, Version, VersionId};
pub use entries::{MemoryCapabilities, MemoryEntry, MemoryKey, MemoryStore};
pub use error::{NotApplied, Refused, StoreError};
pub use key::{BadKey, KEY_MAX_CHARS, Key};
pub use moderation::{Ban, Moderation, ModerationCapabilities};
pub use run::{Answer, Trouble, delete_heartbeat, probe, update, update_from, update_journal, write_heartbeat};
pub use tombstones::{Tombstone, Tombstones, tombstones};
