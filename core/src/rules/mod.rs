//! The rules: pure functions on small types, old value in, new value out. Nothing else decides.
//!
//! They are gathered in one trait with provided bodies, so that a broken variant of the protocol, in the model, replaces
//! exactly one of them. Production uses [`Standard`]. SPEC.md tells each rule with the counterexample without it.

mod claim;
mod external;
mod handshake;
mod journal;
mod lifetime;
mod merge;
mod save;

pub use claim::{ClaimVerdict, Refusal};
pub use external::{ExternalVerdict, NotNow};
pub use handshake::{Answer, Contention, Liveness, Next};
pub use merge::{Merged, Position, Standing};
pub use save::Loss;

use crate::config::Config;
use crate::document::{Applied, Document, MigrationFailed};
use crate::ids::{Epoch, Nonce, SchemaVersion, Seq};
use crate::journal::{Journal, JournalChange, JournalUpdate};
use crate::ledger::{Entry, Ledger, Source};
use crate::record::{Life, Owner, Record};
use crate::segment::{Log, Segment};
use crate::update::{Claim, External, Ticket};
use alloc::sync::Arc;

/// Every rule of the protocol. The bodies are the protocol; [`Standard`] changes none.
pub trait Rules<D: Document<C>, C: Clone> {
    // R-1 Fence: a write of a session takes effect only while the record names exactly that session.

    /// May this session save? Equality of epoch and nonce with the record that is being written (races R02, R09, R33).
    fn may_save(&self, record: &Record<D>, me: Ticket) -> bool {
        record.is_held_by(me.epoch, me.nonce)
    }

    /// May this session close? The same question, asked for the write that also releases (race R06).
    fn may_close(&self, record: &Record<D>, me: Ticket) -> bool {
        record.is_held_by(me.epoch, me.nonce)
    }

    /// Was the record rolled back, from outside the protocol, behind what this session has seen or has had acknowledged?
    /// Then its identity proves nothing, and the session counts as fenced.
    fn is_rolled_back(&self, seen: &Record<D>, now: &Record<D>, me: Ticket, log: &Log<C>) -> bool {
        save::is_rolled_back(self, seen, now, me, log)
    }

    // R-2 Claim: the only way to hold a record; every claim raises the epoch.

    /// May this attempt claim, has it already, or why not? The one verdict that the write and its reader share (R24).
    fn claim_verdict(&self, config: &Config<D::Shape>, record: Option<&Record<D>>, claim: &Claim) -> ClaimVerdict {
        claim::verdict(self, config, record, claim)
    }

    /// The record after a claim, or `None` if the verdict is not `Free`.
    fn claim(&self, config: &Config<D::Shape>, record: Option<&Record<D>>, claim: &Claim) -> Option<Record<D>> {
        claim::claim(self, config, record, claim)
    }

    /// Does the record name this very attempt? By its nonce, never by its server: nothing is adopted across a restart
    /// (races R05, R33).
    fn is_mine(&self, owner: Owner, me: Owner) -> bool {
        owner.nonce == me.nonce
    }

    /// The epoch of a claim.
    fn claim_epoch(&self, before: Epoch) -> Option<Epoch> {
        before.next()
    }

    /// Is this a tombstone that refuses to be opened (policy, race R20)?
    fn refuses_tombstone(&self, record: &Record<D>) -> bool {
        record.life == Life::Tombstone
    }

    /// Is the code too old for the data (race R23)?
    fn is_too_old(&self, record: &Record<D>, code: SchemaVersion) -> bool {
        code < record.compat
    }

    // R-3 Merge: the only way in which data change; the ledger decides per segment.

    /// Applies the segments of `log` in order, each at most once.
    fn merge(&self, config: &Config<D::Shape>, record: &mut Record<D>, log: &Log<C>, standing: Standing) -> Merged {
        merge::merge(self, config, record, log, standing)
    }

    /// Where the record stands with a segment.
    fn position(&self, record: &Record<D>, segment: &Segment<C>) -> Position {
        merge::position(record, segment)
    }

    /// Writes down that a source was applied up to `to`.
    fn note(&self, ledger: &mut Ledger, source: Source, to: Seq, at: Epoch) {
        ledger.update(source, |entry| {
            entry.seq = to;
            entry.at = at;
        });
    }

    /// The change in the vocabulary of the record, or `None` if it has none there (rule R-18).
    fn translate(&self, config: &Config<D::Shape>, change: &C, from: SchemaVersion, to: SchemaVersion) -> Option<C> {
        if from == to { Some(change.clone()) } else { D::convert(config.shape(), change, from, to) }
    }

