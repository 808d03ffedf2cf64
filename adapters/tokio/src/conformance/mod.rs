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
//! [`self_test()`] is the part that no start should be without.

mod cancel;
mod conditional;
mod durable;
mod entries;
mod report;
mod self_test;
mod slot;
mod writers;

pub use durable::{DURABLE, durable};
pub use entries::{MEMORY, memory};
pub use report::{Check, Report, Verdict};
pub use self_test::{SelfTestFailed, self_test};
