//! The protocol of Keyholder as pure state machines.
#![no_std]
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
