//! Whether a store keeps its word: the same checks for every backend, also for those of other people.
//!
//! ```
//! use keyholder_tokio::conformance;
//! use keyholder_tokio::memory::{Durable, DurableSettings};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let report = conformance::durable("scratch", async || Durable::new(DurableSettings::PLATFORM)).await;
//! assert!(report.is_ok(), "{report}");
//! # }
//! ```
//!
//! Each check has a name, and a check that fails says by its name what the store does wrong. A store may be the same each
//! time that it is made, if nothing stands in the location yet and nobody else uses it.
//!
//! [`durable()`] is for stores of records, [`memory()`] for entries that lapse, [`bus()`] for messages, [`moderation()`] for
//! bans.
//!
//! [`self_test()`] is the part that no start should be without.

mod bus;
mod cancel;
mod conditional;
mod durable;
mod entries;
mod moderation;
mod report;
mod self_test;
mod slot;
mod writers;

pub use bus::{BUS, bus};
pub use durable::{DURABLE, durable};
pub use entries::{MEMORY, memory};
pub use moderation::{MODERATION, moderation};
pub use report::{Check, Report, Verdict};
pub use self_test::{SelfTestFailed, self_test};
