//! What an application holds of a server.

use super::shared::{Common, Report};
use super::{CallError, Gone, NotOpened, NotSaved};
use crate::backend::Key;
use keyholder_core::budget::Kind;
use keyholder_core::document::Document;
use keyholder_core::effect::{End, Verdict};
use keyholder_core::host::{CallId, HostInput, HostMisuse, Phase, Returned, Statistics, Work};
use keyholder_core::ids::{Epoch, HostId, Nonce, SchemaVersion, Seq};
use keyholder_core::input::{Command, Mode, Outcome};
use keyholder_core::ledger::Source;
use keyholder_core::record::Record;
use keyholder_core::session;
use keyholder_core::update::Update;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::time::Instant;

/// A server's players. It is cloned freely; all clones are one server.
///
/// What returns at once has been done in memory. What is a future may be dropped at any await: an open is then undone, a
/// call is no longer waited for (it may still be carried out), and a save goes on.
#[derive(Debug)]
pub struct Handle<D: Document<C>, C: Clone>(Common<D, C>);

impl<D: Document<C>, C: Clone> Clone for Handle<D, C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<D: Document<C>, C: Clone> Handle<D, C> {
    pub(super) fn new(shared: Common<D, C>) -> Self {
        Self(shared)
    }

    pub(super) fn shared(&self) -> &Common<D, C> {
        &self.0
    }

    /// This server.
    pub fn id(&self) -> HostId {
        self.0.lock().host.id()
    }

    /// Start-up is done: whoever waits is let in (DIA-8).
    ///
    /// # Errors
    /// [`HostMisuse::Phase`] if it was done before.
    pub fn ready(&self) -> Result<(), HostMisuse> {
        self.0.step(HostInput::Ready)
    }

    /// Opens the record of a key, and waits until it is open. Dropped before, it is closed again.
    ///
    /// # Errors
    /// [`NotOpened`]: nothing is held.
    pub async fn open(&self, key: &Key, mode: Mode) -> Result<Epoch, NotOpened> {
        let (nonce, told) = {
            let state = &mut *self.0.lock();
            if state.is_gone() {
                return Err(Gone.into());
            }
            let is_next = state.host.session(key).is_some_and(|it| *it.phase() != session::Phase::Delegating);
            let nonce = state.nonce();
            // What the step says of it already has to find who waits.
            let told = state.waits.open(key, nonce, is_next).ok_or(HostMisuse::Taken)?;
            let open = HostInput::Open { key: key.clone(), mode, nonce };
            if let Err(why) = self.0.step_in(state, Instant::now(), open) {
                state.waits.undo(key, is_next);
                return Err(why.into());
            }
            (nonce, told)
        };
        let mut guard = Undo { handle: Some((self, key, nonce)) };
        let result = told.await;
        guard.handle = None;
        result.unwrap_or(Err(Gone.into()))
    }

    /// Changes the data of an open record, in memory. The number is that of the change; it gets one verdict.
    ///
    /// # Errors
    /// [`HostMisuse`]: nothing was changed.
    pub fn change(&self, key: &Key, change: C) -> Result<Seq, HostMisuse> {
        let state = &mut *self.0.lock();
        let input = HostInput::Command { key: key.clone(), command: Command::Change(change) };
        self.0.step_soon(state, Instant::now(), input)?;
        Ok(state.host.session(key).map_or(Seq(0), session::Session::last_accepted))
    }

    /// Changes the data and waits until that is durable: what a purchase needs before its receipt is acknowledged. An amount
    /// whose bounds clamp may have taken less than was asked.
    ///
    /// # Errors
    /// [`NotSaved`]: with what became of the change, as far as anybody knows.
    pub async fn change_durably(&self, key: &Key, change: C) -> Result<(), NotSaved> {
        let told = {
            let state = &mut *self.0.lock();
            self.command_in(state, key, Command::Change(change))?;
            let seq = state.host.session(key).map_or(Seq(0), session::Session::last_accepted);
            self.save_in(state, key, seq)?
        };
        told.await.unwrap_or(Err(Gone.into()))
    }

    /// Saves what has been changed so far, and waits for it.
    ///
    /// # Errors
    /// [`NotSaved`]: with the worst of the verdicts.
    pub async fn save(&self, key: &Key) -> Result<(), NotSaved> {
        let told = {
            let state = &mut *self.0.lock();
            let session = state.host.session(key).ok_or(HostMisuse::NoSession)?;
            let (last, told) = (session.last_accepted(), session.told());
            if last == told {
                // Nothing waits for a verdict; a save is asked for all the same, to look whether the record is still held.
                return Ok(self.command_in(state, key, Command::Save)?);
            }
            self.save_in(state, key, last)?
        };
        told.await.unwrap_or(Err(Gone.into()))
    }

