//! What callers of a server are told when something was not done.

use crate::backend::{BadKey, Key, StoreError};
use crate::conformance::SelfTestFailed;
use keyholder_core::config::ConfigError;
use keyholder_core::effect::{End, Verdict};
use keyholder_core::host::HostMisuse;
use keyholder_core::ids::SchemaVersion;
use keyholder_core::rules::Refusal;
use thiserror::Error;

/// The server's driver does not run any more: what was outstanding is not known.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("the driver of this server has stopped; open on another server")]
pub struct Gone;

/// The server was not started.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum StartError {
    /// The durable store does not keep its word.
    #[error(transparent)]
    SelfTest(#[from] SelfTestFailed),
    /// The bus cannot be listened to.
    #[error("the bus cannot be listened to: {0}")]
    Bus(#[source] StoreError),
    /// A name that was made of this server's id is none.
    #[error(transparent)]
    Name(BadKey),
    /// The system has no random numbers.
    #[error("the system gives no random numbers, and sessions must not be guessed or met twice")]
    Randomness,
}

/// Nobody waits for the signals of the system.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NotWatched {
    /// The system does not tell of them.
    #[error("the system does not tell of signals, call `shutdown` instead: {0}")]
    Signals(#[from] std::io::Error),
    /// The host does not take it.
    #[error(transparent)]
    Misuse(#[from] HostMisuse),
}

/// A record was not opened.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum NotOpened {
    /// The host does not take it.
    #[error(transparent)]
    Misuse(#[from] HostMisuse),
    /// The protocol refuses it, and it is not held.
    #[error("the record was not opened: {0:?}")]
    Refused(Refusal),
    /// It was closed before it was open.
    #[error("the open was cancelled")]
    Cancelled,
    /// The driver has stopped.
    #[error(transparent)]
    Gone(#[from] Gone),
}

/// A player did not join: nothing stays open.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum NotJoined {
    /// The host does not take it.
    #[error(transparent)]
    Misuse(#[from] HostMisuse),
    /// The protocol refuses one of the records.
    #[error("the record of {0} was not opened: {1:?}")]
    Refused(Key, Refusal),
    /// One of the records was closed or lost before all were open.
    #[error("the record of {0} was closed or lost before all were open")]
    Cancelled(Key),
    /// The driver has stopped.
    #[error(transparent)]
    Gone(#[from] Gone),
}

/// A template was not registered: everything is as it was.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum NotRegistered {
    /// Who is here writes in the vocabulary that they were opened with.
    #[error(
        "the server runs schema {here:?}; another one ({new:?}) needs a server of its own, which migrates at the open"
    )]
    Version {
        /// What the server runs.
        here: SchemaVersion,
        /// What was to be registered.
        new: SchemaVersion,
    },
    /// The settings do not fit it.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// Not all of what was to be saved is durable.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum NotSaved {
    /// The host does not take it.
    #[error(transparent)]
    Misuse(#[from] HostMisuse),
    /// The worst of the verdicts.
    #[error("a change is not durable: {0:?}")]
    Verdict(Verdict),
    /// The session has ended otherwise.
    #[error("the session ended otherwise: {0:?}")]
    Ended(End),
    /// The driver has stopped.
    #[error(transparent)]
    Gone(#[from] Gone),
}

/// A call was not carried out, or nobody knows.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum CallError {
    /// The host does not take it.
    #[error(transparent)]
    Misuse(#[from] HostMisuse),
    /// The server closed before it was begun: not applied.
    #[error("the server closed before this was begun; nothing was done")]
    Closed,
    /// The store could not be reached: not applied.
    #[error("the store could not be reached; nothing was done")]
    Unavailable,
    /// Others wrote in between, too often: not applied.
    #[error("others wrote in between, too often; nothing was done")]
    Conflict,
    /// Nobody knows whether it was applied.
    #[error("nobody knows whether this was done; read the record before it is done again")]
    Unknown,
    /// The driver has stopped.
    #[error(transparent)]
    Gone(#[from] Gone),
}
