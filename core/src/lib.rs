//! The protocol of Keyholder as pure state machines: how game servers hand a player's record to each other without
//! losing or doubling anything that was acknowledged. SPEC.md is its specification; rule ids such as R-9 refer to it.
//!
//! A [`Session`](session::Session) is one open attempt of one record by one server. It takes one input and gives
//! effects, in order; a host carries them out and answers each request exactly once. The core has **no** I/O, clock,
//! randomness, threads, logging or async runtime: time is a timer that fires, a nonce is an argument, a store is an
//! effect and an answer. It has no host for many players either, but parts of one, and no adapter.
//!
//! ```
//! use keyholder_core::{config::Config, document::Document, effect::*, input::*, record::Record};
//! use keyholder_core::{session::Session, update::Update};
//! use std::collections::VecDeque;
//!
//! trait Host<D: Document<C>, C> {
//!     fn durable(&mut self, update: Update<D, C>) -> Outcome<Record<D>>; // `update.run` under a conditional write
//!     fn other(&mut self, effect: Effect<D, C>) -> Option<Input<D, C>>; // journal, timers, bus, application
//! }
//!
//! fn drive<D: Document<C>, C: Clone, H: Host<D, C>>(
//!     session: &mut Session<D, C>,
//!     config: &Config<D::Shape>,
//!     host: &mut H,
//!     first: Input<D, C>,
//! ) -> Result<(), Misuse> {
//!     let mut inputs = VecDeque::from([first]);
//!     while let Some(input) = inputs.pop_front() {
//!         let mut effects = Effects::new();
//!         session.step(config, input, &mut effects)?;
//!         for effect in effects.drain() {
//!             let answer = match effect {
//!                 Effect::Durable(update) => Some(Input::Durable(host.durable(update))),
//!                 other => host.other(other),
//!             };
//!             inputs.extend(answer);
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! README.md has the same loop with stores in memory and a typed player, from the open to the close.
//!
//! | module | what is in it |
//! |---|---|
//! | [`rules`] | every decision of the protocol, as pure functions in one trait |
//! | [`session`], [`sender`], [`heartbeat`] | the state machines that ask the rules: a session, a writer outside, a server's sign of life |
//! | [`input`], [`effect`], [`timer`] | what goes in, what comes out, time |
//! | [`update`], [`journal`] | requests on the record and on the journal, and how a store runs them |
//! | [`record`], [`ledger`], [`segment`], [`ids`] | what is stored, as values |
//! | [`document`], [`fields`], [`ops`] | what the protocol asks of a player's data; a flat document; operations on its fields |
//! | [`value`], [`codec`] | what Luau and Roblox know as a value; its stored forms |
//! | [`tracked`] | a value whose edits are tracked where they are made |
//! | [`tree`] | the product's document: a value with a schema, changed by operations at paths |
//! | [`storable`] | whether a value may be stored, and what it takes |
//! | [`config`] | settings, profiles, the inequalities between them |
//! | [`stored`], [`json`] | the stored texts, field by field; the reader and writer below them |
//! | [`check`] | invariants of records, journals and sessions, as functions |
//! | [`few`] | short lists in place |
//! | [`cache`], [`lock`], [`queue`], [`budget`], [`retry`] | for hosts, and used by nothing else here: reads without a session, locks by key, writes that wait, credit for requests, failures |
//!
//! | feature | what it adds, mostly to [`value`] | `no_std` |
//! |---|---|---|
//! | `serde` | any Rust type to a value and back; [`config`], inputs and effects in serde's formats | yes |
//! | `serde-json` | `From` and `TryFrom` for `serde_json::Value` | yes |
//! | `rbx-types` | `TryFrom` for `rbx_types::Variant` | no: the crate needs `std` |
//!
//! None is on unless it is asked for.
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
#![cfg_attr(
    test,
    allow(
        clippy::wildcard_enum_match_arm,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        reason = "a test may stop: that is how it says no"
    )
)]
extern crate alloc;
pub mod budget;
pub mod cache;
pub mod check;
pub mod codec;
pub mod config;
pub mod document;
pub mod effect;
pub mod few;
pub mod fields;
pub mod heartbeat;
pub mod host;
pub mod ids;
pub mod input;
pub mod journal;
pub mod json;
pub mod ledger;
pub mod lock;
pub mod ops;
pub mod queue;
pub mod record;
pub mod retry;
pub mod rules;
pub mod segment;
pub mod sender;
pub mod session;
pub mod storable;
pub mod stored;
pub mod timer;
pub mod tracked;
pub mod tree;
pub mod update;
pub mod value;

/// The README's drive loop, compiled and run as a test.
#[cfg(all(doctest, feature = "serde"))]
#[doc = include_str!("../../README.md")]
struct Readme;
