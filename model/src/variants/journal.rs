//! A journal that lies or forgets: rules.

use super::prelude::*;
use keyholder_core::journal::JournalChange;
use std::sync::Arc;

pub(super) const VARIANTS: &[Variant] = &[
    variant(
        "journal-matched-by-epoch",
        "a journal counts only if the last session before this claim wrote it",
        &["R08"],
        found("P6", 5),
        Bounds { opens: 3, deeds: 1, crashes: 1, ..S },
        &MatchedByEpoch,
    ),
    variant(
        "open-empties-journal",
        "a session that has claimed fences the journal with an empty entry",
        &["R38"],
        found("P6", 7),
        Bounds { opens: 2, deeds: 1, ..S },
        &OpenEmpties,
    ),
    variant(
        "open-rewrites-journal",
        "a session that has claimed fences the journal with an entry that carries the old segments",
        &["R38"],
        Expected::Harmless,
        Bounds { opens: 2, deeds: 2, lost: 1, crashes: 1, blind: 1, ..S },
        &OpenRewrites,
    ),
    variant(
        "journal-without-take-over",
        "a journal write forgets what the entry held of others",
        &["R08"],
        found("P6", 10),
        Bounds { opens: 2, deeds: 2, blind: 1, ..S },
        &WithoutTakeOver,
    ),
    variant(
        "journal-written-over-when-full",
        "a journal write forgets what others left when there is no room for both",
        &["R08"],
        found("P6", 10),
        Bounds { opens: 2, deeds: 2, blind: 1, narrow: true, ..S },
        &WrittenOverWhenFull,
    ),
    variant(
        "journal-forgets-foreign",
        "a journal write leaves out what the session has taken over",
        &["R08"],
        found("P6", 13),
        Bounds { opens: 2, deeds: 3, blind: 1, ..S },
        &ForgetsForeign,
    ),
    variant(
        "journal-without-fence",
        "a session writes over the journal of a later one",
        &["R02"],
        found("P6", 10),
        Bounds { opens: 2, deeds: 2, coins: 1, kinds: &[Kind::Count, Kind::Spend], ..S },
        &WithoutFence,
    ),
    variant(
        "journal-fenced-by-epoch",
        "a session of the same epoch writes over the journal of another",
        &["R33"],
        found("P6", 12),
        Bounds { opens: 2, deeds: 2, coins: 1, kinds: &[Kind::Count, Kind::Spend], foreign: 1, exists: true, ..S },
        &FencedByEpoch,
    ),
    variant(
        "journal-not-filtered",
        "segments that the record has are recovered again",
        &["R38"],
        found("P4v", 12),
        Bounds { opens: 2, deeds: 2, blind: 1, ..S },
        &NotFiltered,
    ),
    variant(
        "journal-carries-refused",
        "a journal write carries on what can never be applied",
        &["R38"],
        found("P11", 14),
        Bounds { opens: 3, deeds: 3, crashes: 1, blind: 1, coins: 1, kinds: &[Kind::Count, Kind::Spend], ..S },
        &CarriesRefused,
    ),
    variant(
        "journal-deleted-unread",
        "a close deletes the journal whatever it holds",
        &["R06", "R08"],
        found("P6", 10),
        Bounds { opens: 2, deeds: 2, blind: 1, ..S },
        &DeletedUnread,
    ),
    variant(
        "journal-not-deleted",
        "a close leaves the journal",
        &[],
        Expected::Harmless,
        Bounds { opens: 3, deeds: 1, lost: 1, crashes: 1, ..S },
        &NotDeleted,
    ),
];

struct MatchedByEpoch;
impl Rules<Tally, Deed> for MatchedByEpoch {
    fn recovers_from(&self, base: &Record<Tally>, journal: &Journal<Deed>) -> bool {
        journal.epoch.next() == Some(base.epoch)
    }
}

struct OpenEmpties;
impl Rules<Tally, Deed> for OpenEmpties {
    fn open_journal(&self, me: Ticket, base: &Arc<Record<Tally>>) -> JournalUpdate<Tally, Deed> {
        // A base below whose floor everything lies carries nothing over.
        let base = Arc::new(Record { floor: Epoch(u32::MAX), ..Record::clone(base) });
        JournalUpdate::Write { journal: empty(me), base }
    }
}

struct OpenRewrites;
impl Rules<Tally, Deed> for OpenRewrites {
    fn open_journal(&self, me: Ticket, base: &Arc<Record<Tally>>) -> JournalUpdate<Tally, Deed> {
        JournalUpdate::Write { journal: empty(me), base: base.clone() }
    }
}

fn empty(me: Ticket) -> Arc<Journal<Deed>> {
    Arc::new(Journal { epoch: me.epoch, nonce: me.nonce, log: Log::new() })
}

struct WithoutTakeOver;
impl Rules<Tally, Deed> for WithoutTakeOver {
    fn take_over(
        &self,
        _config: &Config<TallyShape>,
        _old: &Journal<Deed>,
        _new: &Journal<Deed>,
        _base: &Record<Tally>,
    ) -> Log<Deed> {
        Log::new()
    }
}

struct WrittenOverWhenFull;
impl Rules<Tally, Deed> for WrittenOverWhenFull {
    fn write_journal(
        &self,
        config: &Config<TallyShape>,
        old: Option<&Journal<Deed>>,
        new: &Journal<Deed>,
        base: &Record<Tally>,
    ) -> JournalChange<Deed> {
        let permitted = old.is_none_or(|old| self.may_journal(old, Ticket { epoch: new.epoch, nonce: new.nonce }));
        match Standard.write_journal(config, old, new, base) {
            JournalChange::Keep if permitted => JournalChange::Put(new.clone()),
            change @ (JournalChange::Keep | JournalChange::Put(_) | JournalChange::Delete) => change,
        }
    }
}

struct ForgetsForeign;
impl Rules<Tally, Deed> for ForgetsForeign {
    fn journal_log(&self, me: Ticket, log: &Log<Deed>) -> Log<Deed> {
        log.of(me.source())
    }
}

struct WithoutFence;
impl Rules<Tally, Deed> for WithoutFence {
    fn may_journal(&self, _old: &Journal<Deed>, _me: Ticket) -> bool {
        true
    }
}

struct FencedByEpoch;
impl Rules<Tally, Deed> for FencedByEpoch {
    fn may_journal(&self, old: &Journal<Deed>, me: Ticket) -> bool {
        old.epoch <= me.epoch
    }
}

struct NotFiltered;
impl Rules<Tally, Deed> for NotFiltered {
    fn is_unknown(&self, _base: &Record<Tally>, _segment: &Segment<Deed>) -> bool {
        true
    }
}

struct CarriesRefused;
impl Rules<Tally, Deed> for CarriesRefused {
    fn keeps_late(&self, _config: &Config<TallyShape>, _base: &Record<Tally>, _segment: &Segment<Deed>) -> bool {
        true
    }
}

struct DeletedUnread;
impl Rules<Tally, Deed> for DeletedUnread {
    fn may_delete_journal(&self, _old: &Journal<Deed>, _base: &Record<Tally>) -> bool {
        true
    }
}

struct NotDeleted;
impl Rules<Tally, Deed> for NotDeleted {
    fn may_delete_journal(&self, _old: &Journal<Deed>, _base: &Record<Tally>) -> bool {
        false
    }
}
