//! What only the properties look at: verdicts that were told, and events that must never happen.

use crate::tally::DEEDS;
use keyholder_core::effect::Verdict;
use keyholder_core::ids::Seq;
use std::hash::{Hash, Hasher};

/// Verdicts by operation, births, and flags.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Ghost {
    /// Operations that were told to be durable.
    pub durable: u8,
    /// Operations that were told to be lost.
    pub lost: u8,
    /// Operations that were told to be superseded.
    pub superseded: u8,
    /// Operations of which nobody can tell.
    pub unknown: u8,
    /// Operations that were in a journal write which the memory store has kept.
    pub journalled: u8,
    /// Operations whose server died, or whose sender is an open matter no more.
    pub orphaned: u8,
    /// Born in which epoch: four bits an operation.
    pub born: u32,
    /// Issued by an external writer.
    pub external: u8,
    /// Operations that are no credits.
    pub debits: u8,
    /// Credits that were journalled in one segment with a debit of their session, or behind one: until they are in the
    /// record, they share its fate.
    pub tied: u8,
    /// Operations in the words of schema 1.
    pub old_words: u8,
    /// An opener could not read the journal, or gave up before its recovery was committed.
    pub unread: bool,
    /// The epoch of the last wipe that the operator meant.
    pub wiped: u8,
    /// Open attempts that were told to be cancelled or refused, by nonce.
    pub cancelled: u16,
    /// Something was restored or deleted from outside the protocol.
    pub rolled_back: bool,
    /// Operations from before the operator's last restore, by the protocol, which the restored data lack: those are gone
    /// on purpose. What comes in again after all counts like any other.
    pub undone: u8,
    /// How many open attempts there were by the last restore or deletion from outside: later ones know nothing of what was undone.
    pub attempts_before: u8,
    /// Events that must never happen.
    pub flags: u16,
}

/// An event that must never happen; each belongs to a property.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u16)]
pub enum Flag {
    /// P1: a session's write took effect while the record named somebody else.
    ForeignWrite = 1,
    /// P2: a claim did not raise the epoch.
    EpochNotRaised = 2,
    /// P8a: the schema decreased.
    SchemaLowered = 4,
    /// P10: a live session was robbed although nothing had been lost.
    Robbed = 8,
    /// P12: a segment did not continue where the ledger is.
    Gap = 16,
    /// P14: a second verdict, or a session that ended without one.
    Verdict = 32,
    /// P15: an event was told before its commit.
    Early = 64,
    /// P16: an errand of the operator took effect twice.
    Twice = 128,
}

impl Hash for Ghost {
    /// In three words instead of one a field.
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Every field by name, so that a new one cannot be left out: two states would become one.
        let Self {
            durable,
            lost,
            superseded,
            unknown,
            journalled,
            orphaned,
            born,
            external,
            debits,
            tied,
            old_words,
            unread,
            wiped,
            cancelled,
            rolled_back,
            undone,
            attempts_before,
            flags,
        } = *self;
        state.write_u64(u64::from_le_bytes([
            durable, lost, superseded, unknown, journalled, orphaned, external, debits,
        ]));
        state.write_u64(u64::from(born) << 32 | u64::from(cancelled) << 16 | u64::from(flags));
        state.write_u64(u64::from_le_bytes([
            old_words,
            wiped,
            attempts_before,
            undone,
            u8::from(unread) | u8::from(rolled_back) << 1,
            tied,
            0,
            0,
        ]));
    }
}

impl Ghost {
    /// Notes an event that must never happen.
    pub fn raise(&mut self, flag: Flag) {
        self.flags |= flag as u16;
    }

    /// Did it happen?
    pub fn has(&self, flag: Flag) -> bool {
        self.flags & flag as u16 != 0
    }

    /// The epoch in which an operation was born.
    pub fn born(&self, deed: u8) -> u32 {
        self.born >> (4 * u32::from(deed)) & 15
    }

    /// Notes the epoch in which an operation was born.
    pub fn set_born(&mut self, deed: u8, epoch: u32) {
        let shift = 4 * u32::from(deed);
        self.born = self.born & !(15 << shift) | epoch.min(15) << shift;
    }

    /// The position of a session's operation in the stream of its session. An epoch has one session, and operations are
    /// numbered in the order in which they are issued. `None` for external ones, and once epochs may repeat.
    pub fn position(&self, deed: u8) -> Option<Seq> {
        let is_external = |deed: u8| self.external >> deed & 1 == 1;
        if self.rolled_back || is_external(deed) {
            return None;
        }
        let before = (0..deed).filter(|other| !is_external(*other) && self.born(*other) == self.born(deed));
        Some(Seq(before.count() as u32 + 1))
    }

    /// The verdicts told so far.
    pub fn told(&self) -> u8 {
        self.durable | self.lost | self.superseded | self.unknown
    }

    /// Notes a verdict; a second one on the same operation is an event that must never happen.
    pub fn tell(&mut self, deed: u8, verdict: Verdict) {
        let bit = 1 << deed;
        if self.told() & bit != 0 {
            self.raise(Flag::Verdict);
        }
        *self.told_as(verdict) |= bit;
    }

    /// Notes the verdict on one of several deliveries of an operation. Each has its own, and one may know less than the
    /// other, but they must not contradict each other.
    pub fn tell_delivery(&mut self, deed: u8, verdict: Verdict) {
        *self.told_as(verdict) |= 1 << deed;
        if (self.durable & self.lost) >> deed & 1 == 1 {
            self.raise(Flag::Verdict);
        }
    }

    fn told_as(&mut self, verdict: Verdict) -> &mut u8 {
        match verdict {
            Verdict::Durable(_) => &mut self.durable,
            Verdict::Superseded => &mut self.superseded,
            Verdict::Lost(_) => &mut self.lost,
            Verdict::Unknown => &mut self.unknown,
        }
    }

    /// The mask of some operations.
    pub fn mask(deeds: impl IntoIterator<Item = u8>) -> u8 {
        deeds.into_iter().fold(0, |mask, deed| mask | 1 << deed)
    }

    /// The operations in a mask.
    pub fn each(mask: u8) -> impl Iterator<Item = u8> {
        (0..DEEDS).filter(move |deed| mask >> deed & 1 == 1)
    }
}
