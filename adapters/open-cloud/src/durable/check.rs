//! The check in front of every start: whether the platform refuses what it has to refuse.

use super::{Condition, Records, Write, Wrote, marks, v1, v2};
use crate::Engine;
use crate::answer::Answer;
use crate::client::{Call, Client};
use crate::limits::Kind;
use keyholder_tokio::backend::{DurableStore, Expected, Key, Meta, NotApplied, Refused, StoreError, Tag};
use thiserror::Error;

/// The store is not to be used.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum StartError {
    /// A write whose condition did not hold was taken.
    #[error(
        "a write {what} was taken with HTTP status {status}: data would get lost, so the store is not used; try the other engine"
    )]
    Taken {
        /// Which write.
        what: &'static str,
        /// The status of the answer.
        status: u16,
    },
    /// A write whose condition did not hold was refused, and was applied.
    #[error(
        "a write was refused with HTTP status {status}, and was applied: the store is not used; try the other engine"
    )]
    AppliedAnyway {
        /// The status of the answer.
        status: u16,
    },
    /// A write that was acknowledged is not read.
    #[error("a write was acknowledged and is not read back: the store is not used")]
    Forgets,
    /// Somebody else writes the key.
    #[error("somebody else writes the key of the check; give each program its own")]
    Disturbed,
    /// The check could not be made.
    #[error("the check of the store could not be made: {0}")]
    Store(#[source] StoreError),
}

impl Records {
    /// A store on this connection, after a [`check`](Self::check).
    ///
    /// # Errors
    /// [`StartError`] says what the platform did.
    pub async fn open(client: Client, scratch: &Key) -> Result<Self, StartError> {
        let records = Self::new(client);
        records.check(scratch).await?;
        Ok(records)
    }

    /// Asks for what every experience has. Through v2, a read cannot tell a record that is not there from an experience that is not,
    /// nor from a wrong address: this can, with one request.
    ///
    /// # Errors
    /// [`StoreError::NotApplied`]; [`Refused::Invalid`] with 404 if the universe or the address is wrong.
    pub async fn reach(&self) -> Result<(), StoreError> {
        let target = match self.client.engine() {
            Engine::V2 => v2::first_store(&self.client),
            Engine::V1 => v1::first_store(&self.client),
        };
        match self.client.read(Call::get(Kind::List, target)).await {
            // Who may not list is known, and so is what was asked for.
            Ok(Some(_)) | Err(StoreError::NotApplied(NotApplied::Refused(Refused::Denied))) => Ok(()),
            Ok(None) => Err(Refused::Invalid { status: 404 }.into()),
            Err(error) => Err(error),
        }
    }

    /// Checks that the platform refuses what it has to refuse. The key is one that nobody else writes; what it holds is lost. It
    /// takes two writes, three that are refused (two in the older interface), and two reads.
    ///
    /// # Errors
    /// [`StartError`] says what the platform did.
    pub async fn check(&self, key: &Key) -> Result<(), StartError> {
        let meta = Meta::default();
        let before = self.read(key).await.map_err(StartError::Store)?;
        let expected = before.map_or(Expected::Absent, |entry| Expected::Tag(entry.tag));
        let write = async |expected, text: &str| {
            self.write(key, expected, text.into(), &meta).await.map_err(|error| match error {
                StoreError::Conflict => StartError::Disturbed,
                error => StartError::Store(error),
            })
        };
        let first = write(expected, "{\"check\":1}").await?;
        let second = write(Expected::Tag(first.clone()), "{\"check\":2}").await?;
        let stale = self.refused(key, "with a stale tag", Condition::Tag(first.as_str())).await?;
        // As a removed entry is written over: allowed to be missing must not mean without a condition.
        if self.client.engine() == Engine::V2 {
            self.refused(key, "with a stale tag, and allowed to be missing,", Condition::Removal(first.as_str()))
                .await?;
        }
        self.refused(key, "that expected nothing to be there", Condition::Absent).await?;
        self.is_there(key, &second, stale).await
    }

    /// The status with which a write was refused whose condition does not hold.
    async fn refused(&self, key: &Key, what: &'static str, condition: Condition<'_>) -> Result<u16, StartError> {
        let mark = marks::fresh().map_err(StartError::Store)?;
        let write = Write { condition, value: "{\"check\":0}", meta: &Meta::default(), mark: Some(&mark) };
        let Wrote { answer, status, .. } = self.put(key, &write).await.map_err(StartError::Store)?;
        match answer {
            Answer::Done => Err(StartError::Taken { what, status }),
            // What is there tells whether it was refused: it is read in the end.
            Answer::Conflict | Answer::Doubtful => Ok(status),
            answer => Err(StartError::Store(answer.error(status))),
        }
    }

    /// The last write that was acknowledged is what is there.
    async fn is_there(&self, key: &Key, second: &Tag, status: u16) -> Result<(), StartError> {
        match self.read(key).await.map_err(StartError::Store)? {
            Some(entry) if entry.tag == *second && &*entry.text == "{\"check\":2}" => Ok(()),
            Some(entry) if &*entry.text == "{\"check\":0}" => Err(StartError::AppliedAnyway { status }),
            Some(_) | None => Err(StartError::Forgets),
        }
    }
}
