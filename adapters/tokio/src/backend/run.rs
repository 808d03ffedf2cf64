//! The core's requests on a store: read, run the rule, write under the condition that nothing came in between.

use super::{DurableStore, Expected, Key, MemoryKey, MemoryStore, Meta, StoreError};
use keyholder_core::config::Config;
use keyholder_core::document::Document;
use keyholder_core::heartbeat::PulseOutcome;
use keyholder_core::ids::HostId;
use keyholder_core::input::Outcome;
use keyholder_core::journal::{Journal, JournalChange, JournalUpdate};
use keyholder_core::record::{Life, Record};
use keyholder_core::rules::{Liveness, Rules};
use keyholder_core::stored::{Heartbeat, Item, Stored, StoredError};
use keyholder_core::update::Update;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;

/// What became of a request, for the session; and what stood in its way, for whoever decides about the next attempt.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "an answer and its reason, nothing else")]
pub struct Answer<T> {
    /// The answer that the core waits for.
    pub outcome: Outcome<T>,
    /// Why it is Conflict, Unknown or Unavailable.
    pub trouble: Option<Trouble>,
}

/// What stood in the way of a request.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum Trouble {
    /// The store did not do what it was asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is stored cannot be read: it is damaged, of somebody else, or of newer code. It is left as it is, and every
    /// further request on it ends in the same way until somebody has done what the error says.
    #[error("the stored item cannot be read and was not touched: {0}")]
    Unreadable(StoredError),
    /// What the rule gave cannot be stored, so nothing was written.
    #[error("the new item cannot be stored and was not written: {0}")]
    Unwritable(StoredError),
}

impl<T> Answer<T> {
    fn done(outcome: Outcome<T>) -> Self {
        Self { outcome, trouble: None }
    }
}

impl<T> From<Trouble> for Answer<T> {
    fn from(trouble: Trouble) -> Self {
        let outcome = match &trouble {
            Trouble::Store(StoreError::Conflict) => Outcome::Conflict,
            Trouble::Store(StoreError::Unknown) => Outcome::Unknown,
            Trouble::Store(StoreError::NotApplied(_)) | Trouble::Unreadable(_) | Trouble::Unwritable(_) => {
                Outcome::Unavailable
            }
        };
        Self { outcome, trouble: Some(trouble) }
    }
}

/// Runs a request on a record. After a conflict, the rule runs again on what is there now, at most `tries` times in all;
/// nothing else is repeated.
///
/// Attributes that somebody put beside the record are written back, but beside a tombstone there are none. The users are
/// those of the record, and if it names none, those that are there.
pub async fn update<S, D, C, R>(
    store: &S,
    key: &Key,
    request: &Update<D, C>,
    rules: &R,
    config: &Config<D::Shape>,
    tries: NonZeroU32,
) -> Answer<Record<D>>
where
    S: DurableStore,
    D: Document<C> + Stored,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    update_from(store, key, request, rules, config, tries, |_| {}).await
}

/// As [`update`], and says in front of each write which record is about to be written over: of an erasure, that is what is
/// erased, also if the request is given up in the middle (D24).
pub async fn update_from<S, D, C, R>(
    store: &S,
    key: &Key,
    request: &Update<D, C>,
    rules: &R,
    config: &Config<D::Shape>,
    tries: NonZeroU32,
    mut about: impl FnMut(Option<&Arc<Record<D>>>),
) -> Answer<Record<D>>
where
    S: DurableStore,
    D: Document<C> + Stored,
    C: Clone,
    R: Rules<D, C> + ?Sized,
{
    for _ in 0..tries.get() {
        let entry = match store.read(key).await {
            Ok(entry) => entry,
            Err(error) => return unread(error).into(),
        };
        let old = match entry.as_ref().map(|entry| Record::<D>::from_text(&*entry.text)).transpose() {
            Ok(old) => old.map(Arc::new),
            Err(error) => return Trouble::Unreadable(error).into(),
        };
        let Some(new) = request.run(rules, config, old.as_deref()) else {
            return Answer::done(Outcome::Read(old));
        };
        let text = match new.to_text() {
            Ok(text) => text,
            Err(error) => return Trouble::Unwritable(error).into(),
        };
        let (expected, meta) = entry.map_or((Expected::Absent, Meta::default()), |e| (Expected::Tag(e.tag), e.meta));
        let meta = beside(&new, meta, store.capabilities().max_users);
        about(old.as_ref());
        match store.write(key, expected, text.into(), &meta).await {
            Ok(_) => return Answer::done(Outcome::Wrote(Some(Arc::new(new)))),
            Err(StoreError::Conflict) => {}
            Err(error) => return Trouble::Store(error).into(),
        }
    }
    Trouble::Store(StoreError::Conflict).into()
}

