//! What an emulator is started with.

mod delivery;
mod drift;
mod faults;
mod keys;
mod load;

use std::path::PathBuf;
use std::time::Duration;

pub use delivery::Delivery;
pub use drift::{
    ConflictStatus, Deleted, Drift, ItemEtag, ItemPatch, LastPage, Pages, PathNames, QueueWire, RateHeaders, Tombstone,
};
pub use faults::{Fault, Faults};
pub use keys::{ApiKey, SCOPES, Scopes};
pub use load::GameLoad;

use crate::time::Clock;

/// A value of a switch that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Not `name=value`.
    #[error("`{0}` is not name=value")]
    NoValue(String),
    /// An API key is empty.
    #[error("an API key is a secret, or a secret and its scopes: SECRET=SCOPE+SCOPE")]
    NoSecret,
    /// What stands behind the last `=` of an API key is no list of scopes.
    #[error("behind the `=` of an API key are scopes with `+` between them; there is: {known}")]
    Scope {
        /// What could have been given.
        known: String,
    },
    /// There is no such switch.
    #[error("there is no `{name}` here; there is: {known}")]
    Unknown {
        /// What was given.
        name: String,
        /// What could have been given.
        known: String,
    },
    /// The switch has other values.
    #[error("`{name}` is not `{value}`: {wanted}")]
    Value {
        /// The switch.
        name: String,
        /// What was given.
        value: String,
        /// What could have been given.
        wanted: String,
    },
}

/// What an emulator is started with. The default is one experience, the key `local` with every scope, limits on for
/// an experience without players, and no faults.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Ids of the experiences that exist. All others are answered with 404.
    pub universes: Vec<u64>,
    /// Keys that are accepted in `x-api-key`.
    pub keys: Vec<ApiKey>,
    /// Players at the same time, which the budgets grow with (documentation: Data stores, Error codes and limits).
    pub ccu: u32,
    /// What game servers use up of the budgets that they share with Open Cloud.
    pub game_load: GameLoad,
    /// Whether requests are counted against limits and answered with 429 beyond them.
    pub limits: bool,
    /// Where the documentation is silent, or the wire differs from it.
    pub drift: Drift,
    /// What goes wrong on purpose.
    pub faults: Faults,
    /// What happens to messages on their way to who listens.
    pub delivery: Delivery,
    /// Where the time comes from.
    pub clock: Clock,
    /// A file that keeps what is stored. Without one, it lives as long as the process.
    pub data: Option<PathBuf>,
    /// Connections at the same time. More wait until one ends.
    pub connections: usize,
    /// How long a client may take for the head of a request, again for its body, and for taking any of an answer.
    pub patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            universes: vec![1],
            keys: vec![ApiKey::with_all("local")],
            ccu: 0,
            game_load: GameLoad::default(),
            limits: true,
            drift: Drift::default(),
            faults: Faults::default(),
            delivery: Delivery::default(),
            clock: Clock::System,
            data: None,
            connections: 512,
            patience: Duration::from_secs(10),
        }
    }
}

/// `a=b,c=d` as pairs, with spaces around them allowed.
fn pairs(text: &str) -> impl Iterator<Item = Result<(&str, &str), SettingsError>> {
    parts(text).map(pair_of)
}

/// What stands between commas, without the spaces around it.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

fn pair_of(part: &str) -> Result<(&str, &str), SettingsError> {
    let (name, value) = part.split_once('=').ok_or_else(|| SettingsError::NoValue(part.to_owned()))?;
    Ok((name.trim(), value.trim()))
}

/// A value that a switch does not take.
fn refused(name: &str, value: &str, wanted: &str) -> SettingsError {
    SettingsError::Value { name: name.to_owned(), value: value.to_owned(), wanted: wanted.to_owned() }
}

fn share(name: &str, value: &str) -> Result<f64, SettingsError> {
    let share = value.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| refused(name, value, "a share is a number from 0 to 1"))
}

fn seed(name: &str, value: &str) -> Result<u64, SettingsError> {
    value.parse().map_err(|_| refused(name, value, "a seed is a whole number"))
}
