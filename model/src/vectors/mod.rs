//! Conformance vectors for ports: inputs, and what the core makes of them, as the JSON files of `tests/vectors`.
//!
//! SPEC.md section 14 says what stands in them. [`verify`] takes the inputs from a file and runs the core on them;
//! [`generate`] makes the files, the same bytes each time. A kind of vector is a `Case`: a type whose fields are those of
//! the file, with one function that computes the expected ones from the others.

mod cases;
mod config;
mod described;
mod file;
mod hex;
mod kinds;
mod request;
mod roblox;
mod sheet;

pub use file::{BadFile, Failure, File, Report, verify};
pub use kinds::{KINDS, Kind};

use config::Configs;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Inputs and expectations of one vector.
trait Case: Serialize + DeserializeOwned {
    /// The same inputs, with what this code gives as expectations; or why the inputs cannot be taken at all.
    fn run(&self, configs: &Configs) -> Result<Self, String>;
}

/// All files.
///
/// # Errors
/// What a vector shows is not what its author says, or it cannot be run: one line each.
pub fn generate() -> Result<Vec<File>, String> {
    cases::all()
}
