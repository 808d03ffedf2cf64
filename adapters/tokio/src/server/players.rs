//! Players as a whole: all of their records come and go, are erased and exported together.

use super::{CallError, Gone, Handle, NotJoined, Visit};
use crate::backend::{BadKey, Ban, Key, Moderation, StoreError};
use keyholder_core::document::Document;
use keyholder_core::host::{Exported, HostInput, Opening, Returned, VisitId, Wiped, Work};
use keyholder_core::ids::{HostId, SchemaVersion};
use keyholder_core::input::Mode;
use keyholder_core::record::Record;
use serde::Serialize;
use std::sync::Arc;
use std::time::SystemTime;
use tokio::time::Instant;

impl<D: Document<C>, C: Clone> Handle<D, C> {
    /// A player comes whose data are in several locations: waits until all of their records are open (DIA-16). Dropped
    /// before, all are given back.
    ///
    /// # Errors
    /// [`NotJoined`]: nothing stays open.
    pub async fn join(&self, keys: &[Key], mode: Mode) -> Result<Visit, NotJoined> {
        let (visit, joined) = {
            let state = &mut *self.shared().lock();
            if state.is_gone() {
                return Err(Gone.into());
            }
            let records = keys.iter().map(|key| Opening { key: key.clone(), mode, nonce: state.nonce() }).collect();
            let (id, joined, left) = state.visits.begin(keys.to_vec());
            let join = HostInput::Join { visit: id, records };
            if let Err(why) = self.shared().step_in(state, Instant::now(), join) {
                state.visits.undo(id);
                return Err(why.into());
            }
            (Visit { id, left }, joined)
        };
        let mut guard = Undo { handle: Some(self), visit: visit.id };
        let result = joined.await;
        guard.handle = None;
        result.unwrap_or(Err(Gone.into()))?;
        Ok(visit)
    }

    /// The player leaves: saves and releases every record of the visit, and waits until that is done. The verdicts of what
    /// was changed are events.
    ///
    /// # Errors
    /// [`Gone`]: the driver has stopped before.
    pub async fn leave(&self, visit: &Visit) -> Result<(), Gone> {
        self.leave_soon(visit);
        visit.left().await
    }

    /// Asks for that and does not wait.
    pub fn leave_soon(&self, visit: &Visit) {
        // One that has left already stays so.
        let _ = self.shared().step(HostInput::Leave(visit.id));
    }

    /// Erases the record of a key, wherever its player is: see [`Work::Wipe`].
    ///
    /// # Errors
    /// [`CallError::Misuse`], [`CallError::Closed`], [`CallError::Gone`]; how the erasure ended, [`Wiped::outcome`] says.
    pub async fn wipe(&self, key: &Key) -> Result<Wiped<D>, CallError> {
        match self.call(key, Work::Wipe).await? {
            Returned::Wiped(wiped) => Ok(wiped),
            Returned::Closed => Err(CallError::Closed),
            _ => Err(CallError::Unknown),
        }
    }

    /// Everything that is stored under a key: see [`Work::Export`].
    ///
    /// # Errors
    /// [`CallError`]: it could not be read.
    pub async fn export(&self, key: &Key) -> Result<Exported<D, C>, CallError> {
        match self.call(key, Work::Export).await? {
            Returned::Exported(exported) => Ok(exported),
            Returned::Closed => Err(CallError::Closed),
            Returned::Outcome(outcome) => Err(super::handle::outcome_of(outcome).err().unwrap_or(CallError::Unknown)),
            _ => Err(CallError::Unknown),
        }
    }

    /// Erases all records of a player and, once that is done, bans them (D24, DIA-13). To do it again is harmless: what is
    /// erased is not erased twice.
    pub async fn wipe_player<M: Moderation>(&self, keys: &[Key], ban: Option<(&M, u64, &Ban)>) -> PlayerWiped<D> {
        let mut records = Vec::with_capacity(keys.len());
        for key in keys {
            records.push((key.clone(), self.wipe(key).await));
        }
        let mut wiped = PlayerWiped { by: self.id(), at_ms: now_ms(), records, ban: None };
        if let Some((moderation, user, ban)) = ban
            && !keys.is_empty()
            && wiped.is_erased()
        {
            wiped.ban = Some(moderation.ban(user, ban).await);
        }
        wiped
    }