/// What stands beside a record.
fn beside<D>(record: &Record<D>, mut meta: Meta, max_users: usize) -> Meta {
    if let Some(extra) = record.extra.as_deref().filter(|extra| !extra.users.is_empty()) {
        meta.users.clone_from(&extra.users);
    }
    meta.users.truncate(max_users);
    if record.life == Life::Tombstone {
        meta.attributes.clear();
    }
    meta
}

/// A read has nothing to apply: a store that says otherwise could not be read.
fn unread(error: StoreError) -> Trouble {
    Trouble::Store(match error {
        StoreError::NotApplied(why) => StoreError::NotApplied(why),
        StoreError::Conflict | StoreError::Unknown => StoreError::UNAVAILABLE,
    })
}

/// Runs a request on the journal entry of a record, as [`update`] does on the record. What is written lives for `ttl`.
pub async fn update_journal<S, D, C, R>(
    store: &S,
    key: &Key,
    request: &JournalUpdate<D, C>,
    rules: &R,
    config: &Config<D::Shape>,
    ttl: Duration,
    tries: NonZeroU32,
) -> Answer<Journal<C>>
where
    S: MemoryStore,
    D: Document<C>,
    C: Clone + Stored,
    R: Rules<D, C> + ?Sized,
{
    let key = MemoryKey::Journal(key.clone());
    for _ in 0..tries.get() {
        let entry = match store.read(&key).await {
            Ok(entry) => entry,
            Err(error) => return unread(error).into(),
        };
        let old = match entry.as_ref().map(|entry| Journal::<C>::from_text(&*entry.text)).transpose() {
            Ok(old) => old,
            Err(error) => return Trouble::Unreadable(error).into(),
        };
        let change = request.run(rules, config, old.as_ref());
        let wrote = match (change, entry) {
            (JournalChange::Keep, _) | (JournalChange::Delete, None) => {
                return Answer::done(Outcome::Read(old.map(Arc::new)));
            }
            (JournalChange::Put(journal), entry) => {
                let text = match journal.to_text() {
                    Ok(text) => text,
                    Err(error) => return Trouble::Unwritable(error).into(),
                };
                let expected = entry.map_or(Expected::Absent, |entry| Expected::Tag(entry.tag));
                store.write(&key, expected, text.into(), ttl).await.map(|_| Some(Arc::new(journal)))
            }
            (JournalChange::Delete, Some(entry)) => store.delete(&key, &entry.tag).await.map(|()| None),
        };
        match wrote {
            Ok(journal) => return Answer::done(Outcome::Wrote(journal)),
            Err(StoreError::Conflict) => {}
            Err(error) => return Trouble::Store(error).into(),
        }
    }
    Trouble::Store(StoreError::Conflict).into()
}

/// Whether a server gives a sign of life (rule R-21). An entry that cannot be read is one as well.
pub async fn probe<S: MemoryStore>(store: &S, host: HostId) -> (Liveness, Option<StoreError>) {
    match store.read(&MemoryKey::Heartbeat(host)).await {
        Ok(Some(_)) => (Liveness::Alive, None),
        Ok(None) => (Liveness::Absent, None),
        Err(error) => (Liveness::Unreadable, Some(error)),
    }
}

/// Writes a server's own heartbeat, whatever is there: nobody else writes it.
pub async fn write_heartbeat<S: MemoryStore>(
    store: &S,
    host: HostId,
    ttl: Duration,
) -> (PulseOutcome, Option<Trouble>) {
    let text = match (Heartbeat { host }).to_text() {
        Ok(text) => text,
        Err(error) => return (PulseOutcome::Unavailable, Some(Trouble::Unwritable(error))),
    };
    pulse(store.put(&MemoryKey::Heartbeat(host), text.into(), ttl).await.map(drop))
}

/// Deletes a server's own heartbeat. One that is not there is deleted.
pub async fn delete_heartbeat<S: MemoryStore>(store: &S, host: HostId) -> (PulseOutcome, Option<Trouble>) {
    let key = MemoryKey::Heartbeat(host);
    let entry = match store.read(&key).await {
        Ok(Some(entry)) => entry,
        Ok(None) => return (PulseOutcome::Wrote, None),
        Err(error) => return (PulseOutcome::Unavailable, Some(unread(error))),
    };
    pulse(store.delete(&key, &entry.tag).await)
}

/// A conflict on the own entry is an own write that came in late, so the entry may be there.
fn pulse(done: Result<(), StoreError>) -> (PulseOutcome, Option<Trouble>) {
    let outcome = match &done {
        Ok(()) => PulseOutcome::Wrote,
        Err(StoreError::Conflict | StoreError::Unknown) => PulseOutcome::Unknown,
        Err(StoreError::NotApplied(_)) => PulseOutcome::Unavailable,
    };
    (outcome, done.err().map(Trouble::Store))
}
