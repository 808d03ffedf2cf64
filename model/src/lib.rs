//! The proof of Keyholder: worlds over the real core, two checkers, broken variants.
//!
//! The code that is checked is the code that runs: a world is made of real sessions, real senders and the real rules of
//! `keyholder-core`. What is abstracted is in [`world`] and [`tally`], and SPEC.md says why that is sound.

pub mod bounds;
pub mod cache;
mod checked;
pub mod driver;
pub mod explain;
pub mod hosted;
pub mod machines;
pub mod parts;
pub mod properties;
pub mod scenario;
pub mod story;
pub mod tally;
pub mod timed;
pub mod two_keys;
pub mod variants;
pub mod vectors;
pub mod witness;
pub mod world;
pub mod worlds;
