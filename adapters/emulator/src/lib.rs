//! A local Roblox Open Cloud, for whoever tests a program against it without an account.
//!
//! [`Emulator::new`] takes [`Settings`] and gives something that answers requests: over a socket ([`Emulator::serve`]) or in
//! place ([`Emulator::router`]). What it answers is what the platform's documentation says; where that says nothing,
//! or where clients have seen something else, a switch of [`settings::Drift`] decides.

mod cloud;
mod data;
mod error;
mod http;
pub mod settings;
mod status;
pub mod text;
pub mod time;

pub use cloud::standard::Written;
pub use data::DataError;
pub use http::{Emulator, Hangup, Seen, ServeError};
pub use settings::Settings;
pub use time::{Clock, Timestamp};