    fn save_in(
        &self,
        state: &mut super::shared::State<D, C>,
        key: &Key,
        upto: Seq,
    ) -> Result<tokio::sync::oneshot::Receiver<Result<(), NotSaved>>, HostMisuse> {
        let told = state.waits.verdict(key, upto);
        let is_exclusive = state.host.session(key).is_some_and(|it| *it.phase() == session::Phase::Active);
        if is_exclusive {
            self.command_in(state, key, Command::Save)?;
        }
        Ok(told)
    }

    fn command_in(
        &self,
        state: &mut super::shared::State<D, C>,
        key: &Key,
        command: Command<C>,
    ) -> Result<(), HostMisuse> {
        self.0.step_in(state, Instant::now(), HostInput::Command { key: key.clone(), command })
    }

    /// Asks for a save and does not wait for it (DIA-20).
    ///
    /// # Errors
    /// [`HostMisuse`]: there is no such session, or it is not open.
    pub fn save_soon(&self, key: &Key) -> Result<(), HostMisuse> {
        self.0.save_soon(key)
    }

    /// While another server holds the record: takes it over now.
    ///
    /// # Errors
    /// [`HostMisuse`]: nobody holds it against this session.
    pub fn steal(&self, key: &Key) -> Result<(), HostMisuse> {
        self.command_in(&mut self.0.lock(), key, Command::Steal)
    }

    /// The player did something: see [`HostInput::Active`].
    pub fn active(&self, key: &Key) {
        let _ = self.0.step_soon(&mut self.0.lock(), Instant::now(), HostInput::Active(key.clone()));
    }

    /// Saves, releases, and waits until that is done.
    ///
    /// # Errors
    /// [`NotSaved::Ended`] if it ended otherwise, [`NotSaved::Misuse`] if there is no such session.
    pub async fn close(&self, key: &Key) -> Result<(), NotSaved> {
        let told = {
            let state = &mut *self.0.lock();
            if state.host.session(key).is_none() {
                // One who still waits for their turn is let go.
                self.command_in(state, key, Command::Close)?;
                return Ok(());
            }
            let told = state.waits.closed(key);
            self.command_in(state, key, Command::Close)?;
            told
        };
        match told.await {
            Ok(End::Closed | End::Cancelled | End::Refused) => Ok(()),
            Ok(end) => Err(NotSaved::Ended(end)),
            Err(_) => Err(Gone.into()),
        }
    }

    /// What the player sees now; a snapshot, which costs nothing where the document shares its parts.
    pub fn view(&self, key: &Key) -> Option<D> {
        self.0.lock().host.session(key)?.view().cloned()
    }

    /// The record as it was last seen: from the session, the cache or the store (DIA-21).
    ///
    /// # Errors
    /// [`CallError`]: it could not be read.
    pub async fn read(&self, key: &Key) -> Result<Option<Arc<Record<D>>>, CallError> {
        self.record(key, Work::Read).await
    }

    /// The record as the store has it.
    ///
    /// # Errors
    /// As [`Handle::read`].
    pub async fn read_fresh(&self, key: &Key) -> Result<Option<Arc<Record<D>>>, CallError> {
        self.record(key, Work::ReadFresh).await
    }

    async fn record(&self, key: &Key, work: Work<D, C>) -> Result<Option<Arc<Record<D>>>, CallError> {
        match self.call(key, work).await? {
            Returned::Record(record) => Ok(record),
            Returned::Outcome(outcome) => outcome_of(outcome),
            _ => Err(CallError::Closed),
        }
    }

    /// Delivers one change that comes from outside, exactly once, whoever holds the record (rule R-13): a receipt that is
    /// delivered again has the verdict of the first time.
    ///
    /// # Errors
    /// [`CallError`]: see there what is known.
    pub async fn deliver(
        &self,
        key: &Key,
        source: Source,
        change: C,
        schema: SchemaVersion,
    ) -> Result<Verdict, CallError> {
        match self.call(key, Work::Deliver { source, change, schema }).await? {
            Returned::Verdict(verdict) => Ok(verdict),
            Returned::Outcome(_) => Err(CallError::Unknown),
            _ => Err(CallError::Closed),
        }
    }