    /// Is an outcome remembered until its verdict was told (rule R-25)? Whatever was not applied whole is.
    fn keeps_outcome(&self, applied: Applied) -> bool {
        applied != Applied::Whole
    }

    // R-4 Admissibility: a debit only in order, a credit at any time.

    /// Is this segment in order: the writer's own, or taken from the journal before anybody else lived on the data?
    fn is_in_order(&self, record: &Record<D>, segment: &Segment<C>, standing: Standing) -> bool {
        merge::is_in_order(self, record, segment, standing)
    }

    /// The epoch in which somebody last lived on the data.
    fn last_lived(&self, record: &Record<D>) -> Epoch {
        record.wrote
    }

    /// May this change be applied late, when others have lived on the data since?
    fn may_be_late(&self, config: &Config<D::Shape>, change: &C) -> bool {
        D::is_credit(config.shape(), change)
    }

    // Journal: recovered at the open, written while Active, a hint throughout.

    /// The segments of the journal that a session which has just claimed takes over (rule R-5).
    fn recover(&self, config: &Config<D::Shape>, base: &Record<D>, journal: &Journal<C>) -> Log<C> {
        journal::recover(self, config, base, journal)
    }

    /// Does the session look at the journal of whoever wrote it last, whatever its epoch?
    fn recovers_from(&self, base: &Record<D>, journal: &Journal<C>) -> bool {
        let _ = (base, journal);
        true
    }

    /// Is a segment found in a journal still unknown to the record?
    fn is_unknown(&self, base: &Record<D>, segment: &Segment<C>) -> bool {
        matches!(self.position(base, segment), Position::Next | Position::Gap)
    }

    /// What a session's journal write does to the entry (rule R-8).
    fn write_journal(
        &self,
        config: &Config<D::Shape>,
        old: Option<&Journal<C>>,
        new: &Journal<C>,
        base: &Record<D>,
    ) -> JournalChange<C> {
        journal::write(self, config, old, new, base)
    }

    /// May `me` write over this journal? Not over that of a later session.
    fn may_journal(&self, old: &Journal<C>, me: Ticket) -> bool {
        old.epoch < me.epoch || (old.epoch == me.epoch && old.nonce == me.nonce)
    }

    /// Does the journal have room for this log? What does not fit is saved into the record instead.
    fn fits_journal(&self, config: &Config<D::Shape>, log: &Log<C>) -> bool {
        journal::fits::<D, C>(config, log)
    }

    /// What a journal write takes over from the entry that it replaces.
    fn take_over(&self, config: &Config<D::Shape>, old: &Journal<C>, new: &Journal<C>, base: &Record<D>) -> Log<C> {
        journal::take_over(self, config, old, new, base)
    }

    /// Is a segment found in a foreign journal after the open worth keeping? Only what can still be applied, late.
    fn keeps_late(&self, config: &Config<D::Shape>, base: &Record<D>, segment: &Segment<C>) -> bool {
        self.has_words(config, base, segment) && segment.changes.iter().all(|change| self.may_be_late(config, change))
    }

    /// Has every change of a segment a meaning in the record's vocabulary (rule R-18)?
    fn has_words(&self, config: &Config<D::Shape>, base: &Record<D>, segment: &Segment<C>) -> bool {
        let translated = |change| self.translate(config, change, segment.schema, base.schema).is_some();
        segment.changes.iter().all(translated)
    }

    /// The journal content of a session: its whole log, foreign segments included.
    fn journal_log(&self, me: Ticket, log: &Log<C>) -> Log<C> {
        let _ = me;
        log.clone()
    }

    /// May the entry be deleted after a close that left `base`? Only if the record has all of it, whoever wrote it.
    fn may_delete_journal(&self, old: &Journal<C>, base: &Record<D>) -> bool {
        old.log.iter().all(|segment| !self.is_unknown(base, segment))
    }

    /// What a session that has just claimed asks of the journal: it only reads. What a write at this moment would carry
    /// or erase is lost with its answer.
    fn open_journal(&self, me: Ticket, base: &Arc<Record<D>>) -> JournalUpdate<D, C> {
        let _ = (me, base);
        JournalUpdate::Read
    }

    // R-6 Settle: recovery and migration are committed before the session is Active.

    /// The record with everything recovered and migrated, or `None` if there is nothing to write.
    ///
    /// # Errors
    /// The migration that failed; nothing is written then.
    fn settle(
        &self,
        config: &Config<D::Shape>,
        record: &Record<D>,
        me: Ticket,
        log: &Log<C>,
        pending: Option<&External<C>>,
    ) -> Result<Option<Record<D>>, MigrationFailed> {
        save::settle(self, config, record, me, log, pending)
    }

