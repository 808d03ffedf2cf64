//! The protocol of Keyholder as pure state machines.
#![no_std]
// The core never panics and never wraps: what cannot be done is an answer. Debug builds, which the model explores, panic
// on overflow where release builds wrap, so arithmetic is checked, saturating or wrapping by name.
#![warn(
    clippy::wildcard_enum_match_arm, // a new case must not slip through
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing, // `get` has an answer, an index has a panic
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::exhaustive_enums, // non_exhaustive, or a reason why not
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::std_instead_of_core,
    clippy::std_instead_of_alloc,
    clippy::alloc_instead_of_core
)]
extern crate alloc;
pub mod document;
pub mod ids;
pub mod json;
pub mod check;
pub mod config;
pub mod effect;
pub mod few;
pub mod fields;
pub mod heartbeat;
pub mod input;
pub mod journal;
pub mod ledger;
pub mod ops;
pub mod record;
pub mod rules;
pub mod segment;
pub mod sender;
pub mod session;
pub mod stored;
pub mod timer;
pub mod update;
