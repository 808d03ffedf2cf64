//! Running a recording again.

use super::reader::Step;
use super::tape::mark;
use super::{EFFECTS, Header, Mark};
use crate::backend::Key;
use keyholder_core::config::{Config, ConfigError};
use keyholder_core::host::{Host, HostEffect, HostInput, HostMisuse};
use keyholder_core::rules::{Rules, Standard};
use keyholder_core::tree::{Change, Schema, Tree};
use std::fmt;
use thiserror::Error;

/// What goes into the host of a recording.
pub type Input = HostInput<Key, Tree, Change>;

/// What comes out of it.
pub type Effect = HostEffect<Key, Tree, Change>;

/// A recording that cannot be run again.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NotReplayable {
    /// What it would need was left out.
    #[error("the recording was redacted: it can be shown, and not be verified")]
    Redacted,
    /// The schema is not in it.
    #[error("the schema of the recording has steps that are code; only the program that has them can replay it")]
    Code,
    /// The settings in it are none.
    #[error("the settings of the recording are wrong: {0}")]
    Settings(#[from] ConfigError),
    /// The schema in it is none.
    #[error("the schema of the recording is wrong")]
    Schema,
}

/// A step came out otherwise than it was recorded.
#[derive(Debug, Error)]
#[error("step {} came out otherwise than it was recorded", self.step.number)]
#[allow(clippy::exhaustive_structs, reason = "both sides, nothing else")]
pub struct Divergence {
    /// The step as it was recorded.
    pub step: Step,
    /// Why the host refuses it now, if it does.
    pub refusal: Option<HostMisuse>,
    /// What comes out now.
    pub found: Vec<Effect>,
}

/// A host that takes the steps of a recording.
#[derive(Debug)]
pub struct Machine {
    host: Host<Key, Tree, Change>,
    config: Config<Schema>,
}

impl Machine {
    /// The host of a recording before its first step.
    ///
    /// # Errors
    /// [`NotReplayable`].
    pub fn new(header: &Header) -> Result<Self, NotReplayable> {
        if header.redacted {
            return Err(NotReplayable::Redacted);
        }
        let schema = header.schema.as_ref().ok_or(NotReplayable::Code)?;
        let schema = schema.schema().map_err(|_| NotReplayable::Schema)?;
        Ok(Self::with_config(header, Config::new(header.settings, schema)?))
    }

    /// The same under a configuration of the caller's, for a program whose schema has steps that are code.
    pub fn with_config(header: &Header, config: Config<Schema>) -> Self {
        Self { host: Host::new(header.host, &config), config }
    }

    /// Takes the next step, and compares what comes out.
    ///
    /// # Errors
    /// [`Divergence`]. What follows says nothing any more.
    pub fn step(&mut self, step: Step) -> Result<(), Box<Divergence>> {
        self.step_with(&Standard, step)
    }

    /// Takes the next step under these rules.
    ///
    /// # Errors
    /// As [`Machine::step`].
    pub fn step_with<R>(&mut self, rules: &R, step: Step) -> Result<(), Box<Divergence>>
    where
        R: Rules<Tree, Change> + ?Sized,
    {
        let mut found = Vec::new();
        let taken = self.host.step_with(rules, &self.config, step.now, step.input.clone(), &mut found);
        let same = taken.is_err() == step.refused
            && found.len() == step.effects.len()
            && found.iter().zip(&step.effects).all(|(found, recorded)| mark(found).as_ref() == Ok(recorded));
        if same { Ok(()) } else { Err(Box::new(Divergence { step, refusal: taken.err(), found })) }
    }

    /// The host as it is now.
    pub fn host(&self) -> &Host<Key, Tree, Change> {
        &self.host
    }
}

impl Mark {
    /// The effect, if all of it was recorded.
    pub fn effect(&self) -> Option<Effect> {
        match self {
            Self::Whole(bytes) => postcard::from_bytes(bytes).ok(),
            Self::Digest { .. } => None,
        }
    }
}

/// Holds what players have where the effect does.
impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.effect()) {
            (_, Some(effect)) => write!(f, "{effect:?}"),
            (Self::Digest { kind, bytes, digest }, None) => {
                let kind = EFFECTS.get(usize::from(*kind)).copied().unwrap_or("unknown");
                write!(f, "{kind}: {bytes} bytes, digest {digest:016x}")
            }
            (Self::Whole(bytes), None) => write!(f, "{} bytes that are no effect", bytes.len()),
        }
    }
}