    /// Everything that is stored of a player (DIA-14). Not one moment: each record is read by itself (D22).
    pub async fn export_player(&self, keys: &[Key]) -> PlayerExported<D, C> {
        let mut records = Vec::with_capacity(keys.len());
        for key in keys {
            records.push((key.clone(), self.export(key).await));
        }
        PlayerExported { by: self.id(), at_ms: now_ms(), records }
    }
}

/// The keys of a player: one in each location (DIA-22).
///
/// # Errors
/// [`BadKey`]: a name is none.
pub fn keys_of(player: &str, locations: &[&str]) -> Result<Vec<Key>, BadKey> {
    locations.iter().map(|location| Key::new(*location, player)).collect()
}

/// A record, and what came of what was done with it.
pub type Each<T> = (Key, Result<T, CallError>);

/// What became of the erasure of a player.
#[derive(Debug)]
#[non_exhaustive]
pub struct PlayerWiped<D> {
    /// The server that did it.
    pub by: HostId,
    /// When, in ms since 1970 by this machine's clock.
    pub at_ms: u64,
    /// Each record.
    pub records: Vec<Each<Wiped<D>>>,
    /// The ban; `None` if none was asked for, or not everything is erased.
    pub ban: Option<Result<(), StoreError>>,
}

/// Everything that is stored of a player.
#[derive(Debug)]
#[non_exhaustive]
pub struct PlayerExported<D, C> {
    /// The server that did it.
    pub by: HostId,
    /// When, in ms since 1970 by this machine's clock.
    pub at_ms: u64,
    /// Each record.
    pub records: Vec<Each<Exported<D, C>>>,
}

/// What is kept of an erasure or an export: who did what and when. It holds keys and no data.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Audit {
    /// `wipe` or `export`.
    pub what: &'static str,
    /// The server that did it.
    pub by: String,
    /// When, in ms since 1970.
    pub at_ms: u64,
    /// Each record.
    pub records: Vec<AuditLine>,
}

/// What an audit says of one record.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AuditLine {
    /// Its location.
    pub location: String,
    /// Its player.
    pub player: String,
    /// The epoch of what was erased or exported; `None` if there was nothing.
    pub epoch: Option<u32>,
    /// Its schema.
    pub schema: Option<u32>,
    /// Whether it was done.
    pub done: bool,
}

impl<D> PlayerWiped<D> {
    /// True if nothing of the player is left in a record.
    pub fn is_erased(&self) -> bool {
        self.records.iter().all(|(_, it)| it.as_ref().is_ok_and(Wiped::is_erased))
    }

    /// What is to be kept of it.
    pub fn audit(&self) -> Audit {
        let line = |(key, it): &Each<Wiped<D>>| {
            let copy = it.as_ref().ok().and_then(|wiped| wiped.copy.as_ref());
            AuditLine::new(key, copy, it.as_ref().is_ok_and(Wiped::is_erased))
        };
        Audit::new("wipe", self.by, self.at_ms, self.records.iter().map(line).collect())
    }
}

impl<D, C> PlayerExported<D, C> {
    /// What is to be kept of it.
    pub fn audit(&self) -> Audit {
        let line = |(key, it): &Each<Exported<D, C>>| {
            AuditLine::new(key, it.as_ref().ok().and_then(|exported| exported.record.as_ref()), it.is_ok())
        };
        Audit::new("export", self.by, self.at_ms, self.records.iter().map(line).collect())
    }
}

impl Audit {
    fn new(what: &'static str, by: HostId, at_ms: u64, records: Vec<AuditLine>) -> Self {
        Self { what, by: by.to_string(), at_ms, records }
    }
}

impl AuditLine {
    fn new<D>(key: &Key, record: Option<&Arc<Record<D>>>, done: bool) -> Self {
        Self {
            location: key.location().to_owned(),
            player: key.player().to_owned(),
            epoch: record.map(|it| it.epoch.0),
            schema: record.map(|it| it.schema).map(|SchemaVersion(version)| version),
            done,
        }
    }
}

/// Gives back what nobody waits to see opened.
struct Undo<'h, D: Document<C>, C: Clone> {
    handle: Option<&'h Handle<D, C>>,
    visit: VisitId,
}

impl<D: Document<C>, C: Clone> Drop for Undo<'_, D, C> {
    fn drop(&mut self) {
        if let Some(handle) = self.handle {
            let _ = handle.shared().step(HostInput::Leave(self.visit));
        }
    }
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