    /// Runs a rule on the record until it is known what became of it: an erasure, a restore. Gives the record that it left
    /// or found.
    ///
    /// # Errors
    /// [`CallError`]: see there what is known.
    pub async fn run(&self, key: &Key, update: Update<D, C>) -> Result<Option<Arc<Record<D>>>, CallError> {
        match self.call(key, Work::Run(update)).await? {
            Returned::Outcome(outcome) => outcome_of(outcome),
            Returned::Record(record) => Ok(record),
            _ => Err(CallError::Closed),
        }
    }

    pub(super) async fn call(&self, key: &Key, work: Work<D, C>) -> Result<Returned<D, C>, CallError> {
        let (call, told) = {
            let state = &mut *self.0.lock();
            if state.is_gone() {
                return Err(Gone.into());
            }
            let (call, told) = state.call();
            let input = HostInput::Call { key: key.clone(), call, work };
            if let Err(why) = self.0.step_in(state, Instant::now(), input) {
                state.forget(call);
                return Err(why.into());
            }
            (call, told)
        };
        let mut guard = Cancel { handle: Some((self, key, call)) };
        let returned = told.await;
        guard.handle = None;
        Ok(returned?)
    }

    /// Saves and releases everything, and waits until the server has closed: at the end of the close window at the latest.
    ///
    /// # Errors
    /// [`HostMisuse`] if it was never started.
    pub async fn shutdown(&self) -> Result<Report, HostMisuse> {
        let mut closed = self.closed();
        match self.0.step(HostInput::Shutdown) {
            // Somebody else has asked for it already: both wait.
            Ok(()) | Err(HostMisuse::Closing) => {}
            Err(why) => return Err(why),
        }
        let report = closed.wait_for(Option::is_some).await.map(|report| *report);
        Ok(report.ok().flatten().unwrap_or_default())
    }

    /// The end of the server.
    pub(super) fn closed(&self) -> watch::Receiver<Option<Report>> {
        self.0.closed()
    }

    /// Where the server is in its life.
    pub fn phase(&self) -> Phase {
        self.0.lock().host.phase()
    }

    /// How many records are open here or on their way.
    pub fn open_count(&self) -> usize {
        self.0.lock().host.sessions().count()
    }

    /// What this server has done so far, in numbers (KIT-4).
    pub fn statistics(&self) -> Statistics {
        self.0.lock().host.statistics()
    }

    /// How many requests of a kind the budget has room for now (KIT-4).
    pub fn budget_left(&self, kind: Kind) -> u32 {
        let now = self.0.millis(Instant::now());
        self.0.lock().host.budget_left(kind, now)
    }

    /// Events that the application did not take out in time.
    pub fn missed_events(&self) -> u64 {
        self.0.lock().missed()
    }
}

pub(super) fn outcome_of<D>(outcome: Outcome<Record<D>>) -> Result<Option<Arc<Record<D>>>, CallError> {
    match outcome {
        Outcome::Read(record) | Outcome::Wrote(record) => Ok(record),
        Outcome::Conflict => Err(CallError::Conflict),
        Outcome::Unknown => Err(CallError::Unknown),
        Outcome::Unavailable => Err(CallError::Unavailable),
    }
}

/// Closes what nobody waits to see opened.
struct Undo<'h, D: Document<C>, C: Clone> {
    handle: Option<(&'h Handle<D, C>, &'h Key, Nonce)>,
}

impl<D: Document<C>, C: Clone> Drop for Undo<'_, D, C> {
    fn drop(&mut self) {
        let Some((handle, key, nonce)) = self.handle else { return };
        let state = &mut *handle.0.lock();
        // By then somebody else may have opened the record.
        let is_here = state.host.session(key).is_some_and(|it| it.owner().nonce == nonce);
        if is_here || state.waits.is_opening(key, nonce) {
            let _ = handle.command_in(state, key, Command::Close);
        }
    }
}

/// Takes back a call that nobody waits for.
struct Cancel<'h, D: Document<C>, C: Clone> {
    handle: Option<(&'h Handle<D, C>, &'h Key, CallId)>,
}

impl<D: Document<C>, C: Clone> Drop for Cancel<'_, D, C> {
    fn drop(&mut self) {
        if let Some((handle, key, call)) = self.handle {
            handle.0.lock().forget(call);
            let _ = handle.0.step(HostInput::Cancel { key: key.clone(), call });
        }
    }
}