    /// Must the session settle before it becomes Active?
    fn must_settle(&self, base: &Record<D>, code: SchemaVersion, log: &Log<C>, pending: bool) -> bool {
        !log.is_empty() || pending || base.schema < code
    }

    /// The schema of a record that code of version `code` has settled (P8a).
    fn settled_schema(&self, record: SchemaVersion, code: SchemaVersion) -> SchemaVersion {
        record.max(code)
    }

    // Save and close: one write.

    /// The record after a save, or `None` if the session may not write or there is nothing to write.
    fn save(
        &self,
        config: &Config<D::Shape>,
        record: &Record<D>,
        me: Ticket,
        log: &Log<C>,
        told: Seq,
        release: bool,
    ) -> Option<Record<D>> {
        save::save(self, config, record, me, log, told, release)
    }

    /// Does the write that releases the record also carry the unsaved changes (races R25, R42)?
    fn saves_at_release(&self) -> bool {
        true
    }

    // R-12 Hand-back: what a fenced session still has may come in late, and a refusal is committed.

    /// The record with the credits of a fenced session, or `None` if there is nothing to write.
    fn hand_back(&self, config: &Config<D::Shape>, record: &Record<D>, me: Ticket, log: &Log<C>) -> Option<Record<D>> {
        save::hand_back(self, config, record, me, log)
    }

    /// Is a source sealed when one of its segments is refused?
    fn seals(&self) -> bool {
        true
    }

    /// What is left of a fenced session's changes that the record does not have and that will not be sent again.
    fn loss(&self, record: Option<&Record<D>>, me: Ticket, sent: bool) -> Option<Loss> {
        save::loss(record, me, sent)
    }

    // R-13 External changes: exactly once, and debits only while nobody holds the record.

    /// Is an external change applied, to be applied, or refused? The one verdict that the write and its reader share.
    fn external_verdict(
        &self,
        config: &Config<D::Shape>,
        record: Option<&Record<D>>,
        external: &External<C>,
    ) -> ExternalVerdict {
        external::verdict(self, config, record, external)
    }

    /// The record after an external change, or `None` if the verdict is not `Admit`.
    fn external(
        &self,
        config: &Config<D::Shape>,
        record: Option<&Record<D>>,
        external: &External<C>,
    ) -> Option<Record<D>> {
        external::apply(self, config, record, external)
    }

    /// Is an external change older than the record remembers (rule R-14)?
    fn is_expired(&self, record: &Record<D>, external: &External<C>) -> bool {
        external::is_expired(record, external)
    }

    /// Must an external change that is no credit wait until nobody holds the record?
    fn must_wait_for_owner(&self, record: &Record<D>) -> bool {
        record.owner.is_some()
    }

    /// The `wrote` of a record after an external change that is no credit.
    fn wrote_after_debit(&self, record: &Record<D>) -> Epoch {
        record.epoch
    }

    // R-14 Lifetime: one number, `floor`, ends the life of everything born before it.

    /// The floor after a claim that wrote `epoch`.
    fn claim_floor(&self, config: &Config<D::Shape>, record: &Record<D>, epoch: Epoch) -> Epoch {
        lifetime::claim_floor(config, record, epoch)
    }

    /// The floor that goes with forgetting everything before `epoch`.
    fn pruned_floor(&self, record: &Record<D>, epoch: Epoch) -> Epoch {
        record.floor.max(epoch)
    }

    /// Is this entry forgotten when everything before `epoch` is?
    fn is_forgotten(&self, source: Source, entry: &Entry, epoch: Epoch) -> bool {
        lifetime::is_forgotten(source, entry, epoch)
    }

    /// The record without the receipts that were applied before `before`, or `None`. Only the host's calendar can say
    /// that a purchase is too old to be delivered again (race R17).
    fn forget_receipts(&self, record: &Record<D>, before: Epoch) -> Option<Record<D>> {
        lifetime::forget_receipts(record, before)
    }

    // Wipe, re-create, restore: each idempotent by the epoch that it expects.

    /// The erased record, or `None` if a wipe newer than `expected` is there already.
    fn wipe(&self, config: &Config<D::Shape>, record: &Record<D>, expected: Epoch) -> Option<Record<D>> {
        lifetime::wipe(self, config, record, expected)
    }

    /// Is the wipe that was decided at `expected` already done?
    fn is_wiped(&self, record: &Record<D>, expected: Epoch) -> bool {
        record.wiped > expected
    }

    /// The epoch that a wipe or a restore writes.
    fn reset_epoch(&self, before: Epoch) -> Option<Epoch> {
        before.next()
    }

    /// The floor that a wipe or a restore under `epoch` writes.
    fn reset_floor(&self, record: &Record<D>, epoch: Epoch) -> Epoch {
        let _ = record;
        epoch
    }

    /// The record opened for use again, or `None`.
    fn recreate(&self, config: &Config<D::Shape>, record: &Record<D>, expected: Epoch) -> Option<Record<D>> {
        lifetime::recreate(self, config, record, expected)
    }

    /// May a tombstone be re-created by whoever saw it at `expected`?
    fn may_recreate(&self, record: &Record<D>, expected: Epoch) -> bool {
        record.epoch == expected
    }

    /// Was this version erased since? Then no restore brings it back.
    fn is_erased(&self, record: &Record<D>, version: &Record<D>) -> bool {
        version.life == Life::Tombstone || version.epoch < record.wiped
    }

    /// The record with the data of an old version, or `None`.
    fn restore(
        &self,
        config: &Config<D::Shape>,
        record: &Record<D>,
        expected: Epoch,
        version: &Record<D>,
    ) -> Option<Record<D>> {
        lifetime::restore(self, config, record, expected, version)
    }

    // R-10 Rebase: what a session learns from a record that still names it.

    /// The acknowledged position of a session: only what a record read or written shows (race R04, P3).
    fn acknowledged(&self, record: &Record<D>, me: Ticket) -> Seq {
        record.ledger.seq(me.source())
    }

    /// Are the changes acknowledged as soon as they are sent, or are in the journal? Never.
    fn acknowledges_early(&self, stage: Stage) -> bool {
        let _ = stage;
        false
    }

    /// Does the session take the record that it read as its new base?
    fn moves_base(&self) -> bool {
        true
    }

    /// Does the player's view follow the record that was read?
    fn rebases_view(&self) -> bool {
        true
    }

    /// Is the open tail closed at a save attempt or journal write, so that what was sent is immutable?
    fn cuts(&self) -> bool {
        true
    }

    // R-11 Close and R-22 cancel, as the session sees them.

    /// Does a record that no longer names the session show that its close is done?
    fn is_closed(&self, record: &Record<D>, me: Ticket, all_in: bool) -> bool {
        record.epoch == me.epoch && record.owner.is_none() && all_in
    }

    /// Is a close whose outcome is unknown repeated? Giving up is a crash.
    fn repeats_close(&self) -> bool {
        true
    }

    /// Is a fenced session's remainder handed back?
    fn hands_back(&self) -> bool {
        true
    }

    /// Does a cancelled open release its claim?
    fn releases_cancelled(&self) -> bool {
        true
    }

    /// The record freed from a cancelled open, or `None`.
    fn release(
        &self,
        config: &Config<D::Shape>,
        record: Option<&Record<D>>,
        nonce: Nonce,
        touch: bool,
    ) -> Option<Record<D>> {
        claim::release(config, record, nonce, touch)
    }

    // Handshake and take-over.

    /// What a contender does, given what it knows of the session that holds the record.
    fn contend(&self, config: &Config<D::Shape>, contention: &Contention) -> Next {
        handshake::contend(config, contention)
    }

    /// Does an answer speak of the session that was asked about?
    fn is_about(&self, asked: Ticket, answered: Ticket) -> bool {
        asked == answered
    }

    /// Does a server answer Gone about a session of which it has no session object?
    fn is_gone(&self, asked: Ticket, here: Option<Ticket>) -> bool {
        let _ = asked;
        here.is_none()
    }

    /// The record with a take-over request, or `None`.
    fn want(&self, record: &Record<D>, held: Ticket, by: Owner) -> Option<Record<D>> {
        claim::want(record, held, by)
    }

    // What a store must do.

    /// Must the write of a rule's result be conditional on the record that the rule was run on? Always (race R03).
    fn is_conditional(&self) -> bool {
        true
    }

    /// How many requests on a record a session may have outstanding.
    fn requests_at_once(&self) -> usize {
        1
    }
}

/// A moment before the commit at which a change must not be acknowledged.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "the two moments at which the seeds acknowledge too early")]
pub enum Stage {
    /// The request was issued.
    Issued,
    /// The journal was written.
    Journalled,
}

/// The protocol as it is.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Standard;

impl<D: Document<C>, C: Clone> Rules<D, C> for Standard {}
